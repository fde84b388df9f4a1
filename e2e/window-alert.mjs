// A message of a customer raises a notification on the desktop: what the window puts on the session bus is watched. Used by window.mjs.
import { spawn } from 'node:child_process';
import { assert, finallyDo, until } from './lib.mjs';

const contact = { nom: 'camille.roussel@cafe-lumiere.example', 'mot-de-passe': 'Copeaux-Bleus-27' };

/** What calls of notifications pass on the bus. */
function bus() {
  const monitor = spawn('dbus-monitor', ['--session', "interface='org.freedesktop.Notifications',member='Notify'"], { stdio: ['ignore', 'pipe', 'ignore'] });
  const seen = { text: '' };
  monitor.stdout.on('data', (b) => { seen.text += b; });
  finallyDo(() => monitor.kill());
  return seen;
}

/** A contact signs in to the portal and begins a conversation. */
async function writes(base, words) {
  const post = (path, form, cookie = '') => fetch(base + path, { method: 'POST', redirect: 'manual', headers: { Origin: base, 'Sec-Fetch-Site': 'same-origin', Cookie: cookie }, body: new URLSearchParams(form) });
  const signed = await post('/connexion', contact);
  const cookie = signed.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
  const said = await post('/chat', { cle: 'key-e2e-window-alert', message: words }, cookie);
  assert(said.status === 303 && /fait=envoye/.test(said.headers.get('location')), `the message: ${said.status} ${said.headers.get('location')}`);
}

export async function alertOfAMessage(window, port) {
  const seen = bus();
  await window.rpc('Settings.SavePortal', { ...await window.rpc('Settings.Portal'), address: '127.0.0.1', port });
  const base = `http://127.0.0.1:${port}`;
  await until('the portal', () => fetch(`${base}/connexion`).then((r) => r.ok, () => false));
  const press = (what, css, words) => until(what, () => window.script(`const one = [...document.querySelectorAll(arguments[0])].find((e) => (e.innerText + (e.getAttribute('aria-label') ?? '')).includes(arguments[1])); one?.click(); return Boolean(one);`, css, words));
  await window.script('location.hash = "#/inbox"');
  await press('the menu', 'button', 'Plus d’actions');
  await press('its line', '[role=menuitem]', 'Avertissements');
  await press('without content', '[data-testid=alerts-plain]', '');
  await until('the choice', () => window.script('return localStorage.getItem("alerts") === "plain"'));
  assert(!/Notify/.test(seen.text), 'a notification before anything was said');
  await writes(base, 'Un secret de table');
  await until('the notification on the bus', () => /member=Notify/.test(seen.text) && seen.text.includes('Un message attend dans Comptoir'), 40);
  assert(!seen.text.includes('Un secret'), 'the words show on a locked screen');
}
