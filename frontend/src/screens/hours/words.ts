// How hours are written: 9 h 30 or 9:30, days as people say them.
import type { HoursSchedule } from '~/api';
import { tDynamic, useLang, useT } from '~/i18n';

const weekday = (lang: string, n: number, style: 'long' | 'short') => new Intl.DateTimeFormat(lang, { weekday: style, timeZone: 'UTC' }).format(new Date(Date.UTC(2026, 10, 22 + n)));

export function useWords() {
  const t = useT();
  const lang = useLang();
  const clock = (hhmm: string) => {
    const [h, m] = hhmm.split(':');
    return lang === 'fr' ? `${Number(h)}\u00a0h${m === '00' ? '' : `\u00a0${m}`}` : `${Number(h)}:${m}`;
  };
  const days = (list: number[]) => {
    const key = [...list].sort().join('');
    if (key === '1234567') return t('window.hours.every_day_short');
    if (key === '12345') return t('window.hours.weekdays_short');
    if (key === '67') return t('window.hours.weekend_short');
    return new Intl.ListFormat(lang).format([...list].sort().map((n) => weekday(lang, n, 'long')));
  };
  return {
    clock, days,
    day: (n: number) => weekday(lang, n, 'long'),
    kind: (kind: string) => tDynamic(`common.hours.kind.${kind}`),
    when: (s: HoursSchedule) => t('window.hours.when', { days: days(s.days), hours: s.allDay ? t('window.hours.all_day_short') : t('window.hours.span', { start: clock(s.start), end: clock(s.end) }) }),
    span: (n: number) => (n < 60 ? t('window.hours.minutes', { count: n }) : n % 60 === 0 ? t('window.hours.hours', { count: n / 60 }) : t('window.hours.both', { hours: Math.floor(n / 60), minutes: n % 60 })),
  };
}
