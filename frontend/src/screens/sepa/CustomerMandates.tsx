// A customer's mandates: asked for by one mail, or kept from paper.
import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Customer } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { CountrySelect } from '~/components/geo';
import { useForm } from '~/components/form';
import { DateInput, IntegerInput } from '~/components/inputs';
import { Notice, Row, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { MandateBadge, MandatePanel } from './MandatePanel';
import css from './sepa.module.css';

const schemes = () => ['CORE', 'B2B'].map((s) => ({ value: s, label: tDynamic(`common.sepa.scheme.${s}`) }));

export function CustomerMandates({ customer }: { customer: Customer }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['sepa', 'of', customer.publicId], queryFn: () => api.sepa.ofCustomer(customer.publicId) });
  const [form, setForm] = useState<'' | 'ask' | 'paper'>('');
  const [open, setOpen] = useState('');
  const close = () => setForm('');
  return (
    <Section title={t('window.sepa.mandate.title')} actions={<Row gap={2}><MakeButton may="collect" variant="default" size="compact-md" onClick={() => setForm('paper')} data-testid="paper-mandate">{t('window.sepa.mandate.paper')}</MakeButton><MakeButton may="collect" variant="default" size="compact-md" onClick={() => setForm('ask')} data-testid="ask-mandate">{t('window.sepa.mandate.ask')}</MakeButton></Row>}>
      <Await query={query}>{(list) => list.length === 0 ? <p className="soft" style={{ margin: 0 }}>{t('window.sepa.mandate.none')}</p> : (
        <ul data-testid="customer-mandates">{list.map((m) => (
          <li key={m.publicId} style={{ display: 'flex', gap: 12, alignItems: 'center', flexWrap: 'wrap' }}>
            <button type="button" className={css.button} onClick={() => setOpen(m.publicId)}>{m.rum}</button><MandateBadge mandate={m} />
            <span className="soft small">{[m.account && t('window.sepa.mandate.account', { last: m.account }), m.signedOn && f.date(m.signedOn)].filter(Boolean).join(' · ')}</span>
          </li>))}</ul>
      )}</Await>
      <SidePanel opened={form === 'ask'} onClose={close} title={t('window.sepa.mandate.ask')}>{form === 'ask' && <AskForm customer={customer} onClose={close} />}</SidePanel>
      <SidePanel opened={form === 'paper'} onClose={close} title={t('window.sepa.mandate.paper')}>{form === 'paper' && <PaperForm customer={customer} onClose={close} />}</SidePanel>
      {open && <MandatePanel id={open} onClose={() => setOpen('')} />}
    </Section>
  );
}

function useSaved(onClose: () => void) {
  const client = useQueryClient();
  const intention = useIntention();
  return async (act: (key: string) => Promise<{ message: string }>) => {
    const done = await act(intention.key());
    intention.done();
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['sepa'] });
    onClose();
  };
}

function AskForm({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useT();
  const saved = useSaved(onClose);
  const form = useForm({ scheme: 'CORE', oneOff: false, noticeDays: 0 });
  const act = () => { form.clear(); return saved((key) => api.sepa.ask({ key, customerId: customer.publicId, ...form.values })); };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <p className="soft" style={{ margin: 0 }}>{t('window.sepa.mandate.text')}</p>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <Terms form={form} />
        <ActionButton may="collect" type="submit" onAct={act} onError={form.fail} data-testid="send-ask">{t('window.sepa.mandate.send')}</ActionButton>
      </Stack>
    </form>
  );
}

function Terms({ form }: { form: { values: { scheme: string; oneOff: boolean; noticeDays: number }; errors: Record<string, string>; patch: (part: { scheme?: string; oneOff?: boolean; noticeDays?: number }) => void } }) {
  const t = useT();
  return (
    <>
      <Select label={t('window.sepa.scheme')} allowDeselect={false} data={schemes()} value={form.values.scheme} onChange={(s) => s && form.patch({ scheme: s })} error={form.errors.scheme} data-field="scheme" />
      <IntegerInput label={t('window.sepa.mandate.notice')} value={form.values.noticeDays || null} onChange={(n) => form.patch({ noticeDays: n ?? 0 })} error={form.errors.noticeDays} data-field="noticeDays" />
      <Checkbox label={t('window.sepa.mandate.one_off')} checked={form.values.oneOff} onChange={(e) => form.patch({ oneOff: e.currentTarget.checked })} />
    </>
  );
}

async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

function PaperForm({ customer: c, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useT();
  const saved = useSaved(onClose);
  const input = useRef<HTMLInputElement>(null);
  const form = useForm({ scheme: 'CORE', oneOff: false, noticeDays: 0, rum: '', signedOn: '', lastUsedOn: '', name: c.name, line1: c.line1, postCode: c.postcode, city: c.city, country: c.country, iban: '', bic: '', fileName: '', file: '' });
  const act = () => { form.clear(); return saved((key) => api.sepa.recordPaper({ key, customerId: c.publicId, ...form.values })); };
  const pick = async (file: File | undefined) => { if (file) form.patch({ fileName: file.name, file: await base64(file) }); };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <Terms form={form} />
        <TextInput label={t('window.sepa.mandate.rum')} maxLength={35} {...form.text('rum')} />
        <DateInput label={t('window.sepa.mandate.signed_on')} required {...form.field('signedOn')} />
        <DateInput label={t('window.sepa.mandate.last_used')} description={t('window.sepa.mandate.last_used.hint')} clearable {...form.field('lastUsedOn')} />
        <TextInput label={t('window.sepa.mandate.holder')} required {...form.text('name')} />
        <TextInput label={t('window.sepa.mandate.line1')} {...form.text('line1')} />
        <TextInput label={t('window.sepa.mandate.post_code')} {...form.text('postCode')} />
        <TextInput label={t('window.sepa.mandate.city')} required {...form.text('city')} />
        <CountrySelect label={t('window.customers.form.country')} {...form.field('country')} />
        <TextInput label={t('window.sepa.mandate.iban')} required autoComplete="off" {...form.text('iban')} data-testid="mandate-iban" />
        <TextInput label={t('window.sepa.mandate.bic')} autoComplete="off" {...form.text('bic')} />
        <div data-field="file">
          <Button variant="default" onClick={() => input.current?.click()}>{form.values.fileName || t('window.sepa.mandate.choose_file')}</Button>
          <input ref={input} type="file" accept="application/pdf,image/jpeg,image/png" hidden aria-label={t('window.sepa.mandate.file')} data-testid="mandate-file" onChange={(e) => void pick(e.currentTarget.files?.[0])} />
          <div className="soft small">{t('window.sepa.mandate.file')}</div>
          {form.errors.file && <div role="alert" style={{ color: 'var(--danger)' }} className="small">{form.errors.file}</div>}
        </div>
        <ActionButton may="collect" type="submit" onAct={act} onError={form.fail} data-testid="save-paper">{t('window.sepa.mandate.save')}</ActionButton>
      </Stack>
    </form>
  );
}
