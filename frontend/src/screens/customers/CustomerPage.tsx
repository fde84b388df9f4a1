import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useIntention, type Customer } from '~/api';
import { MakeButton, useMay } from '~/app/may';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { StateBadge } from '~/components/Badge';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Notice, Page, PageHeader } from '~/components/layout';
import { SharedFiles } from '~/components/SharedFiles';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useT } from '~/i18n';
import { CustomerReminders } from '~/screens/reminders/InvoiceReminders';
import { CustomerMandates } from '~/screens/sepa/CustomerMandates';
import { KeptMethods } from '~/screens/gateways/KeptMethods';
import { CustomerBalance } from './Balance';
import { CustomerContracts } from '~/screens/contracts/CustomerContracts';
import { CustomerConversations } from '~/screens/inbox/CustomerConversations';
import { CustomerPrices } from '~/screens/prices/CustomerPrices';
import { openAs } from '~/screens/portal/openAs';
import { CustomerForm } from './CustomerForm';
import { CustomerHistory } from './History';
import { People } from './People';
import { PersonalData } from './PersonalData';
import { Proposals } from './Proposals';
import { SuspendPanel } from './Suspend';

export function CustomerPage({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['customer-form', id], queryFn: () => api.customers.get(id), gcTime: 0, staleTime: Infinity });
  return <Await whole query={query}>{(c) => <Editor key={[c, ...c.contacts].map((x) => x.publicId + x.version).join()} customer={c} />}</Await>;
}

function Editor({ customer }: { customer: Customer }) {
  const t = useT();
  const may = useMay();
  const [suspending, setSuspending] = useState(false);
  const client = useQueryClient();
  const form = useForm<Customer>(customer);
  const intention = useIntention();
  const save = async () => {
    form.clear();
    const saved = await api.customers.save(form.values, intention.key());
    intention.done();
    toast(t('window.customers.saved'));
    await client.invalidateQueries({ queryKey: ['customers'] });
    client.setQueryData(['customer-form', saved.publicId], saved);
    if (customer.publicId) form.reset(saved); else navigate(`/customers/${saved.publicId}`, { replace: true });
  };
  const archive = async () => {
    await api.customers.setArchived(customer.publicId, customer.version, !customer.archived);
    toast(t(customer.archived ? 'window.archive.is_back' : 'window.archive.is_away', { name: customer.name }));
    await client.invalidateQueries({ queryKey: ['customers'] });
    navigate('/customers');
  };
  const isNew = !customer.publicId;
  return (
    <Page>
      <PageHeader title={isNew ? t('window.customers.new') : form.values.name || customer.name} badge={customer.suspended ? <StateBadge state="suspended" /> : undefined} subtitle={customer.number} back={{ href: '/customers', label: t('window.customers.title') }}
        secondary={!isNew && <><Button variant="default" leftSection={<Icon name="balance" size={16} />} onClick={() => navigate(`/customers/${customer.publicId}/statement`)} data-testid="statement">{t('window.statement.open')}</Button><MakeButton to="/invoices/new" variant="default" leftSection={<Icon name="invoice" size={16} />} onClick={() => navigate(`/invoices/new?customer=${customer.publicId}`)}>{t('window.customers.invoice')}</MakeButton></>}
        primary={<ActionButton onAct={save} onError={form.fail} disabled={!isNew && !form.dirty} data-testid="save">{t('window.save')}</ActionButton>}
        menu={isNew ? [] : [{ label: t('window.quotes.new'), icon: 'quote', to: `/quotes/new?customer=${customer.publicId}` },
          { label: t('window.credits.act.new_deposit'), icon: 'invoice', to: `/invoices/new?kind=deposit_invoice&customer=${customer.publicId}` },
          { label: t('window.credits.new'), icon: 'credit', to: `/credits/new?customer=${customer.publicId}` },
          { label: t('window.contracts.new'), icon: 'contract', to: `/contracts/new?customer=${customer.publicId}` },
          { label: t('window.recurring.new'), icon: 'refresh', to: `/recurring/new?customer=${customer.publicId}` },
          { label: t('window.quotes.of_customer'), icon: 'quote', divider: true, to: `/quotes?customer=${customer.publicId}&name=${encodeURIComponent(customer.name)}` },
          { label: t('window.customers.list_invoices'), icon: 'invoice', to: `/invoices?customer=${customer.publicId}&name=${encodeURIComponent(customer.name)}` },
          { label: t('window.credits.of_customer'), icon: 'credit', to: `/credits?customer=${customer.publicId}&name=${encodeURIComponent(customer.name)}` },
          { label: t('window.recurring.of_customer'), icon: 'refresh', to: `/recurring?customer=${customer.publicId}&name=${encodeURIComponent(customer.name)}` },
          { label: t('window.customers.list_payments'), icon: 'payments', to: `/payments?customer=${customer.publicId}&name=${encodeURIComponent(customer.name)}` },
          { label: t('window.portal.as.customer'), may: 'invite', icon: 'portal', divider: true, onClick: () => void openAs(customer.publicId).catch(showError) },
          { label: t(customer.suspended ? 'window.customers.resume' : 'window.customers.suspend'), may: 'invite', icon: customer.suspended ? 'undo' : 'warning', divider: true, disabled: form.dirty, onClick: () => setSuspending(true) },
          { label: t(customer.archived ? 'window.archive.back' : 'window.archive.away'), icon: customer.archived ? 'undo' : 'trash', onClick: () => void archive().catch(showError) }]} />
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      {customer.suspended && <Notice tone="warning" action={<Button size="compact-md" variant="default" onClick={() => setSuspending(true)} disabled={form.dirty || !may('invite')}>{t('window.customers.resume_verb')}</Button>}>{t('window.customers.suspended_text')}</Notice>}
      <div style={{ maxWidth: 820, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 16 }}>{!isNew && <CustomerBalance id={customer.publicId} name={customer.name} />}{!isNew && <Proposals customer={customer} changed={form.dirty} />}<CustomerForm form={form} stored={customer} />{!isNew && <People customer={customer} changed={form.dirty} />}{!isNew && <CustomerConversations id={customer.publicId} name={customer.name} />}{!isNew && <CustomerContracts id={customer.publicId} name={customer.name} />}{!isNew && <KeptMethods customerId={customer.publicId} />}{!isNew && <CustomerMandates customer={customer} />}{!isNew && <CustomerReminders id={customer.publicId} />}{!isNew && <CustomerPrices customerId={customer.publicId} />}{!isNew && <SharedFiles customerId={customer.publicId} />}{!isNew && <CustomerHistory id={customer.publicId} />}{!isNew && <PersonalData customer={customer} />}</div>
      <SuspendPanel customer={customer} opened={suspending} onClose={() => setSuspending(false)} />
    </Page>
  );
}
