// What one writes to customers until Go has it: kept, sent in order, once. Run by `npm test`.
import assert from 'node:assert/strict';
import { after, before, beforeEach, mock, test } from 'node:test';
import { createServer } from 'vite';

const stored = new Map();
const calls = []; // what was asked of Go: [id, text, key]
let answer; // what Go says to a message; a throw is a line that is dead
const turns = async (done, what) => { for (let i = 0; i < 2000; i++) { if (done()) return; await new Promise((ok) => setImmediate(ok)); } assert.fail(`never: ${what}`); };
const refused = (key, code = 'invalid') => ({ error: { code, key, message: key, fields: {} } });

let server, out, session, listeners;
before(async () => {
  listeners = {};
  globalThis.window = globalThis;
  globalThis.addEventListener = (name, fn) => { (listeners[name] ??= []).push(fn); };
  globalThis.localStorage = { getItem: (k) => stored.get(k) ?? null, setItem: (k, v) => stored.set(k, v), removeItem: (k) => stored.delete(k) };
  globalThis.document = { documentElement: {}, visibilityState: 'visible', addEventListener: () => undefined };
  globalThis.EventSource = class { static CLOSED = 2; close() {} };
  globalThis.fetch = async (path, init) => {
    const args = JSON.parse(init.body);
    calls.push(args);
    const said = await answer(...args);
    return { ok: true, status: 200, json: async () => said };
  };
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  server = await createServer({ root: new URL('..', import.meta.url).pathname, server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true } });
  await (await server.ssrLoadModule('/src/i18n/index.ts')).activate('fr');
  out = await server.ssrLoadModule('/src/screens/inbox/outgoing.ts');
  session = await server.ssrLoadModule('/src/api/session.ts');
});
after(async () => { mock.timers.reset(); await server.close(); });

let n = 0;
const kept = (what, space) => JSON.parse(stored.get(`${what}.${space}`) ?? 'null');
const space = () => `firm/user${n}`;
beforeEach(() => { n++; calls.length = 0; stored.clear(); answer = () => ({ result: {} }); out.openSpace(space()); });

test('drafts are kept for each conversation, and for whoever is signed in', () => {
  out.setDraft('a', 'Bonjour');
  out.setDraft('b', 'Bonsoir');
  out.setDraft('b', '');
  assert.deepEqual(kept('drafts', space()), { a: 'Bonjour' });
  out.openSpace('firm/colleague');
  assert.equal(out.draftOf('a'), '');
  out.openSpace(space());
  assert.equal(out.draftOf('a'), 'Bonjour');
});

test('a message goes once, and nothing of it is left', async () => {
  out.setDraft('a', 'Oui');
  out.sendSoon('a', 'Oui', []);
  assert.equal(out.draftOf('a'), '');
  await turns(() => kept('outgoing', space())?.length === 0, 'sent');
  assert.deepEqual(calls.map(([id, text]) => [id, text]), [['a', 'Oui']]);
});

test('without a line messages wait in order, and go again under the same keys', async () => {
  answer = () => { throw new TypeError('no line'); };
  out.sendSoon('a', 'un', []);
  await turns(() => calls.length === 1, 'tried');
  out.sendSoon('a', 'deux', []);
  await new Promise((ok) => setImmediate(ok));
  await out.flush();
  await new Promise((ok) => setImmediate(ok));
  assert.deepEqual(kept('outgoing', space()).map((m) => m.text), ['un', 'deux']);
  const keys = kept('outgoing', space()).map((m) => m.key);
  answer = () => ({ result: {} });
  calls.length = 0;
  listeners.online.forEach((fn) => fn());
  await turns(() => kept('outgoing', space()).length === 0, 'sent');
  assert.deepEqual(calls.map(([, text, key]) => [text, key]), [['un', keys[0]], ['deux', keys[1]]]);
});

test('they go by themselves after a while, too', async () => {
  answer = () => { throw new TypeError('no line'); };
  out.sendSoon('a', 'un', []);
  await turns(() => calls.length === 1, 'tried');
  await new Promise((ok) => setImmediate(ok));
  answer = () => ({ result: {} });
  await turns(() => { mock.timers.tick(30_000); return kept('outgoing', space()).length === 0; }, 'sent');
  assert.equal(calls[0][2], calls.at(-1)[2], 'the same key');
});

test('what waited goes on when the window is opened again', async () => {
  stored.set('outgoing.firm/later', JSON.stringify([{ key: 'key-of-before', id: 'a', text: 'avant', at: '2026-11-22T10:00:00Z' }]));
  out.openSpace('firm/later');
  await turns(() => { mock.timers.tick(1); return calls.length === 1; }, 'sent');
  assert.deepEqual(calls[0], ['a', 'avant', 'key-of-before']);
});

