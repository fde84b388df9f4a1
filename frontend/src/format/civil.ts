// Civil dates as strings, YYYY-MM-DD. Reading what a person types; the calendar's own rules stay in Go.
import type { Lang } from '~/i18n';

const pad = (n: number) => String(n).padStart(2, '0');
const daysIn = (y: number, m: number) => new Date(Date.UTC(y, m, 0)).getUTCDate();

export function today(): string {
  const d = new Date();
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
}
export function civil(y: number, m: number, d: number): string | undefined {
  if (m < 1 || m > 12 || d < 1 || y < 1900 || y > 2200 || d > daysIn(y, m)) return undefined;
  return `${y}-${pad(m)}-${pad(d)}`;
}

const months: Record<Lang, string[]> = {
  fr: ['jan', 'fev', 'mar', 'avr', 'mai', 'juin', 'juil', 'aou', 'sep', 'oct', 'nov', 'dec'],
  en: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
};
const plain = (s: string) => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

/** "12/3", "12.03.26", "120326", "12 mars 2026", "2026-03-12" → "2026-03-12"; undefined when it is no date. */
export function parseDate(text: string, from = today()): string | undefined {
  const s = plain(text.trim());
  const year = Number(from.slice(0, 4));
  const full = (y: string | undefined) => (!y ? year : y.length <= 2 ? 2000 + Number(y) : Number(y));
  let m = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(s);
  if (m) return civil(Number(m[1]), Number(m[2]), Number(m[3]));
  m = /^(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{2}|\d{4}))?$/.exec(s);
  if (m) return civil(full(m[3]), Number(m[2]), Number(m[1]));
  m = /^(\d{2})(\d{2})(\d{2}|\d{4})?$/.exec(s);
  if (m) return civil(full(m[3]), Number(m[2]), Number(m[1]));
  m = /^(\d{1,2})(?:er)?\s+([a-z]{3,})\.?(?:\s+(\d{2}|\d{4}))?$/.exec(s);
  if (!m) return undefined;
  const word = m[2] ?? '';
  for (const list of Object.values(months)) {
    const i = list.findIndex((name) => word.startsWith(name));
    if (i >= 0) return civil(full(m[3]), i + 1, Number(m[1]));
  }
  return undefined;
}
