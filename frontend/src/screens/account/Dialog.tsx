// A question in a dialog with its form: OK applies it whole, Annuler leaves everything as it was.
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { ActionButton } from '~/components/ActionButton';
import type { Form } from '~/components/form';
import { Notice } from '~/components/layout';
import { useT } from '~/i18n';
import css from './account.module.css';

const nothing = () => undefined;
type Props = { title: string; opened: boolean; onClose?: () => void; children: ReactNode; size?: number };
/** The body is made anew at each opening. Without onClose only what the body offers ends it. */
export function Dialog({ title, opened, onClose, children, size = 460 }: Props) {
  const t = useT();
  return <Modal opened={opened} onClose={onClose ?? nothing} withCloseButton={!!onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t('window.close') }}>{opened && <div ref={beginHere}>{children}</div>}</Modal>;
}

// The focus begins at the first field, not at « Fermer »; a body that knows better says so itself.
const beginHere = (body: HTMLDivElement | null) => {
  if (body && !body.querySelector('[data-autofocus]')) body.querySelector('input, textarea, select')?.setAttribute('data-autofocus', '');
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the form holds
export function DialogForm({ form, verb, onAct, onClose, disabled, danger, children }: { form: Form<any>; verb: string; onAct: () => Promise<unknown>; onClose: () => void; disabled?: boolean; danger?: boolean; children: ReactNode }) {
  const t = useT();
  return (
    <form style={{ display: 'grid', gap: 16 }} onSubmit={(e) => e.preventDefault()} noValidate>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      {children}
      <div className={css.dialogEnd}>
        <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
        <ActionButton type="submit" color={danger ? 'danger' : undefined} disabled={disabled} onAct={async () => { form.clear(); await onAct(); }} onError={form.fail} data-testid="dialog-ok">{verb}</ActionButton>
      </div>
    </form>
  );
}
