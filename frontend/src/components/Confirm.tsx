import { Button, Modal } from '@mantine/core';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useT } from '~/i18n';

type Ask = { title: string; body?: ReactNode; lost?: string[]; verb: string; keep?: string; danger?: boolean };
let current: (Ask & { resolve: (yes: boolean) => void }) | null = null;
const listeners = new Set<() => void>();
const set = (next: typeof current) => { current = next; listeners.forEach((l) => l()); };

/** Asks once, naming what is lost; the button carries the verb. keep: what the other button says where *Garder* does not fit; nothing is kept where danger is false. */
export const confirm = (ask: Ask): Promise<boolean> => new Promise((resolve) => set({ ...ask, resolve }));

export function ConfirmHost() {
  const t = useT();
  const ask = useSyncExternalStore((l) => { listeners.add(l); return () => { listeners.delete(l); }; }, () => current);
  const answer = (yes: boolean) => { ask?.resolve(yes); set(null); };
  return (
    <Modal opened={!!ask} onClose={() => answer(false)} title={ask?.title} size={440} zIndex={400} closeButtonProps={{ 'aria-label': t('window.close') }}>
      {ask && <ConfirmBody ask={ask} answer={answer} />}
    </Modal>
  );
}

export function ConfirmBody({ ask, answer }: { ask: Ask; answer: (yes: boolean) => void }) {
  const t = useT();
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      {ask.body && <div className="soft">{ask.body}</div>}
      {ask.lost && ask.lost.length > 0 && (
        <div><div className="small faint" style={{ marginBottom: 4 }}>{t('window.confirm.lost')}</div>
          <ul style={{ listStyle: 'disc', paddingLeft: 20 }}>{ask.lost.map((l) => <li key={l}>{l}</li>)}</ul></div>
      )}
      <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={() => answer(false)} data-autofocus>{ask.keep ?? t(ask.danger === false ? 'window.cancel' : 'window.confirm.keep')}</Button>
        <Button color={ask.danger === false ? 'accent' : 'danger'} onClick={() => answer(true)} data-testid="confirm">{ask.verb}</Button>
      </div>
    </div>
  );
}
