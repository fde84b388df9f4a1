// The documents of a round, in exactly the versions that are asked about, with their sums.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api, type RoundDocument } from '~/api';
import { Icon } from '~/components/Icon';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { DocumentPanel, type Shown } from './DocumentPanel';
import { shortSum } from './people';
import css from './centres.module.css';

/** turnId: of who reads because it is asked; that it was opened is noted. */
export function RoundDocuments({ documents, turnId }: { documents: RoundDocument[]; turnId?: string }) {
  const t = useT();
  const f = useFormat();
  const [shown, setShown] = useState<Shown>();
  return (
    <>
      <ul className={css.documents} aria-label={t('window.centres.documents')}>{documents.map((d) => (
        <li key={d.position}>
          <Icon name="invoice" size={18} />
          <div><strong>{d.name}</strong><p className={css.detail}>{[d.pages > 0 ? t('window.centres.pages', { n: d.pages }) : '', f.bytes(d.size)].filter(Boolean).join(' · ')}{' · '}<span title={d.sha256} className="mono">{t('window.centres.sum_short', { sum: shortSum(d.sha256) })}</span></p></div>
          <Button variant="default" size="compact-sm" aria-label={`${t('window.centres.read')}, ${d.name}`} onClick={() => setShown({ name: d.name, href: turnId ? api.signing.documentHref(turnId, d.versionId) : api.contractFiles.href(d.versionId), sha256: d.sha256, pdf: d.mediaType === 'application/pdf' })}>{t('window.centres.read')}</Button>
        </li>
      ))}</ul>
      <DocumentPanel shown={shown} onClose={() => setShown(undefined)} />
    </>
  );
}
