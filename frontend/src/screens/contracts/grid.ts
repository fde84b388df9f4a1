// Moving about in a month drawn as weeks of seven days: which day a key leads to, or which month comes instead.
// The weeks themselves come from Go.

/** A place in the grid, or the month beyond its edge with the weekday and the direction that led there. */
export type Step = { row: number; col: number } | { beyond: -1 | 1; col: number; from: 'row' | 'day' | 'page' };

/** Where a key leads from (row, col) in a grid of `rows` weeks; undefined when the key is none of the grid's. */
export function step(key: string, row: number, col: number, rows: number): Step | undefined {
  const flat = row * 7 + col;
  const by = (n: number, from: 'row' | 'day'): Step => {
    const to = flat + n;
    if (to < 0) return { beyond: -1, col: (to + 7) % 7, from };
    if (to >= rows * 7) return { beyond: 1, col: to % 7, from };
    return { row: Math.floor(to / 7), col: to % 7 };
  };
  switch (key) {
    case 'ArrowLeft': return by(-1, 'day');
    case 'ArrowRight': return by(1, 'day');
    case 'ArrowUp': return by(-7, 'row');
    case 'ArrowDown': return by(7, 'row');
    case 'Home': return { row, col: 0 };
    case 'End': return { row, col: 6 };
    case 'PageUp': return { beyond: -1, col, from: 'page' };
    case 'PageDown': return { beyond: 1, col, from: 'page' };
    default: return undefined;
  }
}

type Day = { on: string; inMonth: boolean };
/** The day that is chosen when a month comes up: the same date where it is kept, else today, else the first of the month. */
export function landing(weeks: Day[][], wanted: string, today: string): string {
  const days = weeks.flat();
  const own = days.filter((d) => d.inMonth);
  return days.find((d) => d.on === wanted)?.on ?? own.find((d) => d.on === today)?.on ?? own[0]?.on ?? '';
}

/** Where one comes in over the edge: the first or last week of the new month, in the same column; a page keeps the day of the month. */
export function entering(weeks: Day[][], how: { beyond: -1 | 1; col: number; from: 'row' | 'day' | 'page' }, before: string): string {
  const own = weeks.flat().filter((d) => d.inMonth);
  if (how.from === 'page') return own.find((d) => d.on.slice(8) === before.slice(8))?.on ?? own[own.length - 1]?.on ?? '';
  // The days around the month were already passed in the grid that is left: the next one of that weekday that was not.
  const later = weeks.flat().filter((d, i) => i % 7 === how.col && (how.beyond > 0 ? d.on > before : d.on < before));
  return (how.beyond > 0 ? later[0] : later[later.length - 1])?.on ?? own[0]?.on ?? '';
}
