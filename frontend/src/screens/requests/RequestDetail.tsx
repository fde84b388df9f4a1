// One request: who asks, for which customer, what is different, and the decision by one click or one key.
import { Checkbox, Radio, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, useIntention, type AccessRequest, type RequestCandidate } from '~/api';
import { asApiError } from '~/api/error';
import { navigate } from '~/app/router';
import { useLetters } from '~/app/useLetters';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { KeyValue, Tel } from '~/components/display';
import { useForm } from '~/components/form';
import { Notice, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { lang, tDynamic, useT } from '~/i18n';
import { NEW, plain, taken } from './plain';
import { RequestBadge } from './RequestBadge';
import css from './requests.module.css';

type Speaking = 'ask' | 'refuse' | null;

export function RequestDetail({ request: r }: { request: AccessRequest }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [chosen, setChosen] = useState(() => plain(r));
  const [fields, setFields] = useState<string[]>(() => taken(r, chosen));
  const [speaking, setSpeaking] = useState<Speaking>(null);
  const open = r.state === 'sent' || r.state === 'asked';
  const [person, setPerson] = useState('');
  const choose = (id: string) => { setChosen(id); setPerson(''); setFields(taken(r, id)); };
  const name = (id: string) => { setPerson(id); setFields(fields.filter((x) => !x.startsWith('contact.'))); };
  const fail = (e: unknown) => { showError(e); if (asApiError(e).code === 'conflict') void client.invalidateQueries({ queryKey: ['requests'] }); };
  const approve = async () => {
    if (!chosen) { toast(t('window.requests.choose')); return; }
    const done = await api.requests.approve({ requestId: r.id, version: r.version, customerId: chosen === NEW ? '' : chosen, contactId: person, fields }, intention.key());
    intention.done();
    toast(t('window.requests.done.approved', { customer: done.customer, email: done.email }));
    await client.invalidateQueries();
    navigate('/requests');
  };
  useLetters(!open || speaking ? {} : { a: () => document.querySelector<HTMLElement>('[data-testid="approve-request"]')?.click(), d: () => setSpeaking('ask'), r: () => setSpeaking('refuse') });
  return (
    <Stack gap={4}>
      <Section title={r.company} actions={<RequestBadge state={r.state} />}>
        {open && <div className={css.acts}>
          <ActionButton onAct={approve} onError={fail} disabled={!chosen} data-testid="approve-request">{t('window.requests.approve')}<kbd>A</kbd></ActionButton>
          <ActionButton variant="default" onAct={() => setSpeaking('ask')} data-testid="ask-request">{t('window.requests.ask')}<kbd>D</kbd></ActionButton>
          <ActionButton variant="default" color="danger" onAct={() => setSpeaking('refuse')} data-testid="refuse-request">{t('window.requests.refuse')}<kbd>R</kbd></ActionButton>
        </div>}
        {open && (r.words || r.form.reply || r.until) && <div className={css.said}><KeyValue rows={[
          !!r.words && [t('window.requests.asked_words'), <span key="w" className={css.lines}>{r.words}</span>],
          !!r.form.reply && [t('window.requests.reply'), <span key="r" className={css.lines}>{r.form.reply}</span>],
          !!r.until && [t('window.requests.until'), f.instant(r.until)],
        ]} /></div>}
        {r.state === 'withdrawn' && <p className="soft">{t('window.requests.withdrawn_text')}</p>}
        {!open && r.state !== 'withdrawn' && <KeyValue rows={[
          [t('window.requests.decided'), r.decidedBy ? t('window.requests.decided_by', { by: r.decidedBy, at: r.decidedAt ? f.instant(r.decidedAt) : '' }) : t('window.requests.decided_freely', { at: r.decidedAt ? f.instant(r.decidedAt) : '' })],
          !!r.customerId && [t('window.requests.customer'), <Link key="c" href={`/customers/${r.customerId}`}>{r.customer}</Link>],
          !!r.words && [t('window.requests.words'), r.words],
        ]} />}
      </Section>
      {r.twins.length > 0 && <Notice tone="warning">{t('window.requests.twins')}{' '}{r.twins.map((w) => <Link key={w.id} className={css.twin} href={`/requests/${w.id}`}>{w.name}</Link>)}</Notice>}
      {open && <Whose request={r} chosen={chosen} onChoose={choose} person={person} onPerson={name} fields={fields} onFields={setFields} />}
      <Given request={r} />
      <Speak request={r} speaking={speaking} onClose={() => setSpeaking(null)} onFail={fail} />
    </Stack>
  );
}

interface Persons { person: string; onPerson: (id: string) => void }

function Whose({ request: r, chosen, onChoose, person, onPerson, fields, onFields }: Persons & { request: AccessRequest; chosen: string; onChoose: (id: string) => void; fields: string[]; onFields: (f: string[]) => void }) {
  const t = useT();
  const matched = r.candidates.filter((c) => c.reasons.includes('tax_id')).length;
  const title = matched === 0 ? t('window.requests.match.none') : matched === 1 ? t('window.requests.match.one') : t('window.requests.match.several', { n: matched });
  return (
    <Section title={t('window.requests.whose')}>
      <fieldset className={css.choices}>
        <legend className="soft">{title}</legend>
        {r.candidates.map((c) => <Choice key={c.customerId} candidate={c} request={r} chosen={chosen === c.customerId} onChoose={() => onChoose(c.customerId)} person={person} onPerson={onPerson} fields={fields} onFields={onFields} />)}
        <div className={css.choice} data-chosen={chosen === NEW}>
          <Radio name="whose" checked={chosen === NEW} onChange={() => onChoose(NEW)} label={t('window.requests.new', { group: r.group })} description={t('window.requests.new_text')} disabled={r.portalOff} data-testid="whose-new" />
        </div>
      </fieldset>
    </Section>
  );
}

/** Which of several contacts with the visitor's address gets the access. */
function Namesakes({ candidate: c, person, onPerson }: Persons & { candidate: RequestCandidate }) {
  const t = useT();
  return (
    <fieldset className={css.people}>
      <legend className="soft">{t('window.requests.namesakes', { customer: c.name })}</legend>
      {c.namesakes.map((k) => <Radio key={k.contactId} name="person" checked={(person || c.contactId) === k.contactId} onChange={() => onPerson(k.contactId === c.contactId ? '' : k.contactId)} label={k.name} data-testid={`person-${k.contactId}`} />)}
    </fieldset>
  );
}

function Choice({ candidate: c, request: r, chosen, onChoose, person, onPerson, fields, onFields }: Persons & { candidate: RequestCandidate; request: AccessRequest; chosen: boolean; onChoose: () => void; fields: string[]; onFields: (f: string[]) => void }) {
  const t = useT();
  const contact = c.hasAccess ? t('window.requests.contact_in', { name: c.contact }) : c.contactId ? t('window.requests.contact_known', { name: c.contact }) : t('window.requests.contact_new', { name: r.name });
  return (
    <div className={css.choice} data-chosen={chosen}>
      <Radio name="whose" checked={chosen} onChange={onChoose} label={[c.name, c.number, c.city].filter(Boolean).join(' · ')} description={c.portalOff ? t('window.requests.portal_off') : contact} disabled={c.portalOff} data-testid={`whose-${c.number}`} />
      <div className={css.reasons}>{c.reasons.map((w) => <Badge key={w} tone={w === 'tax_id' ? 'good' : 'neutral'}>{tDynamic(`window.requests.reason.${w}`)}</Badge>)}</div>
      {c.mailbox !== 'known' && <Notice tone="warning"><div data-testid={`mailbox-${c.number}`}>
        <strong>{t(c.mailbox === 'shut' ? 'window.requests.mailbox.shut' : 'window.requests.mailbox.foreign', { email: r.email, customer: c.name })}</strong>{' '}
        {c.addresses.length > 0 ? t('window.requests.mailbox.known', { addresses: c.addresses.join(', ') }) : t('window.requests.mailbox.none')}{' '}{t('window.requests.mailbox.sees')}
      </div></Notice>}
      {chosen && c.namesakes.length > 1 && <Namesakes candidate={c} person={person} onPerson={onPerson} />}
      {chosen && <Compare candidate={person ? { ...c, differences: c.differences.filter((d) => !d.field.startsWith('contact.')) } as RequestCandidate : c} fields={fields} onFields={onFields} />}
    </div>
  );
}

function Compare({ candidate: c, fields, onFields }: { candidate: RequestCandidate; fields: string[]; onFields: (f: string[]) => void }) {
  const t = useT();
  const toggle = (name: string) => onFields(fields.includes(name) ? fields.filter((x) => x !== name) : [...fields, name]);
  return (
    <div style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={t('window.requests.compare')}>
      <table className={css.compare}>
        <thead><tr><th scope="col">{t('window.requests.compare.field')}</th><th scope="col">{t('window.requests.compare.have')}</th><th scope="col">{t('window.requests.compare.given')}</th><th scope="col">{t('window.requests.compare.take')}</th></tr></thead>
        <tbody>{c.differences.map((d) => {
          const label = tDynamic(`window.requests.field.${d.field}`);
          return (
            <tr key={d.field} data-same={d.same}><td>{label}</td><td>{d.have || '–'}</td><td>{d.given}</td>
              <td>{d.same ? <span className="faint">{t('window.requests.compare.same')}</span> : <Checkbox checked={fields.includes(d.field)} onChange={() => toggle(d.field)} aria-label={t('window.requests.compare.take_one', { field: label })} />}</td></tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}

function Given({ request: r }: { request: AccessRequest }) {
  const t = useT();
  const f = useFormat();
  const g = r.form;
  const said = (a: { kind: string; answer: string }) => (a.kind === 'yes_no' ? t(a.answer === 'yes' ? 'window.requests.yes' : 'window.requests.no') : a.answer);
  return (
    <>
      <Section title={t('window.requests.visitor')}>
        <KeyValue rows={[
          [t('window.requests.person'), g.name], [t('window.requests.email'), g.email], !!g.phone && [t('window.requests.phone'), <Tel number={g.phone} />],
          !!g.userName && [t('window.requests.user_name'), r.nameTaken ? t('window.requests.name_taken', { name: g.userName }) : g.userName],
          [t('window.requests.company'), g.company], !!g.taxId && [t('window.requests.tax_id'), g.taxId],
          [t('window.requests.address'), [g.line1, g.line2, [g.postcode, g.city].filter(Boolean).join(' '), g.region, g.country].filter(Boolean).join(', ')],
          [t('window.requests.group'), r.group], [t('window.requests.sent_at'), f.instant(r.sentAt)],
          r.terms > 0 && [t('window.requests.terms'), t('window.requests.terms_text', { version: r.terms, at: f.instant(r.termsAt) })],
        ]} />
      </Section>
      {r.answers.length > 0 && <Section title={t('window.requests.answers')}>
        <KeyValue rows={r.answers.map((a): [string, string] => [lang() === 'en' ? a.questionEn : a.questionFr, said(a)])} />
      </Section>}
    </>
  );
}

function Speak({ request: r, speaking, onClose, onFail }: { request: AccessRequest; speaking: Speaking; onClose: () => void; onFail: (e: unknown) => void }) {
  const t = useT();
  return (
    <SidePanel opened={speaking !== null} onClose={onClose} title={t(speaking === 'refuse' ? 'window.requests.refuse' : 'window.requests.ask')}>
      {speaking && <Words key={speaking} request={r} refuse={speaking === 'refuse'} onClose={onClose} onFail={onFail} />}
    </SidePanel>
  );
}

function Words({ request: r, refuse, onClose, onFail }: { request: AccessRequest; refuse: boolean; onClose: () => void; onFail: (e: unknown) => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ words: '' });
  const send = async () => {
    form.clear();
    await (refuse ? api.requests.refuse : api.requests.askMore)({ requestId: r.id, version: r.version, words: form.values.words }, intention.key());
    intention.done();
    toast(t(refuse ? 'window.requests.done.refused' : 'window.requests.done.asked'));
    onClose();
    await client.invalidateQueries();
    navigate('/requests');
  };
  const fail = (e: unknown) => { form.fail(e); if (asApiError(e).code === 'conflict') { onClose(); onFail(e); } };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <p className="soft">{t(refuse ? 'window.requests.refuse_text' : 'window.requests.ask_text')}</p>
        <Textarea label={t(refuse ? 'window.requests.refuse_words' : 'window.requests.ask_words')} required autosize minRows={3} maxRows={12} maxLength={2000} data-autofocus {...form.text('words')} />
        <div className={css.acts}><ActionButton onAct={send} onError={fail} data-testid="send-words">{t(refuse ? 'window.requests.refuse' : 'window.requests.send')}</ActionButton></div>
      </Stack>
    </form>
  );
}
