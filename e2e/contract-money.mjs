// From a contract to money: its milestones become a quote, a deposit invoice, an invoice and the final one, each with one
// click; what is invoiced, paid and left stands the same on the window's page and on the customer's, after every step. Then
// what goes wrong: double clicks, two windows at once, a hidden milestone, another currency, a credit note.
import { customer, openGroup } from './asking.mjs';
import { contractLink, contractOf, share } from './contracting.mjs';
import { assert, browser, check, deskPage, equal, firstStart, figures, folder, must, phone, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';

let keys = 0;
const key = () => `key-e2e-contract-money-${++keys}`;
const milestone = { id: '', version: 0, description: '', dueOn: '', state: 'open', doneOn: '', late: false, inPortal: true, used: false };
function count() {
  let clicks = 0;
  window.counted = () => clicks;
  addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) clicks++; }, true);
}

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  const field = (name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();
  await must('a firm with a mail server and a customer', async () => {
    await field('name').fill('Menuiserie Lambert');
    await field('email').fill('bonjour@lambert.example');
    await firstStart(page);
    await page.getByTestId('new-invoice').first().waitFor();
    await rpc(page, 'Settings.SaveMail', { ...(await rpc(page, 'Settings.Mail')), host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', userName: '', fromAddress: 'bonjour@lambert.example', password: null });
    const company = await rpc(page, 'Settings.Company'); // an approved quote is issued at once: what the law asks for is there
    await rpc(page, 'Settings.SaveCompany', { ...company, siren: '732829320', siret: '73282932000074', vatNumber: 'FR44732829320', legalForm: 'SARL', shareCapitalMinor: 1_000_000, registration: 'RCS Lyon 732 829 320', line1: '1 rue de la Paix', postcode: '69001', city: 'Lyon' });
  });
  const group = await openGroup(page, 'Espace', {});
  await until('the address of the portal', async () => (await rpc(page, 'Portal.View')).addresses[0]?.url);
  const c = await customer(page, { name: 'Crèmerie Lenoir', siren: '552100554', line1: '1 rue Basse', postcode: '21000', city: 'Dijon', email: 'contact@lenoir.example' }, { name: 'Zoé Lenoir', email: 'zoe@lenoir.example', access: true }, group);

  const made = async (title, valueMinor, milestones) => {
    const it = await contractOf(page, c.publicId, `money-${++keys}`, { title, startOn: '2026-01-01', endOn: '2028-12-31', valueMinor });
    for (const m of milestones) await rpc(page, 'Contracts.SaveMilestone', it.id, { ...milestone, ...m }, key());
    const list = await rpc(page, 'Contracts.Milestones', it.id);
    return { id: it.id, of: Object.fromEntries(list.map((m) => [m.title, m.id])) };
  };
  const deal = await made('Agencement de la boutique', 1_000_000, [{ title: 'Étude', amountMinor: 100_000, bill: 'quote' }, { title: 'Commande', amountMinor: 300_000, bill: 'deposit' }, { title: 'Pose', amountMinor: 400_000, bill: 'invoice' }, { title: 'Réception', amountMinor: 200_000, bill: 'invoice' }]);
  await share(page, deal.id, c.contacts[0].publicId);
  const mail = await until('the mail about the contract', () => post.mails.find((m) => m.to.includes('zoe@lenoir.example') && contractLink(m.text)));
  const tab = await (await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, reducedMotion: 'reduce' })).newPage();
  watch(tab, trouble);
  await tab.goto(contractLink(mail.text));
  const portal = new URL(tab.url()).origin;

  const schedule = async (p, id) => { await p.goto(`${program.base}/#/contracts/${id}/schedule`); await p.getByTestId('contract-figures').waitFor(); };
  const euros = (minor) => `${Math.floor(minor / 100_000) ? `${Math.floor(minor / 100_000)} ` : ''}${String(Math.floor(minor / 100) % 1000).padStart(minor >= 100_000 ? 3 : 1, '0')},${String(minor % 100).padStart(2, '0')} €`;
  /** The figures of both sides: without tax invoiced, with tax invoiced, paid, left to pay, without tax left to invoice. */
  const shows = async (it, excl, incl, paid, toPay, toInvoice, value = 1_000_000) => {
    await schedule(page, it.id);
    const wants = [`Montant HT ${euros(value)}`, `Facturé HT ${euros(excl)} ${euros(incl)} TTC`, `Payé TTC ${euros(paid)}`, `Reste à payer TTC ${euros(toPay)} ${euros(toInvoice)} HT à facturer`];
    let window = '';
    await until(`the window's figures (${wants.join(' · ')})`, async () => { window = await figures(page.getByTestId('contract-figures')); return wants.every((w) => window.includes(w)); }, 5).catch((e) => { throw new Error(`${e.message}: ${window}`); });
    await tab.goto(new URL(`/contrats/${it.id}`, portal).href);
    const seen = await figures(tab.locator('section[aria-labelledby="contrat-argent"]'));
    for (const w of [`Montant HT ${euros(value)}`, `Facturé TTC ${euros(incl)}`, `Payé TTC ${euros(paid)}`, `Reste à payer TTC ${euros(toPay)}`, `Reste à facturer HT ${euros(toInvoice)}`]) assert(seen.includes(w), `the portal lacks « ${w} »: ${seen}`);
  };
  const room = { quote: 'Quotes', invoice: 'Invoices', deposit_invoice: 'Invoices' };
  const issue = async (id, of = 'Invoices') => { const d = await rpc(page, `${of}.Get`, id); await rpc(page, 'Invoices.MarkSent', id, d.version, key()); return rpc(page, `${of}.Get`, id); };
  const pay = async (id, amountMinor = 0) => { const d = await rpc(page, 'Invoices.Get', id); await rpc(page, 'Invoices.RecordPayment', { key: key(), invoiceId: id, version: d.version, amountMinor, receivedOn: '', method: 'transfer', reference: '', note: '', notify: false, anyway: true }); };
  const money = (it) => rpc(page, 'ContractMoney.Get', it.id);
  const excl = async (it, id) => (await money(it)).papers.find((p) => p.id === id).exclMinor;
  const drafts = async (it) => (await money(it)).papers.filter((p) => !p.number);
  /** One click on the milestone's own button; it gives the draft that opened. */
  const click = async (it, title, act = (x) => x.click()) => {
    await schedule(page, it.id);
    const before = page.url();
    await act(page.getByTestId(`bill-${it.of[title]}`));
    await page.waitForURL((u) => u.href !== before && /edit$/.test(u.hash));
    return page.url().split('/').at(-2);
  };

  await page.evaluate(count);
  await check('before anything is billed both sides say so', () => shows(deal, 0, 0, 0, 0, 1_000_000));
  await must('a quote of the first milestone, with one click', async () => {
    await page.evaluate(count);
    const before = await page.evaluate(() => window.counted());
    const id = await click(deal, 'Étude');
    equal(await page.evaluate(() => window.counted()) - before, 1, 'clicks');
    const q = await issue(id, room.quote);
    equal([q.lines.length, await excl(deal, id)], [1, 100_000], 'the quote');
    await shows(deal, 0, 0, 0, 0, 1_000_000); // a quote invoices nothing
    assert((await figures(page.getByRole('group', { name: 'Échéancier' }))).includes('Devis envoyé'), 'the milestone');
    await rpc(page, 'Quotes.Approve', { key: key(), quoteId: id, hash: q.hash, name: 'Zoé Lenoir', on: '', orderNumber: '', options: [], reason: '' });
    assert((await money(deal)).papers.find((p) => p.kind === 'invoice')?.number, 'the approved quote is an invoice');
    await shows(deal, 100_000, 120_000, 0, 120_000, 900_000);
  });
  let deposit;
  await must('a deposit invoice of the second, twice clicked: one', async () => {
    deposit = await click(deal, 'Commande', (x) => x.dblclick());
    equal((await drafts(deal)).length, 1, 'drafts');
    const d = await issue(deposit);
    equal([d.kind, await excl(deal, deposit)], ['deposit_invoice', 300_000], 'the deposit');
    await shows(deal, 400_000, 480_000, 0, 480_000, 600_000);
    await pay(deposit);
    await shows(deal, 400_000, 480_000, 360_000, 120_000, 600_000);
  });
  await must('an invoice of the third from two windows at once: one', async () => {
    const other = await page.context().newPage(); // not watched: its refusal is meant
    await Promise.all([schedule(page, deal.id), schedule(other, deal.id)]);
    // Neither call goes before both were made: else the first one's draft takes the button away from the second window.
    let asked = 0, go;
    const both = new Promise((ok) => { go = ok; });
    for (const p of [page, other]) await p.route('**/rpc/ContractMoney.Bill', async (route) => { if (++asked === 2) go(); await both; await route.continue(); });
    await Promise.all([page, other].map((p) => p.getByTestId(`bill-${deal.of.Pose}`).click()));
    await until('a draft', async () => (await drafts(deal)).length);
    await Promise.race([page, other].map((p) => p.getByText('est déjà facturé, ou un brouillon').first().waitFor()));
    const list = await drafts(deal);
    equal(list.length, 1, 'drafts');
    await page.unroute('**/rpc/ContractMoney.Bill');
    await other.close();
    await issue(list[0].id);
    await shows(deal, 800_000, 960_000, 360_000, 600_000, 200_000);
  });
  let final;
  await must('the last one takes the deposit off', async () => {
    final = await click(deal, 'Réception');
    await page.getByText('Facture finale préparée').first().waitFor();
    const d = await issue(final);
    equal([d.lines.length, await excl(deal, final), d.dueMinor], [2, 500_000, 240_000], 'the final invoice');
    await shows(deal, 1_000_000, 1_200_000, 360_000, 840_000, 0);
  });
  await must('all is paid', async () => {
    for (const p of (await money(deal)).papers.filter((x) => x.number && x.kind !== 'quote' && x.dueMinor > 0)) await pay(p.id);
    await shows(deal, 1_000_000, 1_200_000, 1_200_000, 0, 0);
    equal((await money(deal)).milestones.map((m) => m.billing), ['paid', 'paid', 'paid', 'paid'], 'milestones');
  });
  await must('a credit note lowers what was invoiced, and is there to use', async () => {
    const pose = (await money(deal)).papers.find((p) => p.inclMinor === 480_000 && p.kind === 'invoice');
    await rpc(page, 'Credits.Issue', { key: key(), invoiceId: pose.id, how: 'amount', quantitiesE4: [], pcm: 0, amountMinor: 120_000, netOfTax: false, reason: 'Un meuble en moins', mail: false });
    await shows(deal, 900_000, 1_080_000, 1_200_000, 0, 100_000);
    assert((await figures(page.getByTestId('contract-figures'))).includes('1 200,00 € d’avoir à utiliser'), 'the window says the credit');
    assert((await figures(tab.locator('section[aria-labelledby="contrat-argent"]'))).includes('Avoir à utiliser TTC 1 200,00 €'), 'the portal says the credit');
  });
  await check('the books balance', async () => { equal((await rpc(page, 'Books.Check')).faults, [], 'faults'); });

  const rent = await made('Location du présentoir', 0, [{ title: 'Loyer', amountMinor: 50_000, bill: 'recurring' }, { title: 'Secret', amountMinor: 77_700, bill: 'invoice' }, { title: 'Livraison', amountMinor: 100_000, bill: 'deposit' }]);
  await must('a hidden milestone shows its amount nowhere in the portal', async () => {
    await rpc(page, 'Contracts.ShowMilestone', rent.id, rent.of.Secret, false);
    await share(page, rent.id, c.contacts[0].publicId);
    await tab.goto(new URL(`/contrats/${rent.id}`, portal).href);
    const seen = await figures(tab.locator('main'));
    assert(seen.includes('1 500,00 €') && !seen.includes('777') && !seen.includes('2 277') && !seen.includes('Secret'), seen);
  });
  await must('a recurring invoice of a milestone, each quarter, as long as the contract runs', async () => {
    await schedule(page, rent.id);
    await page.getByTestId(`choose-${rent.of.Loyer}`).check();
    await page.getByRole('combobox', { name: 'Rythme' }).or(page.locator('input[aria-label="Rythme"]')).first().click();
    await page.getByRole('option', { name: 'chaque trimestre' }).click();
    await page.getByTestId('make-recurring').click();
    await page.waitForURL(/recurring\/[\w-]+\/edit$/);
    const { form, state } = await rpc(page, 'Recurring.Edit', page.url().split('/').at(-2), '', '');
    equal([state, form.when.unit, form.when.every], ['draft', 'month', 3], 'the template');
    assert(form.cycles > 0 && form.cycles <= 12, `${form.cycles} cycles until the contract's last day`);
    equal((await money(rent)).milestones[0].billing, 'recurring', 'the milestone');
  });
  await must('a deposit in another currency is said and not counted', async () => {
    const id = await click(rent, 'Livraison');
    const { draft } = await rpc(page, 'Invoices.Edit', id, '');
    await rpc(page, 'Invoices.Save', { ...draft, currency: 'CAD', rateE8: 68_000_000 }, key());
    await issue(id);
    await schedule(page, rent.id);
    await page.getByText('Les documents en CAD ne sont pas comptés ici.').waitFor();
    await tab.goto(new URL(`/contrats/${rent.id}`, portal).href);
    assert((await figures(tab.locator('section[aria-labelledby="contrat-argent"]'))).includes('Les documents en CAD ne sont pas comptés ici.'), 'the portal');
  });
  await check('the figures of the page stand on the summary too', async () => {
    await page.goto(`${program.base}/#/contracts/${deal.id}`);
    assert((await figures(page.getByTestId('contract-figures'))).includes('Facturé HT 9 000,00 €'), 'the summary');
  });
  await check('nothing complained on the way', () => equal(trouble.filter((x) => !/: 409 |status of 409/.test(x)), [], 'console and network'));
});
