// How an invoice stands with its reminders: what was sent, what comes, what lateness has earned.
import { Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { useClosed } from '~/app/may';
import { api, useIntention, type PastReminder } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { StateBadge } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { RemindPanel } from './RemindPanel';
import css from './reminders.module.css';

export function InvoiceReminders({ id, currency, open }: { id: string; currency: string; open: boolean }) {
  const t = useT();
  const closed = useClosed('collect');
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [asking, setAsking] = useState(false);
  const query = useQuery({ queryKey: ['reminders', 'state', id], queryFn: () => api.reminders.state(id) });
  const s = query.data;
  if (!s || (!open && s.past.length === 0 && s.feesMinor === 0 && s.invoiced.length === 0)) return null;
  const invoice = async () => {
    const draft = await api.reminders.invoiceFees(id, intention.key());
    intention.done();
    toast(t('window.reminders.fees_drafted'));
    navigate(`/invoices/${draft.id}/edit`);
  };
  const exempt = async (on: boolean) => {
    await api.reminders.setExempt(id, on);
    await client.invalidateQueries({ queryKey: ['reminders'] });
    await client.invalidateQueries({ queryKey: ['invoices'] });
  };
  return (
    <Section title={t('window.reminders.section')} flush>
      {s.past.length > 0 ? <ul>{s.past.map((p, i) => <PastRow key={i} past={p} />)}</ul> : <p className="soft" style={{ padding: '12px 16px' }}>{t('window.reminders.none_yet')}</p>}
      {open && <div className={css.foot}>
        <span className="soft">{s.exempt ? t('window.reminders.is_exempt') : s.nextOn ? t('window.reminders.next', { n: s.nextLevel, date: f.date(s.nextOn) }) : s.reason}</span>
        <Switch style={{ marginLeft: 'auto' }} label={t('window.reminders.exempt_switch')} checked={s.exempt} disabled={!!closed} title={closed || undefined} onChange={(e) => void exempt(e.currentTarget.checked).catch(showError)} data-testid="exempt" />
        <ActionButton variant="default" size="compact-md" leftSection={<Icon name="send" size={14} />} disabled={!!s.reason} title={s.reason || undefined} may="collect" onAct={() => setAsking(true)} data-testid="remind">{t('window.reminders.remind')}</ActionButton>
      </div>}
      {(s.feesMinor > 0 || s.missing.length > 0) && <div className={css.foot}>
        <div style={{ minWidth: 0 }}>
          {s.feesMinor > 0 && <div>{t('window.reminders.fees_now', { interest: f.money(s.interestMinor, currency), indemnity: f.money(s.indemnityMinor, currency) })}</div>}
          {s.slices.map((x) => <div key={x.text} className="soft small">{x.text}</div>)}
          {s.missing.map((m) => <div key={m.from} className="small" style={{ color: 'var(--warning)' }}>{t('window.reminders.missing_rate', { from: f.date(m.from), to: f.date(m.to) })} <Link href="/settings/reminders">{t('window.reminders.note_rate')}</Link></div>)}
        </div>
        {s.feesMinor > 0 && <ActionButton style={{ marginLeft: 'auto' }} variant="default" size="compact-md" leftSection={<Icon name="invoice" size={14} />} disabled={s.missing.length > 0} onAct={invoice} data-testid="invoice-fees">{t('window.reminders.invoice_fees')}</ActionButton>}
      </div>}
      {s.invoiced.map((x) => <div key={x.id} className={css.foot}><span className="soft">{t('window.reminders.fees_invoiced')}</span><Link href={x.number ? `/invoices/${x.id}` : `/invoices/${x.id}/edit`}>{x.number || t('window.invoices.no_number')}</Link><strong className="num" style={{ marginLeft: 'auto' }}>{f.money(x.amountMinor, currency)}</strong></div>)}
      <RemindPanel opened={asking} documents={[id]} onClose={() => setAsking(false)} />
    </Section>
  );
}

export function PastRow({ past: p, named }: { past: PastReminder; named?: boolean }) {
  const t = useT();
  const f = useFormat();
  return (
    <li className={css.past}>
      <span>{named && <><Link href={`/invoices/${p.invoiceId}`}>{p.number}</Link>{' · '}</>}{p.mailId ? <Link href={`/mail?open=${p.mailId}`}>{t(p.formal ? 'window.reminders.notice_n' : 'window.reminders.level_n', { n: p.level })}</Link> : t('window.reminders.level_n', { n: p.level })}{' · '}{f.date(p.on)}{p.lateDays > 0 && <span className="soft">{' · '}{t('window.invoices.late', { n: p.lateDays })}</span>}</span>
      {p.mailed ? <StateBadge state={p.mailState || 'sent'} kind="mail" /> : <span className="soft">{t('window.reminders.was_passed')}</span>}
      {p.mailed && <span className="soft small">{f.money(p.dueMinor, p.currency)}{p.feesMinor > 0 && ` · ${t('window.reminders.plus_fees', { amount: f.money(p.feesMinor, p.currency) })}`}{p.byHand && ` · ${t('window.reminders.by_hand')}`}</span>}
    </li>
  );
}

/** A customer's reminders, newest first. */
export function CustomerReminders({ id }: { id: string }) {
  const t = useT();
  const query = useQuery({ queryKey: ['reminders', 'customer', id], queryFn: () => api.reminders.ofCustomer(id) });
  if (!query.data?.length) return null;
  return <Section title={t('window.reminders.section')} flush><ul>{query.data.map((p, i) => <PastRow key={i} past={p} named />)}</ul></Section>;
}
