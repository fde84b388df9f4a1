// Announcements and frequent questions: made in the window for one group, read in the portal by a contact of it and by
// nobody else, put away, withdrawn; a question that is edited is found in both languages.
import { assert, browser, check, deskPage, equal, firstStart, folder, must, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';

const password = 'Un-Bon-Mot-de-Passe-1';

run(async () => {
  const home = folder();
  const post = await mailServer();
  const trouble = [];
  const program = await serve(home, '--data', `${home}/firm`);
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.locator('input[data-field="name"], [data-field="name"] input').first().fill('Menuiserie Lambert');
  await page.locator('input[data-field="email"], [data-field="email"] input').first().fill('bonjour@lambert.example');
  await firstStart(page);
  await page.getByTestId('new-invoice').first().waitFor();
  await rpc(page, 'Settings.SaveMail', { ...await rpc(page, 'Settings.Mail'), host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', fromAddress: 'bonjour@lambert.example', password: null });

  const person = async (group, name, email, language) => {
    const g = await rpc(page, 'Groups.Save', { ...await rpc(page, 'Groups.Get', ''), name: group, portalEnabled: true }, `key-e2e-${email}`);
    const c = await rpc(page, 'Customers.Save', { publicId: '', number: '', kind: 'company', name: `Chez ${name}`, email, language, currency: 'EUR', taxRegime: 'domestic', country: 'FR', line1: '12 quai Duguay-Trouin', postcode: '35000', city: 'Rennes', groupId: g.publicId, termsDays: 30,
      contacts: [{ publicId: '', name, email, phone: '', language, isPrimary: true, portalAccess: true, version: 0 }] }, `key-e2e-c-${email}`);
    await rpc(page, 'Customers.Invite', c.publicId, c.contacts[0].publicId);
    const mail = await until('the invitation', () => post.mails.find((m) => /\/p\//.test(m.text) && JSON.stringify(m).includes(email)));
    const link = /https?:\/\/\S+\/p\/[\w-]+/.exec(mail.text)[0];
    const own = await b.newContext({ locale: language === 'en' ? 'en-GB' : 'fr-FR' });
    const p = await own.newPage();
    watch(p, trouble);
    await p.goto(link);
    await p.locator('#mot-de-passe').fill(password);
    await p.locator('form[action="/mot-de-passe"] button[type=submit]').first().click();
    await p.waitForLoadState();
    return { page: p, open: async (path) => { await p.goto(new URL(path, link).href); return plain(await p.locator('main').innerText()); } };
  };
  const anne = await person('Hôtels', 'Anne Morel', 'anne@vieux-port.example', 'fr');
  const bob = await person('Écoles', 'Bob Hill', 'bob@school.example', 'en');

  await must('an announcement is written for one group; without a group it is refused beside the field', async () => {
    await page.goto(`${program.base}/#/announcements`);
    await page.getByTestId('new-notice').click();
    await page.getByLabel('Titre en français').fill('Travaux au dépôt');
    await page.getByLabel('Texte en français').fill('Livraisons **suspendues** lundi.');
    await page.getByRole('radio', { name: 'Des groupes choisis' }).check();
    await page.getByTestId('save').click();
    await page.getByText('Choisissez au moins un groupe').waitFor();
    equal(await page.getByLabel('Titre en français').inputValue(), 'Travaux au dépôt', 'what was typed');
    await page.locator('input[data-field="groups"], [data-field="groups"] input').first().click();
    await page.getByRole('option', { name: 'Hôtels' }).click();
    await page.keyboard.press('Escape');
    await page.getByTestId('publish').click();
    await page.getByRole('dialog').getByText('Un contact la verra').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Publier' }).click();
    await page.getByTestId('withdraw').waitFor();
  });

  await check('a contact of the group reads it, one of another group does not', async () => {
    const seen = await anne.open('/');
    assert(seen.includes('Travaux au dépôt') && seen.includes('suspendues'), seen);
    assert(!(await bob.open('/')).includes('Travaux'), 'the other group reads it');
    assert(!(await bob.open('/annonces')).includes('Travaux'), 'the other group reads it on its page');
  });

  await check('the window tells who saw it', async () => {
    const id = (await rpc(page, 'Notices.List', '', ''))[0].publicId;
    await page.goto(`${program.base}/#/announcements`);
    await page.getByRole('row', { name: /Travaux au dépôt/ }).getByText('Affichée').waitFor();
    await page.goto(`${program.base}/#/announcements/${id}`);
    await page.reload();
    await until('the reader', async () => plain(await page.getByTestId('seen').innerText()) === '1 sur 1');
    await page.getByText('Anne Morel', { exact: true }).waitFor();
  });

  await check('put away it leaves home and stays on its page', async () => {
    await anne.open('/');
    await anne.page.getByRole('button', { name: 'Masquer l’annonce : Travaux au dépôt' }).click();
    await anne.page.waitForLoadState();
    assert(!(await anne.open('/')).includes('suspendues'), 'on home still');
    assert((await anne.open('/annonces')).includes('suspendues'), 'not on its page');
  });

  await check('withdrawn it is gone', async () => {
    await page.getByTestId('withdraw').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retirer' }).click();
    await page.getByTestId('publish').waitFor();
    assert(!(await anne.open('/annonces')).includes('Travaux'), 'there still');
  });

  await check('a question is written, edited, and found in both languages', async () => {
    await page.goto(`${program.base}/#/faq`);
    await page.getByTestId('new-question').click();
    await page.getByLabel('Question en français').fill('Livrez-vous le samedi ?');
    await page.getByLabel('Réponse en français').fill('Le matin.');
    await page.getByLabel('Question en anglais').fill('Do you deliver on Saturdays?');
    await page.getByLabel('Réponse en anglais').fill('In the morning.');
    await page.getByTestId('save-question').click();
    await page.getByRole('button', { name: /^Livrez-vous le samedi/ }).click();
    await page.getByLabel('Réponse en français').fill('Le matin, en **Île-de-France**.');
    await page.getByTestId('save-question').click();
    await page.getByTestId('save-question').waitFor({ state: 'detached' });
    const found = await anne.open('/questions?mots=ile-de');
    assert(found.includes('Livrez-vous le samedi') && found.includes('Une réponse contient'), found);
    const english = await bob.open('/questions?mots=saturdays');
    assert(english.includes('Do you deliver on Saturdays?') && english.includes('In the morning'), english);
    assert((await bob.open('/questions?mots=zzz')).includes('zzz'), 'the words looked for');
  });

  await check('no trouble in either browser', async () => equal(trouble, [], 'trouble'));
});
