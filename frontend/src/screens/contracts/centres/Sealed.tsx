// The signed and sealed papers, and what proves that they are whole.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api, type SealedPaper, type VerifyView } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Icon } from '~/components/Icon';
import { ActionMenu, Section } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { saveFile } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { DocumentPanel, type Shown } from './DocumentPanel';
import { EvidencePanel } from './EvidencePanel';
import { shortSum } from './people';
import { Verdict } from './Verdict';
import css from './centres.module.css';

export function Sealed({ papers }: { papers: SealedPaper[] }) {
  const t = useT();
  const f = useFormat();
  const [shown, setShown] = useState<Shown>();
  const [evidence, setEvidence] = useState('');
  const [verdict, setVerdict] = useState<VerifyView>();
  return (
    <Section title={t('window.centres.sealed')} flush>
      <ul className={css.papers}>{papers.map((p) => {
        const href = api.contractFiles.href(p.versionId);
        return (
          <li key={p.versionId} data-testid="sealed-paper">
            <Icon name="good" size={20} />
            <div><strong>{p.name}</strong><p className={css.detail}>{t('window.centres.sealed_on', { at: f.instant(p.sealedAt) })}{' · '}{f.bytes(p.size)}{' · '}<span title={p.sha256} className="mono">{t('window.centres.sum_short', { sum: shortSum(p.sha256) })}</span></p></div>
            <div className={css.rowActs}>
              <Button size="compact-md" variant="default" onClick={() => setShown({ name: p.name, href, sha256: p.sha256, pdf: true })}>{t('window.centres.open')}</Button>
              <ActionButton size="compact-md" variant="default" onAct={async () => setVerdict(await api.signing.verifyPaper(p.versionId))} data-testid="paper-verify">{t('window.centres.verify')}</ActionButton>
              <ActionMenu size={32} label={t('window.centres.more', { name: p.name })} actions={[{ label: t('window.centres.save_file'), icon: 'download', onClick: () => void saveFile(href) }, { label: t('window.centres.evidence'), may: '', icon: 'books', onClick: () => setEvidence(p.roundId) }]} />
            </div>
          </li>
        );
      })}</ul>
      <p className={css.level}>{t('window.centres.level')}</p>
      <DocumentPanel shown={shown} onClose={() => setShown(undefined)} />
      <SidePanel opened={!!verdict} onClose={() => setVerdict(undefined)} title={t('window.centres.verify')} width={640}>{verdict && <Verdict view={verdict} />}</SidePanel>
      {evidence && <EvidencePanel roundId={evidence} onClose={() => setEvidence('')} />}
    </Section>
  );
}
