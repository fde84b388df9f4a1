// The click budget of spec/desk: an invoice to a known customer, two catalogue lines, sent. Clicks are counted by the
// page itself (every pointer click, every Enter), fields by what was typed into, screens by address.
import { assert, browser, check, demo, deskPage, equal, figures, folder, listQuery, must, rpc, run, serve } from './lib.mjs';

const budget = { clicks: 6, fields: 3, screens: 1 };

function count() {
  const seen = { clicks: 0, fields: new Set(), screens: new Set() };
  const screen = () => seen.screens.add(location.hash.replace(/^#/, '').split('?')[0] || '/');
  window.counted = () => ({ clicks: seen.clicks, fields: [...seen.fields], screens: [...seen.screens] });
  addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) seen.clicks++; }, true);
  addEventListener('keydown', (e) => { if (e.isTrusted && e.key === 'Enter') seen.clicks++; }, true);
  addEventListener('input', (e) => { if (e.isTrusted) seen.fields.add(e.target.getAttribute('aria-label') || e.target.dataset.field || e.target.id); }, true);
  addEventListener('hashchange', screen);
}

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const customer = (await rpc(page, 'Customers.List', listQuery)).rows.find((c) => c.currency === 'EUR' && c.email);
  const items = (await rpc(page, 'Items.List', listQuery)).rows.filter((i) => i.currency === 'EUR').slice(0, 2);
  equal(items.length, 2, 'items to sell');

  await page.evaluate(count);
  const option = (words) => page.getByRole('option', { name: words });
  await must('an invoice of two catalogue lines is written and sent', async () => {
    await page.getByTestId('new-invoice').first().click();
    await page.getByTestId('customer').waitFor();
    await page.keyboard.type(customer.name); // the field has the focus already
    await option(customer.name).filter({ hasText: customer.number }).click(); // not « Créer … »
    const row = (n) => page.locator(`[data-row="${n}"] [data-cell="description"]`);
    await page.waitForFunction(() => document.activeElement?.matches('[data-row="0"] [data-cell="description"]'));
    await page.keyboard.type(items[0].name);
    await option(items[0].name).first().click();
    await row(1).click();
    await page.keyboard.type(items[1].name);
    await option(items[1].name).first().click();
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length >= 3);
    await page.getByTestId('send').click();
    await page.getByTestId('mark-paid').waitFor();
  });
  const counted = await page.evaluate(() => window.counted());
  const id = page.url().split('/').pop();
  const screens = counted.screens.filter((s) => s !== '/' && s !== `/invoices/${id}`);
  console.log(`     ${counted.clicks} clicks, ${counted.fields.length} fields (${counted.fields.join('; ')}), ${screens.length} screen (${screens.join(' ')})`);
  await check('it is the invoice that was meant', async () => {
    const invoice = await rpc(page, 'Invoices.Get', id);
    equal([invoice.customerName, invoice.lines.map((l) => l.description), invoice.mails.length], [customer.name, items.map((i) => i.name), 1]);
    assert(invoice.number && invoice.totalInclMinor > 0, 'it has a number and a total');
    assert((await figures(page.locator('main'))).includes(invoice.number), 'the page shows it');
  });
  for (const [what, most] of Object.entries(budget)) {
    const n = what === 'screens' ? screens.length : what === 'fields' ? counted.fields.length : counted.clicks;
    await check(`${what}: ${n} of at most ${most}`, () => assert(n > 0 && n <= most, `${n} ${what}, the budget is ${most}`));
  }
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
