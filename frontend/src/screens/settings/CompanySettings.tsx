import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { api, type Company } from '~/api';
import { CountrySelect, CurrencySelect, LanguageSelect } from '~/components/geo';
import type { Form } from '~/components/form';
import { IntegerInput, MoneyInput } from '~/components/inputs';
import { Grid, Section, Wide } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import { SettingsForm } from './SettingsForm';
import css from './settings.module.css';

const schemes = ['real_payments', 'real_debits', 'franchise', 'quebec', 'none'];
type P = { form: Form<Company> };

export function CompanySettings() {
  return <SettingsForm name="company" load={api.settings.company} save={api.settings.saveCompany}>{(form) => <><Identity form={form} /><Place form={form} /><Bank form={form} /><Billing form={form} /></>}</SettingsForm>;
}

function Identity({ form }: P) {
  const t = useT();
  const fr = form.values.address.country === 'FR';
  const ca = form.values.address.country === 'CA';
  return (
    <Section title={t('window.settings.c.identity')}>
      <Grid>
        <TextInput label={t('window.settings.c.name')} required {...form.text('name')} />
        <TextInput label={t('window.settings.c.number')} readOnly value={form.values.accountNumber} />
        <TextInput label={t('window.settings.c.legal_form')} {...form.text('legalForm')} />
        <MoneyInput label={t('window.settings.c.capital')} currency={form.values.currency} {...form.field('shareCapitalMinor')} />
        {fr && <TextInput label={t('window.settings.c.siren')} {...form.text('siren')} />}
        {fr && <TextInput label={t('window.settings.c.siret')} {...form.text('siret')} />}
        {!ca && <TextInput label={t('window.settings.c.vat')} {...form.text('vatNumber')} />}
        {fr && <TextInput label={t('window.settings.c.registry')} {...form.text('registry')} />}
        {fr && <TextInput label={t('window.settings.c.ape')} {...form.text('ape')} />}
        {ca && <TextInput label={t('window.settings.c.neq')} {...form.text('neq')} />}
        {ca && <TextInput label={t('window.settings.c.gst')} {...form.text('gstNumber')} />}
        {ca && <TextInput label={t('window.settings.c.qst')} {...form.text('qstNumber')} />}
      </Grid>
    </Section>
  );
}

function Place({ form }: P) {
  const t = useT();
  const a = form.values.address;
  const set = (part: Partial<Company['address']>) => form.set('address', { ...a, ...part });
  const text = (key: keyof Company['address']) => ({ value: a[key], onChange: (e: { currentTarget: { value: string } }) => set({ [key]: e.currentTarget.value }), error: form.errors[key], 'data-field': key });
  return (
    <>
      <Section title={t('window.settings.c.address')}>
        <Grid>
          <Wide><TextInput label={t('window.customers.form.line1')} {...text('line1')} /></Wide>
          <Wide><TextInput label={t('window.customers.form.line2')} {...text('line2')} /></Wide>
          <TextInput label={t('window.customers.form.postcode')} {...text('postcode')} />
          <TextInput label={t('window.customers.form.city')} {...text('city')} />
          <TextInput label={t('window.customers.form.region')} {...text('region')} />
          <CountrySelect label={t('window.customers.form.country')} value={a.country} onChange={(country) => set({ country })} error={form.errors.country} disabled />
        </Grid>
      </Section>
      <Section title={t('window.settings.c.reach')}>
        <Grid>
          <TextInput label={t('window.settings.c.email')} type="email" {...form.text('email')} />
          <TextInput label={t('window.settings.c.phone')} type="tel" {...form.text('phone')} />
          <TextInput label={t('window.settings.c.website')} {...form.text('website')} />
        </Grid>
      </Section>
      <Section title={t('window.settings.c.support')}>
        <Grid>
          <TextInput label={t('window.settings.c.support_email')} type="email" {...form.text('supportEmail')} />
          <TextInput label={t('window.settings.c.support_phone')} type="tel" {...form.text('supportPhone')} />
          <Wide><TextInput label={t('window.settings.c.support_hours')} {...form.text('supportHours')} /></Wide>
        </Grid>
      </Section>
    </>
  );
}

function Bank({ form }: P) {
  const t = useT();
  return (
    <Section title={t('window.settings.c.bank')}>
      <Grid>
        <Wide><TextInput label={t('window.settings.c.iban')} {...form.text('iban')} /></Wide>
        <TextInput label={t('window.settings.c.bic')} {...form.text('bic')} />
        <TextInput label={t('window.settings.c.bank_name')} {...form.text('bankName')} />
      </Grid>
    </Section>
  );
}

function Billing({ form }: P) {
  const t = useT();
  return (
    <Section title={t('window.settings.c.billing')}>
      <Grid>
        <Select label={t('window.settings.c.scheme')} allowDeselect={false} data={schemes.map((s) => ({ value: s, label: tDynamic(`window.settings.c.scheme.${s}`) }))} {...form.field('vatScheme')} onChange={(v) => v && form.set('vatScheme', v)} />
        <CurrencySelect label={t('window.customers.form.currency')} {...form.field('currency')} disabled />
        <LanguageSelect label={t('window.customers.form.language')} {...form.field('language')} />
        <IntegerInput label={t('window.settings.c.terms')} {...form.field('termsDays')} onChange={(v) => form.set('termsDays', v ?? 0)} />
        <Checkbox label={t('window.settings.c.end_of_month')} checked={form.values.termsEndOfMonth} onChange={(e) => form.set('termsEndOfMonth', e.currentTarget.checked)} />
        <div className={css.accent}>
          <input type="color" className={css.swatch} aria-label={t('window.settings.c.accent')} value={/^#[0-9a-f]{6}$/i.test(form.values.accent) ? form.values.accent : '#0f5c5a'} onChange={(e) => form.set('accent', e.currentTarget.value)} />
          <TextInput label={t('window.settings.c.accent')} {...form.text('accent')} style={{ flex: 1 }} />
        </div>
        <Wide><Textarea label={t('window.settings.c.invoice_terms')} autosize minRows={2} maxRows={8} {...form.text('invoiceTerms')} /></Wide>
      </Grid>
    </Section>
  );
}
