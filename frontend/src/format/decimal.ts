// Amounts cross as integers (minor units, or scaled by a power of ten). Here they are only written and read,
// as strings of digits: no arithmetic on money happens in the window.

/** 123450, 2 → "1234.50"; digits only, no floating point. */
export function toPlain(value: number, scale: number): string {
  const negative = value < 0;
  const digits = String(Math.abs(value)).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const part = scale ? '.' + digits.slice(digits.length - scale) : '';
  return (negative ? '-' : '') + whole + part;
}

/** Drops zeros after the point beyond `min` decimals: "12.5000", 2 → "12.50". */
export function trimZeros(plain: string, min: number): string {
  const [whole = '0', part = ''] = plain.split('.');
  let cut = part.length;
  while (cut > min && part[cut - 1] === '0') cut--;
  return cut ? `${whole}.${part.slice(0, cut)}` : whole;
}

const groups = /[\s\u00a0\u202f'’_]/g;

/**
 * Reads what a person types: "1 234,50", "1,234.50", "1234.5", "−3". Undefined when it is not a number,
 * has more decimals than the scale, or leaves what the program can hold.
 */
export function parseDecimal(text: string, scale: number): number | undefined {
  let s = text.replace(groups, '').replace(/[−–]/g, '-').replace(/[€$%]|CA|EUR|CAD|USD|GBP|CHF/gi, '');
  if (!s) return undefined;
  const lastComma = s.lastIndexOf(',');
  const lastDot = s.lastIndexOf('.');
  if (lastComma >= 0 && lastDot >= 0) {
    const decimal = lastComma > lastDot ? ',' : '.';
    s = s.split(decimal === ',' ? '.' : ',').join('').replace(decimal, '.');
  } else {
    s = s.replace(',', '.');
  }
  const m = /^(-?)(\d*)(?:\.(\d*))?$/.exec(s);
  if (!m || (!m[2] && !m[3])) return undefined;
  const part = (m[3] ?? '').replace(/0+$/, '');
  if (part.length > scale) return undefined;
  const n = Number((m[2] || '0') + part.padEnd(scale, '0'));
  if (!Number.isSafeInteger(n)) return undefined;
  return m[1] && n !== 0 ? -n : n;
}
