// The file of evidence of a round: what happened, in its order, and whether the chain still holds.
import { useQuery } from '@tanstack/react-query';
import { api, type EvidenceView, type Turn } from '~/api';
import { KeyValue } from '~/components/display';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { Sum } from './DocumentPanel';
import { shortSum } from './people';
import { Drawn } from './Pad';
import css from './centres.module.css';

export function EvidencePanel({ roundId, onClose }: { roundId: string; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['contracts', 'evidence', roundId, f.lang], queryFn: () => api.signing.evidence(roundId), staleTime: 0 });
  return <SidePanel opened onClose={onClose} title={t('window.centres.evidence')} width={680}><Await query={query}>{(e) => <Body e={e} />}</Await></SidePanel>;
}

function Body({ e }: { e: EvidenceView }) {
  const t = useT();
  const f = useFormat();
  const signed = e.round.turns.filter((x) => x.signature);
  return (
    <Stack gap={5}>
      <div data-testid="evidence-sound" data-sound={e.sound}><Notice tone={e.sound ? 'good' : 'danger'}><strong>{t(e.sound ? 'window.centres.sound' : 'window.centres.unsound')}</strong>{e.findings.map((x) => <p key={x}>{x}</p>)}</Notice></div>
      <p className="small faint">{t('window.centres.evidence_text')}</p>
      {e.documents.map((h) => <div key={h.head} className={css.head}><strong>{h.name}</strong>{h.sha256 && <Sum sha256={h.sha256} />}<Sum sha256={h.head} label={t('window.centres.head')} /></div>)}
      {signed.length > 0 && <div><h3>{t('window.centres.signatures')}</h3>{signed.map((x) => <Signature key={x.id} turn={x} />)}</div>}
      <div><h3>{t('window.centres.events')}</h3>
        <ol className={css.events}>{e.events.map((x) => (
          <li key={x.n}>
            <div><strong>{x.label}</strong>{x.who && ` · ${x.who}`}</div>
            <p className={css.detail}><time dateTime={x.at}>{f.instant(x.at)}</time>{[x.detail, x.address].filter(Boolean).map((d) => ` · ${d}`).join('')}</p>
            <p className={css.detail}><span className="mono" title={x.hash}>{t('window.centres.link', { n: x.n, sum: shortSum(x.hash) })}</span></p>
          </li>
        ))}</ol></div>
    </Stack>
  );
}

function Signature({ turn }: { turn: Turn }) {
  const t = useT();
  const f = useFormat();
  const s = turn.signature;
  if (!s) return null;
  return (
    <div className={css.signature}>
      {s.drawing && <Drawn drawing={s.drawing} name={s.typedName} />}
      <KeyValue rows={[
        [t('window.centres.sig.name'), s.typedName],
        [t('window.centres.sig.at'), f.instant(s.signedAt)],
        [t('window.centres.sig.method'), tDynamic(`window.centres.method.${s.method}`)],
        s.method.startsWith('in_person') && [t('window.centres.sig.operator'), s.operator],
        s.device !== '' && [t('window.centres.sig.device'), s.device],
        s.email !== '' && [t('window.centres.sig.email'), s.email],
        s.address !== '' && [t('window.centres.sig.address'), s.address],
        s.userAgent !== '' && [t('window.centres.sig.browser'), s.userAgent],
        s.timeZone !== '' && [t('window.centres.sig.zone'), s.timeZone],
        [t('window.centres.sig.consent'), s.consent],
      ]} />
    </div>
  );
}
