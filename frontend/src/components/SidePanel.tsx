import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useT } from '~/i18n';
import css from './panels.module.css';

/** A quick look or a short form beside what one was doing. */
export function SidePanel(p: { opened: boolean; onClose: () => void; title: ReactNode; children: ReactNode; footer?: ReactNode; width?: number; returnFocus?: boolean }) {
  const t = useT();
  const phone = useMediaQuery('(max-width: 48em)');
  return (
    <Drawer opened={p.opened} onClose={p.onClose} title={p.title} position="right" size={phone ? '100%' : p.width ?? 460} closeButtonProps={{ 'aria-label': t('window.close') }}
      returnFocus={p.returnFocus ?? true} overlayProps={{ backgroundOpacity: 0.25 }} classNames={{ body: css.panelBody, content: css.panelContent, header: css.panelHeader }}>
      <div className={css.panelScroll}>{p.children}</div>
      {p.footer && <div className={css.panelFooter} data-foot>{p.footer}</div>}
    </Drawer>
  );
}
