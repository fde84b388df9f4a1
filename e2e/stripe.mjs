// Paying through Stripe from a phone, on an imitation of it: its page, a declined card, the bank's confirmation, a debit
// that takes days, a webhook, a refund on Stripe's own site; and nothing of a card in the company's files.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, browser, check, demo, deskPage, equal, finallyDo, folder, leave, listQuery, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';

const key = 'sk_test_imitationOfStripe';
const secret = 'whsec_imitationOfStripe';

/** Starts the imitation; its address. */
async function stripe() {
  const p = spawn(process.env.COMPTOIR_STRIPE, [], { stdio: ['ignore', 'pipe', 'ignore'] });
  finallyDo(() => p.kill('SIGKILL'));
  const url = await new Promise((ok, fail) => {
    p.on('error', fail);
    p.stdout.on('data', (b) => ok(/^stripe (\S+)/.exec(b)[1]));
  });
  const act = async (what, args) => {
    const r = await fetch(`${url}/do/${what}`, { method: 'POST', body: new URLSearchParams(args) });
    assert(r.ok, `${what}: ${await r.text()}`);
  };
  return { url, act, taken: async () => (await fetch(`${url}/do/taken`)).json() };
}

run(async () => {
  assert(process.env.COMPTOIR_STRIPE, 'COMPTOIR_STRIPE names the imitation (e2e/run.sh builds it)');
  const home = folder();
  const fake = await stripe();
  process.env.COMPTOIR_STRIPE_URL = fake.url;
  const firm = await demo(home);
  const program = await serve(home, '--data', firm);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  await must('the firm’s keys are kept, the practice gateway is put away', async () => {
    await rpc(page, 'Gateways.SaveKeys', { gateway: 'stripe', mode: 'test', key, hook: secret });
    const ways = await rpc(page, 'Gateways.Ways');
    for (const w of ways.ways) w.enabled = w.way === 'stripe';
    await rpc(page, 'Gateways.SaveWays', ways);
    await fake.act('hook', { url: `${program.portal.replace(/\/$/, '')}/passerelle/stripe`, secret });
  });
  const customer = (await rpc(page, 'Customers.List', listQuery)).rows.find((c) => c.currency === 'EUR' && c.email);

  /** A fresh invoice of 120.00, sent; its link as it stands in the practice mail box. */
  const send = async (name) => {
    const editor = await rpc(page, 'Invoices.Edit', '', customer.publicId);
    editor.draft.lines = [{ itemId: '', description: 'Vernis', detail: '', nature: 'goods', quantityE4: 10_000, unit: 'C62', unitPriceE4: 1_000_000, discountPcm: 0, discountMinor: 0, taxes: [] }];
    const saved = await rpc(page, 'Invoices.Save', editor.draft, `key-save-${name}`);
    const done = await rpc(page, 'Invoices.Send', saved.id, saved.version, `key-send-${name}`);
    const mail = await until('the mail', async () => (await rpc(page, 'Mail.Arrived')).find((m) => m.subject.includes(done.number)));
    const { text } = await rpc(page, 'Mail.ArrivedMail', mail.id);
    return { ...done, link: /https?:\/\/\S+\/l\/\S+/.exec(text)[0] };
  };

  /** A customer on a phone, at Stripe's page for an invoice. */
  const atStripe = async (invoice) => {
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
    const anne = await context.newPage();
    watch(anne, trouble);
    await anne.goto(invoice.link);
    await anne.locator('a[href$="/payer"]').first().click();
    await anne.locator('form[action$="/paiement"] button').first().click();
    await anne.getByRole('link', { name: 'Continuer sur la page de paiement' }).click();
    await anne.waitForURL(`${fake.url}/pay/**`);
    return { anne, close: () => leave(context) };
  };
  const type = async (anne, number) => {
    await anne.locator('input[name="number"]').fill(number);
    await anne.getByRole('button', { name: 'Pay' }).click();
  };
  const paid = (invoice) => until(`${invoice.number} to be paid`, async () => (await rpc(page, 'Invoices.Get', invoice.id)).state === 'paid');

  await check('a declined card, then another, on the same page', async () => {
    const invoice = await send('card');
    const { anne, close } = await atStripe(invoice);
    await type(anne, '4000 0000 0000 9995');
    await anne.getByRole('alert').waitFor();
    await type(anne, '4242 4242 4242 4242');
    await anne.waitForURL(`${program.portal.replace(/\/$/, '')}/**`);
    await paid(invoice);
    await until('the customer to read so', async () => { await anne.reload(); return /Reçu|reçu|Payé|payé|Merci/.test(plain(await anne.locator('main').innerText())); });
    const got = await rpc(page, 'Invoices.Get', invoice.id);
    equal([got.payments.length, got.paidMinor], [1, 12_000], 'payments, amount');
    await close();
  });
  await check('the bank wants the holder: confirmed, it is paid', async () => {
    const invoice = await send('holder');
    const { anne, close } = await atStripe(invoice);
    await type(anne, '4000 0027 6000 3184');
    await anne.getByRole('button', { name: 'Confirm' }).click();
    await anne.waitForURL(`${program.portal.replace(/\/$/, '')}/**`);
    await paid(invoice);
    await close();
  });
  await check('who leaves Stripe’s page has paid nothing, and can come back to it', async () => {
    const invoice = await send('left');
    const { anne, close } = await atStripe(invoice);
    await anne.getByRole('link', { name: 'Back' }).click();
    await anne.waitForURL(`${program.portal.replace(/\/$/, '')}/**`);
    equal((await rpc(page, 'Invoices.Get', invoice.id)).paidMinor, 0, 'paid');
    await close();
  });
  await check('a debit is on its way for days, then it is paid, without anybody at the page', async () => {
    const invoice = await send('debit');
    const { anne, close } = await atStripe(invoice);
    await type(anne, 'DE89 3704 0044 0532 0130 00');
    await anne.waitForURL(`${program.portal.replace(/\/$/, '')}/**`);
    equal((await rpc(page, 'Invoices.Get', invoice.id)).paidMinor, 0, 'paid at once');
    await close();
    const list = await rpc(page, 'Invoices.Get', invoice.id);
    assert(list.state !== 'paid', 'a debit is money already');
    await fake.act('settle', {});
    await paid(invoice);
  });
  await check('what is given back on Stripe’s own site stands in the books', async () => {
    const [first] = await fake.taken();
    await fake.act('refund', { intent: first.Intent, amount: '2000' });
    await until('the refund', async () => (await rpc(page, 'Payments.List', { ...listQuery, state: 'refunded' })).rows.some((r) => r.refundedMinor === 2000));
  });
  await check('no number of a card, no key, in any file of the company', () => {
    for (const name of readdirSync(firm, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const bytes = readFileSync(join(name.parentPath, name.name)).toString('latin1');
      for (const word of ['4242424242424242', '4242 4242 4242 4242', 'DE89370400440532013000', key, secret]) assert(!bytes.includes(word), `${word} is in ${name.name}`);
    }
    assert(!program.log.includes(key) && !program.log.includes(secret) && !program.log.includes('4242'), 'the log');
  });
  await must('the books are balanced', async () => {
    const balance = await rpc(page, 'Books.TrialBalance', '', '');
    equal([balance.balanced, balance.total.debitMinor === balance.total.creditMinor], [true, true], 'balanced');
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
