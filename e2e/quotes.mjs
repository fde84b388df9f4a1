// A quote: written and sent at the desk, approved by the customer from the mail, invoiced by itself. The click budget
// of spec/desk: 6 clicks of the firm, 2 of the customer. Then what else happens to quotes: options, refusal, question,
// new version, undoing.
import { assert, browser, check, demo, deskPage, equal, figures, folder, listQuery, must, phone, rpc, run, serve, until, watch } from './lib.mjs';

const budget = { firm: 6, customer: 2 };

function count() {
  let clicks = 0;
  window.counted = () => clicks;
  addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) clicks++; }, true);
  addEventListener('keydown', (e) => { if (e.isTrusted && e.key === 'Enter') clicks++; }, true);
}

const go = (page, hash) => page.evaluate((h) => { location.hash = h; }, hash);

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const customers = (await rpc(page, 'Customers.List', { ...listQuery, limit: 100 })).rows;
  const customer = customers.find((c) => c.currency === 'EUR' && c.email && c.country === 'FR');
  const items = (await rpc(page, 'Items.List', listQuery)).rows.filter((i) => i.currency === 'EUR').slice(0, 2);

  await go(page, '/quotes');
  await page.getByTestId('new-quote').waitFor();
  await page.evaluate(count);
  await must('a quote of two catalogue lines is written and sent', async () => {
    const option = (words) => page.getByRole('option', { name: words });
    await page.getByTestId('new-quote').click();
    await page.getByTestId('customer').waitFor();
    await page.keyboard.type(customer.name);
    await option(customer.name).filter({ hasText: customer.number }).click();
    await page.waitForFunction(() => document.activeElement?.matches('[data-row="0"] [data-cell="description"]'));
    await page.keyboard.type(items[0].name);
    await option(items[0].name).first().click();
    await page.locator('[data-row="1"] [data-cell="description"]').click();
    await page.keyboard.type(items[1].name);
    await option(items[1].name).first().click();
    await page.waitForFunction(() => document.querySelectorAll('tr[data-row]').length >= 3);
    await page.getByTestId('send').click();
    await page.getByTestId('note-approval').waitFor();
  });
  const firm = await page.evaluate(() => window.counted());
  await check(`the firm: ${firm} of at most ${budget.firm} clicks`, () => assert(firm > 0 && firm <= budget.firm, `${firm} clicks`));
  const id = page.url().split('/').pop();
  const quote = await rpc(page, 'Quotes.Get', id);
  await check('it is a quote, and no invoice', async () => {
    assert(/^DE-\d{4}-\d{4}$/.test(quote.number) && quote.waits && quote.mails.length === 1 && quote.link, JSON.stringify(quote));
    const invoices = await rpc(page, 'Invoices.List', { ...listQuery, words: quote.number });
    equal(invoices.rows.filter((r) => r.number === quote.number).length, 0, 'invoices with that number');
  });

  const context = await b.newContext({ viewport: phone, locale: 'fr-FR', timezoneId: 'Europe/Paris', reducedMotion: 'reduce', hasTouch: true, isMobile: true });
  const guest = await context.newPage();
  watch(guest, trouble);
  let taps = 0;
  await must('the customer opens it from the mail and approves', async () => {
    await guest.goto(quote.link); taps++; // the link in the mail
    await guest.waitForURL(/\/devis\//);
    assert((await figures(guest.locator('main'))).includes(quote.number), 'the quote is shown');
    await guest.locator('section.due button.primary').click(); taps++;
    await guest.waitForURL(/\/factures\/.*\/payer/);
    assert((await figures(guest.locator('main'))).includes('votre accord est enregistré'), 'the payment page says thanks');
  });
  await check(`the customer: ${taps} of at most ${budget.customer} clicks`, () => assert(taps <= budget.customer, `${taps} clicks`));
  await check('the desk shows the invoice that it made', async () => {
    const q = await rpc(page, 'Quotes.Get', id);
    equal([q.state, q.made.length, q.decision.byFirm], ['converted', 1, false]);
    await page.getByText('Devis approuvé').first().waitFor();
    await page.getByRole('link', { name: q.made[0].number }).first().waitFor();
  });
  await check('approving again leads to the invoice and makes none', async () => {
    await guest.goto(new URL(`/devis/${id}`, guest.url()).href);
    equal(await guest.locator('form#accord').count(), 0, 'forms to approve');
    const q = await rpc(page, 'Quotes.Get', id);
    equal(q.made.length, 1, 'invoices');
  });

  await must('undone by the firm: the invoice is cancelled by a credit note', async () => {
    await page.getByRole('button', { name: 'Plus d’actions', exact: true }).first().click();
    await page.getByRole('menuitem', { name: 'Annuler la décision' }).click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('note-approval').waitFor();
    const q = await rpc(page, 'Quotes.Get', id);
    equal([q.waits, q.made[0].cancelled, q.undone.length], [true, true, 1]);
  });

  const waiting = (await rpc(page, 'Quotes.List', { ...listQuery, state: 'waiting', limit: 100 })).rows;
  let optional;
  for (const r of waiting) {
    const q = await rpc(page, 'Quotes.Get', r.id);
    if (!optional && q.lines.some((l) => l.optional) && !q.depositPcm) optional = q;
  }
  await must('options are ticked and the total follows', async () => {
    assert(optional, 'a quote with options waits in the demo');
    const link = (await rpc(page, 'Customers.Get', optional.customerId)).contacts[0];
    assert(link, 'it has a contact');
    await go(page, `/quotes/${optional.id}`);
    await page.getByTestId('note-approval').click();
    const before = await figures(page.locator('[aria-live="polite"]').last());
    await page.locator('[data-field="options"] input').first().check();
    await page.waitForFunction((was) => { const p = [...document.querySelectorAll('[aria-live="polite"]')].pop(); return p && p.innerText.replace(/\s+/g, ' ') !== was; }, before);
    await page.getByTestId('decide').click();
    await page.getByText('Devis approuvé').first().waitFor();
    const q = await rpc(page, 'Quotes.Get', optional.id);
    equal([q.state, q.decision.byFirm, q.decision.options.length], ['converted', true, 1]);
  });

  await must('a question is asked from the phone and answered at the desk', async () => {
    await guest.goto(new URL(`/devis/${id}`, guest.url()).href);
    await guest.locator('#question').fill('Le délai est-il ferme ?');
    await guest.locator('form[action$="/question"] button').click();
    await guest.getByText('Votre message est envoyé').waitFor();
    await go(page, '/questions');
    await page.getByRole('link', { name: quote.number }).first().click();
    await page.locator('[data-field="text"]').fill('Oui, quinze jours.');
    await page.getByTestId('answer').click();
    await until('the answer', async () => (await rpc(page, 'Questions.Thread', id)).some((m) => m.byFirm));
    await guest.goto(new URL('/', guest.url()).href);
    await guest.getByText('Réponse à votre question').waitFor();
  });

  await must('a new version takes the place of the old one', async () => {
    const old = (await rpc(page, 'Quotes.Get', id));
    const draft = await rpc(page, 'Quotes.Revise', id, 'e2e-quotes-revise-1');
    await rpc(page, 'Invoices.MarkSent', draft.id, draft.version, 'e2e-quotes-issue-1');
    await guest.goto(new URL(`/devis/${id}`, guest.url()).href);
    await guest.getByRole('link', { name: 'Voir la version à jour' }).click();
    assert((await figures(guest.locator('main'))).includes(`${old.number}-2`), 'the newer version is shown');
  });

  await must('a refusal wants its reason', async () => {
    await guest.locator('summary', { hasText: 'Refuser ce devis' }).click();
    await guest.locator('#motif').fill('Notre budget est reporté.');
    await guest.locator('form[action$="/refuser"] button').click();
    await guest.getByText('Devis refusé par').waitFor();
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
