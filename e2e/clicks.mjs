// The click budget of spec/desk: an invoice to a known customer, two catalogue lines, sent. Clicks are counted by the
// page itself (every pointer click, every Enter), fields by what was typed into, screens by address. Then a customer's first
// access, both ways: invited by the firm, and asking for it by oneself with the firm's one click.
import { ask, customer, demoCode, openGroup } from './asking.mjs';
import { attach, begin, contact, contractLink, contractOf, pdf } from './contracting.mjs';
import { assert, browser, check, demo, deskPage, equal, figures, folder, leave, listQuery, must, phone, rpc, run, serve, until, watch } from './lib.mjs';

const budget = { clicks: 6, fields: 3, screens: 1 };
// The first access of spec/desk: 3 clicks and 4 fields of the customer's, 1 click of the firm's. Who asks by oneself goes through
// the five steps of spec/access, code and address among them: those figures stand here so that they do not grow.
const access = { invited: { clicks: 3, fields: 4 }, asking: { clicks: 6, fields: 9 }, firm: 1 };

function count() {
  const seen = { clicks: 0, fields: new Set(), screens: new Set() };
  const screen = () => seen.screens.add(location.hash.replace(/^#/, '').split('?')[0] || '/');
  window.counted = () => ({ clicks: seen.clicks, fields: [...seen.fields], screens: [...seen.screens] });
  addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0) seen.clicks++; }, true);
  addEventListener('keydown', (e) => { if (e.isTrusted && e.key === 'Enter') seen.clicks++; }, true);
  addEventListener('input', (e) => { if (e.isTrusted) seen.fields.add(e.target.getAttribute('aria-label') || e.target.dataset.field || e.target.id); }, true);
  addEventListener('hashchange', screen);
}

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const customer = (await rpc(page, 'Customers.List', listQuery)).rows.find((c) => c.currency === 'EUR' && c.email);
  const items = (await rpc(page, 'Items.List', listQuery)).rows.filter((i) => i.currency === 'EUR').slice(0, 2);
  equal(items.length, 2, 'items to sell');

  await page.evaluate(count);
  const option = (words) => page.getByRole('option', { name: words });
  await must('an invoice of two catalogue lines is written and sent', async () => {
    await page.getByTestId('new-invoice').first().click();
    await page.getByTestId('customer').waitFor();
    await page.keyboard.type(customer.name); // the field has the focus already
    await option(customer.name).filter({ hasText: customer.number }).click(); // not « Créer … »
    const row = (n) => page.locator(`[data-row="${n}"] [data-cell="description"]`);
    await page.waitForFunction(() => document.activeElement?.matches('[data-row="0"] [data-cell="description"]'));
    await page.keyboard.type(items[0].name);
    await option(items[0].name).first().click();
    await row(1).click();
    await page.keyboard.type(items[1].name);
    await option(items[1].name).first().click();
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length >= 3);
    await page.getByTestId('send').click();
    await page.getByTestId('mark-paid').waitFor();
  });
  const counted = await page.evaluate(() => window.counted());
  const id = page.url().split('/').pop();
  const screens = counted.screens.filter((s) => s !== '/' && s !== `/invoices/${id}`);
  console.log(`     ${counted.clicks} clicks, ${counted.fields.length} fields (${counted.fields.join('; ')}), ${screens.length} screen (${screens.join(' ')})`);
  await check('it is the invoice that was meant', async () => {
    const invoice = await rpc(page, 'Invoices.Get', id);
    equal([invoice.customerName, invoice.lines.map((l) => l.description), invoice.mails.length], [customer.name, items.map((i) => i.name), 1]);
    assert(invoice.number && invoice.totalInclMinor > 0, 'it has a number and a total');
    assert((await figures(page.locator('main'))).includes(invoice.number), 'the page shows it');
  });
  for (const [what, most] of Object.entries(budget)) {
    const n = what === 'screens' ? screens.length : what === 'fields' ? counted.fields.length : counted.clicks;
    await check(`${what}: ${n} of at most ${most}`, () => assert(n > 0 && n <= most, `${n} ${what}, the budget is ${most}`));
  }
  await firstAccess(b, program, page, trouble);
  await approveAndSign(b, program, page, trouble);
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});

