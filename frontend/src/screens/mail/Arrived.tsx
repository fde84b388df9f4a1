import { useQuery } from '@tanstack/react-query';
import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { api, type Arrival } from '~/api';
import { DataTable, type Column } from '~/components/DataTable';
import { KeyValue } from '~/components/display';
import { Empty, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './mail.module.css';

/** What the demo company's own mail server received: the customer's side of a mail. */
export function Arrived() {
  const t = useT();
  const f = useFormat();
  const [open, setOpen] = useState('');
  const query = useQuery({ queryKey: ['mails', 'arrived'], queryFn: api.mail.arrived });
  const columns = useMemo<Column<Arrival>[]>(() => [
    { id: 'subject', header: t('window.mail.col.subject'), phone: true, fixed: true, cell: (r) => r.subject },
    { id: 'to', header: t('window.mail.col.to'), width: 260, phone: true, soft: true, cell: (r) => r.to },
    { id: 'at', header: t('window.mail.col.arrived'), width: 206, soft: true, cell: (r) => f.instant(r.at) },
  ], [t, f]);
  return (
    <>
      <DataTable fill name="arrived" label={t('window.mail.filter.arrived')} columns={columns} rows={query.data ?? []} rowId={(r) => r.id} onOpen={(r) => setOpen(r.id)} loading={query.isPending} error={query.error} retry={() => void query.refetch()}
        empty={<Empty icon="mail" title={t('window.mail.arrived.empty')} text={t('window.mail.arrived.empty_text')} />} />
      <ArrivedPanel id={open} onClose={() => setOpen('')} />
    </>
  );
}

function ArrivedPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const [view, setView] = useState('html');
  const query = useQuery({ queryKey: ['mails', 'arrived', id], queryFn: () => api.mail.arrivedMail(id), enabled: !!id });
  return (
    <SidePanel opened={!!id} onClose={onClose} width={620} title={query.data?.subject ?? ''}>
      {id && <Await query={query}>{(m) => (
        <Stack gap={4}>
          <KeyValue rows={[[t('window.mail.from'), m.from], [t('window.mail.to'), m.to], [t('window.mail.col.arrived'), f.instant(m.at)], m.papers.length > 0 && [t('window.mail.attachments'), m.papers.map((p) => p.name).join(', ')]]} />
          <div>
            <SegmentedControl size="xs" value={view} onChange={setView} aria-label={t('window.mail.body')} data={[{ value: 'html', label: t('window.mail.body_html') }, { value: 'text', label: t('window.mail.body_text') }]} />
            {/* Links open apart, as in a mail program; scripts never run. */}
            {view === 'html' ? <iframe className={css.body} title={m.subject} sandbox="allow-popups allow-popups-to-escape-sandbox" srcDoc={`<base target="_blank">${m.html}`} /> : <pre className={css.text} tabIndex={0}>{m.text}</pre>}
          </div>
        </Stack>
      )}</Await>}
    </SidePanel>
  );
}
