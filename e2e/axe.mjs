// Every screen and page, in both languages and themes, at desk and phone size: axe finds nothing, no text is a key, nothing
// is wider than the screen. Four views hold every pair of language, theme and size. E2E_LOOK=1 takes all eight and leaves
// pictures of them in e2e/out for looking at (E2E_LOOK=four: of the four). `node axe.mjs name…` takes some screens only.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { assert, browser, check, command, desk, deskPage, folder, leave, out, phone, rpc, run, serve, watch, within } from './lib.mjs';
import { prepareDoor } from './door-pages.mjs';
import { portalPages, prepare, screens } from './pages.mjs';

const require = createRequire(new URL('../frontend/package.json', import.meta.url));
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const only = process.argv.slice(2);
const wanted = (list) => (only.length ? list.filter((s) => only.includes(s.name)) : list);
const pictures = join(out, 'pages');
mkdirSync(pictures, { recursive: true });
const look = Boolean(process.env.E2E_LOOK);

const allViews = ['light', 'dark'].flatMap((theme) => ['fr', 'en'].flatMap((lang) => [['desk', desk], ['phone', phone]].map(([size, viewport]) => ({ theme, lang, size, viewport, name: `${theme}-${lang}-${size}` }))));
const patience = 90; // seconds; a machine under load needs five of them
// None or two of dark, English and phone: every pair is met.
const views = allViews.filter((v) => (look && process.env.E2E_LOOK !== 'four') || (Number(v.theme === 'dark') + Number(v.lang === 'en') + Number(v.size === 'phone')) % 2 === 0);
const locales = { fr: 'fr-FR', en: 'en-GB' };

