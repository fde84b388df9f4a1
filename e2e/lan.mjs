// The desk for colleagues on the network, by this machine's own address: closed until switched on, HTTPS and sign-in alone,
// what a role may, sessions ended from afar with nothing lost; and the links of mails opened as addresses.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { networkInterfaces } from 'node:os';
import { assert, firstStart, browser, check, desk, deskPage, equal, folder, must, plain, rpc, run, serve, until, watch } from './lib.mjs';
import { mailServer } from './smtp.mjs';

const own = 'bonjour@lambert.example';
const moved = 'claire@lambert.example';
const ines = 'ines@lambert.example';
const first = 'Un-Bon-Mot-de-Passe-1';
const second = 'Deux-Pins-et-Sapin-2';

const outside = Object.values(networkInterfaces()).flat().find((a) => a.family === 'IPv4' && !a.internal)?.address;

/** Where a process listens, each address as the kernel writes it: 0100007F:1F90. */
function listening(pid) {
  const mine = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => { try { return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]; } catch { return undefined; } }));
  return ['tcp', 'tcp6'].flatMap((kind) => readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/)).filter((f) => f[3] === '0A' && mine.has(f[9])).map((f) => f[1]);
}
const loopback = (address) => /^(0100007F|0{24}01000000):/.test(address);

/** One request beside the browser, its certificate not asked for. */
const ask = (url, options = {}) => new Promise((ok, fail) => {
  const r = (url.startsWith('https') ? https : http).request(url, { rejectUnauthorized: false, lookup: (_, o, done) => (o.all ? done(null, [{ address: outside, family: 4 }]) : done(null, outside, 4)), ...options }, (answer) => { answer.resume(); answer.on('end', () => ok(answer)); });
  r.on('error', fail);
  r.end(options.body);
});

