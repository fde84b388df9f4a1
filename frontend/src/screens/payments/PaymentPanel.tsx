// One payment: where its money is, what happened to it, and what can be done with what is left.
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Payment } from '~/api';
import { confirm } from '~/components/Confirm';
import { KeyValue, Timeline } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Notice, Row, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { saveFile, showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { TraceNotices, traceRows, useTrace } from '~/screens/gateways/Trace';
import { AllocateForm, CancelForm, RefundForm } from './PaymentActs';
import css from './payments.module.css';

type Act = '' | 'allocate' | 'refund' | 'cancel';

export function PaymentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const query = useQuery({ queryKey: ['payments', 'one', id], queryFn: () => api.payments.get(id), enabled: !!id });
  const [act, setAct] = useState<Act>('');
  useEffect(() => { setAct(''); }, [id, query.data?.version]);
  return (
    <SidePanel opened={!!id} onClose={onClose} width={520} title={query.data ? t('window.payments.panel', { number: query.data.number }) : ''}
      footer={act === '' && <Button variant="default" leftSection={<Icon name="download" size={16} />} disabled={!query.data} onClick={() => query.data && void saveFile(query.data.receiptHref)}>{t('window.payments.receipt')}</Button>}>
      {id && <Await query={query}>{(p) => <Body key={p.id} payment={p} act={act} setAct={setAct} />}</Await>}
    </SidePanel>
  );
}

function Body({ payment: p, act, setAct }: { payment: Payment; act: Act; setAct: (act: Act) => void }) {
  const t = useT();
  const f = useFormat();
  const money = (minor: number) => f.money(minor, p.currency);
  const trace = useTrace(p).data;
  if (act === 'allocate') return <AllocateForm payment={p} onClose={() => setAct('')} />;
  if (act === 'refund') return <RefundForm of={{ paymentId: p.id, creditId: '', version: p.version, currency: p.currency, method: p.method, leftMinor: p.leftMinor, mostMinor: p.refundableMinor, gateway: p.gateway, byGateway: trace?.canRefund }} onClose={() => setAct('')} />;
  if (act === 'cancel') return <CancelForm payment={p} onClose={() => setAct('')} />;
  return (
    <Stack gap={4}>
      {p.cancelledOn && <Notice tone="warning">{t('window.payments.cancelled_on', { date: f.date(p.cancelledOn) })} · {p.cancelReason}</Notice>}
      <TraceNotices trace={trace} payment={p} />
      <KeyValue rows={[
        [t('window.payments.col.amount'), <strong key="a">{money(p.amountMinor)}</strong>],
        p.feeMinor > 0 && [t('window.payments.fee'), money(p.feeMinor)],
        p.leftMinor > 0 && [t('window.payments.left'), <strong key="l">{money(p.leftMinor)}</strong>],
        p.refundedMinor > 0 && [t('window.payments.refunded_so_far'), money(p.refundedMinor)],
        [t('window.payments.col.date'), f.date(p.receivedOn)],
        [t('window.payments.col.method'), tDynamic(`common.method.${p.method}`)],
        ...traceRows(t, trace, p.reference),
        [t('window.payments.col.customer'), <Link key="c" href={`/customers/${p.customerId}`}>{p.customerName}</Link>],
        !!p.reference && [t('window.payments.col.reference'), p.reference],
        !!p.note && [t('window.payments.note'), p.note],
      ]} />
      {!p.cancelledOn && <Row gap={2}>
        {p.leftMinor > 0 && <MakeButton onClick={() => setAct('allocate')} data-testid="allocate">{t('window.payments.act.allocate')}</MakeButton>}
        {p.refundableMinor > 0 && <MakeButton variant="default" onClick={() => setAct('refund')} data-testid="refund">{t('window.payments.act.refund')}</MakeButton>}
        {p.canCancel && <MakeButton variant="default" onClick={() => setAct('cancel')} data-testid="cancel">{t('window.payments.act.cancel')}</MakeButton>}
      </Row>}
      <Invoices payment={p} />
      {p.refunds.length > 0 && <Section title={t('window.payments.refunds')}>
        <ul>{p.refunds.map((r) => <li key={r.id} className={css.item}><span>{r.number} <span className="soft">{f.date(r.refundedOn)}</span></span><span className="num">{money(r.amountMinor)}</span>
          <Button size="compact-sm" variant="subtle" aria-label={`${t('window.payments.refund_paper')} ${r.number}`} onClick={() => void saveFile(r.paperHref)}><Icon name="download" size={16} /></Button></li>)}</ul>
      </Section>}
      {p.moves.length > p.invoices.length && <Section title={t('window.payments.history')}>
        <Timeline items={p.moves.map((m, i) => ({ id: String(i), at: m.on, title: t(m.amountMinor > 0 ? 'window.payments.moved_on' : 'window.payments.moved_off', { number: m.number }), detail: money(Math.abs(m.amountMinor)) }))} />
      </Section>}
    </Stack>
  );
}

function Invoices({ payment: p }: { payment: Payment }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const takeOff = async (i: Payment['invoices'][number]) => {
    if (!await confirm({ title: t('window.payments.take_off.title', { number: i.number }), lost: [t('window.payments.take_off.lost', { number: i.number, amount: f.money(i.amountMinor, p.currency) })], verb: t('window.payments.take_off.verb') })) return;
    await api.payments.unallocate({ key: intention.key(), paymentId: p.id, creditId: '', documentId: i.id });
    intention.done();
    await client.invalidateQueries();
  };
  return (
    <Section title={t('window.payments.allocations')}>
      {p.invoices.length === 0 ? <p className="soft" style={{ margin: 0 }}>{t('window.payments.none_attached')}</p>
        : <ul>{p.invoices.map((i) => <li key={i.id} className={css.item}><Link href={`/invoices/${i.id}`}>{i.number}</Link><span className="num">{f.money(i.amountMinor, p.currency)}</span>
          <MakeButton size="compact-sm" variant="subtle" color="gray" aria-label={t('window.payments.act.take_off_of', { number: i.number })} onClick={() => void takeOff(i).catch(showError)}>{t('window.payments.act.take_off')}</MakeButton></li>)}</ul>}
    </Section>
  );
}
