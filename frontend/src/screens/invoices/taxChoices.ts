import type { Tax } from '~/api';

/** Each tax alone, and for places with two the pair: one choice instead of two boxes to tick. */
export function taxChoices(taxes: Tax[], now: string[], none: string, percent: (pcm: number) => string) {
  const list = taxes.map((x) => ({ value: x.code, label: x.category === 'S' && x.jurisdiction.startsWith('FR') ? percent(x.ratePcm) : x.label }));
  const pair = taxes.filter((x) => x.jurisdiction === 'QC' && x.category === 'S');
  if (pair.length === 2) list.unshift({ value: pair.map((x) => x.code).join('+'), label: pair.map((x) => x.label.split(' ')[0]).join(' + ') });
  const value = now.join('+');
  if (value && !list.some((o) => o.value === value)) list.push({ value, label: now.join(' + ') });
  return [...list, { value: '', label: none }];
}
