// A contract on one screen: what it is, with whom, from when to when, and beside it what that comes to in words (from Go).
import { Button, NativeSelect, Tabs, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, useIntention, type ContractEditor as Editor, type ContractForm, type ContractLook, type CustomerMark } from '~/api';
import { navigate, useQueryParams } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { focusFirst, useForm, type Form } from '~/components/form';
import { DateInput, IntegerInput, MoneyInput } from '~/components/inputs';
import { Notice, Page, PageHeader, Section } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { useCustomerSearch } from '~/screens/customers/search';
import { CustomerPanel } from '~/screens/customers/CustomerPanel';
import { ContractBadge } from './ContractBadge';
import { Markdown } from './Markdown';
import css from './contracts.module.css';

export function ContractEditor({ id }: { id: string }) {
  const f = useFormat();
  const [{ customer, start }] = useQueryParams('customer', 'start');
  // A form is read once and then belongs to the person: a notice from Go must not rewrite it.
  const query = useQuery({ queryKey: ['contract-editor', id, customer, f.lang], queryFn: () => api.contracts.edit(id, customer), gcTime: 0, staleTime: Infinity });
  return <Await whole query={query}>{(e) => <EditorForm key={e.form.id + e.form.version} editor={start && !id ? { ...e, form: { ...e.form, startOn: start } } : e} />}</Await>;
}

/** What the form comes to, at the pace of the typing. */
function useLook(form: Form<ContractForm>, first: ContractLook): ContractLook {
  const { lang } = useFormat();
  const [look, setLook] = useState(first);
  const asked = useRef(0);
  const { values } = form;
  useEffect(() => {
    const wait = setTimeout(() => {
      const mine = ++asked.current;
      api.contracts.preview(values).then((fresh) => { if (mine === asked.current) setLook(fresh); }, () => undefined);
    }, 130);
    return () => clearTimeout(wait);
  }, [values, lang]);
  return look;
}

