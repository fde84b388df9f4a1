import { ActionIcon, Menu } from '@mantine/core';
import { createContext, useContext, useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useClosedEntry, Why, type Permission } from '~/app/may';
import { navigate } from '~/app/router';
import { setTitle } from '~/app/title';
import { useT } from '~/i18n';
import { Icon, type IconName } from './Icon';
import css from './layout.module.css';

export type Tone = 'info' | 'good' | 'warning' | 'danger';
export type Action = { label: string; icon?: IconName; onClick?: () => void; href?: string; /** Where it goes. */ to?: string; /** What it takes; else what the acts of the page take. */ may?: Permission; danger?: boolean; disabled?: boolean; hint?: string; divider?: boolean };

export function Page({ children, fill }: { children: ReactNode; fill?: boolean }) {
  return <div className={css.page} data-fill={fill || undefined}>{children}</div>;
}

/** Title, one primary action, the rest in a menu. */
export function PageHeader(p: { title: string; badge?: ReactNode; subtitle?: ReactNode; back?: { href: string; label: string }; primary?: ReactNode; secondary?: ReactNode; menu?: Action[] }) {
  useEffect(() => setTitle(`${p.title} · Comptoir`), [p.title]);
  return (
    <header className={css.header}>
      <div className={css.headings}>
        {p.back && <Link href={p.back.href} className={css.back}><Icon name="left" size={14} />{p.back.label}</Link>}
        <div className={css.titleRow}><h1>{p.title}</h1>{p.badge}</div>
        {p.subtitle && <div className={css.subtitle}>{p.subtitle}</div>}
      </div>
      <div className={css.actions}>
        {p.secondary}
        {p.primary}
        {p.menu && p.menu.length > 0 && <div className={css.menu}><ActionMenu actions={p.menu} /></div>}
      </div>
    </header>
  );
}

export function ActionMenu({ actions, label, size = 36 }: { actions: Action[]; label?: string; size?: number }) {
  const t = useT();
  const closed = useClosedEntry();
  const reasons = [...new Set(actions.map(closed))].filter(Boolean);
  const button = (why?: string) => <ActionIcon variant="default" size={size} disabled={!!why} aria-label={label ?? t('window.menu.more')}><Icon name="more" /></ActionIcon>;
  if (reasons[0] && actions.every((a) => a.disabled || closed(a))) return <Why why={reasons[0]}>{button(reasons[0])}</Why>;
  return (
    <Menu>
      <Menu.Target>
        {button()}
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((a) => [
          a.divider && <Menu.Divider key={a.label + '-'} />,
          <Menu.Item key={a.label} leftSection={a.icon && <Icon name={a.icon} size={16} />} color={a.danger ? 'danger' : undefined} disabled={a.disabled || !!closed(a)} onClick={a.to === undefined ? a.onClick : () => navigate(a.to ?? '')}
            rightSection={a.hint && <kbd>{a.hint}</kbd>} {...(a.href ? { component: 'a' as const, href: a.href } : {})}>{a.label}</Menu.Item>,
        ])}
        {reasons.map((why) => <Menu.Label key={why} maw={280} style={{ whiteSpace: 'normal' }} data-closed>{why}</Menu.Label>)}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Inside a part that has a heading of its own, sections stand one level lower. */
export const Inner = createContext(false);

export function Section(p: { title?: string; actions?: ReactNode; children: ReactNode; flush?: boolean; id?: string; label?: string }) {
  const H = useContext(Inner) ? 'h3' : 'h2';
  return (
    <section className={css.section} id={p.id} aria-label={p.title ?? p.label}>
      {p.title && <div className={css.sectionHead}><H>{p.title}</H>{p.actions}</div>}
      <div className={css.sectionBody} data-flush={p.flush || undefined}>{p.children}</div>
    </section>
  );
}
/** Tiles stay two abreast on a phone; fields and sections stand one below the other. */
export const Grid = ({ cols = 2, tiles, children }: { cols?: number; tiles?: boolean; children: ReactNode }) =>
  <div className={css.grid} data-tiles={tiles || undefined} style={{ '--cols': cols } as CSSProperties}>{children}</div>;
export const Wide = ({ children }: { children: ReactNode }) => <div className={css.wide}>{children}</div>;
export const Stack = ({ gap, children }: { gap?: 1 | 2 | 3 | 4 | 5 | 6 | 8; children: ReactNode }) =>
  <div className={css.stack} style={gap ? { '--gap': `var(--space-${gap})` } as CSSProperties : undefined}>{children}</div>;
export const Row = ({ gap, children, end }: { gap?: 1 | 2 | 3 | 4 | 6; children: ReactNode; end?: boolean }) =>
  <div className={css.row} style={{ ...(gap ? { '--gap': `var(--space-${gap})` } : {}), ...(end ? { justifyContent: 'flex-end' } : {}) } as CSSProperties}>{children}</div>;

export function Notice({ tone, children, action }: { tone: Tone; children: ReactNode; action?: ReactNode }) {
  return <div className={css.notice} data-tone={tone} role={tone === 'danger' ? 'alert' : 'status'}><Icon name={tone} /><div>{children}</div>{action}</div>;
}

export function Empty(p: { icon?: IconName; tone?: 'danger'; title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      <span className={css.emptyIcon} data-tone={p.tone}><Icon name={p.icon ?? 'invoice'} size={22} /></span>
      <h2>{p.title}</h2>
      {p.text && <p>{p.text}</p>}
      {p.children}
    </div>
  );
}

/** A page before or instead of the desk: first start, recovery, an error. */
export function FullPage({ children }: { children: ReactNode }) {
  return <main className={css.full}><div className={css.card}><Brand />{children}</div></main>;
}
export function Brand() {
  return (
    <span className={css.brand}>
      <svg className={css.mark} viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="5" fill="var(--accent)" /><path d="M5.500 10.500h13M7 10.500v7M17 10.500v7M8.500 7h7" stroke="var(--accent-ink)" strokeWidth="2" strokeLinecap="round" fill="none" /></svg>
      {'Comptoir'}
    </span>
  );
}

/** True only after a while: quick answers show no skeleton at all. */
export function useLate(active: boolean, ms = 200): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!active) { setLate(false); return; }
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [active, ms]);
  return active && late;
}
export function Skeleton({ width = '100%', height = 12 }: { width?: number | string; height?: number }) {
  return <div className={css.skeleton} style={{ width, height }} />;
}
export function SkeletonLines({ lines = 4 }: { lines?: number }) {
  const t = useT();
  const widths = ['72%', '54%', '81%', '46%', '66%'];
  return <div className={css.stack} role="status" aria-label={t('window.loading')}>{Array.from({ length: lines }, (_, i) => <Skeleton key={i} width={widths[i % widths.length]} />)}</div>;
}
