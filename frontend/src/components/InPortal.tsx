// The green line beside what customers see in their portal; the words are there for who sees no line or no colour.
import type { ReactNode } from 'react';
import { useT } from '~/i18n';
import css from './InPortal.module.css';

/** Before the name in a row or a heading. Without it the place stays, so that names stand in one line. */
export function InPortal({ on, label }: { on: boolean; label?: string }) {
  const t = useT();
  if (!on) return <span className={css.line} aria-hidden />;
  const words = label ?? t('window.sharing.in_portal');
  return <span className={css.line} data-on title={words} data-testid="in-portal"><span className="sr">{words}{' · '}</span></span>;
}

/** A second line under a name that has the place of the green line before it. */
export const UnderInPortal = ({ children }: { children: ReactNode }) => <span className={css.under}>{children}</span>;

/** What the line means, under a list that has it. */
export function InPortalLegend() {
  const t = useT();
  return <span className={css.legend}><span className={css.line} data-on aria-hidden />{t('window.sharing.legend')}</span>;
}
