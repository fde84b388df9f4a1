import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, useIntention, type Customer, type CustomerMark, type Status } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { useT } from '~/i18n';
import { AddressFields, emptyCustomer, IdentityFields } from './CustomerForm';

export const markOf = (c: Customer): CustomerMark => ({
  id: c.id, number: c.number, name: c.name, kind: c.kind, email: c.email, city: c.address.city, country: c.address.country, language: c.language, currency: c.currency, taxRegime: c.taxRegime,
});

/** A new customer without leaving the invoice: the few fields an invoice needs. */
export function CustomerPanel({ opened, name, onClose, onSaved }: { opened: boolean; name: string; onClose: () => void; onSaved: (c: CustomerMark) => void }) {
  const t = useT();
  return <SidePanel opened={opened} onClose={onClose} title={t('window.customers.new')} width={520}>{opened && <PanelForm name={name} onClose={onClose} onSaved={onSaved} />}</SidePanel>;
}

function PanelForm({ name, onClose, onSaved }: { name: string; onClose: () => void; onSaved: (c: CustomerMark) => void }) {
  const t = useT();
  const client = useQueryClient();
  const company = client.getQueryData<Status>(['status'])?.company;
  const form = useForm<Customer>(emptyCustomer(name, company?.country ?? 'FR', company?.currency ?? 'EUR', company?.language ?? 'fr'));
  const intention = useIntention();
  useEffect(() => { document.querySelector<HTMLElement>('[data-field="email"]')?.focus(); }, []);
  const save = async () => {
    const saved = await api.customers.save(form.values, intention.key());
    intention.done();
    void client.invalidateQueries({ queryKey: ['customers'] });
    onSaved(markOf(saved));
  };
  return (
    <form onSubmit={(e) => { e.preventDefault(); }}>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <IdentityFields form={form} />
        <AddressFields form={form} />
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton onAct={save} onError={form.fail} type="submit" data-testid="save-customer">{t('window.save')}</ActionButton>
        </div>
      </Stack>
    </form>
  );
}
