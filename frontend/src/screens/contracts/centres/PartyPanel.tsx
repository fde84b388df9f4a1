// Adds, replaces or changes somebody who is asked: a user of the firm, a contact of the customer, or an outside person by e-mail.
import { Button, NativeSelect, Radio, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, asApiError, useIntention, type Candidate, type Centre, type CentreKind, type Party, type PartyForm } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm, type Form } from '~/components/form';
import { DateInput } from '~/components/inputs';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { useActs, type OfContract } from './useCentre';
import css from './centres.module.css';

export type PartyWish = { act: 'add' } | { act: 'change'; party: Party } | { act: 'replace'; party: Party; restart: boolean };
type Props = { contract: OfContract; kind: CentreKind; centre: Centre; wish: PartyWish; open: boolean; onClose: () => void };
const types = ['contact', 'guest', 'user'] as const;

export function PartyPanel({ contract, kind, centre: c, wish, open, onClose }: Props) {
  const t = useT();
  const { lang } = useFormat();
  const intention = useIntention();
  const { take, refused } = useActs(contract.id, kind);
  const before = wish.act === 'add' ? undefined : wish.party;
  const form = useForm<PartyForm>({ contractId: contract.id, kind, type: 'contact', personId: '', name: '', email: '', language: lang, capacity: before?.capacity ?? '', dueOn: before?.dueOn ?? '', restart: wish.act === 'replace' && wish.restart });
  const v = form.values;
  const save = async () => {
    form.clear();
    const now = wish.act === 'change' ? await api.signing.changeParty({ id: wish.party.id, capacity: v.capacity, dueOn: v.dueOn })
      : wish.act === 'replace' ? await api.signing.replaceParty(wish.party.id, v, intention.key())
      : await api.signing.addParty(v, intention.key());
    intention.done();
    take(now);
    onClose();
  };
  // A sentence beside the form; what concerns the round as a whole closes the panel, for the view is another one then.
  const fail = (e: unknown) => { intention.done(); if (asApiError(e).code === 'not_found') { onClose(); refused(e); } else form.fail(e); };
  const ready = wish.act === 'change' || v.type === 'guest' ? true : v.personId !== '';
  const title = wish.act === 'add' ? t(`window.centres.add.${kind}`) : t(wish.act === 'change' ? 'window.centres.change_of' : 'window.centres.replace_of', { name: before?.name ?? '' });
  return (
    <SidePanel opened onClose={onClose} title={title}
      footer={<><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button><ActionButton disabled={!ready} onAct={save} onError={fail} data-testid="party-save">{t(wish.act === 'add' ? 'window.centres.add' : wish.act === 'change' ? 'window.save' : 'window.centres.replace')}</ActionButton></>}>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        {wish.act === 'replace' && wish.restart && <Notice tone="warning">{t('window.centres.remove.restarts')}</Notice>}
        {open && wish.act === 'add' && <Notice tone="info">{t('window.centres.add_open')}</Notice>}
        {wish.act !== 'change' && (
          <>
            <div><div className={css.label} id="party-type">{t('window.centres.type')}</div>
              <SegmentedControl fullWidth aria-labelledby="party-type" value={v.type} onChange={(type) => form.patch({ type, personId: '' })} data={types.map((x) => ({ value: x, label: t(`window.centres.type.${x}`) }))} data-testid="party-type" />
              <p className={css.under}>{t(`window.centres.type_text.${v.type as 'user' | 'contact' | 'guest'}`)}</p></div>
            {v.type === 'guest' ? <GuestFields form={form} /> : <Choice contract={contract} kind={kind} centre={c} form={form} />}
          </>
        )}
        <TextInput label={t('window.centres.capacity')} description={t('window.centres.capacity_hint')} maxLength={100} {...form.text('capacity')} data-testid="party-capacity" />
        <DateInput label={t('window.centres.party_due')} description={c.dueOn ? undefined : t('window.centres.party_due_hint')} clearable {...form.field('dueOn')} />
      </Stack>
    </SidePanel>
  );
}

function GuestFields({ form }: { form: Form<PartyForm> }) {
  const t = useT();
  const f = useFormat();
  return (
    <>
      <TextInput label={t('window.centres.guest_name')} required maxLength={100} {...form.text('name')} data-testid="guest-name" />
      <TextInput label={t('window.centres.guest_email')} required type="email" maxLength={200} {...form.text('email')} data-testid="guest-email" />
      <NativeSelect label={t('window.centres.guest_language')} {...form.text('language')} data={['fr', 'en'].map((x) => ({ value: x, label: f.language(x) }))} />
    </>
  );
}

/** Everybody who may be asked; who cannot be is shown with the reason. */
function Choice({ contract, kind, centre: c, form }: { contract: OfContract; kind: CentreKind; centre: Centre; form: Form<PartyForm> }) {
  const t = useT();
  const [words, setWords] = useState('');
  const query = useQuery({ queryKey: ['contracts', 'candidates', contract.id], queryFn: () => api.signing.candidates(contract.id) });
  const { type, personId } = form.values;
  const why = (x: Candidate) => {
    if (c.parties.some((p) => p.type === x.type && p.personId === x.id)) return { text: t('window.centres.already'), off: true };
    if (!x.blocked) return undefined;
    // Without access one cannot answer in the portal; one can still sign before the firm.
    return { text: tDynamic(`common.round.blocked.${x.blocked}`, { name: x.name }), off: kind === 'approval' || x.blocked === 'archived' || x.blocked === 'moved' };
  };
  return (
    <Await query={query}>{(all) => {
      const mine = all.filter((x) => x.type === type);
      const shown = mine.filter((x) => `${x.name} ${x.email}`.toLowerCase().includes(words.trim().toLowerCase()));
      const barred = mine.some((x) => x.blocked);
      return (
        <>
          {mine.length > 8 && <TextInput label={t('window.centres.find')} value={words} onChange={(e) => setWords(e.currentTarget.value)} />}
          <Radio.Group label={t(`window.centres.choose.${type === 'user' ? 'user' : 'contact'}`)} value={personId} onChange={(id) => form.patch({ personId: id })} error={form.errors.personId} data-field="personId">
            <ul className={css.choices}>{shown.map((x) => {
              const no = why(x);
              return <li key={x.id}><Radio value={x.id} disabled={no?.off} label={x.name} description={<>{x.email}{no && <span className={css.why}>{no.text}</span>}</>} data-testid="party-choice" /></li>;
            })}</ul>
          </Radio.Group>
          {mine.length === 0 && <p className="soft">{t('window.centres.no_contacts')}</p>}
          {type === 'contact' && (barred || mine.length === 0) && <p className={css.under}><Link href={`/customers/${contract.customerId}`}>{t('window.centres.blocked.customer')}</Link></p>}
        </>
      );
    }}</Await>
  );
}
