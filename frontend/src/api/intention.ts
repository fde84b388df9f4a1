// One key per intention, made when the form opens: the same click twice, or a repeat after a lost answer, is one act.
import { useCallback, useRef } from 'react';

const make = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
};

export function useIntention(): { key: () => string; done: () => void } {
  const ref = useRef('');
  const key = useCallback(() => (ref.current ||= make()), []);
  const done = useCallback(() => { ref.current = ''; }, []);
  return { key, done };
}