/** A tab of a phone that counts over all its pages; a click in the mail program is added by hand. */
async function counting(b, trouble) {
  const seen = { clicks: 0, fields: new Set() };
  const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
  await context.exposeBinding('clicked', () => { seen.clicks++; });
  await context.exposeBinding('typed', (_, name) => { seen.fields.add(name); });
  await context.addInitScript(() => {
    addEventListener('click', (e) => { if (e.isTrusted && e.detail > 0 && !(e.target instanceof HTMLCanvasElement)) window.clicked(); }, true); // drawing is no click
    addEventListener('input', (e) => { if (e.isTrusted) window.typed(location.pathname + ' ' + e.target.id); }, true);
  });
  const tab = await context.newPage();
  watch(tab, trouble);
  return { tab, seen };
}

async function firstAccess(b, program, page, trouble) {
  const base = program.portal.replace(/\/$/, '');
  const group = await openGroup(page, 'Premier accès', { termsFr: 'Payer à trente jours.', termsEn: 'Pay within thirty days.' });
  const linkTo = (to) => until(`a link for ${to}`, async () => {
    for (const m of (await rpc(page, 'Mail.Arrived')).filter((x) => x.to.includes(to))) {
      const link = /^https?:\/\/\S+\/p\/[\w-]+$/m.exec((await rpc(page, 'Mail.ArrivedMail', m.id)).text)?.[0];
      if (link) return link;
    }
    return undefined;
  });
  const choose = async ({ tab, seen }, to) => {
    const link = await linkTo(to);
    seen.clicks++; // on the link, in the mail
    await tab.goto(link);
    await tab.locator('#mot-de-passe').fill('Brouette-7-coquelicots');
    await tab.locator('form[action="/mot-de-passe"] button[type=submit]').click();
    await tab.waitForURL((u) => u.pathname === '/' || u.pathname === '/conditions');
    if (new URL(tab.url()).pathname === '/conditions') { // the group's, asked of who did not register
      const box = tab.locator('form[action="/conditions"] input[type=checkbox]');
      if (await box.count()) await box.check();
      await tab.locator('form[action="/conditions"] button[type=submit]').click();
    }
    await tab.waitForURL((u) => u.pathname === '/');
  };
  const told = async (way, seen) => {
    console.log(`     ${way}: ${seen.clicks} clicks, ${seen.fields.size} fields (${[...seen.fields].join('; ')})`);
    for (const [what, n] of [['clicks', seen.clicks], ['fields', seen.fields.size]]) await check(`first access, ${way}: ${n} ${what} of at most ${access[way][what]}`, () => assert(n > 0 && n <= access[way][what], `${n} ${what}`));
    await leave(seen.context);
  };
  await must('invited by the firm, the customer chooses a password and is in', async () => {
    const c = await customer(page, { name: 'Invitée', siren: '732829320', line1: '1 rue Basse', postcode: '21000', city: 'Dijon' }, { name: 'Ada Invitée', email: 'ada@invitee.example', access: true }, group);
    await rpc(page, 'Customers.Invite', c.publicId, c.contacts[0].publicId);
    const it = await counting(b, trouble);
    await choose(it, 'ada@invitee.example');
    await told('invited', { ...it.seen, context: it.tab.context() });
  });
  await must('asking by oneself: five steps, one click of the firm on its home page, a password', async () => {
    await customer(page, { name: 'Crèmerie Lenoir', siren: '552100554', email: 'zoe@lenoir.example', line1: '1 rue Basse', postcode: '21000', city: 'Dijon' }, null, group);
    const it = await counting(b, trouble);
    await ask(it.tab, `${base}/inscription/${group}`, { name: 'Zoé Lenoir', email: 'zoe@lenoir.example', company: 'Crèmerie Lenoir', number: '552100554' }, demoCode(page));
    await page.goto(`${program.base}/#/`);
    await page.reload();
    const approve = page.locator('[data-testid^="approve-"]');
    await approve.waitFor();
    await page.evaluate(count);
    const before = await page.evaluate(() => window.counted().clicks);
    await approve.click();
    await choose(it, 'zoe@lenoir.example');
    const firm = (await page.evaluate(() => window.counted().clicks)) - before;
    await check(`first access, the firm: ${firm} click of at most ${access.firm}`, () => equal(firm, access.firm));
    await told('asking', { ...it.seen, context: it.tab.context() });
  });
}

