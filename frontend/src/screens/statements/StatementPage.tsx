import { Button, SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, type Statement, type StatementAccount, type StatementLine, type StatementQuery } from '~/api';
import { useQueryParams } from '~/app/router';
import { Icon } from '~/components/Icon';
import { DateInput } from '~/components/inputs';
import { Empty, Page, PageHeader, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { saveFile } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { days, kinds, lineHref, presets } from './line';
import { MailStatement } from './MailStatement';
import css from './statements.module.css';

export function StatementPage({ customerId }: { customerId: string }) {
  const t = useT();
  const [q, setQ] = useQueryParams('kind', 'preset', 'from', 'to');
  const [all, setAll] = useState(false);
  const [mailing, setMailing] = useState(false);
  const ask: StatementQuery = { customerId, kind: q.kind || 'activity', preset: q.preset, from: q.from, to: q.to, all };
  const query = useQuery({ queryKey: ['statements', 'view', ask], queryFn: () => api.statements.view(ask), placeholderData: (s) => s });
  const s = query.data;
  return (
    <Page>
      <PageHeader title={t('window.statement.title')} back={{ href: `/customers/${customerId}`, label: s?.customerName || t('window.customers.title') }}
        secondary={s && <Button variant="default" leftSection={<Icon name="download" size={16} />} onClick={() => void saveFile(s.pdfHref)}>{t('window.statement.pdf')}</Button>}
        primary={s && <MakeButton may="collect" leftSection={<Icon name="mail" size={16} />} onClick={() => setMailing(true)}>{t('window.statement.mail')}</MakeButton>}
        menu={s ? [
          { label: t('window.export.as_csv'), icon: 'download', onClick: () => void saveFile(s.csvHref) },
          { label: t('window.export.as_xlsx'), icon: 'download', onClick: () => void saveFile(s.xlsxHref) },
          { label: t('window.statement.schedule_it'), icon: 'calendar', divider: true, to: `/statements?customer=${customerId}&name=${encodeURIComponent(s.customerName)}&kind=${s.kind}` },
        ] : []} />
      <Choose view={s} kind={ask.kind} onChange={(p) => { setAll(false); setQ(p); }} />
      <Await query={query}>{(v) => v.accounts.length
        ? <Stack gap={4}>{v.accounts.map((a) => <Account key={a.currency} view={v} account={a} several={v.accounts.length > 1} onAll={() => setAll(true)} />)}</Stack>
        : <Section label={t('window.statement.title')}><Empty icon="invoice" title={t('window.statement.empty')} text={t('window.statement.empty_text')} /></Section>}</Await>
      {mailing && s && <MailStatement ask={{ ...ask, kind: s.kind, preset: s.preset, from: s.preset ? '' : s.from, to: s.preset ? '' : s.to }} onClose={() => setMailing(false)} />}
    </Page>
  );
}

function Choose({ view, kind, onChange }: { view?: Statement; kind: string; onChange: (p: Partial<Record<'kind' | 'preset' | 'from' | 'to', string>>) => void }) {
  const t = useT();
  const offered = kind === 'activity' ? presets : days;
  const name = (p: string) => tDynamic(kind === 'activity' ? `common.statement.preset.${p}` : `window.statement.day.${p}`);
  return (
    <div className={css.tools}>
      <SegmentedControl value={kind} onChange={(k) => onChange({ kind: k, preset: '', from: '', to: '' })} aria-label={t('window.statement.kind')}
        data={kinds.map((k) => ({ value: k, label: t(`common.statement.kind.${k}`) }))} />
      <Select label={t('window.statement.period')} value={view?.preset || 'free'} allowDeselect={false} onChange={(p) => p && p !== 'free' && onChange({ preset: p, from: '', to: '' })}
        data={[...offered.map((p) => ({ value: p, label: name(p) })), { value: 'free', label: t('window.statement.free'), disabled: true }]} />
      <div className={css.period}>
        {kind === 'activity' && <DateInput label={t('window.books.from')} value={view?.from ?? ''} clearable onChange={(v) => onChange({ preset: '', from: v, to: view?.to ?? '' })} />}
        <DateInput label={t(kind === 'activity' ? 'window.books.to' : 'window.statement.as_of')} value={view?.to ?? ''} onChange={(v) => onChange({ preset: '', from: kind === 'activity' ? view?.from ?? '' : '', to: v })} />
      </div>
    </div>
  );
}

function Account({ view, account: a, several, onAll }: { view: Statement; account: StatementAccount; several: boolean; onAll: () => void }) {
  const t = useT();
  const f = useFormat();
  const word = a.balanceMinor > 0 ? t('window.statement.balance_owed') : a.balanceMinor < 0 ? t('window.statement.balance_credit') : t('window.statement.balance_none');
  return (
    <Section title={several ? t('window.statement.account', { currency: a.currency }) : undefined} label={t('window.statement.title')} flush>
      <dl className={css.ages}>
        <div><dt>{`${word} ${t('common.statement.as_of', { to: f.date(view.to) })}`}</dt><dd className={css.balance}>{f.money(Math.abs(a.balanceMinor), a.currency)}</dd></div>
        {a.ages.filter((x) => x.amountMinor !== 0).map((x) => <div key={x.bucket}><dt>{tDynamic(`common.statement.bucket.${x.bucket}`)}</dt><dd>{f.money(x.amountMinor, a.currency)}</dd></div>)}
      </dl>
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.statement.title')}>
        {view.kind === 'activity' ? <ActivityTable view={view} account={a} /> : <OpenTable account={a} />}
      </div>
      {a.more > 0 && <div className={css.more}><Button variant="default" onClick={onAll}>{t('window.statement.more', { n: a.more })}</Button></div>}
    </Section>
  );
}

export function LineName({ line: l, date }: { line: StatementLine; date?: string }) {
  return (
    <td className={css.name}>
      <Link href={lineHref(l)}>{l.title}</Link>
      {l.detail && <span className={css.detail}>{l.detail}</span>}
      {date && <span className={css.only}>{date}</span>}
    </td>
  );
}

function ActivityTable({ view, account: a }: { view: Statement; account: StatementAccount }) {
  const t = useT();
  const f = useFormat();
  const some = (minor: number) => (minor ? f.amount(minor, a.currency) : '');
  return (
    <table className={css.table}>
      <thead><tr>
        <th scope="col">{t('window.statement.col.document')}</th><th scope="col" className={css.hide}>{t('window.statement.col.date')}</th><th scope="col" className={css.hide}>{t('window.statement.col.due')}</th>
        <th scope="col" className="num"><span className={css.wide}>{t('window.statement.col.charged')}</span><span className={css.narrow}>{t('window.statement.col.amount')}</span></th><th scope="col" className={`num ${css.hide}`}>{t('window.statement.col.settled')}</th><th scope="col" className="num">{t('window.statement.col.balance')}</th>
      </tr></thead>
      <tbody>
        {view.from && <tr className={css.opening}><td>{t('common.statement.opening', { date: f.date(view.from) })}</td><td className={css.hide} /><td className={css.hide} /><td /><td className={css.hide} /><td className="num">{f.amount(a.openingMinor, a.currency)}</td></tr>}
        {a.lines.map((l, i) => (
          <tr key={`${l.kind}${l.id}${i}`}>
            <LineName line={l} date={f.day(l.on)} />
            <td className={`nowrap ${css.hide}`}>{f.day(l.on)}</td><td className={`nowrap soft ${css.hide}`}>{l.dueOn ? f.day(l.dueOn) : ''}</td>
            <td className="num"><span className={css.wide}>{some(l.chargedMinor)}</span><span className={css.narrow}>{f.amount(l.amountMinor, a.currency)}</span></td><td className={`num ${css.hide}`}>{some(l.settledMinor)}</td><td className="num">{f.amount(l.balanceMinor, a.currency)}</td>
          </tr>
        ))}
      </tbody>
      {a.more === 0 && <tfoot><tr><td>{t('common.statement.closing', { date: f.date(view.to) })}</td><td className={css.hide} /><td className={css.hide} /><td /><td className={css.hide} /><td className="num">{f.amount(a.balanceMinor, a.currency)}</td></tr></tfoot>}
    </table>
  );
}

function OpenTable({ account: a }: { account: StatementAccount }) {
  const t = useT();
  const f = useFormat();
  return (
    <table className={css.table}>
      <thead><tr>
        <th scope="col">{t('window.statement.col.document')}</th><th scope="col" className={css.hide}>{t('window.statement.col.date')}</th><th scope="col">{t('window.statement.col.due')}</th>
        <th scope="col" className={css.hide}>{t('window.statement.col.late')}</th><th scope="col" className={`num ${css.hide}`}>{t('window.statement.col.amount')}</th><th scope="col" className="num">{t('window.statement.col.open')}</th>
      </tr></thead>
      <tbody>
        {a.lines.map((l, i) => (
          <tr key={`${l.kind}${l.id}${i}`}>
            <LineName line={l} />
            <td className={`nowrap ${css.hide}`}>{f.day(l.on)}</td><td className="nowrap">{l.dueOn ? f.day(l.dueOn) : ''}</td>
            <td className={`nowrap ${css.hide} ${css.late}`}>{l.daysLate > 0 ? t('common.statement.days_late', { n: l.daysLate }) : ''}</td>
            <td className={`num soft ${css.hide}`}>{f.amount(l.amountMinor, a.currency)}</td><td className="num">{f.amount(l.balanceMinor, a.currency)}</td>
          </tr>
        ))}
      </tbody>
      {a.more === 0 && <tfoot><tr><td>{t('window.statement.total_open')}</td><td className={css.hide} /><td /><td className={css.hide} /><td className={css.hide} /><td className="num">{f.amount(a.balanceMinor, a.currency)}</td></tr></tfoot>}
    </table>
  );
}
