// People of the portal in the states that need making: a second factor, terms to accept, a first password to choose, a
// document shown by the firm, changes proposed; their pages, and the window's screens about them. Used by pages.mjs.
import { assert, leave, listQuery, rpc, until } from './lib.mjs';
import { readQR } from './qr.mjs';
import { totp } from './totp.mjs';

const password = 'Un-Bon-Mot-de-Passe-1';
const person = (name, email, isPrimary) => ({ publicId: '', name, email, phone: '', language: 'fr', isPrimary, portalAccess: true, version: 0 });

/** Presses a button of a form; the portal takes one sign-in of an address every five seconds once ten have come. */
async function send(p, open, fill, action) {
  for (let tries = 0; tries < 12; tries++) {
    await open();
    await fill();
    const answer = p.waitForResponse((r) => r.request().method() === 'POST');
    await p.locator(`form[action="${action}"] button[type=submit]`).first().click();
    const status = (await answer).status();
    await p.waitForLoadState();
    if (status !== 429) return;
    await p.waitForTimeout(5_000);
  }
  throw new Error(`${action}: refused again and again`);
}

/** A customer with three people, and the browser's state of each kind of visitor. */
export async function prepareAccess(desk, base) {
  const group = await rpc(desk, 'Groups.Save', { ...await rpc(desk, 'Groups.Get', ''), name: 'Hôtels et tables', portalEnabled: true }, 'key-axe-access-group');
  const settings = await rpc(desk, 'Groups.Portal', group.publicId);
  const saved = await rpc(desk, 'Groups.SavePortal', { ...settings, proposals: true }, 'key-axe-access-proposals');
  const blank = await rpc(desk, 'Groups.Rules', group.publicId);
  const customer = await rpc(desk, 'Customers.Save', { ...blank, name: 'Hôtel du Vieux Port', email: 'anne@vieux-port.example', line1: '12 quai Duguay-Trouin', postcode: '35000', city: 'Rennes', country: 'FR',
    contacts: [person('Anne Morel', 'anne@vieux-port.example', true), person('Bruno Le Gall-Kervoaguen', 'bruno.legall-kervoaguen@vieux-port.example', false), person('Chloé Petit', 'chloe@vieux-port.example', false)] }, 'key-axe-access-customer');
  const invited = async (email) => {
    await rpc(desk, 'Customers.Invite', customer.publicId, customer.contacts.find((c) => c.email === email).publicId);
    return until(`the invitation of ${email}`, async () => {
      for (const m of (await rpc(desk, 'Mail.Arrived')).filter((x) => x.to.includes(email))) {
        const found = /https?:\/\/\S+(\/p\/[\w-]+)/.exec((await rpc(desk, 'Mail.ArrivedMail', m.id)).text);
        if (found) return base + found[1];
      }
      return undefined;
    });
  };
  const states = {};
  const pocket = async (key, act) => {
    const context = await desk.context().browser().newContext({ locale: 'fr-FR' });
    const p = await context.newPage();
    await act(p);
    if (key) states[key] = await context.storageState();
    await leave(context);
  };
  const choose = (p, link) => send(p, () => p.goto(link), () => p.locator('#mot-de-passe').fill(password), '/mot-de-passe');
  const links = { anne: await invited('anne@vieux-port.example'), bruno: await invited('bruno.legall-kervoaguen@vieux-port.example'), chloe: await invited('chloe@vieux-port.example') };
  await pocket('choosing', (p) => p.goto(links.chloe));
  await pocket('factor', async (p) => {
    await choose(p, links.anne);
    await p.goto(`${base}/profil/second-facteur`);
    await p.locator('form[action="/profil/second-facteur"] button').click();
    const secret = await p.locator('.print').innerText();
    await send(p, async () => { if (!await p.locator('#code').count()) await p.goto(`${base}/profil/second-facteur`); }, () => p.locator('#code').fill(totp(secret)), '/profil/second-facteur/code');
    await p.locator('.codes li').first().waitFor();
    await p.goto(`${base}/profil/coordonnees`);
    await p.locator('#mon-telephone').fill('+33 1 99 00 12 34');
    await p.locator('form[action="/profil/coordonnees"] button').click();
    await p.waitForLoadState();
    await p.locator('#s-line1').fill('14 quai Duguay-Trouin');
    await p.locator('form[action="/profil/societe"] button').click();
    await p.waitForLoadState();
  });
  await pocket('half', async (p) => {
    await send(p, () => p.goto(`${base}/connexion`), async () => { await p.locator('#nom').fill('anne@vieux-port.example'); await p.locator('#mot-de-passe').fill(password); }, '/connexion');
    assert(p.url().includes('/connexion/code'), `a right password led to ${p.url()}`);
  });
  const words = (title, clause) => `# ${title}\n\n${Array.from({ length: 8 }, (_, i) => `## ${i + 1}. ${clause}\n\n${`${clause}. `.repeat(12)}\n\n- ${clause}\n- [example.com](https://example.com)\n`).join('\n')}`;
  await rpc(desk, 'Groups.SavePortal', { ...saved, termsFr: words('Conditions de vente', 'Les factures se paient à trente jours'), termsEn: words('Terms of sale', 'Invoices are paid within thirty days') }, 'key-axe-access-terms');
  await pocket('terms', (p) => choose(p, links.bruno));
  const invoice = (await rpc(desk, 'Invoices.List', { ...listQuery, state: 'open' })).rows[0];
  const shown = await rpc(desk, 'Portal.Show', invoice.id, '');
  await pocket('shown', async (p) => { await p.goto(readQR(shown.qr)); await p.locator('.standin').waitFor(); });
  return { states, customer: customer.publicId, invoice: invoice.id };
}

