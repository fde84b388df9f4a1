import { useEffect, useRef } from 'react';
import { navigate } from './router';
import { allPlaces } from './places';

const typing = (e: KeyboardEvent) => {
  const el = e.target as HTMLElement | null;
  return !!el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
};

/** Keys that work everywhere. Single letters only while nobody types. */
export function useShortcuts(act: { palette: () => void; help: () => void }) {
  const now = useRef(act);
  now.current = act;
  useEffect(() => {
    let went = 0;
    const onKey = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); now.current.palette(); return; }
      if (localStorage.getItem('single-keys') === 'off') return;
      if (e.ctrlKey || e.metaKey || e.altKey || typing(e) || document.querySelector('[aria-modal="true"]')) return;
      const key = e.key.toLowerCase();
      if (went && Date.now() - went < 1200) {
        went = 0;
        const place = allPlaces.find((p) => p.keys === key);
        if (place) { e.preventDefault(); navigate(place.href); return; }
      }
      if (key === 'g') { went = Date.now(); return; }
      if (key === 'n') { e.preventDefault(); navigate('/invoices/new'); }
      if (key === '/') {
        const input = document.querySelector<HTMLElement>('[data-page-search]');
        if (input) { e.preventDefault(); input.focus(); }
      }
      if (e.key === '?') { e.preventDefault(); now.current.help(); }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
