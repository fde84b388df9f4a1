// Who is signed in, the way to one's account and out; language and theme change at once.
import { ActionIcon, Menu, SegmentedControl, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api, type UserMark } from '~/api';
import { Icon } from '~/components/Icon';
import { showError } from '~/components/toast';
import { useLang, useT, type Lang } from '~/i18n';
import { useScheme, type Scheme } from '~/theme/scheme';
import { chooseLang, chooseScheme } from './preferences';
import { navigate } from './router';
import { signOut } from './session';
import css from './shell.module.css';

const initials = (name: string) => name.split(/[\s-]+/).filter(Boolean).slice(0, 2).map((w) => [...w][0]!.toUpperCase()).join('');

export function UserMenu({ user }: { user?: UserMark | null }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const label = user ? t('window.top.account', { name: user.name || user.code }) : t('window.top.preferences');
  return (
    <Menu width={272} closeOnItemClick={false} opened={open} onChange={setOpen}>
      <Menu.Target><Tooltip label={label}><ActionIcon size={36} aria-label={label} data-testid="user-menu">{user?.name ? <span className={css.avatar} aria-hidden="true">{initials(user.name)}</span> : <Icon name="settings" />}</ActionIcon></Tooltip></Menu.Target>
      <Menu.Dropdown p="sm">
        {user && <Who user={user} close={() => setOpen(false)} />}
        <Preferences />
      </Menu.Dropdown>
    </Menu>
  );
}

function Who({ user, close }: { user: UserMark; close: () => void }) {
  const t = useT();
  const me = useQuery({ queryKey: ['account', 'me'], queryFn: api.account.me });
  const go = (path: string) => { close(); navigate(path); };
  return (
    <>
      <div className={css.who} data-testid="who"><strong>{user.name}</strong><span className="small faint">{[user.code, user.roleLabel].filter(Boolean).join(' · ')}</span></div>
      <Menu.Item leftSection={<Icon name="customers" size={16} />} onClick={() => go('/settings/administrator')}>{t('window.top.my_account')}</Menu.Item>
      {me.data?.signedIn && <Menu.Item leftSection={<Icon name="external" size={16} />} onClick={() => { close(); void signOut().catch(showError); }} data-testid="sign-out">{t('window.top.sign_out')}</Menu.Item>}
      <Menu.Divider />
    </>
  );
}

export function Preferences() {
  const t = useT();
  const lang = useLang();
  const scheme = useScheme();
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <div className="small faint" id="pref-lang">{t('window.top.language')}</div>
      <SegmentedControl fullWidth aria-labelledby="pref-lang" value={lang} onChange={(v) => void chooseLang(v as Lang)} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} />
      <div className="small faint" id="pref-theme" style={{ marginTop: 8 }}>{t('window.top.theme')}</div>
      <SegmentedControl fullWidth aria-labelledby="pref-theme" value={scheme} onChange={(v) => chooseScheme(v as Scheme)} data={[{ value: 'auto', label: t('window.theme.short.auto') }, { value: 'light', label: t('window.theme.light') }, { value: 'dark', label: t('window.theme.dark') }]} />
    </div>
  );
}
