// Writes the CSS variables that window and portal share, from src/theme/tokens.json, and puts the
// one font where each of them serves it. Refuses a colour pair that would fail WCAG AA.
// Run by `npm run build`; `--check` only compares (used by tests).
import { readFileSync, writeFileSync, mkdirSync, copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const src = join(here, '../src/theme');
const portal = join(here, '../../edge/portal/static');
const tokens = JSON.parse(readFileSync(join(src, 'tokens.json'), 'utf8'));

const luminance = (hex) => {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const v = parseInt(hex.slice(i, i + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
  return (x + 0.05) / (y + 0.05);
};

function checkContrast() {
  const bad = [];
  for (const theme of ['light', 'dark']) {
    const c = tokens[theme];
    const pairs = [];
    for (const ground of ['paper', 'sheet', 'sunken', 'hover', 'selected']) {
      for (const text of ['ink', 'ink-soft', 'ink-faint', 'accent-text']) pairs.push([text, ground, 4.5]);
      for (const m of ['info', 'good', 'warning', 'danger']) pairs.push([m, ground, 4.5]);
    }
    for (const m of ['info', 'good', 'warning', 'danger']) pairs.push([m, `${m}-soft`, 4.5]);
    pairs.push(['accent-ink', 'accent', 4.5], ['accent-ink', 'accent-hover', 4.5], ['accent-text', 'accent-soft', 4.5]);
    pairs.push(['control', 'sheet', 3], ['control', 'paper', 3]);
    for (const [a, b, min] of pairs) {
      const r = contrast(c[a], c[b]);
      if (r < min) bad.push(`${theme}: ${a} on ${b} is ${r.toFixed(2)}, wants ${min}`);
    }
  }
  if (bad.length) { console.error(bad.join('\n')); process.exit(1); }
}

const block = (selector, lines, indent = '') =>
  `${indent}${selector} {\n${lines.map((l) => `${indent}  ${l};`).join('\n')}\n${indent}}\n`;
// The firm may set its own accent: --firm-accent and --firm-accent-text win over ours.
const firm = { accent: 'firm-accent', 'accent-hover': 'firm-accent-hover', 'accent-ink': 'firm-accent-ink', 'accent-text': 'firm-accent-text', 'accent-soft': 'firm-accent-soft' };
const colours = (c) => Object.entries(c).map(([k, v]) => `--${k}: ${firm[k] ? `var(--${firm[k]}, ${v})` : v}`);

function css() {
  const fixed = [
    'color-scheme: light dark',
    ...Object.entries(tokens.type).map(([k, v]) => `--type-${k}: ${v / 16}rem`),
    ...Object.entries(tokens.leading).map(([k, v]) => `--leading-${k}: ${v}`),
    ...Object.entries(tokens.space).map(([k, v]) => `--space-${k}: ${v}px`),
    `--radius: ${tokens.radius}px`, `--row: ${tokens.row}px`, `--row-compact: ${tokens['row-compact']}px`,
    `--touch: ${tokens.touch}px`, `--motion: ${tokens.motion}ms`, `--prose: ${tokens.prose}`,
    `--font: ${tokens.font}`, `--mono: ${tokens.mono}`,
  ];
  return '/* Written by frontend/scripts/tokens.mjs from frontend/src/theme/tokens.json: change it there. */\n'
    + block(':root', [...fixed, ...colours(tokens.light)])
    + '@media (prefers-color-scheme: dark) {\n'
    + block(':root:not([data-theme="light"])', colours(tokens.dark), '  ')
    + '}\n'
    + block(':root[data-theme="dark"]', ['color-scheme: dark', ...colours(tokens.dark)])
    + block(':root[data-theme="light"]', ['color-scheme: light'])
    + '@media (prefers-reduced-motion: reduce) {\n' + block(':root', ['--motion: 0ms'], '  ') + '}\n';
}

checkContrast();
const text = css();
const outputs = [join(src, 'tokens.css'), join(portal, 'tokens.css')];
if (process.argv.includes('--check')) {
  const stale = outputs.filter((f) => !existsSync(f) || readFileSync(f, 'utf8') !== text);
  if (stale.length) { console.error('stale, run npm run build:\n' + stale.join('\n')); process.exit(1); }
} else {
  for (const f of outputs) {
    mkdirSync(dirname(f), { recursive: true });
    if (!existsSync(f) || readFileSync(f, 'utf8') !== text) writeFileSync(f, text);
  }
  const inter = join(here, '../node_modules/@fontsource-variable/inter');
  for (const part of ['latin', 'latin-ext']) {
    const to = join(portal, `inter-${part}.woff2`);
    if (!existsSync(to)) copyFileSync(join(inter, `files/inter-${part}-wght-normal.woff2`), to);
  }
  const licence = join(portal, 'inter-LICENSE.txt');
  if (!existsSync(licence)) copyFileSync(join(inter, 'LICENSE'), licence);
}
