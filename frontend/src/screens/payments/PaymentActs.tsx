// What is done with a payment afterwards: its rest goes to invoices, money is given back, it is struck.
import { Button, Checkbox, Radio, Select, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api, useIntention, type Done, type Payment } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { KeyValue } from '~/components/display';
import { useForm } from '~/components/form';
import { DateInput, MoneyInput } from '~/components/inputs';
import { Notice, Row, Stack } from '~/components/layout';
import { toast } from '~/components/toast';
import { today } from '~/format/civil';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { InvoiceRows, Sums } from './Split';
import { methods } from './PaymentNew';
import { useSplit } from './useSplit';

function useAct(onClose: () => void) {
  const client = useQueryClient();
  const intention = useIntention();
  return async (act: (key: string) => Promise<Pick<Done, 'message'> & { refused?: boolean }>) => {
    const done = await act(intention.key());
    intention.done(); // a refusal is an end too: the next try is a new one
    if (done.refused) throw new ApiError({ code: 'conflict', key: '', message: done.message, fields: {}, reference: '' });
    toast(done.message);
    await client.invalidateQueries();
    onClose();
  };
}

export function AllocateForm({ payment: p, onClose }: { payment: Payment; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const act = useAct(onClose);
  const form = useForm({});
  const split = useSplit({ customerId: p.customerId, currency: p.currency, amountMinor: p.leftMinor, only: [] });
  const save = () => { form.clear(); return act((key) => api.payments.allocate({ key, paymentId: p.id, version: p.version, parts: split.parts() })); };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <h2 style={{ margin: 0 }}>{t('window.payments.act.allocate')}</h2>
        <KeyValue rows={[[t('window.payments.left'), <strong key="l">{f.money(p.leftMinor, p.currency)}</strong>]]} />
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        {split.proposal && <><InvoiceRows proposal={split.proposal} errors={form.errors} onPart={split.setPart} narrow /><Sums proposal={split.proposal} /></>}
        <Row end gap={2}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton may="collect" type="submit" onAct={save} onError={form.fail} data-testid="save-allocation">{t('window.payments.act.allocate')}</ActionButton>
        </Row>
      </Stack>
    </form>
  );
}

export type Refundable = { paymentId: string; creditId: string; version: number; currency: string; method: string; leftMinor: number; mostMinor: number; gateway?: string; byGateway?: boolean };

