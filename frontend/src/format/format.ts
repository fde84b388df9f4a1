// How amounts, quantities and dates are written: as core/locale does on the other side, to the character.
import { useMemo } from 'react';
import { tDynamic, useLang, type Lang } from '~/i18n';
import { toPlain, trimZeros } from './decimal';

const nbsp = '\u00a0';
const narrow = '\u202f';
const minus = '\u2212';

// After the number in French, before it in English. The Canadian dollar is the plain dollar here.
const signs: Record<string, [string, string]> = {
  EUR: ['€', '€'], CAD: ['$', '$'], USD: [`$${nbsp}US`, 'US$'], GBP: ['£', '£'],
  AUD: [`$${nbsp}AU`, 'A$'], NZD: [`$${nbsp}NZ`, 'NZ$'], JPY: ['¥', '¥'],
};
const exponents = new Map<string, number>();
export function exponentOf(currency: string): number {
  let n = exponents.get(currency);
  if (n === undefined) {
    try { n = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2; } catch { n = 2; }
    exponents.set(currency, n);
  }
  return n;
}

function scaled(lang: Lang, value: number, scale: number, least: number): string {
  const [whole = '0', part] = trimZeros(toPlain(value, scale), least).replace('-', '').split('.');
  const [group, point] = lang === 'fr' ? [narrow, ','] : [',', '.'];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return (value < 0 ? minus : '') + grouped + (part ? point + part : '');
}
function withSign(lang: Lang, number: string, currency: string): string {
  const [after, before] = signs[currency] ?? [currency, currency + nbsp];
  if (lang === 'fr') return number + nbsp + after;
  return number.startsWith(minus) ? minus + before + number.slice(1) : before + number;
}
const civilParts = (civil: string) => /^(\d{4})-(\d\d)(?:-(\d\d))?/.exec(civil);
function date(lang: Lang, civil: string): string {
  const m = civilParts(civil);
  if (!m?.[3]) return civil;
  const day = lang === 'fr' && m[3] === '01' ? tDynamic('date.first') : String(Number(m[3]));
  return `${day} ${tDynamic(`date.month.${m[2]}`)} ${m[1]}`;
}
// Whole days from one to another: 2–15 août 2027. What both dates share is said once.
function days(lang: Lang, from: string, to: string): string {
  const a = date(lang, from).split(' ');
  const end = date(lang, to);
  const b = end.split(' ');
  while (a.length > 1 && a.at(-1) === b.at(-1)) { a.pop(); b.pop(); }
  return a.join(' ') + (a.length === 1 ? '–' : ' – ') + end;
}
// For a column: 21 nov. 2026. English says its months in three letters everywhere.
const shortMonths = new Intl.DateTimeFormat('fr', { month: 'short', timeZone: 'UTC' });
function day(lang: Lang, civil: string): string {
  const m = civilParts(civil);
  if (lang !== 'fr' || !m?.[3]) return date(lang, civil);
  return `${m[3] === '01' ? tDynamic('date.first') : Number(m[3])} ${shortMonths.format(Date.UTC(2000, Number(m[2]) - 1, 1))} ${m[1]}`;
}
const weekdays = new Map<string, Intl.DateTimeFormat>();
function weekday(lang: Lang, civil: string, short: boolean): string {
  const m = civilParts(civil);
  if (!m?.[3]) return '';
  const key = lang + short;
  let n = weekdays.get(key);
  if (!n) { n = new Intl.DateTimeFormat(lang, { weekday: short ? 'short' : 'long', timeZone: 'UTC' }); weekdays.set(key, n); }
  return n.format(Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3])));
}
const local = (d: Date) => `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}`;
const two = (n: number) => String(n).padStart(2, '0');
const names = new Map<string, Intl.DisplayNames>();
function named(lang: Lang, type: 'region' | 'currency' | 'language', code: string): string {
  if (!code) return '';
  const key = lang + type;
  let n = names.get(key);
  if (!n) { n = new Intl.DisplayNames(lang, { type }); names.set(key, n); }
  try { return n.of(code) ?? code; } catch { return code; }
}
// A figure for a label above a bar: 12,4 k. Only for the eye; the exact one stands beside it.
function short(lang: Lang, minor: number, currency: string): string {
  const whole = Math.round(minor / 10 ** exponentOf(currency));
  const n = Math.abs(whole);
  const text = n >= 1_000_000 ? `${(whole / 1_000_000).toFixed(1)}${nbsp}M` : n >= 10_000 ? `${Math.round(whole / 1000)}${nbsp}k` : n >= 1000 ? `${(whole / 1000).toFixed(1)}${nbsp}k` : String(whole);
  return (lang === 'fr' ? text.replace('.', ',') : text).replace('-', minus);
}

