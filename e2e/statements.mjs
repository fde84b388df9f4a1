// A customer's statement: at the desk in one click and mailed in two with its preview; in the portal two clicks from the
// first page to the PDF (spec/desk, click budget); the firm's aged receivables, each figure opening what it is made of; a schedule.
import { readFileSync } from 'node:fs';
import { assert, browser, check, demo, deskPage, equal, folder, must, phone, rpc, run, serve, until, watch } from './lib.mjs';

function count() {
  let clicks = 0;
  window.counted = () => clicks;
  addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) clicks++; }, true);
}
const isPDF = (path) => readFileSync(path).subarray(0, 5).toString() === '%PDF-';

run(async () => {
  const program = await serve(folder(), '--data', await demo(folder(), 250));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const report = await rpc(page, 'Statements.Ageing', '');
  const account = report.accounts.find((a) => a.currency === 'EUR');
  // One with a contact: its mail carries a link.
  let customer;
  for (const row of account.rows) {
    const c = await rpc(page, 'Customers.Get', row.customerId);
    if (row.totalMinor > 0 && c.contacts.some((k) => k.isPrimary && k.portalAccess && k.email)) { customer = row; break; }
  }
  assert(customer, 'somebody owes something and has a contact');

  await page.goto(`${program.base}/#/customers/${customer.customerId}`);
  await page.getByTestId('statement').waitFor();
  await page.evaluate(count);
  const view = await rpc(page, 'Statements.View', { customerId: customer.customerId, kind: 'open_items', preset: '', from: '', to: '', all: false });
  await check('what is open comes to the figure of the report', () => equal(view.accounts.find((a) => a.currency === 'EUR').balanceMinor, customer.totalMinor, 'balance'));
  await must('statement and mail with its preview: three clicks from the customer, the last one sends', async () => {
    await page.getByTestId('statement').click();
    await page.getByRole('button', { name: 'Envoyer par courriel' }).click();
    await page.locator('iframe').waitFor();
    await page.getByText('releve-').waitFor();
    await page.getByTestId('send-statement').click();
    await page.getByText('Relevé envoyé à').waitFor();
  });
  const clicks = await page.evaluate(() => window.counted());
  await check(`clicks at the desk: ${clicks} of at most 3`, () => equal(clicks, 3, 'clicks'));
  await check('every line opens its document', async () => {
    const lines = page.locator('tbody a');
    assert(await lines.count() > 0, 'lines');
    await lines.first().click();
    await page.waitForURL(/#\/(invoices|payments)/);
  });

  const mail = await until('the mail', async () => (await rpc(page, 'Mail.Arrived')).find((m) => /Relevé|[Ss]tatement/.test(m.subject)));
  const opened = await rpc(page, 'Mail.ArrivedMail', mail.id);
  await check('the PDF goes with it', () => assert(opened.papers.some((p) => /^(releve|statement)-.*\.pdf$/.test(p.name) && p.size > 5000), JSON.stringify(opened.papers)));
  const link = /https?:\/\/\S+\/l\/\S+/.exec(opened.text)[0];
  const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, acceptDownloads: true, javaScriptEnabled: false });
  await context.addCookies([{ name: `langue-${new URL(link).port}`, value: 'fr', url: new URL(link).origin }]);
  const theirs = await context.newPage();
  watch(theirs, trouble);
  await must('the customer, without scripts: two clicks from the first page to the PDF of a period', async () => {
    await theirs.goto(link);
    equal(new URL(theirs.url()).pathname, '/', 'where the mail leads');
    await theirs.getByRole('link', { name: 'Relevés', exact: true }).click(); // 1
    const [got] = await Promise.all([theirs.waitForEvent('download'), theirs.getByRole('link', { name: 'PDF : L’année dernière' }).click()]); // 2
    assert(isPDF(await got.path()), 'no PDF');
  });
  await check('the page is no wider than the telephone', async () => {
    for (const at of ['/releves', '/releves?type=ouvert', '/releves?type=echeances']) {
      await theirs.goto(new URL(at, link).href);
      assert(await theirs.locator('h1').isVisible(), 'title');
      const r = await theirs.locator('main').boundingBox();
      assert(r.width <= phone.width, `${at}: ${r.width}`);
    }
  });
  await check('days of one’s own, and what is wrong with them', async () => {
    await theirs.goto(new URL('/releves?du=2026-02-01&au=2026-01-01', link).href);
    await theirs.getByText('Le début est après la fin').waitFor();
  });
  trouble.splice(0); // the refusal is an answer of 422, as it should be

  await check('a figure of the aged receivables opens what it is made of', async () => {
    await page.goto(`${program.base}/#/books/ageing`);
    const figure = page.locator('tbody button').first();
    await figure.waitFor();
    const shown = (await figure.textContent()).trim();
    await figure.click();
    const panel = page.locator('[role="dialog"]');
    await panel.locator('tbody tr').first().waitFor();
    const sum = await panel.locator('tbody tr').count();
    assert(sum > 0 && shown, 'items');
    await page.keyboard.press('Escape');
  });
  await check('as of a past day it reads otherwise, and the same again', async () => {
    const [past, again] = await Promise.all([rpc(page, 'Statements.Ageing', '2026-03-31'), rpc(page, 'Statements.Ageing', '2026-03-31')]);
    equal(past.accounts, again.accounts, 'the same day');
    assert(JSON.stringify(past.accounts) !== JSON.stringify(report.accounts), 'another day reads the same');
  });
  await check('a schedule is made, paused, and ended', async () => {
    await page.goto(`${program.base}/#/statements`);
    await page.getByTestId('new').click();
    await page.getByTestId('customer').fill(customer.name.slice(0, 6));
    await page.getByRole('option').first().click();
    await page.getByTestId('save-schedule').click();
    await page.getByText('Envoi enregistré').waitFor();
    const { rows } = await rpc(page, 'Statements.Schedules');
    assert(rows.length >= 2 && rows.every((r) => r.nextOn > report.today), 'the demo’s own, and the new one');
  });
  await check('no trouble in the console', () => equal(trouble, [], 'trouble'));
});
