// Who of a customer comes into the portal: the primary contact, access, the last sign-in, what each may see.
import { Button, Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useClosed } from '~/app/may';
import { api, useIntention, type Customer, type Person } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { Tel } from '~/components/display';
import { Icon } from '~/components/Icon';
import { ActionMenu, Section, type Action } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { accessOf } from '~/screens/contacts/accessOf';
import { MovePanel } from '~/screens/contacts/MoveForm';
import { openAs } from '~/screens/portal/openAs';
import { swapWords } from './swap';
import css from './customers.module.css';

/** The areas of the portal, in the order in which people see them (core/actor/areas.go). */
const areas = ['invoices', 'quotes', 'payments', 'contracts', 'files', 'messages', 'subscriptions', 'statements'];

/** A statement lists invoices and payments: without both it stays shut (edge/portal/areas.go). */
const needs = (seen: string[]) => seen.includes('statements') && !['invoices', 'payments'].every((a) => seen.includes(a));

/** What changes a contact changes the customer's form too: it is read again. */
export function useRefresh(id: string) {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: ['customers'] });
    await client.invalidateQueries({ queryKey: ['customer-form', id] });
  };
}

export function People({ customer, changed }: { customer: Customer; changed: boolean }) {
  const t = useT();
  const query = useQuery({ queryKey: ['customers', 'people', customer.publicId], queryFn: () => api.customers.people(customer.publicId) });
  return (
    <Section title={t('window.contacts.title')} flush id="people">
      <Await query={query}>{(list) => list.length === 0 ? <p className={css.none}>{t('window.contacts.none')}</p>
        : <><ul className={css.people} data-testid="people">{list.map((p) => <Row key={p.publicId} customer={customer} person={p} lead={list.find((x) => x.isPrimary)} changed={changed} />)}</ul><Fellows customer={customer} /></>}</Await>
    </Section>
  );
}

/** Whether they see each other's contracts: decided at once, beside the form. */
function Fellows({ customer }: { customer: Customer }) {
  const t = useT();
  const client = useQueryClient();
  const closed = useClosed('invite');
  const query = useQuery({ queryKey: ['customers', 'fellows', customer.publicId], queryFn: () => api.contractSharing.seeEachOther(customer.publicId) });
  const change = async (on: boolean) => { await api.contractSharing.setSeeEachOther(customer.publicId, on); await client.invalidateQueries({ queryKey: ['customers'] }); };
  return <div className={css.fellows}><Switch label={t('window.sharing.see_each_other')} description={t('window.sharing.see_each_other_hint')} checked={!!query.data} disabled={query.data === undefined || !!closed} title={closed || undefined} onChange={(e) => void change(e.currentTarget.checked).catch(showError)} data-testid="see-each-other" /></div>;
}

function state(p: Person): { tone: BadgeTone; word: string } {
  const access = accessOf(p);
  return access.word === 'links' && p.invitedAt ? { ...access, word: 'invited' } : access;
}

function Row({ customer, person: p, lead, changed }: { customer: Customer; person: Person; lead?: Person; changed: boolean }) {
  const t = useT();
  const f = useFormat();
  const refresh = useRefresh(customer.publicId);
  const intention = useIntention();
  const [open, setOpen] = useState(false);
  const [moving, setMoving] = useState(false);
  const name = p.name || p.email;
  const { tone, word } = state(p);
  // What is done here is done to what is stored, not to what is being typed.
  const title = changed ? t('window.customers.access.save_first') : undefined;
  const swap = async () => {
    const plan = await api.customers.swapPlan(customer.publicId);
    if (!await confirm({ title: t('window.contacts.swap.title', { name }), body: <ul className={css.told}>{swapWords(plan, lead, p).map((l) => <li key={l}>{l}</li>)}</ul>, verb: t('window.contacts.swap.verb'), danger: false })) return;
    await api.customers.swapPrimary({ customerId: customer.publicId, fromId: lead?.publicId ?? '', toId: p.publicId }, intention.key());
    intention.done();
    toast(t('window.contacts.swap.done', { name }));
    await refresh();
  };
  const facts = [
    p.signedInAt ? t('window.contacts.signed_in', { at: f.instant(p.signedInAt) }) : p.invitedAt ? t('window.contacts.invited_at', { at: f.instant(p.invitedAt) }) : p.portalAccess && t('window.contacts.never'),
    p.invitedBy && t('window.contacts.invited_by', { name: p.invitedBy }),
    p.hasFactor && t('window.contacts.factor'),
  ].filter(Boolean).join(' · ');
  return (
    <li className={css.person} data-testid="person" data-name={p.name}>
      <div className={css.who}>
        <span className={css.badges}><strong>{name}</strong>{p.isPrimary && <Badge tone="accent">{t('window.customers.form.contact_primary')}</Badge>}<Badge tone={tone}>{tDynamic(`window.contacts.state.${word}`)}</Badge></span>
        <span className="soft small">{p.email}{p.email && p.phone && ' · '}{p.phone && <Tel number={p.phone} />}</span>
        {facts && <span className="faint small">{facts}</span>}
        {!open && p.portalAccess && <span className="small" data-testid="sees">{p.allAreas ? t('window.contacts.sees_all') : p.areas.every((a) => a === 'statements') ? t('window.contacts.sees_nothing') : t('window.contacts.sees', { areas: p.areas.filter((a) => a !== 'statements' || !needs(p.areas)).map((a) => tDynamic(`window.contacts.area.${a}`)).join(', ') })}</span>}
      </div>
      <div className={css.acts}>
        {!p.isPrimary && <ActionButton may="invite" size="compact-md" variant="default" onAct={swap} disabled={changed} title={title} data-testid="make-primary">{t('window.contacts.make_primary')}</ActionButton>}
        {p.portalAccess && <Button size="compact-md" variant="default" leftSection={<Icon name="eye" size={14} />} aria-expanded={open} onClick={() => setOpen(!open)} disabled={changed} title={title} data-testid="areas">{t('window.contacts.areas')}</Button>}
        <ActionMenu actions={useActs(customer, p, changed, () => setMoving(true)).map((a) => ({ ...a, may: 'invite' as const }))} label={t('window.contacts.more', { name })} size={32} />
      </div>
      {moving && <MovePanel contactId={p.publicId} name={name} onClose={() => setMoving(false)} />}
      {open && <Areas customer={customer} person={p} onClose={() => setOpen(false)} />}
    </li>
  );
}

