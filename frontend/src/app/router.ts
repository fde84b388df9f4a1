// Addresses live after the #: the same in the window's own scheme and in a browser, and no server must know them.
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import { useLocation } from 'wouter';

const subscribe = (l: () => void) => { window.addEventListener('hashchange', l); return () => window.removeEventListener('hashchange', l); };
const raw = () => window.location.hash.replace(/^#\/?/, '/');

/** The path without its query, as the routes match it. */
export const usePathHook = (): [string, (to: string, o?: { replace?: boolean }) => void] => {
  const full = useSyncExternalStore(subscribe, raw);
  return [full.split('?')[0] || '/', navigate];
};
usePathHook.hrefs = (href: string) => '#' + href;

// What a page holds that is not saved yet: nothing leads away from it, neither a link nor a key nor the way back,
// before the person agrees. Several may hold something on one page (sections of the settings that are folded).
type Guard = { stays: (path: string) => boolean; unsaved: () => boolean; ask: () => Promise<boolean> };
const guards = new Set<Guard>();
const pathOf = (to: string) => to.split('?')[0] || '/';
const holding = (to: string) => [...guards].find((g) => !g.stays(pathOf(to)) && g.unsaved());
const askThen = (asked: Guard, to: string, o?: { replace?: boolean }) => {
  void asked.ask().then((yes) => {
    if (!yes || !guards.has(asked)) return;
    // One answer is for all that would be lost.
    for (const g of [...guards]) if (!g.stays(pathOf(to))) guards.delete(g);
    navigate(to, o);
  });
};
// Before every other listener: what is held back changes no page.
window.addEventListener('hashchange', (e) => {
  const to = raw();
  const held = holding(to);
  if (!held) return;
  e.stopImmediatePropagation();
  history.pushState(null, '', new URL(e.oldURL || '#/', location.href).hash);
  askThen(held, to);
});
window.addEventListener('beforeunload', (e) => { if ([...guards].some((g) => g.unsaved())) e.preventDefault(); });

/** Asks what a change of page would ask; true when nothing is lost or the person agrees. */
export async function mayLeave(): Promise<boolean> {
  const held = [...guards].find((g) => g.unsaved());
  if (held && !await held.ask()) return false;
  guards.clear();
  return true;
}
/** Somebody else is here now: what the one before had not saved holds nobody back. */
export const forgetUnsaved = () => guards.clear();

/** Where else a part of the page stays mounted, whatever the address says: what is unsaved there is not lost. */
export const Standing = createContext<(path: string) => boolean>(() => false);

/** While unsaved says so, leaving this page asks first. Both may change at every render. */
export function useGuard(unsaved: () => boolean, ask: () => Promise<boolean>) {
  const standing = useContext(Standing);
  const now = useRef({ unsaved, ask, standing });
  now.current = { unsaved, ask, standing };
  useEffect(() => {
    const path = pathOf(raw());
    const mine: Guard = { stays: (to) => to === path || now.current.standing(to), unsaved: () => now.current.unsaved(), ask: () => now.current.ask() };
    guards.add(mine);
    return () => { guards.delete(mine); };
  }, []);
}

export function navigate(to: string, o?: { replace?: boolean }) {
  const held = holding(to);
  if (held) { askThen(held, to, o); return; }
  const url = '#' + to;
  if (o?.replace) { history.replaceState(null, '', url); window.dispatchEvent(new HashChangeEvent('hashchange')); } else window.location.hash = to;
}

/** What the address asks of a list: ?state=overdue&words=… */
export function useQueryParams<K extends string>(...keys: K[]): [Record<K, string>, (next: Partial<Record<K, string>>) => void] {
  const full = useSyncExternalStore(subscribe, raw);
  const [path] = useLocation();
  const params = new URLSearchParams(full.split('?')[1] ?? '');
  const values = Object.fromEntries(keys.map((k) => [k, params.get(k) ?? ''])) as Record<K, string>;
  const set = (next: Partial<Record<K, string>>) => {
    const p = new URLSearchParams(raw().split('?')[1] ?? '');
    for (const [k, v] of Object.entries(next) as [K, string][]) { if (v) p.set(k, v); else p.delete(k); }
    const s = p.toString();
    navigate(s ? `${path}?${s}` : path, { replace: true });
  };
  return [values, set];
}

/** A command that leads to a page may ask for an act there (?do=name): it is done once the page stands, and leaves the address. */
export function useAsked(name: string, act: () => void) {
  const [q, setQ] = useQueryParams('do');
  const asked = !!name && q.do === name;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each time that it is asked
  useEffect(() => { if (asked) { setQ({ do: '' }); act(); } }, [asked]);
}
