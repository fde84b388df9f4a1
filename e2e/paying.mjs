// Paying in the portal on a phone: one invoice with a kept card in one click, several at once, an amount of one's own,
// ahead; what is declined or never answered; keeping, choosing and deleting a method. With scripts and without.
import { assert, browser, check, command, deskPage, equal, figures, folder, leave, must, phone, plain, rpc, run, serve, watch } from './lib.mjs';
import { join } from 'node:path';

/** Counts the pointer's clicks over all pages of a tab. */
async function counting(context) {
  let clicks = 0;
  await context.exposeBinding('clicked', () => { clicks++; });
  await context.addInitScript(() => addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) window.clicked(); }, true));
  return { reset: () => { clicks = 0; }, get: () => clicks };
}

run(async () => {
  const home = folder();
  const summary = JSON.parse((await command(home, 'demo', '--data', join(home, 'demo'), '--documents', '120', '--json')).split('\n').find((l) => l.startsWith('{')));
  const program = await serve(home, '--data', join(home, 'demo'));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.locator('h1').first().waitFor();
  const user = summary.signIns.find((s) => s.lang === 'fr');
  const customer = (await rpc(page, 'Customers.Find', user.customer))[0];
  const base = program.portal.replace(/\/$/, '');
  const ways = await rpc(page, 'Gateways.Ways');
  await rpc(page, 'Gateways.SaveWays', { ...ways, less: true, more: true, ahead: true, save: true, leastMinor: 1000 });
  let made = 0;
  const invoice = async (euros = 100) => {
    const key = `key-paying-${made++}`;
    const editor = await rpc(page, 'Invoices.Edit', '', customer.id);
    editor.draft.lines = [{ itemId: '', description: `Travaux ${made}`, detail: '', nature: 'services', quantityE4: 10_000, unit: 'C62', unitPriceE4: euros * 10_000, discountPcm: 0, discountMinor: 0, optional: false, taxes: [] }];
    const saved = await rpc(page, 'Invoices.Save', editor.draft, `${key}-save`);
    return rpc(page, 'Invoices.MarkSent', saved.id, saved.version, `${key}-sent`);
  };
  const due = async (id) => (await rpc(page, 'Invoices.Get', id)).dueMinor;

  for (const scripts of [true, false]) {
    const how = scripts ? 'with scripts' : 'without scripts';
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, javaScriptEnabled: scripts });
    const clicks = scripts ? await counting(context) : undefined;
    const anne = await context.newPage();
    watch(anne, trouble);
    const pay = (which = 0) => anne.locator('form[action$="/paiement"] button[type=submit]').nth(which).click();
    const answer = (value) => anne.locator(`button[name=reponse][value=${value}]`).click();

    await must(`${how}: signed in`, async () => {
      await anne.goto(`${base}/connexion`);
      await anne.locator('main input:not([type=hidden])').nth(0).fill(user.userName);
      await anne.locator('main input[type=password]').first().fill(user.password);
      await anne.locator('form[action="/connexion"] button[type=submit]').click();
      await anne.waitForURL((u) => u.pathname === '/');
      await anne.locator('nav.tabs').first().waitFor();
    });

    await must(`${how}: a card is kept while paying, when the box is ticked`, async () => {
      const one = await invoice();
      await anne.goto(`${base}/factures/${one.id}/payer`);
      await anne.locator('#garder').check();
      await pay();
      await answer('approved');
      await anne.getByText('Merci, votre paiement est enregistré').waitFor();
      equal(await due(one.id), 0, 'due');
      await anne.goto(`${base}/modes-de-paiement`);
      assert(/Visa •••• 4242/.test(plain(await anne.locator('main').innerText())), 'the card is not listed');
    });

    await check(`${how}: with the kept card, one click`, async () => {
      const one = await invoice();
      await anne.goto(`${base}/factures/${one.id}/payer`);
      clicks?.reset();
      await anne.locator('section.due button[type=submit]').click();
      await anne.getByText('Merci, votre paiement est enregistré').waitFor();
      equal(await due(one.id), 0, 'due');
      if (clicks) equal(clicks.get(), 1, 'clicks');
    });

    await check(`${how}: several from the list, one payment`, async () => {
      const [first, second] = [await invoice(40), await invoice(60)];
      await anne.goto(`${base}/factures?filtre=a-payer&q=Travaux`);
      clicks?.reset();
      for (const one of [first, second]) await anne.locator('tbody tr', { hasText: one.number }).locator('td.pick input').check();
      await anne.getByRole('button', { name: 'Payer la sélection' }).click();
      await anne.waitForURL(/\/payer\?f=/);
      equal(await figures(anne.locator('section.due .figure')), '120,00 €', 'the sum');
      assert(/Référence/.test(await anne.locator('main').innerText()) && await anne.locator('.qr svg').count() === 1, 'no transfer of both');
      await anne.locator('section.due button[type=submit]').click();
      await anne.getByText('Merci, votre paiement est enregistré').waitFor();
      for (const one of [first, second]) {
        assert((await anne.locator('main').innerText()).includes(one.number), `the payment does not name ${one.number}`);
        equal(await due(one.id), 0, `due of ${one.number}`);
      }
      if (clicks) assert(clicks.get() <= 4, `${clicks.get()} clicks for two invoices`);
    });

    await check(`${how}: an amount of one's own, with its error beside the field`, async () => {
      const one = await invoice(200);
      await anne.goto(`${base}/factures/${one.id}/payer`);
      await anne.locator('summary', { hasText: 'Payer un autre montant' }).click();
      await anne.locator('#montant').fill('5');
      await anne.locator('form[method=get] button[type=submit]').click();
      await anne.locator('#montant-faux').waitFor();
      equal(await anne.locator('#montant').inputValue(), '5', 'what was typed');
      await anne.locator('#montant').fill('50,50');
      await anne.locator('form[method=get] button[type=submit]').click();
      await anne.waitForURL(/montant=50/);
      equal(await figures(anne.locator('section.due .figure')), '50,50 €', 'the amount');
      await anne.locator('section.due button[type=submit]').click();
      await anne.getByText('Merci, votre paiement est enregistré').waitFor();
      equal(await due(one.id), 24_000 - 5050, 'left');
    });

    await check(`${how}: ahead of any invoice`, async () => {
      await anne.goto(`${base}/paiements`);
      await anne.getByRole('link', { name: 'Payer d’avance' }).click();
      await anne.locator('#montant').fill('75');
      await anne.locator('form[method=get] button[type=submit]').click();
      await anne.locator('section.due button[type=submit]').click();
      await anne.getByText('Merci, votre paiement est enregistré').waitFor();
      assert((await anne.locator('main').innerText()).includes('75,00'), 'the payment');
    });

    await check(`${how}: declined says so and leads back`, async () => {
      const one = await invoice();
      await anne.goto(`${base}/factures/${one.id}/payer`);
      await anne.getByRole('button', { name: 'Payer avec une autre carte' }).click();
      await answer('declined');
      await anne.getByRole('heading', { name: 'Paiement refusé' }).waitFor();
      assert(/Rien n’a été débité/.test(await anne.locator('main').innerText()), 'it does not say that nothing was taken');
      await anne.getByRole('link', { name: 'Payer autrement ou réessayer' }).click();
      await anne.waitForURL(/\/payer$/);
      assert(await due(one.id) > 0, 'paid');
    });

    await check(`${how}: no answer is asked about again, never paid twice`, async () => {
      const one = await invoice();
      await anne.goto(`${base}/factures/${one.id}/payer`);
      await anne.getByRole('button', { name: 'Payer avec une autre carte' }).click();
      await answer('timeout');
      await anne.getByRole('heading', { name: 'Réponse attendue' }).waitFor();
      await anne.goto(`${base}/factures/${one.id}/payer`); // whoever tries again is led to the attempt
      await anne.waitForURL(/\/reglement\//);
      await answer('ask');
      await anne.getByText('Merci, votre paiement est enregistré').waitFor();
      equal((await rpc(page, 'Invoices.Get', one.id)).payments.length, 1, 'payments');
    });

    await check(`${how}: a second card is kept, made the default, and deleted`, async () => {
      await anne.goto(`${base}/modes-de-paiement`);
      await anne.getByRole('button', { name: 'Ajouter une carte d’essai' }).click();
      await answer('second_step');
      await answer('confirm');
      await anne.getByText('Le mode de paiement est enregistré.').waitFor();
      await anne.locator('main table a', { hasText: 'Mastercard' }).first().click();
      await anne.getByRole('button', { name: 'Choisir par défaut' }).click();
      await anne.getByText('Le mode de paiement par défaut est changé.').waitFor();
      assert(/^Mastercard •••• 3155.*Par défaut/.test(plain(await anne.locator('main tbody tr').first().innerText())), 'the default is not first');
      for (const card of ['Mastercard', 'Visa']) {
        await anne.locator('main table a', { hasText: card }).first().click();
        await anne.locator('summary', { hasText: 'Supprimer ce mode de paiement' }).click();
        await anne.getByRole('button', { name: 'Supprimer', exact: true }).click();
        await anne.getByText('Le mode de paiement est supprimé.').waitFor();
      }
      await anne.getByText('Aucun mode de paiement enregistré').waitFor();
    });
    await leave(context);
  }
  await check('the books are sound', async () => {
    const r = await rpc(page, 'Books.Check');
    assert(r.sound ?? r.faults.length === 0, JSON.stringify(r.faults));
  });
  await check('nothing complained', () => equal(trouble.filter((t) => !/422/.test(t)), [], 'trouble'));
});
