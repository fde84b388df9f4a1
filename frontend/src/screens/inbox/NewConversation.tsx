// The firm writes first: to one contact of a customer, who reads it in the portal and hears of it by mail.
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useIntention } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Notice } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { SidePanel } from '~/components/SidePanel';
import { useT } from '~/i18n';
import { useCustomerSearch } from '~/screens/customers/search';
import css from './inbox.module.css';

export function NewConversation({ opened, customerId, onClose }: { opened: boolean; customerId: string; onClose: () => void }) {
  const t = useT();
  return <SidePanel opened={opened} onClose={onClose} title={t('window.inbox.new')}>{opened && <Form customerId={customerId} />}</SidePanel>;
}

function Form({ customerId }: { customerId: string }) {
  const t = useT();
  const search = useCustomerSearch();
  const client = useQueryClient();
  const intention = useIntention();
  const [name, setName] = useState('');
  const form = useForm({ customerId, contactId: '', subject: '', text: '' });
  const whom = form.values.customerId;
  const customer = useQuery({ queryKey: ['customers', 'people', whom], queryFn: () => api.customers.get(whom), enabled: !!whom });
  const people = (customer.data?.contacts ?? []);
  const contactId = form.values.contactId || (people.find((k) => k.isPrimary) ?? people[0])?.publicId || '';
  const start = async () => {
    form.clear();
    const id = await api.conversations.start({ ...form.values, contactId }, intention.key());
    intention.done();
    await client.invalidateQueries({ queryKey: ['chat'] });
    navigate(`/inbox/chat/${id}?view=all`);
  };
  return (
    <form className={css.form} onSubmit={(e) => e.preventDefault()} noValidate>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Lookup text={name || customer.data?.name || ''} topic="customers" search={search}
        onPick={(o) => { setName(o.value.name); form.patch({ customerId: o.value.id, contactId: '' }); }} input={{ label: t('window.inbox.customer'), required: true, error: form.errors.customerId, 'data-field': 'customerId', 'data-testid': 'chat-customer' }} />
      <NativeSelect label={t('window.inbox.contact')} required disabled={!people.length} value={contactId} onChange={(e) => form.patch({ contactId: e.currentTarget.value })} error={form.errors.contactId} data-field="contactId"
        description={whom && customer.data && !people.length ? t('window.inbox.no_contact') : undefined} data={people.map((k) => ({ value: k.publicId, label: k.name }))} />
      <TextInput label={t('window.inbox.subject')} required maxLength={120} {...form.text('subject')} data-testid="chat-subject" />
      <Textarea label={t('window.inbox.message')} required autosize minRows={4} maxRows={14} maxLength={4000} {...form.text('text')} data-testid="chat-text" />
      <div className={css.acts}><ActionButton onAct={start} onError={form.fail} disabled={!contactId} data-testid="start-conversation">{t('window.inbox.send')}</ActionButton></div>
    </form>
  );
}
