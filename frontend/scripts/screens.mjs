// Pictures of every screen of a running program, and axe over each: node scripts/screens.mjs ADDRESS FOLDER [view …]
// A view is theme-language-size, as dark-en-phone; without any all eight are taken.
// ADDRESS is what `comptoir serve` printed, with its one-time token. Exits 1 when axe or the console complains.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import AxeBuilder from '@axe-core/playwright';

const [address, out, ...asked] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
// One context spends the token; its cookie serves all.
const door = await browser.newContext();
const first = await door.newPage();
await first.goto(address);
const base = new URL(address).origin;
const call = (method, ...args) => first.evaluate(async ([m, a]) => (await (await fetch('/rpc/' + m, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(a) })).json()).result, [method, args]);
const query = { words: '', state: '', customerId: '', from: '', to: '', sort: '', desc: true, cursor: '', limit: 5 };
const [issued, draft, customer, item, mail, payment] = await Promise.all([
  call('Invoices.List', { ...query, state: 'open', sort: 'issueDate' }), call('Invoices.List', { ...query, state: 'draft' }), call('Customers.List', query), call('Items.List', query), call('Mail.List', query), call('Payments.List', query),
]);
const id = (page, key) => page?.rows?.[0]?.[key];
const screens = [
  ['home', '/'], ['invoices', '/invoices'], ['invoices-overdue', '/invoices?state=overdue'], ['invoice-new', '/invoices/new'], ['invoice-edit', id(draft, 'id') && `/invoices/${id(draft, 'id')}/edit`], ['invoice', id(issued, 'id') && `/invoices/${id(issued, 'id')}`],
  ['customers', '/customers'], ['customer', id(customer, 'publicId') && `/customers/${id(customer, 'publicId')}`], ['customer-new', '/customers/new'], ['items', '/items'], ['item', id(item, 'publicId') && `/items/${id(item, 'publicId')}`],
  ['payments', '/payments'], ['payment', id(payment, 'publicId') && `/payments?open=${id(payment, 'publicId')}`], ['mail', '/mail'], ['mail-one', id(mail, 'id') && `/mail?open=${id(mail, 'id')}`], ['mail-arrived', '/mail?state=arrived'],
  ['check', '/books/check'], ['balance', '/books/balance'], ['ledger', '/books/ledger/411000'], ['journals', '/books/journals'], ['portal', '/portal'],
  ['settings', '/settings/company'], ['settings-numbering', '/settings/numbering'], ['settings-taxes', '/settings/taxes'], ['settings-mail', '/settings/mail'], ['settings-portal', '/settings/portal'], ['nowhere', '/nowhere'],
].filter(([, path]) => path);
const views = ['light', 'dark'].flatMap((t) => ['fr', 'en'].flatMap((l) => [[t, l, 'desk', 1280, 800], [t, l, 'phone', 390, 844]])).filter(([t, l, s]) => !asked.length || asked.includes(`${t}-${l}-${s}`));
let failed = 0;
const told = new Set();
const tell = (key, text) => { failed++; if (!told.has(key)) { told.add(key); console.log(text); } };
for (const [theme, lang, size, width, height] of views) {
  await call('System.SetPreferences', lang, theme);
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', locale: lang === 'fr' ? 'fr-FR' : 'en-GB', storageState: await door.storageState() });
  for (const [name, path] of screens) {
    const page = await context.newPage();
    const where = `${name} ${theme} ${lang} ${size}`;
    page.on('pageerror', (e) => tell(name + e.message, `${where}: ${e.message}`));
    page.on('console', (m) => m.type() === 'error' && tell(name + m.text(), `${where}: console: ${m.text()}`));
    await page.goto(`${base}/#${path}`);
    await page.locator('main h1, main h2').first().waitFor({ timeout: 10_000 }).catch(() => tell(name + 'heading', `${where}: no heading`));
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'), null, { timeout: 5000 }).catch(() => undefined);
    await page.waitForTimeout(350);
    await page.screenshot({ path: join(out, `${name}-${theme}-${lang}-${size}.png`) });
    // A mail is foreign text: its frame is looked at where mails are made.
    const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
    for (const v of violations) tell(v.id + v.nodes[0].html.replace(/id="[^"]*"|_\w+/g, ''), `${where}: ${v.id} (${v.impact}) ${v.help}: ${v.nodes.slice(0, 2).map((n) => `${n.target} ${n.html.slice(0, 120)}`).join(' | ')}`);
    await page.close();
  }
  await context.close();
}
await browser.close();
console.log(failed ? `${failed} problems` : `${screens.length * views.length} screens, axe clean`);
process.exit(failed ? 1 : 0);
