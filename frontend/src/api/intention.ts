// One key per intention, made when the form opens: the same click twice, or a repeat after a lost answer, is one act.
import { useRef } from 'react';

/** A key for one act that no form holds: an upload in a queue. */
export const newKey = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
};

export type Intention = { key: () => string; done: () => void };

export function useIntention(): Intention {
  const ref = useRef<Intention>(null);
  if (!ref.current) {
    let value = '';
    ref.current = { key: () => (value ||= newKey()), done: () => { value = ''; } };
  }
  return ref.current;
}
