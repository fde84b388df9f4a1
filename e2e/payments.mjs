// Money that is more than one invoice paid: one transfer for several, too much, given back, taken back, a bounced cheque.
import { assert, browser, check, demo, deskPage, equal, figures, folder, listQuery, must, plain, rpc, run, serve, until } from './lib.mjs';

const at = (page, path) => page.goto(new URL(`/#${path}`, page.url()).href);
const field = (page, name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();
const sums = (page) => figures(page.getByTestId('split-sums'));

/** A customer with at least n open invoices in one currency. */
async function debtor(page, n) {
  const by = new Map();
  for (const r of (await rpc(page, 'Invoices.List', { ...listQuery, state: 'open', limit: 500 })).rows) {
    if (r.dueMinor <= 0 || r.announced || r.currency !== 'EUR') continue;
    const list = by.get(r.customerId) ?? [];
    by.set(r.customerId, [...list, r]);
  }
  const found = [...by.values()].sort((a, b) => b.length - a.length).find((l) => l.length >= n);
  assert(found, `no customer owes ${n} invoices`);
  return found.slice(0, n);
}

const euros = (minor) => (minor / 100).toFixed(2).replace('.', ',');

run(async () => {
  const home = folder();
  const trouble = [];
  const dir = await demo(home, 120);
  const program = await serve(home, '--data', dir);
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByRole('heading', { level: 1 }).waitFor();

  await check('the list of payments is filtered by what became of them', async () => {
    await at(page, '/payments');
    for (const [name, own] of [['Non affectés', (r) => r.leftMinor > 0], ['Remboursés', (r) => r.refundedMinor > 0], ['Annulés', (r) => r.cancelled]]) {
      await page.getByRole('button', { name, exact: true }).click();
      await until(`${name} in the address`, () => /state=/.test(page.url()));
      const state = /state=(\w+)/.exec(page.url())[1];
      const { rows } = await rpc(page, 'Payments.List', { ...listQuery, state });
      assert(rows.length > 0 && rows.every(own), `${name}: ${JSON.stringify(rows)}`);
    }
    await page.getByRole('button', { name: 'Remboursements', exact: true }).click();
    await page.getByText(/^RB-/).first().waitFor();
  });

  const [first, second] = await must('a customer owes two invoices', () => debtor(page, 2));
  await must('one transfer for both, from the list of invoices, with 10,00 too much', async () => {
    await at(page, `/invoices?state=open&customer=${first.customerId}&name=x`);
    for (const inv of [first, second]) await page.getByRole('row').filter({ hasText: inv.number }).getByRole('checkbox').check();
    await page.getByTestId('bulk-record').click();
    await until('the split', async () => /Tout est affecté/.test(await sums(page)));
    equal(plain(await page.getByTestId('amount').inputValue()), euros(first.dueMinor + second.dueMinor).replace(/\B(?=(\d{3})+(?!\d))/g, ' '), 'the amount proposed');
    await page.getByTestId('amount').fill(euros(first.dueMinor + second.dueMinor + 1000));
    await until('the rest', async () => /Reste au crédit du client 10,00/.test(await sums(page)));
    await page.getByTestId('record-payment').click();
    await page.getByRole('dialog').getByText('Reste au crédit du client').waitFor();
    for (const inv of [first, second]) equal((await rpc(page, 'Invoices.Get', inv.id)).dueMinor, 0, `due of ${inv.number}`);
  });

  const id = /open=(\w+)/.exec(page.url())?.[1] ?? '';
  await check('the rest is given back, with its own number', async () => {
    await page.getByTestId('refund').click();
    equal(plain(await page.getByTestId('refund-amount').inputValue()), '10,00', 'what is left');
    await page.getByTestId('save-refund').click();
    await page.getByRole('dialog').getByText(/^RB-/).waitFor();
    const p = await rpc(page, 'Payments.Get', id);
    equal([p.leftMinor, p.refundedMinor, p.refunds.length], [0, 1000, 1], 'the payment');
  });
  await check('it is taken off one invoice, which is open again', async () => {
    await page.getByRole('button', { name: `Retirer de ${second.number}` }).click();
    await page.getByTestId('confirm').click();
    await until('the invoice to be open', async () => (await rpc(page, 'Invoices.Get', second.id)).dueMinor === second.dueMinor);
  });
  await check('and set against it again, in the split that is proposed', async () => {
    await page.getByTestId('allocate').click();
    const row = field(page.getByRole('dialog'), 'parts.0.amount');
    await row.waitFor();
    await page.getByRole('textbox', { name: `Montant affecté à ${second.number}` }).fill(euros(second.dueMinor));
    await until('the sums', async () => /Tout est affecté|Il manque/.test(await sums(page)));
    for (const box of await page.getByRole('textbox', { name: /^Montant affecté à/ }).all()) {
      if (!(await box.getAttribute('aria-label')).endsWith(second.number)) await box.fill('');
    }
    await until('the sums', async () => /Tout est affecté/.test(await sums(page)));
    await page.getByTestId('save-allocation').click();
    await until('the invoice to be paid', async () => (await rpc(page, 'Invoices.Get', second.id)).dueMinor === 0);
  });

  await check('a cheque that bounces: asked once, with what is lost, and a reason', async () => {
    const [inv] = await debtor(page, 1);
    const done = await rpc(page, 'Invoices.RecordPayment', { key: `cheque-${Date.now()}`, invoiceId: inv.id, version: inv.version, amountMinor: 0, receivedOn: '', method: 'cheque', reference: '', note: '', notify: false, anyway: false });
    assert(done.message, 'recorded');
    const { payments } = await rpc(page, 'Invoices.Get', inv.id);
    await at(page, `/payments?open=${payments.at(-1).id}`);
    await page.getByTestId('cancel').click();
    await page.getByText(`${inv.number} est à nouveau à payer`).waitFor();
    await page.getByTestId('save-cancel').click();
    await page.getByText('Indiquez', { exact: false }).or(page.locator('[data-field="reason"][aria-invalid="true"]')).first().waitFor();
    await page.getByTestId('cancel-reason').fill('Chèque impayé');
    await page.getByTestId('save-cancel').click();
    await page.getByText('Annulé le', { exact: false }).waitFor();
    equal((await rpc(page, 'Invoices.Get', inv.id)).dueMinor, inv.dueMinor, 'due again');
  });

  await check('the customer’s page shows the balance', async () => {
    await at(page, `/customers/${first.customerId}`);
    await page.getByRole('region', { name: 'Solde' }).getByText('À payer').or(page.getByText('Rien à payer, aucun crédit.')).first().waitFor();
    await page.getByTestId('record-for-customer').click();
    await page.getByTestId('split-sums').waitFor();
  });

  await check('the books and every balance are sound', async () => {
    const r = await rpc(page, 'Books.Check');
    assert(r.sound ?? r.faults.length === 0, JSON.stringify(r.faults));
  });
  await check('nothing complained', () => equal(trouble.filter((t) => !/RecordPayment|Cancel/.test(t)), [], 'trouble'));
});
