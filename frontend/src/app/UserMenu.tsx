// Who is signed in, the way to one's account and out; language and theme change at once.
import { ActionIcon, Button, Popover, SegmentedControl, Tooltip } from '@mantine/core';
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
    <Popover width={272} opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target><Tooltip label={label}><ActionIcon size={36} aria-label={label} onClick={() => setOpen((o) => !o)} data-testid="user-menu">{user?.name ? <span className={css.avatar} data-initials={initials(user.name)} /> : <Icon name="settings" />}</ActionIcon></Tooltip></Popover.Target>
      <Popover.Dropdown p="sm" aria-label={label}>
        {user && <Who user={user} close={() => setOpen(false)} />}
        <Preferences />
      </Popover.Dropdown>
    </Popover>
  );
}

function Who({ user, close }: { user: UserMark; close: () => void }) {
  const t = useT();
  const me = useQuery({ queryKey: ['account', 'me'], queryFn: api.account.me });
  const act = (fn: () => Promise<void> | void) => () => { close(); void Promise.resolve(fn()).catch(showError); };
  return (
    <div className={css.who}>
      <div data-testid="who"><strong>{user.name}</strong><div className="small faint">{[user.code, user.roleLabel].filter(Boolean).join(' · ')}</div></div>
      <Button variant="default" size="compact-md" onClick={act(() => navigate('/settings/administrator'))} data-testid="my-account">{t('window.top.my_account')}</Button>
      {me.data?.signedIn && <Button variant="default" size="compact-md" onClick={act(signOut)} data-testid="sign-out">{t('window.top.sign_out')}</Button>}
    </div>
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
