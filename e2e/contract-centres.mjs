// The centres of a contract in the window: two approvers in order, a refusal, a file that changes under way, a signature at the
// desk, one on the firm's screen and one on the signer's phone, the sealed paper verified, and one byte of it altered.
// E2E_LOOK=1 leaves pictures in e2e/out/contract-centres.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { customer, openGroup } from './asking.mjs';
import { assert, browser, check, desk, deskPage, equal, firstStart, folder, leave, must, out, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { readQR } from './qr.mjs';
import { mailServer } from './smtp.mjs';

const pictures = join(out, 'contract-centres');
if (process.env.E2E_LOOK) mkdirSync(pictures, { recursive: true });
async function look(page, name) {
  if (!process.env.E2E_LOOK) return;
  for (const [size, viewport] of Object.entries({ desk, phone })) for (const colorScheme of ['dark', 'light']) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(pictures, `${name}-${size}-${colorScheme}.png`) });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert(wide <= 0, `${name}: ${wide} px too wide at ${size}`);
  }
  await page.setViewportSize(desk);
}
/** A paper of one page with a line of text on it. */
const pdf = (text) => {
  const stream = `BT /F1 18 Tf 60 700 Td (${text.replace(/[^ -~]/g, '?')}) Tj ET`;
  const parts = ['%PDF-1.4\n', '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n', '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n', '3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n', `4 0 obj\n<</Length ${stream.length}>>\nstream\n${stream}\nendstream\nendobj\n`, '5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n'];
  const at = parts.map((_, i) => parts.slice(0, i).join('').length);
  const body = parts.join('');
  return Buffer.from(`${body}xref\n0 6\n0000000000 65535 f \n${at.slice(1).map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`, 'latin1');
};
const field = (page, name) => page.locator(`input[data-field="${name}"], [data-field="${name}"] input`).first();

