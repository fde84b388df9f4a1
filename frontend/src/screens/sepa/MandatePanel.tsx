// One mandate: what was signed, by whom, from where; what the firm decides of it.
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, download, useIntention, type Mandate } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { KeyValue } from '~/components/display';
import { Notice, Row, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './sepa.module.css';

const tones: Record<string, BadgeTone> = { asked: 'info', signed: 'good', active: 'good', revoked: 'neutral', lapsed: 'warning', spent: 'neutral' };

export function MandateBadge({ mandate: m }: { mandate: Mandate }) {
  return <Badge tone={m.blockedCode ? 'danger' : tones[m.state] ?? 'neutral'}>{m.blockedCode ? m.blockedCode : tDynamic(`common.sepa.state.${m.state}`)}</Badge>;
}

export function MandatePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({ queryKey: ['sepa', 'mandate', id], queryFn: () => api.sepa.mandate(id) });
  return <SidePanel opened onClose={onClose} title={query.data?.rum ?? ''}><Await query={query}>{(m) => <Loaded key={m.version} mandate={m} />}</Await></SidePanel>;
}

function Loaded({ mandate: m }: { mandate: Mandate }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: ['sepa'] });
  const holds = m.state === 'signed' || m.state === 'active';
  const change = async (part: { registered?: boolean; ends?: boolean; unblock?: boolean }) => { await api.sepa.change({ publicId: m.publicId, version: m.version, registered: m.registered, ends: m.ends, unblock: false, ...part }); await refresh(); };
  return (
    <Stack gap={4}>
      <Row gap={2}><MandateBadge mandate={m} /><span className="soft">{tDynamic(`common.sepa.scheme.${m.scheme}`)}</span></Row>
      <KeyValue rows={[[t('window.sepa.column.customer'), m.customerName], m.account ? [t('window.sepa.column.account'), t('window.sepa.mandate.account', { last: m.account })] : null, m.debtorName ? [t('window.sepa.mandate.holder'), m.debtorName] : null,
        [t('window.sepa.mandate.notice'), f.count(m.noticeDays)]]} />
      {m.signedOn && <p className="soft" style={{ margin: 0 }}>{[t('window.sepa.mandate.signed', { date: m.how === 'portal' ? f.instant(m.signedAt) : f.date(m.signedOn), name: m.signedBy }), m.address && t('window.sepa.mandate.from', { address: m.address }), holds && t('window.sepa.mandate.lapses', { date: f.date(m.lapsesOn) })].filter(Boolean).join(' · ')}</p>}
      {m.revokedAt && <p className="soft" style={{ margin: 0 }}>{[t('window.sepa.mandate.revoked', { date: f.instant(m.revokedAt), name: m.revokedBy }), m.revokeReason].filter(Boolean).join(' · ')}</p>}
      {m.blockedCode && holds && <Notice tone="warning" action={<ActionButton size="compact-md" variant="default" onAct={() => change({ unblock: true })}>{t('window.sepa.mandate.unblock')}</ActionButton>}>{t('window.sepa.mandate.blocked', { reason: tDynamic(`common.sepa.reason.${m.blockedCode}`) })}</Notice>}
      <Row gap={2}>
        {m.hasSignature && <Button variant="default" onClick={() => void download(`/files/mandates/${m.publicId}/signature`).catch(showError)}>{t('window.sepa.mandate.signature')}</Button>}
        {m.hasPaper && <Button variant="default" onClick={() => void download(`/files/mandates/${m.publicId}/paper`).catch(showError)}>{t('window.sepa.mandate.paper_file')}</Button>}
        {m.state === 'asked' && <AskAgain mandate={m} />}
      </Row>
      {holds && m.scheme === 'B2B' && <Checkbox label={t('window.sepa.mandate.register')} checked={m.registered} onChange={(e) => void change({ registered: e.currentTarget.checked }).catch(showError)} />}
      {holds && !m.oneOff && <Checkbox label={t('window.sepa.mandate.ends')} checked={m.ends} onChange={(e) => void change({ ends: e.currentTarget.checked }).catch(showError)} />}
      {m.words && <details><summary>{t('window.sepa.mandate.words')}</summary><p className={`soft small ${css.words}`}>{m.words}</p></details>}
      {m.debits.length > 0 && <ul>{m.debits.map((d) => <li key={d.batchId + d.onDate}>{[f.date(d.onDate), f.money(d.amountMinor, 'EUR'), tDynamic(`window.sepa.line.${d.state}`), d.code].filter(Boolean).join(' · ')}</li>)}</ul>}
      {m.state !== 'revoked' && <Revoke mandate={m} onDone={refresh} />}
    </Stack>
  );
}

export function AskAgain({ mandate: m }: { mandate: Mandate }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const act = async () => {
    const done = await api.sepa.ask({ key: intention.key(), customerId: m.customerId, scheme: m.scheme, oneOff: m.oneOff, noticeDays: m.noticeDays });
    intention.done();
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['sepa'] });
  };
  return <ActionButton variant="default" onAct={act}>{t('window.sepa.mandate.ask_again')}</ActionButton>;
}

function Revoke({ mandate: m, onDone }: { mandate: Mandate; onDone: () => Promise<void> }) {
  const t = useT();
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  if (!asked) return <div><MakeButton may="collect" variant="default" onClick={() => setAsked(true)}>{t('window.sepa.mandate.revoke')}</MakeButton></div>;
  return (
    <Stack gap={2}>
      <strong>{t('window.sepa.mandate.revoke.title', { rum: m.rum })}</strong>
      <p className="soft" style={{ margin: 0 }}>{t('window.sepa.mandate.revoke.text')}</p>
      <TextInput label={t('window.sepa.mandate.reason')} value={reason} maxLength={200} onChange={(e) => setReason(e.currentTarget.value)} />
      <Row gap={2}><Button variant="default" onClick={() => setAsked(false)}>{t('window.cancel')}</Button><ActionButton color="danger" onAct={async () => { await api.sepa.revoke(m.publicId, reason); await onDone(); }}>{t('window.sepa.mandate.revoke')}</ActionButton></Row>
    </Stack>
  );
}
