// Ways to pay and gateways at the firm's desk: the settings with their keys and Tester, a refund by the gateway, attempts,
// kept methods, transfers that customers announced; clicks counted.
import { createServer } from 'node:http';
import { assert, browser, check, demo, deskPage, equal, figures, finallyDo, folder, listQuery, must, plain, rpc, run, serve, until } from './lib.mjs';

const at = (page, path) => page.goto(new URL(`/#${path}`, page.url()).href);
const key = { test: 'sk_test_4eC39HqLyjWDarjtT1zd', live: 'sk_live_4eC39HqLyjWDarjtT1zd', other: 'sk_test_revoked00000000000' };

/** The one answer of Stripe that the settings ask for: who a key belongs to. */
async function stripe() {
  const seen = [];
  const server = createServer((req, res) => {
    const bearer = (req.headers.authorization ?? '').replace('Bearer ', '');
    seen.push(`${req.method} ${req.url}`);
    res.setHeader('Content-Type', 'application/json');
    if (bearer !== key.test && bearer !== key.live) { res.statusCode = 401; res.end(JSON.stringify({ error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } })); return; }
    if (req.url.startsWith('/v1/events')) { res.end(JSON.stringify({ object: 'list', data: [], has_more: false })); return; }
    res.end(JSON.stringify({ id: 'acct_1', object: 'account', country: 'FR', charges_enabled: true, payouts_enabled: false, settings: { dashboard: { display_name: 'Atelier Brindille' } }, capabilities: { card_payments: 'active', sepa_debit_payments: 'inactive' } }));
  });
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok));
  finallyDo(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, seen };
}

/** Clicks of a person, counted. */
function counter() {
  let n = 0;
  return { click: async (locator) => { n++; await locator.click(); }, get n() { return n; } };
}

