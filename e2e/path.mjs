// The whole way, for real: a fresh machine → wizard → identity → invoice → mail → portal on a phone → paid → books.
import { assert, browser, check, deskPage, equal, firstStart, figures, folder, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { linkIn, mailServer } from './smtp.mjs';

const field = (page, name) => page.locator(`input[data-field="${name}"], textarea[data-field="${name}"], [data-field="${name}"] input`).first();

async function identity(page) {
  await page.goto(new URL('/#/settings/company', page.url()).href);
  const values = { legalForm: 'SARL', siren: '732829320', siret: '73282932000074', vatNumber: 'FR44732829320', line1: '4 rue des Tonneliers', postcode: '35000', city: 'Rennes', iban: 'FR7630006000011234567890189', bic: 'AGRIFRPP' };
  for (const [name, value] of Object.entries(values)) await field(page, name).fill(value);
  await page.getByTestId('save').click();
  await until('the identity to be kept', async () => (await rpc(page, 'Settings.Company')).bic === values.bic);
  const firm = await rpc(page, 'Settings.Company');
  for (const name of ['siren', 'city', 'bic']) equal(firm[name], values[name], name);
}

async function mailSettings(page, port) {
  await page.goto(new URL('/#/settings/mail', page.url()).href);
  await field(page, 'host').fill('127.0.0.1');
  await field(page, 'port').fill(String(port));
  await choose(page, 'security', 2);
  await page.getByRole('checkbox').first().check();
  await choose(page, 'auth', 2);
  await field(page, 'fromAddress').fill('bonjour@lambert.example');
  await page.getByTestId('test-mail').click();
  await until('the steps of the test', async () => (await page.locator('main li').count()) > 1);
  await page.getByTestId('save').click();
  await until('the settings to be kept', async () => (await rpc(page, 'Settings.Mail')).port === port);
}

/** Takes the n-th choice of a select by its keyboard. */
async function choose(page, name, n) {
  await field(page, name).click();
  await page.getByRole('option').nth(n).click();
}

async function write(page) {
  await page.goto(new URL('/#/', page.url()).href);
  await page.getByTestId('new-invoice').first().click();
  await page.getByTestId('customer').fill('Hôtel du Vieux Port');
  await page.getByRole('option').last().click(); // « Créer … »
  await field(page, 'email').fill('anne@vieux-port.example');
  await field(page, 'line1').fill('12 quai Duguay-Trouin');
  await field(page, 'postcode').fill('35000');
  await field(page, 'city').fill('Rennes');
  await page.getByTestId('save-customer').click();
  const line = async (row, words, quantity, price) => {
    const cell = (name) => page.locator(`[data-row="${row}"] [data-cell="${name}"]`);
    await cell('description').fill(words);
    await cell('quantity').fill(quantity);
    await cell('price').fill(price);
    await cell('price').press('Enter');
  };
  await line(0, 'Pose sur place', '10', '60');
  await line(1, 'Table en chêne', '1', '1250');
  await until('the total', async () => (await figures(page.getByTestId('total'))) === '2 220,00 €');
}

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);

  await must('the wizard makes the company by four answers', async () => {
    await field(page, 'name').fill('Menuiserie Lambert');
    await field(page, 'email').fill('bonjour@lambert.example');
    await firstStart(page);
    await page.getByTestId('new-invoice').first().waitFor();
    const st = await rpc(page, 'System.Status');
    equal([st.state, st.company.name, st.company.country, st.company.currency, st.company.demo], ['open', 'Menuiserie Lambert', 'FR', 'EUR', false]);
  });
  await must('the identity that an invoice needs is taken', () => identity(page));
  await must('the mail server is tried and kept', () => mailSettings(page, post.port));
  await must('an invoice of two lines for a new customer adds up', () => write(page));
  await must('it is sent', async () => {
    await page.getByTestId('send').click();
    await page.getByTestId('mark-paid').waitFor();
    assert(/Facture/.test(await page.locator('h1').innerText()), 'the issued invoice is shown');
  });
  const id = page.url().split('/').pop();
  const invoice = await rpc(page, 'Invoices.Get', id);
  const mail = await must('the mail arrives with the paper and a link', async () => {
    const m = await post.mailTo('anne@vieux-port.example');
    assert(m.subject.includes(invoice.number), `subject ${m.subject}`);
    assert(m.attachments.some((a) => /pdf/.test(a.type) && a.content.subarray(0, 5).toString() === '%PDF-'), 'a PDF is attached');
    assert(linkIn(m), `no link in:\n${m.text}`);
    return m;
  });

  const pocket = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
  const anne = await pocket.newPage();
  watch(anne, trouble);
  await must('the link opens the invoice on a phone', async () => {
    await anne.goto(linkIn(mail));
    const text = plain(await anne.locator('main').innerText());
    for (const word of [invoice.number, '2 220,00 €', 'Table en chêne']) assert(text.includes(word), `${word} is not in ${text}`);
    const wide = await anne.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert(wide <= 0, `the page is ${wide} px too wide`);
  });
  await must('the customer pays by transfer and says so', async () => {
    await anne.locator('a[href$="/payer"]').first().click();
    const text = plain(await anne.locator('main').innerText());
    assert(text.includes('FR76 3000 6000 0112 3456 7890 189'), 'the account is shown');
    assert(await anne.locator('svg').count() > 0, 'a code to scan is shown');
    await anne.locator('form[action$="/virement"] button').click();
    await anne.waitForURL(/fait=virement/);
  });
  await must('the owner hears of it without looking, and confirms with one click', async () => {
    await page.getByRole('button', { name: /virement/i }).first().waitFor();
    await page.getByTestId('mark-paid').click();
    await until('the invoice to be paid', async () => (await rpc(page, 'Invoices.Get', id)).state === 'paid');
    await page.getByText('Payée').first().waitFor();
  });
  await check('the customer sees it paid, with a receipt', async () => {
    await anne.goto(new URL(`/factures/${id}`, anne.url()).href);
    assert(/Payée/.test(await anne.locator('main').innerText()), 'paid');
    await anne.goto(new URL('/paiements', anne.url()).href);
    const receipt = anne.locator('a[href^="/paiements/"]').first();
    const path = await receipt.getAttribute('href');
    const r = await anne.request.get(new URL(`${path}/recu`, anne.url()).href);
    equal([r.status(), (await r.body()).subarray(0, 5).toString()], [200, '%PDF-'], 'the receipt');
  });
  await check('the trial balance is right', async () => {
    await page.goto(new URL('/#/books/balance', page.url()).href);
    await page.locator('tfoot').waitFor();
    const rows = Object.fromEntries((await page.locator('tbody tr').all().then((all) => Promise.all(all.map((r) => r.locator('td').allInnerTexts())))).map((c) => [c[0], c.slice(-2).map(plain)]));
    const sum = (start, side) => Object.entries(rows).filter(([a]) => a.startsWith(start)).reduce((s, [, c]) => s + Number(c[side].replace(/ /g, '').replace(',', '.') || 0), 0);
    equal([sum('512', 0), sum('411', 0), sum('70', 1), sum('445', 1)], [2220, 0, 1850, 370], 'bank, customers, sales, VAT');
    const foot = (await page.locator('tfoot td').allInnerTexts()).slice(-2).map(plain);
    equal(foot, ['2 220,00', '2 220,00'], 'the total');
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
