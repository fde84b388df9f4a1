// Paramètres › Utilisateurs: who signs in to the firm's desk, as what, and what each role may.
import { Button, Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useAsked } from '~/app/router';
import { api, useIntention, type UserMade, type UserRow } from '~/api';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { Address } from '~/components/display';
import { Icon } from '~/components/Icon';
import { ActionMenu, Section, type Action } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { useMe } from '~/screens/account/AccountSettings';
import { Dialog } from '~/screens/account/Dialog';
import table from '~/screens/settings/settings.module.css';
import { MadeNotice } from './MadeNotice';
import { RoleTable } from './RoleTable';
import { UserForm } from './UserForm';
import css from './users.module.css';

export function UserSettings() {
  const t = useT();
  const me = useMe();
  const query = useQuery({ queryKey: ['users', 'list'], queryFn: api.users.list });
  const may = !!me.data?.permissions.includes('users');
  const [editing, setEditing] = useState<UserRow | 'new'>();
  const [made, setMade] = useState<UserMade>();
  const [closed, setClosed] = useState(false);
  useAsked(may ? 'user' : '', () => setEditing('new'));
  const add = may && <Button size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={() => setEditing('new')} data-testid="new-user">{t('window.users.new')}</Button>;
  const gone = (query.data ?? []).filter((u) => u.state !== 'active').length;
  return (
    <>
      {made && <MadeNotice made={made} onClose={() => setMade(undefined)} />}
      <Section title={t('window.users.list')} actions={add} flush>
        {!may && me.data && <p className="small faint" style={{ padding: '12px 16px 0' }}>{t('window.users.may_not')}</p>}
        <Await query={query}>{(all) => <UserTable rows={all.filter((u) => closed || u.state === 'active')} may={may} onEdit={setEditing} onMade={setMade} />}</Await>
        {gone > 0 && <div className={css.foot}><Switch label={t('window.users.show_closed', { n: gone })} checked={closed} onChange={(e) => setClosed(e.currentTarget.checked)} data-testid="show-closed" /></div>}
      </Section>
      <RoleTable />
      <Dialog title={t(editing === 'new' ? 'window.users.new' : 'window.users.edit')} opened={!!editing} onClose={() => setEditing(undefined)} size={520}>
        {editing && <UserForm user={editing === 'new' ? undefined : editing} permissions={me.data?.permissions ?? []} onClose={() => setEditing(undefined)} onMade={(m) => { setMade(m); setEditing(undefined); }} />}
      </Dialog>
    </>
  );
}

