// A transfer that came on another day, or with another amount, than the customer said.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type Announced } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { DateInput, MoneyInput } from '~/components/inputs';
import { Notice, Row, Stack } from '~/components/layout';
import { toast } from '~/components/toast';
import { today } from '~/format/civil';
import { useT } from '~/i18n';

export function ConfirmTransfer({ announced: a, onClose }: { announced: Announced; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ receivedOn: today(), amountMinor: a.amountMinor });
  const act = async () => {
    form.clear();
    const done = await api.invoices.confirmTransfer({ key: intention.key(), announcementId: a.publicId, ...form.values });
    intention.done();
    toast(done.message);
    await client.invalidateQueries();
    onClose();
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <p className="soft" style={{ margin: 0 }}>{t('window.gateways.confirm_as_hint')}</p>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <MoneyInput label={t('window.payments.col.amount')} currency={a.currency} required value={form.values.amountMinor || null} onChange={(n) => form.set('amountMinor', n ?? -1)} error={form.errors.amount ?? form.errors.amountMinor} data-field="amount" />
        <DateInput label={t('window.payments.col.date')} required {...form.field('receivedOn')} />
        <Row end gap={2}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton may="collect" type="submit" onAct={act} onError={form.fail} data-testid="confirm-as">{t('window.gateways.confirm')}</ActionButton>
        </Row>
      </Stack>
    </form>
  );
}
