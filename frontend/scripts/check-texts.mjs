// No text for people stands in the code, every key that is named exists in both languages, none lies unused.
// Parses each source file; run by `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

const root = join(import.meta.dirname, '../src');
const texts = join(import.meta.dirname, '../../core/locale/texts');
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile() && /\.tsx?$/.test(f.name) && !f.name.endsWith('.d.ts'))
  .map((f) => join(f.parentPath, f.name));

const catalogue = (lang) => Object.assign({}, ...readdirSync(texts).filter((f) => f.endsWith(`.${lang}.json`)).map((f) => JSON.parse(readFileSync(join(texts, f), 'utf8'))));
const own = (lang) => Object.assign({}, ...readdirSync(texts).filter((f) => /^(window|common)\b/.test(f) && f.endsWith(`.${lang}.json`)).map((f) => JSON.parse(readFileSync(join(texts, f), 'utf8'))));
const fr = catalogue('fr');
const en = catalogue('en');

const letters = /\p{L}{2,}/u;
const spoken = new Set(['aria-label', 'title', 'placeholder', 'label', 'alt', 'description', 'aria-description']);
// Names, units and marks that are the same in every language.
const allowed = new Set(['Comptoir', 'EUR', 'SHA']);
const problems = [];
const used = new Set();
const patterns = [];

function visit(node, at, file, parent) {
  if (!node || typeof node !== 'object') return;
  if (Array.isArray(node)) { for (const n of node) visit(n, at, file, parent); return; }
  if (node.type === 'JSXText' && letters.test(node.value) && !allowed.has(node.value.trim())) problems.push(`${at(node)}: text in JSX: ${node.value.trim()}`);
  if (node.type === 'JSXAttribute' && spoken.has(node.name.name) && node.value?.type === 'Literal' && letters.test(node.value.value)) problems.push(`${at(node)}: text in ${node.name.name}: ${node.value.value}`);
  if (node.type === 'JSXExpressionContainer' && parent?.type === 'JSXElement' && node.expression.type === 'Literal' && typeof node.expression.value === 'string' && letters.test(node.expression.value) && !allowed.has(node.expression.value)) problems.push(`${at(node)}: text in JSX: ${node.expression.value}`);
  if (node.type === 'Literal' && typeof node.value === 'string' && /^(common|window|fault|books|date)\.[a-z]/.test(node.value)) used.add(node.value), check(node.value, at(node));
  if (node.type === 'TemplateLiteral' && /^(common|window|date)\./.test(node.quasis[0].value.raw)) patterns.push(new RegExp('^' + node.quasis.map((q) => q.value.raw.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\w.-]+') + '$'));
  for (const key of Object.keys(node)) if (key !== 'type' && typeof node[key] === 'object') visit(node[key], at, file, node.type === 'JSXElement' ? node : parent);
}
function check(key, where) {
  for (const [lang, all] of [['fr', fr], ['en', en]]) if (!(key in all)) problems.push(`${where}: ${key} is missing in ${lang}`);
}

for (const file of files) {
  if (file.includes('/gallery/')) continue;
  const code = readFileSync(file, 'utf8');
  const ast = parseAst(code, { lang: file.endsWith('x') ? 'tsx' : 'ts' });
  visit(ast.body, (node) => `${relative(process.cwd(), file)}:${code.slice(0, node.start).split('\n').length}`, file, null);
}
const ownFr = own('fr');
const ownEn = own('en');
for (const k of Object.keys(ownFr)) if (!(k in ownEn)) problems.push(`${k} has no English text`);
for (const k of Object.keys(ownEn)) if (!(k in ownFr)) problems.push(`${k} has no French text`);
// Go says some of the window's texts itself.
const shared = /^(common|history)\./;
const app = join(import.meta.dirname, '../../app');
for (const f of readdirSync(app).filter((n) => n.endsWith('.go'))) {
  for (const [, key] of readFileSync(join(app, f), 'utf8').matchAll(/"((?:window|common)\.[a-z_.]+)"/g)) {
    if (/[._]$/.test(key)) patterns.push(new RegExp('^' + key.replaceAll('.', '\\.')));
    else { used.add(key); check(key, `app/${f}`); }
  }
}
for (const k of Object.keys(ownFr)) if (!used.has(k) && !shared.test(k) && !patterns.some((p) => p.test(k))) problems.push(`${k} is used nowhere`);
const api = files.filter((f) => !f.includes('/src/api/') && /from ['"].*wailsjs/.test(readFileSync(f, 'utf8')));
for (const f of api) problems.push(`${relative(process.cwd(), f)}: only src/api may import wailsjs`);
if (problems.length) { console.error(problems.join('\n')); process.exit(1); }
console.log(`texts: ${files.length} files, ${used.size} keys named, ${Object.keys(ownFr).length} held in both languages`);
