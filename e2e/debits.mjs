// Direct debits: a mandate from paper, a file for the bank, what came back of it, a file given up; a transfer not carried out.
import { assert, browser, check, demo, deskPage, equal, folder, listQuery, must, out, rpc, run, serve, until } from './lib.mjs';

const at = (page, path) => page.goto(new URL(`/#${path}`, page.url()).href);
const field = (page, name) => page.locator(`[role="dialog"] input[data-field="${name}"], [role="dialog"] [data-field="${name}"] input`).first();

run(async () => {
  const home = folder();
  const trouble = [];
  const dir = await demo(home, 120);
  const program = await serve(home, '--data', dir);
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const late = (await rpc(page, 'Invoices.List', { ...listQuery, state: 'overdue', limit: 200 })).rows.find((r) => r.currency === 'EUR' && !r.announced);
  const customer = (await rpc(page, 'Invoices.Get', late.id)).customerId;

  await must('the identity as a creditor is refused wrong, and kept right', async () => {
    await at(page, '/settings/debits');
    await page.getByTestId('ics').fill('FR73ZZZ123456');
    await page.getByTestId('save').click();
    await page.locator('[data-testid="ics"][aria-invalid="true"]').waitFor();
    await page.getByTestId('ics').fill('FR72 ZZZ 123456');
    await page.getByTestId('save').click();
    await until('it is kept', async () => (await rpc(page, 'Sepa.Settings')).ics === 'FR72ZZZ123456');
  });

  await must('a mandate signed on paper is kept with its file; the account is not shown again', async () => {
    await at(page, `/customers/${customer}`);
    await page.getByTestId('paper-mandate').click();
    await page.getByTestId('save-paper').click();
    await page.locator('[role="dialog"] [aria-invalid="true"]').first().waitFor();
    await field(page, 'signedOn').fill('15/01/2026');
    await page.getByTestId('mandate-iban').fill('FR76 1010 7001 0112 3456 7890 129');
    await page.getByTestId('mandate-file').setInputFiles({ name: 'mandat.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 mandat') });
    await until('the file is read', async () => (await page.getByRole('button', { name: 'mandat.pdf' }).count()) > 0);
    await page.getByTestId('save-paper').click();
    await page.getByTestId('customer-mandates').waitFor();
    const text = await page.getByTestId('customer-mandates').innerText();
    assert(/RUM-\d{4}-\d{4}/.test(text) && text.includes('0129') && !text.includes('1010'), text);
  });

  let file;
  await must('a file is made of what falls due, and its bytes stay', async () => {
    await at(page, '/debits/new');
    await page.getByTestId('debit-sum').waitFor();
    await page.getByTestId('make-debits').click();
    await page.getByTestId('file-lines').waitFor();
    await page.screenshot({ path: `${out}/bank-file.png` });
    file = page.url().split('/').pop();
    const read = () => page.evaluate(async (href) => (await fetch(href)).text(), `/files/sepa/${file}/file.xml`);
    const xml = await read();
    assert(xml.includes('pain.008.001.08') && xml.includes('<Id>FR72ZZZ123456</Id>') && xml.includes('<SeqTp>FRST</SeqTp>'), xml.slice(0, 400));
    equal(await read(), xml, 'the file again');
  });

  await check('its invoices wait, its debtor is told', async () => {
    const lines = (await rpc(page, 'Sepa.File', file)).lines;
    const plan = await rpc(page, 'Sepa.Propose', { scheme: 'CORE', on: '' });
    assert(lines[0].parts.every((p) => plan.left.some((l) => l.documentId === p.documentId && l.why === 'in_file')), JSON.stringify(plan.left));
    assert((await rpc(page, 'Mail.List', { ...listQuery, limit: 5 })).rows.length > 0, 'no mail');
    await at(page, `/debits/${file}`);
    equal(await page.getByTestId('confirm-file').count(), 0, 'confirmed before its day');
  });

  await check('a debit that came back lets its invoices go', async () => {
    await at(page, '/debits');
    await at(page, `/debits/${file}`);
    await page.getByTestId('return-debit').first().click();
    await page.getByTestId('save-return').click();
    await until('it is returned', async () => (await rpc(page, 'Sepa.File', file)).lines[0].state === 'returned');
  });

  await check('a file that was downloaded is given up only after the harder question', async () => {
    const plan = await rpc(page, 'Sepa.Propose', { scheme: 'CORE', on: '' });
    const made = await rpc(page, 'Sepa.MakeDebits', { key: 'e2e-debits-again', scheme: 'CORE', on: plan.on, documents: plan.taken.map((x) => x.documentId) });
    await at(page, `/debits/${made.id}`);
    await page.getByRole('heading', { name: made.number }).waitFor();
    await page.evaluate(async (href) => (await fetch(href)).text(), `/files/sepa/${made.id}/file.xml`);
    await at(page, '/debits');
    await at(page, `/debits/${made.id}`);
    await until('it is known to be downloaded', async () => (await rpc(page, 'Sepa.File', made.id)).taken !== '');
    await page.reload();
    await page.getByTestId('file-lines').waitFor();
    await page.getByRole('button', { name: /Plus d.actions/ }).first().click();
    await page.getByRole('menuitem').last().click();
    await page.getByRole('dialog').getByText('deux fois').waitFor();
    await page.screenshot({ path: `${out}/give-up.png` });
    await page.getByTestId('confirm').click();
    await until('it is given up', async () => (await rpc(page, 'Sepa.File', made.id)).row.state === 'dropped');
  });

  await check('a transfer that the bank did not do is put back, to another account', async () => {
    const paid = await rpc(page, 'Payments.Record', { key: 'e2e-over', customerId: customer, currency: 'EUR', amountMinor: 3000, receivedOn: '', method: 'transfer', parts: [], credits: [], anyway: true, fullInvoices: false, reference: '', note: '', notify: false, feeMinor: 0 }).catch((e) => { throw new Error(`Payments.Record: ${e.message}`); });
    await rpc(page, 'Sepa.DecideRefund', { key: 'e2e-decide', paymentId: paid.id, amountMinor: 3000, iban: 'FR7610107001011234567890129' });
    const [refund] = await rpc(page, 'Sepa.Refunds');
    const made = await rpc(page, 'Sepa.MakeTransfers', { key: 'e2e-transfers', on: '', ids: [refund.publicId] });
    await at(page, `/debits/${made.id}`);
    await page.getByTestId('not-done').click();
    await page.screenshot({ path: `${out}/not-done.png` });
    await field(page, 'iban').fill('DE89 3704 0044 0532 0130 00');
    await page.getByTestId('save-not-done').click();
    await until('it is noted', async () => (await rpc(page, 'Sepa.File', made.id)).lines[0].state === 'refused');
    equal((await rpc(page, 'Sepa.Refunds'))[0].account, '3000', 'the account it goes to now');
  });

  await check('mandates and files are listed', async () => {
    await at(page, '/debits');
    await page.getByTestId('bank-files').waitFor();
    await at(page, '/debits?tab=mandates');
    await page.getByTestId('mandates').getByRole('button').first().click();
    await page.getByRole('dialog').getByText('0129').first().waitFor();
    await page.screenshot({ path: `${out}/mandate.png` });
  });
  equal(trouble, [], 'errors of the pages');
});
