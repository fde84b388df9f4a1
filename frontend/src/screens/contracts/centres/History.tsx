// Rounds that are over: the last one open to the eye, those before it folded away.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api, type CentreKind, type Round } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { Notice, Section } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { EvidencePanel } from './EvidencePanel';
import { answered } from './people';
import { turnTones } from './PersonRow';
import { RoundDocuments } from './RoundDocuments';
import { useActs, type OfContract } from './useCentre';
import css from './centres.module.css';

const tones: Record<string, BadgeTone> = { open: 'info', done: 'good', refused: 'danger', restarted: 'warning', cancelled: 'neutral' };
const stateWord = (r: Round) => tDynamic(`window.centres.state.${r.state === 'done' ? r.kind === 'signature' ? 'signed' : 'approved' : r.state}`);
type Props = { contract: OfContract; kind: CentreKind; round: Round };

export function ClosedRound({ contract, kind, round: r }: Props) {
  const t = useT();
  return (
    <Section title={t('window.centres.round', { n: r.n })} actions={<Badge tone={tones[r.state] ?? 'neutral'}>{stateWord(r)}</Badge>}>
      <Sealing contract={contract} kind={kind} round={r} />
      <RoundBody round={r} />
    </Section>
  );
}

/** The signed papers: on their way, or why not and what to do. */
function Sealing({ contract, kind, round: r }: Props) {
  const t = useT();
  const { take, refused } = useActs(contract.id, kind);
  if (r.sealing === 'waiting') return <div className={css.above}><Notice tone="info">{t('window.centres.sealing')}</Notice></div>;
  if (r.sealing !== 'failed') return null;
  const retry = async () => take(await api.signing.retrySeal(r.id), t('window.centres.sealing_again'));
  return <div className={css.above}><Notice tone="danger" action={<ActionButton size="compact-md" variant="default" onAct={retry} onError={refused} data-testid="seal-retry">{t('window.centres.retry')}</ActionButton>}><strong>{t('window.centres.seal_failed')}</strong>{' '}{tDynamic(r.sealFault)}</Notice></div>;
}

function RoundBody({ round: r }: { round: Round }) {
  const t = useT();
  const f = useFormat();
  const [evidence, setEvidence] = useState(false);
  return (
    <div className={css.round}>
      <p className="soft">{t('window.centres.ran', { from: f.instant(r.startedAt), name: r.startedBy, to: f.instant(r.closedAt) })}{r.state === 'restarted' && ` ${t('window.centres.restarted_why')}`}</p>
      <ul className={css.answers}>{r.turns.map((x) => (
        <li key={x.id} data-name={x.name} data-state={x.state}>
          <div className={css.named}><strong>{x.name}</strong><Badge tone={turnTones[x.state] ?? 'neutral'}>{tDynamic(`window.centres.turn.${x.state}`)}</Badge></div>
          <p className={css.detail}>{[x.capacity, answered(x.state) ? f.instant(x.decidedAt) : '', x.signature ? tDynamic(`window.centres.method.${x.signature.method}`) : '', x.signature?.method.startsWith('in_person') ? t('window.centres.with', { name: x.signature.operator }) : ''].filter(Boolean).join(' · ')}</p>
          {x.reason && <blockquote className={css.reason}>{x.reason}</blockquote>}
        </li>
      ))}</ul>
      <RoundDocuments documents={r.documents} />
      <div><Button variant="default" leftSection={<Icon name="books" size={16} />} onClick={() => setEvidence(true)} data-testid="round-evidence">{t('window.centres.evidence')}</Button></div>
      {evidence && <EvidencePanel roundId={r.id} onClose={() => setEvidence(false)} />}
    </div>
  );
}

export function History({ rounds }: { rounds: Round[] }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={t('window.centres.before')} flush>
      {rounds.map((r) => (
        <details key={r.id} className={css.past}>
          <summary><span>{t('window.centres.round', { n: r.n })}</span><Badge tone={tones[r.state] ?? 'neutral'}>{stateWord(r)}</Badge><span className="faint small">{f.dayOf(r.closedAt)}</span></summary>
          <div className={css.pastBody}><RoundBody round={r} /></div>
        </details>
      ))}
    </Section>
  );
}