/** What is wrong with the page as it stands. */
async function faults(page, view) {
  await page.evaluate(axe);
  return page.evaluate(async ({ lang, phoneSize }) => {
    const found = await window.axe.run({ exclude: [['iframe']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] });
    // What lies behind an open dialog is out of reach, and what a bar that stays in place covers comes out by scrolling: a
    // target's size counts where it stands free.
    const dialog = [...document.querySelectorAll('[role=dialog][aria-modal=true]')].at(-1);
    const small = async (n) => {
      const element = document.querySelector(n.target.at(-1));
      if (!element || (dialog && !dialog.contains(element))) return !element;
      element.scrollIntoView({ block: 'center' });
      const again = await window.axe.run(element, { runOnly: { type: 'rule', values: ['target-size'] }, resultTypes: ['violations'] });
      return again.violations.some((v) => v.nodes.some((x) => document.querySelector(x.target.at(-1)) === element));
    };
    const violations = [];
    for (const v of found.violations) {
      const nodes = [];
      for (const n of v.nodes) if (v.id !== 'target-size' || await small(n)) nodes.push(n);
      if (nodes.length) violations.push({ ...v, nodes });
    }
    const list = violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 2).map((n) => `${n.target} ${n.html.slice(0, 140)}`).join(' | ')}`);
    let text = document.body.innerText;
    for (const marks of [...document.querySelectorAll('[data-marks]')].map((m) => m.innerText).sort((x, y) => y.length - x.length)) text = text.replaceAll(marks, ''); // placeholders of canned replies, as they are written
    const keys = text.match(/(?<!\{\{)\b(?:window|common|portal|fault|mail|pdf|books|notice|history|unit)\.[a-z_]+[a-z_.]*\b/g);
    if (keys) list.push(`keys instead of words: ${keys.slice(0, 3).join(', ')}`);
    const holes = text.match(/(?<!\{)\{[a-z_]+\}(?!\})|undefined|\bNaN\b|\[object/g);
    if (holes) list.push(`holes in the words: ${holes.slice(0, 3).join(', ')}`);
    if (!document.documentElement.lang.startsWith(lang)) list.push(`the page says that it is in ${document.documentElement.lang}`);
    if (document.querySelectorAll('h1').length !== 1) list.push(`${document.querySelectorAll('h1').length} main headings`);
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) list.push(`${wide} px too wide${phoneSize ? ' for a phone' : ''}`);
    return list;
  }, { lang: view.lang, phoneSize: view.size === 'phone' });
}

const told = new Map();
/** One fault on many pages is told once, with the pages that have it. */
function tell(where, list) {
  for (const f of list) {
    const key = f.replace(/(mantine|_r_|«r)[-\w]*/g, '').replace(/[0-9a-z]{26}/g, '…');
    told.set(key, [...(told.get(key) ?? []), where]);
  }
}

async function visit(page, kind, s, view) {
  if (s.act) await s.act(page);
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .mantine-Skeleton-root, [data-skeleton]'), null, { timeout: 10_000 }).catch(() => undefined);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(kind === 'desk' ? 250 : 30);
  const where = `${kind}-${s.name}-${view.name}`;
  tell(where, await faults(page, view));
  if (look) await page.screenshot({ path: join(pictures, `${where}.png`), fullPage: view.size === 'phone' || kind === 'portal' });
}

/** Language and theme of the desk are the user's, kept by Go: each view answers the status for itself. */
async function asUser(context, view) {
  await context.route('**/rpc/System.Status', async (route) => {
    const answer = await (await route.fetch()).json();
    for (const whose of [answer.result?.company, answer.result?.user]) if (whose) Object.assign(whose, { language: view.lang, theme: view.theme });
    await route.fulfill({ json: answer });
  });
  await context.addInitScript(([theme, lang]) => { if (window !== window.top) return; localStorage.setItem('theme', theme); localStorage.setItem('lang', lang); }, [view.theme, view.lang]);
}

async function deskView(b, program, state, list, view) {
  const context = await b.newContext({ viewport: view.viewport, locale: locales[view.lang], colorScheme: view.theme, reducedMotion: 'reduce', timezoneId: 'Europe/Paris', storageState: state });
  await asUser(context, view);
  let trouble = [];
  const open = async () => {
    const page = await context.newPage();
    watch(page, { push: (x) => trouble.push(x) });
    await page.goto(program.base);
    return page;
  };
  // The window goes from screen to screen by itself; what an act has opened is left by loading anew.
  const show = async (page, s) => {
    await page.evaluate((path) => { location.hash = path; }, s.path);
    if (s.act) await page.reload();
    await page.locator('h1').first().waitFor({ timeout: 15_000 });
    await visit(page, 'desk', s, view);
    if (s.act) await page.goto(`${program.base}/#/`);
    if (s.act) await page.reload();
  };
  let page = await open();
  for (const s of list) {
    trouble = [];
    try { await within(patience, 'the screen', () => show(page, s)); } catch (e) {
      trouble.push(e.message.split('\n')[0]);
      await leave(page); // a screen that hangs takes no other with it
      page = await open();
    }
    // What tells of a refusal is answered so, and the browser notes it.
    tell(`desk-${s.name}-${view.name}`, trouble.filter((x) => !s.status || !x.includes(` ${s.status} `)));
  }
  await leave(context);
}

async function portalView(b, base, states, list, view) {
  for (const trust of Object.keys(states)) {
    const pages = list.filter((s) => s.trust === trust);
    if (!pages.length) continue;
    const context = await b.newContext({ viewport: view.viewport, locale: locales[view.lang], colorScheme: view.theme, reducedMotion: 'reduce', storageState: states[trust] });
    await context.addCookies([{ name: `langue-${new URL(base).port}`, value: view.lang, url: base }]);
    for (const s of pages) {
      const page = await context.newPage();
      const trouble = [];
      watch(page, trouble);
      try {
        await within(patience, 'the page', async () => { await page.goto(base + s.path); await visit(page, 'portal', s, view); });
      } catch (e) { trouble.push(e.message.split('\n')[0]); }
      // A page that tells of a refusal is answered so, and the browser notes it.
      tell(`portal-${s.name}-${view.name}`, trouble.filter((x) => ![s.status].flat().some((n) => n && x.includes(String(n)))));
      await leave(page);
    }
    await leave(context);
  }
}

