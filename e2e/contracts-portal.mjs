// A contract in the portal from the first mail to the sealed paper: the contact approves and signs with a password and a
// drawing, then somebody from outside signs with a code out of the mailbox; the paper that comes of it is downloaded and
// verified, as it is and with one byte altered. Then what goes wrong: a page that is out of date, a code used twice, hiding.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { customer, openGroup } from './asking.mjs';
import { attach, begin, contact, contractLink, contractOf, guest, pdf, share } from './contracting.mjs';
import { assert, browser, check, command, deskPage, equal, firstStart, folder, leave, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { readQR } from './qr.mjs';
import { mailServer } from './smtp.mjs';

const password = 'Brouette-7-coquelicots';

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  const field = (name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();
  await must('a firm with a mail server and a customer', async () => {
    await field('name').fill('Menuiserie Lambert');
    await field('email').fill('bonjour@lambert.example');
    await firstStart(page);
    await page.getByTestId('new-invoice').first().waitFor();
    await rpc(page, 'Settings.SaveMail', { ...(await rpc(page, 'Settings.Mail')), host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', userName: '', fromAddress: 'bonjour@lambert.example', password: null });
  });
  const group = await openGroup(page, 'Espace', {});
  await until('the address of the portal', async () => (await rpc(page, 'Portal.View')).addresses[0]?.url);
  const c = await customer(page, { name: 'Crèmerie Lenoir', siren: '552100554', line1: '1 rue Basse', postcode: '21000', city: 'Dijon', email: 'contact@lenoir.example' }, { name: 'Zoé Lenoir', email: 'zoe@lenoir.example', access: true }, group);
  const zoe = c.contacts[0].publicId;
  const pocket = async () => {
    const p = await (await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, acceptDownloads: true, reducedMotion: 'reduce' })).newPage();
    watch(p, trouble);
    return p;
  };
  const mailOf = (to, words) => until(`a mail to ${to}: ${words}`, () => post.mails.filter((m) => m.to.includes(to) && m.subject.includes(words)).at(-1));
  const text = async (p) => plain(await p.locator('main').innerText());
  const press = async (p, selector) => { const done = p.waitForNavigation(); await p.locator(selector).first().click(); await done; };
  const tab = await pocket();
  let portal = ''; // known by the first link

  await must('the contact chooses a password', async () => {
    await rpc(page, 'Customers.Invite', c.publicId, zoe);
    const m = await until('the invitation', () => post.mails.find((x) => x.to.includes('zoe@lenoir.example') && /\/p\/[\w-]+/.test(x.text)));
    await tab.goto(/https?:\/\/\S+\/p\/[\w-]+/.exec(m.text)[0]);
    await tab.locator('#mot-de-passe').fill(password);
    await press(tab, 'form[action="/mot-de-passe"] button[type=submit]');
    portal = new URL(tab.url()).origin;
  });
  let deal;
  let paper;
  await must('a contract with a PDF is shared, and the mail leads to it', async () => {
    deal = await contractOf(page, c.publicId, 'portal-deal', { title: 'Entretien annuel des vitrines', startOn: '2026-12-01' });
    paper = await attach(page, deal.id, 'portal-paper', 'contrat.pdf', pdf('Contrat d entretien'));
    await share(page, deal.id, zoe);
    const link = contractLink((await mailOf('zoe@lenoir.example', 'partagé avec vous')).text);
    assert(link, 'no link in the mail');
    const p = await pocket();
    await p.goto(link);
    assert(p.url().endsWith(`/contrats/${deal.id}`), p.url());
    assert((await text(p)).includes('contrat.pdf'), 'the attachment');
    await leave(p.context());
  });
  const at = (id) => new URL(`/contrats/${id}`, portal).href;
  await must('approval and signatures are asked; the home page and the list say so', async () => {
    await begin(page, deal.id, 'approval', 'portal-deal', [paper.id], [contact(zoe)]);
    await begin(page, deal.id, 'signature', 'portal-deal', [paper.id], [contact(zoe, { capacity: 'gérante' }), guest('Maître Aubry', 'aubry@notaire.example', { capacity: 'notaire' })]);
    await mailOf('zoe@lenoir.example', 'à approuver');
    await tab.goto(new URL('/', portal).href);
    assert((await text(tab)).includes('Contrats qui vous attendent'), 'nothing on the home page');
    await tab.locator('a', { hasText: 'Entretien annuel des vitrines' }).first().click();
    await tab.waitForURL(/\/contrats\//);
  });
  await check('a page that is out of date does nothing and leads to the present one', async () => {
    const old = await tab.context().newPage();
    await old.goto(at(deal.id));
    await old.evaluate(() => { for (const f of document.querySelectorAll('input[name="empreinte"]')) f.value = 'f'.repeat(64); });
    await press(old, 'form[action$="/approuver"] button');
    assert((await text(old)).includes('Rien n’a été enregistré'), await text(old));
    await press(old, 'main a.btn');
    assert(old.url().endsWith(`/contrats/${deal.id}`), old.url());
    await leave(old);
  });
  await must('she approves with one click', async () => {
    await press(tab, 'form[action$="/approuver"] button');
    assert((await text(tab)).includes('Vous avez approuvé ces documents'), await text(tab));
    equal((await rpc(page, 'Signing.Centre', deal.id, 'approval')).round.state, 'done', 'the round of approval');
  });
  await must('she signs with her password and a drawing; what is missing stands beside its field', async () => {
    await mailOf('zoe@lenoir.example', 'à signer');
    const form = tab.locator('form[action$="/signer"]');
    await form.locator('input[type="password"]').fill('Ce-n-est-pas-lui-9');
    await form.locator('input[name="accord"]').check();
    await press(tab, 'form[action$="/signer"] button.primary');
    await tab.locator('[id^="mot-de-passe-faute-"]').waitFor();
    const pad = form.locator('canvas');
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    await tab.mouse.move(box.x + 20, box.y + 40);
    await tab.mouse.down();
    for (let i = 1; i <= 12; i++) await tab.mouse.move(box.x + 20 + i * 20, box.y + (i % 2 ? 20 : 60), { steps: 3 });
    await tab.mouse.up();
    await form.locator('input[type="password"]').fill(password);
    await press(tab, 'form[action$="/signer"] button.primary');
    assert((await text(tab)).includes('Vous avez signé'), await text(tab));
    const turn = (await rpc(page, 'Signing.Centre', deal.id, 'signature')).round.turns[0];
    equal([turn.state, turn.signature.method], ['signed', 'password'], 'her turn');
    assert(turn.signature.drawing?.png, 'the drawing is not kept');
  });
  const notary = await pocket();
  await must('the notary comes by the mailed link, sees this contract alone, and signs with the code of a mail', async () => {
    await notary.goto(contractLink((await mailOf('aubry@notaire.example', 'à signer')).text));
    assert((await text(notary)).includes('Votre signature est demandée'), await text(notary));
    equal((await notary.request.get(new URL('/factures', portal).href)).status(), 403, 'invoices');
    await press(notary, 'form[action$="/signer"] button[formaction$="/code"]');
    const m = await mailOf('aubry@notaire.example', 'ode');
    const code = /\b(\d{3})[\s\u00a0\u202f]?(\d{3})\b/.exec(m.text);
    assert(code, m.text);
    await notary.locator('input[name="code"]').fill(code[1] + code[2]);
    await notary.locator('input[name="accord"]').check();
    await press(notary, 'form[action$="/signer"] button.primary');
    assert((await text(notary)).includes('Tous ont signé'), await text(notary));
  });
  let sealed;
  await must('the sealed paper is downloaded from the portal; pdfsig and comptoir verify find it whole', async () => {
    await mailOf('zoe@lenoir.example', 'igné');
    await until('the paper in the portal', async () => { await tab.goto(at(deal.id)); return tab.locator('a[download]', { hasText: 'signé' }).count(); }, 60);
    const got = tab.waitForEvent('download');
    await tab.locator('.files a[download]', { hasText: 'signé' }).first().click();
    sealed = join(home, 'signe.pdf');
    await (await got).saveAs(sealed);
    const said = execFileSync('pdfsig', ['-nocert', sealed], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    assert(said.includes('Signature is Valid') && said.includes('Total document signed'), said);
    console.log(`     ${plain(await command(home, 'verify', '--data', `${home}/firm`, sealed)).slice(0, 160)}`);
  });
  await check('one byte altered: both say so', async () => {
    const bytes = readFileSync(sealed);
    bytes[bytes.indexOf('Contrat d entretien') + 3] ^= 1;
    const altered = join(home, 'altere.pdf');
    writeFileSync(altered, bytes);
    let said = '';
    try { said = execFileSync('pdfsig', ['-nocert', altered], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }); } catch (e) { said = e.stdout; }
    assert(!said.includes('Signature is Valid'), said);
    const refused = await command(home, 'verify', '--data', `${home}/firm`, altered).then(() => '', (e) => e.message);
    assert(refused, 'comptoir verify took it');
  });
  let spot;
  await check('a code on the screen opens one turn once; a second phone is told whom to ask', async () => {
    spot = await contractOf(page, c.publicId, 'portal-spot', { title: 'Prêt d’un présentoir' });
    const file = await attach(page, spot.id, 'portal-spot-paper', 'pret.pdf', pdf('Pret'));
    await share(page, spot.id, zoe);
    const centre = await begin(page, spot.id, 'signature', 'portal-spot', [file.id], [contact(zoe)]);
    const address = readQR((await rpc(page, 'Signing.HandOff', centre.round.turns[0].id)).qr);
    const first = await pocket();
    await first.goto(address);
    const second = await pocket();
    equal((await second.goto(address)).status(), 410, 'the second phone');
    assert((await text(second)).includes('Demandez-en un nouveau'), await text(second));
    await first.locator('input[name="accord"]').check();
    await first.locator('form[action$="/signer"] button.primary').click();
    await first.getByText('Vous pouvez rendre l’appareil').waitFor();
    await Promise.all([leave(first.context()), leave(second.context())]);
  });
  await check('an invitation that was taken back says so; whoever guesses learns nothing', async () => {
    const loan = await contractOf(page, c.publicId, 'portal-guests', { title: 'Essai d’une chambre froide' });
    const file = await attach(page, loan.id, 'portal-guests-paper', 'essai.pdf', pdf('Essai'));
    await share(page, loan.id, zoe);
    const centre = await begin(page, loan.id, 'signature', 'portal-guests', [file.id], [guest('Paul Retiré', 'paul@dehors.example'), contact(zoe)], { ordered: false });
    const paul = await pocket();
    const link = contractLink((await mailOf('paul@dehors.example', 'à signer')).text);
    await paul.goto(link);
    assert((await text(paul)).includes('Votre signature est demandée'), await text(paul));
    await rpc(page, 'Signing.RemoveParty', centre.parties.find((p) => p.name === 'Paul Retiré').id, true);
    assert((await paul.reload()).status() >= 400 || paul.url().includes('/connexion'), 'the open page');
    const stranger = await pocket();
    equal((await stranger.goto(link)).status(), 410, 'taken back');
    for (const p of [paul, stranger]) assert(!/chambre froide|Lenoir/.test(await text(p)), await text(p));
    assert((await text(stranger)).includes('Cette invitation a pris fin'), await text(stranger));
    const guess = async (path) => { const r = await stranger.request.get(new URL(path, portal).href); return [r.status(), (await r.text()).replaceAll(path, '').replaceAll(encodeURIComponent(path), '')]; };
    const bent = await guess(new URL(link).pathname.slice(0, -3) + '___');
    equal([bent[0], bent[1]], await guess('/c/rien'), 'a guess');
    equal(bent[0], 404, 'a guess');
    await Promise.all([paul, stranger].map((p) => leave(p.context())));
  });
  await check('hidden, the open page and its papers are not found', async () => {
    await tab.goto(at(deal.id));
    const file = await tab.locator('.files a[download]').first().getAttribute('href');
    await rpc(page, 'ContractSharing.Hide', deal.id);
    equal((await tab.reload()).status(), 404, 'the page');
    equal((await tab.request.get(new URL(file, portal).href)).status(), 404, 'the paper');
    equal((await notary.reload()).status() >= 400, true, 'the notary’s page');
  });
  await check('the log tells nothing of the contract', () => assert(!/Entretien annuel|aubry@|zoe@|Zo\u00e9|Maître/.test(program.log), program.log.slice(-2000)));
  await check('nothing complained on the way', () => equal(trouble.filter((x) => !/: 40[349] |: 410 |: 422 |status of 4(0[349]|10|22)/.test(x)), [], 'console and network'));
});
