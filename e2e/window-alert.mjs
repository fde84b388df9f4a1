// A message of a customer raises a notification on the desktop, which opens it when it is pressed and nothing when it is put away: a
// desktop of our own (fake-desktop.c) stands on the session bus. Used by window.mjs.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { assert, equal, finallyDo, folder, until } from './lib.mjs';

const contact = { nom: 'camille.roussel@cafe-lumiere.example', 'mot-de-passe': 'Copeaux-Bleus-27' };

/** The desktop: what it shows, and how one is pressed or put away. */
async function desktop() {
  const program = join(folder(), 'desktop');
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'gio-2.0'], { encoding: 'utf8' }).trim().split(/\s+/);
  execFileSync('cc', ['-O1', '-Wall', '-o', program, join(import.meta.dirname, 'fake-desktop.c'), ...flags]);
  const one = spawn(program, { stdio: ['pipe', 'pipe', 'ignore'] });
  let text = '';
  one.stdout.on('data', (b) => { text += b; });
  finallyDo(() => one.kill());
  await until('the desktop', () => text.startsWith('ready\n'));
  return {
    shown: () => text.split('\n').slice(1, -1).map((line) => { const [n, title, body, actions] = line.split('\t'); return { n: Number(n), title, body, actions }; }),
    tell: (words) => one.stdin.write(`${words}\n`),
  };
}

/** A contact signs in to the portal and begins a conversation. */
async function writes(base, words, key) {
  const post = (path, form, cookie = '') => fetch(base + path, { method: 'POST', redirect: 'manual', headers: { Origin: base, 'Sec-Fetch-Site': 'same-origin', Cookie: cookie }, body: new URLSearchParams(form) });
  const signed = await post('/connexion', contact);
  const cookie = signed.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
  const said = await post('/chat', { cle: key, message: words }, cookie);
  assert(said.status === 303 && /fait=envoye/.test(said.headers.get('location')), `the message: ${said.status} ${said.headers.get('location')}`);
}

export async function alertOfAMessage(window, port) {
  const desk = await desktop();
  await window.rpc('Settings.SavePortal', { ...await window.rpc('Settings.Portal'), address: '127.0.0.1', port });
  const base = `http://127.0.0.1:${port}`;
  await until('the portal', () => fetch(`${base}/connexion`).then((r) => r.ok, () => false));
  const press = (what, css, words) => until(what, () => window.script(`const one = [...document.querySelectorAll(arguments[0])].find((e) => (e.innerText + (e.getAttribute('aria-label') ?? '')).includes(arguments[1])); one?.click(); return Boolean(one);`, css, words));
  await window.script('location.hash = "#/inbox"');
  await press('the menu', 'button', 'Plus d’actions');
  await press('its line', '[role=menuitem]', 'Avertissements');
  await press('without content', '[data-testid=alerts-plain]', '');
  await until('the choice', () => window.script('return localStorage.getItem("alerts") === "plain"'));
  equal(desk.shown(), [], 'notifications before anything was said');
  await window.script('location.hash = "#/customers"');
  await writes(base, 'Un secret de table', 'key-e2e-window-alert-1');
  const told = await until('the notification on the desktop', () => desk.shown()[0], 40);
  equal([told.title, told.body, told.actions.split(',')[0]], ['Un message attend dans Comptoir', '', 'default'], 'the words show on a locked screen, or nothing can be pressed');
  desk.tell(`dismiss ${told.n}`);
  await writes(base, 'Un autre secret', 'key-e2e-window-alert-2');
  const second = await until('the second notification', () => desk.shown()[1], 40);
  equal(await window.script('return location.hash'), '#/customers', 'after the first was put away');
  desk.tell(`press ${second.n}`);
  await until('the conversation is open', () => window.script('return location.hash.startsWith("#/inbox/") && document.body.innerText.includes("Un autre secret")'), 40);
}
