// Paying through Stripe from a phone, on an imitation of it: its page, a declined card, the bank's confirmation, a debit
// that takes days, a webhook, a refund on Stripe's own site; and nothing of a card in any file of this person, exports and log included.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync, constants } from 'node:zlib';
import { assert, browser, check, command, demo, deskPage, equal, finallyDo, folder, leave, listQuery, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';

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

/** Whether digits pass the check of card numbers (ISO/IEC 7812). */
const passes = (digits) => [...digits].reverse().reduce((sum, d, i) => sum + (i % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d] : +d), 0) % 10 === 0;

// How the numbers begin that Stripe publishes for trials.
const trialCards = /^(?:4242|4000|5555|5200|5105|2223|3782|3714|6011|3056|3622|3566|6200)/;

/** Numbers of trial cards and the trial account in a text, however they are spaced. */
function numbersIn(text) {
  const found = [];
  for (const [run] of text.matchAll(/\d(?:[ \u00a0-]?\d){12,}/g)) {
    const digits = run.replace(/\D/g, '');
    for (let at = 0; at + 13 <= digits.length; at++) {
      for (let most = 13; most <= 19; most++) {
        const part = digits.slice(at, at + most);
        // of a longer run of figures (a page's coordinates, a list of amounts) only the usual length is a number
        if (part.length === most && (digits.length <= 19 ? most === digits.length : most === 16 && /^(?:4242424242424242|4000000000009995|4000002760003184)$/.test(part)) && trialCards.test(part) && passes(part)) found.push(part);
      }
    }
  }
  if (/DE\d{2}[ -]?3704[ -]?0044[ -]?0532[ -]?0130[ -]?00/.test(text)) found.push('the trial account');
  return found;
}

/** A file's text: of an archive (XLSX, ZIP) that of what is in it. */
function* texts(bytes) {
  yield bytes.toString('latin1');
  for (let at = bytes.indexOf('PK\x03\x04'); at >= 0; at = bytes.indexOf('PK\x03\x04', at + 4)) {
    if (bytes.readUInt16LE(at + 8) !== 8) continue;
    const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    try { yield inflateRawSync(bytes.subarray(from), { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1'); } catch { /* four bytes of something else */ }
  }
}

/** Names that a source file lists: nothing new is forgotten here. */
const listed = (file, pattern) => [...readFileSync(new URL(`../app/${file}`, import.meta.url), 'utf8').matchAll(pattern)].map((m) => m[1]);

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
  await must('the books are balanced', async () => {
    const balance = await rpc(page, 'Books.TrialBalance', '', '');
    equal([balance.balanced, balance.total.debitMinor === balance.total.creditMinor], [true, true], 'balanced');
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
  const exports = join(home, 'exports');
  mkdirSync(exports);
  let made = 0;
  await must('everything that can be exported is', async () => {
    const lists = listed('listfile.go', /^\t"(\w+)":\s+\{\[\]string/gm);
    assert(lists.includes('attempts') && lists.includes('payments') && lists.length >= 15, `lists: ${lists}`);
    const hrefs = lists.flatMap((l) => ['csv', 'xlsx'].map((form) => `/files/lists/${l}.${form}?` + new URLSearchParams(Object.entries(listQuery).map(([k, v]) => [k, String(v)]))));
    for (const form of ['csv', 'xlsx']) hrefs.push(`/files/ageing/open.${form}`, `/files/statements/${customer.publicId}/statement.${form}?kind=activity&preset=this_year`);
    for (const href of hrefs) {
      const got = await page.evaluate(async (to) => {
        const r = await fetch(to);
        const bytes = new Uint8Array(await r.arrayBuffer());
        let text = '';
        for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
        return { status: r.status, text: btoa(text) };
      }, href);
      equal(got.status, 200, href);
      writeFileSync(join(exports, `${made++}-${/([^/?]+)\?|([^/?]+)$/.exec(href).slice(1).find(Boolean)}`), Buffer.from(got.text, 'base64'));
    }
    await program.stop();
    const [names] = listed('export.go', /func Exports\(\) \[\]string \{ return \[\]string\{([^}]*)\}/g);
    for (const [, what] of names.matchAll(/"(\w+)"/g)) {
      for (const form of ['csv', 'json', 'xlsx']) {
        await command(home, 'export', what, '--data', firm, '--format', form, '--out', join(exports, `all-${what}.${form}`));
        made++;
      }
    }
    assert(readFileSync(join(exports, 'all-payments.csv'), 'latin1').split('\n').length > 3, 'the payments were exported');
  });
  await check('no number of a card, no key, in any file of this person: company, exports, log', () => {
    equal(numbersIn('a 4242-4242 4242 4242, b 4000000000009995.').length, 2, 'what is searched for is found');
    let files = 0;
    for (const name of readdirSync(home, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      files++;
      for (const text of texts(readFileSync(join(name.parentPath, name.name)))) {
        equal(numbersIn(text), [], `numbers in ${name.name}`);
        for (const word of [key, secret]) assert(!text.includes(word), `${word} is in ${name.name}`);
      }
    }
    assert(files > made, `${files} files`);
    equal(numbersIn(program.log), [], 'numbers in the log');
    assert(!program.log.includes(key) && !program.log.includes(secret), 'a key in the log');
  });
});
