// The one principal and the delegates. Only the principal adds, removes and hands over.
import { ActionIcon, Button, Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, useIntention, type Account, type DelegateCandidate, type UserMade, type UserRow } from '~/api';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Notice, Section, Stack } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { tDynamic, useT } from '~/i18n';
import { MadeNotice } from '~/screens/users/MadeNotice';
import { Dialog, DialogForm } from './Dialog';
import { Fact } from './Fact';
import { Password } from './PasswordFields';
import css from './account.module.css';

export function Administrators({ me }: { me: Account }) {
  const t = useT();
  const query = useQuery({ queryKey: ['users', 'list'], queryFn: api.users.list });
  return <Section title={t('window.account.administrators')}><Await query={query}>{(all) => <Body me={me} all={all.filter((u) => u.state === 'active')} />}</Await></Section>;
}

function Body({ me, all }: { me: Account; all: UserRow[] }) {
  const t = useT();
  const [open, setOpen] = useState<'' | 'add' | 'over'>('');
  const [made, setMade] = useState<UserMade>();
  const [leaving, setLeaving] = useState<UserRow>();
  // Who handed over has no button left to go back to: the focus stays with what came of it.
  const named = useRef<HTMLSpanElement>(null);
  const was = useRef(me.isPrincipal);
  useEffect(() => {
    if (was.current && !me.isPrincipal) named.current?.focus();
    was.current = me.isPrincipal;
  }, [me.isPrincipal]);
  const principal = all.find((u) => u.role === 'principal');
  const delegates = all.filter((u) => u.role === 'delegate');
  return (
    <>
      <dl>
        <Fact label={t('window.account.principal')} acts={me.isPrincipal && all.length > 1 && <Button variant="default" onClick={() => setOpen('over')} data-testid="hand-over">{t('window.account.hand_over')}</Button>}>
          <span ref={named} tabIndex={-1} data-testid="principal">{principal?.label}</span>
        </Fact>
        <Fact label={t('window.account.delegates')} acts={me.isPrincipal && <Button variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => setOpen('add')} data-testid="add-delegate">{t('window.account.delegate_add')}</Button>}>
          {delegates.length === 0 ? <span className="soft">{t('window.account.delegates_none')}</span> : (
            <ul className={css.people} data-testid="delegates">{delegates.map((u) => (
              <li key={u.id}><span className={css.who}>{u.label}<small>{[u.email, u.customer].filter(Boolean).join(' · ')}</small></span>
                {me.isPrincipal && <ActionIcon variant="default" aria-label={t('window.account.delegate_remove', { name: u.label })} onClick={() => setLeaving(u)} data-testid={`remove-${u.code}`}><Icon name="trash" size={15} /></ActionIcon>}</li>
            ))}</ul>
          )}
        </Fact>
      </dl>
      {!me.isPrincipal && <p className="small faint" style={{ marginTop: 12 }}>{t('window.account.principal_only')}</p>}
      {made && <div style={{ marginTop: 12 }}><MadeNotice made={made} onClose={() => setMade(undefined)} /></div>}
      <Dialog title={t('window.account.delegate_add')} opened={open === 'add'} onClose={() => setOpen('')}><Add onClose={() => setOpen('')} onMade={(m) => { setMade(m); setOpen(''); }} /></Dialog>
      <Dialog title={t('window.account.hand_over')} opened={open === 'over'} onClose={() => setOpen('')}><HandOver me={me} all={all} onClose={() => setOpen('')} /></Dialog>
      <Dialog title={t('window.account.delegate_remove', { name: leaving?.label ?? '' })} opened={!!leaving} onClose={() => setLeaving(undefined)}>{leaving && <Remove user={leaving} onClose={() => setLeaving(undefined)} onDone={() => { setLeaving(undefined); setMade(undefined); }} />}</Dialog>
    </>
  );
}

