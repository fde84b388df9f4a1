// Opens every page given on standard input in Chromium, in both languages, themes and
// sizes; prints what axe finds, what overflows and what the console says, as JSON.
// Run by TestPagesInChromium. With SHOTS it also keeps a picture of each.
// One browser, one context and one tab a way: what takes time is opening them.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';

const job = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(job.modules + '/package.json');
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const port = new URL(job.base).port;
const browser = await chromium.launch({ executablePath: job.chromium, args: ['--no-sandbox'] });
const faults = [];
let shown = 0;
let checked = 0;
if (job.shots) mkdirSync(job.shots, { recursive: true });

const look = async (tab, page, where, { height, width, axe: deep }) => {
  const answer = await tab.goto(job.base + page.path, { waitUntil: 'load' });
  if (answer.status() !== page.status) faults.push(`${where}: status ${answer.status()}, not ${page.status}`);
  const { wide, below } = await tab.evaluate(async (h) => {
    await document.fonts.ready;
    return {
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      below: [...document.querySelectorAll('.due .figure, .due .btn, .due ~ .card .btn.primary')].slice(0, 2).filter((e) => e.getBoundingClientRect().bottom > h).length,
    };
  }, height);
  if (wide > 0) faults.push(`${where}: ${wide} px too wide`);
  if (page.first && width < 500 && below) faults.push(`${where}: the amount due or its button is not on the first screen`);
  if (job.shots) await tab.screenshot({ path: `${job.shots}/${where.replaceAll(' ', '-')}.png`, fullPage: true });
  if (deep) {
    await tab.evaluate(axe); // through the debugger: the page's own policy would refuse it, and is right
    const violations = await tab.evaluate(async (values) => (await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })).violations, tags);
    for (const v of violations) faults.push(`${where}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`);
    checked++;
  }
  shown++;
};

const walk = async (way) => {
  const { lang, theme, width, height } = way;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', locale: lang, isMobile: width < 500, hasTouch: width < 500, deviceScaleFactor: 1 });
  const tab = await context.newPage();
  let where = '';
  tab.on('console', (m) => { if (m.type() === 'error' && !/status of (4|5)\d\d/.test(m.text())) faults.push(`${where}: console: ${m.text()}`); });
  tab.on('pageerror', (e) => faults.push(`${where}: ${e}`));
  for (const [session, cookies] of Object.entries(job.sessions)) {
    await context.clearCookies();
    await context.addCookies(Object.entries({ langue: lang, ...cookies }).map(([name, value]) => ({ name: `${name}-${port}`, value, url: job.base })));
    for (const page of job.pages.filter((p) => p.session === session)) {
      where = `${page.name} ${lang} ${theme} ${width}`;
      await look(tab, page, where, way);
    }
  }
  await context.close();
};
await Promise.all(job.ways.map(walk));
await browser.close();
console.log(JSON.stringify({ shown, checked, faults }));
