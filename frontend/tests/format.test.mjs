// How dates are written for people. Run by `npm test`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer } from 'vite';

let server, formatFor, i18n;
before(async () => {
  globalThis.window = globalThis;
  globalThis.localStorage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  globalThis.document = { documentElement: {}, addEventListener: () => undefined };
  server = await createServer({ root: new URL('..', import.meta.url).pathname, server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true } });
  ({ formatFor } = await server.ssrLoadModule('/src/format/format.ts'));
  i18n = await server.ssrLoadModule('/src/i18n/index.ts');
});
after(() => server.close());

test('whole days say once what they share', async () => {
  for (const [lang, from, to, want] of [
    ['fr', '2027-08-01', '2027-08-15', '1er–15 août 2027'],
    ['en', '2027-08-02', '2027-08-15', '2–15 Aug 2027'],
    ['fr', '2027-07-28', '2027-08-01', '28 juillet – 1er août 2027'],
    ['en', '2026-12-31', '2027-01-02', '31 Dec 2026 – 2 Jan 2027'],
    ['en', '2026-08-02', '2027-08-02', '2 Aug 2026 – 2 Aug 2027'],
  ]) {
    await i18n.activate(lang);
    assert.equal(formatFor(lang).days(from, to), want);
  }
});
