// Chasing late payers by hand: two clicks from the program's home with the preview between them (spec/desk, click
// budget); then the policies' screen with its live look, a customer group, and late fees put on an invoice.
import { assert, browser, check, demo, deskPage, equal, figures, folder, listQuery, must, rpc, run, until, serve } from './lib.mjs';

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
  await page.locator('[data-kind="to_remind"]').waitFor();
  const plan = await rpc(page, 'Reminders.Plan', { documents: [], atMost: 0 });
  const overdue = (await rpc(page, 'Invoices.List', { ...listQuery, state: 'overdue' })).rows;
  await check('the plan covers what is late, each document once', () => {
    const ids = [...plan.mails.flatMap((m) => m.documents.map((d) => d.id)), ...plan.exempt.map((x) => x.id)];
    equal(new Set(ids).size, ids.length, 'documents named once');
    assert(overdue.every((r) => ids.includes(r.id)), 'every late invoice is planned or left out with a reason');
    assert(plan.exempt.every((x) => x.reason && !x.reason.includes('reminder.')), 'every reason is a sentence');
    assert(plan.mails.length > 0, 'somebody is to be reminded');
  });

  await page.evaluate(count);
  await must('two clicks: the tile of the home, then Envoyer', async () => {
    await page.locator('[data-kind="to_remind"]').click();
    await page.getByTestId('planned-mail').first().waitFor();
    equal(await page.getByTestId('planned-mail').count(), plan.mails.length, 'mails shown');
    const shown = await figures(page.locator('[role="dialog"]'));
    for (const m of plan.mails) assert(shown.includes(m.customerName), `the preview names ${m.customerName}`);
    await page.getByTestId('send-reminders').click();
    await page.locator('[role="progressbar"]').waitFor();
    await page.getByRole('button', { name: 'Fermer' }).last().waitFor();
  });
  const clicks = await page.evaluate(() => window.counted());
  await check(`clicks: ${clicks} of at most 2`, () => equal(clicks, 2, 'clicks'));
  await check('each mail is in the outbox once, each level noted', async () => {
    for (const m of plan.mails) {
      for (const d of m.documents) {
        await until(`level ${d.level} of ${d.number} is noted with its mail`, async () => {
          const level = (await rpc(page, 'Reminders.State', d.id)).past.find((p) => p.level === d.level);
          return level?.mailed && level.byHand && level.mailId;
        });
      }
    }
    const again = await rpc(page, 'Reminders.Plan', { documents: [], atMost: 0 });
    equal(again.mails.length, 0, 'nothing is left to send');
  });

  const first = plan.mails[0].documents[0];
  await check('the invoice tells its reminders and exempts', async () => {
    await page.goto(`${program.base}/#/invoices/${first.id}`);
    await page.getByTestId('exempt').waitFor();
    await page.getByTestId('exempt').click({ force: true });
    await page.waitForFunction(async (id) => {
      const r = await fetch('/rpc/Reminders.State', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify([id]) });
      return (await r.json()).result.exempt;
    }, first.id);
  });

  await check('late fees become a draft at their own tax', async () => {
    const late = [];
    for (const r of overdue) { const s = await rpc(page, 'Reminders.State', r.id); if (s.feesMinor > 0 && !s.missing.length) late.push([r, s]); }
    assert(late.length > 0, 'somebody owes late fees');
    const [r, s] = late[0];
    await page.goto(`${program.base}/#/invoices/${r.id}`);
    await page.getByTestId('invoice-fees').click();
    await page.waitForURL(/#\/invoices\/[^/]+\/edit/);
    const draft = await rpc(page, 'Invoices.Get', page.url().split('/').at(-2));
    equal([draft.totalInclMinor, draft.totalTaxMinor], [s.feesMinor, 0], 'the draft');
  });

  await check('a policy shows its text on a real invoice while it is typed, and refuses an unknown field', async () => {
    await page.goto(`${program.base}/#/settings/reminders`);
    await page.getByTestId('try-reminder').waitFor();
    const body = page.locator('[data-field="levels.0.bodyFr"]').first();
    await body.fill('Un mot pour {{customer.name}} : {{invoice.number}}.');
    await page.frameLocator('iframe').getByText(/Un mot pour .+ : \S+-\d{4}-\d+\./).waitFor();
    await body.fill('Un mot pour {{client}}.');
    await page.getByTestId('save-policy').click();
    await page.getByText('« client » n’est pas un champ connu (ligne 1, caractère 13).').first().waitFor();
    await body.fill('');
  });

  await check('a customer group is made, and a new customer takes its rules', async () => {
    await page.goto(`${program.base}/#/settings/groups/new`);
    await page.locator('[data-field="name"]').fill('Grands comptes');
    await page.locator('[data-field="termsDays"]').fill('45');
    await page.getByTestId('save-group').click();
    await page.getByRole('link', { name: 'Grands comptes' }).waitFor();
    const group = (await rpc(page, 'Groups.List')).find((g) => g.name === 'Grands comptes');
    equal((await rpc(page, 'Groups.Rules', group.publicId)).termsDays, 45, 'terms');
  });
  await check('nothing complained on the way', () => equal(trouble.filter((x) => !x.includes(': 400 ') && !x.includes('status of 400') && !x.includes(': 422 ')), [], 'console and network'));
});