test('a message that is refused holds back its own conversation only, and can be taken back', async () => {
  answer = (id) => (id === 'a' ? refused('fault.not_found', 'not_found') : { result: {} });
  out.sendSoon('a', 'un', []);
  out.sendSoon('a', 'deux', []);
  out.sendSoon('b', 'trois', []);
  await turns(() => calls.some(([id]) => id === 'b') && kept('outgoing', space()).length === 2, 'the other went');
  assert.deepEqual(calls.map(([, text]) => text), ['un', 'trois']);
  const [first] = kept('outgoing', space());
  assert.equal(out.takeBack(first.key).text, 'un');
  answer = () => ({ result: {} });
  await out.flush();
  await turns(() => kept('outgoing', space()).length === 0, 'the next went');
  assert.equal(calls.at(-1)[1], 'deux');
});

test('a message with files is not kept beside the window: its words become the draft', async () => {
  answer = () => { throw new TypeError('no line'); };
  globalThis.FormData ??= class { append() {} };
  out.sendSoon('a', 'avec un plan', [new File(['x'], 'plan.txt')]);
  assert.deepEqual([kept('outgoing', space()), kept('drafts', space())], [[], { a: 'avec un plan' }]);
});

test('two tabs of one person do not undo each other’s drafts and messages', async () => {
  const other = { key: 'key-of-the-other-tab', id: 'b', text: 'en attente là-bas', at: '2026-11-22T10:00:00Z' };
  stored.set(`drafts.${space()}`, JSON.stringify({ b: 'écrit dans l’autre' }));
  stored.set(`outgoing.${space()}`, JSON.stringify([other]));
  out.setDraft('a', 'Bonjour');
  assert.deepEqual(kept('drafts', space()), { a: 'Bonjour', b: 'écrit dans l’autre' });
  assert.equal(out.draftOf('b'), 'écrit dans l’autre');
  out.sendSoon('a', 'Oui', []);
  await turns(() => calls.length === 1 && kept('outgoing', space()).length === 1, 'sent');
  assert.deepEqual([kept('outgoing', space()), kept('drafts', space())], [[other], { b: 'écrit dans l’autre' }]);
});

test('what waits does not go out in the name of who comes next, and goes when its writer is back', async () => {
  const mine = space();
  answer = () => { throw new TypeError('no line'); };
  out.sendSoon('a', 'de moi', []);
  await turns(() => calls.length === 1, 'tried');
  await new Promise((ok) => setImmediate(ok));
  out.setDraft('a', 'un brouillon');
  calls.length = 0;
  answer = () => ({ result: {} });
  session.giveUp(); // somebody else signs in
  out.openSpace(mine); // the page of before is drawn once more
  listeners.online.forEach((fn) => fn());
  mock.timers.tick(60_000);
  await out.flush();
  assert.deepEqual([calls, out.draftOf('a')], [[], '']);
  out.openSpace('firm/next');
  await out.flush();
  assert.deepEqual(calls, []);
  out.openSpace(mine);
  await turns(() => { mock.timers.tick(1); return calls.length === 1; }, 'sent');
  assert.deepEqual([calls[0][1], out.draftOf('a')], ['de moi', 'un brouillon']);
});

test('who signs out and is back finds what waited', async () => {
  stored.set('drafts.firm/back', JSON.stringify({ a: 'à suivre' }));
  out.openSpace('firm/back');
  session.giveUp();
  out.openSpace('firm/back');
  assert.equal(out.draftOf('a'), '');
  session.goOn();
  assert.equal(out.draftOf('a'), 'à suivre');
});

test('a message that is taken back stands before what was typed since', async () => {
  answer = () => refused('fault.not_found', 'not_found');
  out.sendSoon('a', 'un', []);
  await turns(() => calls.length === 1, 'tried');
  await new Promise((ok) => setImmediate(ok));
  out.setDraft('a', 'tapé depuis');
  out.intoField(out.takeBack(kept('outgoing', space())[0].key));
  assert.equal(out.draftOf('a'), 'un\ntapé depuis');
});

test('a reply that stands ready leaves alone what was typed while it was fetched', () => {
  assert.equal(out.filledIn('Bonjour /mer', 'Bonjour /mer', 8, 'Merci.'), 'Bonjour Merci.');
  assert.equal(out.filledIn('Bonjour /mer et encore', 'Bonjour /mer', 8, 'Merci.'), 'Bonjour Merci. et encore');
  assert.equal(out.filledIn('Bonjour', 'Bonjour', 7, 'Merci.'), 'Bonjour\nMerci.');
  assert.equal(out.filledIn('Tout autre chose', 'Bonjour', 7, 'Merci.'), 'Tout autre chose\nMerci.');
  assert.equal(out.filledIn('', 'Bonjour', 7, 'Merci.'), 'Merci.');
});
