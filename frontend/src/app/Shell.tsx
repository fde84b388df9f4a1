import { ActionIcon, Drawer, Tooltip } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { Status } from '~/api';
import { on } from '~/api';
import { Icon } from '~/components/Icon';
import { Brand } from '~/components/layout';
import { useT } from '~/i18n';
import { Bell } from './Bell';
import { Palette } from './Palette';
import { places } from './places';
import { ShortcutsHelp } from './ShortcutsHelp';
import { UserMenu } from './UserMenu';
import { useShortcuts } from './useShortcuts';
import css from './shell.module.css';
import { useAlerts, usePulse } from '~/screens/inbox/alerts';
import { openSpace } from '~/screens/inbox/outgoing';

export function Shell({ status, children }: { status: Status; children: ReactNode }) {
  const t = useT();
  const [path] = useLocation();
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [linked, setLinked] = useState(true);
  const main = useRef<HTMLElement>(null);
  useShortcuts({ palette: () => setPalette((p) => !p), help: () => setHelp(true) });
  useEffect(() => on('connection', (ok) => setLinked(ok !== false)), []);
  const first = useRef(true);
  useEffect(() => {
    setDrawer(false);
    if (first.current) { first.current = false; return; }
    main.current?.scrollTo(0, 0);
    // Led here by a key: the next Tab goes on in the page, not through the menu.
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [path]);
  const demo = !!status.company?.demo;
  openSpace(`${status.company?.id ?? ''}/${status.user?.id ?? ''}`);
  useAlerts();
  return (
    <div className={css.shell}>
      <a className="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>{t('window.nav.skip')}</a>
      <nav className={css.nav} aria-label={t('window.nav.label')}><div className={css.navHead}><Brand /></div><NavLinks path={path} /></nav>
      <header className={css.top}>
        <ActionIcon className={css.burger} aria-label={t('window.nav.open')} onClick={() => setDrawer(true)} size={40}><Icon name="menu" /></ActionIcon>
        <span className={css.company} title={status.company?.name}>{status.company?.name}</span>
        {demo && <Tooltip label={t('window.demo.hint')} multiline maw={280}><span className={css.demo} tabIndex={0}>{t('window.demo.mark')}</span></Tooltip>}
        <span className={css.spring} />
        <button type="button" className={css.search} onClick={() => setPalette(true)} aria-keyshortcuts="Control+K" data-testid="palette"><Icon name="search" size={16} /><span>{t('window.top.search')}</span><kbd>{t('window.key.ctrl')} K</kbd></button>
        <Bell />
        <UserMenu user={status.user} />
      </header>
      <main className={css.main} id="main" tabIndex={-1} ref={main}>
        {!linked && <div className={css.banner} role="status">{t('window.top.connection')}</div>}
        {children}
      </main>
      <Drawer opened={drawer} onClose={() => setDrawer(false)} size={272} title={<Brand />} closeButtonProps={{ 'aria-label': t('window.close') }}>
        <nav aria-label={t('window.nav.label')}><NavLinks path={path} /></nav>
      </Drawer>
      <Palette opened={palette} onClose={() => setPalette(false)} onHelp={() => setHelp(true)} />
      <ShortcutsHelp opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function NavLinks({ path }: { path: string }) {
  const t = useT();
  const here = (href: string) => (href === '/' ? path === '/' : path.startsWith(href) || (href === '/books/balance' && path.startsWith('/books/ledger')));
  return (
    <div className={css.navScroll}>
      {places.map((g, i) => (
        <div key={i} style={i > 0 && !g.label ? { marginTop: 'var(--space-4)' } : undefined}>
          {g.label && <div className={css.group}>{t(g.label)}</div>}
          <ul>{g.items.map((p) => <li key={p.href}><Link href={p.href} className={css.link} aria-current={here(p.href) ? 'page' : undefined}><Icon name={p.icon} /><span>{t(p.label)}</span>{p.waiting && <WaitingCount />}</Link></li>)}</ul>
        </div>
      ))}
    </div>
  );
}

/** How much of the inbox waits, in the menu. */
function WaitingCount() {
  const t = useT();
  const n = usePulse()?.counts.toAnswer ?? 0;
  return n > 0 ? <span className={css.waiting} aria-label={t('window.inbox.to_answer_n', { n })}>{n}</span> : null;
}
