import { Checkbox, Input, Radio, Select, Textarea, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, type Company } from '~/api';
import { CountrySelect, CurrencySelect, LanguageSelect } from '~/components/geo';
import type { Form } from '~/components/form';
import { IntegerInput, MoneyInput, PercentInput } from '~/components/inputs';
import { Grid, Notice, Section, Wide } from '~/components/layout';
import { showError, toast } from '~/components/toast';
import { tDynamic, useT, type Key } from '~/i18n';
import { SettingsForm } from './SettingsForm';
import css from './settings.module.css';

const schemes = ['real_payments', 'real_debits', 'franchise', 'quebec', 'none'];
type P = { form: Form<Company> };

export function CompanySettings() {
  return <SettingsForm name="company" load={api.settings.company} save={api.settings.saveCompany}>{(form) => <><Missing form={form} /><Provider form={form} /><Identity form={form} /><Logo form={form} /><Place form={form} /><Bank form={form} /><Billing form={form} /></>}</SettingsForm>;
}

/** What the firm's country wants and is not there is said beside its field; nothing is guessed. */
function wanted(form: Form<Company>, name: 'legalForm' | 'siren' | 'vatNumber' | 'gstNumber' | 'qstNumber' | 'line1' | 'postcode' | 'city' | 'region') {
  const lacks = form.values.missing.includes(name) && !form.values[name].trim();
  return { ...form.text(name), description: lacks ? <span className={css.wanted}>{tDynamic('window.settings.g.missing_field')}</span> : undefined };
}

const names: Record<string, Key> = { line1: 'window.customers.form.line1', postcode: 'window.customers.form.postcode', city: 'window.customers.form.city', region: 'window.customers.form.region', country: 'window.customers.form.country',
  siren: 'window.settings.c.siren', legalForm: 'window.settings.c.legal_form', vatNumber: 'window.settings.c.vat', gstNumber: 'window.settings.c.gst', qstNumber: 'window.settings.c.qst' };

function Missing({ form }: P) {
  const t = useT();
  const list = form.values.missing.map((m) => names[m]).filter((k) => k !== undefined);
  return list.length > 0 ? <div data-testid="missing"><Notice tone="warning">{t('window.settings.g.missing', { count: list.length, names: list.map((k) => t(k)).join(', ') })}</Notice></div> : null;
}

function Provider({ form }: P) {
  const t = useT();
  const mode = form.values.billingMode;
  return (
    <Section title={t('window.settings.g.account')}>
      <Grid>
        <TextInput label={t('window.settings.g.spid')} description={t('window.settings.g.spid_hint')} spellCheck={false} {...form.text('spid')} />
        <Input.Wrapper label={t('window.settings.g.can')} description={t('window.settings.g.can_hint')} labelElement="div">
          <div><Link href="/account" className={`mono ${css.can}`} aria-label={t('window.settings.g.can_open', { number: form.values.accountNumber })} data-testid="can">{form.values.accountNumber}</Link></div>
        </Input.Wrapper>
        <Wide>
          <Radio.Group label={t('window.settings.g.mode')} description={t('window.settings.g.mode_when')} value={mode} onChange={(v) => form.set('billingMode', v)} error={form.errors.billingMode}>
            <div className={css.modes}>{(['direct', 'indirect'] as const).map((m) => <Radio key={m} value={m} label={t(`common.billing_mode.${m}`)} description={t(`window.settings.g.mode_hint.${m}`)} />)}</div>
          </Radio.Group>
        </Wide>
      </Grid>
    </Section>
  );
}

function Identity({ form }: P) {
  const t = useT();
  const fr = form.values.country === 'FR';
  const ca = form.values.country === 'CA';
  return (
    <Section title={t('window.settings.c.identity')}>
      <Grid>
        <TextInput label={t('window.settings.c.name')} required {...form.text('name')} />
        <TextInput label={t('window.settings.c.legal_form')} {...wanted(form, 'legalForm')} />
        <MoneyInput label={t('window.settings.c.capital')} currency={form.values.currency} {...form.field('shareCapital')} value={form.values.shareCapital ?? null} onChange={(v) => form.set('shareCapital', v ?? undefined)} />
        {fr && <TextInput label={t('window.settings.c.siren')} {...wanted(form, 'siren')} />}
        {fr && <TextInput label={t('window.settings.c.siret')} {...form.text('siret')} />}
        {!ca && <TextInput label={t('window.settings.c.vat')} {...wanted(form, 'vatNumber')} />}
        {fr && <TextInput label={t('window.settings.c.registry')} {...form.text('registry')} />}
        {fr && <TextInput label={t('window.settings.c.ape')} {...form.text('ape')} />}
        {ca && <TextInput label={t('window.settings.c.neq')} {...form.text('neq')} />}
        {ca && <TextInput label={t('window.settings.c.gst')} {...wanted(form, 'gstNumber')} />}
        {ca && <TextInput label={t('window.settings.c.qst')} {...wanted(form, 'qstNumber')} />}
      </Grid>
    </Section>
  );
}

