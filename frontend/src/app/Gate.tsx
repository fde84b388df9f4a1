// What stands before the desk while nobody is signed in. The desk stays as it is underneath, out of reach: whoever signs
// in again finds what was typed.
import { useEffect, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import css from '~/screens/signin/signin.module.css';

export function Gate({ children }: { children: ReactNode }) {
  const host = document.getElementById('gate')!;
  useEffect(() => {
    const before = document.activeElement;
    const title = document.title;
    const others = [...document.body.children].filter((el): el is HTMLElement => el instanceof HTMLElement && el !== host && !el.inert);
    for (const el of others) el.inert = true;
    return () => {
      for (const el of others) el.inert = false;
      document.title = title;
      if (before instanceof HTMLElement) before.focus();
    };
  }, [host]);
  return createPortal(<div className={css.gate}>{children}</div>, host);
}
