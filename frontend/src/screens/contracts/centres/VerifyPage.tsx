// Verifier: a file is dropped or chosen, and the program says whether it is what was signed.
import { Button } from '@mantine/core';
import { useRef, useState, type DragEvent } from 'react';
import { api, asApiError, type VerifyView } from '~/api';
import { Icon } from '~/components/Icon';
import { Notice, Page, PageHeader, Section, Skeleton, Stack, useLate } from '~/components/layout';
import { useT } from '~/i18n';
import { Verdict } from './Verdict';
import css from './centres.module.css';

export function VerifyPage() {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const asked = useRef(0);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [view, setView] = useState<VerifyView>();
  const [error, setError] = useState('');
  const late = useLate(busy);
  const look = async (file?: File) => {
    if (!file) return;
    const mine = ++asked.current;
    setBusy(true);
    setError('');
    setView(undefined);
    try { const v = await api.signing.verify(file); if (mine === asked.current) setView(v); } catch (e) { if (mine === asked.current) setError(asApiError(e).message); }
    if (mine === asked.current) setBusy(false);
  };
  const drop = (e: DragEvent) => { e.preventDefault(); setOver(false); void look(e.dataTransfer.files[0]); };
  return (
    <Page>
      <PageHeader title={t('window.centres.verify.title')} back={{ href: '/contracts', label: t('window.contracts.title') }} subtitle={t('window.centres.verify.text')} />
      <div className={css.verify}>
        <Stack gap={4}>
          <div className={css.drop} data-over={over || undefined} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
            <Icon name="upload" size={28} />
            <p>{t('window.centres.verify.drop')}</p>
            <input ref={input} type="file" accept=".pdf,application/pdf" hidden aria-label={t('window.centres.verify.choose')} onChange={(e) => { void look(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} data-testid="verify-input" />
            <Button onClick={() => input.current?.click()} data-testid="verify-choose">{t('window.centres.verify.choose')}</Button>
            <p className="small faint">{t('window.centres.verify.stays')}</p>
          </div>
          {late && <div role="status" aria-label={t('window.working')}><Skeleton height={44} /></div>}
          {error && <Notice tone="danger">{error}</Notice>}
          <div aria-live="polite">{view && <Section label={t('window.centres.verify.result')}><Verdict view={view} /></Section>}</div>
        </Stack>
      </div>
    </Page>
  );
}
