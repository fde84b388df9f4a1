// Light, dark or as the system says. One store; the attribute drives both our tokens and Mantine.
import { useSyncExternalStore } from 'react';

export type Scheme = 'auto' | 'light' | 'dark';
export const isScheme = (s: unknown): s is Scheme => s === 'auto' || s === 'light' || s === 'dark';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
const stored = localStorage.getItem('theme');
let scheme: Scheme = stored === 'light' || stored === 'dark' ? stored : 'auto';

const computed = (): 'light' | 'dark' => (scheme === 'auto' ? (system.matches ? 'dark' : 'light') : scheme);
function apply() {
  document.documentElement.dataset.theme = computed();
  document.documentElement.dataset.mantineColorScheme = computed();
  listeners.forEach((l) => l());
}
system.addEventListener('change', apply);
apply();

export const currentScheme = () => scheme;
export function setScheme(next: Scheme) {
  scheme = next;
  localStorage.setItem('theme', next);
  apply();
}
const subscribe = (l: () => void) => { listeners.add(l); return () => { listeners.delete(l); }; };
export const useScheme = () => useSyncExternalStore(subscribe, () => scheme);
export const useComputedScheme = () => useSyncExternalStore(subscribe, computed);
