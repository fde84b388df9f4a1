// The whole way to the portal, once in French and once in English: registration on a phone, codes read from the mail server, the
// request approved in the window, first sign-in, a second contact invited and come in, the primary contact swapped in the window.
// The four mails on the way are compared to the letter.
import { ask, customer, openGroup } from './asking.mjs';
import { assert, browser, check, deskPage, equal, firstStart, folder, leave, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';

const field = (page, name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();
const password = 'Brouette-7-coquelicots';
const ways = {
  fr: {
    company: 'Crèmerie Lenoir', number: '552100554', first: { name: 'Zoé Lenoir', email: 'zoe@lenoir.example', userName: 'zoe.lenoir' }, second: { name: 'Otto Lenoir', email: 'otto@lenoir.example' },
    validated: ['Votre accès à l’espace client de Menuiserie Lambert est ouvert', `Bonjour Zoé Lenoir,

Votre demande d’accès à l’espace client de Menuiserie Lambert pour Crèmerie Lenoir est acceptée.

Il vous reste à choisir votre mot de passe. Le lien est valable 7 jours. Votre nom d’utilisateur est zoe.lenoir.

Choisir mon mot de passe :
LINK

FOOT`],
    invited: ['Votre espace client chez Menuiserie Lambert', `Bonjour Otto Lenoir,

Menuiserie Lambert met à votre disposition un espace client en ligne pour Crèmerie Lenoir : vous y retrouvez vos factures et vos devis, et vous pouvez y payer.

Pour l’ouvrir, choisissez votre mot de passe. Le lien est valable 7 jours. Votre nom d’utilisateur est otto@lenoir.example.

Choisir mon mot de passe :
LINK

FOOT`],
    new_primary: ['Vous êtes le contact principal de Crèmerie Lenoir', `Bonjour Otto Lenoir,

Vous êtes désormais le contact principal de Crèmerie Lenoir auprès de Menuiserie Lambert. Dans votre espace client, vous pouvez inviter d’autres personnes de votre société et leur retirer l’accès.

Ouvrir mon espace client :
LINK

FOOT`],
    old_primary: ['Changement de contact principal pour Crèmerie Lenoir', `Bonjour Zoé Lenoir,

Vous n’êtes plus le contact principal de Crèmerie Lenoir auprès de Menuiserie Lambert. Votre accès à l’espace client reste ouvert.

Si ce changement vous surprend, répondez à ce courriel.

Ouvrir mon espace client :
LINK

FOOT`],
    foot: `Cordialement,
Menuiserie Lambert
bonjour@lambert.example

--
Vous recevez ce courriel parce que vous êtes en relation d’affaires avec Menuiserie Lambert.
Menuiserie Lambert`,
  },
  en: {
    company: 'Harbour Books', number: '732829320', first: { name: 'Ada Wells', email: 'ada@harbour.example', userName: 'ada.wells' }, second: { name: 'Ben Wells', email: 'ben@harbour.example' },
    validated: ['Your access to the customer portal of Menuiserie Lambert is open', `Hello Ada Wells,

Your request for access to the customer portal of Menuiserie Lambert for Harbour Books is accepted.

What is left is to choose your password. The link is valid for 7 days. Your user name is ada.wells.

Choose my password:
LINK

FOOT`],
    invited: ['Your customer portal at Menuiserie Lambert', `Hello Ben Wells,

Menuiserie Lambert has an online customer portal for Harbour Books: you find your invoices and quotes there, and you can pay.

To open it, choose your password. The link is valid for 7 days. Your user name is ben@harbour.example.

Choose my password:
LINK

FOOT`],
    new_primary: ['You are the primary contact of Harbour Books', `Hello Ben Wells,

You are now the primary contact of Harbour Books with Menuiserie Lambert. In your customer portal you can invite other people of your company and remove their access.

Open my customer portal:
LINK

FOOT`],
    old_primary: ['Another primary contact for Harbour Books', `Hello Ada Wells,

You are no longer the primary contact of Harbour Books with Menuiserie Lambert. Your access to the customer portal stays open.

If this change surprises you, reply to this e-mail.

Open my customer portal:
LINK

FOOT`],
    foot: `Kind regards,
Menuiserie Lambert
bonjour@lambert.example

--
You receive this e-mail because you do business with Menuiserie Lambert.
Menuiserie Lambert`,
  },
};

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await must('a firm with a mail server and a group that visitors may ask to be let into', async () => {
    await field(page, 'name').fill('Menuiserie Lambert');
    await field(page, 'email').fill('bonjour@lambert.example');
    await firstStart(page);
    await page.getByTestId('new-invoice').first().waitFor();
    await rpc(page, 'Settings.SaveMail', { ...(await rpc(page, 'Settings.Mail')), host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', userName: '', fromAddress: 'bonjour@lambert.example', password: null });
  });
  const group = await openGroup(page, 'Espace', { termsFr: 'Payer à **trente jours**.', termsEn: 'Pay within **thirty days**.' });
  const base = await until('the address of the portal', async () => (await rpc(page, 'Portal.View')).addresses[0]?.url.replace(/\/$/, ''));
  const mailTo = (to, subject) => until(`« ${subject} » for ${to}, of ${post.mails.map((m) => `${m.to}: ${m.subject}`)}`, () => post.mails.find((m) => m.to.includes(to) && m.subject === subject));
  const codeFor = (to) => until(`a code for ${to}`, () => post.mails.filter((m) => m.to.includes(to)).map((m) => /\b(\d{3})[\s\u00a0\u202f]?(\d{3})\b/.exec(m.text)).filter(Boolean).map((m) => m[1] + m[2]).at(-1));
  const letters = (text) => text.replace(/\r/g, '').replace(/[\u00a0\u202f]/g, ' ').replace(/[ \t]+$/gm, '').trim();

  for (const lang of ['fr', 'en']) {
    const way = ways[lang];
    const pocket = async () => {
      const context = await b.newContext({ viewport: phone, locale: lang === 'fr' ? 'fr-FR' : 'en-GB', isMobile: true, hasTouch: true });
      const tab = await context.newPage();
      watch(tab, trouble);
      return tab;
    };
    const wide = async (tab) => { const n = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth); assert(n <= 0, `${tab.url()} is ${n} px too wide`); };
    /** The mail of this kind to somebody, compared to the letter; it gives the link in it. */
    const letter = async (kind, to) => {
      const [subject, text] = way[kind];
      const mail = await mailTo(to, subject);
      const link = /^https?:\/\/\S+$/m.exec(mail.text)?.[0] ?? '';
      equal(letters(mail.text.replace(link, 'LINK')), letters(text.replace('FOOT', way.foot)), `${kind} to ${to}`);
      equal(link.startsWith(base), true, `the link ${link} leads to the portal`);
      return link;
    };
    const choose = async (tab, link) => {
      await tab.goto(link);
      await tab.locator('#mot-de-passe').fill(password);
      await tab.locator('form[action="/mot-de-passe"] button[type=submit]').click();
      await tab.waitForURL((u) => u.pathname === '/' || u.pathname === '/conditions');
      if (new URL(tab.url()).pathname === '/conditions') await tab.locator('form[action="/conditions"] button[type=submit]').click(); // who did not register has not accepted the group's terms yet
      await tab.waitForURL((u) => u.pathname === '/');
      await wide(tab);
    };
    const c = await customer(page, { name: way.company, siren: way.number, line1: '1 rue Basse', postcode: '21000', city: 'Dijon', language: lang, email: way.first.email }, null, group);
    const one = await pocket();

    await must(`${lang}: a visitor asks for access on a phone, with the code from the mail server`, async () => {
      const said = await ask(one, `${base}/inscription/${group}`, { ...way.first, company: way.company, number: way.number, language: lang, postcode: '21000', city: 'Dijon', line1: '1 rue Basse' }, codeFor);
      assert(/demande|request/i.test(said), said);
      await wide(one);
      equal((await rpc(page, 'Requests.List', 'sent', '')).rows.map((r) => [r.email, r.matches]), [[way.first.email, [way.company]]], 'what waits');
    });
    await must(`${lang}: approved in the window by one click, the confirmation to the letter`, async () => {
      await page.evaluate(() => { location.hash = '/'; });
      await page.locator('[data-testid^="approve-"]').click();
      await until('the contact with the name of the person', async () => (await rpc(page, 'Customers.People', c.publicId)).some((p) => p.name === way.first.name && p.email === way.first.email && p.portalAccess));
      await choose(one, await letter('validated', way.first.email));
      const text = plain(await one.locator('body').innerText());
      assert(text.includes('Menuiserie Lambert'), text);
    });
    const two = await pocket();
    await must(`${lang}: the primary contact invites a second one, who comes in by the invitation`, async () => {
      await one.goto(`${base}/contacts`);
      await wide(one);
      await one.locator('#nom').fill(way.second.name);
      await one.locator('#courriel').fill(way.second.email);
      await one.locator('#sa-langue').selectOption(lang);
      await one.locator('form[action="/contacts"] button[type=submit]').click();
      await one.getByText(way.second.email).waitFor();
      await choose(two, await letter('invited', way.second.email));
      await two.goto(`${base}/contacts`);
      equal(await two.locator('#inviter').count(), 0, 'a second contact invites nobody');
    });
    await must(`${lang}: the primary contact is swapped in the window, both are told to the letter`, async () => {
      await page.evaluate((id) => { location.hash = `/customers/${id}`; }, c.publicId);
      await page.locator(`[data-testid="person"][data-name="${way.second.name}"]`).getByTestId('make-primary').click();
      await page.getByTestId('confirm').click();
      await letter('new_primary', way.second.email);
      await letter('old_primary', way.first.email);
      equal((await rpc(page, 'Customers.People', c.publicId)).filter((p) => p.isPrimary).map((p) => p.email), [way.second.email], 'primary contacts');
      await two.reload();
      await two.locator('#inviter').waitFor();
      await one.goto(`${base}/contacts`);
      equal(await one.locator('#inviter').count(), 0, 'who was the primary contact invites nobody any more');
    });
    await leave(one.context());
    await leave(two.context());
  }
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
