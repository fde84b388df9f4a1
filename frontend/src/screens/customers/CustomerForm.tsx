import { ActionIcon, Checkbox, Radio, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useClosed, MakeButton } from '~/app/may';
import { api, type Contact, type Customer } from '~/api';
import { confirm } from '~/components/Confirm';
import { CountrySelect, CurrencySelect, LanguageSelect } from '~/components/geo';
import type { Form } from '~/components/form';
import { Icon } from '~/components/Icon';
import { IntegerInput } from '~/components/inputs';
import { Grid, Notice, Section, Stack, Wide } from '~/components/layout';
import { showError } from '~/components/toast';
import { tDynamic, useT } from '~/i18n';
import { useGroups } from '~/screens/groups/Groups';
import { swapWords } from './swap';
import css from './customers.module.css';

const kinds = ['company', 'person', 'public_body'];
const regimes = ['domestic', 'eu', 'export', 'quebec', 'canada', 'reverse_charge', 'exempt'];

type P = { form: Form<Customer> };

/** The tax regime follows where the customer is, until somebody chooses another one. */
export function useRegime(form: Form<Customer>, chosen: boolean) {
  const { country, region, kind, vatNumber, taxRegime } = form.values;
  const first = useRef(true);
  const { patch } = form;
  useEffect(() => {
    if (first.current) { first.current = false; return; }
    if (chosen) return;
    const timer = setTimeout(() => void api.customers.regime(country, region, kind, vatNumber).then((regime) => { if (regime !== taxRegime) patch({ taxRegime: regime }); }, () => undefined), 250);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is asked for, not what it was
  }, [country, region, kind, vatNumber, chosen]);
}

export function IdentityFields({ form }: P) {
  const t = useT();
  const country = form.values.country;
  const firm = form.values.kind !== 'person';
  return (
    <Grid>
      <TextInput label={t('window.customers.form.name')} required {...form.text('name')} autoFocus={!form.values.publicId} />
      <Select label={t('window.customers.form.kind')} data={kinds.map((k) => ({ value: k, label: tDynamic(`common.kind.${k}`) }))} allowDeselect={false} {...form.field('kind')} onChange={(v) => v && form.set('kind', v)} />
      <TextInput label={t('window.customers.form.email')} type="email" {...form.text('email')} />
      <TextInput label={t('window.customers.form.phone')} type="tel" {...form.text('phone')} />
      <TextInput label={t('window.customers.form.external_code')} description={t('window.customers.form.external_code_hint')} spellCheck={false} {...form.text('externalCode')} />
      {firm && country === 'FR' && <TextInput label={t('window.customers.form.siren')} inputMode="numeric" {...form.text('siren')} />}
      {firm && country === 'FR' && <TextInput label={t('window.customers.form.siret')} inputMode="numeric" {...form.text('siret')} />}
      {firm && country !== 'CA' && <TextInput label={t('window.customers.form.vat')} {...form.text('vatNumber')} />}
      {firm && country === 'CA' && <TextInput label={t('window.customers.form.gst')} {...form.text('gstNumber')} />}
    </Grid>
  );
}

export function AddressFields({ form }: P) {
  const t = useT();
  const { country } = form.values;
  return (
    <Grid>
      <Wide><TextInput label={t('window.customers.form.line1')} {...form.text('line1')} /></Wide>
      <Wide><TextInput label={t('window.customers.form.line2')} {...form.text('line2')} /></Wide>
      <TextInput label={t('window.customers.form.postcode')} {...form.text('postcode')} />
      <TextInput label={t('window.customers.form.city')} {...form.text('city')} />
      <CountrySelect label={t('window.customers.form.country')} {...form.field('country')} />
      {(country === 'CA' || country === 'US') && <TextInput label={t('window.customers.form.region')} {...form.text('region')} />}
    </Grid>
  );
}

export function BillingFields({ form, onRegime }: P & { onRegime?: () => void }) {
  const t = useT();
  const groups = useGroups();
  // A new customer takes over the rules of the group that is chosen for it.
  const join = (id: string) => {
    form.set('groupId', id);
    if (!form.values.publicId) void api.groups.rules(id).then((r) => { onRegime?.(); form.patch({ language: r.language, taxRegime: r.taxRegime, termsDays: r.termsDays, termsEndOfMonth: r.termsEndOfMonth }); }, showError);
  };
  return (
    <Grid>
      {(groups.data?.length ?? 0) > 0 && <Select label={t('window.customers.form.group')} clearable placeholder={t('window.customers.form.no_group')} data={(groups.data ?? []).map((g) => ({ value: g.publicId, label: g.name }))} value={form.values.groupId || null} onChange={(g) => join(g ?? '')} error={form.errors.groupId} data-field="groupId" clearButtonProps={{ 'aria-label': t('window.groups.clear') }} />}
      <div style={{ alignSelf: 'end' }}><Checkbox label={t('window.customers.form.exempt')} checked={form.values.remindersExempt} onChange={(e) => form.set('remindersExempt', e.currentTarget.checked)} /></div>
      <LanguageSelect label={t('window.customers.form.language')} {...form.field('language')} />
      <CurrencySelect label={t('window.customers.form.currency')} {...form.field('currency')} />
      <Select label={t('window.customers.form.regime')} data={regimes.map((r) => ({ value: r, label: tDynamic(`common.regime.${r}`) }))} {...form.field('taxRegime')} value={form.values.taxRegime || null} onChange={(v) => { onRegime?.(); form.set('taxRegime', v ?? ''); }} />
      <div className={css.terms}>
        <IntegerInput label={t('window.customers.form.terms_days')} {...form.field('termsDays')} onChange={(v) => form.set('termsDays', v ?? 0)} />
        <Checkbox label={t('window.customers.form.end_of_month')} checked={form.values.termsEndOfMonth} onChange={(e) => form.set('termsEndOfMonth', e.currentTarget.checked)} />
      </div>
      <Wide><Textarea label={t('window.customers.form.notes')} autosize minRows={2} maxRows={8} {...form.text('notes')} /></Wide>
    </Grid>
  );
}

