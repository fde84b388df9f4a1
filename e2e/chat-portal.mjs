// The portal's side of the chat, at phone width: without JavaScript by reload; with it, what is typed survives a reload, a lost
// session and a dead line, goes once, and is counted. Outside hours the page says when it opens next and takes a message.
import { assert, browser, check, deskPage, equal, firstStart, folder, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';

const password = 'Un-Bon-Mot-de-Passe-1';
const email = 'anne@vieux-port.example';
const colleague = 'bruno@vieux-port.example';
const bareText = `Sans script.\n${'Tapé dans une session qui finissait. '.repeat(60).trim()}`;
const long = 'Un long message, écrit dans le train. '.repeat(60).trim();

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.locator('input[data-field="name"], [data-field="name"] input').first().fill('Menuiserie Lambert');
  await page.locator('input[data-field="email"], [data-field="email"] input').first().fill('bonjour@lambert.example');
  await firstStart(page);
  await page.getByTestId('new-invoice').first().waitFor();
  const settings = await rpc(page, 'Settings.Mail');
  await rpc(page, 'Settings.SaveMail', { ...settings, host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', fromAddress: 'bonjour@lambert.example', password: null });
  await rpc(page, 'Hours.SaveSettings', { ...await rpc(page, 'Hours.Settings'), enabled: true, promiseMinutes: 240 });
  const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
  let event = await rpc(page, 'Hours.SaveEvent', { publicId: '', name: 'Essai', startDate: day(-1), startTime: '00:00', endDate: day(2), endTime: '24:00', open: true, french: true, english: true, holiday: false, version: 0 }, 'key-e2e-hours');
  const customer = await rpc(page, 'Customers.Save', { publicId: '', number: '', kind: 'company', name: 'Hôtel du Vieux Port', email, language: 'fr', currency: 'EUR', taxRegime: 'domestic', country: 'FR', line1: '12 quai Duguay-Trouin', postcode: '35000', city: 'Rennes', termsDays: 30,
    contacts: [{ publicId: '', name: 'Anne Morel', email, phone: '', language: 'fr', isPrimary: true, portalAccess: true, version: 0 },
      { publicId: '', name: 'Bruno Petit', email: colleague, phone: '', language: 'fr', isPrimary: false, portalAccess: true, version: 0 }] }, 'key-e2e-customer');
  await rpc(page, 'Customers.Invite', customer.publicId, customer.contacts[0].publicId);
  const link = /https?:\/\/\S+\/p\/[\w-]+/.exec((await until('the invitation', () => post.mails.find((m) => /\/p\//.test(m.text)))).text)[0];
  const portal = new URL(link).origin;
  const at = (path) => new URL(path, portal).href;
  const rows = async (view = 'all') => (await rpc(page, 'Conversations.List', { view, words: '', customerId: '', cursor: '' })).rows;
  const saidAt = async (id) => (await rpc(page, 'Conversations.Messages', id, 0)).rows.map((m) => m.text).reverse();
  const answer = (id, text, key) => rpc(page, 'Conversations.Write', id, text, key);

  const bare = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, javaScriptEnabled: false });
  const plainPage = await bare.newPage();
  watch(plainPage, trouble);
  const fits = (p) => p.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  const signIn = async (p, path, name = email) => {
    await p.goto(at(path));
    await p.locator('input[name=nom]').fill(name);
    await p.locator('input[name=mot-de-passe]').fill(password);
    await p.locator('form[action="/connexion"] button[type=submit]').click();
    await p.waitForURL((u) => !u.pathname.startsWith('/connexion'));
  };
  let talk = '';

  await must('without JavaScript: a conversation begins, and is there after sending', async () => {
    await plainPage.goto(link);
    await plainPage.locator('#mot-de-passe').fill(password);
    await plainPage.locator('form[action="/mot-de-passe"] button[type=submit]').first().click();
    await plainPage.waitForURL((u) => !u.pathname.startsWith('/mot-de-passe'));
    await plainPage.goto(at('/chat'));
    await plainPage.getByRole('link', { name: 'Nouvelle conversation' }).click();
    await plainPage.locator('#sujet').fill('Livraison');
    await plainPage.locator('#message').fill('Bonjour, à quelle heure ?');
    await plainPage.locator('form[action="/chat"] button').click();
    await plainPage.waitForURL(/\/chat\/(?!nouveau)/);
    talk = new URL(plainPage.url()).pathname.split('/').pop();
    equal(await plainPage.locator('[data-chat] .body').allInnerTexts(), ['Bonjour, à quelle heure ?'], 'what was said');
    equal((await rows('to_answer')).map((r) => r.subject), ['Livraison'], 'what waits at the desk');
  });

  await must('without JavaScript: the answer is counted and read by a reload, and a reply goes once', async () => {
    await answer(talk, 'À dix heures.', 'key-e2e-answer-1');
    await plainPage.goto(at('/'));
    const tab = await plain(await plainPage.locator('a[href="/chat"]').first().innerText());
    assert(/1/.test(tab), `the count beside the tab: ${tab}`);
    await plainPage.goto(at(`/chat/${talk}`));
    await plainPage.getByText('À dix heures.').waitFor();
    await plainPage.locator('form[data-say] textarea').fill('Merci bien');
    await plainPage.locator('form[data-say] button').click();
    await plainPage.waitForURL(/fait=envoye/);
    await plainPage.reload();
    equal(await saidAt(talk), ['Bonjour, à quelle heure ?', 'À dix heures.', 'Merci bien'], 'the conversation');
    equal(await plainPage.locator('a[href="/chat"] .unread:not([hidden])').count(), 0, 'unread after reading');
  });

  await must('without JavaScript: what was typed in a session that ended stands on the sign-in page, and goes once behind it', async () => {
    await plainPage.goto(at(`/chat/${talk}`));
    await plainPage.locator('form[data-say] textarea').fill(bareText);
    await bare.clearCookies(); // the session is over
    await plainPage.locator('form[data-say] button').click();
    await plainPage.getByText('Votre texte n’a pas été envoyé').waitFor();
    trouble.length = 0; // what a lost session answers
    equal(await plainPage.locator('#garde-message').inputValue(), bareText, 'the text beside the sign-in');
    assert(await fits(plainPage), 'the sign-in page is as wide as the phone');
    await plainPage.locator('input[name=nom]').fill(email);
    await plainPage.locator('input[name=mot-de-passe]').fill(password);
    await plainPage.locator('form[action="/connexion"] button[type=submit]').click();
    await plainPage.getByRole('heading', { name: 'Votre texte vous attend' }).waitFor();
    equal(await plainPage.locator('#garde-message').inputValue(), bareText, 'the text in a form again');
    equal((await saidAt(talk)).filter((t) => t.startsWith('Sans script.')).length, 0, 'sent before it was sent');
    await plainPage.locator(`form[action="/chat/${talk}"] button`).click();
    await plainPage.waitForURL(/fait=envoye/);
    equal((await saidAt(talk)).filter((t) => t === bareText).length, 1, 'how often it is there');
  });

  const pocket = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
  const anne = await pocket.newPage();
  watch(anne, trouble);
  const field = () => anne.locator('form[data-say] textarea');
  const draft = () => anne.locator('form[action="/chat"] textarea');

  await must('a long text of a new conversation is kept over a reload and a lost session, and goes once', async () => {
    await signIn(anne, '/chat/nouveau');
    await anne.goto(at('/chat/nouveau'));
    await anne.locator('#sujet').fill('Du train');
    await draft().fill(long);
    await anne.reload();
    equal([await anne.locator('#sujet').inputValue(), await draft().inputValue()], ['Du train', long], 'the draft after a reload');
    await pocket.clearCookies(); // the session is over
    await anne.locator('form[action="/chat"] button').click();
    await anne.locator('form[action="/connexion"]').waitFor(); // with the text: the next check
    equal(await anne.locator('#garde-message').inputValue(), long, 'the text beside the sign-in');
    trouble.length = 0; // what a lost session answers
    await signIn(anne, '/chat/nouveau');
    await anne.goto(at('/chat/nouveau'));
    equal([await anne.locator('#sujet').inputValue(), await draft().inputValue()], ['Du train', long], 'the draft after a lost session');
    await anne.locator('form[action="/chat"] button').click();
    await anne.waitForURL(/\/chat\/(?!nouveau)/);
    equal((await rows()).filter((r) => r.subject === 'Du train').length, 1, 'conversations');
    await anne.goto(at('/chat/nouveau'));
    equal(await draft().inputValue(), '', 'the draft after it was sent');
  });

  await must('what is typed in a conversation is kept over a reload, and what is sent in a lost session goes after signing in, once', async () => {
    await anne.goto(at(`/chat/${talk}`));
    await field().fill(long);
    await anne.reload();
    equal(await field().inputValue(), long, 'the draft');
    await pocket.clearCookies();
    await anne.locator('form[data-say] button').click();
    await anne.waitForURL(/\/connexion/);
    await signIn(anne, `/chat/${talk}`);
    await anne.goto(at(`/chat/${talk}`));
    await until('the message at the desk', async () => (await saidAt(talk)).includes(long));
    await until('nothing on its way', async () => (await anne.locator('[data-pending]').count()) === 0);
    await anne.reload();
    equal((await saidAt(talk)).filter((t) => t === long).length, 1, 'how often it is there');
    equal(await anne.locator('[data-chat] .body').filter({ hasText: 'écrit dans le train' }).count(), 1, 'on the page');
    equal(await field().inputValue(), '', 'the draft after it was sent');
    assert(await fits(anne), 'the page is as wide as the phone');
  });

  await must('sent while the line is dead: it waits on the page, survives its closing, and goes once', async () => {
    await pocket.setOffline(true);
    await field().fill('Depuis le tunnel');
    await anne.locator('form[data-say] button').click();
    await anne.locator('[data-pending]').filter({ hasText: 'Depuis le tunnel' }).waitFor();
    await field().fill('Un brouillon');
    await anne.goto('about:blank');
    await pocket.setOffline(false);
    trouble.length = 0;
    await anne.goto(at(`/chat/${talk}`));
    await until('the message at the desk', async () => (await saidAt(talk)).includes('Depuis le tunnel'));
    await until('nothing on its way', async () => (await anne.locator('[data-pending]').count()) === 0);
    equal(await field().inputValue(), 'Un brouillon', 'the draft beside it');
    equal((await saidAt(talk)).filter((t) => t === 'Depuis le tunnel').length, 1, 'how often it is there');
  });

  await check('in the same browser a colleague neither sees nor sends what somebody else left there', async () => {
    const invited = customer.contacts.find((k) => k.name === 'Bruno Petit');
    await rpc(page, 'ContractSharing.SetSeeEachOther', customer.publicId, true);
    await rpc(page, 'Customers.Invite', customer.publicId, invited.publicId);
    const way = /https?:\/\/\S+\/p\/[\w-]+/.exec((await until('his invitation', () => post.mails.find((m) => /\/p\//.test(m.text) && m.text.includes('Bruno')))).text)[0];
    await pocket.clearCookies();
    await anne.goto(way);
    await anne.locator('#mot-de-passe').fill(password);
    await anne.locator('form[action="/mot-de-passe"] button[type=submit]').first().click();
    await anne.waitForURL((u) => !u.pathname.startsWith('/mot-de-passe'));
    await anne.goto(at('/chat/nouveau'));
    await draft().fill('Une question de Bruno');
    await anne.locator('form[action="/chat"] button').click();
    await anne.waitForURL(/\/chat\/(?!nouveau)/);
    const his = new URL(anne.url()).pathname.split('/').pop();
    await pocket.setOffline(true);
    await field().fill('De la part de Bruno');
    await anne.locator('form[data-say] button').click();
    await anne.locator('[data-pending]').filter({ hasText: 'De la part de Bruno' }).waitFor();
    await field().fill('Brouillon de Bruno');
    await anne.goto('about:blank');
    await pocket.clearCookies();
    await pocket.setOffline(false); // his session is over; contacts of this customer see each other
    trouble.length = 0;
    await signIn(anne, `/chat/${his}`);
    await anne.goto(at(`/chat/${his}`));
    equal([await field().inputValue(), await anne.locator('[data-pending]').count()], ['', 0], 'what she finds');
    await field().fill('De la part d’Anne');
    await anne.locator('form[data-say] button').click();
    await until('her message at the desk', async () => (await saidAt(his)).includes('De la part d’Anne'));
    await pocket.clearCookies();
    await signIn(anne, `/chat/${his}`, colleague);
    await anne.goto(at(`/chat/${his}`));
    await until('his message at the desk', async () => (await saidAt(his)).includes('De la part de Bruno'));
    equal(await field().inputValue(), 'Brouillon de Bruno', 'his draft');
    const said = (await rpc(page, 'Conversations.Messages', his, 0)).rows;
    equal(said.filter((m) => /^De la part/.test(m.text)).map((m) => m.author).sort(), ['Anne Morel', 'Bruno Petit'], 'in whose names');
    assert(said.every((m) => !/^De la part/.test(m.text) || m.text.endsWith(m.author.split(' ')[0])), `one wrote in the other’s name: ${JSON.stringify(said.map((m) => [m.author, m.text]))}`);
    await pocket.clearCookies();
    await signIn(anne, `/chat/${talk}`);
    await anne.goto(at(`/chat/${talk}`));
  });

  await check('unread answers are counted live on another page, and no more once they are read', async () => {
    await anne.goto(at('/chat'));
    await answer(talk, 'Premier', 'key-e2e-answer-2');
    await answer(talk, 'Second', 'key-e2e-answer-3');
    await until('two unread', async () => (await plain(await anne.locator('[data-chats] .unread').first().innerText().catch(() => ''))).startsWith('2'));
    await anne.goto(at(`/chat/${talk}`));
    await anne.getByText('Second').waitFor();
    equal(await anne.locator('.tabs [data-unread]:not([hidden])').count(), 0, 'unread after reading');
  });

  await check('outside hours: when it opens next, and a message that becomes a conversation to answer', async () => {
    event = await rpc(page, 'Hours.SaveEvent', { ...event, open: false }, 'key-e2e-hours-2');
    for (const [p, words] of [[plainPage, 'Le soir sans script'], [anne, 'Le soir']]) {
      await p.goto(at('/chat/nouveau'));
      const hours = await plain(await p.locator('.hours').innerText());
      assert(/Fermé/.test(hours) && /[Oo]uvr/.test(hours) && /message/.test(hours), `the hours: ${hours}`);
      await p.locator('#message').fill(words);
      await p.locator('form[action="/chat"] button').click();
      await p.waitForURL(/\/chat\/(?!nouveau)/);
      await p.getByText('Votre message est bien arrivé').waitFor();
      const row = (await rows('to_answer')).find((r) => r.text === words);
      assert(row?.waitingSince && row.dueAt, `an answer is owed and promised: ${JSON.stringify(row)}`);
    }
  });

  await check('the desk finds a conversation by its subject and by its customer', async () => {
    for (const words of ['Du train', 'vieux port', 'Morel']) {
      const found = (await rpc(page, 'Conversations.List', { view: 'all', words, customerId: '', cursor: '' })).rows;
      assert(found.some((r) => r.subject === 'Du train'), `found by ${words}: ${found.map((r) => r.subject)}`);
    }
  });

  await check('nobody complained', () => equal(trouble.filter((x) => !/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_INCOMPLETE_CHUNKED|401/.test(x)), []));
});
