// Registration by a visitor on a phone: five steps, the code and the way back from the mails of a real mail server, a wrong
// code, a number that the mask corrects, another device; once in French and once in English. The firm sees both requests.
import { assert, browser, check, deskPage, equal, firstStart, folder, leave, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { answer, codeIn, fill } from './requests-pages.mjs';
import { mailServer } from './smtp.mjs';

const budget = 5; // clicks of the five steps: one each, and the code; the last one sends
const words = {
  fr: { locale: 'fr-FR', door: 'J’accepte et je continue', go: 'Enregistrer et continuer', code: 'Continuer', send: 'Envoyer la demande', wrong: 'Ce n’est pas le code', shape: 'Ce n’est pas la forme attendue', pace: 'Étape 2 sur 5', incomplete: 'Votre demande est incomplète', sent: 'Votre demande est envoyée', missing: 'Répondre aux questions obligatoires', terms: 'Nos conditions', question: 'Secteur', subject: 'Votre demande d’accès', withdraw: 'Retirer la demande', yes: 'Oui, retirer la demande', gone: 'Votre demande est retirée' },
  en: { locale: 'en-GB', door: 'I accept and continue', go: 'Save and continue', code: 'Continue', send: 'Send the request', wrong: 'This is not the code', shape: 'This is not the expected form', pace: 'Step 2 of 5', incomplete: 'Your request is incomplete', sent: 'Your request is sent', missing: 'Answer the mandatory questions', terms: 'Our terms', question: 'Trade', subject: 'Your request for access', withdraw: 'Withdraw the request', yes: 'Yes, withdraw the request', gone: 'Your request is withdrawn' },
};

/** A firm whose only group asks for a number, terms and answers, and whose mails really leave. */
async function firm(page, port) {
  const field = (name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();
  await field('name').fill('Menuiserie Lambert');
  await field('email').fill('bonjour@lambert.example');
  await firstStart(page);
  await page.getByTestId('new-invoice').first().waitFor();
  const mail = await rpc(page, 'Settings.Mail');
  await rpc(page, 'Settings.SaveMail', { ...mail, host: '127.0.0.1', port, security: 'plain', plainAgreed: true, auth: 'none', fromAddress: 'bonjour@lambert.example', password: null });
  const group = await rpc(page, 'Groups.Save', { ...(await rpc(page, 'Groups.Get', '')), name: 'Détaillants' }, 'key-e2e-group-make');
  const p = await rpc(page, 'Groups.Portal', group.publicId);
  const question = (kind, fr, en, mandatory, choices = [[], []]) => ({ publicId: '', kind, labelFr: fr, labelEn: en, choicesFr: choices[0], choicesEn: choices[1], mandatory });
  await rpc(page, 'Groups.SavePortal', { ...p, termsFr: 'Nos conditions : être **poli**.', termsEn: 'Our terms: be **polite**.', taxFormat: 'siren', emailHelpUrl: 'https://aide.example/courriel',
    questions: [question('text', 'Dernière facture', 'Last invoice', false), question('choice', 'Secteur', 'Trade', false, [['Vente', 'Service'], ['Retail', 'Service']]), question('yes_no', 'Numéro de commande', 'Order number', true)] }, 'key-e2e-group-portal');
  return `/inscription/${group.publicId}`;
}

/** Where the portal listens, once there is a company. */
async function portalOf(page, program) {
  const address = await until('the portal', async () => program.portal || (await rpc(page, 'Portal.View')).addresses[0]?.url);
  return address.replace(/\/$/, '');
}

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  const door = await must('the firm opens its door', () => firm(page, post.port));
  const base = await portalOf(page, program);
  const mailed = (to, subject) => until(`a mail to ${to}`, () => post.mails.filter((m) => m.to.includes(to) && m.subject.startsWith(subject)).at(-1));
  const codes = (to) => post.mails.filter((m) => m.to.includes(to)).map((m) => codeIn(m.text)).filter(Boolean);

  for (const lang of ['fr', 'en']) {
    const w = words[lang];
    const email = `zoe-${lang}@lenoir.example`;
    const device = () => b.newContext({ viewport: phone, locale: w.locale, isMobile: true, hasTouch: true });
    const context = await device();
    let zoe = await context.newPage();
    const refusals = [];
    watch(zoe, { push: (x) => (/\b422\b/.test(x) ? refusals : trouble).push(x) });
    let clicks = 0;
    const press = async (name) => { clicks++; await zoe.locator('main').getByRole('button', { name, exact: true }).click(); };
    const text = async () => plain(await zoe.locator('main').innerText());
    const has = async (...all) => { const said = await text(); for (const one of all) assert(said.includes(one), `lacks ${one}: ${said}`); };

    await must(`${lang}: terms are accepted by one click`, async () => {
      await zoe.goto(base + door);
      await has(w.terms);
      await press(w.door);
      await zoe.waitForURL(/\/demande\/contact/);
      await has(w.pace);
    });
    await must(`${lang}: what is refused stands beside its field, the rest is kept`, async () => {
      await fill(zoe, { nom: 'Zoé Lenoir', courriel: 'zoe', identifiant: 'zoe.lenoir' });
      await press(w.go);
      await zoe.locator('#courriel-dit').waitFor();
      equal(await zoe.locator('#nom').inputValue(), 'Zoé Lenoir', 'what was typed');
      clicks--; // a detour
      await zoe.locator('#courriel').fill(email);
      await press(w.go);
      await zoe.locator('#code').waitFor();
    });
    await must(`${lang}: a wrong code is told beside its field, the right one is pasted`, async () => {
      const code = await until('the code', () => codes(email)[0]);
      equal(await zoe.locator('#code').evaluate((e) => [e.autocomplete, e.inputMode, document.activeElement === e]), ['one-time-code', 'numeric', true], 'the field of the code');
      await zoe.locator('#code').fill(code === '000000' ? '000001' : '000000');
      await press(w.code);
      await zoe.locator('#code-dit').waitFor();
      await has(w.wrong);
      clicks--;
      await zoe.locator('#code').fill(` ${code.slice(0, 3)} ${code.slice(3)} `);
      await press(w.code);
      await zoe.waitForURL(/\/demande\/societe/);
    });
    await must(`${lang}: the number takes its shape while it is typed`, async () => {
      await zoe.locator('#numero').pressSequentially('552100554');
      equal(await zoe.locator('#numero').inputValue(), '552 100 554', 'the number');
      await zoe.locator('#numero').fill('55210');
      await zoe.locator('#societe').focus();
      await has(w.shape);
      equal(await zoe.locator('#numero').getAttribute('aria-invalid'), 'true', 'the field');
      await zoe.locator('#numero').fill('');
      await zoe.locator('#numero').pressSequentially('552100554');
      await zoe.locator('#societe').focus();
      assert(!(await text()).includes(w.shape), 'the words stand on');
      await fill(zoe, { societe: 'Crèmerie Lenoir', rue: '3 quai Vert', 'code-postal': '69001', ville: 'Lyon' });
      await press(w.go);
      await zoe.waitForURL(/\/demande\/questions/);
      await has(w.question);
    });
    await must(`${lang}: the mailed link opens the request on another device, where it stopped`, async () => {
      const mail = await mailed(email, w.subject);
      const link = /https?:\/\/\S+\/inscription\/r\/[\w-]+/.exec(mail.text)?.[0];
      assert(link, `no link in:\n${mail.text}`);
      await leave(context);
      const other = await device();
      zoe = await other.newPage();
      watch(zoe, { push: (x) => (/\b422\b/.test(x) ? refusals : trouble).push(x) });
      await zoe.goto(base + new URL(link).pathname);
      await zoe.waitForURL(/\/demande\/questions/);
      await zoe.goto(`${base}/demande/statut`);
      await has(w.incomplete, w.missing);
      await zoe.goto(`${base}/demande/societe`);
      equal([await zoe.locator('#societe').inputValue(), await zoe.locator('#numero').inputValue()], ['Crèmerie Lenoir', '552 100 554'], 'what was kept');
      await zoe.goto(`${base}/demande/questions`);
    });
    await must(`${lang}: the last answer sends the request; ${budget} clicks in all`, async () => {
      await answer(zoe);
      await press(w.send);
      await zoe.waitForURL(/\/demande\/statut/);
      await has(w.sent);
      equal(clicks, budget, 'clicks');
      equal(refusals.length, 4, 'two refusals, each noted twice');
      const row = (await rpc(page, 'Requests.List', 'sent', '')).rows.find((r) => r.email === email);
      equal([row.company, row.taxId, row.name], ['Crèmerie Lenoir', '552 100 554', 'Zoé Lenoir'], 'the firm’s row');
    });
  }
  await check('a request is taken back by two clicks, and another may be made', async () => {
    const w = words.fr;
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR' });
    const p = await context.newPage();
    watch(p, trouble);
    await p.goto(base + door);
    await p.getByRole('button', { name: w.door }).click();
    await p.goto(`${base}/demande/statut`);
    await p.locator('main summary', { hasText: w.withdraw }).click();
    await p.getByRole('button', { name: w.yes }).click();
    await p.waitForURL(/fait=retrait/);
    assert((await p.locator('h1').innerText()).includes(w.gone), await p.locator('main').innerText());
    await p.goto(base + door);
    await p.getByRole('button', { name: w.door }).waitFor();
  });
  await check('no page complained', () => equal(trouble, [], 'complaints'));
});
