// Sign-in for real: first password, forgotten user name and password, a second factor with its codes of recovery, a group
// that demands one, terms that are asked again, wrong passwords of a stranger, and what asks for the password once more.
// The mails are read from the mail server, the codes computed as an application on a phone does.
import { request } from 'node:http';
import { assert, browser, check, deskPage, equal, firstStart, folder, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';
import { totp } from './totp.mjs';

const password = 'Un-Bon-Mot-de-Passe-1';
const second = 'Un-Autre-Mot-de-Passe-2';
const email = 'anne@vieux-port.example';

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
  let portal = ''; // known by the first link
  const at = (path) => new URL(path, portal).href;
  const pocket = async (options = {}) => {
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, ...options });
    const p = await context.newPage();
    watch(p, trouble);
    return p;
  };
  const text = async (p) => plain(await p.locator('main').innerText());
  const where = (p) => new URL(p.url()).pathname;
  // A mail that came after the first n, by what stands in it.
  const mailAfter = (n, re) => until(`a mail with ${re}`, () => post.mails.slice(n).find((m) => re.test(m.text)));
  const passwordLink = (m) => /https?:\/\/\S+\/p\/[\w-]+/.exec(m.text)[0];
  // Sends a form; the portal takes one sign-in of an address every five seconds once ten have come.
  const send = async (p, open, fill, action) => {
    for (let tries = 0; ; tries++) {
      await open();
      await fill();
      const answer = p.waitForResponse((r) => r.request().method() === 'POST');
      await p.locator(`form[action="${action}"] button[type=submit]`).first().click();
      const status = (await answer).status();
      await p.waitForLoadState();
      if (status !== 429 || tries > 5) return status;
      await p.waitForTimeout(5_000);
    }
  };
  const choose = (p, link, word) => send(p, () => p.goto(link), () => p.locator('#mot-de-passe').fill(word), '/mot-de-passe');
  const signIn = (p, word, name = email) => send(p, () => p.goto(at('/connexion')), async () => { await p.locator('#nom').fill(name); await p.locator('#mot-de-passe').fill(word); }, '/connexion');
  const code = (p, word) => send(p, async () => { if (!await p.locator('#code').count()) await p.goto(at('/connexion/code')); }, () => p.locator('#code').fill(word), '/connexion/code');

  const settings = await rpc(page, 'Settings.Mail');
  await rpc(page, 'Settings.SaveMail', { ...settings, host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', fromAddress: 'bonjour@lambert.example', password: null });
  const group = await rpc(page, 'Groups.Save', { ...await rpc(page, 'Groups.Get', ''), name: 'Hôtels', portalEnabled: true }, 'key-e2e-group');
  const customer = await must('a customer whose contact may come in', async () => {
    const blank = { publicId: '', number: '', kind: 'company', name: 'Hôtel du Vieux Port', email, language: 'fr', currency: 'EUR', taxRegime: 'domestic', country: 'FR', line1: '12 quai Duguay-Trouin', postcode: '35000', city: 'Rennes', groupId: group.publicId, termsDays: 30,
      contacts: [{ publicId: '', name: 'Anne Morel', email, phone: '', language: 'fr', isPrimary: true, portalAccess: true, version: 0 }] };
    const saved = await rpc(page, 'Customers.Save', blank, 'key-e2e-customer');
    await rpc(page, 'Customers.Invite', saved.publicId, saved.contacts[0].publicId);
    return saved;
  });

  const anne = await pocket();
  await must('the invitation leads to a first password, once', async () => {
    const link = passwordLink(await mailAfter(0, /\/p\//));
    portal = new URL(link).origin;
    await choose(anne, link, password);
    await anne.goto(at('/profil'));
    equal(where(anne), '/profil', 'where she is');
    const other = await pocket();
    equal((await other.goto(link)).status(), 410, 'the link, used');
  });

  await check('a stranger who guesses is slowed down, and the one whose password it is still comes in', async () => {
    const answers = [];
    for (let i = 0; i < 14; i++) answers.push(await guess(portal, email, `faux-${i}`));
    equal([...new Set(answers.slice(0, 5))], [422], 'the first answers');
    assert(answers.at(-1) === 429, `the last answers: ${answers.slice(-4)}`);
    const p = await pocket();
    await signIn(p, password);
    equal(where(p), '/', 'where she is');
  });

  await check('a forgotten user name comes by mail, the answer is the same for a stranger', async () => {
    const said = [];
    for (const who of [email, 'personne@nulle-part.example']) {
      const p = await pocket();
      await p.goto(at('/nom-utilisateur/oublie'));
      await p.locator('#courriel').fill(who);
      await p.locator('form[action="/nom-utilisateur/oublie"] button').click();
      await p.waitForLoadState();
      said.push(await text(p));
    }
    equal(said[0], said[1], 'both answers');
    const m = await until('the mail', () => post.mails.find((x) => /nom d’utilisateur/i.test(x.subject)));
    assert(m.to.includes(email) && m.text.includes(email), m.text);
    assert(!post.mails.some((x) => x.to.includes('personne@nulle-part.example')), 'nothing goes to a stranger');
  });

  await check('a forgotten password: a link that works once and ends the other sessions', async () => {
    const before = post.mails.length;
    const p = await pocket();
    await p.goto(at('/mot-de-passe/oublie'));
    await p.locator('#nom').fill(email);
    await p.locator('form[action="/mot-de-passe/oublie"] button').click();
    const link = passwordLink(await mailAfter(before, /\/p\//));
    await choose(p, link, second);
    await p.goto(at('/profil'));
    equal(where(p), '/profil', 'the new session');
    await anne.goto(at('/profil'));
    equal(where(anne), '/connexion', 'the session of before');
    equal((await (await pocket()).goto(link)).status(), 410, 'the link, used');
  });

  let secret = '';
  let recovery = [];
  await must('a second factor is set up by the key that is shown', async () => {
    await signIn(anne, second);
    await anne.goto(at('/profil/second-facteur'));
    await anne.locator('form[action="/profil/second-facteur"] button').click();
    secret = (await anne.locator('.print').innerText()).trim();
    assert(await anne.locator('.qr svg').isVisible(), 'the code to scan');
    await anne.locator('#code').fill('000000');
    await anne.locator('form[action$="/code"] button').click();
    await anne.locator('#code[aria-invalid]').waitFor();
    equal((await anne.locator('.print').innerText()).trim(), secret, 'the key after a wrong code');
    await anne.locator('#code').fill(totp(secret));
    await anne.locator('form[action$="/code"] button').click();
    await anne.locator('.codes li').first().waitFor();
    recovery = await anne.locator('.codes li').allInnerTexts();
    equal(recovery.length, 10, 'codes of recovery');
  });
  await check('the password alone opens nothing; with the code she is in, and the code counts once', async () => {
    const used = totp(secret, 1);
    const p = await pocket();
    await signIn(p, second);
    equal(where(p), '/connexion/code', 'after the password');
    equal(new URL((await p.request.get(at('/profil'))).url()).pathname, '/connexion', 'with half a sign-in');
    await code(p, used);
    equal(where(p), '/', 'after the code');
    const again = await pocket();
    await signIn(again, second);
    await code(again, used);
    assert(await again.locator('#code[aria-invalid]').isVisible(), 'the same code again');
    await code(again, recovery[0]);
    equal(where(again), '/', 'after a code of recovery');
  });
  await check('a code of recovery counts once', async () => {
    const p = await pocket();
    await signIn(p, second);
    await code(p, recovery[0]);
    assert(await p.locator('#code[aria-invalid]').isVisible(), 'the code again');
    await code(p, recovery[1].toLowerCase());
    equal(where(p), '/', 'after another one');
  });

  await check('changing the password asks for the old one, and for a code where there is a second factor', async () => {
    // The guesses of the stranger above came from the same address: a quick machine is told to wait, as a person would be.
    for (let left = 12; ; left--) {
      await anne.goto(at('/profil'));
      await anne.locator('#ancien').fill('pas-le-bon-1');
      await anne.locator('#mot-de-passe').fill('Encore-un-Autre-3');
      if (await anne.locator('form[action="/profil/mot-de-passe"] #code').count()) await anne.locator('form[action="/profil/mot-de-passe"] #code').fill(recovery[2]);
      else throw new Error('no code is asked for');
      const answer = anne.waitForResponse((r) => r.request().method() === 'POST');
      await anne.locator('form[action="/profil/mot-de-passe"] button[type=submit]').last().click();
      if ((await answer).status() !== 429 || !left) break;
      await anne.waitForTimeout(6000);
    }
    await anne.locator('#ancien[aria-invalid]').waitFor();
  });

  await check('new terms are asked at the next sign-in, and kept with who, when and where', async () => {
    const portal = await rpc(page, 'Groups.Portal', group.publicId);
    await rpc(page, 'Groups.SavePortal', { ...portal, termsFr: '# Conditions\n\nPayer à trente jours.', termsEn: '# Terms\n\nPay within thirty days.' }, 'key-e2e-terms');
    const p = await pocket();
    await signIn(p, second);
    await code(p, recovery[3]);
    equal(where(p), '/conditions', 'after signing in');
    await p.goto(at('/profil'));
    equal(where(p), '/conditions', 'instead of the profile');
    await p.locator('button[name="accord"]').click();
    await p.waitForLoadState();
    await p.goto(at('/profil'));
    equal(where(p), '/profil', 'once accepted');
    const list = await rpc(page, 'Groups.Accepted', group.publicId, 1);
    equal(list.map((x) => [x.contact, x.customer, x.address, x.lang]), [['Anne Morel', customer.name, '127.0.0.1', 'fr']], 'what is kept');
  });

  await check('a group that demands a second factor asks whoever has none, and nobody else', async () => {
    const portal = await rpc(page, 'Groups.Portal', group.publicId);
    await rpc(page, 'Groups.SavePortal', { ...portal, termsFr: '', termsEn: '', factorWanted: true }, 'key-e2e-wanted');
    const bruno = 'bruno@vieux-port.example';
    const now = await rpc(page, 'Customers.Get', customer.publicId);
    const more = await rpc(page, 'Customers.Save', { ...now, contacts: [...now.contacts, { publicId: '', name: 'Bruno Le Gall', email: bruno, phone: '', language: 'fr', isPrimary: false, portalAccess: true, version: 0 }] }, 'key-e2e-bruno');
    const before = post.mails.length;
    await rpc(page, 'Customers.Invite', more.publicId, more.contacts.find((c) => c.email === bruno).publicId);
    const p = await pocket();
    await choose(p, passwordLink(await mailAfter(before, /\/p\//)), 'Le-Mot-de-Bruno-4');
    await p.goto(at('/factures'));
    equal(where(p), '/profil/second-facteur', 'where he is sent');
    await p.locator('form[action="/profil/second-facteur"] button').click();
    const his = (await p.locator('.print').innerText()).trim();
    await send(p, async () => { if (!await p.locator('#code').count()) await p.goto(at('/profil/second-facteur')); }, () => p.locator('#code').fill(totp(his)), '/profil/second-facteur/code');
    await p.locator('.codes li').first().waitFor();
    await p.goto(at('/factures'));
    equal(where(p), '/factures', 'once it is set up');
    await p.goto(at('/profil/second-facteur'));
    equal(await p.locator('form[action$="/fin"]').count(), 0, 'ways to switch it off');
  });

  await check('sessions are listed and ended one by one and all at once', async () => {
    await anne.goto(at('/profil'));
    const rows = () => anne.locator('.sessions li').count();
    const n = await rows();
    assert(n >= 3, `${n} sessions`);
    await anne.locator('.sessions li', { hasNot: anne.locator('.badge') }).first().locator('button').click();
    await anne.waitForLoadState();
    equal(await rows(), n - 1, 'sessions after one was ended');
    await anne.locator('form[action="/profil/sessions/fin"] button').click();
    await anne.waitForLoadState();
    equal(await rows(), 1, 'sessions after the others were ended');
  });
  await check('nothing complained on the way', () => equal(trouble.filter((x) => !/: 4(10|22|29) |status of 4(10|22|29)/.test(x)), [], 'console and network'));
});

/** One guess from another address of this machine; the status of the answer. */
function guess(base, name, word) {
  const { hostname, port } = new URL(base);
  const body = new URLSearchParams({ nom: name, 'mot-de-passe': word, suite: '/' }).toString();
  return new Promise((ok, fail) => {
    const r = request({ hostname, port, path: '/connexion', method: 'POST', localAddress: '127.0.0.2', headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) } }, (answer) => { answer.resume(); ok(answer.statusCode); });
    r.on('error', fail);
    r.end(body);
  });
}
