// Chat for real, in two browsers: a contact in the portal and the desk. Live both ways, files both ways, a canned reply,
// assignment, a closed conversation whose transcript arrives; then the line is cut on each side and the program restarted,
// and nothing is lost and nothing comes twice.
import { assert, browser, check, deskPage, equal, firstStart, folder, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';

const password = 'Un-Bon-Mot-de-Passe-1';
const email = 'anne@vieux-port.example';
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

run(async () => {
  const home = folder();
  const post = await mailServer();
  let program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.locator('input[data-field="name"], [data-field="name"] input').first().fill('Menuiserie Lambert');
  await page.locator('input[data-field="email"], [data-field="email"] input').first().fill('bonjour@lambert.example');
  await firstStart(page);
  await page.getByTestId('new-invoice').first().waitFor();
  const settings = await rpc(page, 'Settings.Mail');
  await rpc(page, 'Settings.SaveMail', { ...settings, host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', fromAddress: 'bonjour@lambert.example', password: null });
  // Chat on, and open: an event goes before every schedule.
  await rpc(page, 'Hours.SaveSettings', { ...await rpc(page, 'Hours.Settings'), enabled: true, promiseMinutes: 240 });
  const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
  const event = await rpc(page, 'Hours.SaveEvent', { publicId: '', name: 'Essai', startDate: day(-1), startTime: '00:00', endDate: day(2), endTime: '24:00', open: true, french: true, english: true, holiday: false, version: 0 }, 'key-e2e-hours');
  const group = await rpc(page, 'Groups.Save', { ...await rpc(page, 'Groups.Get', ''), name: 'Hôtels', portalEnabled: true, uploadsAllowed: true }, 'key-e2e-group');
  const customer = await rpc(page, 'Customers.Save', { publicId: '', number: '', kind: 'company', name: 'Hôtel du Vieux Port', email, language: 'fr', currency: 'EUR', taxRegime: 'domestic', country: 'FR', line1: '12 quai Duguay-Trouin', postcode: '35000', city: 'Rennes', groupId: group.publicId, termsDays: 30,
    contacts: [{ publicId: '', name: 'Anne Morel', email, phone: '', language: 'fr', isPrimary: true, portalAccess: true, version: 0 }] }, 'key-e2e-customer');
  await rpc(page, 'Customers.Invite', customer.publicId, customer.contacts[0].publicId);

  const pocket = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
  const anne = await pocket.newPage();
  watch(anne, trouble);
  let portal = '';
  const at = (path) => new URL(path, portal).href;
  const desk = () => page.getByTestId('conversation');
  const field = () => page.getByTestId('message-field');
  const said = (words) => desk().getByTestId('message').filter({ hasText: words });
  const heard = (words) => anne.locator('[data-chat] [data-seq]').filter({ hasText: words });
  const say = async (words) => { await anne.locator('form[data-say] textarea').fill(words); await anne.locator('form[data-say] button').click(); };
  const once = async (list, what) => { await until(what, async () => (await list.count()) > 0); await page.waitForTimeout(300); equal(await list.count(), 1, what); };

  await must('the contact has a password and writes; the desk hears it without a reload', async () => {
    const mail = await until('the invitation', () => post.mails.find((m) => /\/p\//.test(m.text)));
    const link = /https?:\/\/\S+\/p\/[\w-]+/.exec(mail.text)[0];
    portal = new URL(link).origin;
    await anne.goto(link);
    await anne.locator('#mot-de-passe').fill(password);
    await anne.locator('form[action="/mot-de-passe"] button[type=submit]').first().click();
    await anne.waitForLoadState();
    await page.goto(`${program.base}/#/inbox`);
    await page.getByRole('heading', { name: 'Boîte de réception' }).waitFor();
    await anne.goto(at('/chat/nouveau'));
    await anne.locator('#sujet').fill('Livraison du lot B');
    await anne.locator('textarea').fill('Bonjour, la pose peut-elle se faire jeudi ?');
    await anne.locator('form[action="/chat"] button').click();
    await anne.waitForURL(/\/chat\/(?!nouveau)/);
    await page.getByTestId('inbox-chat').filter({ hasText: 'Anne Morel' }).waitFor();
    await until('the count in the title', async () => /^\(1\)/.test(await page.title()));
    assert((await plain(await page.locator('nav a[href="#/inbox"]').first().innerText())).includes('1'), 'the count in the menu');
  });

  await must('a canned reply fills in the name, Ctrl+Enter sends it, the contact reads it live', async () => {
    await rpc(page, 'Conversations.SaveCanned', { id: '', version: 0, shortcut: 'jeudi', title: 'Oui pour jeudi', bodyFr: 'Oui {name}, jeudi convient. {firm}', bodyEn: '' }, 'key-e2e-canned');
    await page.keyboard.press('j');
    await desk().waitFor();
    await until('nothing unread any more', async () => !/^\(/.test(await page.title()));
    await page.keyboard.press('r');
    await page.keyboard.type('/jeu');
    await page.getByRole('option', { name: /jeudi/ }).waitFor();
    await page.keyboard.press('Enter');
    await until('the reply', async () => (await field().inputValue()) === 'Oui Anne Morel, jeudi convient. Menuiserie Lambert');
    await page.keyboard.press('Control+Enter');
    await once(heard('jeudi convient'), 'the reply in the portal');
    await until('the mark that it was read', async () => (await desk().getByText('Lu par le client').count()) === 1);
    await once(said('jeudi convient'), 'the reply at the desk');
  });

  await check('files go both ways', async () => {
    await page.getByTestId('chat-files').setInputFiles({ name: 'plan.png', mimeType: 'image/png', buffer: png });
    await field().fill('Le plan');
    await page.getByTestId('send-message').click();
    await once(heard('plan.png'), 'the plan in the portal');
    await desk().locator('img[src^="/files/conversations/"]').waitFor();
    await anne.locator('.with-files summary').click();
    await anne.locator('#fichiers').setInputFiles({ name: 'acces.txt', mimeType: 'text/plain', buffer: Buffer.from('Code 12') });
    await anne.locator('form[action$="/fichiers"] button').click();
    await anne.waitForLoadState();
    await once(said('acces.txt'), 'the file at the desk');
    const got = page.waitForEvent('download');
    await said('acces.txt').getByRole('button').click();
    equal((await got).suggestedFilename(), 'acces.txt');
  });

  await check('it is assigned, and the list of mine has it', async () => {
    const me = (await rpc(page, 'Conversations.People')).me;
    await page.getByTestId('assignee').selectOption(me);
    await until('the assignment', async () => (await rpc(page, 'Conversations.List', { view: 'mine', words: '', customerId: '', cursor: '' })).rows.length === 1);
    await desk().getByText('Responsable :').waitFor();
  });

  await must('the desk loses its line: what is written waits, goes when it is back, and comes once', async () => {
    await page.context().setOffline(true);
    trouble.length = 0;
    await field().fill('Écrit sans liaison');
    await page.keyboard.press('Control+Enter');
    await desk().getByTestId('outgoing').filter({ hasText: 'Écrit sans liaison' }).getByText('Pas encore parti').waitFor();
    await field().fill('Un brouillon');
    await say('Dit pendant ce temps');
    await page.waitForTimeout(500);
    await page.context().setOffline(false);
    await once(heard('Écrit sans liaison'), 'the message in the portal');
    await once(said('Écrit sans liaison'), 'the message at the desk');
    await once(said('Dit pendant ce temps'), 'what was said meanwhile');
    equal(await desk().getByTestId('outgoing').count(), 0, 'on their way');
    equal(await field().inputValue(), 'Un brouillon', 'the draft');
    await page.goto(`${program.base}/#/`);
    await page.reload();
    await page.goBack();
    equal(await field().inputValue(), 'Un brouillon', 'the draft after leaving and a reload');
  });

  await must('the contact loses its line: it hears what it missed, and what it wrote arrives once', async () => {
    await pocket.setOffline(true);
    await anne.locator('form[data-say] textarea').fill('Depuis le tunnel');
    await anne.locator('form[data-say] button').click();
    await field().fill('Pendant le tunnel');
    await page.keyboard.press('Control+Enter');
    await once(said('Pendant le tunnel'), 'the message at the desk');
    await pocket.setOffline(false);
    await until('what was missed', async () => (await heard('Pendant le tunnel').count()) === 1, 60);
    await until('what was written', async () => (await said('Depuis le tunnel').count()) === 1, 60);
  });

  await must('the program is restarted: both sides go on where they were', async () => {
    await field().fill('Un brouillon qui reste');
    const [deskAt, portalAt] = [new URL(program.base).host, new URL(portal).host];
    await program.stop();
    program.stop = async () => undefined;
    await field().press('Control+Enter');
    await desk().getByTestId('outgoing').getByText('Pas encore parti').waitFor();
    program = await serve(home, '--data', `${home}/firm`, '--desk', deskAt, '--portal', portalAt);
    await page.goto(program.desk);
    await page.getByTestId('new-invoice').first().waitFor();
    const row = (await rpc(page, 'Conversations.List', { view: 'all', words: '', customerId: '', cursor: '' })).rows[0];
    await page.goto(`${program.base}/#/inbox/chat/${row.id}`);
    await once(said('Un brouillon qui reste'), 'the message at the desk');
    await until('it in the portal', async () => (await heard('Un brouillon qui reste').count()) === 1, 60);
    await say('Et après le redémarrage');
    await once(said('Et après le redémarrage'), 'the answer');
  });

  await check('closed with a transcript: it arrives by mail, and a new message opens it again', async () => {
    const before = post.mails.length;
    await page.getByTestId('close').click();
    await page.getByTestId('close-transcript').check();
    await page.getByTestId('close-now').click();
    const mail = await until('the transcript', () => post.mails.slice(before).find((m) => m.to.includes(email) && m.text.includes('la pose peut-elle')), 40);
    assert(mail.text.includes('jeudi convient') && mail.text.includes('Depuis le tunnel'), 'all that was said');
    await desk().getByText('a clos la conversation').waitFor();
    await say('Une chose encore');
    await once(said('Une chose encore'), 'the message');
    await page.getByTestId('close').waitFor();
  });

  await check('outside hours the portal takes a message, which becomes a conversation to answer with a promised time', async () => {
    const events = await rpc(page, 'Hours.SaveEvent', { ...event, open: false }, 'key-e2e-hours-2');
    assert(!events.open, 'closed');
    await anne.goto(at('/chat/nouveau'));
    await anne.locator('textarea').fill('Message du soir');
    await anne.locator('form[action="/chat"] button').click();
    await anne.waitForURL(/\/chat\/(?!nouveau)/);
    await anne.getByText('Fermé').first().waitFor();
    const row = await until('it in the inbox', async () => (await rpc(page, 'Conversations.List', { view: 'to_answer', words: '', customerId: '', cursor: '' })).rows.find((r) => r.text === 'Message du soir'));
    assert(row.waitingSince && row.dueAt, 'an answer is owed, and promised');
    await until('the mail to the firm', () => post.mails.find((m) => m.to.includes('bonjour@lambert.example') && m.text.includes('Message du soir')));
  });

  await check('search finds it from the inbox and from Ctrl+K, and the customer page shows it', async () => {
    await page.goto(`${program.base}/#/inbox?view=all`);
    await page.locator('[data-page-search]').fill('tunnel');
    await until('one conversation', async () => (await page.getByTestId('inbox-chat').count()) === 1);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tunnel');
    await page.getByRole('option', { name: /Livraison du lot B/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`${program.base}/#/customers/${customer.publicId}`);
    await page.getByRole('link', { name: /Livraison du lot B/ }).waitFor();
  });

  await check('an alert is shown only after it was asked for, and says nothing of what was written', async () => {
    await page.context().grantPermissions(['notifications'], { origin: program.base });
    await page.addInitScript(() => { window.shown = []; window.Notification = class { static permission = 'granted'; static requestPermission = async () => 'granted'; constructor(title, o) { window.shown.push(title + '|' + (o?.body ?? '')); } close() {} }; });
    await page.goto(`${program.base}/#/inbox`);
    await page.reload();
    await page.getByRole('button', { name: 'Plus d’actions' }).first().click();
    await page.getByRole('menuitem', { name: 'Avertissements sur cet ordinateur' }).click();
    equal(await page.evaluate(() => window.shown), []);
    await page.getByTestId('alerts-plain').check();
    await page.keyboard.press('Escape');
    await say('Un secret');
    await until('the alert', async () => (await page.evaluate(() => window.shown)).length === 1);
    equal(await page.evaluate(() => window.shown), ['Un message attend dans Comptoir|']);
  });

  await check('neither window nor portal complained', () => equal(trouble.filter((x) => !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_NETWORK_CHANGED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|401/.test(x)), []));
});
