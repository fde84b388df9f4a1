// The round that runs: one's own turn first, then how far it is, who was asked, and on what.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api, useIntention, type Centre, type CentreKind, type Round, type Turn } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { Icon } from '~/components/Icon';
import { ActionMenu, Notice, Section } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { EvidencePanel } from './EvidencePanel';
import { People } from './People';
import { RefuseDialog } from './RefuseDialog';
import { RoundDocuments } from './RoundDocuments';
import { progress } from './people';
import { useSignWish } from './signWish';
import { useActs, type OfContract } from './useCentre';
import css from './centres.module.css';

type Props = { contract: OfContract; kind: CentreKind; centre: Centre; round: Round };

export function OpenRound({ contract, kind, centre: c, round: r }: Props) {
  const t = useT();
  const f = useFormat();
  const intention = useIntention();
  const { take, refused } = useActs(contract.id, kind);
  const [evidence, setEvidence] = useState(false);
  const mine = r.turns.find((x) => x.mine && x.state === 'asked');
  const { done, total } = progress(r);
  const told = r.turns.filter((x) => x.toldAt).map((x) => x.name);
  const cancel = async () => {
    if (!(await confirm({ title: t('window.centres.cancel.ask'), body: t(told.length ? 'window.centres.cancel.text' : 'window.centres.cancel.text_none', { names: told.join(', ') }), verb: t('window.centres.cancel'), keep: t('window.centres.cancel.keep') }))) return;
    await api.signing.cancel(r.id, intention.key()).then((now) => take(now, t('window.centres.cancel.done')), refused);
    intention.done();
  };
  return (
    <>
      {mine && !r.waiting && <OwnTurn contract={contract} kind={kind} round={r} turn={mine} />}
      <Section title={t('window.centres.round', { n: r.n })} actions={<><Badge tone="info">{tDynamic('window.centres.state.open')}</Badge><ActionMenu actions={[{ label: t('window.centres.evidence'), may: '', icon: 'books', onClick: () => setEvidence(true) }, { label: t('window.centres.cancel'), icon: 'close', danger: true, divider: true, onClick: () => void cancel() }]} label={t('window.centres.round_more')} size={32} /></>}>
        <div className={css.round}>
          <p className="soft">{t('window.centres.started', { at: f.instant(r.startedAt), name: r.startedBy })}</p>
          <div className={css.progress}>
            <div role="progressbar" aria-valuenow={done} aria-valuemin={0} aria-valuemax={total} aria-label={t(`window.centres.progress.${kind}`, { done, total })} className={css.bar}><span style={{ width: `${total ? (done / total) * 100 : 0}%` }} /></div>
            <span data-testid="round-progress">{t(`window.centres.progress.${kind}`, { done, total })}</span>
          </div>
          {r.waiting && <Notice tone="info">{t('window.centres.waiting')}</Notice>}
          {r.message && <blockquote className={css.words}>{r.message}</blockquote>}
          <RoundDocuments documents={r.documents} turnId={mine?.id} />
        </div>
      </Section>
      <People contract={contract} kind={kind} centre={c} round={r} ordered={r.ordered} title={t(`window.centres.who.${kind}`)} />
      {evidence && <EvidencePanel roundId={r.id} onClose={() => setEvidence(false)} />}
    </>
  );
}

/** What the user who looks is asked, and the answer right there. */
function OwnTurn({ contract, kind, round, turn }: { contract: OfContract; kind: CentreKind; round: Round; turn: Turn }) {
  const t = useT();
  const f = useFormat();
  const intention = useIntention();
  const { done, refused } = useActs(contract.id, kind);
  const sign = useSignWish();
  const [refusing, setRefusing] = useState(false);
  const approve = async () => {
    await api.signing.approve({ turnId: turn.id, digest: round.digest, reason: '' }, intention.key());
    intention.done();
    done(t('window.centres.own.approved'));
  };
  return (
    <section className={css.own} aria-label={t(`window.centres.own.${kind}`)} data-testid="own-turn">
      <div><h2>{t(`window.centres.own.${kind}`)}</h2>
        <p>{t(`window.centres.own_text.${kind}`, { n: round.documents.length })}</p>
        {turn.dueOn && <p className={css.detail} data-tone={turn.late ? 'late' : undefined}>{t(turn.late ? 'window.centres.late' : 'window.centres.until', { date: f.date(turn.dueOn) })}</p>}</div>
      <div className={css.ownActs}>
        <Button variant="default" onClick={() => setRefusing(true)} data-testid="own-refuse">{t('window.centres.refuse')}</Button>
        {kind === 'approval'
          ? <ActionButton leftSection={<Icon name="check" size={16} />} onAct={approve} onError={(e) => { intention.done(); refused(e); }} data-testid="own-approve">{t('window.centres.approve')}</ActionButton>
          : <Button leftSection={<Icon name="pen" size={16} />} onClick={() => sign({ turnId: turn.id, name: turn.name, how: 'desk' })} data-testid="own-sign">{t('window.centres.read_and_sign')}</Button>}
      </div>
      {refusing && <RefuseDialog contract={contract} kind={kind} round={round} turn={turn} onClose={() => setRefusing(false)} />}
    </section>
  );
}
