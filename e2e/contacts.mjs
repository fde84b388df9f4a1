// The people of a customer. In the window: what each sees, access given, proposals accepted and refused, a lost second factor, a
// swap on saving, the history. On a phone: whom the primary contact invites and removes, its own details and its company's,
// another address with the code from the mail server. E2E_LOOK=1 leaves pictures in e2e/out/contacts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { customer, openGroup } from './asking.mjs';
import { assert, browser, check, deskPage, equal, firstStart, folder, leave, must, out, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';
import { totp } from './totp.mjs';

const password = 'Brouette-7-coquelicots';
const field = (page, name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();
const pictures = join(out, 'contacts');
if (process.env.E2E_LOOK) mkdirSync(pictures, { recursive: true });
/** A picture in both themes, for looking at. */
async function look(tab, name, part) {
  for (const colorScheme of process.env.E2E_LOOK ? ['dark', 'light'] : []) {
    await tab.emulateMedia({ colorScheme });
    await tab.waitForTimeout(150);
    await (part ? tab.locator(part) : tab).screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: !part });
  }
}

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await must('a firm with a mail server', async () => {
    await field(page, 'name').fill('Menuiserie Lambert');
    await field(page, 'email').fill('bonjour@lambert.example');
    await firstStart(page);
    await page.getByTestId('new-invoice').first().waitFor();
    await rpc(page, 'Settings.SaveMail', { ...(await rpc(page, 'Settings.Mail')), host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', userName: '', fromAddress: 'bonjour@lambert.example', password: null });
  });
  const group = await openGroup(page, 'Espace', {});
  const base = await until('the address of the portal', async () => (await rpc(page, 'Portal.View')).addresses[0]?.url.replace(/\/$/, ''));
  const c = await customer(page, { name: 'Crèmerie Lenoir', siren: '552100554', line1: '1 rue Basse', postcode: '21000', city: 'Dijon', email: 'contact@lenoir.example' }, { name: 'Zoé Lenoir', email: 'zoe@lenoir.example', access: true }, group);
  const edit = await rpc(page, 'Customers.Get', c.publicId);
  const more = (name, email, portalAccess) => ({ publicId: '', name, email, phone: '', language: 'fr', isPrimary: false, portalAccess, version: 0 });
  await rpc(page, 'Customers.Save', { ...edit, contacts: [...edit.contacts, more('Otto Lenoir', 'otto@lenoir.example', true), more('Lise Roy', 'lise@lenoir.example', false)] }, 'key-e2e-contacts-three');

  const people = () => rpc(page, 'Customers.People', c.publicId);
  const who = async (name) => (await people()).find((p) => p.name === name);
  const row = (name) => page.locator(`[data-testid="person"][data-name="${name}"]`);
  const openCustomer = async () => { await page.evaluate(() => { location.hash = '/'; }); await page.evaluate((id) => { location.hash = `/customers/${id}`; }, c.publicId); await page.reload(); await page.getByTestId('people').waitFor(); };
  const act = async (name, label) => {
    await row(name).getByRole('button', { name: /Autres actions/ }).click();
    await page.getByRole('menuitem', { name: label }).click();
  };
  const mailTo = (to, subject) => until(`« ${subject} » for ${to}, of ${post.mails.map((m) => `${m.to}: ${m.subject}`)}`, () => post.mails.findLast((m) => m.to.includes(to) && m.subject.includes(subject)));
  const pocket = async () => {
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
    const tab = await context.newPage();
    watch(tab, trouble);
    return tab;
  };
  const wide = async (tab) => { const n = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth); assert(n <= 0, `${tab.url()} is ${n} px too wide`); };
  const words = async (tab) => plain(await tab.locator('main').innerText());
  /** Sends a form of the portal; a refusal is what the browser notes as trouble. */
  const send = async (tab, action, status = 200) => {
    const noted = trouble.length;
    const answer = tab.waitForResponse((r) => r.request().method() === 'POST');
    await tab.locator(`form[action="${action}"] button[type=submit]`).first().click();
    const got = (await answer).status();
    await tab.waitForLoadState();
    await wide(tab);
    assert(got === status || status === 200 && got === 303, `${action}: ${got}`);
    if (status >= 400) trouble.length = noted;
  };
  const comesIn = async (name, email) => {
    const tab = await pocket();
    await rpc(page, 'Customers.Invite', c.publicId, (await who(name)).publicId);
    const mail = await until(`a link for ${email}`, () => post.mails.findLast((m) => m.to.includes(email) && /\/p\//.test(m.text)));
    await tab.goto(/^https?:\/\/\S+\/p\/\S+$/m.exec(mail.text)[0]);
    await tab.locator('#mot-de-passe').fill(password);
    await send(tab, '/mot-de-passe');
    return tab;
  };

  const zoe = await comesIn('Zoé Lenoir', 'zoe@lenoir.example');
  const otto = await comesIn('Otto Lenoir', 'otto@lenoir.example');

  await must('the window shows three people and what each sees', async () => {
    await openCustomer();
    equal(await page.getByTestId('person').count(), 3, 'people');
    assert(plain(await row('Zoé Lenoir').innerText()).includes('Voit tout'), await row('Zoé Lenoir').innerText());
    assert(plain(await row('Lise Roy').innerText()).includes('Sans accès'), await row('Lise Roy').innerText());
    await look(page, 'window-people', '#people');
  });
  await check('areas: what is unticked is gone from the portal with the next page; statements want invoices and payments', async () => {
    await row('Otto Lenoir').getByTestId('areas').click();
    const untick = (name) => page.getByTestId(`area-${name}`).evaluate((box) => box.click());
    await untick('all');
    equal(await page.getByTestId('statements-need').count(), 0, 'nothing is wanted yet');
    await untick('payments');
    await page.getByTestId('statements-need').waitFor();
    await look(page, 'window-areas', '#people');
    await untick('files');
    await page.getByTestId('save-areas').click();
    await until('what is stored', async () => (await who('Otto Lenoir')).areas.join() === 'invoices,quotes,contracts,messages,subscriptions,statements');
    await otto.goto(`${base}/factures`);
    equal(await otto.locator('a[href="/paiements"], a[href="/documents"], a[href="/releves"]').count(), 0, 'ways to what is shut');
    const noted = trouble.length;
    equal((await otto.goto(`${base}/paiements`)).status(), 403, 'payments');
    trouble.length = noted;
    await wide(otto);
    await look(otto, 'phone-area-shut');
  });
  await check('access: given to who had none, kept for the primary contact while others have it', async () => {
    await act('Lise Roy', 'Donner l’accès au portail');
    await until('access', async () => (await who('Lise Roy')).portalAccess);
    const noted = trouble.length;
    await act('Zoé Lenoir', 'Retirer l’accès au portail');
    await page.getByTestId('confirm').click();
    await page.getByText(/Choisissez d’abord un autre contact principal/).first().waitFor();
    trouble.length = noted;
    equal((await who('Zoé Lenoir')).portalAccess, true, 'her access');
  });
  await check('phone: the primary contact is shown whom the firm let in, until it has seen the list', async () => {
    const told = 'Menuiserie Lambert a ouvert l’espace client de votre société à : Otto Lenoir, Lise Roy';
    await zoe.goto(`${base}/`);
    assert((await words(zoe)).includes(told), await words(zoe));
    await wide(zoe);
    await look(zoe, 'phone-home-arrived');
    await zoe.locator('main a[href="/contacts"]').click();
    await zoe.waitForURL('**/contacts');
    assert((await words(zoe)).includes(told), await words(zoe));
    await look(zoe, 'phone-contacts-arrived');
    await zoe.goto(`${base}/`);
    assert(!(await words(zoe)).includes(told), await words(zoe));
  });
  await check('phone: the primary contact invites, with what was wrong beside its field, and removes', async () => {
    await zoe.goto(`${base}/contacts`);
    await wide(zoe);
    await look(zoe, 'phone-contacts');
    await zoe.locator('#nom').fill('Denis Roy-Desmarais de la Houssaye');
    await zoe.locator('#courriel').fill('otto@lenoir.example');
    await zoe.locator('input[value="choix"]').check();
    await zoe.locator('input[name="partie"][value="quotes"]').check();
    await send(zoe, '/contacts', 422);
    equal([await zoe.locator('#nom').inputValue(), await zoe.locator('#courriel').getAttribute('aria-invalid'), await zoe.locator('input[value="choix"]').isChecked()], ['Denis Roy-Desmarais de la Houssaye', 'true', true], 'what was typed');
    await look(zoe, 'phone-contacts-refused');
    await zoe.locator('#courriel').fill('denis.roy-desmarais-de-la-houssaye@lenoir.example');
    await send(zoe, '/contacts');
    assert((await words(zoe)).includes('Invitation envoyée'), await words(zoe));
    await look(zoe, 'phone-contacts-invited');
    await mailTo('denis.roy-desmarais-de-la-houssaye@lenoir.example', 'Votre espace client');
    equal((await who('Denis Roy-Desmarais de la Houssaye')).areas, ['quotes'], 'what he sees');
    const removing = zoe.locator('li', { hasText: 'Denis Roy-Desmarais' });
    await removing.locator('summary').click(); // which asks
    await wide(zoe);
    await look(zoe, 'phone-contacts-removing');
    await removing.locator('form button').click();
    await zoe.getByText('Contact retiré').waitFor();
    equal(await who('Denis Roy-Desmarais de la Houssaye'), undefined, 'who was removed');
  });
  await check('phone: another address: five wrong codes, then the right one; the old mailbox is told', async () => {
    const code = async () => (await mailTo('zoe.neuve@lenoir.example', 'Votre code')).text.match(/\b(\d{3})[\s\u00a0\u202f]?(\d{3})\b/).slice(1, 3).join('');
    await zoe.goto(`${base}/profil/coordonnees`);
    await wide(zoe);
    await look(zoe, 'phone-details');
    await zoe.locator('#autre-courriel').fill('zoe@lenoir.example');
    await send(zoe, '/profil/courriel', 422);
    await zoe.locator('#autre-courriel').fill('zoe.neuve@lenoir.example');
    await send(zoe, '/profil/courriel');
    const right = await code();
    await zoe.locator('#code').fill(right === '000000' ? '111111' : '000000');
    await send(zoe, '/profil/courriel/code', 422);
    await look(zoe, 'phone-details-code');
    await zoe.locator('#code').fill(right);
    await send(zoe, '/profil/courriel/code');
    assert((await words(zoe)).includes('Modification enregistrée'), await words(zoe));
    const told = await mailTo('zoe@lenoir.example', 'Votre adresse a changé');
    assert(told.text.includes('zoe.neuve@lenoir.example'), told.text);
    equal((await who('Zoé Lenoir')).email, 'zoe.neuve@lenoir.example', 'her address');
  });
  await must('phone: where the group wants it, changes wait for the firm', async () => {
    const settings = await rpc(page, 'Groups.Portal', group);
    await rpc(page, 'Groups.SavePortal', { ...settings, proposals: true }, 'key-e2e-contacts-proposals');
    await openCustomer();
    await zoe.goto(`${base}/profil/coordonnees`);
    await zoe.locator('#mon-telephone').fill('+33 3 80 00 12 34');
    await send(zoe, '/profil/coordonnees');
    await zoe.locator('#s-line1').fill('14 quai Duguay-Trouin');
    await zoe.locator('#s-city').fill('Beaune');
    await send(zoe, '/profil/societe');
    assert((await words(zoe)).includes('Modification transmise à Menuiserie Lambert'), await words(zoe));
    assert(!(await words(zoe)).includes('à jour'), 'thanked for what has not changed yet');
    await page.locator('[data-testid="proposal"][data-field="city"]').waitFor(); // without loading it anew
    await look(zoe, 'phone-details-waiting');
    equal((await rpc(page, 'Customers.Get', c.publicId)).line1, '1 rue Basse', 'the address of the company');
  });
  await check('window: accepted, refused with words, and what changed meanwhile is said', async () => {
    const now = await rpc(page, 'Customers.Get', c.publicId);
    await rpc(page, 'Customers.Save', { ...now, city: 'Chenôve' }, 'key-e2e-contacts-meanwhile');
    await openCustomer();
    const proposal = (name) => page.locator(`[data-testid="proposal"][data-field="${name}"]`);
    await proposal('city').getByText('contenait alors').waitFor();
    await look(page, 'window-proposals', '#proposals');
    await proposal('line1').getByTestId('accept').click();
    await until('the address', async () => (await rpc(page, 'Customers.Get', c.publicId)).line1 === '14 quai Duguay-Trouin');
    await proposal('city').getByTestId('refuse').click();
    await proposal('city').locator('textarea').fill('Le siège reste à Chenôve.');
    await look(page, 'window-proposal-refusing', '#proposals');
    await proposal('city').getByTestId('refuse-now').click();
    await until('one that waits', async () => (await rpc(page, 'Customers.Proposals', c.publicId)).length === 1);
    await proposal('phone').getByTestId('accept').click();
    await until('none that waits', async () => (await rpc(page, 'Customers.Proposals', c.publicId)).length === 0);
    equal([(await who('Zoé Lenoir')).phone.replace(/\D/g, ''), (await rpc(page, 'Customers.Get', c.publicId)).city], ['33380001234', 'Chenôve'], 'what stands');
    await zoe.goto(`${base}/profil/coordonnees`);
    const text = await words(zoe);
    assert(text.includes('Refusée') && text.includes('Le siège reste à Chenôve.') && text.includes('Acceptée'), text);
    await look(zoe, 'phone-details-decided');
  });
  await check('a lost second factor: taken off in the window, the password is enough, a mail tells', async () => {
    await otto.goto(`${base}/profil/second-facteur`);
    await send(otto, '/profil/second-facteur');
    await otto.locator('#code').fill(totp(await otto.locator('.print').innerText()));
    await send(otto, '/profil/second-facteur/code');
    await openCustomer();
    await row('Otto Lenoir').getByText('second facteur actif').waitFor();
    await act('Otto Lenoir', 'Retirer le second facteur perdu');
    await look(page, 'window-reset');
    await page.getByTestId('confirm').click();
    await until('no factor', async () => !(await who('Otto Lenoir')).hasFactor);
    await otto.goto(`${base}/connexion`);
    await otto.locator('#nom').fill('otto@lenoir.example');
    await otto.locator('#mot-de-passe').fill(password);
    await send(otto, '/connexion');
    equal(new URL(otto.url()).pathname, '/', 'where he is');
    await mailTo('otto@lenoir.example', 'econd');
  });
  await check('swap in the form: said before it is saved, both told', async () => {
    await openCustomer();
    await page.locator('input[name="primary-contact"]').nth(1).check();
    const said = plain(await page.getByTestId('swap-on-save').innerText());
    const to = await field(page, 'contacts.1.name').inputValue();
    assert(said.includes(`${to} devient le contact principal`) && said.includes('zoe.neuve@lenoir.example'), said);
    assert(await row('Zoé Lenoir').getByTestId('areas').isDisabled(), 'what is stored is changed while something is typed');
    await look(page, 'window-swap-on-save');
    await page.getByTestId('save').click();
    await until('the new one', async () => (await who(to)).isPrimary);
    await mailTo((await who(to)).email, 'Vous êtes le contact principal');
    await mailTo('zoe.neuve@lenoir.example', 'Changement de contact principal');
  });
  await check('the history tells all of it, with what fields held before and after', async () => {
    await openCustomer();
    const text = plain(await page.getByTestId('customer-history').innerText());
    for (const part of ['14 quai Duguay-Trouin', 'zoe@lenoir.example → zoe.neuve@lenoir.example', 'Contact principal : Zoé Lenoir remplacé par', 'Zoé Lenoir', 'Otto Lenoir', 'Lise Roy', 'Tout → Factures et avoirs']) assert(text.includes(part), `no « ${part} » in ${text}`);
    await page.getByTestId('customer-history').scrollIntoViewIfNeeded();
    await look(page, 'window-history', '#history');
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
  for (const tab of [zoe, otto]) await leave(tab.context());
});
