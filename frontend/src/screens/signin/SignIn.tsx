// The door: who are you. One page with a few views; what was typed as e-mail address goes from one to the next.
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type SignedIn, type UserMark } from '~/api';
import { FullPage } from '~/components/layout';
import { setLang, useLang, useT, type Lang } from '~/i18n';
import { RecoverySheet } from '~/screens/account/RecoverySheet';
import { ChooseView, PasteView } from './links';
import type { Props, View } from './shapes';
import { CodeView, ForgottenView, PasswordView, RecoverView } from './views';
import css from './signin.module.css';

export function SignIn({ firm, token, onDone, onLeave }: { firm: string; token?: string; onDone: (user: UserMark | null | undefined) => void; onLeave?: () => void }) {
  const t = useT();
  const [view, setView] = useState<View>(token ? { at: 'link', token } : { at: 'password' });
  const [email, setEmail] = useState('');
  const entry = useQuery({ queryKey: ['entry'], queryFn: api.account.entry, gcTime: 0 });
  const name = entry.data?.firm || firm;
  const done = (s: SignedIn) => { if (s.half) setView({ at: 'code', half: s.half }); else if (s.recoveryCode) setView({ at: 'keep', code: s.recoveryCode, user: s.user }); else onDone(s.user); };
  const props: Props = { email, setEmail, go: setView, done, mailServer: !!entry.data?.mailServer };
  useEffect(() => { document.title = `${t('window.signin.title')} · Comptoir`; }, [t]);
  return (
    <FullPage>
      <div><h1>{t(title(view))}</h1>{name && <p className={css.firm}>{name}</p>}</div>
      {view.at === 'password' ? <PasswordView {...props} />
        : view.at === 'code' ? <CodeView {...props} half={view.half} />
        : view.at === 'forgotten' || view.at === 'told' ? <ForgottenView {...props} told={view.at === 'told'} hasRecovery={!!entry.data?.hasRecovery} />
        : view.at === 'recover' ? <RecoverView {...props} />
        : view.at === 'paste' ? <PasteView {...props} />
        : view.at === 'link' ? <ChooseView {...props} token={view.token} onLeave={onLeave} />
        : view.at === 'keep' ? <RecoverySheet firm={name} code={view.code} verb={t('window.signin.go_on')} onDone={() => onDone(view.user)} /> : null}
      <Foot />
    </FullPage>
  );
}

const title = (view: View) => view.at === 'forgotten' || view.at === 'told' ? 'window.signin.forgotten_title' as const
  : view.at === 'recover' ? 'window.signin.recover_title' as const
  : view.at === 'paste' || view.at === 'link' ? 'window.signin.code_title' as const
  : view.at === 'keep' ? 'window.account.recovery.title' as const : 'window.signin.title' as const;

function Foot() {
  const t = useT();
  const lang = useLang();
  return (
    <div className={css.foot}>
      <SegmentedControl size="xs" aria-label={t('window.top.language')} value={lang} onChange={(v) => void setLang(v as Lang)} data={[{ value: 'fr', label: t('common.language_own.fr') }, { value: 'en', label: t('common.language_own.en') }]} />
    </div>
  );
}
