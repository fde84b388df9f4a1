// The firm's desk of requests for access: whose each one is, what is different field by field, approve, ask for more and refuse by
// one key each, the second of two deciders, and the certain request that the home page approves by one click.
import { ask, customer, demoCode, openGroup } from './asking.mjs';
import { assert, browser, check, demo, deskPage, equal, folder, leave, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 60));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.locator('h1').first().waitFor();
  const base = program.portal.replace(/\/$/, '');
  const codeFor = demoCode(page);
  const group = await openGroup(page, 'Guichet');
  const lenoir = await customer(page, { name: 'Crèmerie Lenoir', siren: '552100554', line1: '1 rue Basse', postcode: '21000', city: 'Dijon' }, { name: 'Zoé Lenoir', email: 'zoe@cremerie-lenoir.example' }, group);
  for (const name of ['Atelier Brun', 'Brun et filles']) await customer(page, { name, siren: '732829320', line1: '2 rue Haute', postcode: '69001', city: 'Lyon' }, null, group);
  const asked = {};
  const stranger = 'emma@corail-studio.example';
  const unknown = 'l.vernet@cabinet-vernet.example';
  const visitor = async (who) => {
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
    const tab = await context.newPage();
    watch(tab, trouble);
    await ask(tab, `${base}/inscription/${group}`, who, codeFor);
    await leave(context);
    asked[who.email] = (await rpc(page, 'Requests.List', 'sent', '')).rows.find((r) => r.email === who.email).id;
    return asked[who.email];
  };
  const at = async (id) => { await page.evaluate((x) => { location.hash = `/requests/${x}`; }, id); await page.locator(`a[aria-current="true"][href="#/requests/${id}"], a[aria-current="true"][href$="/requests/${id}"]`).waitFor(); await page.getByTestId('approve-request').waitFor(); };
  const text = async () => plain(await page.locator('main').innerText());
  const mailTo = (to, words) => until(`a mail to ${to} with ${words}`, async () => {
    for (const m of (await rpc(page, 'Mail.Arrived')).filter((x) => x.to.includes(to))) {
      const mail = await rpc(page, 'Mail.ArrivedMail', m.id);
      if (plain(mail.text).includes(words)) return mail;
    }
    return undefined;
  });

  await page.addInitScript(() => {
    localStorage.setItem('alerts', 'plain');
    document.hasFocus = () => false; // the owner is at something else
    window.shown = [];
    window.Notification = class { static permission = 'granted'; constructor(title, o) { window.shown.push(`${title}|${o?.body ?? ''}`); } close() {} };
  });
  await page.reload();
  await page.locator('h1').first().waitFor();
  await page.getByRole('button', { name: /^Notifications/ }).waitFor();

  await must('visitors ask for access by the link of the group', async () => {
    await visitor({ name: 'Zoé Lenoir', email: 'zoe@cremerie-lenoir.example', company: 'Crèmerie Lenoir SARL', number: '552 100 554' });
    await visitor({ name: 'Otto Brun', email: 'otto@brun.example', company: 'Brun', number: '732829320' });
    // Two more wait in the practice company: of somebody nobody knows, and of a customer's number by an address that is not on its card.
    for (const r of (await rpc(page, 'Requests.List', 'sent', '')).rows) asked[r.email] = r.id;
    assert(asked[stranger] && asked[unknown], JSON.stringify(asked));
  });
  await check('a request raises an alert on the desktop, which names nobody unless that was asked for', async () => {
    await until('the alert', async () => (await page.evaluate(() => window.shown)).length >= 2);
    equal([...new Set(await page.evaluate(() => window.shown))], ['Du nouveau dans Comptoir|'], 'alerts');
  });
  await check('the home page names them, and offers to approve the one that is certain', async () => {
    await page.evaluate(() => { location.hash = '/'; });
    const row = page.getByTestId(`approve-${asked['zoe@cremerie-lenoir.example']}`);
    await row.waitFor();
    const said = await text();
    assert(said.includes(`Zoé Lenoir pour Crèmerie Lenoir (${lenoir.number})`) && said.includes('Seul client avec le numéro fiscal 552 100 554'), `what it will do is not said: ${said}`);
    for (const other of ['otto@brun.example', stranger, unknown]) equal(await page.getByTestId(`approve-${asked[other]}`).count(), 0, `${other} is not certain`);
  });
  await check('one match: it is chosen beforehand, differences stand side by side field by field', async () => {
    await at(asked['zoe@cremerie-lenoir.example']);
    assert(await page.getByTestId(`whose-${lenoir.number}`).isChecked(), 'the one match is chosen');
    const row = (label) => page.getByRole('row', { name: new RegExp(`^${label} `) });
    const cells = async (label) => (await row(label).locator('td').allInnerTexts()).map(plain);
    equal((await cells('Ville')).slice(0, 3), ['Ville', 'Dijon', 'Lyon'], 'the town');
    equal((await cells('Nom')).slice(0, 3), ['Nom', 'Crèmerie Lenoir', 'Crèmerie Lenoir SARL'], 'the name');
    equal((await cells('SIREN'))[3], 'Identique', 'the number');
  });
  await check('several matches and none: nothing, or a new customer, is chosen beforehand', async () => {
    await at(asked['otto@brun.example']);
    assert((await text()).includes('2 clients ont ce numéro fiscal'), 'both are told');
    assert(await page.getByTestId('approve-request').isDisabled(), 'nobody is chosen');
    await at(asked[stranger]);
    assert((await text()).includes('Aucun client avec ce numéro fiscal') && await page.getByTestId('whose-new').isChecked(), 'a new customer is chosen');
  });
  await check('a customer’s number by an address that is not on its card: nothing is chosen, and the firm is told what it would open', async () => {
    await at(asked[unknown]);
    assert(await page.getByTestId('approve-request').isDisabled(), 'a stranger is one key away from a customer’s invoices');
    const said = await text();
    assert(said.includes(`${unknown} n’est l’adresse d’aucun contact de`) && said.includes('Un numéro fiscal est public'), said);
  });
  await check('a walk through the inbox by J passes a request without deciding it; its page is one Enter away', async () => {
    await page.goto(`${program.base}/#/inbox`);
    await page.getByTestId('inbox-request').first().waitFor();
    for (let i = 0; i < 40 && !/#\/inbox\/request\//.test(page.url()); i++) {
      const was = page.url();
      await page.keyboard.press('j');
      await page.waitForURL((u) => u.href !== was);
    }
    const id = page.url().split('/').at(-1);
    const before = await rpc(page, 'Requests.Get', id);
    await page.getByTestId('open-request').waitFor();
    for (const key of ['a', 'r', 'x']) await page.keyboard.press(key);
    equal(await rpc(page, 'Requests.Get', id), before, 'the request');
    assert(page.url().includes('#/inbox/request/'), page.url());
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/requests\//);
    await page.getByTestId('refuse-request').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL(/#\/items/);
    equal(await rpc(page, 'Requests.Get', id), before, 'the request after G A');
  });
  await check('D asks for more with words, which are mailed with the way back', async () => {
    await at(asked['otto@brun.example']);
    await page.keyboard.press('d');
    await page.getByTestId('send-words').click();
    await page.locator('textarea[aria-invalid="true"]').waitFor();
    await page.locator('textarea[data-field="words"]').fill('Pour lequel de vos deux ateliers ?');
    await page.getByTestId('send-words').click();
    await page.waitForURL(/#\/requests$/);
    const mail = await mailTo('otto@brun.example', 'Pour lequel de vos deux ateliers ?');
    assert(/\/inscription\/r\/\S+/.test(mail.text), 'no way back');
    equal((await rpc(page, 'Requests.Get', asked['otto@brun.example'])).state, 'asked');
  });
  await check('R refuses with a reason, which is mailed', async () => {
    await at(asked[unknown]);
    await page.keyboard.press('r');
    await page.locator('textarea[data-field="words"]').fill('Nous ne connaissons pas cette adresse.');
    await page.getByTestId('send-words').click();
    await page.waitForURL(/#\/requests$/);
    await mailTo(unknown, 'Nous ne connaissons pas cette adresse.');
    equal((await rpc(page, 'Requests.Get', asked[unknown])).state, 'refused');
  });
  await check('of two people who decide at once the second is told by whom and what, and sees it', async () => {
    await at(asked[stranger]);
    const seen = await rpc(page, 'Requests.Get', asked[stranger]);
    // The other person's decision, between looking and pressing: the window does not hear of it.
    await page.route('**/rpc/Requests.Approve', async (route) => {
      await rpc(page, 'Requests.Refuse', { requestId: seen.id, version: seen.version, words: 'Par quelqu’un d’autre' }, 'key-e2e-other');
      await route.continue();
    }, { times: 1 });
    await page.keyboard.press('a');
    await page.getByText(/Cette demande est déjà refusée par/).first().waitFor();
    await page.getByText('Par quelqu’un d’autre').waitFor();
    equal(await page.getByTestId('approve-request').count(), 0, 'buttons');
    equal((await rpc(page, 'Customers.Find', 'Corail')).length, 0, 'customers');
  });
  await check('approved with a ticked field by A: the contact gets access, the group’s mail brings a link to choose a password', async () => {
    await at(asked['zoe@cremerie-lenoir.example']);
    await page.getByRole('checkbox', { name: 'Reprendre : Ville' }).check();
    await page.keyboard.press('a');
    await page.waitForURL(/#\/requests$/);
    const c = await rpc(page, 'Customers.Get', lenoir.publicId);
    equal([c.name, c.city, c.line1, c.contacts.map((k) => [k.email, k.portalAccess])], ['Crèmerie Lenoir', 'Lyon', '1 rue Basse', [['zoe@cremerie-lenoir.example', true]]], 'the customer');
    const mail = await mailTo('zoe@cremerie-lenoir.example', 'mot de passe');
    assert(/https?:\/\/\S+/.test(mail.text), `no link: ${mail.text}`);
  });
  await check('nothing waits of these any more, the states are counted, the list is saved as a file, and one is found by its company', async () => {
    const q = await rpc(page, 'Requests.List', '', '');
    const mine = Object.fromEntries(q.rows.filter((r) => Object.values(asked).includes(r.id)).map((r) => [r.email.split('@')[0], r.state]).reverse());
    equal(mine, { emma: 'refused', 'l.vernet': 'refused', zoe: 'approved', otto: 'asked' }, 'states');
    assert(q.counts.refused >= 2 && q.counts.approved >= 1, JSON.stringify(q.counts));
    const csv = await page.evaluate(async () => (await fetch('/files/lists/requests.csv')).text());
    for (const email of Object.keys(asked)) assert(csv.includes(email), `${email} is not in the file`);
    equal((await rpc(page, 'System.Search', 'otto brun')).map((x) => x.href), [`/requests/${asked['otto@brun.example']}`], 'found');
  });
  // What is refused (no words, the second decider) is answered so, and the browser notes it.
  await check('nothing complained on the way', () => equal(trouble.filter((x) => !/: (400|409|422) |status of (400|409|422)/.test(x)), [], 'console and network'));
});
