// Files of the desk: what the end of a session refused comes once the person is back. Run by `npm test`.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createServer } from 'vite';

const asked = [];
let statuses = []; // what Go answers, in order
let server, files, session;
const turns = async (done, what) => { for (let i = 0; i < 2000; i++) { if (done()) return; await new Promise((ok) => setImmediate(ok)); } assert.fail(`never: ${what}`); };

before(async () => {
  globalThis.window = globalThis;
  globalThis.localStorage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  globalThis.document = { documentElement: {} };
  globalThis.fetch = async (href) => {
    asked.push(href);
    const status = statuses.shift() ?? 200;
    return { ok: status === 200, status, text: async () => 'refused', href };
  };
  server = await createServer({ root: new URL('..', import.meta.url).pathname, server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true } });
  await (await server.ssrLoadModule('/src/i18n/index.ts')).activate('fr');
  files = await server.ssrLoadModule('/src/api/files.ts');
  session = await server.ssrLoadModule('/src/api/session.ts');
});
after(() => server.close());
beforeEach(() => { asked.length = 0; statuses = []; });

/** Fetches, and tells how often the sign-in was asked for. */
function fetching(href) {
  let asks = 0;
  const off = session.onSignInNeeded(() => { asks++; });
  const done = files.fetchFile(href).then((r) => ({ r }), (e) => ({ e })).finally(off);
  return { done, asks: () => asks };
}

test('a file that the end of a session refused is fetched again after the sign-in', async () => {
  statuses = [401, 401, 200];
  const f = fetching('/files/lists/customers.csv');
  for (const n of [1, 2]) {
    await turns(() => f.asks() === n, `sign-in ${n}`);
    session.goOn();
  }
  assert.equal((await f.done).r.status, 200);
  assert.deepEqual(asked, Array(3).fill('/files/lists/customers.csv'));
});

test('whoever leaves, or somebody else who comes, gets nothing', async () => {
  statuses = [401, 200];
  const f = fetching('/files/x.pdf');
  await turns(() => f.asks() === 1, 'the sign-in');
  session.giveUp();
  assert.equal((await f.done).e.code, 'session');
  assert.equal(asked.length, 1);
});

test('any other refusal is told at once', async () => {
  statuses = [404];
  const f = fetching('/files/x.pdf');
  assert.equal((await f.done).e.code, 'not_found');
  assert.equal(f.asks(), 0);
});
