// What is held about a contact: an archive of it, and its erasure with the plan read beforehand.
import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Contact, type Customer, type ErasurePlan, type KeptFor } from '~/api';
import { download } from '~/api/files';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Notice, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './privacy.module.css';

export function PersonalData({ customer }: { customer: Customer }) {
  const t = useT();
  const [erasing, setErasing] = useState('');
  const [kept, setKept] = useState(false);
  return (
    <Section title={t('window.privacy.title')} actions={<Button variant="default" size="compact-md" onClick={() => setKept(true)} data-testid="kept-open">{t('window.privacy.kept_open')}</Button>}>
      <Stack gap={3}>
        <p className="soft" style={{ margin: 0 }}>{t(customer.contacts.length ? 'window.privacy.text' : 'window.privacy.nobody')}</p>
        {customer.contacts.length > 0 && <ul className={css.people}>{customer.contacts.map((k) => <Person key={k.publicId} contact={k} onErase={() => setErasing(k.publicId)} />)}</ul>}
      </Stack>
      <SidePanel opened={!!erasing} onClose={() => setErasing('')} title={t('window.privacy.erase_title')} width={560}>{erasing && <Erasure contactId={erasing} onDone={() => setErasing('')} />}</SidePanel>
      <SidePanel opened={kept} onClose={() => setKept(false)} title={t('window.privacy.kept_title')} width={560}>{kept && <Kept onClose={() => setKept(false)} />}</SidePanel>
    </Section>
  );
}

function Person({ contact: k, onErase }: { contact: Contact; onErase: () => void }) {
  const t = useT();
  const save = async () => { const name = await download(`/files/contacts/${k.publicId}/data.zip`); toast(t('window.privacy.exported', { name })); };
  return (
    <li className={css.person}>
      <div><strong>{k.name}</strong>{k.email && <div className="soft small">{k.email}</div>}</div>
      <div className={css.acts}>
        <ActionButton may="erase" variant="default" size="compact-md" onAct={save} aria-label={t('window.privacy.export_what', { name: k.name })} data-testid={`export-${k.publicId}`}>{t('window.privacy.export')}</ActionButton>
        <MakeButton may="erase" variant="default" size="compact-md" onClick={onErase} aria-label={t('window.privacy.erase_what', { name: k.name })} data-testid={`erase-${k.publicId}`}>{t('window.privacy.erase')}</MakeButton>
      </div>
    </li>
  );
}

function Erasure({ contactId, onDone }: { contactId: string; onDone: () => void }) {
  const query = useQuery({ queryKey: ['customers', 'erasure', contactId], queryFn: () => api.privacy.plan(contactId), staleTime: 0, gcTime: 0 });
  return <Await query={query}>{(p) => <Plan key={p.version} plan={p} onDone={onDone} />}</Await>;
}

function Plan({ plan: p, onDone }: { plan: ErasurePlan; onDone: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ typed: '' });
  const erase = async () => {
    form.clear();
    await api.privacy.erase({ contactId: p.contactId, version: p.version, typed: form.values.typed }, intention.key());
    intention.done();
    toast(t('window.privacy.done'));
    onDone();
    await client.invalidateQueries({ queryKey: ['customers'] });
    await client.invalidateQueries({ queryKey: ['customer-form', p.customerId] });
  };
  const notices = [p.losesAccess && t('window.privacy.loses_access', { customer: p.customerName }), p.person === 'whole' && t('window.privacy.person_whole'), p.person === 'part' && t('window.privacy.person_part'),
    p.customerMail && !p.person && t('window.privacy.customer_mail'), t('window.privacy.papers'), t('window.privacy.copies'), p.goes.some((g) => g.kind === 'methods') && t('window.privacy.gateway')].filter(Boolean) as string[];
  return (
    <Stack gap={4}>
      {p.blocked && <Notice tone="warning">{tDynamic(`window.privacy.blocked.${p.blocked}`, { name: p.name })}</Notice>}
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Part title={t('window.privacy.goes')}>{p.goes.map((g) => <li key={g.kind}>{tDynamic(`common.privacy.goes.${g.kind}`, { n: g.count })}</li>)}</Part>
      <Part title={t('window.privacy.stays')}>
        {p.stays.length === 0 && <li>{t('window.privacy.stays_nothing')}</li>}
        {p.stays.map((s) => <li key={s.kind}><div className={css.line}><span>{tDynamic(`common.privacy.kept.${s.kind}`)}</span><span className="soft small">{t('window.privacy.until', { n: s.count, date: f.date(s.until) })}</span></div><div className="soft small">{tDynamic(`common.privacy.law.${s.place}.${s.kind}`)}</div></li>)}
      </Part>
      <Part title={t('window.privacy.notices')}>{notices.map((n) => <li key={n}>{n}</li>)}</Part>
      {!p.blocked && (
        <form onSubmit={(e) => e.preventDefault()} className={css.confirm}>
          <TextInput label={t('window.privacy.type', { name: p.name })} autoComplete="off" {...form.text('typed')} />
          <div className={css.acts}>
            <Button variant="default" onClick={onDone}>{t('window.confirm.keep')}</Button>
            <ActionButton may="erase" color="danger" type="submit" onAct={erase} onError={form.fail} disabled={!form.values.typed.trim()} data-testid="erase-confirm">{t('window.privacy.confirm')}</ActionButton>
          </div>
        </form>
      )}
    </Stack>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => <section><h3 className={css.head}>{title}</h3><ul className={css.list}>{children}</ul></section>;

const lasts = (k: KeptFor) => (k.years ? tDynamic(k.fromYear ? 'common.privacy.years_from_year' : 'common.privacy.years', { n: k.years }) : '');

function Kept({ onClose }: { onClose: () => void }) {
  const t = useT();
  const query = useQuery({ queryKey: ['settings', 'kept'], queryFn: api.privacy.kept });
  return (
    <Await query={query}>{(list) => (
      <Stack gap={4}><ul className={css.list} data-testid="kept-list">{list.map((k) => <li key={k.kind}><div className={css.line}><strong>{tDynamic(`common.privacy.kept.${k.kind}`)}</strong><span>{lasts(k)}</span></div><div className="soft small">{tDynamic(k.place ? `common.privacy.law.${k.place}.${k.kind}` : `common.privacy.how.${k.kind}`)}</div></li>)}</ul><div><Button variant="default" onClick={onClose}>{t('window.close')}</Button></div></Stack>
    )}</Await>
  );
}
