// The firm itself: its general information applied whole or not at all, sections that fold and keep what was typed, the billing
// account behind its customer account number in both modes and as files, support as customers see it, what stays confidential.
import { assert, browser, check, demo, deskPage, equal, folder, must, plain, rpc, run, serve, until, watch } from './lib.mjs';

const contact = { nom: 'camille.roussel@cafe-lumiere.example', 'mot-de-passe': 'Copeaux-Bleus-27' };
const cents = (text) => Number(plain(text).replace(/[^\d,-]/g, '').replace(',', ''));

run(async () => {
  const home = folder();
  const trouble = [];
  const program = await serve(home, '--data', await demo(home));
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const input = (name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();
  const at = async (path) => { await page.goto(`${program.base}/#${path}`); await page.locator('h1').first().waitFor(); };
  const save = () => page.locator('[data-testid="save"]:visible').click();
  const stored = () => rpc(page, 'Settings.Company');
  const before = await stored();

  await check('a wrong number is told beside its field, what was typed stays, and nothing of the section is applied', async () => {
    await at('/settings/general');
    await input('spid').fill('AUTRE-CODE');
    await input('siren').fill('552100555');
    await input('vatNumber').fill('FR00552100555');
    await input('iban').fill('FR7630006000011234567890180');
    await save();
    for (const name of ['siren', 'vatNumber', 'iban']) await until(`the word beside ${name}`, () => input(name).getAttribute('aria-invalid').then((x) => x === 'true'));
    for (const name of ['siren', 'vatNumber', 'iban']) {
      const said = await input(name).evaluate((e) => (e.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.innerText ?? '').join(' ').trim());
      assert(said.length > 10, `beside ${name}: "${said}"`);
    }
    for (const [name, typed] of Object.entries({ spid: 'AUTRE-CODE', siren: '552100555', vatNumber: 'FR00552100555' })) equal(await input(name).inputValue(), typed, `typed in ${name}`);
    equal(await stored(), before, 'what is stored');
  });
  await check('a section folds with what was typed in it, says so, and holds nothing after it was mended and saved', async () => {
    await page.getByTestId('fold-general').click();
    await page.getByTestId('fold-general').and(page.locator('[aria-expanded=false]')).waitFor();
    assert(plain(await page.getByTestId('fold-general').innerText()).includes('Non enregistré'), 'the folded section does not say that it holds something');
    await page.getByTestId('fold-general').click();
    equal(await input('spid').inputValue(), 'AUTRE-CODE', 'kept while folded');
    for (const name of ['siren', 'vatNumber', 'iban']) await input(name).fill(before[name]);
    await save();
    await until('the code', async () => (await stored()).spid === 'AUTRE-CODE');
    equal({ ...await stored(), spid: '', version: 0 }, { ...before, spid: '', version: 0 }, 'the rest');
    equal(await page.getByTestId('fold-general').innerText().then((x) => x.includes('Non enregistré')), false, 'still held');
  });
  await check('every section is found by its words in Ctrl+K, and its acts are begun from there', async () => {
    const ask = async (words) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Client, numéro' }).fill(words);
      await page.getByRole('option').filter({ hasText: 'Paramètres' }).first().waitFor();
    };
    for (const words of ['utilisateur', 'audit', 'jeton', 'clavardage', 'férié', 'horaire', 'mot de passe', 'SPID', 'soutien', 'informations générales', 'téléphonique', 'approvisionnement', 'langue', 'prélèvement']) {
      await ask(words);
      await page.keyboard.press('Escape');
      await page.getByRole('combobox', { name: 'Client, numéro' }).waitFor({ state: 'detached' });
    }
    for (const [words, there] of [['nouvel utilisateur', page.getByRole('dialog').getByText('Nouvel utilisateur')], ['nouveau jeton', page.getByTestId('token-name')], ['ajouter les jours fériés', page.getByRole('dialog').getByText('Jours fériés de')], ['changer mot de passe', page.getByRole('dialog').getByText('Changer mot de passe')]]) {
      await at('/');
      await ask(words);
      await page.keyboard.press('Enter');
      await there.first().waitFor();
      assert(!page.url().includes('do='), `what was asked stays in the address: ${page.url()}`);
      await page.keyboard.press('Escape');
    }
    await at('/');
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL(/#\/settings/);
    await until('the page has the focus', () => page.evaluate(() => document.activeElement?.id === 'main'));
    await page.keyboard.press('Tab');
    assert(await page.evaluate(() => !!document.activeElement?.closest('main')), 'after G S the next Tab is not in the page');
    await at('/settings/general');
  });
  await check('the customer account number is read only, alphanumeric, and the same after every change', async () => {
    const number = plain(await page.getByTestId('can').innerText());
    assert(/^[A-Z0-9]{6,}$/.test(number), number);
    await rpc(page, 'Settings.SaveCompany', { ...await stored(), accountNumber: 'AUTRE123' }).catch(() => undefined);
    equal((await stored()).accountNumber, number, 'the number');
  });
  await must('a click on it opens the billing account, month by month; figures add up in both modes and as files', async () => {
    await at('/settings/general');
    await page.getByTestId('can').click();
    await page.waitForURL(/#\/account/);
    const months = page.locator('tbody tr');
    await months.first().waitFor();
    equal(await months.count(), (await rpc(page, 'BillingAccount.Year', 0)).months.length, 'months of the year');
    const month = (await page.locator('tbody td.num a').first().getAttribute('href')).replace(/.*account\//, '').replace(/^#?\//, '');
    for (const mode of ['direct', 'indirect']) {
      await rpc(page, 'Settings.SaveCompany', { ...await stored(), billingMode: mode });
      const m = await rpc(page, 'BillingAccount.Month', month);
      await page.goto(`${program.base}/#/`);
      await page.goto(`${program.base}/#/account/${month}`);
      await page.getByTestId('account-pdf').waitFor();
      for (const part of m.parts) equal(part.services.reduce((n, s) => n + s.amountMinor, 0), part.amountMinor, `the sum in ${part.currency}`);
      const lines = JSON.stringify(m.parts.flatMap((p) => p.services.map((s) => s.amountMinor)));
      await until(`the lines, ${m.mode}: ${lines}`, async () => JSON.stringify((await page.locator('tbody td.num:last-child').allInnerTexts()).map(cents)) === lines);
      const file = async (href) => { const r = await page.evaluate(async (h) => { const x = await fetch(h); return { type: x.headers.get('content-type'), bytes: [...new Uint8Array(await x.arrayBuffer())] }; }, href); return { type: r.type, bytes: Buffer.from(r.bytes) }; };
      const [pdf, csv, xlsx] = [await file(m.pdfHref), await file(m.csvHref), await file(m.xlsxHref)];
      assert(pdf.type.startsWith('application/pdf') && pdf.bytes.subarray(0, 5).toString() === '%PDF-', `the PDF: ${pdf.type}`);
      assert(xlsx.bytes.subarray(0, 2).toString() === 'PK' && xlsx.type.includes('spreadsheet'), `the sheet: ${xlsx.type}`);
      for (const s of m.parts[0].services) assert(csv.bytes.toString().includes(s.name), `${s.name} is not in the CSV`);
    }
  });
  await check('support as customers see it; the administrator\'s own phone is shown to nobody', async () => {
    const me = await rpc(page, 'Account.Me');
    await at('/settings/support');
    await input('phone').fill('+33 4 99 88 77 66');
    await input('email').fill('aide@atelier-brindille.example');
    await input('hoursFr').fill('du lundi au jeudi, de 8 h à 16 h');
    await input('hoursEn').fill('');
    await page.getByTestId('support-one').waitFor();
    assert((await page.getByTestId('support-preview-en').innerText()).includes('du lundi au jeudi'), 'English customers read the French hours while there are no English ones');
    await input('hoursEn').fill('Monday to Thursday, 8 am to 4 pm');
    await page.getByTestId('support-one').waitFor({ state: 'detached' });
    await save();
    await page.getByText('+33 4 99 88 77 66').first().waitFor();
    equal(await page.locator('[data-testid="support-preview-fr"] a[href^="tel:"]').count(), 1, 'the number is a link');
    const portal = await (await b.newContext({ locale: 'fr-FR' })).newPage();
    watch(portal, trouble);
    const base = program.portal.replace(/\/$/, '');
    await portal.goto(`${base}/connexion`);
    await portal.locator('input[name=nom]').fill(contact.nom);
    await portal.locator('input[name=mot-de-passe]').fill(contact['mot-de-passe']);
    await portal.locator('form[action="/connexion"] button[type=submit]').click();
    await portal.waitForURL((u) => u.pathname === '/');
    const digits = (x) => x.replace(/\D/g, '');
    const other = await (await b.newContext({ locale: 'en-GB' })).newPage();
    await until('each language its hours', async () => {
      await portal.goto(base + '/');
      await other.goto(`${base}/connexion`);
      return (await portal.content()).includes('du lundi au jeudi') && (await other.content()).includes('Monday to Thursday');
    });
    for (const path of ['/', '/questions', '/factures']) {
      await portal.goto(base + path);
      const html = await portal.content();
      assert(html.includes('aide@atelier-brindille.example') && html.includes('href="tel:+33499887766"'), `${path} does not say how to reach support`);
      assert((await portal.title()).includes('Atelier Brindille'), `the title of ${path}`);
      assert(!me.phone || digits(me.phone) === digits(before.phone) || !digits(html).includes(digits(me.phone).slice(-9)), `${path} shows the administrator's phone`);
    }
  });
  await check('a new customer has the firm\'s language, which can be another one for it', async () => {
    await rpc(page, 'Settings.SaveCompany', { ...await stored(), language: 'en' });
    const blank = await rpc(page, 'Customers.Get', '').catch(() => rpc(page, 'Customers.Blank'));
    equal(blank.language, 'en', 'of a new customer');
    const one = (await rpc(page, 'Customers.Find', 'Café'))[0];
    const full = await rpc(page, 'Customers.Get', one.publicId ?? one.id);
    const saved = await rpc(page, 'Customers.Save', { ...full, language: full.language === 'fr' ? 'en' : 'fr' }, 'key-e2e-language');
    assert(saved.language !== full.language && (await stored()).language === 'en', 'the customer\'s own');
    await rpc(page, 'Settings.SaveCompany', { ...await stored(), language: 'fr' });
  });
  await check('telephone system and provider are read, and no field of them is there', async () => {
    await at('/settings/phone');
    await page.getByTestId('pbx').waitFor();
    equal(await page.locator('#body-phone input, #body-phone textarea, #body-phone select').count(), 0, 'fields');
  });
  await check('neither window nor portal complained', () => equal(trouble.filter((x) => !/400 POST|status of 400|422/.test(x)), [], 'trouble'));
});