function EditorForm({ editor }: { editor: Editor }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<ContractForm>(editor.form);
  const look = useLook(form, editor.look);
  const left = useRef(false);
  const isNew = !editor.form.id;
  const back = isNew ? '/contracts' : `/contracts/${editor.form.id}`;
  useUnsaved(() => !left.current && form.dirty);
  const save = async () => {
    const bad = document.querySelector<HTMLElement>('[data-bad]');
    if (bad) { bad.focus(); return; }
    form.clear();
    const saved = await api.contracts.save(form.values, intention.key());
    intention.done();
    left.current = true;
    toast(t(isNew ? 'window.contracts.done.made' : 'window.contracts.done.saved'));
    void client.invalidateQueries({ queryKey: ['contracts'] });
    navigate(`/contracts/${saved.id}`, { replace: true });
  };
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => { if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') { e.preventDefault(); document.querySelector<HTMLButtonElement>('[data-testid=contract-save]')?.click(); } };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  // What Go says while one types stands beside its field too, but not before something was typed there.
  const told = { ...Object.fromEntries(form.dirty ? look.fields.map((x) => [x.path, x.message]) : []), ...form.errors };
  return (
    <Page>
      <PageHeader title={isNew ? t('window.contracts.new') : form.values.title || editor.form.title} back={{ href: back, label: isNew ? t('window.contracts.title') : editor.number }} badge={<ContractBadge state={editor.state} />} subtitle={isNew ? t('window.contracts.edit.new_hint') : editor.number}
        secondary={<Button variant="default" onClick={() => navigate(back)}>{t('window.cancel')}</Button>}
        primary={<ActionButton onAct={save} onError={form.fail} disabled={!isNew && !form.dirty} data-testid="contract-save">{t(isNew ? 'window.contracts.edit.make' : 'window.save')}</ActionButton>} />
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <div className={css.split}>
        <div className={css.stack}>
          <Section label={t('window.contracts.edit.what')}><What form={form} editor={editor} /></Section>
          <Section title={t('window.contracts.edit.term')}><Term form={form} told={told} /></Section>
          <Section title={t('window.contracts.edit.words')}><Words form={form} look={look} /></Section>
        </div>
        <aside className={css.beside} aria-label={t('window.contracts.edit.comes_to')}>
          <Section title={t('window.contracts.edit.comes_to')}><p className={css.rule} aria-live="polite" data-testid="contract-rule">{look.words || t('window.contracts.edit.comes_to_wait')}</p></Section>
        </aside>
      </div>
    </Page>
  );
}

/** What it is and with whom; the type and the owner have a default. */
function What({ form, editor }: { form: Form<ContractForm>; editor: Editor }) {
  const t = useT();
  const search = useCustomerSearch();
  const f = useFormat();
  const v = form.values;
  const [customer, setCustomer] = useState<CustomerMark | null>(editor.customer ?? null);
  const [creating, setCreating] = useState<string | null>(null);
  const take = (c: CustomerMark) => { setCustomer(c); form.patch({ customerId: c.id, ...(v.valueMinor ? {} : { currency: c.currency }) }); };
  return (
    <div className={css.fields}>
      <TextInput className={css.wide} label={t('window.contracts.col.title')} placeholder={t('window.contracts.edit.title_hint')} required autoFocus={!v.id} maxLength={200} {...form.text('title')} data-testid="contract-title" />
      <div>
        <Lookup<CustomerMark> text={customer?.name ?? ''} topic="customers" search={search}
          onPick={(o) => take(o.value)} onCreate={setCreating} createLabel={(words) => t('window.invoices.edit.customer_create', { words })}
          input={{ label: t('window.contracts.col.customer'), placeholder: t('window.invoices.edit.customer_hint'), required: true, disabled: !editor.mayMove, error: form.errors.customerId, 'data-field': 'customerId', 'data-testid': 'contract-customer' }} />
        {customer && <p className={css.under}>{[customer.number, customer.city, f.country(customer.country)].filter(Boolean).join(' · ')}</p>}
        {!editor.mayMove && <p className={css.under}>{t('window.contracts.edit.customer_stands')}</p>}
        <CustomerPanel opened={creating !== null} name={creating ?? ''} onClose={() => { setCreating(null); focusFirst(['customerId']); }} onSaved={(c) => { setCreating(null); take(c); }} />
      </div>
      <NativeSelect label={t('window.contracts.col.type')} {...form.text('typeId')} data={[{ value: '', label: t('window.contracts.edit.no_type') }, ...editor.types.map((x) => ({ value: x.id, label: x.name }))]} data-testid="contract-type" />
      <NativeSelect label={t('window.contracts.col.owner')} {...form.text('ownerId')} data={[...(editor.owners.some((x) => x.id === v.ownerId) ? [] : [{ value: v.ownerId, label: '' }]), ...editor.owners.map((x) => ({ value: x.id, label: x.name }))]} />
      <div className={css.value}>
        <MoneyInput label={t('window.contracts.edit.value')} currency={v.currency} value={v.valueMinor || null} onChange={(n) => form.set('valueMinor', n ?? 0)} error={form.errors.valueMinor} data-field="valueMinor" />
        <NativeSelect label={t('window.contracts.edit.currency')} {...form.text('currency')} data={[...new Set([v.currency, ...editor.currencies])]} />
      </div>
    </div>
  );
}

/** From when to when, what comes after, and by when somebody must speak. */
function Term({ form, told }: { form: Form<ContractForm>; told: Record<string, string> }) {
  const t = useT();
  const v = form.values;
  const date = (key: 'startOn' | 'endOn') => ({ value: v[key], onChange: (on: string) => form.set(key, on), clearable: true, error: told[key], 'data-field': key });
  const whole = (key: 'renewalMonths' | 'noticeCount' | 'remindDays') => ({ value: v[key] || null, onChange: (n: number | null) => form.set(key, n ?? 0), error: told[key], 'data-field': key });
  const renew = (renewal: string) => form.patch({ renewal, ...(renewal !== 'none' && !v.renewalMonths ? { renewalMonths: 12 } : {}) });
  return (
    <div className={css.fields} data-three>
      <DateInput label={t('window.contracts.edit.start')} {...date('startOn')} data-testid="contract-start" />
      <DateInput label={t('window.contracts.edit.end')} placeholder={t('window.contracts.edit.end_hint')} {...date('endOn')} data-testid="contract-end" />
      <span className={css.gap} />
      <NativeSelect label={t('window.contracts.edit.renewal')} value={v.renewal} onChange={(e) => renew(e.currentTarget.value)} data={(['none', 'tacit', 'express'] as const).map((r) => ({ value: r, label: t(`common.contracts.renewal.${r}`) }))} error={told.renewal} data-field="renewal" data-testid="contract-renewal" />
      {v.renewal !== 'none' ? <IntegerInput label={t('window.contracts.edit.months')} suffix={t('window.contracts.edit.months_unit')} rightSectionWidth={48} {...whole('renewalMonths')} data-testid="contract-months" /> : <span className={css.gap} />}
      <span className={css.gap} />
      <div className={css.value}>
        <IntegerInput label={t('window.contracts.edit.notice')} placeholder={t('window.contracts.edit.notice_none')} {...whole('noticeCount')} data-testid="contract-notice" />
        <NativeSelect aria-label={t('window.contracts.edit.notice_unit')} value={v.noticeUnit} onChange={(e) => form.set('noticeUnit', e.currentTarget.value)} data={(['month', 'day'] as const).map((u) => ({ value: u, label: t(`window.contracts.edit.unit.${u}`) }))} />
      </div>
      <IntegerInput label={t('window.contracts.edit.remind')} placeholder={t('window.contracts.edit.remind_none')} suffix={t('window.contracts.edit.days_unit')} rightSectionWidth={48} {...whole('remindDays')} />
    </div>
  );
}

/** The description, which the customer reads too, as typed and as it will be; and what only the firm reads. */
function Words({ form, look }: { form: Form<ContractForm>; look: ContractLook }) {
  const t = useT();
  const [tab, setTab] = useState<string | null>('write');
  return (
    <div className={css.stack}>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List aria-label={t('window.contracts.edit.description')}><Tabs.Tab value="write">{t('window.contracts.edit.write')}</Tabs.Tab><Tabs.Tab value="look" data-testid="contract-look">{t('window.contracts.edit.look')}</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="write" pt="sm"><Textarea label={t('window.contracts.edit.description')} description={t('window.contracts.edit.description_hint')} autosize minRows={5} maxRows={20} {...form.text('description')} data-testid="contract-description" /></Tabs.Panel>
        <Tabs.Panel value="look" pt="sm">{look.html ? <Markdown html={look.html} /> : <p className="soft">{t('window.contracts.edit.look_empty')}</p>}</Tabs.Panel>
      </Tabs>
      <Textarea label={t('window.contracts.edit.notes')} description={t('window.contracts.edit.notes_hint')} autosize minRows={2} maxRows={12} {...form.text('notes')} />
    </div>
  );
}


