// Where one is signed in, and ending it there.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Account, type UserSession } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { deviceName } from '~/format/device';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './account.module.css';

export function Sessions({ me }: { me: Account }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['account', 'sessions'], queryFn: api.account.sessions });
  const use = (list: UserSession[]) => { client.setQueryData(['account', 'sessions'], list); };
  const others = (query.data ?? []).some((s) => !s.current);
  return (
    <Section title={t('window.account.sessions')} actions={others && <ActionButton variant="default" size="compact-md" onAct={async () => use(await api.account.endOthers())} data-testid="end-others">{t('window.account.sessions_end')}</ActionButton>}>
      <Await query={query}>{(list) => list.length === 0 ? <p className="soft">{t(me.signedIn ? 'window.account.sessions_none' : 'window.account.sessions_unasked')}</p> : (
        <ul className={css.people} data-testid="sessions">{list.map((s) => (
          <li key={s.id}>
            <span className={css.who}><span>{deviceName(s.device, t)}{s.current && <>{' '}<Badge tone="good">{t('window.account.session_this')}</Badge></>}</span>
              <small>{[tDynamic(`window.account.door.${s.door}`), s.address, t('window.account.session_since', { date: f.instant(s.createdAt) }), t('window.account.session_seen', { date: f.instant(s.seenAt) })].filter(Boolean).join(' · ')}</small></span>
            {!s.current && <ActionButton variant="default" size="compact-md" aria-label={t('window.account.session_end_of', { device: deviceName(s.device, t) })} onAct={async () => use(await api.account.endSession(s.id))}>{t('window.account.session_end')}</ActionButton>}
          </li>
        ))}</ul>
      )}</Await>
    </Section>
  );
}
