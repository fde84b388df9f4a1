// The logic of the centres: who comes when, and what a pen draws. Run by `npm test`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer } from 'vite';

let server, people, pen, tree, names;
before(async () => {
  server = await createServer({ root: new URL('..', import.meta.url).pathname, server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true } });
  people = await server.ssrLoadModule('/src/screens/contracts/centres/people.ts');
  pen = await server.ssrLoadModule('/src/screens/contracts/centres/pen.ts');
  names = await server.ssrLoadModule('/src/api/names.ts');
  tree = await server.ssrLoadModule('/src/screens/contracts/files/tree.ts');
});
after(() => server.close());

const party = (id) => ({ id, type: 'user', personId: id, name: id.toUpperCase(), email: '', capacity: '', dueOn: '', position: 0, blocked: '', turnId: '' });
const turn = (id, state, more = {}) => ({ id: `t-${id}`, partyId: id, type: 'user', name: id.toUpperCase(), email: '', capacity: '', dueOn: '', state, blocked: '', late: false, mine: false, ...more });
const centre = (...ids) => ({ parties: ids.map(party), dueOn: '2026-12-01' });

test('without a round the parties are the rows, with the due date of the centre where they have none', () => {
  const rows = people.rowsOf(centre('a', 'b'), undefined);
  assert.deepEqual(rows.map((r) => [r.name, r.state, r.dueOn]), [['A', '', '2026-12-01'], ['B', '', '2026-12-01']]);
});

test('in a round the turns are the rows; who was taken off has no party, who has answered is not blocked', () => {
  const rows = people.rowsOf(centre('a', 'c'), { turns: [turn('a', 'approved', { blocked: 'archived' }), turn('b', 'off', { blocked: 'moved' }), turn('c', 'blocked', { blocked: 'moved' })] });
  assert.deepEqual(rows.map((r) => [r.party?.id, r.state, r.blocked]), [['a', 'approved', ''], [undefined, 'off', ''], ['c', 'blocked', 'moved']]);
  assert.deepEqual(rows.map((r) => people.movable(r, true)), [false, false, true]);
  assert.deepEqual(rows.map((r) => people.movable(r, false)), [false, false, false]);
});

test('a new order names every party once, and leaves who has answered at the head', () => {
  const c = centre('a', 'b', 'c', 'd');
  const rows = people.rowsOf(c, { turns: ['a', 'b', 'c', 'd'].map((id, i) => turn(id, i === 0 ? 'approved' : 'waiting')) });
  assert.deepEqual(people.reordered(rows, c.parties, 3, 0), ['a', 'd', 'b', 'c']);
  assert.deepEqual(people.reordered(rows, c.parties, 1, 99), ['a', 'c', 'd', 'b']);
  assert.equal(people.reordered(rows, c.parties, 1, 1), undefined);
  assert.equal(people.reordered(rows, c.parties, 1, 0), undefined);
  const some = people.reordered(rows.slice(0, 2), c.parties, 1, 1) ?? people.reordered(rows.slice(1, 3), c.parties, 0, 1);
  assert.deepEqual([...some].sort(), ['a', 'b', 'c', 'd']);
});

test('how far a round is: who was taken off does not count', () => {
  assert.deepEqual(people.progress({ turns: [turn('a', 'signed'), turn('b', 'off'), turn('c', 'asked'), turn('d', 'refused')] }), { done: 1, total: 3 });
});

test('places of the screen become places of the box, never outside it', () => {
  const seen = { left: 100, top: 50, width: 300, height: 90 };
  assert.deepEqual(pen.placeOf({ x: 250, y: 95 }, seen), { x: 300, y: 90 });
  assert.deepEqual(pen.placeOf({ x: 0, y: 999 }, seen), { x: 0, y: 180 });
  assert.deepEqual(pen.placeOf({ x: 10, y: 10 }, { left: 0, top: 0, width: 0, height: 0 }), { x: 600, y: 180 });
});

test('strokes grow by what a hand can mean; a dot alone is no signature', () => {
  let s = pen.add([], { x: 10, y: 10 }, true);
  assert.equal(pen.drawn(s), false);
  assert.deepEqual(pen.drawingOf(s), { path: '', width: 0, height: 0 });
  s = pen.add(s, { x: 10.3, y: 10.2 }, false);
  assert.equal(s[0].length, 1, 'a tremble');
  s = pen.add(s, { x: 20, y: 12 }, false);
  s = pen.add(s, { x: 30, y: 22 }, false);
  assert.equal(pen.pathOf(s), 'M10 10Q20 12 25 17L30 22');
  assert.deepEqual(pen.drawingOf(s), { path: 'M10 10Q20 12 25 17L30 22', width: 600, height: 180 });
  assert.deepEqual(pen.add([], { x: 1, y: 1 }, false), [], 'a move without a pen on the pad');
});

test('a drawing that goes on for ever stays within what is kept', () => {
  let s = [];
  for (let i = 0; i < 40_000; i++) s = i % 50 === 0 ? [...s, [{ x: i % 600, y: i % 180 }]] : (s[s.length - 1].push({ x: (i * 7) % 600, y: (i * 13) % 180 }), s);
  const path = pen.pathOf(s);
  assert.ok(path.length > 0 && path.length <= 60_000, String(path.length));
  assert.ok(/^M[\dQLM .]+$/.test(path));
});

test('a checksum as it is compared by eye', () => {
  assert.equal(people.shortSum('0123456789abcdef0123456789abcdef'), '01234567…89abcdef');
  assert.equal(people.shortSum('abc'), 'abc');
});

test('each document is told by the folders down to it, in the order of the tab of attachments', () => {
  const places = tree.placesOf({ folders: [{ id: 'a', parentId: '', name: 'Annexes' }, { id: 'p', parentId: 'a', name: 'Plans' }], files: [{ id: 'x', folderId: '' }, { id: 'y', folderId: 'p' }, { id: 'z', folderId: 'a' }] });
  assert.deepEqual(['x', 'y', 'z'].map((id) => places.get(id).path), ['', 'Annexes / Plans', 'Annexes']);
  assert.deepEqual(['x', 'y', 'z'].sort((a, b) => places.get(a).n - places.get(b).n), ['y', 'z', 'x']);
});

test('a name with signs that nobody sees goes up without them: a head cannot carry them', () => {
  assert.equal(names.sentName('bail\u0007\n.pdf'), 'bail.pdf');
  assert.equal(names.sentName('Été 2026.pdf'), 'Été 2026.pdf');
  assert.equal(names.sentName('\u0001'), '_');
});
