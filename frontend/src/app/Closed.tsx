// What stands where a page or a section is closed to the reader: the reason, and nothing is asked of the program.
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '~/components/Icon';
import { Empty, Notice, Page } from '~/components/layout';
import { useT } from '~/i18n';
import { making, useClosed, type Permission } from './may';

/** A page where something is made or changed, and nothing else: whoever may not is told so. */
export function Allowed({ children }: { children: ReactNode }) {
  const t = useT();
  const [path] = useLocation();
  const why = useClosed();
  if (!why || !making.test(path)) return <>{children}</>;
  return <Page><Empty icon="info" title={t('window.may.title')} text={why}><span data-testid="not-allowed"><Icon name="info" size={16} /></span></Empty></Page>;
}

/** What may not even be read without a permission: the reason stands in its place, and nothing is asked. */
export function Reading({ may, children }: { may: Permission; children: ReactNode }) {
  const why = useClosed(may);
  return why ? <Notice tone="info">{why}</Notice> : <>{children}</>;
}
