// A monthly invoice from an invoice: at most seven clicks from the program's home (spec/desk, click budget). Then its
// life: words that mean nothing, pause, resume, skip; the customer's page; and the wake-up panel with do, skip, all.
import { assert, browser, check, demo, deskPage, equal, figures, folder, listQuery, must, rpc, run, serve, until } from './lib.mjs';

const budget = 7;
function count() {
  let clicks = 0;
  window.counted = () => clicks;
  addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) clicks++; }, true);
  addEventListener('keydown', (e) => { if (e.isTrusted && e.key === 'Enter') clicks++; }, true);
}

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 250));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const list = (state = '') => rpc(page, 'Recurring.List', { ...listQuery, state, desc: false, limit: 100 });

  await check('the demo shows some, one of them paused, two charged by themselves, each with its history', async () => {
    const { rows, counts } = await list();
    assert(rows.length >= 6 && counts.paused >= 1, `${rows.length} templates, ${counts.paused} paused`);
    equal(rows.filter((r) => r.autoCharge).length >= 2, true, 'charged ones');
    for (const r of rows.filter((x) => x.state !== 'draft')) assert((await rpc(page, 'Recurring.Get', r.id)).runs.length > 0, `${r.title} was made`);
  });

  const source = (await rpc(page, 'Invoices.List', { ...listQuery, sort: 'issueDate', limit: 100 })).rows.find((r) => r.kind === 'invoice' && r.state !== 'draft');
  await page.evaluate(count);
  const id = await must('a monthly invoice is started from an invoice', async () => {
    await page.locator('nav a[href="#/invoices"]').first().click();
    await page.locator(`main a[href="#/invoices/${source.id}"]`).first().click();
    await page.getByRole('button', { name: 'Plus d’actions' }).click();
    await page.getByRole('menuitem', { name: 'Rendre récurrente' }).click();
    await page.getByTestId('coming').waitFor();
    await page.getByTestId('activate').click();
    await page.getByTestId('edit').waitFor();
    return page.url().split('/').pop();
  });
  const clicks = await page.evaluate(() => window.counted());
  await check(`clicks: ${clicks} of at most ${budget}`, () => assert(clicks > 0 && clicks <= budget, `${clicks} clicks`));
  await check('it runs, monthly, and tells what comes', async () => {
    const v = await rpc(page, 'Recurring.Get', id);
    equal([v.state, v.remaining, v.autoSend, v.coming.length], ['active', -1, true, 5], 'the template');
    assert(v.words.startsWith('chaque mois'), v.words);
    assert((await figures(page.locator('main'))).includes(v.customerName), 'the page names the customer');
  });

  await check('a word that means nothing is refused beside its line', async () => {
    await page.getByTestId('edit').click();
    const cell = page.locator('[data-row="0"] [data-cell="description"]');
    await cell.waitFor();
    await cell.fill('Entretien {{moi}}');
    await page.getByTestId('save').click();
    await page.getByText('« moi »', { exact: false }).first().waitFor();
    await cell.fill('Entretien {{mois}} {{année}}');
    await until('the words of the first one', async () => /Entretien \p{L}+ \d{4}/u.test(await page.getByTestId('coming').innerText()));
    await page.getByTestId('save').click();
    await page.getByTestId('edit').waitFor();
    const form = (await rpc(page, 'Recurring.Edit', id, '', '')).form;
    assert(form.draft.lines[0].description === 'Entretien {{mois}} {{année}}', 'stored as typed');
    const shown = (await rpc(page, 'Recurring.Get', id)).lines[0].description;
    assert(/^Entretien \p{L}+ \d{4}$/u.test(shown), `the page shows the words of the next invoice: ${shown}`);
  });

  const menu = async (name) => { await page.getByRole('button', { name: 'Plus d’actions' }).click(); await page.getByRole('menuitem', { name }).click(); };
  await check('skip, pause and resume', async () => {
    const before = (await rpc(page, 'Recurring.Get', id)).nextOn;
    await menu('Passer la prochaine');
    await page.getByTestId('confirm').click();
    await until('the next one', async () => (await rpc(page, 'Recurring.Get', id)).nextOn > before);
    await menu('Mettre en pause');
    await page.getByTestId('confirm').click();
    await page.getByTestId('resume').click();
    await page.getByTestId('edit').waitFor();
    const v = await rpc(page, 'Recurring.Get', id);
    equal([v.state, v.runs.length, v.runs[0].skipped], ['active', 1, true], 'after it');
  });

  await check('what it was made of leads back from the invoice', async () => {
    const paused = (await list('paused')).rows[0];
    const { runs } = await rpc(page, 'Recurring.Get', paused.id);
    await page.goto(`${program.base}/#/recurring/${paused.id}`);
    await page.getByTestId('runs').getByRole('link').first().click();
    await page.locator(`main a[href="#/recurring/${paused.id}"]`).waitFor();
    assert(page.url().endsWith(runs[0].invoiceId), page.url());
  });

  await must('what is old waits for a word', async () => {
    const { policies } = await rpc(page, 'Reminders.Policies');
    for (const p of policies) await rpc(page, 'Reminders.SavePolicy', { ...p, automatic: true }, `key-automatic-${p.publicId}`);
    await until('the panel', async () => (await rpc(page, 'CatchUp.View')).items.length > 1);
    await page.goto(`${program.base}/#/`);
    await page.locator('[data-kind="catch_up"]').click();
    await page.getByTestId('do-all').waitFor();
  });
  await check('one is skipped, one is done, then all: each once', async () => {
    const before = (await rpc(page, 'CatchUp.View')).items;
    const newest = async () => (await rpc(page, 'Mail.List', listQuery)).rows[0].id;
    let last = await newest();
    await page.locator('main li').getByRole('checkbox').nth(0).check();
    await page.getByTestId('skip').click();
    await page.getByTestId('confirm').click();
    await until('one less', async () => (await rpc(page, 'CatchUp.View')).items.length === before.length - 1);
    equal(await newest(), last, 'nothing is mailed of what is skipped');
    await page.locator('main li').getByRole('checkbox').nth(0).check();
    await page.getByTestId('do-chosen').click();
    await until('two less', async () => (await rpc(page, 'CatchUp.View')).items.length === before.length - 2);
    assert((await newest()) !== last, 'a mail of what is done');
    last = await newest();
    if (before.length > 2) {
      await page.getByTestId('do-all').click();
      await until('an empty panel', async () => { const v = await rpc(page, 'CatchUp.View'); return v.items.length === 0 && !v.progress.running; });
      equal((await rpc(page, 'CatchUp.View')).progress.results.length, before.length - 2, 'results of the rest');
      assert((await newest()) !== last, 'mails of the rest');
    }
    await page.getByTestId('catch-up-result').waitFor();
    const { progress } = await rpc(page, 'CatchUp.View');
    equal(progress.failed, 0, 'failures');
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
