import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type AccountRow } from '~/api';
import { navigate, useQueryParams } from '~/app/router';
import { Page, PageHeader, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from '~/screens/statements/statements.module.css';
import own from './account.module.css';

/** The billing account behind the customer account number: its months. */
export function AccountPage() {
  const t = useT();
  const [q, setQ] = useQueryParams('year');
  const year = Number(q.year) || 0;
  const query = useQuery({ queryKey: ['billing', 'year', year], queryFn: () => api.billingAccount.year(year), placeholderData: (v) => v });
  const v = query.data;
  return (
    <Page>
      <PageHeader title={t('window.billingaccount.title')} subtitle={v && t('window.billingaccount.subtitle', { number: v.accountNumber, mode: tDynamic(`common.billing_mode.${v.mode}`) })}
        secondary={<Button variant="default" onClick={() => navigate('/settings/general')}>{t('window.billingaccount.settings')}</Button>} />
      <Await query={query}>{(y) => (
        <Stack gap={3}>
          <Section title={String(y.year)} flush actions={<span className={own.years}>
            <Button variant="default" size="xs" disabled={y.year <= y.earliest} onClick={() => setQ({ year: String(y.year - 1) })}>{t('window.billingaccount.earlier')}</Button>
            <Button variant="default" size="xs" disabled={y.year >= y.latest} onClick={() => setQ({ year: String(y.year + 1) })}>{t('window.billingaccount.later')}</Button>
          </span>}>
            <div className={css.scroll} tabIndex={0} role="group" aria-label={String(y.year)}>
              <table className={css.table}>
                <thead><tr><th scope="col">{t('window.billingaccount.month')}</th><th scope="col">{t('window.billingaccount.mode')}</th><th scope="col" className="num">{t('window.billingaccount.total')}</th></tr></thead>
                <tbody>{y.months.map((m) => <Row key={m.month} row={m} />)}</tbody>
              </table>
            </div>
          </Section>
        </Stack>
      )}</Await>
    </Page>
  );
}

function Row({ row }: { row: AccountRow }) {
  const t = useT();
  const f = useFormat();
  return (
    <tr>
      <td className={css.name}><Link href={`/account/${row.month}`}>{f.month(`${row.month}-01`, true)}</Link>{row.leftOut > 0 && <span className={css.detail}>{t('window.billingaccount.left', { count: row.leftOut })}</span>}</td>
      <td>{tDynamic(`common.billing_mode.${row.mode}`)}</td>
      <td className="num">{row.figures.length === 0 ? <span className="faint">{t('window.billingaccount.none')}</span> : row.figures.map((x) => <div key={x.currency}><Link href={`/account/${row.month}`}>{f.money(x.amountMinor, x.currency)}</Link></div>)}</td>
    </tr>
  );
}
