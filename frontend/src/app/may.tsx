// What the reader may: the program refuses the rest, the window does not offer it.
import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { MouseEventHandler, ReactNode } from 'react';
import { useLocation } from 'wouter';
import { api } from '~/api';
import { tDynamic, useT } from '~/i18n';

/** As core/actor/permission.go names them; '' takes none. */
export type Permission = '' | 'look' | 'sell' | 'contract' | 'collect' | 'keep' | 'answer' | 'invite' | 'erase' | 'inspect' | 'configure' | 'users' | 'administrators';

/** Asks for a permission: useMay()('sell'). Before the status came everything is offered, and the program refuses. */
export function useMay(): (p: Permission) => boolean {
  const status = useQuery({ queryKey: ['status'], queryFn: api.system.status, staleTime: Infinity });
  const s = status.data;
  return (p) => !p || !s?.role || s.permissions.includes(p);
}

// What the acts of a page take, by the beginning of its address, the longest first. A button that takes
// something else says so (may="…"), one's own things take nothing.
const pages: [string, Permission][] = [
  ['/settings/administrator', ''], ['/settings/users', ''], ['/settings/audit', 'inspect'], ['/settings', 'configure'], ['/groups', 'configure'], ['/portal', 'configure'],
  ['/invoices', 'sell'], ['/quotes', 'sell'], ['/credits', 'sell'], ['/recurring', 'sell'], ['/subscriptions', 'sell'], ['/plans', 'sell'], ['/items', 'sell'], ['/prices', 'sell'],
  ['/customers', 'sell'], ['/contacts', 'sell'], ['/import', 'sell'], ['/contracts', 'contract'], ['/payments', 'collect'], ['/debits', 'collect'], ['/statements', 'collect'],
  ['/catch-up', 'collect'], ['/questions', 'answer'], ['/inbox', 'answer'], ['/announcements', 'answer'], ['/faq', 'answer'], ['/mail', 'answer'], ['/requests', 'invite'],
];
export const actsOf = (path: string): Permission => pages.find(([begin]) => path === begin || path.startsWith(begin + '/') || path.startsWith(begin + '?'))?.[1] ?? '';

/** Where a button that acts stands, what it takes, and why it is closed ('' = it is open). */
export function useClosed(may?: Permission): string {
  const t = useT();
  const [path] = useLocation();
  const ask = useMay();
  const p = may ?? actsOf(path);
  return ask(p) ? '' : t('window.may.not', { permission: tDynamic(`common.permission.${p}`) });
}

/** The reason beside a closed button: a button that is disabled has no hover of its own. */
export function Why({ why, children }: { why: string; children: ReactNode }) {
  return why ? <Tooltip label={why} multiline maw={280}><span tabIndex={0} data-closed aria-label={why}>{children}</span></Tooltip> : <>{children}</>;
}

/** A button that opens what makes or changes something: closed to whom the page there, this page or the act is closed. */
export function MakeButton({ to, may, onClick, children, ...rest }: ButtonProps & { to?: string; may?: Permission; onClick: MouseEventHandler<HTMLButtonElement>; children: ReactNode; title?: string; 'data-testid'?: string; 'aria-label'?: string; 'aria-expanded'?: boolean }) {
  const why = useClosed(may ?? (to ? actsOf(to) : undefined));
  return <Why why={why}><Button {...rest} onClick={onClick} disabled={!!why || rest.disabled}>{children}</Button></Why>;
}

/** Pages that make or change something, and nothing else. */
export const making = /\/(new|edit|import|raise)(\?.*)?$|^\/import/;

/** Why an entry of a menu is closed. One that goes to a page takes what making something there takes, one that saves a file takes nothing, any other what it says or what the acts of this page take. */
export function useClosedEntry(): (a: { to?: string; href?: string; icon?: string; may?: Permission }) => string {
  const t = useT();
  const [path] = useLocation();
  const ask = useMay();
  return ({ to, href, icon, may }) => {
    const reads = !!href || icon === 'download' || (to !== undefined && !making.test(to));
    const p = may ?? (reads ? '' : actsOf(to ?? path));
    return ask(p) ? '' : t('window.may.not', { permission: tDynamic(`common.permission.${p}`) });
  };
}
