// Addresses live after the #: the same in the window's own scheme and in a browser, and no server must know them.
import { useEffect, useRef, useSyncExternalStore } from 'react';
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
// before the person agrees.
type Guard = { path: string; unsaved: () => boolean; ask: () => Promise<boolean> };
let guard: Guard | null = null;
const pathOf = (to: string) => to.split('?')[0] || '/';
const holds = (to: string) => guard !== null && pathOf(to) !== guard.path && guard.unsaved();
const askThen = (to: string, o?: { replace?: boolean }) => {
  const asked = guard;
  void asked?.ask().then((yes) => {
    if (!yes || guard !== asked) return;
    guard = null;
    navigate(to, o);
  });
};
// Before every other listener: what is held back changes no page.
window.addEventListener('hashchange', (e) => {
  const to = raw();
  if (!guard || !holds(to)) return;
  e.stopImmediatePropagation();
  history.pushState(null, '', new URL(e.oldURL || '#' + guard.path, location.href).hash);
  askThen(to);
});
window.addEventListener('beforeunload', (e) => { if (guard?.unsaved()) e.preventDefault(); });

/** While unsaved says so, leaving this page asks first. Both may change at every render. */
export function useGuard(unsaved: () => boolean, ask: () => Promise<boolean>) {
  const now = useRef({ unsaved, ask });
  now.current = { unsaved, ask };
  useEffect(() => {
    const mine: Guard = { path: pathOf(raw()), unsaved: () => now.current.unsaved(), ask: () => now.current.ask() };
    guard = mine;
    return () => { if (guard === mine) guard = null; };
  }, []);
}

export function navigate(to: string, o?: { replace?: boolean }) {
  if (holds(to)) { askThen(to, o); return; }
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