run(async () => {
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await must('a firm with a mail server and a customer', async () => {
    await field(page, 'name').fill('Menuiserie Lambert');
    await field(page, 'email').fill('bonjour@lambert.example');
    await firstStart(page);
    await page.getByTestId('new-invoice').first().waitFor();
    await rpc(page, 'Settings.SaveMail', { ...(await rpc(page, 'Settings.Mail')), host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', userName: '', fromAddress: 'bonjour@lambert.example', password: null });
  });
  const group = await openGroup(page, 'Espace', {});
  await until('the address of the portal', async () => (await rpc(page, 'Portal.View')).addresses[0]?.url);
  const c = await customer(page, { name: 'Crèmerie Lenoir', siren: '552100554', line1: '1 rue Basse', postcode: '21000', city: 'Dijon', email: 'contact@lenoir.example' }, { name: 'Zoé Lenoir', email: 'zoe@lenoir.example', access: true }, group);
  const edit = await rpc(page, 'Customers.Get', c.publicId);
  const more = (name, email, portalAccess) => ({ publicId: '', name, email, phone: '', language: 'fr', isPrimary: false, portalAccess, version: 0 });
  await rpc(page, 'Customers.Save', { ...edit, contacts: [...edit.contacts, more('Lise Roy', 'lise@lenoir.example', false)] }, 'key-e2e-centres-two');
  const form = { id: '', version: 0, title: 'Entretien annuel', customerId: c.publicId, typeId: '', ownerId: '', startOn: '2026-12-01', endOn: '', renewal: 'none', renewalMonths: 0, noticeCount: 0, noticeUnit: 'month', remindDays: 30, valueMinor: 0, currency: 'EUR', description: '', notes: '' };
  const contract = await rpc(page, 'Contracts.Save', form, 'key-e2e-centres-contract');
  const centre = (kind) => rpc(page, 'Signing.Centre', contract.id, kind);
  const mails = (words, to) => post.mails.filter((m) => m.subject.includes(words) && (!to || m.to.includes(to)));
  const row = (name) => page.locator(`li[data-name="${name}"]`).first();
  const go = async (tab) => { await page.goto(`${program.base}/#/contracts/${contract.id}/${tab}`); };
  const pick = async (type, fill) => {
    await page.getByTestId('party-add').click();
    await page.getByTestId('party-save').waitFor();
    await page.getByTestId('party-type').getByText(type, { exact: true }).click();
    await fill();
    await page.getByTestId('party-save').click();
    await page.getByTestId('party-save').waitFor({ state: 'detached' });
  };
  const choose = (name) => page.getByRole('radio', { name }).check();
  const confirmed = () => page.getByTestId('confirm').click();

  await must('a contract with a PDF and a text', async () => {
    writeFileSync(join(home, 'contrat.pdf'), pdf('Contrat d entretien'));
    writeFileSync(join(home, 'annexe.txt'), 'Horaires : du lundi au vendredi.');
    await go('files');
    await page.getByTestId('contract-file-input').setInputFiles([join(home, 'contrat.pdf'), join(home, 'annexe.txt')]);
    await page.getByRole('button', { name: 'contrat.pdf', exact: true }).waitFor();
    await until('both', async () => (await rpc(page, 'ContractFiles.List', contract.id)).files.length === 2);
  });
  await must('an empty centre says what is missing', async () => {
    await go('approval');
    await page.getByText('Ajoutez au moins une personne.').waitFor();
    await look(page, 'empty');
    assert(await page.getByTestId('centre-start').isDisabled(), 'it can be started');
  });
  await must('approvers by type; who cannot be asked is shown with the reason', async () => {
    const user = (await rpc(page, 'Signing.Candidates', contract.id)).find((x) => x.type === 'user');
    await page.getByTestId('party-add').click();
    const lise = page.getByRole('radio', { name: 'Lise Roy' });
    await lise.waitFor();
    assert(await lise.isDisabled(), 'Lise without access can be asked');
    await page.getByText('Lise Roy n’a pas accès au portail').waitFor();
    await look(page, 'party');
    await page.keyboard.press('Escape');
    await page.getByTestId('party-save').waitFor({ state: 'detached' });
    await pick('Collaborateur', () => choose('Zoé Lenoir'));
    await pick('Utilisateur', () => choose(user.name));
    equal((await centre('approval')).parties.map((p) => p.type), ['contact', 'user'], 'the parties');
  });
  await must('the order by key', async () => {
    await page.getByTestId('party-handle').last().focus();
    await page.keyboard.press('ArrowUp');
    await until('the order', async () => (await centre('approval')).parties[0].type === 'user');
    equal(await page.evaluate(() => document.activeElement?.closest('[data-party]')?.querySelector('strong')?.textContent), (await centre('approval')).parties[0].name, 'the focus goes with it');
  });
  await must('what will happen is said; it is asked only because the contract becomes visible', async () => {
    await page.getByRole('checkbox', { name: 'annexe.txt' }).check();
    await page.getByRole('checkbox', { name: 'contrat.pdf' }).check();
    await page.getByTestId('centre-message').fill('Merci de relire l’article 4.');
    await page.getByTestId('centre-message').blur();
    await until('kept', async () => (await centre('approval')).message !== '');
    await page.getByTestId('centre-happens').getByText('Zoé Lenoir').waitFor();
    const words = plain(await page.getByTestId('centre-happens').innerText());
    assert(/Prévenu dès maintenant/.test(words) && /devient visible dans le portail de Crèmerie Lenoir/.test(words) && /Masqué dans le portail/.test(words), words);
    await look(page, 'setup');
    await page.getByTestId('centre-start').click();
    await confirmed();
    await page.getByTestId('own-turn').waitFor();
    equal((await centre('approval')).round.turns.map((x) => x.state), ['asked', 'waiting'], 'the turns');
    await look(page, 'open');
  });
  const zoe = await (await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true })).newPage();
  watch(zoe, []);
  const toContract = async (to, words) => {
    const mail = await until(`a mail to ${to}`, () => mails(words, to).at(-1));
    const link = /https?:\/\/\S+\/[lc]\/[\w-]+/.exec(mail.text)?.[0];
    assert(link, mail.text);
    return link;
  };
  await must('the user approves here, and the second one is told', async () => {
    await page.getByTestId('own-approve').click();
    await until('the second turn', async () => (await centre('approval')).round.turns[1].state === 'asked');
    await zoe.goto(await toContract('zoe@lenoir.example', 'Contrat à approuver'));
  });
  await must('the customer refuses with a reason, and the window says so', async () => {
    const refuse = zoe.locator('form[action$="/refuser"]');
    await zoe.locator('details:has(form[action$="/refuser"]) > summary').first().click();
    await refuse.locator('textarea').fill('Le prix de l’article 4 a changé.');
    await refuse.locator('button[type="submit"], button.danger, button').last().click();
    await until('refused', async () => (await centre('approval')).round.state === 'refused');
    await page.getByText('Le prix de l’article 4 a changé.').waitFor();
    await look(page, 'refused');
  });
  await must('a round is cancelled, with those named who are told', async () => {
    await page.getByTestId('centre-start').click();
    await confirmed();
    await until('round 2', async () => (await centre('approval')).round.n === 2);
    await page.getByRole('button', { name: 'Autres actions pour cette demande' }).click();
    await page.getByRole('menuitem', { name: 'Annuler la demande' }).click();
    await page.getByText(/Ces personnes sont prévenues par courriel/).waitFor();
    await confirmed();
    await until('cancelled', async () => (await centre('approval')).round.state === 'cancelled');
  });
  await must('another round; a new version of a file begins it again, and says so', async () => {
    await page.getByTestId('centre-start').click();
    await confirmed();
    await until('round 3', async () => (await centre('approval')).round.n === 3);
    await page.getByTestId('own-approve').click();
    await until('approved', async () => (await centre('approval')).round.turns[0].state === 'approved');
    writeFileSync(join(home, 'contrat.pdf'), pdf('Contrat d entretien, prix de l article 4'));
    await go('files');
    await page.getByTestId('contract-file-input').setInputFiles(join(home, 'contrat.pdf'));
    await page.getByTestId('taken-version').click();
    await until('round 4', async () => (await centre('approval')).round.n === 4);
    await go('approval');
    await page.getByText('Demandes précédentes').waitFor();
    await page.locator('details', { hasText: 'Recommencé' }).first().locator('summary').click();
    await page.getByText('Un document ou une personne a changé').first().waitFor();
    await look(page, 'restarted');
  });
  await check('a stale answer is a clear sentence, and the view is the present one', async () => {
    const old = (await centre('approval')).history[0];
    const said = await page.evaluate(async ([turnId, digest]) => (await fetch('/rpc/Signing.Approve', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': 'fr' }, body: JSON.stringify([{ turnId, digest, reason: '' }, 'stale-e2e']) })).json(), [old.turns[0].id, 'f'.repeat(64)]);
    assert(said.error || said.result?.again, JSON.stringify(said));
  });
  trouble.splice(0);
  await must('both approve', async () => {
    await page.getByTestId('own-approve').click();
    await until('the second turn', async () => (await centre('approval')).round.turns[1].state === 'asked');
    await zoe.goto(new URL(`/contrats/${contract.id}`, zoe.url()).href);
    await zoe.locator('form[action$="/approuver"] button').first().click();
    await until('approved', async () => (await centre('approval')).round.state === 'done');
    await page.getByText('Approuvé').first().waitFor();
  });
  await check('Montrer au client: the whole contract once on a phone, with whoever is beside; who does not see it is offered the sharing', async () => {
    await page.getByRole('button', { name: 'Plus d’actions' }).first().click();
    await until('the first entry has the focus', () => page.evaluate(() => document.activeElement?.getAttribute('role') === 'menuitem'));
    await page.getByRole('menuitem', { name: 'Montrer au client' }).click();
    const img = page.getByAltText('Code à usage unique qui montre le contrat à Zoé Lenoir');
    await img.waitFor();
    await look(page, 'show');
    const address = readQR(decodeURIComponent((await img.getAttribute('src')).slice('data:image/svg+xml;charset=utf-8,'.length)));
    const p = await (await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true })).newPage();
    watch(p, []);
    await p.goto(address);
    await p.getByText('Vous lisez ce contrat en tant que Zoé Lenoir').waitFor();
    if (process.env.E2E_LOOK) for (const colorScheme of ['dark', 'light']) { await p.emulateMedia({ colorScheme }); await p.screenshot({ path: join(pictures, `show-phone-${colorScheme}.png`), fullPage: true }); }
    equal(await p.locator('textarea[name="message"]').count(), 0, 'what is said is said face to face');
    await page.locator('[data-testid="hand-off"][data-state="open"]').waitFor();
    const again = await (await b.newContext({ locale: 'fr-FR' })).newPage();
    equal((await again.goto(address)).status(), 410, 'a second phone');
    await page.getByTestId('hand-off-end').click();
    await page.locator('[data-testid="hand-off"][data-state="ended"]').waitFor();
    assert((await p.reload()).url().endsWith('/connexion') || (await p.getByText('Zoé Lenoir').count()) === 0, 'open after its end');
    await page.locator('input[data-testid="show-person"], [data-testid="show-person"] input').first().click();
    await page.getByRole('option', { name: 'Lise Roy' }).click();
    await page.getByText('Lise Roy ne peut pas lire le contrat').waitFor();
    await look(page, 'show-not');
    await page.getByTestId('show-share').click();
    await page.getByTestId('share-requester').first().waitFor();
    await page.keyboard.press('Escape');
    await leave(p.context());
    await leave(again.context());
  });
  await must('signatories: a user, a contact without access, somebody from outside; only the PDF', async () => {
    await go('signature');
    const user = (await rpc(page, 'Signing.Candidates', contract.id)).find((x) => x.type === 'user');
    await pick('Utilisateur', () => choose(user.name));
    await pick('Collaborateur', () => choose('Lise Roy'));
    await pick('Personne extérieure', async () => { await page.getByTestId('guest-name').fill('Maître Aubry'); await page.getByTestId('guest-email').fill('aubry@notaire.example'); await page.getByTestId('party-capacity').fill('notaire'); });
    assert(await page.getByRole('checkbox', { name: 'annexe.txt' }).isDisabled(), 'a text can be signed');
    await page.getByRole('checkbox', { name: 'contrat.pdf' }).check();
    await page.getByTestId('centre-all').check();
    await until('kept', async () => { const now = await centre('signature'); return !now.ordered && now.files.some((f) => f.chosen); });
    await page.getByTestId('centre-happens').getByText('Maître Aubry').waitFor();
    await look(page, 'signature-setup');
    await page.getByTestId('centre-start').click();
    await confirmed();
    await page.getByTestId('own-sign').waitFor();
    await look(page, 'signature-open');
  });
  await must('Lise refuses on the firm’s screen, with a reason; the firm asks again', async () => {
    await row('Lise Roy').getByTestId('sign-here').click();
    await page.getByTestId('sign-screen').click();
    await page.getByTestId('sign-refuse').click();
    await page.getByTestId('refuse-reason').fill('Le préavis est trop long.');
    await look(page, 'refuse-here');
    await page.getByTestId('refuse-do').click();
    await page.getByText('Votre refus est enregistré').waitFor();
    await look(page, 'refused-here');
    await page.getByTestId('sign-back').click();
    const over = (await centre('signature')).round;
    equal([over.state, over.turns.find((x) => x.name === 'Lise Roy').reason], ['refused', 'Le préavis est trop long.'], 'the round');
    await page.getByTestId('centre-start').click();
    await confirmed();
    await page.getByTestId('own-sign').waitFor();
  });
  await check('somebody is reminded, and another one replaced by somebody else', async () => {
    const act = async (name, entry) => { await page.getByRole('button', { name: `Autres actions pour ${name}`, exact: true }).click(); await page.getByRole('menuitem', { name: entry }).click(); };
    await act('Maître Aubry', 'Relancer');
    await row('Maître Aubry').getByText(/Relancé le/).waitFor();
    await act('Maître Aubry', 'Remplacer');
    await page.getByTestId('party-type').getByText('Personne extérieure', { exact: true }).click();
    await page.getByTestId('guest-name').fill('Maître Brunel');
    await page.getByTestId('guest-email').fill('brunel@notaire.example');
    await page.getByTestId('party-save').click();
    await row('Maître Brunel').getByText('Réponse attendue').waitFor();
    await row('Maître Aubry').getByText('Retiré').waitFor();
  });
  await must('the user signs at the desk, by keys alone', async () => {
    await page.getByTestId('own-sign').click();
    await page.getByTestId('sign-do').waitFor();
    await page.getByTestId('sign-do').click();
    await page.getByText('Cochez la case pour accepter').waitFor();
    await look(page, 'sign-wrong');
    await page.getByTestId('sign-consent').focus();
    await page.keyboard.press('Space');
    await page.getByTestId('sign-do').press('Enter');
    await page.getByTestId('sign-thanks').waitFor();
    await page.getByTestId('sign-back').click();
    await until('signed', async () => (await centre('signature')).round.turns.some((x) => x.state === 'signed' && x.signature.method === 'desk'));
  });
  trouble.splice(0); // the refusal is an answer of 422
  await must('Lise signs on the firm’s screen, with the pen; the page says thanks and stays', async () => {
    await row('Lise Roy').getByTestId('sign-here').click();
    await page.getByTestId('sign-screen').click();
    await page.locator('canvas').waitFor();
    await page.getByTestId('sign-consent').check();
    const box = await page.getByTestId('pad').boundingBox();
    await page.mouse.move(box.x + 60, box.y + 90);
    await page.mouse.down();
    for (let i = 1; i < 24; i++) await page.mouse.move(box.x + 60 + i * 9, box.y + 70 + Math.sin(i / 2) * 28);
    await page.mouse.up();
    await look(page, 'sign');
    await page.keyboard.press('Escape');
    await page.getByTestId('sign-do').click();
    await page.getByTestId('sign-thanks').waitFor();
    await look(page, 'thanks');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.evaluate(() => history.back());
    await page.waitForTimeout(400);
    equal(await page.getByRole('combobox').count(), 0, 'the palette over the page that was handed over');
    assert(await page.getByTestId('sign-thanks').isVisible(), 'a key leads back');
    await page.getByTestId('sign-back').click();
    const turn = (await centre('signature')).round.turns.find((x) => x.name === 'Lise Roy');
    equal([turn.signature.method, turn.signature.drawing.path.startsWith('M'), turn.signature.operator !== '', turn.signature.address], ['in_person', true, true, ''], 'the signature');
  });
  await must('Maître Brunel signs on the own phone, by a code that opens once', async () => {
    await row('Maître Brunel').getByTestId('sign-here').click();
    await page.getByTestId('sign-phone').click();
    const img = page.getByAltText(/Code à usage unique pour la signature de/);
    await img.waitFor();
    await look(page, 'handoff');
    const address = readQR(decodeURIComponent((await img.getAttribute('src')).slice('data:image/svg+xml;charset=utf-8,'.length)));
    const p = await (await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true })).newPage();
    watch(p, []);
    await p.goto(address);
    await page.locator('[data-testid="hand-off"][data-state="open"]').waitFor();
    const again = await (await b.newContext({ locale: 'fr-FR' })).newPage();
    assert((await again.goto(address)).status() >= 400, 'the code opens twice');
    const form = p.locator('form[action$="/signer"]');
    await form.locator('input[type="checkbox"]').check();
    await form.locator('button.primary, button[type="submit"], button').last().click();
    await page.locator('[data-testid="hand-off"][data-state="signed"]').waitFor();
    await page.keyboard.press('Escape');
    await leave(p.context());
  });
  let paper;
  await must('all have signed: the sealed paper is there, and sound', async () => {
    paper = await until('the sealed paper', async () => (await centre('signature')).sealed[0], 60);
    await page.getByTestId('sealed-paper').waitFor();
    await look(page, 'sealed');
    await page.getByTestId('paper-verify').click();
    await page.locator('[data-testid="verdict"][data-verdict="sealed"]').waitFor();
    await look(page, 'paper-verified');
    await page.keyboard.press('Escape');
    await page.getByTestId('round-evidence').first().click();
    await page.locator('[data-testid="evidence-sound"][data-sound="true"]').waitFor();
    await look(page, 'evidence');
    await page.keyboard.press('Escape');
  });
  await check('Vérifier: the file as it is, one byte altered, another file', async () => {
    const bytes = Buffer.from(await page.evaluate(async (id) => Array.from(new Uint8Array(await (await fetch(`/files/contract-versions/${id}`)).arrayBuffer())), paper.versionId));
    const altered = Buffer.from(bytes);
    altered[altered.indexOf('Contrat d entretien') + 3] ^= 1;
    writeFileSync(join(home, 'signe.pdf'), bytes);
    writeFileSync(join(home, 'altere.pdf'), altered);
    await page.goto(`${program.base}/#/contracts/verify`);
    await page.getByTestId('verify-choose').waitFor();
    await look(page, 'verify');
    for (const [name, verdict] of [['signe.pdf', 'sealed'], ['altere.pdf', 'altered'], ['contrat.pdf', 'unsealed']]) {
      await page.getByTestId('verify-input').setInputFiles(join(home, name));
      await page.locator(`[data-testid="verdict"][data-verdict="${verdict}"]`).waitFor();
      await look(page, `verify-${verdict}`);
    }
    assert(readFileSync(join(home, 'signe.pdf')).equals(bytes), 'the file');
  });
  await check('nothing was refused that should not have been', async () => { equal(trouble, [], 'trouble'); });
  await leave(b);
});
