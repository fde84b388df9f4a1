// The order of a list while it is dragged or moved by key: values in, values out.

/** The list with the item at `from` standing at `to`. */
export function moved<R>(list: R[], from: number, to: number): R[] {
  const at = Math.max(0, Math.min(list.length - 1, to));
  const item = list[from];
  if (item === undefined || from === at) return list;
  const rest = [...list.slice(0, from), ...list.slice(from + 1)];
  return [...rest.slice(0, at), item, ...rest.slice(at)];
}

/** Where something dropped on the upper or lower half of row `over` comes to stand. */
export function dropAt(from: number, over: number, lower: boolean): number {
  const gap = over + (lower ? 1 : 0);
  return gap > from ? gap - 1 : gap;
}
