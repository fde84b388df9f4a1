// After a build: every text of dist that is worth it becomes name.gz, and only that. The program carries it so and inflates
// it when it is asked for (app/inflate.go); index.html stays as it is. The same input gives the same bytes.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

const dist = resolve(import.meta.dirname, '../dist');
let before = 0;
let after = 0;
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name === 'index.html' || !/\.(js|mjs|css|json|svg|map|txt)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const plain = readFileSync(path);
  const packed = gzipSync(plain, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
  if (packed.length > plain.length * 0.9) continue;
  writeFileSync(`${path}.gz`, packed);
  rmSync(path);
  before += plain.length;
  after += packed.length;
}
console.log(`compressed ${before} bytes to ${after}`);