/** Runs jobs, a few at a time. */
async function pool(jobs, n = 4) {
  const all = jobs.length;
  await Promise.all(Array.from({ length: n }, async () => {
    for (let job; (job = jobs.shift());) {
      const start = performance.now();
      await job();
      console.log(`     ${all - jobs.length} of ${all} begun; one took ${Math.round((performance.now() - start) / 1000)} s`);
    }
  }));
}

async function signedIn(b, base, user) {
  const context = await b.newContext({ locale: 'fr-FR' });
  const page = await context.newPage();
  await page.goto(`${base}/connexion`);
  await page.locator('main input:not([type=hidden])').nth(0).fill(user.userName);
  await page.locator('main input[type=password]').first().fill(user.password);
  await page.locator('form[action="/connexion"] button[type=submit]').click();
  await page.waitForURL((u) => u.pathname === '/');
  return context.storageState();
}

/** Somebody of the firm in a customer's place: her session of the portal. */
async function standsIn(b, page, name) {
  const customer = (await rpc(page, 'Customers.Find', name))[0];
  const context = await b.newContext({ locale: 'fr-FR' });
  const portal = await context.newPage();
  await portal.goto(await rpc(page, 'Portal.OpenAs', customer.id, ''));
  await portal.locator('.standin').waitFor();
  return context.storageState();
}

/** The screens before a company is open, and those before somebody is signed in, on programs of their own. */
async function starts(b, home, asks) {
  const fresh = await serve(home, '--data', join(home, 'empty'));
  mkdirSync(join(home, 'damaged'));
  writeFileSync(join(home, 'damaged', 'comptoir.db'), 'not a database. '.repeat(4096));
  const damaged = await serve(home, '--data', join(home, 'damaged'));
  damaged.troubled = true; // its log tells what is damaged
  const jobs = views.map((view) => () => deskView(b, asks.program, asks.state, wanted(asks.screens), view));
  for (const [name, program] of [['first-start', fresh], ['recovery', damaged]]) {
    const door = await b.newContext();
    await (await door.newPage()).goto(program.desk);
    const state = await door.storageState();
    for (const view of views) jobs.push(() => deskView(b, program, state, wanted([{ name, path: '/' }]), view));
  }
  return jobs;
}

run(async () => {
  const home = folder();
  const summary = JSON.parse((await command(home, 'demo', '--data', join(home, 'demo'), '--documents', '120', '--json')).split('\n').find((l) => l.startsWith('{')));
  const b = await browser();
  const asks = await prepareDoor(b, home, summary.users[0]); // copies the folder, which nothing has open yet
  const program = await serve(home, '--data', join(home, 'demo'));
  const trouble = [];
  const page = await deskPage(b, program, trouble);
  await page.locator('h1').first().waitFor();
  const user = summary.signIns.find((s) => s.lang === 'fr');
  const link = await b.newContext({ locale: 'fr-FR' });
  const made = await prepare(page, link, program.portal.replace(/\/$/, ''), user.customer);
  const base = program.portal.replace(/\/$/, '');
  const states = { nobody: undefined, ...made.access.states, ...made.contracts.states, link: await link.storageState(), password: await signedIn(b, base, user), firm: await standsIn(b, page, user.customer) };
  const deskState = await page.context().storageState();
  const deskList = wanted(await screens(page));
  const portalList = wanted(portalPages(made));
  const jobs = [...views.map((v) => () => portalView(b, base, states, portalList, v)), ...views.map((v) => () => deskView(b, program, deskState, deskList, v)), ...await starts(b, home, asks)];
  await pool(jobs);
  const before = wanted([{ name: 'first-start' }, { name: 'recovery' }, ...asks.screens]).length;
  const n = (deskList.length + portalList.length + before) * views.length;
  for (const [fault, where] of told) await check(`${fault}`, () => { throw new Error(`on ${where.length}: ${where.slice(0, 6).join(' ')}`); });
  await check(`${n} views of ${deskList.length + before} screens and ${portalList.length} pages: axe finds nothing`, () => assert(told.size === 0, `${told.size} faults`));
});
