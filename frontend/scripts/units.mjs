// The window's own small rules, tried without a browser: how a key moves in a month, how a list is put in order.
// Each is bundled as the build does it; run by `npm run check`.
import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** The exports of a module of src. */
async function load(path) {
  const bundle = await rolldown({ input: join(import.meta.dirname, '../src', path), logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm' });
  return import('data:text/javascript,' + encodeURIComponent(output[0].code));
}

let n = 0;
const same = (got, want, what) => { deepEqual(got, want, what); n++; };

const { step, landing, entering } = await load('screens/contracts/grid.ts');
for (const [key, row, col, want] of [
  ['ArrowRight', 0, 0, { row: 0, col: 1 }], ['ArrowRight', 0, 6, { row: 1, col: 0 }], ['ArrowLeft', 1, 0, { row: 0, col: 6 }], ['ArrowDown', 2, 3, { row: 3, col: 3 }], ['ArrowUp', 2, 3, { row: 1, col: 3 }],
  ['Home', 2, 3, { row: 2, col: 0 }], ['End', 2, 3, { row: 2, col: 6 }],
  ['ArrowLeft', 0, 0, { beyond: -1, col: 6, from: 'day' }], ['ArrowRight', 4, 6, { beyond: 1, col: 0, from: 'day' }], ['ArrowUp', 0, 3, { beyond: -1, col: 3, from: 'row' }], ['ArrowDown', 4, 3, { beyond: 1, col: 3, from: 'row' }],
  ['PageUp', 1, 2, { beyond: -1, col: 2, from: 'page' }], ['PageDown', 1, 2, { beyond: 1, col: 2, from: 'page' }], ['a', 1, 2, undefined], ['Tab', 1, 2, undefined],
]) same(step(key, row, col, 5), want, `${key} from ${row}, ${col}`);

/** The weeks of a month as Go hands them over. */
function month(y, m) {
  const day = new Date(Date.UTC(y, m - 1, 1));
  day.setUTCDate(1 - ((day.getUTCDay() + 6) % 7));
  const weeks = [];
  while (day < new Date(Date.UTC(y, m, 1))) {
    weeks.push(Array.from({ length: 7 }, () => { const d = { on: day.toISOString().slice(0, 10), inMonth: day.getUTCMonth() === m - 1 }; day.setUTCDate(day.getUTCDate() + 1); return d; }));
  }
  return weeks;
}
const december = month(2026, 12); // 30 November to 3 January
same(landing(december, '', '2026-12-05'), '2026-12-05', 'today, where it is in the month');
same(landing(december, '', '2026-11-22'), '2026-12-01', 'else the first');
same(landing(december, '2026-12-24', '2026-12-05'), '2026-12-24', 'the day that was chosen stays');
// November ends in its grid on Sunday 6 December: whoever goes on meets what comes after.
same(entering(december, { beyond: 1, col: 0, from: 'day' }, '2026-12-06'), '2026-12-07', 'the day after the last one shown');
same(entering(december, { beyond: 1, col: 2, from: 'row' }, '2026-12-02'), '2026-12-09', 'the same weekday a week on');
same(entering(month(2026, 10), { beyond: -1, col: 6, from: 'day' }, '2026-10-26'), '2026-10-25', 'the day before the first one shown');
same(entering(month(2026, 10), { beyond: -1, col: 3, from: 'row' }, '2026-10-29'), '2026-10-22', 'the same weekday a week back');
same(entering(month(2027, 2), { beyond: 1, col: 0, from: 'page' }, '2027-01-31'), '2027-02-28', 'a month without that day: its last');
same(entering(month(2027, 2), { beyond: 1, col: 0, from: 'page' }, '2027-01-15'), '2027-02-15', 'the same day of the next month');
// Going right for a year meets every day once.
for (let [y, m] = [2026, 1], at = '2026-01-01', weeks = month(y, m), seen = 1; seen < 365; seen++) {
  const flat = weeks.flat().findIndex((d) => d.on === at);
  const to = step('ArrowRight', Math.floor(flat / 7), flat % 7, weeks.length);
  const next = new Date(Date.parse(at) + 86_400_000).toISOString().slice(0, 10);
  if ('beyond' in to) { if (++m > 12) { m = 1; y++; } weeks = month(y, m); at = entering(weeks, to, at); } else at = weeks[to.row][to.col].on;
  equal(at, next, 'the next day');
}
n++;

const { moved, dropAt } = await load('screens/contracts/order.ts');
const list = ['a', 'b', 'c', 'd'];
for (const [from, to, want] of [[0, 1, 'bacd'], [3, 0, 'dabc'], [1, 99, 'acdb'], [2, -99, 'cabd'], [1, 1, 'abcd'], [9, 0, 'abcd']]) same(moved(list, from, to).join(''), want, `${from} to ${to}`);
same(moved(list, 1, 1), list, 'what does not move is the same list');
for (const [from, over, lower, want] of [[0, 2, true, 'bcad'], [0, 2, false, 'bacd'], [3, 1, false, 'adbc'], [3, 1, true, 'abdc'], [1, 1, true, 'abcd'], [1, 0, true, 'abcd']]) same(moved(list, from, dropAt(from, over, lower)).join(''), want, `${from} dropped on ${over}`);
console.log(`units: ${n} held`);
