import type { ReactNode } from 'react';
import css from './account.module.css';

/** One fact with what can be done about it. */
export function Fact({ label, children, acts }: { label: string; children: ReactNode; acts?: ReactNode }) {
  return <div className={css.fact}><dt>{label}</dt><dd>{children}</dd>{acts && <dd className={css.acts}>{acts}</dd>}</div>;
}
