// A contract from the first click to its end: made with few clicks, its rule said in words while one types, milestones
// typed in place and put in order by the keyboard, signed on paper, renewed, ended; the list, the calendar, the types.
import { assert, browser, check, demo, deskPage, equal, figures, folder, listQuery, must, plain, rpc, run, serve, until } from './lib.mjs';

const budget = 4; // clicks from the list to a contract: new, customer, type left as it is, made
function count() {
  let clicks = 0;
  window.counted = () => clicks;
  addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) clicks++; }, true);
  addEventListener('keydown', (e) => { if (e.isTrusted && e.key === 'Enter') clicks++; }, true);
}
export const all = { words: '', state: '', typeId: '', ownerId: '', customerId: '', endsFrom: '', endsTo: '', portal: '', sort: 'newest', desc: true, cursor: '', limit: 50 };

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 60));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const goto = (path) => page.goto(`${program.base}/#${path}`);
  const customer = (await rpc(page, 'Customers.List', listQuery)).rows.find((c) => c.currency === 'EUR' && c.email);
  const menu = async (name) => { await page.getByRole('button', { name: 'Plus d’actions' }).click(); await page.getByRole('menuitem', { name, exact: true }).click(); };
  const badge = (word) => page.locator('header', { has: page.locator('h1') }).getByText(word, { exact: true }).waitFor();

  await goto('/contracts');
  await page.getByTestId('contract-new').waitFor();
  await page.evaluate(count);
  const id = await must('a contract is made of a title and a customer', async () => {
    await page.getByTestId('contract-new').click();
    await page.getByTestId('contract-title').fill('Maintenance du parc informatique');
    await page.getByTestId('contract-customer').fill(customer.name);
    await page.getByRole('option', { name: customer.name }).filter({ hasText: customer.number }).click();
    await page.getByTestId('contract-save').click();
    await page.getByTestId('contract-edit').waitFor();
    return page.url().split('/').pop();
  });
  const clicks = await page.evaluate(() => window.counted());
  await check(`clicks: ${clicks} of at most ${budget}`, () => assert(clicks > 0 && clicks <= budget, `${clicks} clicks`));
  const get = () => rpc(page, 'Contracts.Get', id);
  await check('it has the next number, a status and no place in the portal', async () => {
    const c = await get();
    assert(/^CT-\d{4}-\d{4}$/.test(c.number), c.number);
    equal([c.state, c.inPortal, c.customerName, c.renewal], ['draft', false, customer.name, 'none'], 'the contract');
    assert((await figures(page.locator('main'))).includes(c.number), 'the page names it');
  });

  await check('the rule follows the typing, and what is impossible stands beside its field', async () => {
    await page.getByTestId('contract-edit').click();
    await page.getByTestId('contract-start').fill('1/3/2026');
    await page.getByTestId('contract-end').fill('28/2/2025');
    await page.locator('.mantine-InputWrapper-error').first().waitFor();
    await page.getByTestId('contract-end').fill('28/2/2027');
    await page.getByTestId('contract-renewal').selectOption('tacit');
    await page.getByTestId('contract-notice').fill('3');
    await until('the sentence', async () => { const words = plain(await page.getByTestId('contract-rule').innerText()); return words.includes('28 février 2027') && words.includes('28 novembre 2026') && words.includes('12 mois'); });
    await page.getByTestId('contract-description').fill('## Étendue\n\nDeux **visites** par mois.\n\n<script>alert(1)</script>');
    await page.getByTestId('contract-look').click();
    await page.locator('main strong', { hasText: 'visites' }).waitFor();
    equal(await page.locator('main script').count(), 0, 'scripts in the preview');
  });
  await check('whoever leaves with something unsaved is asked first, and stays by a word', async () => {
    await page.locator('nav a[href="#/items"]').first().click();
    await page.getByTestId('confirm').waitFor();
    await page.getByRole('dialog').getByRole('button').filter({ hasNot: page.getByTestId('confirm') }).last().press('Escape');
    assert(page.url().endsWith(`/contracts/${id}/edit`), page.url());
    await page.getByTestId('contract-save').click();
    await page.getByTestId('contract-edit').waitFor();
    const c = await get();
    equal([c.startOn, c.form.endOn, c.renewal, c.form.renewalMonths, c.form.noticeCount], ['2026-03-01', '2027-02-28', 'tacit', 12, 3], 'what was saved');
    assert(c.descriptionHtml.includes('<strong>visites</strong>') && !c.descriptionHtml.includes('<script'), c.descriptionHtml);
  });

  const titles = async () => (await rpc(page, 'Contracts.Milestones', id)).map((m) => m.title);
  await must('milestones are typed in the empty row, one after the other', async () => {
    await page.getByTestId('tab-milestones').click();
    for (const [title, amount] of [['Acompte', '1000'], ['Livraison', '2 500,50'], ['Réception', '']]) {
      const last = page.locator('tr[data-new]');
      await last.locator('[data-cell="title"]').fill(title);
      if (amount) await last.locator('[data-cell="amount"]').fill(amount);
      await last.locator('[data-cell="title"]').press('Enter');
      await page.locator(`tr[data-milestone="${title}"]`).waitFor();
    }
    const list = await rpc(page, 'Contracts.Milestones', id);
    equal(list.map((m) => [m.title, m.amountMinor, m.state, m.inPortal]), [['Acompte', 100_000, 'open', true], ['Livraison', 250_050, 'open', true], ['Réception', 0, 'open', true]], 'milestones');
  });
  await check('one is put first by the keyboard, changed where it stands, done and hidden', async () => {
    await page.locator('tr[data-milestone="Réception"] [data-cell="move"]').press('ArrowUp');
    await until('one place up', async () => (await titles()).join() === 'Acompte,Réception,Livraison');
    await page.locator('tr[data-milestone="Réception"] [data-cell="move"]').press('ArrowUp');
    await until('the first place', async () => (await titles()).join() === 'Réception,Acompte,Livraison');
    assert(await page.locator('tr[data-milestone="Réception"] [data-cell="move"]').evaluate((e) => e === document.activeElement), 'the focus goes with it');
    const due = page.locator('tr[data-milestone="Livraison"] [data-cell="due"]');
    await due.fill('15/12/2026');
    await due.press('Enter');
    await until('its day', async () => (await rpc(page, 'Contracts.Milestones', id)).some((m) => m.dueOn === '2026-12-15'));
    await page.locator('tr[data-milestone="Acompte"]').getByTestId('milestone-done').click();
    await until('it is done', async () => (await rpc(page, 'Contracts.Milestones', id)).find((m) => m.title === 'Acompte').state === 'done');
    await page.locator('tr[data-milestone="Livraison"]').getByTestId('milestone-portal').click();
    await until('it is hidden', async () => !(await rpc(page, 'Contracts.Milestones', id)).find((m) => m.title === 'Livraison').inPortal);
  });
  await check('several are hidden at once, and shown again', async () => {
    const shown = async () => (await rpc(page, 'Contracts.Milestones', id)).filter((m) => m.inPortal).length;
    await page.getByTestId('milestones-all').check();
    await page.getByTestId('milestones-hide').click();
    await until('all are hidden', async () => (await shown()) === 0);
    for (const title of ['Acompte', 'Réception']) await page.locator(`tr[data-milestone="${title}"]`).getByTestId('milestone-pick').check();
    await page.getByTestId('milestones-show').click();
    await until('two are shown', async () => (await shown()) === 2);
  });
  await check('one is dragged to the end, and one is deleted', async () => {
    await page.locator('tr[data-milestone="Réception"] [data-cell="move"]').dragTo(page.locator('tr[data-milestone="Livraison"]'), { targetPosition: { x: 200, y: 36 } });
    await until('the last place', async () => (await titles()).join() === 'Acompte,Livraison,Réception');
    await page.locator('tr[data-milestone="Réception"] [data-cell="move"]').click();
    await page.getByRole('menuitem', { name: 'Supprimer' }).click();
    await page.getByTestId('confirm').click();
    await until('two are left', async () => (await titles()).join() === 'Acompte,Livraison');
  });

  await must('signed on paper: it runs', async () => {
    await page.getByTestId('tab-summary').click();
    await menu('Marquer comme signé…');
    await page.getByTestId('signed-on').fill('20/2/2026');
    await page.getByTestId('contract-act').click();
    await badge('En cours');
    equal((await get()).signedOn, '2026-02-20', 'signed on');
  });
  await check('an end is proposed by its notice, asks why, and can be taken back', async () => {
    await menu('Terminer…');
    await until('the proposal', async () => (await page.getByTestId('end-on').inputValue()) !== '');
    await page.getByTestId('contract-act').click();
    await page.getByRole('dialog').locator('.mantine-InputWrapper-error').waitFor();
    await page.getByTestId('end-reason').fill('Le client change de prestataire.');
    await page.getByTestId('contract-act').click();
    await until('the end', async () => (await get()).endedOn !== '');
    await menu('Revenir sur la fin décidée');
    await until('no end', async () => (await get()).endedOn === '');
  });
  await check('a contract that is renewed by both gets a longer term', async () => {
    const other = await rpc(page, 'Contracts.Duplicate', id, 'key-e2e-contract-copy');
    const { form } = await rpc(page, 'Contracts.Edit', other.id, '');
    const saved = await rpc(page, 'Contracts.Save', { ...form, title: 'Hébergement', renewal: 'express', renewalMonths: 6, startOn: '2026-01-01', endOn: '2026-12-31' }, 'key-e2e-contract-express');
    await rpc(page, 'Contracts.MarkSigned', { id: saved.id, version: saved.version, on: '2026-01-01', reason: '' }, 'key-e2e-contract-signed');
    await goto(`/contracts/${saved.id}`);
    await page.getByTestId('contract-edit').waitFor();
    await menu('Renouveler…');
    await page.getByTestId('renew-look').waitFor();
    await page.getByTestId('contract-act').click();
    await until('the new end', async () => (await rpc(page, 'Contracts.Get', saved.id)).endOn === '2027-06-30');
    equal((await rpc(page, 'Contracts.Milestones', saved.id)).map((m) => [m.title, m.state]), [['Acompte', 'open'], ['Livraison', 'open']], 'milestones of the copy');
  });

  await check('the list finds it by words, state and customer, and the search by its number', async () => {
    const { number } = await get();
    await goto('/contracts?state=active');
    await page.getByRole('link', { name: 'Maintenance du parc informatique' }).first().waitFor();
    await page.locator('[data-page-search]').fill(number);
    await until('one row', async () => (await page.locator('main tbody tr[data-link]').count()) === 1);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(number);
    await page.getByRole('option').filter({ hasText: 'Maintenance du parc' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL((u) => u.hash === `#/contracts/${id}`);
    await goto('/contracts');
    await page.route('**/rpc/System.Search', async (route) => { await new Promise((done) => setTimeout(done, 600)); await route.continue(); });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Maintenance du parc');
    await page.keyboard.press('Enter'); // before the answer: it waits, and opens what was found
    await page.waitForURL((u) => u.hash === `#/contracts/${id}`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Maintenance');
    await page.keyboard.press('Enter');
    await page.keyboard.type(' zzz'); // other words: the Enter was not about them
    await page.waitForTimeout(1500);
    assert(await page.getByRole('combobox').first().isVisible(), 'an answer to older words was opened');
    await page.keyboard.press('Escape');
    await page.unroute('**/rpc/System.Search');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL((u) => u.hash === '#/contracts');
  });
  await check('the calendar goes by the arrows from day to day and from month to month, and opens a day', async () => {
    await goto('/contracts/calendar?month=2026-11');
    await page.locator('[data-day="2026-11-28"]').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('calendar-day').getByText('dernier jour pour le préavis').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const here = () => page.evaluate(() => document.activeElement?.getAttribute('data-day'));
    await page.locator('[data-day="2026-11-28"]').focus();
    for (const [key, day] of [['ArrowRight', '2026-11-29'], ['ArrowDown', '2026-12-06'], ['ArrowRight', '2026-12-07'], ['PageDown', '2027-01-07'], ['Home', '2027-01-04'], ['PageUp', '2026-12-04'], ['ArrowUp', '2026-11-27']]) {
      await page.keyboard.press(key);
      await until(`${key} to ${day}`, async () => (await here()) === day);
    }
    assert(plain(await page.getByTestId('calendar-month').innerText()).toLowerCase() === 'novembre 2026', 'the month');
    await page.getByTestId('calendar-today').click();
    await page.locator('[aria-current="date"]').waitFor();
  });
  await check('what is said about it is kept, with who said it', async () => {
    await goto(`/contracts/${id}/comments`);
    await page.getByTestId('comment-text').fill('Le premier lot part lundi.');
    await page.getByTestId('comment-text').press('Control+Enter');
    await page.getByTestId('comments').getByText('Le premier lot part lundi.').waitFor();
    equal((await rpc(page, 'Contracts.Comments', id)).map((m) => [m.body, m.side]), [['Le premier lot part lundi.', 'firm']], 'comments');
    await page.getByTestId('tab-history').click();
    await page.getByTestId('contract-history').locator('li').nth(3).waitFor();
  });
  await check('types are added, renamed, ordered and archived in the settings', async () => {
    await goto('/settings/contracts');
    await page.getByTestId('type-new').click();
    await page.getByTestId('type-name').fill('Parrainage');
    await page.getByTestId('type-name').press('Enter');
    await until('the type', async () => (await rpc(page, 'Contracts.Types')).some((x) => x.name === 'Parrainage'));
    const row = page.getByTestId('types').locator('li[data-type="Parrainage"]');
    const before = (await rpc(page, 'Contracts.Types')).findIndex((x) => x.name === 'Parrainage');
    await row.locator('[data-cell="up"]').press('Enter');
    await until('one place up', async () => (await rpc(page, 'Contracts.Types')).findIndex((x) => x.name === 'Parrainage') === before - 1);
    await page.getByTestId('types').locator('li').nth(before - 1).and(row).waitFor();
    await page.waitForLoadState('networkidle');
    await row.getByRole('switch').focus();
    await page.keyboard.press('Space');
    await until('its attachments are shown', async () => (await rpc(page, 'Contracts.Types')).find((x) => x.name === 'Parrainage').filesShown);
    await page.getByTestId('file-max').fill('0');
    await page.getByTestId('save').click();
    await page.locator('.mantine-InputWrapper-error').waitFor();
    await page.getByTestId('file-max').fill('80');
    await page.getByTestId('save').click();
    await until('the limit', async () => (await rpc(page, 'Contracts.Settings')).fileMaxMb === 80);
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
