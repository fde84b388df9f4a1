// A firm comes from another program: customers, items and open invoices from files, a list of prices, all prices raised and back.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, browser, check, command, demo, deskPage, equal, folder, leave, listQuery, must, out, plain, rpc, run, serve, until } from './lib.mjs';

const shots = join(out, 'import');
mkdirSync(shots, { recursive: true });

run(async () => {
  const home = folder();
  const firm = await demo(home, 60);
  const file = (name, text) => { const path = join(home, name); writeFileSync(path, text); return path; };
  const program = await serve(home, '--data', firm);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const go = (path) => page.goto(new URL('/#' + path, page.url()).href);
  const shot = (name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  const open = async (kind, path) => {
    await go(`/import/${kind}`);
    await page.getByTestId('import-file').setInputFiles(path);
    await page.getByTestId('import-check').waitFor();
  };
  const store = async () => {
    await page.getByTestId('import-check').click();
    await page.getByTestId('import-run').click();
    await page.getByTestId('import-list').waitFor();
  };
  const count = async (method) => (await rpc(page, method, { ...listQuery, limit: 500 })).rows.length;

  await must('a file with an error is shown with its error, and nothing is stored', async () => {
    const before = await count('Customers.List');
    await open('customers', file('clients.csv', 'Code client;Nom;Courriel;Adresse;CP;Ville\nA1;Menuiserie Ébène;contact@ebene.example;1 rue Haute;1000;Bourg\nA2;Atelier Faux;pas un courriel;2 rue Basse;69001;Lyon\n'));
    await shot('columns');
    await page.getByTestId('import-check').click();
    const problems = plain(await page.getByTestId('import-problems').innerText());
    assert(problems.includes('3 Courriel pas un courriel'), `the person reads: ${problems}`);
    assert(await page.getByTestId('import-run').isDisabled(), 'it may be stored');
    await shot('problems');
    equal(await count('Customers.List'), before, 'customers');
  });
  await check('leaving and coming back finds the file again', async () => {
    await go('/customers');
    await page.getByTestId('import-check').waitFor({ state: 'detached' });
    await go('/import/customers');
    await page.getByTestId('import-check').waitFor();
  });
  await check('the error is left out by leaving out its column, and the file comes in', async () => {
    const before = await count('Customers.List');
    await page.getByRole('combobox', { name: /Courriel/ }).selectOption('');
    await until('the column to be left out', async () => (await page.getByRole('combobox', { name: /Courriel/ }).inputValue()) === '');
    await store();
    await shot('done');
    equal(await count('Customers.List'), before + 2, 'customers');
    await page.getByTestId('import-list').click();
    await go('/customers?words=%C3%89b%C3%A8ne');
    await page.getByText('Menuiserie Ébène').first().waitFor();
  });
  await check('the same file again is pointed out, and makes nobody twice', async () => {
    const before = await count('Customers.List');
    const again = file('clients.csv', 'Code client;Nom;Ville\nA1;Menuiserie Ébène;Bourg\n');
    await open('customers', again);
    await page.getByTestId('import-check').click();
    await page.getByTestId('import-run').waitFor();
    assert(await page.getByTestId('import-run').isDisabled(), 'a known customer would be made again');
    equal(await count('Customers.List'), before, 'customers');
  });
  await check('items come in', async () => {
    await open('items', file('articles.csv', 'Réf.;Libellé;Prix de vente HT;Taux TVA;Fournisseur\nZZ-1;Planche de hêtre;12,50;20;Scierie Neuve\nZZ-2;Pose de planche;45,00;20;\n'));
    await store();
    const item = (await rpc(page, 'Items.Find', 'ZZ-1', 'EUR', ''))[0];
    equal([item.name, item.unitPriceE4], ['Planche de hêtre', 125_000], 'the item');
  });
  await check('an open invoice comes in, is due and is paid, outside of our numbers', async () => {
    await open('invoices', file('factures.csv', 'Numéro;Client;Date;Échéance;Total HT;TVA;Total TTC;Déjà payé\nANC-118;Menuiserie Ébène;20/10/2025;20/11/2025;1 000,00;200,00;1 200,00;500,00\n'));
    await shot('invoices');
    await store();
    const row = (await rpc(page, 'Invoices.List', { ...listQuery, words: 'ANC-118' })).rows[0];
    equal([row.number, row.dueMinor, row.state], ['ANC-118', 70_000, 'overdue'], 'the invoice');
    await go(`/invoices/${row.id}`);
    await page.getByText('ANC-118').first().waitFor();
    await shot('invoice');
    await rpc(page, 'Invoices.MarkPaid', row.id, row.version, 'key-import-paid');
    equal((await rpc(page, 'Invoices.Get', row.id)).state, 'paid', 'the state');
    const balance = await rpc(page, 'Books.TrialBalance', '', '');
    assert(balance.balanced, 'the books are not balanced');
  });
  await check('a line takes the price of the customer’s list, and says so', async () => {
    await go('/prices');
    await page.getByTestId('raise').waitFor();
    await shot('prices');
    const lists = await rpc(page, 'PriceLists.List');
    const customer = (await rpc(page, 'Customers.Find', 'Ébène'))[0];
    await rpc(page, 'PriceLists.SetOfCustomer', customer.id, lists.find((l) => l.currency === 'EUR').publicId);
    await go(`/invoices/new?customer=${customer.id}`);
    const line = page.locator('[data-row="0"] [data-cell="description"]');
    await line.fill('TAB-180');
    await page.locator('[role="option"]:visible').first().click();
    await page.getByText(/prix du tarif Revendeurs/).first().waitFor();
    await shot('line');
  });
  await check('prices are raised after a look at old and new, and go back in one step', async () => {
    const price = async () => (await rpc(page, 'Items.Find', 'ZZ-1', 'EUR', ''))[0].unitPriceE4;
    await go('/prices/raise');
    await page.getByTestId('raise-percent').fill('4');
    await page.getByTestId('raise-preview').click();
    await page.getByText('ZZ-1').first().waitFor();
    await shot('raise');
    await page.getByTestId('raise-apply').click();
    await page.getByTestId('raise').waitFor();
    equal(await price(), 130_000, 'the new price');
    await page.getByRole('button', { name: 'Annuler ce changement' }).first().click();
    await until('the old price', async () => (await price()) === 125_000);
  });
  await check('what the list shows is saved as it is shown', async () => {
    const text = await page.evaluate(async () => (await fetch('/files/lists/customers.csv?words=%C3%89b%C3%A8ne', { headers: { 'Accept-Language': 'fr' } })).text());
    assert(text.split('\n').filter(Boolean).length === 2 && text.includes('Menuiserie Ébène'), text);
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
  await leave(b); // its streams would keep the program from ending at once
  await program.stop();
  program.stop = async () => {};
  await check('every check of the company holds, and the command line says the same', async () => {
    const said = await command(home, 'check', '--data', firm);
    assert(/ordre/.test(said), said);
    const told = await command(home, 'import', 'items', join(home, 'articles.csv'), '--data', firm, '--dry-run', '--json');
    equal(JSON.parse(told).skipped, 2, 'known items');
  });
});
