// Montrer au client: the window draws a code, a phone scans it, reads, approves and pays without an account; the second
// opening finds it spent, and the window shows that it was opened and that it has ended.
import { assert, browser, check, demo, deskPage, equal, folder, listQuery, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { readQR } from './qr.mjs';

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 120));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  const quote = (await rpc(page, 'Quotes.List', { ...listQuery, state: 'waiting' })).rows[0];
  const invoice = (await rpc(page, 'Invoices.List', { ...listQuery, state: 'open' })).rows.find((r) => r.currency === 'EUR');
  const open = async (path, id) => {
    await page.goto(`${program.base}/#/${path}/${id}`);
    await page.getByRole('button', { name: /Plus d.actions/ }).first().click();
    await page.getByRole('menuitem', { name: 'Montrer au client' }).click();
    return scanned();
  };
  const scanned = async () => {
    const img = page.getByAltText('Code à usage unique de ce document');
    await img.waitFor();
    return readQR(decodeURIComponent((await img.getAttribute('src')).slice('data:image/svg+xml;charset=utf-8,'.length)));
  };
  const pocket = async () => {
    const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
    const p = await context.newPage();
    watch(p, trouble);
    return p;
  };
  const text = async (p) => plain(await p.locator('main').innerText());

  let address = '';
  await must('the window draws a code of the portal, good for one document', async () => {
    address = await open('quotes', quote.id);
    assert(new URL(address).origin === new URL(program.portal).origin && /^\/montre\/[\w-]{20,}$/.test(new URL(address).pathname), address);
  });

  await check('who stands in front may be named: that makes another code, and the first is spent', async () => {
    await page.getByTestId('show-person').click();
    await page.getByRole('option').nth(1).click();
    const first = address;
    address = await until('another code', async () => { const now = await scanned(); return now !== first && now; });
    const p = await pocket();
    const answer = await p.goto(first);
    equal(answer.status(), 410, 'the first code');
  });

  const anne = await pocket();
  await must('a phone that scans it reads the quote, with a banner and nothing else of the customer', async () => {
    await anne.goto(address);
    equal(new URL(anne.url()).pathname, `/devis/${quote.id}`, 'where it leads');
    assert(await anne.locator('.standin').isVisible(), 'the banner');
    equal(await anne.locator('nav.tabs').count(), 0, 'no way to anything else');
    for (const path of ['/factures', '/profil', '/documents', '/contacts', `/factures/${invoice.id}`]) {
      const other = await anne.request.get(new URL(path, program.portal).href, { maxRedirects: 0 });
      assert([403, 404].includes(other.status()), `${path}: ${other.status()}`);
    }
  });
  await check('the window tells at once that it is open, and draws it no more', async () => {
    await page.getByText(/Ouvert sur le téléphone du client/).waitFor();
    equal(await page.getByAltText('Code à usage unique de ce document').count(), 0, 'codes shown');
  });
  await check('a second phone finds it spent', async () => {
    const other = await pocket();
    const answer = await other.goto(address);
    equal(answer.status(), 410, 'the second opening');
    assert(!(await text(other)).includes(quote.number), 'nothing of the document');
  });
  await check('she approves without an account', async () => {
    const name = anne.locator('form[action$="/approuver"] input[name="nom"]');
    if (await name.count()) await name.fill('Anne Devant');
    await anne.locator('form[action$="/approuver"] button.primary, section.due button.primary').first().click();
    await until('the agreement', async () => (await rpc(page, 'Quotes.Get', quote.id)).decision?.decision === 'approved');
  });
  await check('ended in the window, the phone reads no more', async () => {
    await page.getByTestId('show-end').click();
    await page.getByTestId('show-again').waitFor();
    await anne.goto(new URL(`/devis/${quote.id}`, program.portal).href);
    assert(new URL(anne.url()).pathname === '/connexion' || !(await text(anne)).includes(quote.number), `she is at ${anne.url()}`);
  });

  await check('an invoice is read and paid by the practice card', async () => {
    const before = (await rpc(page, 'Invoices.Get', invoice.id)).paidMinor;
    const to = await open('invoices', invoice.id);
    const p = await pocket();
    await p.goto(to);
    equal(new URL(p.url()).pathname, `/factures/${invoice.id}`, 'where it leads');
    await p.goto(new URL(`/factures/${invoice.id}/payer`, program.portal).href);
    await p.locator('form[action$="/paiement"] button').first().click();
    await p.waitForURL(/\/reglement\//);
    await p.locator('button[value="approved"]').click();
    await until('the payment', async () => (await rpc(page, 'Invoices.Get', invoice.id)).paidMinor > before);
  });
  await check('nothing complained on the way', () => equal(trouble.filter((x) => !/: 410 |status of 410|: 403 |: 404 |status of 40[34]/.test(x)), [], 'console and network'));
});
