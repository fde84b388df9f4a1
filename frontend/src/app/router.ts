// Addresses live after the #: the same in the window's own scheme and in a browser, and no server must know them.
import { useSyncExternalStore } from 'react';
import { useLocation } from 'wouter';

const subscribe = (l: () => void) => { window.addEventListener('hashchange', l); return () => window.removeEventListener('hashchange', l); };
const raw = () => window.location.hash.replace(/^#\/?/, '/');

/** The path without its query, as the routes match it. */
export const usePathHook = (): [string, (to: string, o?: { replace?: boolean }) => void] => {
  const full = useSyncExternalStore(subscribe, raw);
  return [full.split('?')[0] || '/', navigate];
};
usePathHook.hrefs = (href: string) => '#' + href;

export function navigate(to: string, o?: { replace?: boolean }) {
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