function useActs(customer: Customer, p: Person, changed: boolean, move: () => void): Action[] {
  const t = useT();
  const refresh = useRefresh(customer.publicId);
  const name = p.name || p.email;
  const run = (act: () => Promise<unknown>) => () => void act().catch(showError);
  const ask = async (q: Parameters<typeof confirm>[0], act: () => Promise<unknown>, done: string) => {
    if (!await confirm(q)) return;
    await act();
    toast(done);
    await refresh();
  };
  const access = async (on: boolean) => {
    await api.customers.setAccess(customer.publicId, p.publicId, p.version, on);
    if (on) { toast(t('window.contacts.given', { name })); await refresh(); }
  };
  const list: (Action | false)[] = [
    p.portalAccess && !!p.email && { label: t('window.customers.access.invite'), icon: 'send', disabled: changed, onClick: run(async () => { await api.customers.invite(customer.publicId, p.publicId); toast(t('window.customers.access.invited', { email: p.email })); await refresh(); }) },
    { label: t('window.portal.as.contact_named', { name }), icon: 'portal', disabled: changed, onClick: run(() => openAs(customer.publicId, p.publicId)) },
    { label: t('window.sharing.move.act'), icon: 'external', disabled: changed, onClick: move },
    p.hasFactor && { label: t('window.contacts.reset.act'), icon: 'undo', divider: true, disabled: changed, onClick: run(() => ask({ title: t('window.contacts.reset.title', { name }), body: t('window.contacts.reset.body'), lost: [t('window.contacts.reset.lost_factor'), t('window.customers.access.lost_sessions')], verb: t('window.contacts.reset.verb') }, () => api.customers.resetFactor(customer.publicId, p.publicId), t('window.contacts.reset.done', { name }))) },
    { label: t('window.customers.access.revoke'), icon: 'close', divider: !p.hasFactor, disabled: changed, onClick: run(() => ask({ title: t('window.customers.access.revoke_title', { name }), lost: [t('window.customers.access.lost_links'), t('window.customers.access.lost_sessions')], body: t('window.customers.access.kept'), verb: t('window.customers.access.revoke_verb') }, () => api.customers.revokeLinks(customer.publicId, p.publicId), t('window.customers.access.revoked', { name }))) },
    p.portalAccess
      ? { label: t('window.contacts.take.act'), icon: 'trash', danger: true, divider: true, disabled: changed, onClick: run(() => ask({ title: t('window.contacts.take.title', { name }), body: t('window.contacts.take.body'), lost: [t('window.customers.access.lost_links'), t('window.customers.access.lost_sessions')], verb: t('window.contacts.take.verb') }, () => access(false), t('window.contacts.taken', { name }))) }
      : { label: t('window.contacts.give'), icon: 'check', divider: true, disabled: changed, onClick: run(() => access(true)) },
  ];
  return list.filter((a): a is Action => !!a);
}

/** All of the portal, or some parts: what is shut is gone with the contact's next page. */
function Areas({ customer, person: p, onClose }: { customer: Customer; person: Person; onClose: () => void }) {
  const t = useT();
  const refresh = useRefresh(customer.publicId);
  const [all, setAll] = useState(p.allAreas);
  const [seen, setSeen] = useState(p.allAreas ? areas : p.areas);
  const save = async () => {
    await api.customers.setAreas({ customerId: customer.publicId, contactId: p.publicId, version: p.version, all, areas: all ? [] : areas.filter((a) => seen.includes(a)) });
    toast(t('window.contacts.areas_saved', { name: p.name || p.email }));
    onClose();
    await refresh();
  };
  return (
    <fieldset className={css.areas}>
      <legend className="sr">{t('window.contacts.areas_of', { name: p.name || p.email })}</legend>
      <Switch label={t('window.contacts.all')} description={t('window.contacts.all_hint')} checked={all} onChange={(e) => setAll(e.currentTarget.checked)} data-testid="area-all" />
      <div className={css.parts}>{areas.map((a) => (
        <Switch key={a} label={tDynamic(`window.contacts.area.${a}`)} disabled={all} checked={all || seen.includes(a)} onChange={(e) => setSeen(e.currentTarget.checked ? [...seen, a] : seen.filter((x) => x !== a))} data-testid={`area-${a}`} />
      ))}</div>
      {!all && needs(seen) && <p className="soft small" data-testid="statements-need">{t('window.contacts.statements_need')}</p>}
      {!all && seen.length === 0 && <p className="soft small">{t('window.contacts.nothing_seen')}</p>}
      <div className={css.acts}><ActionButton may="invite" size="compact-md" onAct={save} data-testid="save-areas">{t('window.save')}</ActionButton><Button size="compact-md" variant="default" onClick={onClose}>{t('window.cancel')}</Button></div>
    </fieldset>
  );
}