function Logo({ form }: P) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [stamp, setStamp] = useState(form.values.logoSha256);
  const pick = async (file: File | undefined) => {
    if (!file) return;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      let text = '';
      for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
      const saved = await api.settings.setLogo(btoa(text));
      form.patch({ hasLogo: saved.hasLogo, logoSha256: saved.logoSha256, version: saved.version });
      setStamp(saved.logoSha256);
      toast(t('window.settings.saved'));
    } catch (e) { showError(e); }
  };
  return (
    <Section title={t('window.settings.c.logo')}>
      <div className={css.logo}>
        {form.values.hasLogo ? <img src={`/files/logo?v=${stamp}`} alt={t('window.settings.c.logo')} /> : <span className="soft">{t('window.settings.c.no_logo')}</span>}
        <MakeButton variant="default" onClick={() => input.current?.click()}>{t('window.settings.c.logo_pick')}</MakeButton>
        <input ref={input} type="file" accept="image/png,image/jpeg" hidden aria-label={t('window.settings.c.logo_pick')} onChange={(e) => { void pick(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
      </div>
    </Section>
  );
}

function Place({ form }: P) {
  const t = useT();
  return (
    <>
      <Section title={t('window.settings.c.address')}>
        <Grid>
          <Wide><TextInput label={t('window.customers.form.line1')} {...wanted(form, 'line1')} /></Wide>
          <Wide><TextInput label={t('window.customers.form.line2')} {...form.text('line2')} /></Wide>
          <TextInput label={t('window.customers.form.postcode')} {...wanted(form, 'postcode')} />
          <TextInput label={t('window.customers.form.city')} {...wanted(form, 'city')} />
          <TextInput label={t('window.customers.form.region')} {...wanted(form, 'region')} />
          <CountrySelect label={t('window.customers.form.country')} {...form.field('country')} disabled />
        </Grid>
      </Section>
      <Section title={t('window.settings.c.reach')}>
        <Grid>
          <TextInput label={t('window.settings.c.email')} type="email" {...form.text('email')} />
          <TextInput label={t('window.settings.c.phone')} type="tel" {...form.text('phone')} />
          <TextInput label={t('window.settings.c.website')} {...form.text('website')} />
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
        <LanguageSelect label={t('window.settings.g.language')} description={t('window.settings.g.language_hint')} {...form.field('language')} />
        <IntegerInput label={t('window.settings.c.terms')} {...form.field('termsDays')} onChange={(v) => form.set('termsDays', v ?? 0)} />
        <Checkbox label={t('window.settings.c.end_of_month')} checked={form.values.termsEndOfMonth} onChange={(e) => form.set('termsEndOfMonth', e.currentTarget.checked)} />
        <div className={css.accent}>
          <input type="color" className={css.swatch} aria-label={t('window.settings.c.accent')} value={/^#[0-9a-f]{6}$/i.test(form.values.accent) ? form.values.accent : '#0f5c5a'} onChange={(e) => form.set('accent', e.currentTarget.value)} />
          <TextInput label={t('window.settings.c.accent')} {...form.text('accent')} style={{ flex: 1 }} />
        </div>
        <Select label={t('window.settings.c.paper')} allowDeselect={false} data={['A4', 'Letter']} {...form.field('paperSize')} onChange={(v) => v && form.set('paperSize', v)} />
        <Checkbox label={t('window.settings.c.address_right')} checked={form.values.addressRight} onChange={(e) => form.set('addressRight', e.currentTarget.checked)} style={{ alignSelf: 'center', paddingTop: 20 }} />
        <PercentInput label={t('window.settings.c.late_rate')} description={t('window.settings.c.late_rate_hint')} {...form.field('lateRatePcm')} value={form.values.lateRatePcm ?? null} onChange={(v) => form.set('lateRatePcm', v ?? undefined)} />
        <TextInput label={t('window.settings.c.early_discount')} description={t('window.settings.c.early_discount_hint')} {...form.text('earlyDiscount')} />
        <TextInput label={t('window.settings.c.insurance')} {...form.text('insurance')} />
        <TextInput label={t('window.settings.c.mediator')} {...form.text('mediator')} />
        <Wide><Textarea label={t('window.settings.c.invoice_terms')} autosize minRows={2} maxRows={8} {...form.text('invoiceTerms')} /></Wide>
        <IntegerInput label={t('window.quotes.settings.days')} description={t('window.quotes.settings.days_hint')} {...form.field('quoteDays')} onChange={(v) => form.set('quoteDays', v ?? 0)} />
        <Wide><Textarea label={t('window.quotes.settings.terms')} autosize minRows={2} maxRows={8} {...form.text('quoteTerms')} /></Wide>
      </Grid>
    </Section>
  );
}
