// Pictures of the gallery in both themes, both languages, desk and phone, and axe over it. Serves dist-gallery itself.
// node scripts/shots.mjs [folder for the pictures]
import { createServer } from 'node:http';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import AxeBuilder from '@axe-core/playwright';

const out = process.argv[2] ?? join(import.meta.dirname, '../.shots');
const root = join(import.meta.dirname, '../dist-gallery');
mkdirSync(out, { recursive: true });
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };
const server = createServer((q, s) => {
  const path = join(root, q.url.split('?')[0] === '/' ? 'index.html' : q.url.split('?')[0]);
  if (!path.startsWith(root) || !existsSync(path)) { s.writeHead(404).end(); return; }
  s.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream');
  s.end(readFileSync(path));
});
await new Promise((ok) => server.listen(0, '127.0.0.1', ok));
const base = `http://127.0.0.1:${server.address().port}/#/gallery`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let failed = 0;
for (const theme of ['light', 'dark']) for (const lang of ['fr', 'en']) for (const [size, width, height] of [['desk', 1280, 800], ['phone', 390, 844]]) {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', locale: 'fr-FR' });
  await context.addInitScript(([t, l]) => { localStorage.setItem('theme', t); localStorage.setItem('lang', l); }, [theme, lang]);
  const page = await context.newPage();
  page.on('pageerror', (e) => { failed++; console.log('pageerror', e.message); });
  await page.goto(base);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(out, `gallery-${theme}-${lang}-${size}.png`), fullPage: true });
  const { violations } = await new AxeBuilder({ page }).analyze();
  for (const v of violations) { failed++; console.log(theme, lang, size, v.id, v.impact, v.help, v.nodes.slice(0, 3).map((n) => `${n.target} ${n.html.slice(0, 140)} ${n.any[0]?.message ?? ''}`)); }
  await context.close();
}
await browser.close();
server.close();
console.log(failed ? `${failed} problems` : 'gallery: 8 views, axe clean');
process.exit(failed ? 1 : 0);
