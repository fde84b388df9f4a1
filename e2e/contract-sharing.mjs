// Sharing a contract: the dialog says who is written to and why somebody of another customer cannot be chosen; the link of the
// mail leads to the contract; hidden, it is gone at once; a contact is moved under Gérer les clients and loses what it saw.
// E2E_LOOK=1 leaves pictures in e2e/out/contract-sharing.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { customer, openGroup } from './asking.mjs';
import { assert, browser, check, desk, deskPage, equal, firstStart, folder, leave, must, out, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';

const pictures = join(out, 'contract-sharing');
if (process.env.E2E_LOOK) mkdirSync(pictures, { recursive: true });
async function look(page, name) {
  if (!process.env.E2E_LOOK) return;
  for (const [size, viewport] of Object.entries({ desk, phone })) for (const colorScheme of ['dark', 'light']) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(350);
    await page.screenshot({ path: join(pictures, `${name}-${size}-${colorScheme}.png`) });
  }
  await page.setViewportSize(desk);
}
const field = (page, name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await must('a firm with a mail server and two customers', async () => {
    await field(page, 'name').fill('Menuiserie Lambert');
    await field(page, 'email').fill('bonjour@lambert.example');
    await firstStart(page);
    await page.getByTestId('new-invoice').first().waitFor();
    await rpc(page, 'Settings.SaveMail', { ...(await rpc(page, 'Settings.Mail')), host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', userName: '', fromAddress: 'bonjour@lambert.example', password: null });
  });
  const group = await openGroup(page, 'Espace', {});
  await until('the address of the portal', async () => (await rpc(page, 'Portal.View')).addresses[0]?.url);
  const c = await customer(page, { name: 'Crèmerie Lenoir', siren: '552100554', line1: '1 rue Basse', postcode: '21000', city: 'Dijon', email: 'contact@lenoir.example' }, { name: 'Zoé Lenoir', email: 'zoe@lenoir.example', access: true }, group);
  await customer(page, { name: 'Garage Petit', siren: '732829320', line1: '2 rue Haute', postcode: '21000', city: 'Dijon', email: 'contact@petit.example' }, { name: 'Paul Petit', email: 'paul@petit.example', access: true }, group);
  const edit = await rpc(page, 'Customers.Get', c.publicId);
  const more = (name, email, portalAccess) => ({ publicId: '', name, email, phone: '', language: 'fr', isPrimary: false, portalAccess, version: 0 });
  await rpc(page, 'Customers.Save', { ...edit, contacts: [...edit.contacts, more('Otto Lenoir', 'otto@lenoir.example', true), more('Lise Roy', 'lise@lenoir.example', false)] }, 'key-e2e-sharing-three');
  const form = { id: '', version: 0, title: 'Entretien annuel', customerId: c.publicId, typeId: '', ownerId: '', startOn: '2026-12-01', endOn: '', renewal: 'none', renewalMonths: 0, noticeCount: 0, noticeUnit: 'month', remindDays: 30, valueMinor: 0, currency: 'EUR', description: '', notes: '' };
  const contract = await rpc(page, 'Contracts.Save', form, 'key-e2e-sharing-contract');
  const mails = () => post.mails.filter((m) => m.subject.includes('partagé avec vous'));
  const open = async (entry) => { await page.getByRole('button', { name: 'Plus d’actions', exact: true }).first().click(); await page.getByRole('menuitem', { name: entry, exact: true }).click(); };

  await must('the dialog: requester, watchers, who cannot be chosen and why', async () => {
    await page.goto(`${program.base}/#/contracts/${contract.id}`);
    await open('Afficher dans le portail client');
    await page.getByTestId('share-requester').waitFor();
    equal(await page.getByTestId('share-requester').inputValue(), 'Zoé Lenoir', 'the primary contact asks');
    const watchers = page.getByTestId('share-watchers').locator('input').last().or(page.locator('input[data-testid="share-watchers"]')).first();
    await watchers.fill('paul');
    await page.getByTestId('share-elsewhere').waitFor();
    assert(plain(await page.getByTestId('share-elsewhere').innerText()).includes('Paul Petit est contact de Garage Petit'), 'the reason is not said');
    assert(await page.getByTestId('share-manage').isVisible(), 'no way to Gérer les clients');
    await look(page, 'refused');
    await page.getByTestId('share-requester').fill('paul');
    await page.getByTestId('share-elsewhere-requester').getByText('Paul Petit est contact de Garage Petit').waitFor();
    await watchers.fill('');
    equal(await page.getByTestId('share-requester').inputValue(), 'Zoé Lenoir', 'who asks stays');
    await watchers.click();
    const lise = page.getByRole('option', { name: /Lise Roy · sans accès au portail/ });
    await lise.waitFor();
    assert(await lise.getAttribute('data-combobox-disabled') !== null, 'Lise without access can be chosen');
    await page.getByRole('option', { name: 'Otto Lenoir', exact: true }).click();
    await page.keyboard.press('Tab');
    await until('who is written to', async () => plain(await page.getByTestId('share-tells').innerText()).includes('Zoé Lenoir et Otto Lenoir'));
    await look(page, 'dialog');
  });
  await must('shared: two mails, the green line with its words', async () => {
    await page.getByTestId('share').click();
    await until('two mails', () => mails().length === 2);
    await page.getByTestId('in-portal').first().waitFor();
    equal(plain(await page.getByTestId('in-portal').first().innerText()), 'Visible dans le portail client ·', 'its words');
    await page.goto(`${program.base}/#/contracts`);
    await page.getByTestId('in-portal').first().waitFor();
    await look(page, 'list');
  });
  const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, ignoreHTTPSErrors: true });
  const tab = await context.newPage();
  watch(tab, []);
  const link = () => { const m = mails().find((x) => x.to.includes('zoe@lenoir.example')); return /https?:\/\/\S+\/l\/[\w-]+/.exec(m?.text ?? '')?.[0]; };
  await must('the link of the mail leads to the contract', async () => {
    const to = link();
    assert(to, `no link in ${mails()[0].text}`);
    await tab.goto(to);
    assert(tab.url().endsWith(`/contrats/${contract.id}`), tab.url());
  });
  await check('shared again nobody is written to; hidden it is gone at once', async () => {
    await page.goto(`${program.base}/#/contracts/${contract.id}`);
    await open('Changer le partage');
    await until('nobody', async () => plain(await page.getByTestId('share-tells').innerText()).includes('Aucun courriel'));
    await look(page, 'again');
    await page.getByTestId('share').click();
    await page.getByTestId('share').waitFor({ state: 'detached' });
    const seen = await tab.reload();
    await open('Masquer');
    await page.getByTestId('in-portal').first().waitFor({ state: 'detached' });
    const gone = await tab.reload();
    equal(gone.status(), 404, 'status after hiding');
    console.log(`  before: ${seen.status()}`);
    equal(mails().length, 2, 'mails');
    await open('Afficher dans le portail client');
    await page.getByTestId('share').click();
    await page.getByTestId('share').waitFor({ state: 'detached' });
    equal(mails().length, 2, 'mails after it is shown again');
  });
  await check('Gérer les clients: found by name, moved after it is said what is lost', async () => {
    await page.goto(`${program.base}/#/settings/portal`);
    await page.getByTestId('manage-contacts').click();
    await page.getByPlaceholder('Nom, courriel, client').fill('otto');
    await page.getByText('Otto Lenoir').first().waitFor();
    await page.getByText('Zoé Lenoir').first().waitFor({ state: 'detached' });
    await look(page, 'contacts');
    await page.getByText('Otto Lenoir').first().click();
    await page.getByTestId('contact-move').waitFor();
    await look(page, 'contact');
    await page.getByTestId('contact-move').click();
    await page.getByTestId('move-to').fill('Garage');
    await page.getByRole('option', { name: /Garage Petit/ }).click();
    await until('what is lost', async () => plain(await page.getByTestId('move-said').innerText()).includes('Entretien annuel (observateur)'));
    await look(page, 'move');
    await page.getByTestId('move').click();
    await page.getByTestId('move').waitFor({ state: 'detached' });
    const row = (await rpc(page, 'ContractSharing.Contacts', { words: 'otto', customerId: '', access: '', sort: '', desc: false, cursor: '', limit: 10 })).rows[0];
    equal(row.customerName, 'Garage Petit', 'its customer');
    equal((await rpc(page, 'ContractSharing.Look', { contractId: contract.id, version: 0, requesterId: '', watcherIds: [], allFiles: false, again: false })).watcherIds.length, 0, 'watchers left');
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
  await leave(context);
});