function UserTable({ rows, may, onEdit, onMade }: { rows: UserRow[]; may: boolean; onEdit: (u: UserRow) => void; onMade: (m?: UserMade) => void }) {
  const t = useT();
  const f = useFormat();
  // Who closed a user by keys has no row left to go back to.
  const here = useRef<HTMLDivElement>(null);
  const [acted, setActed] = useState(0);
  const before = useRef({ acted, rows: rows.length });
  useEffect(() => {
    if (rows.length < before.current.rows && acted > before.current.acted) here.current?.focus();
    if (rows.length !== before.current.rows) before.current = { acted, rows: rows.length };
  }, [acted, rows.length]);
  const told = (m?: UserMade) => { setActed((n) => n + 1); onMade(m); };
  return (
    <div ref={here} className={table.scroll} tabIndex={0} role="group" aria-label={t('window.users.list')}>
      <table className={`${table.table} ${css.users}`} data-testid="users">
        <thead><tr><th scope="col">{t('window.users.user')}</th><th scope="col" data-wide>{t('window.users.role')}</th><th scope="col">{t('window.users.state')}</th>{may && <th scope="col" data-wide>{t('window.users.seen')}</th>}{may && <th scope="col"><span className="sr">{t('window.menu.more')}</span></th>}</tr></thead>
        <tbody>{rows.map((u) => (
          <tr key={u.id} data-user={u.code}>
            <td><div>{u.label}{u.self && <>{' '}<Badge tone="accent">{t('window.users.self')}</Badge></>}</div><div className="small" data-phone>{u.roleLabel}</div><div className="small faint"><Address email={u.email} />{u.contact && ` · ${t('window.users.contact_of', { customer: u.customer })}`}</div></td>
            <td data-wide>{u.roleLabel}</td>
            <td><UserState user={u} may={may} /></td>
            {may && <td className="soft nowrap" data-wide>{u.lastSeenAt ? f.instant(u.lastSeenAt) : t('window.users.never')}</td>}
            {may && <td><UserActs user={u} onEdit={onEdit} onMade={told} /></td>}
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

// How somebody signs in is told to who looks after users.
function UserState({ user: u, may }: { user: UserRow; may: boolean }) {
  const t = useT();
  const f = useFormat();
  if (u.state !== 'active') return <Badge tone="neutral">{t('window.users.is_closed')}</Badge>;
  if (!may) return <Badge tone="good">{t('window.users.active')}</Badge>;
  if (!u.hasPassword && u.invitedUntil) return <Badge tone="warning">{t('window.users.invited', { until: f.instant(u.invitedUntil) })}</Badge>;
  if (!u.hasPassword) return <Badge tone="warning">{t('window.users.no_password')}</Badge>;
  return <Badge tone="good">{t(u.factorOn ? 'window.users.active_factor' : 'window.users.active')}</Badge>;
}

function UserActs({ user: u, onEdit, onMade }: { user: UserRow; onEdit: (u: UserRow) => void; onMade: (m?: UserMade) => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const again = () => client.invalidateQueries({ queryKey: ['users'] });
  // What was told of another act goes with this one. false: it was thought better of.
  const act = (fn: () => Promise<UserMade | boolean>) => () => { void fn().then((m) => { if (m === false) return; onMade(m === true ? undefined : m); return again(); }).catch(showError); };
  const invite = async () => { const m = await api.users.invite(u.id, intention.key()); intention.done(); return m; };
  // What it looked after goes to others, and is said before.
  const leaves = (x: UserRow) => [t('window.users.close_text'), ...(x.contracts ? [t('window.users.close_contracts', { n: x.contracts })] : []), ...(x.conversations ? [t('window.users.close_conversations', { n: x.conversations })] : []), ...(x.turns ? [t('window.users.close_turns', { n: x.turns })] : [])].join(' ');
  const close = async () => {
    if (!await confirm({ title: t('window.users.close_ask', { name: u.label }), body: leaves(u), verb: t('window.users.close'), keep: t('window.cancel') })) return false;
    await api.users.close(u.id, u.version);
    toast(t('window.users.closed', { name: u.label }));
    return true;
  };
  const factor = async () => {
    if (!await confirm({ title: t('window.users.factor_ask', { name: u.label }), body: t('window.users.factor_text'), verb: t('window.users.factor_reset'), keep: t('window.cancel') })) return false;
    await api.users.resetFactor(u.id);
    toast(t('window.users.factor_done'));
    return true;
  };
  const open = u.state === 'active';
  const actions: Action[] = u.mayChange ? [
    ...(open ? [{ label: t('window.users.edit'), icon: 'pencil' as const, onClick: () => onEdit(u) }] : []),
    ...(open && !u.self ? [{ label: t(u.hasPassword ? 'window.users.new_link' : 'window.users.invite_again'), icon: 'mail' as const, onClick: act(invite) }] : []),
    ...(open && u.factorOn && !u.self ? [{ label: t('window.users.factor_reset'), icon: 'refresh' as const, onClick: act(factor) }] : []),
    ...(u.self || u.role === 'principal' ? [] : [open ? { label: t('window.users.close'), icon: 'archive' as const, danger: true, divider: true, onClick: act(close) } : { label: t('window.users.reopen'), icon: 'undo' as const, onClick: act(async () => { await api.users.reopen(u.id, u.version); return true; }) }]),
  ] : [];
  return actions.length > 0 ? <ActionMenu actions={actions} size={32} label={t('window.users.acts', { name: u.label })} /> : null;
}
