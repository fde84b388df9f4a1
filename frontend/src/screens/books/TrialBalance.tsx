import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type TrialBalance as Balance } from '~/api';
import { navigate, useQueryParams } from '~/app/router';
import { Badge } from '~/components/Badge';
import { Empty, Page, PageHeader, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { today } from '~/format/civil';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Period, yearStart } from './Period';
import css from './books.module.css';

export function TrialBalance() {
  const t = useT();
  const [q, setQ] = useQueryParams('from', 'to');
  const from = q.from || yearStart();
  const to = q.to || today();
  const query = useQuery({ queryKey: ['books', 'balance', from, to], queryFn: () => api.books.balance(from, to), placeholderData: (b) => b });
  return (
    <Page>
      <PageHeader title={t('window.books.balance.title')} badge={query.data && query.data.rows.length > 0 && <Badge tone={query.data.balanced ? 'good' : 'danger'}>{t(query.data.balanced ? 'window.books.balance.balanced' : 'window.books.balance.unbalanced')}</Badge>} />
      <Period from={from} to={to} onChange={setQ} />
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
  const href = (account: string) => `/books/journals?account=${account}&from=${from}&to=${to}`;
  return (
    <table className={css.table}>
      <thead><tr>
        <th scope="col">{t('window.books.balance.account')}</th><th scope="col">{t('window.books.balance.label')}</th><th scope="col" className={`num ${css.hide}`}>{t('window.books.balance.debit')}</th><th scope="col" className={`num ${css.hide}`}>{t('window.books.balance.credit')}</th>
        <th scope="col" className="num">{t('window.books.balance.balance_debit')}</th><th scope="col" className="num">{t('window.books.balance.balance_credit')}</th>
      </tr></thead>
      <tbody>{b.rows.map((r) => (
        <tr key={r.account} onClick={() => navigate(href(r.account))}>
          <td className={css.account}><Link href={href(r.account)}>{r.account}</Link></td><td>{r.label}</td><td className={`num soft ${css.hide}`}>{some(r.debitMinor)}</td><td className={`num soft ${css.hide}`}>{some(r.creditMinor)}</td>
          <td className="num">{some(r.balanceDebitMinor)}</td><td className="num">{some(r.balanceCreditMinor)}</td>
        </tr>
      ))}</tbody>
      <tfoot><tr><td colSpan={2}>{t('window.books.balance.total')}</td><td className={`num ${css.hide}`}>{f.amount(b.totalDebitMinor, b.currency)}</td><td className={`num ${css.hide}`}>{f.amount(b.totalCreditMinor, b.currency)}</td><td className="num">{f.amount(b.totalBalanceDebitMinor, b.currency)}</td><td className="num">{f.amount(b.totalBalanceCreditMinor, b.currency)}</td></tr></tfoot>
    </table>
  );
}
