import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, type AccountLeft, type AccountLine, type AccountPart } from '~/api';
import { Icon } from '~/components/Icon';
import { Empty, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { saveFile } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from '~/screens/statements/statements.module.css';
import own from './account.module.css';

type Opened = { title: string; currency: string; mode: string; lines: AccountLine[]; more: number; left?: boolean };

/** One month of the billing account; every figure opens the documents behind it. */
export function MonthPage({ month }: { month: string }) {
  const t = useT();
  const f = useFormat();
  const [opened, setOpened] = useState<Opened | null>(null);
  const query = useQuery({ queryKey: ['billing', 'month', month], queryFn: () => api.billingAccount.month(month) });
  const v = query.data;
  return (
    <Page>
      <PageHeader title={`${t('window.billingaccount.title')} · ${f.month(`${month}-01`, true)}`} subtitle={v && t('window.billingaccount.subtitle', { number: v.accountNumber, mode: tDynamic(`common.billing_mode.${v.mode}`) })}
        back={{ href: `/account?year=${month.slice(0, 4)}`, label: t('window.billingaccount.back') }}
        secondary={v && <Button variant="default" leftSection={<Icon name="download" size={16} />} onClick={() => void saveFile(v.pdfHref)} data-testid="account-pdf">{t('window.billingaccount.pdf')}</Button>}
        menu={v ? [
          { label: t('window.export.as_csv'), icon: 'download', onClick: () => void saveFile(v.csvHref) },
          { label: t('window.export.as_xlsx'), icon: 'download', onClick: () => void saveFile(v.xlsxHref) },
        ] : []} />
      <Await query={query}>{(m) => (
        <Stack gap={4}>
          {m.parts.length === 0 && <Section label={t('window.billingaccount.title')}><Empty icon="good" title={t('window.billingaccount.empty')} /></Section>}
          {m.parts.map((p) => <Part key={p.currency} part={p} mode={m.mode} several={m.parts.length > 1} onOpen={setOpened} />)}
          {m.leftOut.length > 0 && <LeftOut list={m.leftOut} mode={m.mode} onOpen={setOpened} />}
        </Stack>
      )}</Await>
      {opened && <Documents of={opened} onClose={() => setOpened(null)} />}
    </Page>
  );
}

function Part({ part: p, mode, several, onOpen }: { part: AccountPart; mode: string; several: boolean; onOpen: (o: Opened) => void }) {
  const t = useT();
  const f = useFormat();
  const total = tDynamic(`window.billingaccount.total.${mode}`);
  const every = () => onOpen({ title: total, currency: p.currency, mode, lines: p.services.flatMap((s) => s.lines), more: p.services.reduce((n, s) => n + s.more, 0) });
  return (
    <Section title={several ? t('window.statement.account', { currency: p.currency }) : undefined} label={t('window.billingaccount.title')} flush>
      <dl className={css.ages}><div><dt>{total}</dt><dd className={css.balance}><button type="button" className={css.figure} onClick={every} aria-label={t('window.billingaccount.figure', { name: total, amount: f.money(p.amountMinor, p.currency) })}>{f.money(p.amountMinor, p.currency)}</button></dd></div></dl>
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.billingaccount.title')}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('window.billingaccount.service')}</th><th scope="col" className={css.hide}>{t('window.billingaccount.provider')}</th><th scope="col" className={`num ${css.hide}`}>{t('window.billingaccount.quantity')}</th>
            {mode === 'indirect' && <><th scope="col" className={`num ${css.hide}`}>{t('window.billingaccount.sold')}</th><th scope="col" className={`num ${css.hide}`}>{t('window.billingaccount.cost')}</th></>}
            <th scope="col" className="num">{tDynamic(`window.billingaccount.amount.${mode}`)}</th></tr></thead>
          <tbody>{p.services.map((s, i) => (
            <tr key={s.code + s.provider + i}><td className={css.name}>{s.name}<span className={css.detail}>{s.code}</span></td><td className={css.hide}>{s.provider}</td><td className={`num ${css.hide}`}>{f.quantity(s.quantityE4)}</td>
              {mode === 'indirect' && <><td className={`num ${css.hide}`}>{f.amount(s.soldMinor, p.currency)}</td><td className={`num ${css.hide}`}>{f.amount(s.costMinor, p.currency)}</td></>}
              <td className="num"><button type="button" className={css.figure} aria-label={t('window.billingaccount.figure', { name: s.name, amount: f.money(s.amountMinor, p.currency) })} onClick={() => onOpen({ title: s.name, currency: p.currency, mode, lines: s.lines, more: s.more })}>{f.amount(s.amountMinor, p.currency)}</button></td></tr>
          ))}</tbody>
        </table>
      </div>
    </Section>
  );
}

function LeftOut({ list, mode, onOpen }: { list: AccountLeft[]; mode: string; onOpen: (o: Opened) => void }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={t('window.billingaccount.left_title')}>
      <Stack gap={3}>
        <p className="soft">{t('window.billingaccount.left_text')}</p>
        <ul className={own.left}>{list.map((x) => {
          const reason = tDynamic(`common.account_left.${x.reason}`);
          return <li key={x.reason + x.currency}><button type="button" className={css.figure} onClick={() => onOpen({ title: reason, currency: x.currency, mode, lines: x.lines, more: x.more, left: true })}>{t('window.billingaccount.left_line', { reason, lines: t('window.billingaccount.left', { count: x.count }), amount: f.money(x.soldMinor, x.currency) })}</button></li>;
        })}</ul>
      </Stack>
    </Section>
  );
}

function Documents({ of: o, onClose }: { of: Opened; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  return (
    <SidePanel opened onClose={onClose} width={620} title={o.title}>
      <Stack gap={3}>
        {o.more > 0 && <Notice tone="info">{t('window.billingaccount.more', { count: o.more })}</Notice>}
        <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.billingaccount.documents')}>
          <table className={css.table}>
            <thead><tr><th scope="col">{t('window.statement.col.document')}</th><th scope="col" className="num">{t('window.billingaccount.quantity')}</th><th scope="col" className="num">{o.left ? t('window.billingaccount.sold') : tDynamic(`window.billingaccount.amount.${o.mode}`)}</th></tr></thead>
            <tbody>{o.lines.map((l, i) => (
              <tr key={l.documentId + i}><td className={css.name}><Link href={`/${l.credit ? 'credits' : 'invoices'}/${l.documentId}`}>{l.number}</Link><span className={css.detail}>{f.day(l.on)} · {l.customer} · {l.name}</span></td>
                <td className="num">{f.quantity(l.quantityE4)}</td><td className="num">{f.amount(o.left ? l.soldMinor : l.amountMinor, o.currency)}</td></tr>
            ))}</tbody>
          </table>
        </div>
      </Stack>
    </SidePanel>
  );
}
