// A payment link on a phone, as a stranger: sign up, code from the mail, pay, subscribed; then more seats and a request
// to cancel. The firm sees it in the window. Clicks are counted; once with scripts and once without.
import { assert, browser, check, demo, deskPage, equal, figures, folder, leave, listQuery, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';

const budget = { subscribe: 8, seats: 3, cancel: 3 };

/** Counts the pointer's clicks over all pages of a tab; without scripts in the pages, those of the test. */
async function counting(context, scripts) {
  let clicks = 0;
  if (scripts) {
    await context.exposeBinding('clicked', () => { clicks++; });
    await context.addInitScript(() => addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) window.clicked(); }, true));
  }
  return { reset: () => { clicks = 0; }, get: () => clicks };
}

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.locator('h1').first().waitFor();

  let link = '';
  await must('the firm makes a plan and its payment link', async () => {
    const { plan } = await rpc(page, 'Subscriptions.Plan', '');
    Object.assign(plan, { nameFr: 'Panier du jeudi', nameEn: 'Thursday basket', aboutFr: 'Des légumes de saison.', priceMinor: 2000, setupMinor: 500, unit: 'month', every: 1, seatsMin: 1, seatsMax: 10, mayCancel: true, mayChangeSeats: true, cancelRule: 'period_end', autoCharge: true });
    const saved = await rpc(page, 'Subscriptions.SavePlan', plan, 'key-e2e-plan-0001');
    await rpc(page, 'Subscriptions.MakeLink', { key: 'key-e2e-link-0001', planId: saved.id, label: 'Affiche', expiresOn: '', most: 0 });
    const made = await rpc(page, 'Subscriptions.Plan', saved.id);
    link = made.links[0].url;
    assert(/\/abonnement\/\w{20,}$/.test(link) && made.links[0].qr.includes('<svg'), `no link: ${JSON.stringify(made.links)}`);
  });
  const arrived = async (to) => (await rpc(page, 'Mail.Arrived')).filter((m) => m.to.includes(to));
  const codeFor = (to, after = 0) => until(`a code for ${to}`, async () => {
    const mails = await arrived(to);
    if (mails.length <= after) return undefined;
    for (const m of mails) {
      const found = /(\d{3})[\s\u00a0]?(\d{3})\b/.exec((await rpc(page, 'Mail.ArrivedMail', m.id)).text.split(/code\s*:/)[1] ?? '');
      if (found) return found[1] + found[2];
    }
    return undefined;
  });

  for (const scripts of [true, false]) {
    const how = scripts ? 'with scripts' : 'without scripts';
    const email = scripts ? 'zoe@cremerie-lenoir.example' : 'paul@lenoir-fils.example';
    const name = scripts ? 'Crèmerie Lenoir' : 'Lenoir et fils';
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, javaScriptEnabled: scripts });
    const clicks = await counting(context, scripts);
    const zoe = await context.newPage();
    watch(zoe, trouble);
    const text = async () => plain(await zoe.locator('main').innerText());
    const main = (role, words) => zoe.locator('main').getByRole(role, { name: words });

    await must(`${how}: the plan in plain words`, async () => {
      await zoe.goto(link);
      const said = await text();
      for (const words of ['Panier du jeudi', '24,00 € par mois', 'TVA 20 % : 4,00 €', 'Mise en service', 'fin de la période payée']) assert(said.includes(words), `lacks ${words}: ${said}`);
      clicks.reset();
      await zoe.locator('#places').fill('2');
      await main('button', 'M’inscrire et m’abonner').click();
    });
    await must(`${how}: what is missing is said beside the fields, the rest is kept`, async () => {
      await zoe.locator('#societe').fill(name);
      await zoe.locator('#courriel').fill('pas une adresse');
      await main('button', 'Recevoir le code par courriel').click();
      await zoe.locator('#courriel-dit').waitFor();
      equal(await zoe.locator('#societe').inputValue(), name, 'what was typed');
      assert(await zoe.locator('[aria-invalid]').count() >= 4, 'few refusals');
      clicks.reset(); // a detour: what counts is the way, whose first click was the one before
    });
    await must(`${how}: the form, then the code from the mail`, async () => {
      for (const [id, value] of [['siren', '552100554'], ['nom', 'Zoé Lenoir'], ['courriel', email], ['rue', '3 quai Vert'], ['code-postal', '69001'], ['ville', 'Lyon'], ['mot-de-passe', 'Noisette-42-verte']]) await zoe.locator(`#${id}`).fill(value);
      await zoe.locator('input[name=conditions]').check();
      await main('button', 'Recevoir le code par courriel').click();
      await zoe.waitForURL(/\/code/);
      equal((await rpc(page, 'Customers.Find', name)).length, 0, 'customers before the code');
      await zoe.locator('#code').fill(await codeFor(email));
      await main('button', 'Continuer').click();
      await zoe.waitForURL(/\/confirmer/);
      equal((await rpc(page, 'Customers.Find', name)).length, 1, 'customers');
    });
    await must(`${how}: the exact amount, then paid, then subscribed`, async () => {
      equal(await figures(zoe.locator('.figure').first()), '54,00 €', 'now'); // 2 × 20 + 5, with 20 %
      assert(/48,00 €/.test(await text()), 'what comes next is not said');
      await main('button', /M’abonner et payer 54,00/).click();
      await zoe.waitForURL(/\/payer/);
      assert(await zoe.locator('#garder').isChecked(), 'the plan keeps the method, the box is not ticked');
      await zoe.locator('form[action$="/paiement"] button[type=submit]').first().click();
      await zoe.locator('button[name=reponse][value=approved]').click();
      await zoe.waitForURL(/\/abonnements\//);
      await zoe.getByText('Vous êtes abonné, merci').waitFor();
      assert(/Actif/.test(await text()), await text());
    });
    if (scripts) await check(`clicks: ${clicks.get() + 1} of at most ${budget.subscribe} to be subscribed`, () => assert(clicks.get() > 2 && clicks.get() + 1 <= budget.subscribe, `${clicks.get() + 1}`));
    const address = new URL(zoe.url());

    await must(`${how}: the link leads to what is there already`, async () => {
      await zoe.goto(link);
      await zoe.getByText('Vous avez déjà cet abonnement').waitFor();
      await zoe.goto(address.href.split('?')[0]);
    });
    await must(`${how}: two more seats, the amount shown first`, async () => {
      clicks.reset();
      await main('link', 'Gérer la formule').click();
      await zoe.locator('#places').fill('4');
      await main('button', 'Voir ce que cela change').click();
      await main('button', /Changer et payer 48,00/).click(); // 2 × 20 for the whole of the first period
      await zoe.waitForURL(/fait=debit/); // the kept card is charged by itself
      if (!scripts) await until('the charge', async () => { await zoe.reload(); return (await text()).includes('Votre abonnement est changé'); });
      await zoe.getByText('Votre abonnement est changé').waitFor();
      assert(/96,00 €/.test(await text()), 'the new amount');
    });
    if (scripts) await check(`clicks: ${clicks.get()} of at most ${budget.seats} for two seats`, () => assert(clicks.get() > 0 && clicks.get() <= budget.seats, `${clicks.get()}`));
    await must(`${how}: asks for cancellation, which says what happens first`, async () => {
      await zoe.goto(address.href.split('?')[0]);
      clicks.reset();
      await main('link', 'Demander l’annulation').click();
      assert(/s’arrête le/.test(await text()), 'it does not say when');
      await zoe.locator('#raison').fill('Nous déménageons');
      await main('button', 'Annuler l’abonnement').click();
      await zoe.getByText(/Cet abonnement s’arrête le/).waitFor();
    });
    if (scripts) await check(`clicks: ${clicks.get()} of at most ${budget.cancel} to cancel`, () => assert(clicks.get() > 0 && clicks.get() <= budget.cancel, `${clicks.get()}`));
    await check(`${how}: the mails`, async () => {
      await until('four mails', async () => (await arrived(email)).length >= 4);
      const subjects = (await arrived(email)).map((m) => m.subject).join(' | ');
      for (const words of ['Votre code', 'Votre abonnement Panier du jeudi', 'a changé', 'Fin de votre abonnement']) assert(subjects.includes(words), `no mail ${words}: ${subjects}`);
    });
    await check(`${how}: the firm sees it in the window`, async () => {
      const { rows } = await rpc(page, 'Subscriptions.List', { ...listQuery, limit: 100 });
      const row = rows.find((r) => r.customerName === name);
      assert(row && row.state === 'cancelling' && row.seats === 4, JSON.stringify(row));
      await page.evaluate((id) => { location.hash = `/subscriptions/${id}`; }, row.id);
      await page.getByText('Nous déménageons').first().waitFor();
      assert((await rpc(page, 'System.Notifications')).some((n) => n.text.includes(name)), 'no notice');
    });
    await leave(context);
  }

  await check('an address that is known gets the same page, and a mail that says to sign in', async () => {
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
    const other = await context.newPage();
    const before = (await arrived('zoe@cremerie-lenoir.example')).length;
    await other.goto(`${link}/inscription`);
    for (const [id, value] of [['societe', 'Autre'], ['siren', '552100554'], ['nom', 'Autre'], ['courriel', 'zoe@cremerie-lenoir.example'], ['rue', '3 quai Vert'], ['code-postal', '69001'], ['ville', 'Lyon'], ['mot-de-passe', 'Noisette-42-verte']]) await other.locator(`#${id}`).fill(value);
    await other.locator('input[name=conditions]').check();
    await other.getByRole('button', { name: 'Recevoir le code par courriel' }).click();
    await other.waitForURL(/\/code/);
    await other.getByText('Nous avons écrit à zoe@cremerie-lenoir.example').waitFor();
    await until('the mail', async () => (await arrived('zoe@cremerie-lenoir.example')).length > before);
    assert((await arrived('zoe@cremerie-lenoir.example')).some((m) => m.subject.includes('déjà un accès')), 'no mail to sign in');
    await leave(context);
  });
  await check('a withdrawn link says so', async () => {
    const plans = await rpc(page, 'Subscriptions.Plans');
    const { links } = await rpc(page, 'Subscriptions.Plan', plans.rows.find((p) => p.name === 'Panier du jeudi').id);
    await rpc(page, 'Subscriptions.WithdrawLink', links[0].id);
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR' });
    const late = await context.newPage();
    equal((await late.goto(link)).status(), 410, 'status');
    await late.getByText('Cette offre n’est plus ouverte').waitFor();
    await leave(context);
  });
  await check('nothing complained on the way', () => equal(trouble.filter((t) => !/410|422/.test(t)), [], 'console and network'));
});
