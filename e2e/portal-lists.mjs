// The lists of the portal on a phone and without scripts: states, words, days, order, pages, several as one archive.
import { readFileSync } from 'node:fs';
import { assert, browser, check, demo, deskPage, equal, folder, leave, must, phone, rpc, run, serve, until, watch } from './lib.mjs';

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 300));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const customer = { id: (await rpc(page, 'Shared.Waiting'))[0].customerId };
  const key = (w) => `e2e-lists-${w}`;
  const made = [];
  for (let i = 0; i < 55; i++) { // more than a page
    const editor = await rpc(page, 'Invoices.Edit', '', customer.id);
    editor.draft.lines = [{ itemId: '', description: i === 7 ? 'Étagère en chêne massif' : 'Pose', detail: '', nature: 'services', quantityE4: 10_000, unit: 'C62', unitPriceE4: (100 + i) * 10_000, discountPcm: 0, discountMinor: 0, optional: false, taxes: [] }];
    const saved = await rpc(page, 'Invoices.Save', editor.draft, key(`save-${i}`));
    made.push(await rpc(page, 'Invoices.MarkSent', saved.id, saved.version, key(`sent-${i}`)));
  }
  const editor = await rpc(page, 'Invoices.Edit', '', customer.id);
  editor.draft.lines = [{ itemId: '', description: 'Dernière', detail: '', nature: 'services', quantityE4: 10_000, unit: 'C62', unitPriceE4: 50_000, discountPcm: 0, discountMinor: 0, optional: false, taxes: [] }];
  const saved = await rpc(page, 'Invoices.Save', editor.draft, key('save-last'));
  const last = await rpc(page, 'Invoices.Send', saved.id, saved.version, key('send-last'));
  const link = await until('the link', async () => (await rpc(page, 'Invoices.Get', last.id)).link);
  const portal = new URL(link).origin;

  for (const scripts of [true, false]) {
    const how = scripts ? 'with scripts' : 'without scripts';
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, javaScriptEnabled: scripts, acceptDownloads: true });
    await context.addCookies([{ name: `langue-${new URL(link).port}`, value: 'fr', url: portal }]); // whatever the contact speaks
    const anne = await context.newPage();
    watch(anne, trouble);
    const rows = () => anne.locator('main table.list tbody tr').count();
    await must(`${how}: fifty rows and the next page`, async () => {
      await anne.goto(link);
      await anne.goto(`${portal}/factures`);
      equal(await rows(), 50, 'rows');
      await anne.locator('a[rel=next]').click();
      await anne.waitForURL(/apres=/);
      assert(await rows() > 5, 'the second page is empty');
    });
    await check(`${how}: a word of a line finds its invoice, and the address keeps it`, async () => {
      await anne.goto(`${portal}/factures`);
      await anne.locator('#q').fill('etagere chene');
      await anne.locator('.listbar button[type=submit]').click();
      await anne.waitForURL(/q=etagere/);
      equal(await rows(), 1, 'rows');
      if (scripts) equal(new URL(anne.url()).search, '?q=etagere+chene', 'address');
      await anne.reload();
      equal(await anne.locator('#q').inputValue(), 'etagere chene', 'the search');
    });
    await check(`${how}: the largest first, in one state`, async () => {
      await anne.goto(`${portal}/factures?filtre=a-payer`);
      await anne.locator('#tri').selectOption('montant');
      if (!scripts) await anne.locator('.listbar button[type=submit]').click();
      await anne.waitForURL(/tri=montant/);
      assert(/filtre=a-payer/.test(anne.url()), anne.url());
      assert((await anne.locator('tbody tr').first().innerText()).includes('En retard') || await rows() === 50, 'no rows');
    });
    await check(`${how}: nothing found says so and leads back`, async () => {
      await anne.goto(`${portal}/factures?q=introuvable`);
      await anne.getByText('Aucun résultat').waitFor();
      await anne.getByRole('link', { name: 'Tout afficher' }).click();
      equal(await rows(), 50, 'rows');
    });
    await check(`${how}: two of them as one archive`, async () => {
      await anne.goto(`${portal}/factures?q=pose`);
      await anne.locator('td.pick input').nth(0).check();
      await anne.locator('td.pick input').nth(3).check();
      if (scripts) equal(await anne.locator('[data-chosen]').innerText(), '2 lignes choisies', 'count');
      const [got] = await Promise.all([anne.waitForEvent('download'), anne.getByRole('button', { name: 'Télécharger la sélection' }).click()]);
      const bytes = readFileSync(await got.path());
      equal(bytes.toString('latin1').split('PK\x01\x02').length - 1, 2, 'papers');
    });
    await check(`${how}: all of a filter as one archive`, async () => {
      await anne.goto(`${portal}/factures?q=massif`);
      const [got] = await Promise.all([anne.waitForEvent('download'), anne.getByRole('button', { name: 'Tout télécharger' }).click()]);
      equal(readFileSync(await got.path()).toString('latin1').split('PK\x01\x02').length - 1, 1, 'papers');
    });
    if (scripts) {
      await check('with scripts: all rows of the page are chosen by one tick', async () => {
        await anne.goto(`${portal}/factures`);
        assert(await anne.getByRole('button', { name: 'Télécharger la sélection' }).isDisabled(), 'nothing is chosen yet');
        await anne.locator('[data-all] input').check();
        equal(await anne.locator('[data-chosen]').innerText(), '50 lignes choisies', 'count');
      });
    } else {
      await check('without scripts: nothing chosen is told', async () => {
        await anne.goto(`${portal}/factures`);
        await anne.getByRole('button', { name: 'Télécharger la sélection' }).click();
        await anne.getByText('Rien n’est choisi').waitFor();
      });
    }
    await leave(context);
  }
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
