import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type Customer, type Status } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Notice, Page, PageHeader } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useT } from '~/i18n';
import { CustomerForm, emptyCustomer } from './CustomerForm';

export function CustomerPage({ id }: { id: string }) {
  const client = useQueryClient();
  const company = client.getQueryData<Status>(['status'])?.company;
  const query = useQuery({ queryKey: ['customer-form', id], queryFn: () => api.customers.get(id), enabled: !!id, gcTime: 0, staleTime: Infinity });
  if (!id) return <Editor customer={emptyCustomer('', company?.country ?? 'FR', company?.currency ?? 'EUR', company?.language ?? 'fr')} />;
  return <Await query={query}>{(c) => <Editor key={c.version} customer={c} />}</Await>;
}

function Editor({ customer }: { customer: Customer }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm<Customer>(customer);
  const intention = useIntention();
  const save = async () => {
    form.clear();
    const saved = await api.customers.save(form.values, intention.key());
    intention.done();
    toast(t('window.customers.saved'));
    await client.invalidateQueries({ queryKey: ['customers'] });
    client.setQueryData(['customer-form', saved.id], saved);
    if (customer.id) form.reset(saved); else navigate(`/customers/${saved.id}`, { replace: true });
  };
  const isNew = !customer.id;
  return (
    <Page>
      <PageHeader title={isNew ? t('window.customers.new') : form.values.name || customer.name} subtitle={customer.number} back={{ href: '/customers', label: t('window.customers.title') }}
        secondary={!isNew && <Button variant="default" leftSection={<Icon name="invoice" size={16} />} onClick={() => navigate(`/invoices/new?customer=${customer.id}`)}>{t('window.customers.invoice')}</Button>}
        primary={<ActionButton onAct={save} onError={form.fail} disabled={!isNew && !form.dirty} data-testid="save">{t('window.save')}</ActionButton>}
        menu={isNew ? [] : [{ label: t('window.customers.list_invoices'), icon: 'invoice', onClick: () => navigate(`/invoices?customer=${customer.id}&name=${encodeURIComponent(customer.name)}`) }]} />
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <div style={{ maxWidth: 820 }}><CustomerForm form={form} /></div>
    </Page>
  );
}