// A customer approves and signs a contract: three clicks and a drawing, on one page (the click in the mail comes before).
async function approveAndSign(b, program, page, trouble) {
  const password = 'Brouette-7-coquelicots';
  const group = await openGroup(page, 'Signatures', {});
  const c = await customer(page, { name: 'Fromagerie du Lac', siren: '732829320', line1: '1 rue Basse', postcode: '74000', city: 'Annecy' }, { name: 'Ina Lac', email: 'ina@lac.example', access: true }, group);
  const me = c.contacts[0].publicId;
  const linkIn = (re) => until(`a mail with ${re}`, async () => {
    for (const m of (await rpc(page, 'Mail.Arrived')).filter((x) => x.to.includes('ina@lac.example'))) {
      const found = re.exec((await rpc(page, 'Mail.ArrivedMail', m.id)).text)?.[0];
      if (found) return found;
    }
    return undefined;
  });
  await must('a customer approves and signs a contract on one page', async () => {
    await rpc(page, 'Customers.Invite', c.publicId, me);
    const { tab, seen } = await counting(b, trouble);
    await tab.goto(await linkIn(/https?:\/\/\S+\/p\/[\w-]+/));
    await tab.locator('#mot-de-passe').fill(password);
    await tab.locator('form[action="/mot-de-passe"] button[type=submit]').click();
    await tab.waitForURL((u) => u.pathname === '/');
    for (const way of ['typed', 'drawn']) {
      const deal = await contractOf(page, c.publicId, `clicks-${way}`, { title: 'Affinage et livraison' });
      const file = await attach(page, deal.id, `clicks-paper-${way}`, 'contrat.pdf', pdf('Contrat'));
      await sharing(page, program, deal.id, me);
      for (const kind of ['approval', 'signature']) await begin(page, deal.id, kind, `clicks-${way}`, [file.id], [contact(me)]);
      assert(contractLink(await linkIn(/https?:\/\/\S+\/l\/[\w-]+/)), 'the mailed link');
      await tab.goto(new URL(`/contrats/${deal.id}`, program.portal).href);
      seen.clicks = 0;
      await tab.locator('form[action$="/approuver"] button').click();
      const form = tab.locator('form[action$="/signer"]');
      if (way === 'drawn') {
        const pad = form.locator('canvas');
        await pad.scrollIntoViewIfNeeded();
        const box = await pad.boundingBox();
        await tab.mouse.move(box.x + 30, box.y + 40);
        await tab.mouse.down();
        for (let i = 1; i < 16; i++) await tab.mouse.move(box.x + 30 + i * 12, box.y + 40 + Math.sin(i) * 15);
        await tab.mouse.up();
      }
      await form.locator('input[type="password"]').fill(password);
      await form.locator('input[name="accord"]').check();
      await form.locator('button.primary').click();
      await tab.waitForURL(/fait=signe/);
      const { signature } = (await rpc(page, 'Signing.Centre', deal.id, 'signature')).round.turns[0];
      equal(!!signature.drawing, way === 'drawn', 'the drawing');
      await check(`approving and signing, ${way}: ${seen.clicks} clicks of at most 3, on one page`, () => equal([seen.clicks, new URL(tab.url()).pathname], [3, `/contrats/${deal.id}`]));
    }
    await leave(tab.context());
  });
}

// Showing a contract in the portal, from its page: the menu, its entry, the button.
async function sharing(page, program, contractID, me) {
  await page.goto(`${program.base}/#/contracts/${contractID}`);
  await page.getByRole('button', { name: 'Plus d’actions' }).first().waitFor();
  const counts = async () => (await page.evaluate(() => window.counted?.().clicks)) ?? (await page.evaluate(count), 0);
  const before = await counts();
  await page.getByRole('button', { name: 'Plus d’actions' }).first().click();
  await page.getByRole('menuitem', { name: 'Afficher dans le portail client' }).click();
  await page.getByTestId('share').click();
  const shared = await until('shared', async () => { const x = await rpc(page, 'ContractSharing.Look', { contractId: contractID, version: 0, requesterId: '', watcherIds: [], allFiles: false, again: false }); return x.inPortal && x; });
  const n = (await counts()) - before;
  await check(`sharing a contract: ${n} clicks of at most 3`, () => equal([n, shared.requesterId], [3, me]));
}
