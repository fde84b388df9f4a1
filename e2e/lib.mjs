// What the end-to-end scripts share: the program under test, the browser, a mail server, counted checks.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

// The packages of the window serve here as well: no second node_modules.
const require = createRequire(new URL('../frontend/package.json', import.meta.url));
const { chromium } = require('playwright-core');

export const binary = process.env.COMPTOIR_BIN ?? new URL('../build/bin/comptoir', import.meta.url).pathname;
export const out = new URL('out', import.meta.url).pathname;
mkdirSync(out, { recursive: true });

const atEnd = [];
/** Runs fn when the script ends, the last one first. */
export const finallyDo = (fn) => atEnd.unshift(fn);

let passed = 0;
let failed = 0;

/** What fn gives, or a failure that says what was waited for: nothing here may wait for ever. */
export async function within(seconds, what, fn) {
  let timer;
  try {
    return await Promise.race([fn(), new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`${what}: no end after ${seconds} s`)), seconds * 1000); })]);
  } finally { clearTimeout(timer); }
}

/** One named check; a failure is told and the script goes on. */
export async function check(name, fn) {
  try {
    const value = await within(180, name, async () => fn());
    passed++;
    console.log(`ok   ${name}`);
    return value;
  } catch (e) {
    failed++;
    console.log(`FAIL ${name}: ${e.stack ?? e}`);
    return undefined;
  }
}

