import { Button, type ButtonProps } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { useClosed, Why, type Permission } from '~/app/may';
import { useT } from '~/i18n';
import { showError } from './toast';

type Props = ButtonProps & { onAct: () => Promise<unknown> | void; children: ReactNode; done?: string; onError?: (e: unknown) => void; title?: string; 'aria-label'?: string; autoFocus?: boolean; 'data-testid'?: string; type?: 'submit' | 'button'; form?: string; /** What it takes; else what the acts of the page take. */ may?: Permission };

/** A button whose second click, while the first is under way, does nothing. Closed, with the reason, to whom the role does not let act. */
export function ActionButton({ onAct, onError, children, disabled, may, ...rest }: Props) {
  const t = useT();
  const why = useClosed(may);
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const act = async () => {
    if (running.current) return;
    running.current = true;
    const slow = setTimeout(() => setBusy(true), 150);
    try { await onAct(); } catch (e) { (onError ?? showError)(e); } finally {
      clearTimeout(slow);
      running.current = false;
      setBusy(false);
    }
  };
  return <Why why={why}><Button {...rest} disabled={disabled || !!why} loading={busy} aria-label={busy ? t('window.working') : rest['aria-label']} onClick={() => void act()}>{children}</Button></Why>;
}