/** Money given back, of a payment or of a credit note. */
export function RefundForm({ of, onClose }: { of: Refundable; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const act = useAct(onClose);
  const onInvoices = of.mostMinor > of.leftMinor;
  const [by, setBy] = useState(of.byGateway ? 'gateway' : 'other');
  const gateway = by === 'gateway';
  const form = useForm({ amountMinor: of.leftMinor || of.mostMinor, fromInvoices: of.leftMinor === 0 && onInvoices, feeMinor: 0, refundedOn: today(), method: methods.includes(of.method) ? of.method : 'transfer', reference: '', note: '', notify: true, byFile: false, name: '', iban: '', bic: '' });
  const { byFile: wished, name, iban, bic, ...v } = form.values;
  const canFile = !gateway && v.method === 'transfer' && of.currency === 'EUR';
  const byFile = canFile && wished;
  const asked = { paymentId: of.paymentId, creditId: of.creditId, version: of.version, ...v };
  const save = () => {
    form.clear();
    return act(async (key): Promise<{ message: string; refused?: boolean }> => {
      if (byFile) {
        await api.sepa.decideRefund({ key, paymentId: of.paymentId, creditId: of.creditId, amountMinor: v.amountMinor, fromInvoices: v.fromInvoices, name, iban, bic, note: v.note, thank: v.notify });
        return { message: t('window.sepa.done.decided') };
      }
      if (!gateway) return api.payments.refund({ key, ...asked });
      const told = await api.gateways.refund({ key, ...asked, feeMinor: 0, reference: '' });
      return { message: told.message, refused: told.state === 'declined' || told.state === 'cancelled' };
    });
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <h2 style={{ margin: 0 }}>{t('window.payments.refund.title')}</h2>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        {of.gateway && (of.byGateway
          ? <Radio.Group label={t('window.gateways.refund.by')} value={by} onChange={setBy}><Stack gap={2}>
              <Radio value="gateway" label={t('window.gateways.refund.by_gateway')} description={t('window.gateways.refund.by_gateway_hint', { way: tDynamic(`window.gateways.way.${of.gateway}`) })} data-testid="by-gateway" />
              <Radio value="other" label={t('window.gateways.refund.by_other')} description={t('window.gateways.refund.other_hint')} data-testid="by-other" />
            </Stack></Radio.Group>
          : <Notice tone="info">{t('window.gateways.refund.cannot')}</Notice>)}
        <MoneyInput label={t('window.payments.refund.amount')} description={t('window.payments.refund.at_most', { amount: f.money(v.fromInvoices ? of.mostMinor : of.leftMinor, of.currency) })} currency={of.currency} required value={v.amountMinor || null}
          onChange={(m) => form.patch({ amountMinor: m ?? 0 })} error={form.errors.amount} data-field="amount" data-testid="refund-amount" />
        {onInvoices && <Checkbox label={t('window.payments.refund.from_invoices')} description={t('window.payments.refund.from_invoices_help')} checked={v.fromInvoices} onChange={(e) => form.set('fromInvoices', e.currentTarget.checked)} />}
        {!gateway && !byFile && <DateInput label={t('window.payments.refund.date')} required {...form.field('refundedOn')} />}
        {!gateway && <Select label={t('window.payments.col.method')} allowDeselect={false} data={methods.map((m) => ({ value: m, label: tDynamic(`common.method.${m}`) }))} {...form.field('method')} onChange={(m) => m && form.set('method', m)} />}
        {canFile && <Checkbox label={t('window.sepa.refund.decide')} description={t('window.sepa.refund.text')} checked={wished} onChange={(e) => form.set('byFile', e.currentTarget.checked)} data-testid="by-file" />}
        {byFile && <><TextInput label={t('window.sepa.refund.holder')} {...form.text('name')} /><TextInput label={t('window.sepa.mandate.iban')} required autoComplete="off" {...form.text('iban')} data-testid="refund-iban" /><TextInput label={t('window.sepa.mandate.bic')} autoComplete="off" {...form.text('bic')} /></>}
        {!gateway && !byFile && <TextInput label={t('window.payments.col.reference')} {...form.text('reference')} />}
        {!gateway && !byFile && <MoneyInput label={t('window.payments.refund.fee')} currency={of.currency} value={v.feeMinor || null} onChange={(m) => form.set('feeMinor', m ?? 0)} error={form.errors.fee} data-field="fee" />}
        <Textarea label={t('window.payments.note')} autosize minRows={1} maxRows={6} {...form.text('note')} />
        <Checkbox label={t('window.payments.refund.notify')} checked={v.notify} onChange={(e) => form.set('notify', e.currentTarget.checked)} />
        <p className="soft small" style={{ margin: 0 }}>{t('window.payments.refund.as_credit')}</p>
        <Row end gap={2}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton may="collect" type="submit" onAct={save} onError={form.fail} data-testid="save-refund">{t(byFile ? 'window.sepa.refund.save' : 'window.payments.refund.verb')}</ActionButton>
        </Row>
      </Stack>
    </form>
  );
}

export function CancelForm({ payment: p, onClose }: { payment: Payment; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const act = useAct(onClose);
  const form = useForm({ reason: '' });
  const lost = [...p.invoices.map((i) => t('window.payments.cancel.opens', { number: i.number, amount: f.money(i.amountMinor, p.currency) })),
    ...(p.leftMinor > 0 ? [t('window.payments.cancel.credit', { amount: f.money(p.leftMinor, p.currency) })] : [])];
  const save = () => { form.clear(); return act((key) => api.payments.cancel({ key, paymentId: p.id, version: p.version, reason: form.values.reason })); };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <h2 style={{ margin: 0 }}>{t('window.payments.cancel.title', { number: p.number })}</h2>
        <p className="soft" style={{ margin: 0 }}>{t('window.payments.cancel.body')}</p>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <div><div className="small faint" style={{ marginBottom: 4 }}>{t('window.confirm.lost')}</div><ul style={{ listStyle: 'disc', paddingLeft: 20 }}>{lost.map((l) => <li key={l}>{l}</li>)}</ul></div>
        <TextInput label={t('window.payments.cancel.reason')} required autoFocus {...form.text('reason')} data-testid="cancel-reason" />
        <Row end gap={2}>
          <Button variant="default" onClick={onClose}>{t('window.confirm.keep')}</Button>
          <ActionButton may="collect" type="submit" color="danger" onAct={save} onError={form.fail} data-testid="save-cancel">{t('window.payments.cancel.verb')}</ActionButton>
        </Row>
      </Stack>
    </form>
  );
}
