// The production binary once in a real window: WebKitGTK under Xvfb, driven by WebDriver. Run by
// scripts/with-display node e2e/window.mjs; webview.c tells how the driver gets at the view.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { assert, binary, check, demo, equal, finallyDo, folder, freshHome, must, out, run, until } from './lib.mjs';
import { alertOfAMessage } from './window-alert.mjs';

const freePort = () => new Promise((ok) => {
  const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => ok(port)); });
});

/** Compiles the library that is preloaded. */
function shim(dir) {
  const so = join(dir, 'webview.so');
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'webkit2gtk-4.1'], { encoding: 'utf8' }).trim().split(/\s+/);
  execFileSync('cc', ['-O1', '-Wall', '-shared', '-fPIC', '-o', so, join(import.meta.dirname, 'webview.c'), ...flags]);
  return so;
}

/** A WebDriver session on the window; the program runs under a name that leaves its id and exit code behind. */
async function open(home, firm) {
  const dir = folder();
  const file = (name) => join(dir, name);
  writeFileSync(file('comptoir'), `#!/bin/sh\nLD_PRELOAD=${shim(dir)} ${binary} --data ${firm} >${file('program.log')} 2>&1 &\necho $! >${file('pid')}\nwait $!\necho $? >${file('code')}\n`);
  chmodSync(file('comptoir'), 0o755);
  const port = await freePort();
  // A pipe would be inherited by the program and keep this script waiting.
  const log = openSync(file('driver.log'), 'w');
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], { env: { ...freshHome(home), DISPLAY: process.env.DISPLAY, DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS, NO_AT_BRIDGE: '1' }, stdio: ['ignore', log, log] });
  closeSync(log);
  finallyDo(() => driver.kill());
  const ask = async (method, path, body) => {
    const r = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(30_000) });
    const { value } = await r.json();
    if (value?.error) throw new Error(`${path}: ${value.error}: ${value.message}`);
    return value;
  };
  await until('the driver', () => ask('GET', '/status').catch(() => false));
  const { sessionId } = await ask('POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary: file('comptoir'), args: [] } } } });
  const session = `/session/${sessionId}`;
  const find = (css) => until(css, async () => {
    try { return Object.values(await ask('POST', `${session}/element`, { using: 'css selector', value: css }))[0]; } catch { return ''; }
  });
  return {
    pid: Number(readFileSync(file('pid'), 'utf8')),
    read: (name) => { try { return readFileSync(file(name), 'utf8'); } catch { return ''; } },
    find,
    click: async (css) => ask('POST', `${session}/element/${await find(css)}/click`, {}),
    type: async (css, text) => ask('POST', `${session}/element/${await find(css)}/value`, { text }),
    script: (script, ...args) => ask('POST', `${session}/execute/sync`, { script, args }),
    rpc: (method, ...args) => ask('POST', `${session}/execute/async`, {
      script: 'const done = arguments[2]; fetch("/rpc/" + arguments[0], { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(arguments[1]) }).then((r) => r.json()).then((x) => done(x.result), (e) => done(String(e)))',
      args: [method, args],
    }),
  };
}

/** Is anything dark on the drawn page? */
const ink = `return [...document.querySelectorAll("canvas")].some((c) => {
  if (!c.width || !c.height) return false;
  const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  let dark = 0;
  for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200 && d[i] + d[i + 1] + d[i + 2] < 240) dark++;
  return dark > 200;
});`;

const alive = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };

run(async () => {
  const home = folder();
  const firm = await demo(home, 40);
  const began = performance.now();
  const window = await must('a window opens', () => open(home, firm));
  finallyDo(() => { if (alive(window.pid)) process.kill(window.pid, 'SIGKILL'); });
  try {
    await must('it shows the home of the demo company', async () => {
      await window.find('[data-testid="new-invoice"]');
      console.log(`     ready after ${Math.round(performance.now() - began)} ms`);
      const text = await window.script('return document.body.innerText');
      const status = await window.rpc('System.Status');
      assert(status.company?.demo, `the company is ${JSON.stringify(status)}`);
      assert(text.includes(status.company.name), `the company's name is not in ${text.slice(0, 400)}`);
      assert(await window.script('return "WailsInvoke" in window'), 'it runs in the window, not in a browser');
    });
    await check('what is typed comes to the program, and a notice comes back', async () => {
      await window.click('[data-testid="new-invoice"]');
      await window.type('[data-row="0"] [data-cell="description"]', 'Écrit dans la vraie fenêtre');
      await window.type('[data-row="0"] [data-cell="price"]', '12,50');
      await until('the total', () => window.script('return /15,00/.test(document.querySelector("[data-testid=total]")?.innerText ?? "")'));
      const drafts = await until('the draft', async () => (await window.rpc('Invoices.List', { words: '', state: 'draft', customerId: '', from: '', to: '', sort: '', desc: true, cursor: '', limit: 50 })).rows.filter((r) => r.totalInclMinor === 1500)[0]);
      assert(drafts.id, 'the draft is kept');
    });
    await check('a paper is drawn in the window', async () => {
      await until('ink on the preview', () => window.script(ink));
    });
    await check('the window keeps who signed in, without a cookie', async () => {
      const before = await window.rpc('System.Status');
      equal([before.door, before.signInNeeded, before.user?.role], ['window', false, 'principal'], 'the demo opens without a sign-in');
      const signed = await window.rpc('Account.SignIn', 'nadia@atelier-brindille.example', 'Copeaux-Bleus-27');
      equal(signed.user?.role, 'reader', 'who signed in');
      equal((await window.rpc('Account.Me')).signedIn, true, 'the next call knows it');
      equal(await window.script('return document.cookie'), '', 'cookies of the page');
      await window.rpc('Account.SignOut');
      equal((await window.rpc('Account.Me')).role, 'principal', 'after signing out');
    });
    await check('a message of a customer raises a notification on the desktop, without its words', async () => alertOfAMessage(window, await freePort()));
    await check('the browser has no way in', async () => {
      equal(await window.script('return location.protocol'), 'wails:', 'the address');
    });
    try { execFileSync('import', ['-window', 'root', join(out, 'window.png')]); } catch { console.log('skipped: a picture (no ImageMagick)'); }
  } catch (e) {
    console.log(window.read('driver.log').slice(-2000), window.read('program.log').slice(-2000));
    throw e;
  }
  await check('SIGTERM ends it in order', async () => {
    process.kill(window.pid, 'SIGTERM');
    await until('the program to end', () => window.read('code') !== '');
    equal(window.read('code').trim(), '0', `exit code, log: ${window.read('program.log').slice(-1500)}`);
    // The demo's portal has one port, which another program of this machine may hold.
    const trouble = window.read('program.log').split('\n').filter((l) => /panic|level=ERROR/.test(l) && !/port_taken/.test(l));
    equal(trouble, [], 'trouble in the log');
  });
  await check('the company is sound afterwards', async () => {
    const text = execFileSync(binary, ['check', '--data', firm], { env: freshHome(home), encoding: 'utf8' });
    assert(text.length > 0, 'check says something');
  });
});
