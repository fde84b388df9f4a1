// One conversation: who it is with, what was said, and the field to answer in. What arrives shows by itself.
import { Button, Checkbox, Modal, NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, asApiError, useIntention, type Conversation } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { ActionMenu } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useT } from '~/i18n';
import { Composer } from './Composer';
import { Messages } from './Messages';
import { Side } from './Side';
import { useLetters } from '~/app/useLetters';
import { Waiting } from './Waiting';
import css from './inbox.module.css';

export function ConversationPane({ id, back }: { id: string; back: string }) {
  const query = useQuery({ queryKey: ['chat', 'one', id], queryFn: () => api.conversations.get(id) });
  return (
    <div className={css.talk} data-side>
      <Await query={query}>{(c) => <Talk conversation={c} back={back} />}</Await>
    </div>
  );
}

/** A message that came in meanwhile is no reason to refuse who takes care of it, or that it is closed. */
async function asItStands(c: Conversation, act: (version: number) => Promise<void>) {
  try { await act(c.version); } catch (e) {
    if (asApiError(e).code !== 'conflict') throw e;
    await act((await api.conversations.get(c.id)).version);
  }
}

function Talk({ conversation: c, back }: { conversation: Conversation; back: string }) {
  const t = useT();
  const client = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  const [closing, setClosing] = useState(false);
  const me = usePeople()?.me ?? '';
  const fresh = () => client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'chat' || q.queryKey[0] === 'home' });
  const fail = (e: unknown) => { showError(e); if (asApiError(e).code === 'conflict') void fresh(); };
  const assign = async (userId: string) => { await asItStands(c, (version) => api.conversations.assign(c.id, version, userId)); await fresh(); };
  const reopen = async () => { await asItStands(c, (version) => api.conversations.reopen(c.id, version)); await fresh(); };
  useLetters({
    r: () => field.current?.focus(),
    a: () => { if (me && c.assigneeId !== me) void assign(me).catch(fail); },
    x: () => { if (!c.closed) setClosing(true); },
    u: () => navigate(back),
  });
  return (
    <>
      <section className={css.pane} aria-label={t('window.inbox.with', { name: c.contact })} data-testid="conversation">
        <header className={css.head}>
          <Link href={back} className={css.back} aria-label={t('window.inbox.back')}><Icon name="left" /></Link>
          <div className={css.who}><h2>{c.subject}</h2><small>{c.here ? <span className={css.presence}>{t('window.inbox.online', { name: c.contact })}</span> : c.contact}{' · '}<Link href={`/customers/${c.customerId}`}>{c.customerName}</Link></small></div>
          <div className={css.acts}>
            <Waiting since={c.waitingSince} due={c.dueAt} late={c.late} />
            {c.closed && <Badge>{t('window.inbox.closed')}</Badge>}
            <Assignee conversation={c} onAssign={assign} onError={fail} />
            {c.closed ? <ActionButton variant="default" onAct={reopen} onError={fail} data-testid="reopen">{t('window.inbox.reopen')}</ActionButton>
              : <MakeButton variant="default" onClick={() => setClosing(true)} data-testid="close">{t('window.inbox.close')}</MakeButton>}
            <More conversation={c} onDone={fresh} />
          </div>
        </header>
        <Messages conversation={c} />
        <Composer conversation={c} field={field} />
      </section>
      <Side conversation={c} />
      <Closing opened={closing} conversation={c} onClose={() => setClosing(false)} onDone={fresh} />
    </>
  );
}

const usePeople = () => useQuery({ queryKey: ['users', 'chat'], queryFn: api.conversations.people }).data;

function Assignee({ conversation: c, onAssign, onError }: { conversation: Conversation; onAssign: (id: string) => Promise<void>; onError: (e: unknown) => void }) {
  const t = useT();
  const people = usePeople();
  return (
    <NativeSelect aria-label={t('window.inbox.assigned')} value={c.assigneeId} onChange={(e) => void onAssign(e.currentTarget.value).catch(onError)} data-testid="assignee"
      data={[{ value: '', label: t('window.inbox.nobody') }, ...(people?.people ?? []).map((p) => ({ value: p.code, label: p.label }))]} />
  );
}

function More({ conversation: c, onDone }: { conversation: Conversation; onDone: () => Promise<void> }) {
  const t = useT();
  const intention = useIntention();
  const transcript = async () => { await api.conversations.transcript(c.id, intention.key()); intention.done(); toast(t('window.inbox.transcript_done', { email: c.contactEmail })); };
  const settle = async () => { await asItStands(c, (version) => api.conversations.settle(c.id, version)); await onDone(); };
  return (
    <ActionMenu actions={[
      ...(c.contactEmail ? [{ label: t('window.inbox.transcript'), icon: 'mail' as const, onClick: () => void transcript().catch(showError) }] : []),
      ...(c.waitingSince ? [{ label: t('window.questions.settle'), icon: 'check' as const, onClick: () => void settle().catch(showError) }] : []),
      { label: t('window.inbox.of_customer'), icon: 'question', to: `/inbox?view=all&customer=${c.customerId}&name=${encodeURIComponent(c.customerName)}` },
      { label: t('window.inbox.open_customer'), icon: 'customers', to: `/customers/${c.customerId}` },
    ]} />
  );
}

function Closing({ opened, conversation: c, onClose, onDone }: { opened: boolean; conversation: Conversation; onClose: () => void; onDone: () => Promise<void> }) {
  const t = useT();
  const [mail, setMail] = useState(false);
  const close = async () => {
    await asItStands(c, (version) => api.conversations.close(c.id, version, mail));
    onClose();
    toast(t('window.inbox.closed_done'));
    await onDone();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('window.inbox.close_title')} size={440} closeButtonProps={{ 'aria-label': t('window.close') }}>
      <form className={css.form} onSubmit={(e) => e.preventDefault()}>
        <p className="soft">{t('window.inbox.close_text')}</p>
        {c.contactEmail && <Checkbox checked={mail} onChange={(e) => setMail(e.currentTarget.checked)} label={t('window.inbox.close_mail', { email: c.contactEmail })} data-testid="close-transcript" />}
        <div className={css.acts}><ActionButton onAct={close} autoFocus data-testid="close-now">{t('window.inbox.close')}</ActionButton><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button></div>
      </form>
    </Modal>
  );
}
