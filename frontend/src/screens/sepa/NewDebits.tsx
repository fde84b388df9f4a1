// A new file of direct debits: who is debited on a day, who is left out and why.
import { Checkbox, Select } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, asApiError, useIntention, type DebitCandidate } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { DateInput } from '~/components/inputs';
import { Empty, Notice, Page, PageHeader, Section } from '~/components/layout';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './sepa.module.css';

export function NewDebits() {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [scheme, setScheme] = useState('CORE');
  const [on, setOn] = useState('');
  const [out, setOut] = useState<Set<string>>(new Set());
  const [refused, setRefused] = useState('');
  const query = useQuery({ queryKey: ['sepa', 'proposal', scheme, on], queryFn: () => api.sepa.propose({ scheme, on }), placeholderData: keepPreviousData, retry: false, gcTime: 0 });
  const wrong = query.error ? asApiError(query.error) : null;
  const p = wrong ? undefined : query.data;
  const chosen = p?.taken.filter((c) => !out.has(c.documentId)) ?? [];
  const sum = chosen.reduce((n, c) => n + c.amountMinor, 0); // shown beside the list; Go adds up again
  const make = async () => {
    setRefused('');
    const done = await api.sepa.makeDebits({ key: intention.key(), scheme, on: p!.on, documents: chosen.map((c) => c.documentId) });
    intention.done();
    toast(done.message);
    await client.invalidateQueries();
    navigate(`/debits/${done.id}`);
  };
  const toggle = (id: string) => setOut((o) => { const n = new Set(o); if (!n.delete(id)) n.add(id); return n; });
  return (
    <Page>
      <PageHeader title={t('window.sepa.new')} back={{ href: '/debits', label: t('window.sepa.title') }}
        primary={<ActionButton onAct={make} disabled={chosen.length === 0} onError={(e) => { setRefused(asApiError(e).message); void query.refetch(); }} data-testid="make-debits">{t('window.sepa.make')}</ActionButton>} />
      <p className="soft" style={{ margin: 0 }}>{t('window.sepa.new.text')}</p>
      {(refused || (wrong && !wrong.fields.on)) && <Notice tone="danger">{refused || wrong?.message}</Notice>}
      <div className={css.tools}>
        <DateInput label={t('window.sepa.on')} value={on || p?.on || ''} onChange={setOn} error={wrong?.fields.on} data-testid="debit-on" />
        <Select label={t('window.sepa.scheme')} allowDeselect={false} value={scheme} data={['CORE', 'B2B'].map((s) => ({ value: s, label: tDynamic(`common.sepa.scheme.${s}`) }))} onChange={(s) => s && setScheme(s)} />
      </div>
      {p && <>
        <Section title={t('window.sepa.taken')} actions={<span className="soft num" data-testid="debit-sum">{t('window.sepa.chosen', { n: chosen.length, amount: f.money(sum, 'EUR') })}</span>} flush>
          {p.taken.length === 0 ? <Empty icon="calendar" title={t('window.sepa.none_taken')} /> : <Candidates label={t('window.sepa.taken')} rows={p.taken} out={out} onToggle={toggle} />}
        </Section>
        {p.left.length > 0 && <Section title={t('window.sepa.left')} flush><Candidates label={t('window.sepa.left')} rows={p.left} /></Section>}
      </>}
    </Page>
  );
}

function Candidates({ label, rows, out, onToggle }: { label: string; rows: DebitCandidate[]; out?: Set<string>; onToggle?: (id: string) => void }) {
  const t = useT();
  const f = useFormat();
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label={label}>
      <table className={css.table}>
        <thead><tr>{onToggle && <th scope="col"><span className="sr">{t('window.sepa.taken')}</span></th>}<th scope="col">{t('window.sepa.column.customer')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.invoice')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.due')}</th>
          <th scope="col" className={css.hide}>{t('window.sepa.column.rum')}</th>{!onToggle && <th scope="col" className={css.hide}>{t('window.sepa.column.why')}</th>}<th scope="col" className="num">{t('window.sepa.column.amount')}</th></tr></thead>
        <tbody>{rows.map((c) => {
          const why = onToggle ? '' : tDynamic(`window.sepa.why.${c.why}`, { on: c.earliest ? f.date(c.earliest) : '' });
          return <tr key={c.documentId}>
            {onToggle && <td><Checkbox aria-label={c.number} checked={!out?.has(c.documentId)} onChange={() => onToggle(c.documentId)} /></td>}
            <td className={css.name}><Link href={`/customers/${c.customerId}`}>{c.customerName}</Link><span className={css.below}><Link href={`/invoices/${c.documentId}`}>{c.number}</Link>{why && ` · ${why}`}</span></td><td className={`nowrap ${css.hide}`}><Link href={`/invoices/${c.documentId}`}>{c.number}</Link></td><td className={`nowrap ${css.hide}`}>{f.date(c.dueDate)}</td>
            <td className={css.hide}>{c.rum}<span className={css.detail}>{[c.sequence, c.account && `… ${c.account}`].filter(Boolean).join(' · ')}</span></td>
            {!onToggle && <td className={css.hide}>{why}</td>}<td className="num nowrap">{f.money(c.amountMinor, 'EUR')}</td>
          </tr>;
        })}</tbody>
      </table>
    </div>
  );
}
