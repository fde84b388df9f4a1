// One file for the bank: what stands in it, its download, what the bank did of it.
import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, download, useIntention, type BankFile, type BankFileLine } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { KeyValue } from '~/components/display';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { DateInput, MoneyInput } from '~/components/inputs';
import { Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { today } from '~/format/civil';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { FileBadge } from './SepaPage';
import css from './sepa.module.css';

const lineTones: Record<string, BadgeTone> = { made: 'neutral', collected: 'good', done: 'good', returned: 'danger', refused: 'danger', dropped: 'neutral', decided: 'neutral' };

export function FilePage({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['sepa', 'file', id], queryFn: () => api.sepa.file(id) });
  return <Await whole query={query}>{(file) => <Loaded file={file} />}</Await>;
}

function Loaded({ file }: { file: BankFile }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [confirming, setConfirming] = useState(false);
  const [back, setBack] = useState<BankFileLine | null>(null);
  const r = file.row;
  const open = r.state === 'made' || r.state === 'confirming';
  // One that was downloaded may be at the bank: the question names what would be taken twice.
  const drop = async () => {
    const body = file.taken
      ? t(r.kind === 'debit' ? 'window.sepa.drop.taken.debit' : 'window.sepa.drop.taken.transfer', { on: f.instant(file.taken), amount: f.money(r.amountMinor, 'EUR'), n: r.orders })
      : t(r.kind === 'debit' ? 'window.sepa.drop.text.debit' : 'window.sepa.drop.text.transfer');
    if (!await confirm({ title: t('window.sepa.drop.title', { number: r.number }), body, verb: t(file.taken ? 'window.sepa.drop.verb_taken' : 'window.sepa.drop') })) return;
    await api.sepa.drop({ batchId: r.publicId, notSent: !!file.taken });
    await client.invalidateQueries();
  };
  return (
    <Page>
      <PageHeader title={r.number} badge={<FileBadge state={r.state} />} back={{ href: '/debits', label: t('window.sepa.title') }}
        secondary={<Button variant="default" leftSection={<Icon name="download" size={16} />} onClick={() => void download(file.href).catch(showError)} data-testid="download-file">{t('window.sepa.download')}</Button>}
        primary={open && !file.early ? <MakeButton onClick={() => setConfirming(true)} data-testid="confirm-file">{t('window.sepa.confirm')}</MakeButton> : undefined}
        menu={r.state === 'made' ? [{ label: t('window.sepa.drop'), icon: 'trash', danger: true, onClick: () => void drop().catch(showError) }] : []} />
      {open && file.early && <Notice tone="info">{t('window.sepa.early', { on: f.date(r.onDate) })}</Notice>}
      <Section label={r.number}>
        <KeyValue rows={[[t('window.sepa.column.kind'), [t(`window.sepa.kind.${r.kind as 'debit' | 'transfer'}`), r.scheme].filter(Boolean).join(' · ')], [t(r.kind === 'debit' ? 'window.sepa.on' : 'window.sepa.on_transfer'), f.date(r.onDate)],
          [t('window.sepa.column.orders'), f.count(r.orders)], [t('window.sepa.column.amount'), <strong key="a">{f.money(r.amountMinor, 'EUR')}</strong>], r.confirmedOn ? [t('window.sepa.confirm.on'), f.date(r.confirmedOn)] : null]} />
      </Section>
      <Section label={t('window.sepa.column.orders')} flush>
        <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.sepa.column.orders')}>
          <table className={css.table} data-testid="file-lines">
            <thead><tr><th scope="col">{t('window.sepa.column.customer')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.about')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.account')}</th><th scope="col" className="num">{t('window.sepa.column.amount')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.state')}</th><th scope="col"><span className="sr">{t(r.kind === 'debit' ? 'window.sepa.return' : 'window.sepa.not_done')}</span></th></tr></thead>
            <tbody>{file.lines.map((l) => <Line key={l.publicId} line={l} debit={r.kind === 'debit'} onReturn={() => setBack(l)} />)}</tbody>
          </table>
        </div>
      </Section>
      <SidePanel opened={confirming} onClose={() => setConfirming(false)} title={t('window.sepa.confirm.title', { number: r.number })}>{confirming && <ConfirmForm file={file} onClose={() => setConfirming(false)} />}</SidePanel>
      <SidePanel opened={!!back} onClose={() => setBack(null)} title={back ? t(r.kind === 'debit' ? 'window.sepa.return.title' : 'window.sepa.not_done.title', { customer: back.customerName }) : ''}>{back && (r.kind === 'debit' ? <ReturnForm key={back.publicId} line={back} onClose={() => setBack(null)} /> : <NotDoneForm key={back.publicId} line={back} onClose={() => setBack(null)} />)}</SidePanel>
    </Page>
  );
}

