import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, type AgeFigure, type AgeingAccount, type AgeingQuery } from '~/api';
import { useQueryParams } from '~/app/router';
import { Icon } from '~/components/Icon';
import { DateInput } from '~/components/inputs';
import { Empty, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { saveFile } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { buckets } from './line';
import { LineName } from './StatementPage';
import css from './statements.module.css';

export function AgeingPage() {
  const t = useT();
  const [q, setQ] = useQueryParams('on');
  const [opened, setOpened] = useState<(AgeingQuery & { name: string }) | null>(null);
  const query = useQuery({ queryKey: ['statements', 'ageing', q.on], queryFn: () => api.statements.ageing(q.on), placeholderData: (r) => r });
  const r = query.data;
  return (
    <Page>
      <PageHeader title={t('window.ageing.title')}
        secondary={r && <Button variant="default" leftSection={<Icon name="download" size={16} />} onClick={() => void saveFile(r.pdfHref)}>{t('window.statement.pdf')}</Button>}
        menu={r ? [
          { label: t('window.export.as_csv'), icon: 'download', onClick: () => void saveFile(r.csvHref) },
          { label: t('window.export.as_xlsx'), icon: 'download', onClick: () => void saveFile(r.xlsxHref) },
          { label: t('window.schedules.title'), icon: 'calendar', divider: true, to: '/statements' },
        ] : []} />
      <div className={css.period}><DateInput label={t('window.statement.as_of')} value={r?.on ?? q.on} onChange={(v) => setQ({ on: v })} /></div>
      <Await query={query}>{(v) => v.accounts.length
        ? <Stack gap={4}>{v.accounts.map((a) => <Account key={a.currency} account={a} several={v.accounts.length > 1} on={v.on} onOpen={setOpened} />)}</Stack>
        : <Section label={t('window.ageing.title')}><Empty icon="good" title={t('window.ageing.empty')} text={t('window.ageing.empty_text')} /></Section>}</Await>
      {opened && <Items ask={opened} onClose={() => setOpened(null)} />}
    </Page>
  );
}

function Account({ account: a, several, on, onOpen }: { account: AgeingAccount; several: boolean; on: string; onOpen: (q: AgeingQuery & { name: string }) => void }) {
  const t = useT();
  const f = useFormat();
  const figure = (minor: number, bucket: string, customerId: string, name: string) => minor === 0 ? '' : (
    <button type="button" className={css.figure} aria-label={`${name}, ${bucket ? tDynamic(`common.statement.bucket.${bucket}`) : t('window.ageing.sum')}: ${f.money(minor, a.currency)}`}
      onClick={() => onOpen({ on, currency: a.currency, bucket, customerId, name })}>{f.amount(minor, a.currency)}</button>
  );
  const cells = (ages: AgeFigure[], total: number, customerId: string, name: string) => (
    <>{ages.map((x) => <td key={x.bucket} className={`num ${css.hide}`}>{figure(x.amountMinor, x.bucket, customerId, name)}</td>)}<td className="num">{figure(total, '', customerId, name)}</td></>
  );
  return (
    <Section title={several ? t('window.statement.account', { currency: a.currency }) : undefined} label={t('window.ageing.title')} flush>
      <dl className={css.ages}>
        <div><dt>{t('window.ageing.total')}</dt><dd className={css.balance}>{f.money(a.totalMinor, a.currency)}</dd></div>
        <div><dt>{t('window.ageing.late')}</dt><dd className={a.lateMinor > 0 ? css.late : undefined}>{f.money(a.lateMinor, a.currency)}</dd></div>
      </dl>
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.ageing.title')}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('window.ageing.customer')}</th>{buckets.map((b) => <th key={b} scope="col" className={`num ${css.hide}`}>{t(`common.statement.bucket_short.${b}`)}</th>)}<th scope="col" className="num">{t('window.ageing.sum')}</th></tr></thead>
          <tbody>{a.rows.map((r) => (
            <tr key={r.customerId}><td className={css.name}><Link href={`/customers/${r.customerId}/statement?kind=open_items&to=${on}`}>{r.name}</Link><span className={css.detail}>{r.number}</span></td>{cells(r.ages, r.totalMinor, r.customerId, r.name)}</tr>
          ))}</tbody>
          <tfoot><tr><td>{t('window.ageing.sum')}</td>{cells(a.ages, a.totalMinor, '', t('window.ageing.sum'))}</tr></tfoot>
        </table>
      </div>
    </Section>
  );
}

function Items({ ask, onClose }: { ask: AgeingQuery & { name: string }; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const { name, ...q } = ask;
  const query = useQuery({ queryKey: ['statements', 'ageing-items', q], queryFn: () => api.statements.ageingItems(q) });
  return (
    <SidePanel opened onClose={onClose} width={620} title={`${name} · ${q.bucket ? tDynamic(`common.statement.bucket.${q.bucket}`) : t('window.ageing.sum')}`}>
      <Await query={query}>{(v) => (
        <Stack gap={3}>
          {v.more && <Notice tone="info">{t('window.ageing.more', { n: v.items.length })}</Notice>}
          <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.ageing.items')}>
            <table className={css.table}>
              <thead><tr><th scope="col">{t('window.statement.col.document')}</th><th scope="col">{t('window.statement.col.due')}</th><th scope="col" className="num">{t('window.statement.col.open')}</th></tr></thead>
              <tbody>{v.items.map((l, i) => (
                <tr key={l.id + i}><LineName line={q.customerId ? l : { ...l, detail: l.customerName }} /><td className="nowrap">{l.dueOn ? f.day(l.dueOn) : ''}{l.daysLate > 0 && <span className={`${css.detail} ${css.late}`}>{t('common.statement.days_late', { n: l.daysLate })}</span>}</td><td className="num">{f.amount(l.balanceMinor, l.currency)}</td></tr>
              ))}</tbody>
            </table>
          </div>
        </Stack>
      )}</Await>
    </SidePanel>
  );
}