run(async () => {
  const home = folder();
  const trouble = [];
  const fake = await stripe();
  process.env.COMPTOIR_STRIPE_URL = fake.url;
  const dir = await demo(home, 120);
  const program = await serve(home, '--data', dir);
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByRole('heading', { level: 1 }).waitFor();

  await must('the ways to pay are listed in the firm’s order, and moved by keys', async () => {
    await at(page, '/settings/payments');
    await page.getByTestId('way-stripe').waitFor();
    const first = await page.locator('[data-testid^="way-"] h3').allInnerTexts();
    await page.getByRole('button', { name: `Monter ${first[1]}` }).press('Enter');
    await until('the new order', async () => (await page.locator('[data-testid^="way-"] h3').allInnerTexts())[0] === first[1]);
    await page.getByTestId('choice-less').check();
    await page.getByTestId('save').click();
    await page.getByText('Paramètres enregistrés').waitFor();
    const stored = await rpc(page, 'Gateways.Ways');
    equal(stored.less, true, 'part of what is due');
    equal(stored.mayCharge, false, 'a firm in France');
  });

  await check('a fee is refused in France with its reason, beside the field', async () => {
    const ways = await rpc(page, 'Gateways.Ways');
    const i = ways.ways.findIndex((w) => w.way === 'stripe');
    ways.ways[i].feePcm = 1500;
    const answer = await page.evaluate(async (w) => (await fetch('/rpc/Gateways.SaveWays', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': 'fr' }, body: JSON.stringify([w]) })).json(), ways);
    assert(/L112-12/.test(answer.error?.fields?.[`ways.${i}.feePcm`] ?? ''), JSON.stringify(answer));
    await page.getByTestId('way-stripe').locator('summary').click();
    assert(/L112-12/.test(await page.getByTestId('way-stripe').innerText()), 'the reason is not shown');
  });

  await check('a limit that cannot be is refused beside its field', async () => {
    const cash = page.getByTestId('way-cash');
    await cash.locator('summary').click();
    const least = cash.locator('[data-field$=".leastMinor"]').first();
    const field = (await least.evaluate((e) => e.tagName)) === 'INPUT' ? least : least.locator('input');
    await field.fill('2000');
    await page.getByTestId('save').click();
    await cash.getByText(/maximum ne peut pas être inférieur/).waitFor();
    await at(page, '/');
    await page.getByTestId('confirm').click(); // what is unsaved is asked about
    await page.getByTestId('new-invoice').first().waitFor();
    await at(page, '/settings/payments');
  });

  await must('a key is typed once, tried step by step, and shown as its last four', async () => {
    const world = page.getByTestId('keys-test');
    await page.getByTestId('key-test').fill(key.live);
    await page.getByTestId('save-keys-test').click();
    await world.getByText(/C’est une clé réelle/).waitFor();
    await page.getByTestId('key-test').fill(key.test);
    await page.getByTestId('hook-test').fill('whsec_0123456789abcdef');
    await page.getByTestId('save-keys-test').click();
    await world.getByText('Clé acceptée').waitFor();
    const text = plain(await world.innerText());
    for (const word of ['Atelier Brindille FR', 'Encaissements activés', 'ajoutez votre compte bancaire', 'Paiement par carte', 'Non activé dans Stripe', 'Secret du webhook']) assert(text.includes(word), `${word} in: ${text}`);
    assert(text.includes(`…${key.test.slice(-4)}`) && !text.includes(key.test), `the key as it is shown: ${text}`);
    assert(!(await page.content()).includes(key.test), 'the key stands in the page');
    assert(/essai/i.test(plain(await page.getByRole('region', { name: 'Compte Stripe' }).innerText())), 'the mode is not told');
    assert(/\/passerelle\/stripe$/.test(await page.getByTestId('hook-url').innerText()), 'the address of the webhook');
    assert(!JSON.stringify(await rpc(page, 'Gateways.Account', 'stripe')).includes(key.test), 'the key is read back');
  });

  await check('a key that is refused says so, and the live mode asks first', async () => {
    await page.getByTestId('replace-test').click();
    await page.getByTestId('key-test').fill(key.other);
    await page.getByTestId('save-keys-test').click();
    await page.getByTestId('keys-test').getByText(/ne reconnaît pas cette clé/).first().waitFor();
    await page.getByTestId('key-live').fill(key.live);
    await page.getByTestId('save-keys-live').click();
    await page.getByTestId('keys-live').getByText('Clé acceptée').waitFor();
    await page.getByTestId('change-mode').click();
    await page.getByTestId('confirm').click();
    await page.getByText('Mode réel : l’argent bouge').waitFor();
    await page.getByTestId('remove-test').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('key-test').waitFor();
    equal((await rpc(page, 'Gateways.Account', 'stripe')).worlds.map((w) => w.hasKey), [false, true], 'keys');
  });

  await must('a payment by a gateway tells its mode, and goes back through the gateway', async () => {
    const { rows } = await rpc(page, 'Payments.List', { ...listQuery, limit: 500 });
    const paid = rows.find((r) => r.gateway === 'practice' && !r.refundedMinor && r.currency === 'EUR');
    assert(paid && paid.mode === 'test', `no payment by the gateway: ${JSON.stringify(rows[0])}`);
    await at(page, `/payments?open=${paid.publicId}`);
    const count = counter();
    await page.getByText('Paiement d’essai : aucun argent n’a bougé').or(page.getByText(/Paiement d’essai.*aucun argent/)).first().waitFor();
    await count.click(page.getByTestId('refund'));
    assert(await page.getByTestId('by-gateway').isChecked(), 'the gateway is not the first choice');
    await page.getByTestId('refund-amount').fill('1,00');
    const invoices = page.getByRole('checkbox', { name: /factures/i }).first();
    if (await invoices.count()) await invoices.check();
    await count.click(page.getByTestId('save-refund'));
    await until('the refund', async () => (await rpc(page, 'Payments.Get', paid.publicId)).refundedMinor === 100);
    assert(count.n <= 2, `${count.n} clicks`);
    const list = await rpc(page, 'Gateways.Attempts', { ...listQuery, state: 'refunds' });
    assert(list.rows.some((r) => r.paymentId === paid.publicId && r.state === 'succeeded' && r.amountMinor === 100), JSON.stringify(list.rows));
  });

  await check('attempts: all that gateways were asked, filtered and opened', async () => {
    await at(page, '/payments/attempts');
    await page.getByRole('row').nth(1).waitFor();
    await page.getByRole('button', { name: 'Remboursements', exact: true }).click();
    await until('the refund in the list', async () => /Remboursement/.test(await page.locator('tbody, [role=rowgroup]').last().innerText()));
    await page.getByText('Réussie', { exact: true }).first().click();
    await page.getByText('L’argent est là.').waitFor();
  });

  await check('payouts: what the gateway holds, one written down by hand, the same again only after a warning', async () => {
    const practice = async () => (await rpc(page, 'Gateways.Money')).find((g) => g.gateway === 'practice');
    const before = await practice();
    assert(before.heldMinor > 1200 && before.payouts.length > 0, JSON.stringify(before));
    await at(page, '/settings/payments');
    await page.getByTestId('open-payouts').click();
    await page.getByTestId('payouts-practice').waitFor();
    const write = async () => {
      await page.getByTestId('new-payout').click();
      await page.getByTestId('payout-amount').fill('12,00');
      await page.getByTestId('record-payout').click();
    };
    await write();
    await until('the payout', async () => (await practice()).heldMinor === before.heldMinor - 1200);
    await write();
    await page.getByRole('button', { name: 'Enregistrer quand même' }).click();
    await until('a second one', async () => (await practice()).heldMinor === before.heldMinor - 2400);
    await page.getByRole('button', { name: /Actions sur le versement de 12,00/ }).first().click();
    await page.getByRole('menuitem', { name: 'Annuler le versement' }).click();
    await page.getByRole('button', { name: 'Annuler le versement' }).last().click();
    await until('it is taken back', async () => (await practice()).heldMinor === before.heldMinor - 1200);
  });

  await check('announced transfers: one click confirms, a word goes with the other answer', async () => {
    const before = await rpc(page, 'Payments.Announcements');
    assert(before.length >= 2, `${before.length} announced`);
    await at(page, '/');
    const count = counter();
    await count.click(page.locator('a[data-kind="announced"]'));
    await count.click(page.getByTestId('confirm-transfer').first());
    await until('one less', async () => (await rpc(page, 'Payments.Announcements')).length === before.length - 1);
    assert(count.n <= 2, `${count.n} clicks from the first page`); // a transfer received: 1 C from the list
    const left = (await rpc(page, 'Payments.Announcements'))[0];
    await page.getByRole('button', { name: /pas reçu/ }).first().click();
    assert((await page.getByTestId('dismiss-word').inputValue()).includes(left.number), 'the word names no invoice');
    await page.getByTestId('dismiss-transfer').click();
    await until('none of it', async () => !(await rpc(page, 'Payments.Announcements')).some((a) => a.publicId === left.publicId));
    await until('the word was sent', async () => (await rpc(page, 'Mail.List', { ...listQuery, limit: 50 })).rows.some((m) => m.kind === 'transfer_dismissed'));
  });

  await check('a customer is invited to keep a method', async () => {
    const customer = (await rpc(page, 'Customers.Find', 'Lumi'))[0];
    await at(page, `/customers/${customer.publicId ?? customer.id}`);
    await page.getByText('Aucun mode de paiement enregistré.').waitFor();
    await page.getByTestId('ask-method').click();
    await until('the mail', async () => (await rpc(page, 'Mail.List', { ...listQuery, limit: 50 })).rows.some((m) => m.kind === 'method_asked'));
  });

  await check('the portal is opened as a customer: a card told by telephone is kept under the name of who typed it', async () => {
    const customer = (await rpc(page, 'Customers.Find', 'Lumi'))[0];
    await at(page, `/customers/${customer.id}`);
    const opened = page.context().waitForEvent('page');
    await page.getByTestId('open-as-customer').click();
    const portal = await opened;
    await portal.locator('.standin').waitFor();
    assert(/à la place de .*Lumi/i.test(plain(await portal.locator('.standin').innerText())), 'the banner names nobody');
    await portal.goto(new URL('/modes-de-paiement', portal.url()).href);
    await portal.getByRole('button', { name: 'Ajouter une carte d’essai' }).click();
    await portal.locator('button[name=reponse][value=approved]').click();
    await portal.getByText('Le mode de paiement est enregistré').waitFor();
    const refused = await portal.goto(new URL('/profil', portal.url()).href);
    equal(refused.status(), 403, 'what is the customer’s own');
    await portal.getByRole('button', { name: 'Quitter le portail de ce client' }).click();
    await portal.waitForURL(/connexion/);
    await portal.close();
    const kept = await rpc(page, 'Gateways.Kept', customer.id);
    assert(kept.length === 1 && kept[0].addedBy && kept[0].brand === 'Visa', JSON.stringify(kept));
    await until('the customer is told', async () => (await rpc(page, 'Mail.List', { ...listQuery, limit: 50 })).rows.some((m) => m.kind === 'method_added'));
  });

  await check('the list of attempts is saved as a file; the command finds the page', async () => {
    const file = await page.evaluate(async () => (await fetch('/files/lists/attempts.csv?sort=createdAt', { headers: { 'Accept-Language': 'fr' } })).text());
    assert(/Nature/.test(file) && /Remboursement/.test(file) && /Essai/.test(file), file.slice(0, 400));
    await page.keyboard.press('Control+k');
    await page.keyboard.type('modes de paiement');
    await page.keyboard.press('Enter');
    await page.getByTestId('way-transfer').waitFor();
  });

  await check('no key went anywhere but to the gateway', async () => { assert(fake.seen.length > 0 && fake.seen.every((r) => /^(GET) \/v1\/(account|events)/.test(r)), fake.seen.join('\n')); });
  // The refusals above were asked for.
  await check('nothing else was refused or failed', () => { equal(trouble.filter((t) => !/Gateways\.(SaveWays|SaveKeys)|status of 4|rpc/.test(t)), [], 'trouble'); });
});