/** Like check, but what follows makes no sense without it. */
export async function must(name, fn) {
  const before = failed;
  const value = await check(name, fn);
  if (failed > before) throw new Stop();
  return value;
}
class Stop extends Error {}

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}
export function equal(got, want, what = 'value') {
  assert(JSON.stringify(got) === JSON.stringify(want), `${what}: ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);
}

/** Runs the script and ends with `N passed, N failed`. */
export async function run(script) {
  try { await script(); } catch (e) {
    if (!(e instanceof Stop)) { failed++; console.log(`FAIL ${e.stack ?? e}`); }
  }
  for (const fn of atEnd) {
    try { await within(60, 'the end', async () => fn()); } catch (e) { failed++; console.log(`FAIL at the end: ${e.stack ?? e}`); }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

/** A folder of this script, gone afterwards. */
export function folder() {
  const dir = mkdtempSync(join(tmpdir(), `comptoir-${basename(process.argv[1], '.mjs')}-`));
  finallyDo(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The environment of a person who never used the program. */
export function freshHome(home) {
  const env = { ...process.env, HOME: home, LC_ALL: 'C.UTF-8', TZ: 'Europe/Paris' };
  for (const name of ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'DBUS_SESSION_BUS_ADDRESS']) delete env[name];
  return env;
}

/** Runs a command of the program to its end. */
export function command(home, ...args) {
  return within(240, `comptoir ${args.join(' ')}`, () => new Promise((ok, fail) => {
    let text = '';
    const p = spawn(binary, args, { env: freshHome(home), stdio: ['ignore', 'pipe', 'pipe'] });
    p.stdout.on('data', (b) => { text += b; });
    p.stderr.on('data', (b) => { text += b; });
    p.on('error', fail);
    p.on('exit', (code) => (code === 0 ? ok(text) : fail(new Error(`comptoir ${args.join(' ')} ended with ${code}: ${text}`))));
  }));
}

/** `comptoir serve` until the script ends; desk and portal as it printed them. */
export async function serve(home, ...args) {
  const p = spawn(binary, ['serve', '--portal', '127.0.0.1:0', ...args], { env: freshHome(home), stdio: ['ignore', 'pipe', 'pipe'] });
  const program = { pid: p.pid, desk: '', portal: '', log: '' };
  const ended = new Promise((ok) => p.on('exit', (code, signal) => ok({ code, signal })));
  p.stderr.on('data', (b) => { program.log += b; });
  program.stop = async () => {
    p.kill('SIGTERM');
    const end = await within(30, 'the end of the program', () => ended).catch(async (e) => {
      p.kill('SIGQUIT'); // its goroutines go to its log
      setTimeout(() => p.kill('SIGKILL'), 5_000);
      await ended;
      throw new Error(`${e.message}\n${program.log.slice(-20_000)}`);
    });
    equal(end, { code: 0, signal: null }, 'the end of the program');
    assert(program.troubled || !/panic|level=ERROR/.test(program.log), `the log tells of trouble:\n${program.log.slice(-3000)}`);
  };
  await new Promise((ok, fail) => {
    let text = '';
    const timer = setTimeout(() => fail(new Error(`the program is not ready: ${text}${program.log}`)), 60_000);
    p.on('exit', (code) => fail(new Error(`the program ended with ${code}: ${program.log}`)));
    p.stdout.on('data', (b) => {
      text += b;
      program.desk ||= /^desk (\S+)$/m.exec(text)?.[1] ?? '';
      program.portal ||= /^portal (\S+)$/m.exec(text)?.[1] ?? '';
      if (program.desk) { clearTimeout(timer); ok(); }
    });
  });
  program.base = new URL(program.desk).origin;
  finallyDo(program.stop);
  return program;
}

/**
 * Puts a demo company into home and gives its folder. Where scripts run in a row (E2E_DEMOS: a folder of theirs) it is
 * made once for each size, and copied.
 */
export async function demo(home, documents = 120) {
  const dir = join(home, 'demo');
  const make = (to) => command(home, 'demo', '--data', to, '--documents', String(documents));
  const kept = process.env.E2E_DEMOS && join(process.env.E2E_DEMOS, String(documents));
  if (!kept) { await make(dir); return dir; }
  if (!existsSync(kept)) {
    await make(`${kept}-${process.pid}`);
    // Another script may have been quicker; then ours is not needed.
    try { renameSync(`${kept}-${process.pid}`, kept); } catch { rmSync(`${kept}-${process.pid}`, { recursive: true }); }
  }
  cpSync(kept, dir, { recursive: true });
  return dir;
}

/**
 * Closes a page, a context or the browser. Chromium (156) now and then never answers that, as for a page in the middle of a
 * navigation; what stays open then ends with the script.
 */
export async function leave(it) {
  let timer;
  await Promise.race([it.close(), new Promise((ok) => { timer = setTimeout(ok, 5_000); })]);
  clearTimeout(timer);
}

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-color-profile=srgb'];

export async function browser(...more) {
  const b = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...flags, ...more] });
  finallyDo(() => leave(b));
  return b;
}

export const desk = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

/** Notes whatever a page complains of: script errors, console errors, requests that failed or were refused. */
export function watch(page, trouble) {
  const where = () => page.url().replace(/^https?:\/\/[^/]+/, '').replace(/token=\w+/, 'token=…');
  page.on('pageerror', (e) => trouble.push(`${where()}: ${e.message}`));
  page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') trouble.push(`${where()}: console ${m.type()}: ${m.text()}`); });
  page.on('requestfailed', (r) => {
    const why = r.failure()?.errorText ?? '';
    // Leaving a page ends its stream of events and what it was still loading.
    if (why !== 'net::ERR_ABORTED') trouble.push(`${where()}: ${r.method()} ${r.url()}: ${why}`);
  });
  page.on('response', (r) => { if (r.status() >= 400) trouble.push(`${where()}: ${r.status()} ${r.request().method()} ${r.url()}`); });
}

/** A page of the desk that is signed in, in French unless told otherwise. */
export async function deskPage(b, program, trouble, options = {}) {
  const context = await b.newContext({ viewport: desk, locale: 'fr-FR', timezoneId: 'Europe/Paris', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  watch(page, trouble);
  await page.goto(program.desk);
  return page;
}

/** Makes the company that the wizard has been told of, with its recovery code taken note of. */
export async function firstStart(page) {
  await page.getByTestId('create').click();
  const code = await page.getByTestId('recovery-code').innerText();
  await page.getByTestId('recovery-kept').check();
  await page.getByTestId('recovery-done').click();
  return code;
}

/** Calls a bound method as the window does. */
export async function rpc(page, method, ...args) {
  const { result, error } = await page.evaluate(async ([m, a]) => {
    const r = await fetch('/rpc/' + m, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': 'fr' }, body: JSON.stringify(a) });
    return r.json();
  }, [method, args]);
  if (error) throw new Error(`${method}: ${error.key} ${error.message} ${JSON.stringify(error.fields)}`);
  return result;
}

export const listQuery = { words: '', state: '', customerId: '', from: '', to: '', sort: '', desc: true, cursor: '', limit: 20 };

/** Asks again until the answer is yes; what waits longer than a person would is a fault. */
export async function until(what, ask, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; ;) {
    const value = await ask();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((r) => setTimeout(r, 50));
  }
}

/** Figures as a reader sees them: every kind of blank is one space, the minus is a hyphen. */
export const plain = (text) => text.replace(/[\s\u00a0\u202f\u2009]+/g, ' ').replace(/\u2212/g, '-').trim();
export const figures = async (locator) => plain(await locator.innerText());
