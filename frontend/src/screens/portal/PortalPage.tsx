import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type Portal } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { StateBadge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { CopyButton, QrCard, StatTile } from '~/components/display';
import { Empty, Grid, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

export const usePortal = () => useQuery({ queryKey: ['portal', 'view'], queryFn: api.portal.view });

export function useSwitch() {
  const t = useT();
  const client = useQueryClient();
  return async (on: boolean) => {
    if (!on && !await confirm({ title: t('window.portal.shut_title'), body: t('window.portal.shut_lost'), verb: t('window.portal.shut'), keep: t('window.portal.leave_open') })) return;
    const now = await api.portal.setOn(on);
    client.setQueryData(['portal', 'view'], now);
    if (now.state !== 'failed') toast(t(now.state === 'open' ? 'window.portal.opened' : 'window.portal.closed'));
  };
}

export function PortalPage() {
  const t = useT();
  const query = usePortal();
  const turn = useSwitch();
  const p = query.data;
  return (
    <Page>
      <PageHeader title={t('window.portal.title')} badge={p && <PortalBadge portal={p} />}
        primary={p && (p.state === 'open' ? <ActionButton variant="default" onAct={() => turn(false)}>{t('window.portal.shut')}</ActionButton> : <ActionButton onAct={() => turn(true)} data-testid="portal-open">{t('window.portal.open')}</ActionButton>)}
        menu={[{ label: t('window.portal.settings'), icon: 'settings', to: '/settings/portal' }]} />
      <Await query={query}>{(portal) => <Body portal={portal} />}</Await>
    </Page>
  );
}

function Body({ portal: p }: { portal: Portal }) {
  const t = useT();
  const f = useFormat();
  if (p.state !== 'open') {
    return (
      <>
        {p.state === 'failed' && <Notice tone="danger"><strong>{t('window.portal.failed')}</strong>{p.message && <div>{p.message}</div>}</Notice>}
        <Section label={t('window.portal.off')}><Empty icon="portal" title={t('window.portal.off')} text={t('window.portal.off_text')} /></Section>
      </>
    );
  }
  return (
    <>
      <Grid cols={2}>
        <Section title={t('window.portal.addresses')}><PortalCode portal={p} /></Section>
        <Grid cols={2} tiles>
          <StatTile label={t('window.portal.visits')} value={f.count(p.visitsToday)} icon="customers" />
          <StatTile label={t('window.portal.views')} value={f.count(p.viewsToday)} icon="eye" />
        </Grid>
      </Grid>
      <Section title={t('window.portal.sessions')} flush={p.sessions.length > 0}>
        {p.sessions.length === 0 ? <span className="soft">{t('window.portal.no_sessions')}</span> : (
          <ul>{p.sessions.map((s) => <li key={s.id} style={{ display: 'flex', gap: 16, padding: '8px 16px', borderTop: '1px solid var(--line)', flexWrap: 'wrap' }}><strong style={{ flex: 1, fontWeight: 500 }}>{s.contact}</strong><span className="soft" style={{ flex: 1 }}>{s.customer}</span><span className="faint">{f.instant(s.seenAt)}</span><span className="faint mono">{s.address}</span></li>)}</ul>
        )}
      </Section>
      <Trust portal={p} />
    </>
  );
}

const loopback = (url: string) => { try { return /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname); } catch { return false; } };
/** Nobody but this computer reaches it: a code to scan would promise what it cannot keep. */
const onlyHere = (p: Portal) => p.addresses.length > 0 && p.addresses.every((a) => loopback(a.url));

/** The address to give and its code: on the portal's page and on the home page. */
export function PortalCode({ portal: p }: { portal: Portal }) {
  const t = useT();
  // Go draws the first address; a telephone can only open one that is not this computer's own.
  const first = p.addresses[0]?.url ?? '';
  const main = p.addresses.find((a) => !loopback(a.url))?.url ?? first;
  const other = useQuery({ queryKey: ['portal', 'code', main], queryFn: () => api.portal.qr(main), enabled: main !== first, staleTime: Infinity });
  const code = main === first ? p.qr : other.data;
  if (onlyHere(p)) {
    return (
      <div style={{ display: 'grid', gap: 8 }}>
        <strong>{t('window.portal.only_here')}</strong><p className="soft">{t('window.portal.only_here_text')}</p>
        <Addresses portal={p} />
        <Link href="/settings/portal" className="touch">{t('window.portal.settings')}</Link>
      </div>
    );
  }
  if (!code) return <Addresses portal={p} />;
  return (
    <QrCard svg={code} alt={t('window.portal.qr_alt', { url: main })} title={t('window.portal.qr')} text={t('window.portal.qr_text')}>
      <Addresses portal={p} />
    </QrCard>
  );
}

const Addresses = ({ portal: p }: { portal: Portal }) => (
  <ul style={{ display: 'grid', gap: 6 }}>{p.addresses.map((a) => <li key={a.url}>{a.label !== a.url && <div className="small faint">{a.label}</div>}<Address url={a.url} /></li>)}</ul>
);
const Address = ({ url }: { url: string }) => (
  <span style={{ display: 'flex', alignItems: 'center', gap: 4, minWidth: 0 }}><a href={url} target="_blank" rel="noreferrer" className="ellipsis touch">{url}</a><CopyButton value={url} /></span>
);

/** Where a telephone learns to know this computer's certificate, once. */
export function Trust({ portal: p }: { portal: Pick<Portal, 'trustUrl' | 'fingerprint'> }) {
  const t = useT();
  const url = p.trustUrl;
  const code = useQuery({ queryKey: ['portal', 'trust', url], queryFn: () => api.portal.qr(url), enabled: !!url, staleTime: Infinity });
  if (!url && !p.fingerprint) return null;
  return (
    <Section title={t(url ? 'window.portal.trust' : 'window.portal.fingerprint')}>
      <Stack gap={4}>
        {url && (code.data
          ? <QrCard svg={code.data} alt={t('window.portal.qr_alt', { url })} title={t('window.portal.trust_open')} text={t('window.portal.trust_text')}><Address url={url} /></QrCard>
          : <><p className="soft">{t('window.portal.trust_text')}</p><Address url={url} /></>)}
        {p.fingerprint && <div>{url && <div className="small faint">{t('window.portal.fingerprint')}</div>}<p className="soft">{t('window.portal.fingerprint_text')}</p>
          <div style={{ display: 'flex', alignItems: 'center', gap: 8, marginTop: 8 }}><code className="mono" style={{ overflowWrap: 'anywhere' }}>{p.fingerprint}</code><CopyButton value={p.fingerprint} /></div></div>}
      </Stack>
    </Section>
  );
}

export const PortalBadge = ({ portal: p }: { portal: Portal }) => <StateBadge state={p.state === 'failed' ? 'error' : p.state === 'open' ? 'on' : 'off'} />;