// As core/locale.Size does.
function bytes(lang: Lang, n: number): string {
  const units = lang === 'fr' ? ['o', 'Ko', 'Mo'] : ['bytes', 'kB', 'MB'];
  if (n < 1000) return n + nbsp + units[0];
  if (n < 1_000_000) return Math.round(n / 1024) + nbsp + units[1];
  const mb = n < 10 * 2 ** 20 ? trimZeros((n / 2 ** 20).toFixed(1), 0) : String(Math.round(n / 2 ** 20));
  return (lang === 'fr' ? mb.replace('.', ',') : mb) + nbsp + units[2];
}

export type Format = ReturnType<typeof formatFor>;
export function formatFor(lang: Lang) {
  return {
    bytes: (n: number) => bytes(lang, n),
    lang,
    /** With the currency: 1 234,50 €. */
    money: (minor: number, currency: string) => withSign(lang, scaled(lang, minor, exponentOf(currency), exponentOf(currency)), currency),
    /** The figure alone, where the head names the currency. */
    amount: (minor: number, currency: string) => scaled(lang, minor, exponentOf(currency), exponentOf(currency)),
    short: (minor: number, currency: string) => short(lang, minor, currency),
    quantity: (e4: number) => scaled(lang, e4, 4, 0),
    price: (e4: number, currency: string) => scaled(lang, e4, 4, exponentOf(currency)),
    /** A price with its currency, where no head names it. */
    priceOf: (e4: number, currency: string) => withSign(lang, scaled(lang, e4, 4, exponentOf(currency)), currency),
    percent: (pcm: number) => scaled(lang, pcm, 3, 0) + (lang === 'fr' ? `${nbsp}%` : '%'),
    count: (n: number) => scaled(lang, n, 0, 0),
    decimal: (value: number, scale: number, least: number) => scaled(lang, value, scale, least),
    date: (civil: string) => date(lang, civil),
    /** Whole days from one to another, of different dates. */
    days: (from: string, to: string) => days(lang, from, to),
    /** The date in a column of a list. */
    day: (civil: string) => day(lang, civil),
    month: (civil: string, year = false) => { const m = civilParts(civil); if (!m) return civil; return year ? `${tDynamic(`date.month_whole.${m[2]}`)} ${m[1]}` : tDynamic(`date.month.${m[2]}`); },
    weekday: (civil: string, short = false) => weekday(lang, civil, short),
    instant: (at: string) => {
      const d = new Date(at);
      if (!at || Number.isNaN(d.getTime())) return at;
      return tDynamic('date.at', { date: date(lang, local(d)), hour: lang === 'fr' ? String(d.getHours()) : two(d.getHours()), minute: two(d.getMinutes()) });
    },
    /** The short day of an instant, where the reader is. */
    dayOf: (at: string) => { const d = new Date(at); return Number.isNaN(d.getTime()) ? at : day(lang, local(d)); },
    time: (at: string) => {
      const d = new Date(at);
      if (Number.isNaN(d.getTime())) return '';
      return lang === 'fr' ? `${d.getHours()}${nbsp}h${nbsp}${two(d.getMinutes())}` : `${two(d.getHours())}:${two(d.getMinutes())}`;
    },
    country: (code: string) => named(lang, 'region', code),
    currency: (code: string) => named(lang, 'currency', code),
    language: (code: string) => named(lang, 'language', code),
  };
}
export function useFormat(): Format {
  const lang = useLang();
  return useMemo(() => formatFor(lang), [lang]);
}