function Line({ line: l, debit, onReturn }: { line: BankFileLine; debit: boolean; onReturn: () => void }) {
  const t = useT();
  const f = useFormat();
  const verb = debit ? 'window.sepa.return' : 'window.sepa.not_done';
  const about = <>{debit ? l.parts.map((p, i) => <span key={p.documentId}>{i > 0 && ', '}<Link href={`/invoices/${p.documentId}`}>{p.number}</Link></span>) : l.about}{l.paymentNumber && <span className={css.detail}>{l.paymentId ? <Link href={`/payments?open=${l.paymentId}`}>{l.paymentNumber}</Link> : l.paymentNumber}</span>}</>;
  const state = <><Badge tone={lineTones[l.state] ?? 'neutral'}>{tDynamic(`window.sepa.line.${l.state}`)}</Badge>{l.returnCode && <span className={css.detail}>{tDynamic(`common.sepa.reason.${l.returnCode}`)}</span>}{l.note && <span className={css.detail}>{l.note}</span>}{l.owedMinor > 0 && <span className={css.detail}>{t('window.sepa.line.owed', { amount: f.money(l.owedMinor, 'EUR') })}</span>}</>;
  return (
    <tr>
      <td className={css.name}><Link href={`/customers/${l.customerId}`}>{l.customerName}</Link>{l.rum && <span className={css.detail}>{l.rum} · {l.sequence}</span>}<span className={css.below}>{about}</span><span className={css.below}>{state}</span></td>
      <td className={css.hide}>{about}</td>
      <td className={`nowrap ${css.hide}`}>… {l.account}</td><td className="num nowrap">{f.money(l.amountMinor, 'EUR')}</td>
      <td className={css.hide}>{state}</td>
      <td className="num">{(l.state === 'made' || l.state === 'collected' || l.state === 'done') && <MakeButton variant="default" size="compact-md" onClick={onReturn} aria-label={`${t(verb)} – ${l.customerName}`} data-testid={debit ? 'return-debit' : 'not-done'}>{t(verb)}</MakeButton>}</td>
    </tr>
  );
}

function ConfirmForm({ file, onClose }: { file: BankFile; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm({ on: file.row.onDate > today() ? today() : file.row.onDate, thank: false });
  const act = async () => {
    form.clear();
    try {
      const done = await api.sepa.confirm({ batchId: file.row.publicId, on: form.values.on, thank: form.values.thank });
      toast(done.message);
      onClose();
    } finally { await client.invalidateQueries(); }
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <p className="soft" style={{ margin: 0 }}>{t('window.sepa.confirm.text')}</p>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <DateInput label={t('window.sepa.confirm.on')} required {...form.field('on')} />
        {file.row.kind === 'debit' && <Checkbox label={t('window.sepa.confirm.thank')} checked={form.values.thank} onChange={(e) => form.set('thank', e.currentTarget.checked)} />}
        <ActionButton type="submit" onAct={act} onError={form.fail} data-testid="confirm-file-now">{t('window.sepa.confirm')}</ActionButton>
      </Stack>
    </form>
  );
}

function ReturnForm({ line, onClose }: { line: BankFileLine; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const reasons = useQuery({ queryKey: ['sepa', 'reasons'], queryFn: api.sepa.reasons, staleTime: Infinity });
  const form = useForm({ code: 'AM04', on: today(), feeMinor: 0, tell: true });
  const act = async () => {
    form.clear();
    await api.sepa.return({ key: intention.key(), debitId: line.publicId, ...form.values });
    intention.done();
    await client.invalidateQueries();
    onClose();
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <p className="soft" style={{ margin: 0 }}>{t(line.state === 'made' ? 'window.sepa.return.before' : 'window.sepa.return.text')}</p>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <Select label={t('window.sepa.return.code')} allowDeselect={false} searchable data={(reasons.data ?? []).map((r) => ({ value: r.code, label: r.text }))} value={form.values.code} onChange={(c) => c && form.set('code', c)} error={form.errors.code} data-field="code" />
        <DateInput label={t('window.sepa.confirm.on')} required {...form.field('on')} error={form.errors.on ?? form.errors.returnedOn} />
        <MoneyInput label={t('window.sepa.return.fee')} currency="EUR" value={form.values.feeMinor || null} onChange={(m) => form.set('feeMinor', m ?? 0)} error={form.errors.fee} data-field="fee" />
        <Checkbox label={t('window.sepa.return.tell')} checked={form.values.tell} onChange={(e) => form.set('tell', e.currentTarget.checked)} />
        <ActionButton type="submit" onAct={act} onError={form.fail} data-testid="save-return">{t('window.sepa.return.save')}</ActionButton>
      </Stack>
    </form>
  );
}

/** A transfer that the bank did not do: nothing is booked of it; done before, its money is the customer's own again. */
function NotDoneForm({ line, onClose }: { line: BankFileLine; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ on: today(), note: '', again: true, iban: '', bic: '' });
  const act = async () => {
    form.clear();
    await api.sepa.notDone({ key: intention.key(), lineId: line.publicId, ...form.values });
    intention.done();
    await client.invalidateQueries();
    onClose();
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <p className="soft" style={{ margin: 0 }}>{t(line.state === 'done' ? 'window.sepa.not_done.after' : 'window.sepa.not_done.before')}</p>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <DateInput label={t('window.sepa.confirm.on')} required {...form.field('on')} error={form.errors.on ?? form.errors.receivedOn} />
        <TextInput label={t('window.sepa.not_done.note')} maxLength={200} {...form.text('note')} />
        <Checkbox label={t('window.sepa.not_done.again')} checked={form.values.again} onChange={(e) => form.set('again', e.currentTarget.checked)} />
        {form.values.again && <><TextInput label={t('window.sepa.not_done.iban')} autoComplete="off" {...form.text('iban')} /><TextInput label={t('window.sepa.mandate.bic')} autoComplete="off" {...form.text('bic')} /></>}
        <ActionButton type="submit" onAct={act} onError={form.fail} data-testid="save-not-done">{t('window.sepa.not_done.save')}</ActionButton>
      </Stack>
    </form>
  );
}
