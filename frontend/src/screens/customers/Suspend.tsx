// Shuts a customer's contacts out of the portal, or lets them in again: asked first, with the reason.
import { Button, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, type Customer } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { toast } from '~/components/toast';
import { useT } from '~/i18n';

export function SuspendPanel({ customer, opened, onClose }: { customer: Customer; opened: boolean; onClose: () => void }) {
  const t = useT();
  return <SidePanel opened={opened} onClose={onClose} title={t(customer.suspended ? 'window.customers.resume' : 'window.customers.suspend')} width={460}>{opened && <Fields customer={customer} onClose={onClose} />}</SidePanel>;
}

function Fields({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm({ publicId: customer.publicId, suspended: !customer.suspended, reason: '' });
  const act = async () => {
    form.clear();
    await api.customers.setSuspended(form.values);
    toast(t(customer.suspended ? 'window.customers.is_resumed' : 'window.customers.is_suspended', { name: customer.name }));
    onClose();
    await client.invalidateQueries({ queryKey: ['customers'] });
    await client.invalidateQueries({ queryKey: ['customer-form', customer.publicId] });
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <p className="soft">{t(customer.suspended ? 'window.customers.resume_text' : 'window.customers.suspend_text', { name: customer.name })}</p>
        <Textarea label={t('window.customers.suspend_reason')} description={t('window.customers.suspend_reason_hint')} autosize minRows={2} maxRows={6} maxLength={500} {...form.text('reason')} />
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton may="invite" onAct={act} onError={form.fail} color={customer.suspended ? undefined : 'danger'} type="submit" data-testid="do-suspend">{t(customer.suspended ? 'window.customers.resume_verb' : 'window.customers.suspend_verb')}</ActionButton>
        </div>
      </Stack>
    </form>
  );
}
