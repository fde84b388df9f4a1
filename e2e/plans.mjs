// Plans and subscriptions at the desk: the figures, a plan with its payment link, code and poster, a customer
// subscribed by the firm and active once it has paid, a change whose amount stands there first, and the end.
import { assert, browser, check, demo, deskPage, desk, equal, folder, leave, listQuery, must, phone, plain, rpc, run, serve, until } from './lib.mjs';

const pictures = process.env.PICTURES;

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 250));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const go = async (hash) => { await page.goto(`${program.base}/#${hash}`); };
  const shoot = async (name) => { if (pictures) { await page.waitForTimeout(300); await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: false }); } };

  await check('the demo has a subscription in each state, and the figures count them', async () => {
    const { rows, figures } = await rpc(page, 'Subscriptions.List', { ...listQuery, method: '', limit: 100 });
    equal(rows.length, 9, 'subscriptions');
    for (const state of ['pending', 'trial', 'active', 'past_due', 'cancelling', 'paused', 'ended']) {
      const n = rows.filter((r) => r.state === state).length;
      const counted = figures.counts[state === 'past_due' ? 'pastDue' : state];
      assert(n >= 1 && counted === n, `${state}: ${n} in the list, ${counted} counted`);
    }
    assert(figures.money[0].mrrMinor > 0, 'the monthly revenue');
    await go('/subscriptions');
    await page.getByText('Revenu mensuel récurrent').waitFor();
    await shoot('list');
  });

  const planId = await must('a plan is made, with a link, its code and its poster', async () => {
    await go('/plans/new');
    await page.getByLabel('Nom en français').first().fill('Formule essai e2e');
    await page.getByLabel('Prix de la période').fill('30');
    await page.getByTestId('save-plan').click();
    await page.getByTestId('make-link').click();
    await page.getByRole('img', { name: /Code/i }).first().waitFor();
    await shoot('plan');
    await page.getByRole('link', { name: 'Affiche à imprimer' }).click();
    await page.getByTestId('poster').waitFor();
    assert(plain(await page.getByTestId('poster').innerText()).includes('30,00 € HT par mois'), 'the price on the poster');
    await shoot('poster');
    return page.url().split('/plans/')[1].split('/')[0];
  });

  const id = await must('a customer is subscribed; the amount stands there first; active once paid', async () => {
    const customer = (await rpc(page, 'Customers.List', { ...listQuery, limit: 30 })).rows.find((c) => c.currency === 'EUR' && c.email);
    await go('/subscriptions');
    await page.getByTestId('new-subscription').click();
    await page.getByTestId('customer').fill(customer.name);
    await page.getByRole('option').first().click();
    await page.getByTestId('plan').selectOption(planId);
    await page.getByTestId('quote').waitFor();
    await shoot('subscribe');
    await page.getByTestId('subscribe').click();
    await page.getByTestId('papers').waitFor();
    const at = page.url().split('/').pop();
    const v = await rpc(page, 'Subscriptions.Get', at);
    equal(v.state, 'pending', 'before the payment');
    await rpc(page, 'Invoices.RecordPayment', { key: 'e2e-plans-payment', invoiceId: v.firstId, version: 0, amountMinor: v.firstDue, receivedOn: '', method: 'transfer', reference: '', note: '', notify: false, anyway: false });
    await until('the subscription to be active', async () => (await rpc(page, 'Subscriptions.Get', at)).state === 'active');
    return at;
  });

  await check('a change shows its amount and does exactly that', async () => {
    await go(`/subscriptions/${id}`);
    await page.getByTestId('change').click();
    const plans = (await rpc(page, 'Subscriptions.Plans')).rows.filter((p) => p.state === 'open' && p.id !== planId && p.priceMinor > 3000 && p.trialDays === 0 && p.per === 'par mois');
    await page.getByTestId('plan').last().selectOption(plans[0].id);
    await page.getByTestId('quote').waitFor();
    await shoot('change');
    await page.getByTestId('do-change').click();
    await until('the change', async () => (await rpc(page, 'Subscriptions.Get', id)).documents.some((d) => d.role === 'change'));
    const v = await rpc(page, 'Subscriptions.Get', id);
    assert(v.documents.find((d) => d.role === 'change').totalMinor > 0, 'the difference is invoiced');
  });

  await check('it ends with its period, and goes on again', async () => {
    await page.getByRole('button', { name: 'Plus d’actions' }).click();
    await page.getByRole('menuitem', { name: 'Terminer' }).click();
    await page.getByTestId('do-cancel').waitFor();
    await shoot('end');
    await until('the day of the end', async () => page.getByTestId('do-cancel').isEnabled());
    await page.getByTestId('do-cancel').click();
    await page.getByTestId('take-back').waitFor();
    equal((await rpc(page, 'Subscriptions.Get', id)).state, 'cancelling', 'state');
    await shoot('one');
    await page.getByTestId('take-back').click();
    await until('it goes on', async () => (await rpc(page, 'Subscriptions.Get', id)).state === 'active');
  });

  await check('on a telephone nothing is wider than the screen; in English and in the dark too', async () => {
    for (const [lang, scheme] of [['fr', 'light'], ['en', 'dark']]) {
      const other = await deskPage(b, program, trouble, { viewport: scheme === 'dark' ? phone : desk, colorScheme: scheme, locale: lang === 'fr' ? 'fr-FR' : 'en-GB', storageState: await page.context().storageState() });
      await other.goto(`${program.base}/#/`);
      await other.setViewportSize(phone);
      for (const [name, hash] of [['list', '/subscriptions'], ['plans', '/plans'], ['plan', `/plans/${planId}`], ['one', `/subscriptions/${id}`]]) {
        await other.goto(`${program.base}/#${hash}`);
        await other.locator('h1').first().waitFor();
        await other.waitForTimeout(400);
        const over = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert(over <= 0, `${hash} is ${over} px too wide`);
        if (pictures) await other.screenshot({ path: `${pictures}/phone-${name}-${lang}-${scheme}.png` });
      }
      await leave(other.context());
    }
  });
  await check('no complaint of any page', () => equal(trouble, [], 'complaints'));
});