function Add({ onClose, onMade }: { onClose: () => void; onMade: (made: UserMade) => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const [chosen, setChosen] = useState<DelegateCandidate>();
  const form = useForm({ id: '' });
  const search = async (words: string) => (await api.users.candidates(words)).map((c) => ({ id: c.kind + c.id, label: c.label, hint: [c.email, c.customer].filter(Boolean).join(' · '), right: tDynamic(`window.account.why.${c.why}`), value: c }));
  const act = async () => {
    const made = await api.users.addDelegate({ kind: chosen!.kind, id: chosen!.id }, intention.key());
    intention.done();
    await client.invalidateQueries({ queryKey: ['users'] });
    toast(t('window.account.delegate_added', { name: made.user.label }));
    onMade(made);
  };
  return (
    <DialogForm form={form} verb={t('window.account.delegate_make')} onClose={onClose} disabled={!chosen} onAct={act}>
      <p className="soft">{t('window.account.delegate_text')}</p>
      <Lookup<DelegateCandidate> text={chosen?.label ?? ''} topic="users" search={search} onPick={(o) => setChosen(o.value)} input={{ label: t('window.account.delegate_who'), placeholder: t('window.account.delegate_search'), 'data-testid': 'candidate' }} />
      {chosen?.kind === 'contact' && <Notice tone="info">{t('window.account.delegate_contact', { name: chosen.label })}</Notice>}
    </DialogForm>
  );
}

function Remove({ user, onClose, onDone }: { user: UserRow; onClose: () => void; onDone: () => void }) {
  const t = useT();
  const client = useQueryClient();
  // A contact became a user for this alone; anybody else keeps working as before.
  const form = useForm({ then: user.contact ? 'closed' : (['sales', 'bookkeeping', 'reader'].find((r) => r === user.roleBefore) ?? 'reader') });
  const act = async () => {
    await api.users.removeDelegate(user.id, user.version, form.values.then);
    await client.invalidateQueries({ queryKey: ['users'] });
    toast(t('window.account.delegate_removed', { name: user.label }));
    onDone();
  };
  const choices = (['closed', 'sales', 'bookkeeping', 'reader'] as const).map((v) => ({ value: v, label: v === 'closed' ? t('window.account.then_closed') : t('window.account.then_role', { role: tDynamic(`common.role.${v}`) }) }));
  return (
    <DialogForm form={form} verb={t(form.values.then === 'closed' ? 'window.account.delegate_close' : 'window.account.delegate_take')} danger onClose={onClose} onAct={act}>
      <p className="soft">{t('window.account.delegate_lost')}</p>
      <Select label={t('window.account.then')} data-autofocus allowDeselect={false} data={choices} {...form.field('then')} onChange={(v) => v && form.set('then', v)} />
    </DialogForm>
  );
}

/** Transmettre: the principal's own act, with the password. The dialog itself is the one question. */
function HandOver({ me, all, onClose }: { me: Account; all: UserRow[]; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ id: '', old: '' });
  const able = all.filter((u) => u.role !== 'principal' && u.hasPassword);
  const chosen = able.find((u) => u.id === form.values.id);
  const act = async () => {
    await api.users.handOver(form.values.id, form.values.old, intention.key());
    intention.done();
    onClose();
    toast(t('window.account.handed_over', { name: chosen!.label }));
    await client.invalidateQueries().catch(showError);
  };
  if (able.length === 0) return <Stack gap={4}><p className="soft">{t('window.account.hand_over_nobody')}</p><div className={css.dialogEnd}><Button onClick={onClose}>{t('window.close')}</Button></div></Stack>;
  return (
    <DialogForm form={form} verb={t('window.account.hand_over')} danger onClose={onClose} disabled={!chosen} onAct={act}>
      <p className="soft">{t('window.account.hand_over_text')}</p>
      <Select label={t('window.account.hand_over_to')} data-autofocus data={able.map((u) => ({ value: u.id, label: `${u.label} · ${u.roleLabel}` }))} {...form.field('id')} onChange={(v) => form.set('id', v ?? '')} />
      {me.hasPassword && <Password label={t('window.account.password_now')} name="current-password" {...form.text('old')} />}
      {chosen && <Notice tone="warning"><strong>{t('window.account.hand_over_ask', { name: chosen.label })}</strong><div>{t('window.account.hand_over_lost')}</div></Notice>}
    </DialogForm>
  );
}
