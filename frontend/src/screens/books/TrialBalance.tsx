import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type BalanceRow, type TrialBalance as Balance } from '~/api';
import { navigate, useQueryParams } from '~/app/router';
import { Badge } from '~/components/Badge';
import { Empty, Page, PageHeader, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Period } from './Period';
import css from './books.module.css';

export function TrialBalance() {
  const t = useT();
  const [q, setQ] = useQueryParams('from', 'to');
  const query = useQuery({ queryKey: ['books', 'balance', q.from, q.to], queryFn: () => api.books.balance(q.from, q.to), placeholderData: (b) => b });
  const from = q.from || query.data?.from || '';
  const to = q.to || query.data?.to || '';
  return (
    <Page>
      <PageHeader title={t('window.books.balance.title')} badge={query.data && query.data.rows.length > 0 && <Badge tone={query.data.balanced ? 'good' : 'danger'}>{t(query.data.balanced ? 'window.books.balance.balanced' : 'window.books.balance.unbalanced')}</Badge>} />
      <Period from={from} to={to} onChange={(p) => setQ({ from, to, ...p })} />
      <Section label={t('window.books.balance.title')} flush>
        <Await query={query}>{(b) => b.rows.length ? <Rows balance={b} from={from} to={to} /> : <Empty icon="balance" title={t('window.books.balance.empty')} text={t('window.books.balance.empty_text')} />}</Await>
      </Section>
    </Page>
  );
}

function Rows({ balance: b, from, to }: { balance: Balance; from: string; to: string }) {
  const t = useT();
  const f = useFormat();
  const some = (minor: number) => (minor ? f.amount(minor, b.currency) : '');
  const href = (account: string) => `/books/ledger/${account}?from=${from}&to=${to}`;
  const opening = b.total.openingDebitMinor !== 0 || b.total.openingCreditMinor !== 0;
  const cells = (r: BalanceRow) => (
    <>
      {opening && <td className={`num soft ${css.hide}`}>{some(r.openingDebitMinor)}</td>}{opening && <td className={`num soft ${css.hide}`}>{some(r.openingCreditMinor)}</td>}
      <td className={`num soft ${css.hide}`}>{some(r.debitMinor)}</td><td className={`num soft ${css.hide}`}>{some(r.creditMinor)}</td><td className="num">{some(r.balanceDebitMinor)}</td><td className="num">{some(r.balanceCreditMinor)}</td>
    </>
  );
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.books.balance.title')}>
      <table className={css.table}>
        <thead><tr>
          <th scope="col">{t('window.books.balance.account')}</th><th scope="col">{t('window.books.balance.label')}</th>
          {opening && <th scope="col" className={`num ${css.hide}`}>{t('window.books.balance.opening_debit')}</th>}{opening && <th scope="col" className={`num ${css.hide}`}>{t('window.books.balance.opening_credit')}</th>}
          <th scope="col" className={`num ${css.hide}`}>{t('window.books.balance.debit')}</th><th scope="col" className={`num ${css.hide}`}>{t('window.books.balance.credit')}</th>
          <th scope="col" className="num">{t('window.books.balance.balance_debit')}</th><th scope="col" className="num">{t('window.books.balance.balance_credit')}</th>
        </tr></thead>
        <tbody>{b.rows.map((r) => r.provisional
          ? <tr key={r.account + 'p'} className={css.plain}><td className={css.account}>{r.account}</td><td><em>{r.label}</em></td>{cells(r)}</tr>
          : <tr key={r.account} onClick={() => navigate(href(r.account))}><td className={css.account}><Link href={href(r.account)}>{r.account}</Link></td><td>{r.label}</td>{cells(r)}</tr>)}</tbody>
        <tfoot><tr><td colSpan={2}>{t('window.books.balance.total')}</td>{cells(b.total)}</tr></tfoot>
      </table>
    </div>
  );
}
