// One act on many invoices: one after the other, each with its own key, stoppable, with a result for each.
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, asApiError, type InvoiceRow } from '~/api';
import { confirm } from '~/components/Confirm';
import type { Progress } from '~/components/display';
import { saveFile } from '~/components/toast';
import { useT } from '~/i18n';

export type BulkAct = 'send' | 'mark_sent' | 'mark_paid';
const call = { send: api.invoices.send, mark_sent: api.invoices.markSent, mark_paid: api.invoices.markPaid };

export function useBulk() {
  const t = useT();
  const client = useQueryClient();
  const [items, setItems] = useState<Progress[]>([]);
  const [running, setRunning] = useState(false);
  const stopped = useRef(false);
  const mark = (id: string, part: Partial<Progress>) => setItems((list) => list.map((i) => (i.id === id ? { ...i, ...part } : i)));

  const start = async (act: BulkAct, rows: InvoiceRow[], clear: () => void) => {
    const n = rows.length;
    if (running || !await confirm({ title: t('window.invoices.bulk.confirm', { n }), body: t(`window.invoices.bulk.confirm_${act}`, { n }), verb: t(`window.invoices.act.${act}`), danger: false })) return;
    stopped.current = false;
    setRunning(true);
    setItems(rows.map((r) => ({ id: r.id, label: [r.number || t('window.invoices.no_number'), r.customerName].filter(Boolean).join(' · '), state: 'waiting' })));
    const batch = crypto.getRandomValues(new Uint32Array(3)).join('-');
    for (const r of rows) {
      if (stopped.current) { mark(r.id, { state: 'skipped' }); continue; }
      mark(r.id, { state: 'running' });
      try {
        const done = await call[act](r.id, r.version, `${batch}-${r.id}`);
        mark(r.id, { state: 'done', detail: done.message });
      } catch (e) { mark(r.id, { state: 'failed', detail: asApiError(e).message }); }
    }
    setRunning(false);
    clear();
    void client.invalidateQueries();
  };
  // Every paper is drawn and filed first, one by one: what cannot be is named, and the rest goes into one archive.
  const zip = async (rows: InvoiceRow[], clear: () => void) => {
    if (running) return;
    stopped.current = false;
    setRunning(true);
    setItems(rows.map((r) => ({ id: r.id, label: [r.number || t('window.invoices.no_number'), r.customerName].filter(Boolean).join(' · '), state: 'waiting' })));
    const ready: string[] = [];
    for (const r of rows) {
      if (stopped.current || r.state === 'draft' || ready.length >= 500) {
        mark(r.id, { state: 'skipped', detail: r.state === 'draft' ? t('window.invoices.bulk.zip_draft') : undefined });
        continue;
      }
      mark(r.id, { state: 'running' });
      try {
        await api.files.filePaper(r.id);
        ready.push(r.id);
        mark(r.id, { state: 'done' });
      } catch (e) { mark(r.id, { state: 'failed', detail: asApiError(e).message }); }
    }
    if (!stopped.current && ready.length > 0) await saveFile(api.files.zipHref(ready));
    setRunning(false);
    clear();
  };
  const done = items.filter((i) => i.state === 'done' || i.state === 'failed').length;
  return { items, done, running, start, zip, stop: () => { stopped.current = true; }, close: () => { if (!running) setItems([]); } };
}
