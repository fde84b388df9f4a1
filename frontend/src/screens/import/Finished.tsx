import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, type ImportDone, type ImportKind } from '~/api';
import { KeyValue, ProgressList } from '~/components/display';
import { Notice, Row, Section, Stack } from '~/components/layout';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';

/** How far it is, told by Go; it goes on when this page is left. */
export function Running({ id, onDone }: { id: string; onDone: () => Promise<void> }) {
  const t = useT();
  const progress = useQuery({ queryKey: ['import-progress', id], queryFn: () => api.imports.progress(id), refetchInterval: 400, gcTime: 0 });
  const was = useRef(false);
  useEffect(() => {
    if (progress.data?.running) was.current = true;
    else if (progress.data && was.current) void onDone().catch(showError);
  }, [progress.data, onDone]);
  const p = progress.data;
  return (
    <Section title={t('window.import.running')}>
      <ProgressList items={[]} label={t('window.import.running_text')} done={p?.done ?? 0} total={p?.total || 1} onCancel={() => void api.imports.cancel(id).catch(showError)} />
    </Section>
  );
}

export function Finished({ kind, done, onAgain, onList }: { kind: ImportKind; done: ImportDone; onAgain: () => void; onList: () => void }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={t('window.import.step.done')}>
      <Stack gap={4}>
        <Notice tone="good">{t('window.import.done', { name: done.file })}</Notice>
        <KeyValue rows={[[t('window.import.made_done'), f.count(done.made)], [t('window.import.changed_done'), f.count(done.changed)], [t('window.import.skipped'), f.count(done.skipped)]]} />
        {kind === 'invoices' && <p className="soft">{t('window.import.after_invoices')}</p>}
        <Row><Button onClick={onList} data-testid="import-list">{t('window.import.see', { what: tDynamic(`common.import.kind.${kind}`).toLowerCase() })}</Button><Button variant="default" onClick={onAgain}>{t('window.import.again')}</Button></Row>
      </Stack>
    </Section>
  );
}