/** Pages of the portal of these visitors; trust is whose state it is. */
export function accessPages({ invoice }) {
  const press = (action) => async (p) => { await p.locator(`form[action="${action}"] button[type=submit]`).first().click(); await p.waitForLoadState(); };
  return [
    { name: 'forgot-name', path: '/nom-utilisateur/oublie', trust: 'nobody' },
    { name: 'forgot-name-sent', path: '/nom-utilisateur/oublie', trust: 'nobody', status: 429, act: async (p) => { await p.locator('#courriel').fill('personne@nulle-part.example'); await press('/nom-utilisateur/oublie')(p); } },
    { name: 'choose-password', path: '/mot-de-passe', trust: 'choosing' },
    { name: 'code', path: '/connexion/code', trust: 'half' },
    { name: 'code-refused', path: '/connexion/code', trust: 'half', status: [422, 429], act: async (p) => { await p.locator('#code').fill('000000'); await press('/connexion/code')(p); } },
    { name: 'terms', path: '/conditions', trust: 'terms' },
    { name: 'shown', path: `/factures/${invoice}`, trust: 'shown' },
    { name: 'factor', path: '/profil/second-facteur?fait=arret', trust: 'password' },
    { name: 'factor-shown', path: '/profil/second-facteur', trust: 'password', act: async (p) => { const go = p.locator('form[action="/profil/second-facteur"] button'); if (await go.count()) await go.click(); await p.locator('.qr svg').waitFor(); } },
    { name: 'factor-on', path: '/profil/second-facteur', trust: 'factor' },
    { name: 'recovery', path: '/profil/second-facteur', trust: 'factor', act: press('/profil/second-facteur/secours') },
    { name: 'profile-factor', path: '/profil?fait=langue', trust: 'factor' },
    { name: 'user-name', path: '/profil/nom-utilisateur', trust: 'factor' },
    { name: 'details', path: '/profil/coordonnees', trust: 'factor' },
    { name: 'details-refused', path: '/profil/coordonnees', trust: 'factor', status: 422, act: async (p) => { await p.locator('#mon-nom').fill(''); await press('/profil/coordonnees')(p); } },
    { name: 'contacts', path: '/contacts', trust: 'factor', act: async (p) => { await p.locator('input[value="choix"]').check(); await p.locator('.removing summary').first().click(); } },
  ];
}

/** Screens of the window about who comes into the portal. */
export async function accessScreens(page) {
  const list = async (method, ...args) => (await rpc(page, method, ...args)).rows;
  const waiting = await list('Requests.List', 'sent', '');
  const matched = waiting.find((r) => r.matches.length > 0);
  const asked = (await list('Requests.List', 'asked', ''))[0];
  assert(matched && asked, `the requests of the demo company: ${JSON.stringify(waiting)}`);
  const hotel = (await list('Customers.List', { ...listQuery, words: 'Hôtel du Vieux Port' }))[0];
  const open = (await list('Invoices.List', { ...listQuery, state: 'open' }))[0];
  const one = `/customers/${hotel.publicId}`;
  return [
    { name: 'requests', path: '/requests' },
    { name: 'request-matched', path: `/requests/${matched.id}`, act: (p) => p.getByTestId('approve-request').waitFor() },
    { name: 'request-refusing', path: `/requests/${matched.id}`, act: async (p) => { await p.getByTestId('refuse-request').click(); await p.getByTestId('send-words').waitFor(); } },
    { name: 'request-asked', path: `/requests/${asked.id}?state=asked`, act: (p) => p.getByTestId('approve-request').waitFor() },
    { name: 'people', path: one, act: async (p) => { await p.getByTestId('areas').first().click(); await p.getByTestId('area-all').waitFor(); await p.locator('#people').scrollIntoViewIfNeeded(); } },
    { name: 'proposals', path: one, act: async (p) => { await p.getByTestId('refuse').first().click(); await p.getByTestId('refuse-now').waitFor(); await p.locator('#proposals').scrollIntoViewIfNeeded(); } },
    { name: 'swap', path: one, act: async (p) => { await p.getByTestId('make-primary').first().click(); await p.getByRole('dialog').last().waitFor(); } },
    { name: 'invoice-showing', path: `/invoices/${open.id}`, act: async (p) => { await p.getByRole('button', { name: /Plus d.actions|More actions/ }).first().click(); await p.getByRole('menuitem', { name: /Montrer au client|Show/ }).click(); await p.getByTestId('show-end').waitFor(); } },
  ];
}
