import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, asApiError, useIntention, type ImportKind, type ImportOptions, type ImportView } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Steps } from '~/components/display';
import { Notice, Page, PageHeader, SkeletonLines } from '~/components/layout';

import { tDynamic, useT } from '~/i18n';
import { ChooseFile } from './ChooseFile';
import { Columns } from './Columns';
import { Control } from './Control';
import { Finished, Running } from './Finished';

const home: Record<ImportKind, string> = { customers: '/customers', items: '/items', invoices: '/invoices' };
// Which file is open is kept beside the page, so that leaving and coming back loses nothing.
const slot = (kind: ImportKind) => `comptoir.import.${kind}`;

/** From a file to customers, items or open invoices: file, columns, check, done. */
export function ImportPage({ kind }: { kind: ImportKind }) {
  const t = useT();
  const [id, setId] = useState(() => sessionStorage.getItem(slot(kind)) ?? '');
  const open = (next: string) => { if (next) sessionStorage.setItem(slot(kind), next); else sessionStorage.removeItem(slot(kind)); setId(next); };
  const file = useQuery({ queryKey: ['import', id], queryFn: () => api.imports.get(id), enabled: !!id, retry: false, gcTime: 0, staleTime: Infinity });
  const gone = file.isError && asApiError(file.error).code === 'not_found';
  useEffect(() => { if (gone) { sessionStorage.removeItem(slot(kind)); setId(''); } }, [gone, kind]);
  const title = t('window.import.title', { what: tDynamic(`common.import.kind.${kind}`).toLowerCase() });
  return (
    <Page>
      <PageHeader title={title} back={{ href: home[kind], label: tDynamic(`window.${kind}.title`) }} />
      <div style={{ maxWidth: 1100, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 16 }}>
        {!id || gone ? <><StepLine now={0} /><ChooseFile kind={kind} onOpen={open} /></>
          : file.data ? <Assistant key={id} kind={kind} first={file.data} onClose={() => { void api.imports.close(id).catch(() => undefined); open(''); }} />
          : file.isError ? <Notice tone="danger">{asApiError(file.error).message}</Notice> : <SkeletonLines />}
      </div>
    </Page>
  );
}

function StepLine({ now }: { now: number }) {
  const t = useT();
  return <Steps steps={[t('window.import.step.file'), t('window.import.step.columns'), t('window.import.step.check'), t('window.import.step.done')]} now={now} />;
}

function Assistant({ kind, first, onClose }: { kind: ImportKind; first: ImportView; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const [view, setView] = useState(first);
  const [step, setStep] = useState(1);
  const [going, setGoing] = useState(first.running);
  const change = async (options: ImportOptions) => {
    const next = await api.imports.change(view.id, options);
    client.setQueryData(['import', view.id], next);
    setView(next);
  };
  const run = async () => {
    setGoing(true);
    try {
      const next = await api.imports.run(view.id, intention.key());
      intention.done();
      client.setQueryData(['import', view.id], next);
      setView(next);
      void client.invalidateQueries({ predicate: (q) => ['customers', 'items', 'invoices', 'books'].includes(String(q.queryKey[0])) });
    } finally { setGoing(false); }
  };
  if (view.done) return <><StepLine now={4} /><Finished kind={kind} done={view.done} onAgain={onClose} onList={() => { onClose(); navigate(home[kind]); }} /></>;
  if (going) return <><StepLine now={3} /><Running id={view.id} onDone={async () => { const next = await api.imports.get(view.id); setView(next); if (!next.running) setGoing(false); }} /></>;
  const total = view.made + view.changed;
  return (
    <>
      <StepLine now={step} />
      {step === 1 ? <Columns view={view} onChange={change} /> : <Control view={view} onChange={change} />}
      <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap', justifyContent: 'space-between' }}>
        <Button variant="default" onClick={() => (step === 1 ? onClose() : setStep(1))}>{t(step === 1 ? 'window.import.other_file' : 'window.import.back')}</Button>
        {step === 1
          ? <Button data-testid="import-check" onClick={() => setStep(2)}>{t('window.import.to_check')}</Button>
          : <ActionButton data-testid="import-run" disabled={view.faults > 0 || total === 0} onAct={run}>{t('window.import.run', { n: total })}</ActionButton>}
      </div>
    </>
  );
}
