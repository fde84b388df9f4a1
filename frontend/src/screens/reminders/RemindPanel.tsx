// Relancer: who would get what, the text as it will be, what is left out and why; one click sends.
import { Button, Checkbox, Select, UnstyledButton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { api, asApiError, type PlannedMail, type ReminderPlan } from '~/api';
import { listQuery } from '~/api/useList';
import { Badge } from '~/components/Badge';
import { ProgressList, type Progress } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Empty, Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { saveFile } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './reminders.module.css';

type P = { opened: boolean; documents: string[]; onClose: () => void };

/** No documents: everything that is late. */
export function RemindPanel({ opened, documents, onClose }: P) {
  const t = useT();
  const [atMost, setAtMost] = useState(0);
  const query = useQuery({ queryKey: ['reminders', 'plan', documents, atMost], queryFn: () => api.reminders.plan({ documents, atMost }), enabled: opened, gcTime: 0, staleTime: Infinity });
  const sending = useSending();
  const [left, setLeft] = useState<Record<string, boolean>>({});
  const close = () => { if (sending.running) return; sending.reset(); setLeft({}); setAtMost(0); onClose(); };
  const mails = (query.data?.mails ?? []).filter((m) => !left[m.id]);
  const done = sending.items.length > 0;
  return (
    <SidePanel opened={opened} onClose={close} width={760} title={t('window.reminders.title')}
      footer={done ? (sending.running ? undefined : <Button onClick={close} data-autofocus>{t('window.close')}</Button>) : <>
        {documents.length === 0 && <Button variant="subtle" onClick={() => void saveFile(api.listHref('reminders', 'csv', listQuery({})))} data-testid="export-reminders">{t('window.export.as_csv')}</Button>}
        <Button variant="default" onClick={close}>{t('window.cancel')}</Button>
        <Button onClick={() => void sending.start(mails)} disabled={mails.length === 0} leftSection={<Icon name="send" size={16} />} data-testid="send-reminders">{t('window.reminders.send', { n: mails.length })}</Button>
      </>}>
      {opened && (done
        ? <ProgressList items={sending.items} done={sending.items.filter((i) => i.state === 'done' || i.state === 'failed').length} total={sending.items.length} label={t(sending.running ? 'window.reminders.sending' : 'window.reminders.result')} onCancel={sending.running ? sending.stop : undefined} />
        : <Await query={query}>{(p) => <Preview plan={p} left={left} onLeft={(id, out) => setLeft((l) => ({ ...l, [id]: out }))} atMost={atMost} onAtMost={setAtMost} />}</Await>)}
    </SidePanel>
  );
}

function useSending() {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [items, setItems] = useState<Progress[]>([]);
  const [running, setRunning] = useState(false);
  const stopped = useRef(false);
  const mark = (id: string, part: Partial<Progress>) => setItems((list) => list.map((i) => (i.id === id ? { ...i, ...part } : i)));
  const start = async (mails: PlannedMail[]) => {
    if (running) return;
    stopped.current = false;
    setRunning(true);
    setItems(mails.map((m) => ({ id: m.id, label: `${m.customerName} · ${m.documents.map((d) => d.number).join(', ')}`, state: 'waiting' })));
    const batch = crypto.getRandomValues(new Uint32Array(3)).join('-');
    for (const m of mails) {
      if (stopped.current) { mark(m.id, { state: 'skipped' }); continue; }
      mark(m.id, { state: 'running' });
      try {
        await api.reminders.send(m.documents.map((d) => ({ documentId: d.id, level: d.level })), `${batch}-${m.id}`);
        mark(m.id, { state: 'done', detail: t('window.reminders.sent_to', { to: m.to, amount: f.money(m.dueMinor, m.currency) }) });
      } catch (e) { mark(m.id, { state: 'failed', detail: asApiError(e).message }); }
    }
    setRunning(false);
    void client.invalidateQueries();
  };
  return { items, running, start, stop: () => { stopped.current = true; }, reset: () => setItems([]) };
}

function Preview({ plan: p, left, onLeft, atMost, onAtMost }: { plan: ReminderPlan; left: Record<string, boolean>; onLeft: (id: string, out: boolean) => void; atMost: number; onAtMost: (n: number) => void }) {
  const t = useT();
  const f = useFormat();
  const levels = [{ value: '0', label: t('window.reminders.level_planned') }, ...Array.from({ length: Math.max(p.levels, atMost) }, (_, i) => ({ value: String(i + 1), label: t('window.reminders.at_most', { n: i + 1 }) }))];
  return (
    <Stack gap={4}>
      {p.missing.length > 0 && <Notice tone="warning" action={<Link href="/settings/reminders">{t('window.reminders.note_rate')}</Link>}>{t('window.reminders.missing_rate', { from: f.date(p.missing[0]!.from), to: f.date(p.missing[p.missing.length - 1]!.to) })}</Notice>}
      {(p.mails.length > 0 || atMost > 0) && <Select label={t('window.reminders.level')} data={levels} value={String(atMost)} onChange={(v) => onAtMost(Number(v ?? 0))} allowDeselect={false} maw={320} />}
      {p.mails.length === 0
        ? <Empty icon="good" title={t('window.reminders.nothing')} text={t('window.reminders.nothing_text')} />
        : <ul className={css.mails} aria-label={t('window.reminders.mails')}>{p.mails.map((m) => <MailRow key={m.id} mail={m} out={!!left[m.id]} onOut={(out) => onLeft(m.id, out)} />)}</ul>}
      {p.exempt.length > 0 && <section aria-label={t('window.reminders.exempt')}>
        <h2 className={css.head}>{t('window.reminders.exempt')}</h2>
        <ul className={css.exempt}>{p.exempt.map((x) => <li key={x.id}><Link href={`/invoices/${x.id}`}>{x.number}</Link><span className="ellipsis">{x.customerName}</span><span className="soft">{x.reason}</span><span className="num">{x.dueMinor ? f.money(x.dueMinor, x.currency) : ''}</span></li>)}</ul>
      </section>}
    </Stack>
  );
}

function MailRow({ mail: m, out, onOut }: { mail: PlannedMail; out: boolean; onOut: (out: boolean) => void }) {
  const t = useT();
  const f = useFormat();
  const [open, setOpen] = useState(false);
  return (
    <li className={css.mail} data-out={out || undefined} data-testid="planned-mail">
      <div className={css.mailHead}>
        <Checkbox checked={!out} onChange={(e) => onOut(!e.currentTarget.checked)} aria-label={t('window.reminders.include', { name: m.customerName })} />
        <div className={css.who}><strong className="ellipsis">{m.customerName}</strong><span className="soft small ellipsis">{m.to}</span></div>
        <Badge tone={m.formal ? 'danger' : m.level > 1 ? 'warning' : 'info'}>{t(m.formal ? 'window.reminders.notice_n' : 'window.reminders.level_n', { n: m.level })}</Badge>
        <div className={css.sum}><strong className="num">{f.money(m.dueMinor, m.currency)}</strong>{m.feesMinor > 0 && <span className="soft small num">{t('window.reminders.plus_fees', { amount: f.money(m.feesMinor, m.currency) })}</span>}</div>
      </div>
      <ul className={css.docs}>{m.documents.map((d) => (
        <li key={d.id}><Link href={`/invoices/${d.id}`}>{d.number}</Link><span className="soft">{t('window.invoices.late', { n: d.lateDays })}</span>
          <span className="soft">{d.early ? t('window.reminders.early') : d.passed.length > 0 ? t('window.reminders.passed', { list: d.passed.join(', ') }) : ''}</span><span className="num">{f.money(d.dueMinor, m.currency)}</span></li>
      ))}</ul>
      <UnstyledButton className={css.more} aria-expanded={open} onClick={() => setOpen((o) => !o)}><Icon name={open ? 'up' : 'down'} size={14} /><span className="ellipsis">{m.subject}</span></UnstyledButton>
      {open && <Look mail={m} />}
    </li>
  );
}

function Look({ mail: m }: { mail: PlannedMail }) {
  const t = useT();
  const query = useQuery({ queryKey: ['reminders', 'look', m.id, m.level], queryFn: () => api.reminders.look(m.documents.map((d) => ({ documentId: d.id, level: d.level }))), gcTime: 0 });
  // Sandboxed without scripts, as every mail.
  return <Await query={query}>{(x) => <><p className="soft small">{t('window.reminders.sender', { from: x.from })}</p><iframe className={css.look} title={x.subject} sandbox="" srcDoc={x.html} /></>}</Await>;
}
