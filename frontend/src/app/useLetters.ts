import { useEffect, useRef } from 'react';

/** Single letters while nobody types, and never the second of a way like G J. */
export function useLetters(keys: Record<string, () => void>) {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    let went = 0;
    const onKey = (e: KeyboardEvent) => {
      const el = e.target as HTMLElement | null;
      const key = e.key.toLowerCase();
      if (localStorage.getItem('single-keys') === 'off' || e.ctrlKey || e.metaKey || e.altKey || e.repeat || e.defaultPrevented) return;
      if ((el && (el.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(radio|checkbox)$/.test((el as HTMLInputElement).type)))) || document.querySelector('[aria-modal="true"]')) return;
      if (key === 'g') { went = Date.now(); return; }
      const act = Date.now() - went > 1200 ? now.current[key] : undefined;
      if (act) { e.preventDefault(); act(); }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
