// Exits 0 when DIR/node_modules holds exactly what DIR/package-lock.json says (npm keeps its own list there).
import { readFileSync } from 'node:fs';

const dir = process.argv[2];
const packages = (file) => JSON.parse(readFileSync(`${dir}/${file}`, 'utf8')).packages ?? {};
let have;
try {
  have = packages('node_modules/.package-lock.json');
} catch {
  process.exit(1);
}
const want = packages('package-lock.json');
const wrong = Object.entries(want).filter(
  ([path, p]) => path !== '' && !(p.optional && !have[path]) && have[path]?.version !== p.version && !p.link,
);
const extra = Object.keys(have).filter((path) => !want[path]);
process.exit(wrong.length + extra.length ? 1 : 0);
