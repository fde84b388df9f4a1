// One act on many contracts: taken out of the portal one after the other, stoppable, with a result for each.
import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, asApiError, type ContractRow } from '~/api';
import { confirm } from '~/components/Confirm';
import { ProgressList, type Progress } from '~/components/display';
import { Icon } from '~/components/Icon';
import { useT } from '~/i18n';

export function useHideMany() {
  const t = useT();
  const client = useQueryClient();
  const [items, setItems] = useState<Progress[]>([]);
  const [running, setRunning] = useState(false);
  const stopped = useRef(false);
  const mark = (id: string, part: Partial<Progress>) => setItems((list) => list.map((i) => (i.id === id ? { ...i, ...part } : i)));
  const start = async (chosen: ContractRow[], clear: () => void) => {
    const rows = chosen.filter((r) => r.inPortal);
    if (running || !await confirm({ title: t('window.contracts.bulk.hide_ask', { n: rows.length }), body: t('window.contracts.bulk.hide_text'), verb: t('window.contracts.bulk.hide'), keep: t('window.cancel'), danger: false })) return;
    stopped.current = false;
    setRunning(true);
    setItems(rows.map((r) => ({ id: r.id, label: [r.number, r.title, r.customerName].join(' · '), state: 'waiting' })));
    for (const r of rows) {
      if (stopped.current) { mark(r.id, { state: 'skipped' }); continue; }
      mark(r.id, { state: 'running' });
      try { await api.contractSharing.hide(r.id); mark(r.id, { state: 'done' }); } catch (e) { mark(r.id, { state: 'failed', detail: asApiError(e).message }); }
    }
    setRunning(false);
    clear();
    void client.invalidateQueries({ queryKey: ['contracts'] });
  };
  const bulk = (rows: ContractRow[], clear: () => void) => (
    <MakeButton size="compact-md" variant="default" leftSection={<Icon name="eyeOff" size={15} />} disabled={!rows.some((r) => r.inPortal)} onClick={() => void start(rows, clear)} data-testid="bulk-hide">{t('window.contracts.bulk.hide')}</MakeButton>
  );
  const done = items.filter((i) => i.state === 'done' || i.state === 'failed').length;
  const panel = (
    <Modal opened={items.length > 0} onClose={() => { if (!running) setItems([]); }} title={t('window.contracts.bulk.hide')} closeButtonProps={{ 'aria-label': t('window.close') }} closeOnClickOutside={!running}>
      <div style={{ display: 'grid', gap: 16, maxHeight: '60vh', overflow: 'auto' }}>
        <ProgressList items={items} done={done} total={items.length} onCancel={running ? () => { stopped.current = true; } : undefined} />
        {!running && <div><Button onClick={() => setItems([])}>{t('window.close')}</Button></div>}
      </div>
    </Modal>
  );
  return { bulk, panel };
}
