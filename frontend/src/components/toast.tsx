import { notifications } from '@mantine/notifications';
import { Button } from '@mantine/core';
import { asApiError } from '~/api/error';
import { download } from '~/api/files';
import { inWindow } from '~/api/rpc';
import { t } from '~/i18n';
import { Icon } from './Icon';

export function toast(message: string, undo?: { label: string; act: () => void }) {
  const id = notifications.show({
    message: undo
      ? <span style={{ display: 'flex', gap: 12, alignItems: 'center' }}>{message}<Button size="compact-sm" variant="default" onClick={() => { undo.act(); notifications.hide(id); }}>{undo.label}</Button></span>
      : message,
    icon: <Icon name="check" size={16} />, color: 'accent', autoClose: undo ? 9000 : 4000, withBorder: true, closeButtonProps: { 'aria-label': t('window.close') },
  });
}

export function showError(error: unknown) {
  const e = asApiError(error);
  notifications.show({
    title: t('window.error.toast'),
    message: e.reference ? `${e.message} (${e.reference})` : e.message,
    icon: <Icon name="danger" size={16} />, color: 'danger', autoClose: 12_000, withBorder: true, closeButtonProps: { 'aria-label': t('window.close') },
  });
}

/** Saves a file; the desktop window says where it went, a browser shows it by itself. */
export async function saveFile(href: string): Promise<void> {
  try {
    const name = await download(href);
    if (inWindow) toast(t('window.saved_file', { name }));
  } catch (e) { showError(e); }
}
