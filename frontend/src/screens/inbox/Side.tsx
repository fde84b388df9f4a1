// Beside a conversation: whom one talks with and what is open with them.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type Conversation } from '~/api';
import { listQuery } from '~/api/useList';
import { Address, KeyValue } from '~/components/display';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './inbox.module.css';

const SHOWN = 5;

export function Side({ conversation: c }: { conversation: Conversation }) {
  const t = useT();
  const f = useFormat();
  const balances = useQuery({ queryKey: ['payments', 'balances', c.customerId], queryFn: () => api.payments.balances(c.customerId) });
  const open = useQuery({ queryKey: ['invoices', 'beside', c.customerId], queryFn: () => api.invoices.list(listQuery({ customerId: c.customerId, state: 'open', sort: 'dueDate', limit: SHOWN })) });
  const others = useQuery({ queryKey: ['chat', 'beside', c.customerId], queryFn: () => api.conversations.list({ view: 'all', words: '', customerId: c.customerId, cursor: '' }) });
  const rest = (others.data?.rows ?? []).filter((r) => r.id !== c.id).slice(0, SHOWN);
  return (
    <aside className={css.side} aria-label={t('window.inbox.beside')}>
      <KeyValue rows={[
        [t('window.inbox.customer'), <Link key="c" href={`/customers/${c.customerId}`}>{c.customerName}</Link>],
        [t('window.inbox.contact'), c.contact],
        !!c.contactEmail && [t('window.inbox.email'), <a key="m" href={`mailto:${c.contactEmail}`}><Address email={c.contactEmail} /></a>],
        [t('window.inbox.language'), tDynamic(`common.language.${c.language}`)],
        ...(balances.data ?? []).filter((b) => b.dueMinor > 0).map((b): [string, string] => [t('window.customers.balance.due'), f.money(b.dueMinor, b.currency)]),
      ]} />
      {open.data && open.data.rows.length > 0 && <div><h3>{t('window.inbox.open_invoices')}</h3>
        <ul>{open.data.rows.map((r) => <li key={r.id}><Link href={`/invoices/${r.id}`}><span><span className="nowrap">{r.number}</span>{r.lateDays > 0 && <span className="small nowrap" style={{ color: 'var(--danger)' }}>{' '}{t('window.inbox.overdue')}</span>}</span><span className="num nowrap">{f.money(r.dueMinor, r.currency)}</span></Link></li>)}</ul></div>}
      {rest.length > 0 && <div><h3>{t('window.inbox.earlier')}</h3>
        <ul>{rest.map((r) => <li key={r.kind + r.id}><Link href={`/inbox/${r.kind}/${r.id}?view=all`}><span className="ellipsis">{r.subject || r.text}</span><span className="faint nowrap">{f.dayOf(r.at)}</span></Link></li>)}</ul></div>}
    </aside>
  );
}
