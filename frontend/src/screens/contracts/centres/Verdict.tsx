// What a file is: each check in words, who signed and when, and what a seal does not say.
import { Link } from 'wouter';
import type { VerifyView } from '~/api';
import { KeyValue } from '~/components/display';
import { Icon, type IconName } from '~/components/Icon';
import { Notice, Stack, type Tone } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { Sum } from './DocumentPanel';
import css from './centres.module.css';

const tones: Record<string, Tone> = { sealed: 'good', altered: 'danger', unknown: 'warning', unsealed: 'warning' };
const marks: Record<string, IconName> = { ok: 'good', failed: 'danger', unknown: 'warning' };

export function Verdict({ view: v }: { view: VerifyView }) {
  const t = useT();
  const f = useFormat();
  return (
    <Stack gap={5}>
      <div data-testid="verdict" data-verdict={v.verdict}><Notice tone={tones[v.verdict] ?? 'warning'}><strong>{v.title}</strong><br />{v.fileName}</Notice></div>
      <ul className={css.checks} aria-label={t('window.centres.checks')}>{v.checks.map((x) => (
        <li key={x.name} data-state={x.state}><Icon name={marks[x.state] ?? 'warning'} size={18} /><div><strong>{x.label}</strong>{' '}<span className={css.checkWord}>{tDynamic(`common.seal.state.${x.state}`)}</span><p>{x.reason}</p></div></li>
      ))}</ul>
      {(v.contractId || v.certificate || v.sealedAt) && <KeyValue rows={[
        v.contractId !== '' && [t('window.centres.verify.contract'), <Link key="c" href={`/contracts/${v.contractId}/signature`}>{[v.contractNumber, v.contractTitle].filter(Boolean).join(' · ')}</Link>],
        v.contractId === '' && v.contractNumber !== '' && [t('window.centres.verify.contract'), [v.contractNumber, v.contractTitle].filter(Boolean).join(' · ')],
        v.certificate !== '' && [t('window.centres.verify.certificate'), v.certificate],
        v.sealedAt !== '' && [t('window.centres.verify.sealed_at'), f.instant(v.sealedAt)],
        v.verdict !== 'unsealed' && [t('window.centres.verify.ours'), t(v.ours ? 'window.centres.verify.ours_yes' : v.sameEvents ? 'window.centres.verify.ours_same' : 'window.centres.verify.ours_no')],
      ]} />}
      {v.signers.length > 0 && (
        <div><h3>{t('window.centres.verify.signers')}</h3>
          <ul className={css.signers}>{v.signers.map((s) => <li key={s.name + s.signedAt}><strong>{s.name}</strong>{s.role && ` · ${s.role}`}<p className={css.detail}>{[f.instant(s.signedAt), tDynamic(`window.centres.method.${s.method}`)].join(' · ')}</p></li>)}</ul></div>
      )}
      <Sum sha256={v.sha256} />
      <p className="small faint">{t('window.centres.level')}</p>
    </Stack>
  );
}
