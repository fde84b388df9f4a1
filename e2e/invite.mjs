// Access opened by the firm: customers are picked and invited, each mail leaves once, a customer is in on a phone within
// the budget; and registration open to everybody: switched on in the settings, poster seen, a stranger becomes a customer.
import { assert, browser, check, deskPage, equal, firstStart, folder, leave, listQuery, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { codeIn, fill } from './requests-pages.mjs';
import { mailServer } from './smtp.mjs';

const budget = { clicks: 3, fields: 4 }; // spec/desk: a customer's first access
const password = 'Un-Bon-Mot-de-Passe-1';

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  const field = (name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();
  await field('name').fill('Menuiserie Lambert');
  await field('email').fill('bonjour@lambert.example');
  await firstStart(page);
  await page.getByTestId('new-invoice').first().waitFor();
  await rpc(page, 'Settings.SaveMail', { ...(await rpc(page, 'Settings.Mail')), host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', fromAddress: 'bonjour@lambert.example', password: null });
  const group = await rpc(page, 'Groups.Save', { ...(await rpc(page, 'Groups.Get', '')), name: 'Hôtels' }, 'key-e2e-invite-group');
  const blank = await rpc(page, 'Groups.Rules', group.publicId);
  const customer = (name, email, language = 'fr') => rpc(page, 'Customers.Save', { ...blank, name, email, language, line1: '1 quai Vert', postcode: '35000', city: 'Rennes', country: 'FR',
    contacts: email ? [{ publicId: '', name, email, phone: '', language, isPrimary: true, portalAccess: true, version: 0 }] : [] }, `key-e2e-invite-${email.split('@')[0] || 'none'}`);
  await customer('Hôtel Anne', 'anne@hotel.example');
  await customer('Hotel Bill', 'bill@hotel.example', 'en');
  await customer('Sans adresse', '');
  const address = () => until('the address of the portal', async () => (await rpc(page, 'Portal.View')).addresses[0]?.url);
  const device = async (list = trouble) => {
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
    const p = await context.newPage();
    watch(p, list);
    return p;
  };
  const said = async (p) => plain(await p.locator('main').innerText());
  const passwordLink = (m) => /https?:\/\/\S+\/p\/[\w-]+/.exec(m.text)[0];

  await must('customers without access are picked, and each has its result', async () => {
    await page.goto(`${program.base}/#/customers?state=no_access`);
    await page.getByText('Hotel Bill').first().waitFor();
    for (const box of await page.getByRole('row').getByRole('checkbox').all()) if (!await box.isChecked()) await box.check();
    await page.getByTestId('bulk-invite').click();
    await page.getByTestId('invite-send').click();
    await page.getByTestId('invite-sum').waitFor();
    await page.getByText('Invitation envoyée').nth(1).waitFor();
    const panel = plain(await page.getByRole('dialog').innerText());
    for (const words of ['2 envoyées · 1 échec', 'Hôtel Anne · anne@hotel.example', 'Pas d’adresse de courriel', 'Recommencer pour ce client']) assert(panel.includes(words), `lacks ${words}: ${panel}`);
    await page.getByTestId('invite-close').click();
  });

  await check('a mail each, in the contact’s language and once', async () => {
    equal(post.mails.map((m) => m.to[0]).sort(), ['anne@hotel.example', 'bill@hotel.example'], 'who was written to');
    const [fr, en] = ['anne', 'bill'].map((n) => post.mails.find((m) => m.to[0].startsWith(n)));
    assert(/Bonjour/.test(fr.text) && /Hello|Dear/.test(en.text), `${fr.text}\n${en.text}`);
  });

  await must('a customer is in on a phone within the budget', async () => {
    const anne = await device();
    let clicks = 1; // the link in the mail
    let fields = 0;
    await anne.goto(passwordLink(post.mails.find((m) => m.to[0].startsWith('anne'))));
    await anne.locator('#mot-de-passe').fill(password); fields++;
    await anne.locator('form[action="/mot-de-passe"] button[type=submit]').click(); clicks++;
    await anne.waitForURL((u) => u.pathname === '/');
    assert((await anne.locator('body').innerText()).includes('Menuiserie Lambert'), 'not the portal');
    assert(clicks <= budget.clicks && fields <= budget.fields, `${clicks} clicks, ${fields} fields`);
    console.log(`     first access: ${clicks} clicks, ${fields} field`);
    await leave(anne.context());
    const rows = (await rpc(page, 'Customers.List', { ...listQuery, state: 'no_access', desc: false, sort: 'name' })).rows.map((r) => r.name);
    equal(rows, ['Hotel Bill', 'Sans adresse'], 'who is left without access');
  });

  let door = '';
  await must('registration is opened to everybody in the settings, with its warning', async () => {
    const stranger = await device();
    await stranger.goto(await address());
    assert(!(await stranger.content()).includes('/inscription/'), 'a door before it is opened');
    await leave(stranger.context());
    await page.goto(`${program.base}/#/settings/portal`);
    await page.getByText('n’est joignable que depuis ce poste').first().waitFor(); // this test listens on loopback
    await page.locator('input[data-field="freeGroupId"]').click();
    await page.getByRole('option', { name: 'Hôtels' }).click();
    await page.getByText('sans votre accord, et choisit un mot de passe').waitFor();
    await page.getByTestId('confirm').click();
    await page.getByText('Inscription libre ouverte dans le groupe Hôtels').waitFor();
    await page.getByTestId('save').click();
    await page.waitForFunction(() => document.querySelector('[data-testid="save"]')?.disabled);
    equal((await rpc(page, 'Settings.Portal')).freeGroupId, group.publicId, 'the group');
  });

  await must('the poster shows the code and the address, and the link goes by mail', async () => {
    const item = page.getByTestId('registration-links').locator('li', { hasText: 'Hôtels' });
    door = await item.getByTestId('registration-url').getAttribute('href');
    assert(door.endsWith(`/inscription/${group.publicId}`), door);
    await item.getByTestId('registration-mail').click();
    await field('to').fill('neuf@lenoir.example');
    await page.getByTestId('registration-send').click();
    assert((await post.mailTo('neuf@lenoir.example')).text.includes(door), 'the link in the mail');
    await item.getByTestId('registration-poster').click();
    await page.getByTestId('poster').waitFor();
    await page.emulateMedia({ media: 'print' });
    const sheet = plain(await page.getByTestId('poster').innerText());
    for (const words of ['Menuiserie Lambert', 'Votre espace client', 'choisissez un mot de passe', door]) assert(sheet.includes(words), `lacks ${words}: ${sheet}`);
    assert(!await page.locator('nav').first().evaluate((n) => getComputedStyle(n).visibility === 'visible'), 'the menu is printed');
    await page.emulateMedia({ media: 'screen' });
  });

  await must('a stranger registers from the sign-in page and is a customer of the group at once', async () => {
    const zoe = await device();
    const press = (name) => zoe.locator('main').getByRole('button', { name, exact: true }).click();
    await zoe.goto(await address()); // saving opened the portal anew
    await zoe.getByRole('link', { name: 'Créer un accès' }).click();
    await zoe.waitForURL(/\/inscription\//);
    await zoe.locator('main form button[type=submit]').first().click();
    await zoe.waitForURL(/\/demande\/contact/);
    await fill(zoe, { nom: 'Zoé Lenoir', courriel: 'zoe@lenoir.example' });
    await press('Enregistrer et continuer');
    await zoe.locator('#code').fill(await until('the code', () => post.mails.filter((m) => m.to[0] === 'zoe@lenoir.example').map((m) => codeIn(m.text)).find(Boolean)));
    await press('Continuer');
    await zoe.waitForURL(/\/demande\/societe/);
    await fill(zoe, { societe: 'Crèmerie Lenoir', numero: '123456789', rue: '3 quai Vert', 'code-postal': '69001', ville: 'Lyon' });
    await zoe.locator('form[action="/demande/societe"] button[type=submit]').click();
    await zoe.waitForURL(/\/demande\/statut/); // the last step sends: the group asks nothing
    const link = passwordLink(await until('the link to a password', () => post.mails.find((m) => m.to[0] === 'zoe@lenoir.example' && /\/p\//.test(m.text))));
    await zoe.goto(link);
    await zoe.locator('#mot-de-passe').fill(password);
    await zoe.locator('form[action="/mot-de-passe"] button[type=submit]').click();
    await zoe.waitForURL((u) => u.pathname === '/');
    assert(!(await said(zoe)).includes('Hôtel Anne'), 'another customer is shown');
    const made = (await rpc(page, 'Customers.List', { ...listQuery, words: 'Lenoir' })).rows;
    equal(made.map((r) => r.name), ['Crèmerie Lenoir'], 'the new customer');
    equal((await rpc(page, 'Customers.Get', made[0].publicId)).groupId, group.publicId, 'its group');
    assert(JSON.stringify(await rpc(page, 'System.Notifications')).includes('s’est inscrit par lui-même'), 'the firm is not told');
  });
  equal(trouble, [], 'what the pages complained of');
});
