// Opens every page given on standard input in Chromium, in both languages, themes and
// sizes; prints what axe finds, what overflows and what the console says, as JSON.
// Run by TestPagesInChromium. With SHOTS it also keeps a picture of each.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';

const job = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(job.modules + '/package.json');
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

const port = new URL(job.base).port;
const browser = await chromium.launch({ executablePath: job.chromium, args: ['--no-sandbox'] });
const faults = [];
let shown = 0;
const walk = async ({ lang, theme, width, height }) => {
  for (const session of Object.keys(job.sessions)) {
    const pages = job.pages.filter((p) => p.session === session);
    if (!pages.length) continue;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: lang, isMobile: width < 500, hasTouch: width < 500, deviceScaleFactor: 1, javaScriptEnabled: job.scripts });
    await context.addCookies([{ name: `langue-${port}`, value: lang, url: job.base }]);
    const cookies = job.sessions[session];
    if (cookies) await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name: `${name}-${port}`, value, url: job.base })));
    for (const page of pages) {
      const tab = await context.newPage();
      const where = `${page.name} ${lang} ${theme} ${width}`;
      tab.on('console', (m) => { if (m.type() === 'error' && !/status of (4|5)\d\d/.test(m.text())) faults.push(`${where}: console: ${m.text()}`); });
      tab.on('pageerror', (e) => faults.push(`${where}: ${e}`));
      const answer = await tab.goto(job.base + page.path, { waitUntil: 'networkidle' });
      if (answer.status() !== page.status) faults.push(`${where}: status ${answer.status()}, not ${page.status}`);
      if (job.shots) {
        mkdirSync(job.shots, { recursive: true });
        await tab.screenshot({ path: `${job.shots}/${page.name}-${lang}-${theme}-${width}.png`, fullPage: true });
      }
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) faults.push(`${where}: ${wide} px too wide`);
      if (page.first && width < 500) {
        const below = await tab.evaluate((h) => [...document.querySelectorAll('.figure, .btn.primary')].slice(0, 2).filter((e) => e.getBoundingClientRect().bottom > h).length, height);
        if (below) faults.push(`${where}: the amount due or its button is not on the first screen`);
      }
      if (job.scripts && !job.quick) {
        const result = await new AxeBuilder({ page: tab }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        for (const v of result.violations) faults.push(`${where}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`);
      }
      shown++;
      await tab.close();
    }
    await context.close();
  }
};
await Promise.all(job.ways.map(walk));
await browser.close();
console.log(JSON.stringify({ shown, faults }));
