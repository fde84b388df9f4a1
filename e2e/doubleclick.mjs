// Double clicks, by impatient people and slow networks: every main button of writing, sending and paying has one effect.
import { assert, browser, check, demo, deskPage, equal, folder, leave, listQuery, must, phone, rpc, run, serve, until, watch } from './lib.mjs';

run(async () => {
  const home = folder();
  const firm = await demo(home);
  const program = await serve(home, '--data', firm);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const customer = (await rpc(page, 'Customers.List', listQuery)).rows.find((c) => c.currency === 'EUR' && c.email);
  const counts = async () => {
    const all = { drafts: 0, issued: 0 };
    for (let cursor = ''; ;) {
      const p = await rpc(page, 'Invoices.List', { ...listQuery, cursor, limit: 200 });
      for (const r of p.rows) all[r.state === 'draft' ? 'drafts' : 'issued']++;
      if (!(cursor = p.next)) return all;
    }
  };
  const payments = async (id) => (await rpc(page, 'Invoices.Get', id)).payments.length;
  const goto = (path) => page.goto(`${program.base}/#${path}`);
  const idNow = () => page.url().split('/').pop();

  /** Writes one line for a customer and gives the number that it will have, or not. */
  const write = async (words) => {
    await goto('/');
    await page.getByTestId('new-invoice').first().dblclick();
    await page.getByTestId('customer').fill(customer.name);
    await page.getByRole('option', { name: customer.name }).filter({ hasText: customer.number }).click();
    await page.locator('[data-row="0"] [data-cell="description"]').fill(words);
    await page.locator('[data-row="0"] [data-cell="price"]').fill('100');
  };

  const before = await counts();
  await must('« Envoyer » twice sends one invoice', async () => {
    await write('Un double clic');
    await page.getByTestId('send').dblclick();
    await page.getByTestId('mark-paid').waitFor();
    equal(await counts(), { drafts: before.drafts, issued: before.issued + 1 }, 'invoices');
    const invoice = await rpc(page, 'Invoices.Get', idNow());
    equal([invoice.mails.length, invoice.lines.length], [1, 1], 'mails and lines');
  });
  const sent = idNow();
  await check('« Marquer payée » twice records one payment', async () => {
    await page.getByTestId('mark-paid').dblclick();
    await until('the payment', async () => (await payments(sent)) > 0);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    equal(await payments(sent), 1, 'payments');
  });
  await check('two pages of one draft, both sending: one invoice', async () => {
    await write('Deux fenêtres');
    await until('the draft to be kept', async () => (await counts()).drafts === before.drafts + 1);
    const draft = (await rpc(page, 'Invoices.List', { ...listQuery, state: 'draft', limit: 50 })).rows.find((r) => r.customerName === customer.name && r.totalExclMinor === 10_000);
    const other = await page.context().newPage();
    await other.goto(`${program.base}/#/invoices/${draft.id}/edit`);
    await other.getByTestId('send').waitFor();
    await Promise.all([page.getByTestId('send').click(), other.getByTestId('send').click()]);
    await until('one of them to be through', async () => (await rpc(page, 'Invoices.Get', draft.id)).number);
    equal(await counts(), { drafts: before.drafts, issued: before.issued + 2 }, 'invoices');
    await leave(other);
  });

  const open = await (async () => {
    const editor = await rpc(page, 'Invoices.Edit', '', customer.publicId);
    editor.draft.lines = [{ itemId: '', description: 'Par virement', detail: '', nature: 'goods', quantityE4: 10_000, unit: 'C62', unitPriceE4: 1_000_000, discountPcm: 0, discountMinor: 0, taxes: [] }];
    const saved = await rpc(page, 'Invoices.Save', editor.draft, 'key-double-save');
    return rpc(page, 'Invoices.Send', saved.id, saved.version, 'key-double-send');
  })();
  const link = await until('the link', async () => (await rpc(page, 'Invoices.Get', open.id)).link);
  const context = await b.newContext({ viewport: phone, locale: 'fr-FR' });
  const anne = await context.newPage();
  watch(anne, trouble);
  await check('« J’ai fait le virement » twice announces one transfer', async () => {
    await anne.goto(link);
    await anne.locator('a[href$="/payer"]').first().click();
    await anne.locator('form[action$="/virement"] button').dblclick();
    await anne.waitForURL(/fait=virement/);
    const waiting = (await rpc(page, 'Payments.Announcements')).filter((a) => a.documentId === open.id);
    equal(waiting.length, 1, 'announcements');
  });
  await check('confirming it twice records one payment', async () => {
    await goto(`/invoices/${open.id}`);
    await page.getByTestId('mark-paid').dblclick();
    await until('the payment', async () => (await payments(open.id)) > 0);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    equal(await payments(open.id), 1, 'payments');
  });
  await check('a practice card twice charges once', async () => {
    const editor = await rpc(page, 'Invoices.Edit', '', customer.publicId);
    editor.draft.lines = [{ itemId: '', description: 'Par carte', detail: '', nature: 'goods', quantityE4: 10_000, unit: 'C62', unitPriceE4: 1_000_000, discountPcm: 0, discountMinor: 0, taxes: [] }];
    const saved = await rpc(page, 'Invoices.Save', editor.draft, 'key-card-save');
    const { id } = await rpc(page, 'Invoices.Send', saved.id, saved.version, 'key-card-send');
    await anne.goto(`${new URL(anne.url()).origin}/factures/${id}/payer`);
    await anne.locator('form[action$="/paiement"] button').dblclick();
    await anne.locator('button[value="approved"]').dblclick();
    await until('the payment', async () => (await payments(id)) > 0);
    equal(await payments(id), 1, 'payments');
    const invoice = await rpc(page, 'Invoices.Get', id);
    equal([invoice.state, invoice.paidMinor], ['paid', 12_000], 'state and amount');
  });
  await check('far too long a text is kept as pasted and refused beside its field', async () => {
    const editor = await rpc(page, 'Invoices.Edit', '', customer.publicId);
    editor.draft.lines = [{ itemId: '', description: 'Texte trop long', detail: '', nature: 'goods', quantityE4: 10_000, unit: 'C62', unitPriceE4: 1_000_000, discountPcm: 0, discountMinor: 0, taxes: [] }];
    editor.draft.note = 'Avant';
    const saved = await rpc(page, 'Invoices.Save', editor.draft, 'key-long-save');
    await goto(`/invoices/${saved.id}/edit`);
    const note = page.locator('textarea[data-field="note"], [data-field="note"] textarea').first();
    await note.fill('');
    await page.keyboard.insertText('x'.repeat(12_000)); // as a person pastes: fill would pass over a maxlength
    await until('the refusal', async () => (await page.locator('main').innerText()).replace(/\s/g, '').includes('10000'));
    equal((await note.inputValue()).length, 12_000, 'characters kept');
    await note.fill('Après');
    await until('the shorter text to be kept', async () => (await rpc(page, 'Invoices.Edit', saved.id, '')).draft.note === 'Après');
  });
  await check('saving settings twice complains of nothing', async () => {
    await goto('/settings/company');
    await page.locator('[data-field="website"] input, input[data-field="website"]').first().fill('https://lambert.example');
    await page.getByTestId('save').dblclick();
    await until('the settings to be kept', async () => (await rpc(page, 'Settings.Company')).website === 'https://lambert.example');
    equal(await page.locator('main [role="alert"]').allInnerTexts(), [], 'complaints');
  });
  await check('numbers follow one another', async () => {
    const rows = (await rpc(page, 'Invoices.List', { ...listQuery, limit: 30 })).rows.filter((r) => r.number);
    const numbers = rows.map((r) => r.number);
    equal(new Set(numbers).size, numbers.length, 'numbers used once');
  });
  // Two pages sent one draft: the slower one was told so.
  await check('nothing else complained', () => equal(trouble, [], 'console and network'));
});
