import { ActionIcon, Button, Checkbox, Radio, Select, Textarea, TextInput } from '@mantine/core';
import type { Contact, Customer } from '~/api';
import { CountrySelect, CurrencySelect, LanguageSelect } from '~/components/geo';
import type { Form } from '~/components/form';
import { Icon } from '~/components/Icon';
import { IntegerInput } from '~/components/inputs';
import { Grid, Section, Stack, Wide } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import css from './customers.module.css';

const kinds = ['company', 'person', 'public_body'];
const regimes = ['domestic', 'eu', 'export', 'quebec', 'canada', 'reverse_charge', 'exempt'];

export const emptyCustomer = (name: string, country: string, currency: string, language: string): Customer => ({
  id: '', version: 0, number: '', kind: 'company', name, siren: '', siret: '', vatNumber: '', gstNumber: '', email: '', phone: '', language, currency, taxRegime: '',
  termsDays: 30, termsEndOfMonth: false, address: { line1: '', line2: '', postcode: '', city: '', region: '', country }, notes: '', contacts: [],
});

type P = { form: Form<Customer> };

export function IdentityFields({ form }: P) {
  const t = useT();
  const country = form.values.address.country;
  const firm = form.values.kind !== 'person';
  return (
    <Grid>
      <TextInput label={t('window.customers.form.name')} required {...form.text('name')} autoFocus={!form.values.id} maxLength={200} />
      <Select label={t('window.customers.form.kind')} data={kinds.map((k) => ({ value: k, label: tDynamic(`common.kind.${k}`) }))} allowDeselect={false} {...form.field('kind')} onChange={(v) => v && form.set('kind', v)} />
      <TextInput label={t('window.customers.form.email')} type="email" {...form.text('email')} maxLength={254} />
      <TextInput label={t('window.customers.form.phone')} type="tel" {...form.text('phone')} maxLength={40} />
      {firm && country === 'FR' && <TextInput label={t('window.customers.form.siren')} inputMode="numeric" {...form.text('siren')} />}
      {firm && country === 'FR' && <TextInput label={t('window.customers.form.siret')} inputMode="numeric" {...form.text('siret')} />}
      {firm && country !== 'CA' && <TextInput label={t('window.customers.form.vat')} {...form.text('vatNumber')} />}
      {firm && country === 'CA' && <TextInput label={t('window.customers.form.gst')} {...form.text('gstNumber')} />}
    </Grid>
  );
}

export function AddressFields({ form }: P) {
  const t = useT();
  const a = form.values.address;
  const set = (part: Partial<Customer['address']>) => form.set('address', { ...a, ...part });
  const text = (key: keyof Customer['address']) => ({ value: a[key], onChange: (e: { currentTarget: { value: string } }) => set({ [key]: e.currentTarget.value }), error: form.errors[key] ?? form.errors[`address.${key}`], 'data-field': key });
  return (
    <Grid>
      <Wide><TextInput label={t('window.customers.form.line1')} {...text('line1')} /></Wide>
      <Wide><TextInput label={t('window.customers.form.line2')} {...text('line2')} /></Wide>
      <TextInput label={t('window.customers.form.postcode')} {...text('postcode')} />
      <TextInput label={t('window.customers.form.city')} {...text('city')} />
      <CountrySelect label={t('window.customers.form.country')} value={a.country} onChange={(country) => set({ country })} error={form.errors.country} data-field="country" />
      {(a.country === 'CA' || a.country === 'US') && <TextInput label={t('window.customers.form.region')} {...text('region')} />}
    </Grid>
  );
}

export function BillingFields({ form }: P) {
  const t = useT();
  return (
    <Grid>
      <LanguageSelect label={t('window.customers.form.language')} {...form.field('language')} />
      <CurrencySelect label={t('window.customers.form.currency')} {...form.field('currency')} />
      <Select label={t('window.customers.form.regime')} data={regimes.map((r) => ({ value: r, label: tDynamic(`common.regime.${r}`) }))} clearable={false} {...form.field('taxRegime')} value={form.values.taxRegime || null} onChange={(v) => form.set('taxRegime', v ?? '')} />
      <div className={css.terms}>
        <IntegerInput label={t('window.customers.form.terms_days')} {...form.field('termsDays')} onChange={(v) => form.set('termsDays', v ?? 0)} />
        <Checkbox label={t('window.customers.form.end_of_month')} checked={form.values.termsEndOfMonth} onChange={(e) => form.set('termsEndOfMonth', e.currentTarget.checked)} />
      </div>
      <Wide><Textarea label={t('window.customers.form.notes')} autosize minRows={2} maxRows={8} {...form.text('notes')} maxLength={4000} /></Wide>
    </Grid>
  );
}

export function ContactFields({ form }: P) {
  const t = useT();
  const { contacts, language } = form.values;
  const set = (i: number, part: Partial<Contact>) => form.set('contacts', contacts.map((c, j) => (j === i ? { ...c, ...part } : part.primary ? { ...c, primary: false } : c)));
  const error = (i: number, what: string) => ({ error: form.errors[`contacts.${i}.${what}`], 'data-field': `contacts.${i}.${what}` });
  return (
    <Stack gap={3}>
      <p className="soft">{t('window.customers.form.contacts_hint')}</p>
      {contacts.map((c, i) => (
        <div key={i} className={css.contact}>
          <TextInput aria-label={t('window.customers.form.contact_name')} placeholder={t('window.customers.form.contact_name')} value={c.name} onChange={(e) => set(i, { name: e.currentTarget.value })} {...error(i, 'name')} />
          <TextInput aria-label={t('window.customers.form.contact_email')} placeholder={t('window.customers.form.contact_email')} value={c.email} onChange={(e) => set(i, { email: e.currentTarget.value })} {...error(i, 'email')} />
          <LanguageSelect aria-label={t('window.customers.form.language')} value={c.language} onChange={(v) => set(i, { language: v })} w={116} />
          <Radio label={t('window.customers.form.contact_primary')} checked={c.primary} onChange={() => set(i, { primary: true })} name="primary-contact" />
          <ActionIcon aria-label={t('window.customers.form.contact_remove', { name: c.name })} onClick={() => form.set('contacts', contacts.filter((_, j) => j !== i))}><Icon name="close" size={15} /></ActionIcon>
        </div>
      ))}
      <div><Button variant="default" size="compact-md" leftSection={<Icon name="plus" size={15} />} onClick={() => form.set('contacts', [...contacts, { id: '', version: 0, name: '', email: '', phone: '', language, primary: contacts.length === 0, portalAccess: true }])}>{t('window.customers.form.contact_add')}</Button></div>
    </Stack>
  );
}

export function CustomerForm({ form }: P) {
  const t = useT();
  return (
    <Stack gap={4}>
      <Section title={t('window.customers.form.identity')}><IdentityFields form={form} /></Section>
      <Section title={t('window.customers.form.address')}><AddressFields form={form} /></Section>
      <Section title={t('window.customers.form.contacts')}><ContactFields form={form} /></Section>
      <Section title={t('window.customers.form.billing')}><BillingFields form={form} /></Section>
    </Stack>
  );
}
