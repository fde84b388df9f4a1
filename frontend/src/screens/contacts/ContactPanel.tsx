// One contact: its details, its access to the portal, what its customer's contacts see of each other, and its customer.
import { Button, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type ContactRow } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { useForm } from '~/components/form';
import { LanguageSelect } from '~/components/geo';
import { Notice, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { showError, toast } from '~/components/toast';
import { tDynamic, useT } from '~/i18n';
import { accessOf } from './accessOf';
import { MoveForm } from './MoveForm';

const valuesOf = (c: ContactRow) => ({ id: c.id, version: c.version, name: c.name, email: c.email, phone: c.phone, language: c.language });

export function ContactPanel({ contact: c, onClose }: { contact: ContactRow; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm(valuesOf(c));
  const [moving, setMoving] = useState(false);
  const name = c.name || c.email;
  // Another act on the contact gave it another version: what is typed stays.
  const { patch, dirty, reset } = form;
  useEffect(() => { if (dirty) patch({ version: c.version }); else reset(valuesOf(c)); /* eslint-disable-next-line react-hooks/exhaustive-deps -- only when the row changes */ }, [c.version]);
  const again = () => client.invalidateQueries({ queryKey: ['customers'] });
  const save = async () => {
    try {
      await api.contractSharing.saveContact(form.values);
      toast(t('window.sharing.card.done', { name: form.values.name }));
      await again();
      onClose();
    } catch (e) { form.fail(e); }
  };
  const access = async (on: boolean) => {
    if (!on && !await confirm({ title: t('window.contacts.take.title', { name }), body: t('window.contacts.take.body'), lost: [t('window.customers.access.lost_links'), t('window.customers.access.lost_sessions')], verb: t('window.contacts.take.verb') })) return;
    await api.customers.setAccess(c.customerId, c.id, c.version, on);
    toast(t(on ? 'window.contacts.given' : 'window.contacts.taken', { name }));
    await again();
  };
  const fellows = async (on: boolean) => { await api.contractSharing.setSeeEachOther(c.customerId, on); await again(); };
  const { tone, word } = accessOf(c);
  if (moving) return <SidePanel opened onClose={onClose} title={t('window.sharing.move.title', { name })}><MoveForm contactId={c.id} name={name} onDone={onClose} onCancel={() => setMoving(false)} /></SidePanel>;
  return (
    <SidePanel opened onClose={onClose} title={name} footer={<><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button><ActionButton onAct={save} disabled={!form.dirty} data-testid="contact-save">{t('window.save')}</ActionButton></>}>
      <Stack gap={5}>
        <Stack gap={3}>
          <TextInput label={t('window.customers.form.contact_name')} {...form.text('name')} maxLength={100} />
          <TextInput label={t('window.customers.form.contact_email')} type="email" {...form.text('email')} />
          <TextInput label={t('window.customers.form.phone')} type="tel" {...form.text('phone')} />
          <LanguageSelect label={t('window.customers.form.language')} {...form.field('language')} />
          {form.general && <Notice tone="danger">{form.general}</Notice>}
        </Stack>
        <div style={{ display: 'flex', gap: 12, justifyContent: 'space-between', flexWrap: 'wrap' }}>
          <Switch label={t('window.customers.access.allowed')} checked={c.portalAccess} onChange={(e) => void access(e.currentTarget.checked).catch(showError)} data-testid="contact-access" />
          <Badge tone={tone}>{tDynamic(`window.contacts.state.${word}`)}</Badge>
        </div>
        <Section title={t('window.sharing.contact.customer')}>
          <Stack gap={3}>
            <strong>{c.customerName} <span className="soft small">{c.customerNumber}</span></strong>
            <Switch label={t('window.sharing.see_each_other')} description={t('window.sharing.see_each_other_hint')} checked={c.seeEachOther} onChange={(e) => void fellows(e.currentTarget.checked).catch(showError)} data-testid="contact-fellows" />
            <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
              <Button variant="default" size="compact-md" onClick={() => navigate(`/customers/${c.customerId}`)}>{t('window.sharing.contact.open_customer')}</Button>
              <Button variant="default" size="compact-md" onClick={() => setMoving(true)} data-testid="contact-move">{t('window.sharing.move.act')}</Button>
            </div>
          </Stack>
        </Section>
      </Stack>
    </SidePanel>
  );
}
