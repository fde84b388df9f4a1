import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type Invoice, type PaymentForm } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { DateInput, MoneyInput } from '~/components/inputs';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { toast } from '~/components/toast';
import { insist } from '~/screens/payments/insist';
import { today } from '~/format/civil';
import { tDynamic, useT } from '~/i18n';

const methods = ['transfer', 'card', 'cheque', 'cash', 'direct_debit', 'other'];

/** A payment of part of an invoice, of another day, or by other means than a transfer. */
export function PaymentPanel({ invoice, opened, onClose }: { invoice: Invoice; opened: boolean; onClose: () => void }) {
  const t = useT();
  return <SidePanel opened={opened} onClose={onClose} title={t('window.payments.record')}>{opened && <PanelForm invoice={invoice} onClose={onClose} />}</SidePanel>;
}

function PanelForm({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<PaymentForm>({ key: '', invoiceId: invoice.id, version: invoice.version, amountMinor: invoice.dueMinor, receivedOn: today(), method: 'transfer', reference: '', note: '', notify: false, anyway: false });
  const save = async () => {
    form.clear();
    const done = await insist((anyway) => api.invoices.recordPayment({ ...form.values, anyway, key: intention.key() }));
    if (!done) return;
    intention.done();
    toast(done.message);
    void client.invalidateQueries();
    onClose();
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <MoneyInput label={t('window.payments.col.amount')} currency={invoice.currency} required value={form.values.amountMinor || null} onChange={(v) => form.set('amountMinor', v ?? 0)} error={form.errors.amount ?? form.errors.amountMinor} data-field="amount" />
        <DateInput label={t('window.payments.col.date')} required {...form.field('receivedOn')} />
        <Select label={t('window.payments.col.method')} allowDeselect={false} data={methods.map((m) => ({ value: m, label: tDynamic(`common.method.${m}`) }))} {...form.field('method')} onChange={(m) => m && form.set('method', m)} />
        <TextInput label={t('window.payments.col.reference')} {...form.text('reference')} />
        <Textarea label={t('window.payments.note')} autosize minRows={2} maxRows={6} {...form.text('note')} />
        <Checkbox label={t('window.payments.notify')} checked={form.values.notify} onChange={(e) => form.set('notify', e.currentTarget.checked)} />
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton may="collect" type="submit" onAct={save} onError={form.fail} data-testid="record-payment">{t('window.save')}</ActionButton>
        </div>
      </Stack>
    </form>
  );
}
