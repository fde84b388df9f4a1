// What a pen draws on the pad: strokes of points in the pad's own box, and the path that is kept of them.

export type Point = { x: number; y: number };
export type Stroke = Point[];

/** The box of a drawing, whatever the size of the screen it is drawn on. */
export const box = { width: 600, height: 180 };
/** What Go keeps of a drawing (rules/evidence): characters and strokes. */
const mostPath = 60_000;
const mostStrokes = 1_500;

const tenth = (n: number) => Math.round(n * 10) / 10;
const within = (n: number, max: number) => Math.max(0, Math.min(max, n));

/** A place of the screen as a place of the box. */
export const placeOf = (at: Point, seen: { left: number; top: number; width: number; height: number }): Point => ({
  x: within(tenth(((at.x - seen.left) * box.width) / Math.max(1, seen.width)), box.width),
  y: within(tenth(((at.y - seen.top) * box.height) / Math.max(1, seen.height)), box.height),
});

/** The strokes with one more point; what is closer than a hand can mean is left out. */
export function add(strokes: Stroke[], point: Point, begins: boolean): Stroke[] {
  if (begins) return strokes.length < mostStrokes ? [...strokes, [point]] : strokes;
  const last = strokes[strokes.length - 1];
  const before = last?.[last.length - 1];
  if (!last || !before || Math.hypot(point.x - before.x, point.y - before.y) < 1.2) return strokes;
  return [...strokes.slice(0, -1), [...last, point]];
}

const write = (p: Point) => `${tenth(p.x)} ${tenth(p.y)}`;
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** One stroke as SVG path data: a curve through the middles of its points; a tap is a dot. */
function strokePath(s: Stroke): string {
  const [first, ...rest] = s;
  if (!first) return '';
  if (rest.length === 0) return `M${write(first)}L${write({ x: Math.min(box.width, first.x + 0.8), y: first.y })}`;
  let path = `M${write(first)}`;
  rest.forEach((p, i) => {
    const next = rest[i + 1];
    path += next ? `Q${write(p)} ${write(middle(p, next))}` : `L${write(p)}`;
  });
  return path;
}

/** The path of a drawing; of one too long to keep, what was drawn first. */
export function pathOf(strokes: Stroke[]): string {
  let path = '';
  for (const s of strokes) {
    const more = strokePath(s);
    if (path.length + more.length > mostPath) break;
    path += more;
  }
  return path;
}

/** A dot alone is no signature. */
export const drawn = (strokes: Stroke[]): boolean => strokes.some((s) => s.length > 1);

/** The drawing as it goes to Go: nothing where nobody drew. */
export const drawingOf = (strokes: Stroke[]) => (drawn(strokes) ? { path: pathOf(strokes), ...box } : { path: '', width: 0, height: 0 });
