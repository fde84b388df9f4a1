// On a quote: what of it was invoiced, and the next step: a deposit, a situation, the final invoice.
import { Button, SegmentedControl } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, useIntention, type DepositForm, type QuoteBilling as Billing } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { MoneyInput, PercentInput } from '~/components/inputs';
import { Notice, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import view from '~/screens/invoices/view.module.css';

export type BillingStep = 'deposit' | 'progress' | null;

/** Shown on the page of an issued quote; step opens the panel from the page's menu. */
export function QuoteBilling({ quoteId, step, onStep }: { quoteId: string; step: BillingStep; onStep: (s: BillingStep) => void }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['credits', 'billing', quoteId], queryFn: () => api.credits.billing(quoteId) });
  const b = query.data;
  return (
    <>
      {b && (b.deposits.length > 0 || b.finals.length > 0) && <Section title={t('window.credits.billing.title')} flush>
        <ul>
          {b.deposits.map((d) => <li key={d.id} className={view.item}><Link href={`/invoices/${d.id}`}>{d.number}</Link><span className="soft">{f.date(d.issueDate)}</span><span /><strong className="num">{f.money(d.netMinor + d.taxMinor, b.currency)}</strong></li>)}
          {b.finals.map((d) => <li key={d.id} className={view.item}><Link href={`/invoices/${d.id}`}>{d.number || t('window.invoices.no_number')}</Link><span className="soft">{t('window.credits.billing.final')}</span><span /><span /></li>)}
          {b.deposits.length > 0 && <li className={view.item}><span className="soft">{t('window.credits.billing.done', { percent: f.percent(b.donePcm) })}</span><span /><span /><span className="num">{f.money(b.invoicedMinor, b.currency)} / {f.money(b.totalMinor, b.currency)}</span></li>}
        </ul>
      </Section>}
      <SidePanel opened={step !== null} onClose={() => onStep(null)} title={t(step === 'progress' ? 'window.credits.act.progress' : 'window.credits.act.deposit')}>
        {step && b && <DepositPanel quoteId={quoteId} billing={b} progress={step === 'progress'} onClose={() => onStep(null)} />}
      </SidePanel>
    </>
  );
}

function DepositPanel({ quoteId, billing, progress, onClose }: { quoteId: string; billing: Billing; progress: boolean; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [by, setBy] = useState<'percent' | 'amount'>('percent');
  const form = useForm<DepositForm>({ key: '', quoteId, pcm: progress ? 0 : 30_000, amountMinor: 0, progress });
  const make = async () => {
    form.clear();
    const ask = by === 'amount' ? { ...form.values, pcm: 0 } : { ...form.values, amountMinor: 0 };
    const saved = await api.credits.deposit({ ...ask, key: intention.key() });
    intention.done();
    void client.invalidateQueries();
    onClose();
    navigate(`/invoices/${saved.id}/edit`);
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <p className="soft">{t(progress ? 'window.credits.billing.progress_text' : 'window.credits.billing.deposit_text', { done: f.percent(billing.donePcm), total: f.money(billing.totalMinor, billing.currency) })}</p>
        {!progress && <SegmentedControl fullWidth aria-label={t('window.credits.panel.how')} value={by} onChange={(v) => setBy(v === 'amount' ? 'amount' : 'percent')} data={[{ value: 'percent', label: t('window.credits.how.percent') }, { value: 'amount', label: t('window.credits.how.amount') }]} />}
        {by === 'amount' && !progress
          ? <MoneyInput label={t('window.credits.panel.amount')} currency={billing.currency} value={form.values.amountMinor || null} onChange={(v) => form.set('amountMinor', v ?? 0)} error={form.errors.amount} data-field="amount" />
          : <PercentInput label={t(progress ? 'window.credits.billing.progress_percent' : 'window.credits.billing.deposit_percent')} value={form.values.pcm || null} onChange={(v) => form.set('pcm', v ?? 0)} error={form.errors.percent} data-field="percent" autoFocus />}
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton type="submit" onAct={make} onError={form.fail} data-testid="make-deposit">{t('window.credits.billing.make')}</ActionButton>
        </div>
      </Stack>
    </form>
  );
}