/** The radio of another contact swaps the primary one on saving: who is told of it is said here. */
function SwapOnSave({ form, stored }: P & { stored: Customer }) {
  const t = useT();
  const from = stored.contacts.find((c) => c.isPrimary);
  const to = form.values.contacts.find((c) => c.isPrimary);
  const swaps = !!from && !!to && from.publicId !== to.publicId;
  const plan = useQuery({ queryKey: ['customers', 'swap', stored.publicId], queryFn: () => api.customers.swapPlan(stored.publicId), enabled: swaps });
  if (!swaps || !plan.data) return null;
  const gone = !form.values.contacts.some((c) => c.publicId === from.publicId);
  return <Notice tone="info"><span data-testid="swap-on-save">{t('window.contacts.swap.on_save', { name: to.name || to.email })} {swapWords(plan.data, gone ? undefined : from, to).join(' ')}</span></Notice>;
}

export function ContactFields({ form, stored }: P & { stored?: Customer }) {
  const t = useT();
  const { contacts, language } = form.values;
  const set = (i: number, part: Partial<Contact>) => form.set('contacts', contacts.map((c, j) => (j === i ? { ...c, ...part } : part.isPrimary ? { ...c, isPrimary: false } : c)));
  // Who is taken off contracts with it is said before (saving does it).
  const closed = useClosed();
  const remove = async (c: Contact, i: number) => {
    const lost = c.publicId ? (await api.contractSharing.moveLook(c.publicId, '')).contracts : [];
    if (lost.length > 0 && !await confirm({ title: t('window.customers.form.contact_remove', { name: c.name || c.email }), body: t('window.customers.form.contact_loses', { name: c.name || c.email }), lost: lost.map((x) => `${x.number} · ${x.title}`), verb: t('window.customers.form.contact_take_off') })) return;
    form.set('contacts', contacts.filter((_, j) => j !== i));
  };
  const error = (i: number, what: string) => ({ error: form.errors[`contacts.${i}.${what}`], 'data-field': `contacts.${i}.${what}` });
  return (
    <Stack gap={3}>
      <p className="soft">{t('window.customers.form.contacts_hint')}</p>
      {contacts.map((c, i) => (
        <div key={i} className={css.contact}>
          <TextInput aria-label={t('window.customers.form.contact_name')} placeholder={t('window.customers.form.contact_name')} value={c.name} onChange={(e) => set(i, { name: e.currentTarget.value })} {...error(i, 'name')} />
          <TextInput aria-label={t('window.customers.form.contact_email')} placeholder={t('window.customers.form.contact_email')} value={c.email} onChange={(e) => set(i, { email: e.currentTarget.value })} {...error(i, 'email')} />
          <LanguageSelect aria-label={t('window.customers.form.language')} value={c.language} onChange={(v) => set(i, { language: v })} w={116} />
          <ActionIcon disabled={!!closed} aria-label={t('window.customers.form.contact_remove', { name: c.name })} onClick={() => { remove(c, i).catch(showError); }}><Icon name="close" size={15} /></ActionIcon>
          <div className={css.access}>
            <Radio label={t('window.customers.form.contact_primary')} checked={c.isPrimary} onChange={() => set(i, { isPrimary: true })} name="primary-contact" />
            <Checkbox label={t('window.customers.access.allowed')} {...error(i, 'portalAccess')} checked={c.portalAccess} onChange={(e) => set(i, { portalAccess: e.currentTarget.checked })} />
          </div>
        </div>
      ))}
      {stored?.publicId && <SwapOnSave form={form} stored={stored} />}
      <div><MakeButton variant="default" size="compact-md" leftSection={<Icon name="plus" size={15} />} onClick={() => form.set('contacts', [...contacts, { publicId: '', version: 0, name: '', email: '', phone: '', language, isPrimary: contacts.length === 0, portalAccess: true }])}>{t('window.customers.form.contact_add')}</MakeButton></div>
    </Stack>
  );
}

export function CustomerForm({ form, stored }: P & { stored?: Customer }) {
  const t = useT();
  const [chosen, setChosen] = useState(false);
  useRegime(form, chosen);
  return (
    <Stack gap={4}>
      <Section title={t('window.customers.form.identity')}><IdentityFields form={form} /></Section>
      <Section title={t('window.customers.form.address')}><AddressFields form={form} /></Section>
      <Section title={t('window.customers.form.contacts')}><ContactFields form={form} stored={stored} /></Section>
      <Section title={t('window.customers.form.billing')}><BillingFields form={form} onRegime={() => setChosen(true)} /></Section>
    </Stack>
  );
}