run(async () => {
  if (!outside) { console.log('skipped: this machine has no address but loopback: the desk on the network is not tried'); return; }
  const home = folder();
  const post = await mailServer();
  const program = await serve(home, '--data', `${home}/firm`);
  const trouble = [];
  const b = await browser(`--host-resolver-rules=MAP *.local ${outside}`);
  const page = await deskPage(b, program, trouble);
  const fill = (p, name, text) => p.locator(`input[data-field="${name}"], [data-field="${name}"] input`).last().fill(text);
  const at = (p, path) => p.evaluate((to) => { location.hash = to; }, path);
  const signIn = async (p, email, password) => { await fill(p, 'email', email); await fill(p, 'password', password); await p.getByTestId('sign-in').click(); };
  const inside = async (p) => { await p.locator('#gate > *').waitFor({ state: 'detached' }); await p.getByTestId('user-menu').waitFor(); };
  // A browser that was never here.
  const stranger = async () => {
    const context = await b.newContext({ viewport: desk, locale: 'fr-FR', timezoneId: 'Europe/Paris', reducedMotion: 'reduce', ignoreHTTPSErrors: true });
    const p = await context.newPage();
    watch(p, trouble);
    return p;
  };
  const mailAfter = (n, to, re) => until(`a mail to ${to} with ${re}`, () => post.mails.slice(n).find((m) => m.to.includes(to) && re.test(m.text)));
  const choose = /https:\/\/\S+\/choose#[\w-]{20,}/;
  const confirm = /https:\/\/\S+\/confirm#[\w-]{20,}/;
  const take = async (p, password) => {
    await fill(p, 'password', password);
    await fill(p, 'again', password);
    await p.getByTestId('choose-password').click();
  };

  await must('the principal has a company, a password, a mail server', async () => {
    await page.locator('input[data-field="name"], [data-field="name"] input').first().fill('Menuiserie Lambert');
    await page.locator('input[data-field="email"], [data-field="email"] input').first().fill(own);
    await firstStart(page);
    await page.getByTestId('new-invoice').first().waitFor();
    await at(page, '/settings/administrator');
    await page.getByTestId('change-password').click();
    await fill(page, 'password', first);
    await fill(page, 'again', first);
    await page.getByTestId('dialog-ok').click();
    await page.getByTestId('dialog-ok').waitFor({ state: 'detached' });
    const settings = await rpc(page, 'Settings.Mail');
    await rpc(page, 'Settings.SaveMail', { ...settings, host: '127.0.0.1', port: post.port, security: 'plain', plainAgreed: true, auth: 'none', fromAddress: own, password: null });
  });

  await check('off by default: nothing of the program listens on the network', async () => {
    equal((await rpc(page, 'Lan.View')).state, 'closed', 'state');
    const open = listening(program.pid);
    assert(open.length > 0 && open.every(loopback), `listens at ${open}`);
  });

  const base = await must('the principal switches it on, and it says where', async () => {
    await at(page, '/settings/colleagues');
    await page.getByTestId('lan-on').check({ force: true });
    await fill(page, 'port', '0');
    await page.getByTestId('save').click();
    await page.getByTestId('lan-addresses').getByRole('listitem').first().waitFor();
    const { addresses } = await rpc(page, 'Lan.View');
    // An address that is not private has no link of its own: the machine's name leads there then, as on the network.
    assert(addresses.every((a) => a.url.startsWith('https://') && !a.url.includes('localhost')), `addresses: ${addresses.map((a) => a.url)}`);
    return addresses[0].url;
  });

  await check('plain HTTP gets nothing there but the way to HTTPS; another name and a visitor without sign-in get nothing', async () => {
    const clear = base.replace('https:', 'http:');
    const shown = await ask(`${clear}/`);
    equal([shown.statusCode, shown.headers.location], [307, `${base}/`], 'a page in clear');
    const sent = await ask(`${clear}/rpc/Account.SignIn`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify([own, first]) });
    equal([sent.statusCode, sent.headers['set-cookie']], [403, undefined], 'a password in clear');
    equal((await ask(`${base}/`, { headers: { Host: 'elsewhere.example' } })).statusCode, 421, 'another name');
    equal((await ask(`${base}/files/logo`)).statusCode, 401, 'a file');
  });

  const colleague = await stranger();
  await must('a colleague is invited by mail; the link opened as an address has the password chosen, and opens the desk', async () => {
    const n = post.mails.length;
    await rpc(page, 'Users.Create', { id: '', version: 0, code: '', name: 'Inès Caron', email: ines, language: 'fr', role: 'sales' }, 'key-e2e-ines');
    const link = choose.exec((await mailAfter(n, ines, choose)).text)[0];
    assert(link.startsWith(`${base}/`), `the link leads to ${new URL(link).origin}`);
    await colleague.goto(link);
    await colleague.getByTestId('choose-password').waitFor();
    assert(!colleague.url().includes('choose'), 'the code stays in the address');
    await take(colleague, first);
    await inside(colleague);
  });

  const outAndIn = async () => { // signs out and in again by the door itself
    await colleague.getByTestId('user-menu').click();
    await colleague.getByTestId('sign-out').click();
    await colleague.getByTestId('sign-in').waitFor();
    await signIn(colleague, ines, first);
    await inside(colleague);
  };
  let customer = '';
  await check('the colleague signs out and in, makes a customer, and changes one', async () => {
    await outAndIn();
    const cookies = await colleague.context().cookies();
    const session = cookies.find((c) => c.name === '__Host-comptoir-user');
    assert(session?.secure && session.httpOnly, `the cookie: ${JSON.stringify({ ...session, value: '' })}`);
    await at(colleague, '/customers/new');
    await fill(colleague, 'name', 'Hôtel du Vieux Port');
    await colleague.getByTestId('save').click();
    await until('the page of the customer', () => /#\/customers\/(?!new)\w+/.test(colleague.url()));
    customer = /#(\/customers\/\w+)/.exec(colleague.url())[1];
    await at(colleague, '/customers');
    await colleague.getByText('Hôtel du Vieux Port').first().click();
    await fill(colleague, 'city', 'Rennes');
    await colleague.getByTestId('save').click();
    await until('what was saved', async () => (await rpc(page, 'Customers.Get', customer.split('/')[2])).city === 'Rennes');
  });

  await check('only what the role may: settings are closed, and so is what stands behind them', async () => {
    for (const [method, ...args] of [['Lan.View'], ['Users.Create', { id: '', version: 0, code: '', name: 'Moi', email: 'moi@lambert.example', language: 'fr', role: 'delegate' }, 'key-e2e-moi']]) {
      const why = await rpc(colleague, method, ...args).then(() => 'done', (e) => e.message);
      assert(/fault\.permission\./.test(why), `${method}: ${why}`);
    }
    await at(colleague, '/settings/colleagues');
    await until('the reason', async () => /rôle/.test(plain(await colleague.locator('#body-colleagues').innerText().catch(() => ''))));
    equal(await colleague.getByTestId('lan-on').count(), 0, 'the switch');
    await at(colleague, '/settings/users');
    await colleague.getByTestId('users').waitFor();
    equal(await colleague.getByTestId('new-user').count(), 0, 'the button to add');
  });
  trouble.splice(0); // what was refused above

  const other = await stranger();
  /** Ends the colleague's first session from the list in the colleague's other browser. */
  const endFirst = async () => {
    const theirs = await rpc(other, 'Account.Sessions');
    equal(theirs.map((s) => [s.door, s.address]), [['lan', outside], ['lan', outside]], 'the sessions');
    await at(other, '/');
    await at(other, '/settings/administrator');
    await other.getByTestId('sessions').getByRole('button', { name: /Fermer la session/ }).click();
    await colleague.getByTestId('sign-in').waitFor();
  };
  await check('a session ended from the list asks to sign in again, and keeps what was typed', async () => {
    await other.goto(`${base}/`);
    await signIn(other, ines, first);
    await inside(other);
    await at(colleague, customer);
    await fill(colleague, 'city', 'Saint-Malo');
    await endFirst();
    await signIn(colleague, ines, first);
    await inside(colleague);
    equal(await colleague.locator('input[data-field="city"], [data-field="city"] input').last().inputValue(), 'Saint-Malo', 'what was typed');
    await colleague.getByTestId('save').click();
    await until('what was saved', async () => (await rpc(page, 'Customers.Get', customer.split('/')[2])).city === 'Saint-Malo');
  });

  /** The end of the session comes while the browser does not hear of it: the upload is the first to be told. */
  const refusedFirst = async (act, sees) => {
    const answer = colleague.waitForResponse((r) => r.request().method() === 'POST' && r.url().includes('/files/'));
    for (const s of (await rpc(other, 'Account.Sessions')).filter((s) => !s.current)) await rpc(other, 'Account.EndSession', s.id);
    await act();
    equal((await answer).status(), 401, 'the answer to the upload');
    await colleague.getByTestId('sign-in').waitFor();
    await signIn(colleague, ines, first);
    await inside(colleague);
    await sees();
  };
  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n'), Buffer.alloc(3 << 20, 32), Buffer.from('\ntrailer\n<</Root 1 0 R>>\n%%EOF\n')]);
  await check('an upload that the end of the session refused goes by itself after signing in', async () => {
    await colleague.getByTestId('file-input').setInputFiles({ name: 'plan.pdf', mimeType: 'application/pdf', buffer: pdf });
    await refusedFirst(() => colleague.getByTestId('share-files').evaluate((e) => e.click()), async () => {
      await colleague.getByRole('list', { name: /./ }).getByText('plan.pdf').first().waitFor();
      await colleague.getByTestId('share-files').waitFor({ state: 'detached' });
    });
  });
  await check('so does a file for a contract, once', async () => {
    const form = { id: '', version: 0, title: 'Bail commercial', customerId: customer.split('/')[2], typeId: '', ownerId: '', startOn: '2026-12-01', endOn: '', renewal: 'none', renewalMonths: 0, noticeCount: 0, noticeUnit: 'month', remindDays: 30, valueMinor: 0, currency: 'EUR', description: '', notes: '' };
    const contract = await rpc(colleague, 'Contracts.Save', form, 'key-e2e-contract');
    await at(colleague, `/contracts/${contract.id}/files`);
    await colleague.getByTestId('contract-file-input').waitFor({ state: 'attached' });
    await refusedFirst(() => colleague.getByTestId('contract-file-input').setInputFiles({ name: 'bail.pdf', mimeType: 'application/pdf', buffer: pdf }), async () => {
      await colleague.getByRole('button', { name: 'bail.pdf', exact: true }).waitFor();
    });
    equal((await rpc(page, 'ContractFiles.List', contract.id)).files.map((f) => f.name), ['bail.pdf'], 'files');
  });

  await check('forgotten: the link of the mail opens by its address in a browser that was never here, once', async () => {
    const p = await stranger();
    await p.goto(`${base}/`);
    await p.getByTestId('forgotten').click();
    await fill(p, 'email', ines);
    const n = post.mails.length;
    await p.getByTestId('ask-link').click();
    const link = choose.exec((await mailAfter(n, ines, choose)).text)[0];
    const fresh = await stranger();
    await fresh.goto(link);
    await take(fresh, second);
    await inside(fresh);
    await colleague.getByTestId('sign-in').waitFor(); // the old password's sessions ended
    const again = await stranger();
    await again.goto(link);
    await until('the refusal in words', async () => /a déjà servi|n’est plus valable/.test(plain(await again.locator('#gate').innerText().catch(() => ''))));
    equal(await again.getByTestId('choose-password').count(), 0, 'the form');
    await again.getByRole('button', { name: /Revenir/ }).click();
    await signIn(again, ines, second);
    await inside(again);
  });

  await check('another address: the password is asked, the link is confirmed in a fresh browser, the old address is told', async () => {
    await page.reload();
    if (await until('the desk or its door', async () => (await page.getByTestId('sign-in').count()) ? 'door' : (await page.getByTestId('user-menu').count()) && 'desk') === 'door') await signIn(page, own, first);
    await inside(page);
    await at(page, '/settings/administrator');
    await page.getByTestId('change-email').click();
    await fill(page, 'email', moved);
    await fill(page, 'old', 'pas-le-bon-1A');
    await page.getByTestId('dialog-ok').click();
    await page.locator('[data-field="old"][aria-invalid="true"], [data-field="old"] [aria-invalid="true"]').first().waitFor();
    const n = post.mails.length;
    await fill(page, 'old', first);
    await page.getByTestId('dialog-ok').click();
    await page.getByTestId('pending-email').waitFor();
    const link = confirm.exec((await mailAfter(n, moved, confirm)).text)[0];
    const note = await until('the note to the old address', () => post.mails.slice(n).find((m) => m.to.includes(own)));
    assert(!/#[\w-]{20,}/.test(note.text), 'the old address gets the code');
    const fresh = await stranger();
    await fresh.goto(link);
    await fresh.getByTestId('confirm-email').click();
    await fresh.getByTestId('email-done').click();
    await signIn(fresh, moved, first);
    await inside(fresh);
    const twice = await stranger();
    await twice.goto(link);
    await until('the refusal in words', async () => /a déjà servi|n’est plus valable/.test(plain(await twice.locator('#gate').innerText().catch(() => ''))));

    // The principal, from the network too, is ended from the list at the machine.
    await at(page, '/settings');
    await at(page, '/settings/administrator');
    await page.getByTestId('sessions').getByText(outside, { exact: false }).first().waitFor();
    await page.getByTestId('sessions').getByRole('listitem').filter({ hasText: outside }).getByRole('button', { name: /Fermer la session/ }).click();
    await fresh.getByTestId('sign-in').waitFor();
  });

  await check('the principal closes the colleague: out at once, and the password opens nothing', async () => {
    const p = await stranger();
    await p.goto(`${base}/`);
    await signIn(p, ines, second);
    await inside(p);
    await at(page, '/settings/users');
    await page.getByRole('button', { name: /Actions sur .*Inès Caron/ }).click();
    await page.getByRole('menuitem', { name: 'Fermer l’accès' }).click();
    await page.getByTestId('confirm').click();
    await until('proof or done', async () => (await page.getByTestId('prove').count()) || (await rpc(page, 'Users.List')).some((u) => u.email === ines && u.state !== 'active'));
    if (await page.getByTestId('prove').count()) { await fill(page, 'old', first); await page.getByTestId('prove').click(); }
    await p.getByTestId('sign-in').waitFor();
    await signIn(p, ines, second);
    await p.getByRole('alert').waitFor();
  });

  await check('switched off, nothing answers there', async () => {
    await at(page, '/settings/colleagues');
    await page.getByTestId('lan-addresses').waitFor();
    await page.getByTestId('lan-on').uncheck({ force: true });
    await page.getByTestId('save').click();
    await page.getByTestId('lan-addresses').waitFor({ state: 'detached' });
    const open = listening(program.pid);
    assert(open.every(loopback), `listens at ${open}`);
    equal(await ask(`${base}/`).then(() => 'an answer', (e) => e.code), 'ECONNREFUSED', 'the port');
  });
  // Refused sessions and the door's end are what this script is about.
  const told = trouble.filter((line) => !/ 401 |status of 401|ERR_CONNECTION|ERR_HTTP2|ERR_NETWORK/.test(line));
  await check('no page complained', () => equal(told, [], 'trouble'));
});
