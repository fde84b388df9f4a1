import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, useIntention, type Customer, type CustomerMark } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { useT } from '~/i18n';
import { AddressFields, IdentityFields, useRegime } from './CustomerForm';

export const markOf = (c: Customer): CustomerMark => ({
  id: c.publicId, number: c.number, name: c.name, kind: c.kind, email: c.contacts.find((k) => k.isPrimary)?.email || c.email, city: c.city, country: c.country, language: c.language, currency: c.currency, taxRegime: c.taxRegime, termsDays: c.termsDays, suspended: c.suspended,
});

/** A new customer, or what one lacks, without leaving the invoice: the few fields an invoice needs. */
export function CustomerPanel({ opened, id = '', name, onClose, onSaved }: { opened: boolean; id?: string; name: string; onClose: () => void; onSaved: (c: CustomerMark) => void }) {
  const t = useT();
  const blank = useQuery({ queryKey: ['customer-form', id], queryFn: () => api.customers.get(id), enabled: opened, gcTime: 0 });
  return <SidePanel opened={opened} onClose={onClose} title={id ? blank.data?.name : t('window.customers.new')} width={520} returnFocus={false}>{opened && <Await query={blank}>{(c) => <PanelForm customer={id ? c : { ...c, name }} onClose={onClose} onSaved={onSaved} />}</Await>}</SidePanel>;
}

function PanelForm({ customer, onClose, onSaved }: { customer: Customer; onClose: () => void; onSaved: (c: CustomerMark) => void }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm<Customer>(customer);
  useRegime(form, false);
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
