// Reads `go test -json`, prints one line a package and everything about what failed, counts tests into $STEP_COUNTS.
// A test with subtests counts once for each leaf.
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';

const output = new Map(); // package or package/test → lines
const leaves = new Map(); // package/test → 'pass' | 'fail' | 'skip'
const parents = new Set();
const builds = new Map(); // import path → compiler's lines
let failedPackages = 0;

const add = (map, key, text) => map.set(key, (map.get(key) ?? '') + text);
const key = (e) => (e.Test ? `${e.Package} ${e.Test}` : e.Package);

for await (const line of createInterface({ input: process.stdin })) {
  let e;
  try {
    e = JSON.parse(line);
  } catch {
    console.log(line);
    continue;
  }
  switch (e.Action) {
    case 'build-output':
      add(builds, e.ImportPath, e.Output);
      break;
    case 'output':
      add(output, key(e), e.Output);
      break;
    case 'run':
      for (let at = e.Test.lastIndexOf('/'); at > 0; at = e.Test.lastIndexOf('/', at - 1)) {
        parents.add(`${e.Package} ${e.Test.slice(0, at)}`);
      }
      break;
    case 'pass':
    case 'fail':
    case 'skip':
      if (e.Test) leaves.set(key(e), e.Action);
      else finishPackage(e);
  }
}

function finishPackage(e) {
  if (e.Action === 'fail') {
    failedPackages++;
    if (e.FailedBuild) console.log(builds.get(e.FailedBuild) ?? '');
    for (const [name, text] of output) {
      if (!name.startsWith(`${e.Package} `)) continue;
      const state = leaves.get(name);
      // No state: it was running when the process died.
      if (state === 'fail' || state === undefined) console.log(text.trimEnd());
    }
  }
  const own = output.get(e.Package) ?? '';
  if (e.Action === 'fail') console.log(own.trimEnd());
  else if (!own.includes('[no test files]')) {
    const took = e.Elapsed ? `${e.Elapsed.toFixed(1)} s` : '';
    console.log(`ok   ${e.Package} ${own.includes('(cached)') ? '(unchanged)' : took}`);
  }
  for (const name of [...output.keys()]) {
    if (name !== e.Package && !name.startsWith(`${e.Package} `)) continue;
    if (leaves.get(name) === 'skip') console.log(`SKIP ${name}: ${reason(output.get(name))}`);
    output.delete(name);
  }
}

function reason(text = '') {
  return text.split('\n').map((l) => l.trim()).filter((l) => l && !/^(===|---)/.test(l)).join(' ');
}

const count = (state) => [...leaves].filter(([name, s]) => s === state && !parents.has(name)).length;
const passed = count('pass');
let failed = count('fail');
if (failed === 0) failed = failedPackages;
if (passed + failed === 0) failed = 1; // no test ran: the command itself failed
if (process.env.STEP_COUNTS) writeFileSync(process.env.STEP_COUNTS, `${passed} ${failed}\n`);
console.log(`${passed} passed, ${failed} failed, ${count('skip')} skipped`);
process.exitCode = failed ? 1 : 0;
