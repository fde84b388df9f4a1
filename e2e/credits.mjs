// A whole credit note is two clicks from its invoice; a deposit, its final invoice and retention money as a clerk does them.
import { assert, browser, check, demo, deskPage, equal, figures, folder, listQuery, must, rpc, run, serve } from './lib.mjs';

const key = () => 'e2e-' + Math.random().toString(36).slice(2).padEnd(12, '0');
const form = (customer, lines, more = {}) => ({ id: '', kind: '', version: 0, customerId: customer.publicId ?? customer.id, contactId: '', issueDate: '', dueDate: '', deliveryDate: '', orderNumber: '', currency: 'EUR', rateE8: 0, language: 'fr',
  pricesInclTax: false, termsDays: 30, termsEndOfMonth: false, note: '', privateNote: '', terms: '', validUntil: '', depositPcm: 0, reason: '', retentionPcm: 0, retentionUntil: '', deposits: [], allowances: [],
  lines: lines.map(([description, price, nature]) => ({ itemId: '', description, detail: '', nature: nature ?? 'services', quantityE4: 10_000, unit: 'C62', unitPriceE4: price * 100, discountPcm: 0, discountMinor: 0, optional: false, taxes: ['FR-20'] })), ...more });

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home));
  const trouble = [];
  const page = await deskPage(await browser(), program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const customer = (await rpc(page, 'Customers.List', listQuery)).rows.find((c) => c.currency === 'EUR' && c.country === 'FR');
  const issue = async (d) => { const s = await rpc(page, 'Invoices.Save', d, key()); return rpc(page, 'Invoices.MarkSent', s.id, s.version, key()); };
  const open = (path) => page.goto(`${program.base}/#${path}`);
  const menu = async (name) => { await page.getByRole('button', { name: /actions/i }).first().click(); await page.getByRole('menuitem', { name }).click(); };

  const unpaid = await issue(form(customer, [['Conception d’un site vitrine', 237_000]]));
  await must('an unpaid invoice is taken back whole in two clicks from its menu', async () => {
    await open(`/invoices/${unpaid.id}`);
    await page.getByTestId('mark-paid').waitFor();
    await menu(/Faire un avoir/);
    await page.getByTestId('credit-totals').waitFor();
    await page.getByTestId('issue-credit').click();
    await page.waitForURL(/#\/credits\/[a-z0-9]+$/);
    await page.getByRole('heading', { name: /Avoir AV-/ }).waitFor();
    const text = await figures(page.locator('main'));
    assert(text.includes('Imputé') && text.includes(unpaid.number) && text.includes('2 844,00'), text.slice(0, 600));
  });
  await check('the invoice says that a credit note cancelled it', async () => {
    await open(`/invoices/${unpaid.id}`);
    await page.getByText('Annulée par avoir').first().waitFor();
    equal((await rpc(page, 'Invoices.Get', unpaid.id)).dueMinor, 0, 'due');
  });

  const part = await issue(form(customer, [['Pose', 100_000], ['Table', 50_000, 'goods']]));
  await must('a credit note of one line, refused without its reason', async () => {
    await open(`/invoices/${part.id}`);
    await page.getByTestId('mark-paid').waitFor();
    await menu(/Faire un avoir/);
    await page.getByText('Des lignes', { exact: true }).click();
    await page.getByLabel(/Quantité reprise de Pose/).fill('0');
    await page.getByRole('combobox', { name: 'Motif' }).fill('');
    await page.getByTestId('issue-credit').click();
    await page.getByText('Indiquez le motif').waitFor();
    await page.getByRole('combobox', { name: 'Motif' }).fill('Table reprise');
    await page.getByTestId('issue-credit').click();
    await page.getByRole('heading', { name: /Avoir AV-/ }).waitFor();
    equal((await rpc(page, 'Invoices.Get', part.id)).dueMinor, 120_000, 'due');
  });

  const deposit = await issue(form(customer, [['Acompte de 30 %', 90_000]], { kind: 'deposit_invoice' }));
  await must('the final invoice takes the deposit off where it is ticked', async () => {
    const draft = await rpc(page, 'Invoices.Save', form(customer, [['Cuisine sur mesure', 300_000, 'goods']]), key());
    await open(`/invoices/${draft.id}/edit`);
    await page.getByLabel(new RegExp(deposit.number)).check();
    await page.getByTestId('amount-due').waitFor();
    equal((await figures(page.getByTestId('amount-due'))), '2 520,00 €', 'to pay');
    await page.getByText('Enregistré').first().waitFor();
    const saved = await rpc(page, 'Invoices.Edit', draft.id, '');
    equal(saved.draft.deposits.length, 1, 'deposits kept');
    const done = await rpc(page, 'Invoices.MarkSent', saved.draft.id, saved.draft.version, key());
    await open(`/invoices/${done.id}`);
    await page.getByText('Acomptes déduits').first().waitFor();
    const text = await figures(page.locator('main'));
    assert(text.includes(deposit.number) && text.includes('-1 080,00') && text.includes('2 520,00'), text.slice(0, 800));
  });

  await check('retention money stands on the invoice with its own day', async () => {
    const held = await issue(form(customer, [['Toiture', 300_000]], { retentionPcm: 5000 }));
    await open(`/invoices/${held.id}`);
    await page.getByText('Retenue de garantie').first().waitFor();
    assert((await figures(page.locator('main'))).includes('180,00'), 'the part held back');
  });

  await check('the list of credit notes, to use and used', async () => {
    await open('/credits');
    await page.getByText('AV-').first().waitFor();
    await page.getByRole('button', { name: /À utiliser/ }).click().catch(() => page.getByText('À utiliser').first().click());
  });
  await check('the books are sound', async () => { equal((await rpc(page, 'Books.Check')).faults, [], 'faults'); });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
