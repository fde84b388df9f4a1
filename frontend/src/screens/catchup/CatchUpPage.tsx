// The wake-up panel: what should have happened while the machine slept, with do all, choose, skip; each done once.
import { Checkbox } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { api, type CatchUp, type CatchUpItem } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { ProgressList } from '~/components/display';
import { Empty, Notice, Page, PageHeader, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './catchup.module.css';

export function CatchUpPage() {
  const f = useFormat();
  const query = useQuery({ queryKey: ['catchup', f.lang], queryFn: api.catchUp.view, staleTime: 0, refetchInterval: (q) => (q.state.data?.progress.running ? 500 : false) });
  return <Await whole query={query}>{(v) => <Panel view={v} />}</Await>;
}

// In this order; a kind that is not here stands behind them, never unseen.
const first = ['recurring_invoice', 'charge', 'subscription', 'reminder', 'statement', 'contract'];
const kindsOf = (items: CatchUpItem[]) => [...new Set([...first, ...items.map((x) => x.kind)])];

function Panel({ view }: { view: CatchUp }) {
  const t = useT();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const { items, progress } = view;
  const here = useMemo(() => items.filter((x) => chosen.has(x.id)).map((x) => x.id), [items, chosen]);
  const refresh = () => client.invalidateQueries({ queryKey: ['catchup'] });
  const settle = async (ids: string[], skip: boolean) => {
    if (skip && !(await confirm({ title: t('window.catchup.ask_skip', { n: ids.length }), body: t('window.catchup.ask_skip_text'), verb: t('window.catchup.skip') }))) return;
    await (skip ? api.catchUp.skip(ids) : api.catchUp.do(ids));
    setChosen(new Set());
    await refresh();
  };
  const set = (ids: string[], on: boolean) => setChosen((c) => { const n = new Set(c); for (const id of ids) if (on) n.add(id); else n.delete(id); return n; });
  return (
    <Page>
      <PageHeader title={t('window.catchup.title')}
        secondary={here.length > 0 && !progress.running ? <><ActionButton variant="default" onAct={() => settle(here, true)} data-testid="skip">{t('window.catchup.skip')}</ActionButton><ActionButton variant="default" onAct={() => settle(here, false)} data-testid="do-chosen">{t('window.catchup.do', { n: here.length })}</ActionButton></> : undefined}
        primary={items.length > 0 && !progress.running ? <ActionButton onAct={() => settle(items.map((x) => x.id), false)} data-testid="do-all">{t('window.catchup.all')}</ActionButton> : undefined} />
      {progress.total > 0 && <Outcome view={view} onCancel={() => void api.catchUp.cancel().then(refresh, showError)} />}
      {items.length === 0 && progress.total === 0 && <Empty icon="good" title={t('window.catchup.empty')} text={t('window.catchup.empty_text')} />}
      {items.length > 0 && !progress.running && <>
        <Notice tone="info">{t('window.catchup.intro', { mails: view.fewMails, days: view.fewDays })}</Notice>
        {kindsOf(items).map((kind) => <Kind key={kind} kind={kind} items={items.filter((x) => x.kind === kind)} chosen={chosen} set={set} />)}
      </>}
    </Page>
  );
}

function Kind({ kind, items, chosen, set }: { kind: string; items: CatchUpItem[]; chosen: Set<string>; set: (ids: string[], on: boolean) => void }) {
  const t = useT();
  const f = useFormat();
  if (!items.length) return null;
  const on = items.filter((x) => chosen.has(x.id)).length;
  return (
    <Section title={`${tDynamic(`window.catchup.kind.${kind}`)} (${f.count(items.length)})`} flush
      actions={<Checkbox label={t('window.catchup.choose_all')} checked={on === items.length} indeterminate={on > 0 && on < items.length} onChange={(e) => set(items.map((x) => x.id), e.currentTarget.checked)} />}>
      <ul className={css.rows}>{items.map((x) => (
        <li key={x.id}>
          <Checkbox aria-label={t('window.catchup.choose', { what: `${x.customer} ${f.date(x.on)}` })} checked={chosen.has(x.id)} onChange={(e) => set([x.id], e.currentTarget.checked)} />
          <span className={css.day}>{f.date(x.on)}</span>
          <span className={css.what}><Link href={`/customers/${x.customerId}`}>{x.customer}</Link><small className="soft">{[x.title, t('window.catchup.mails', { n: x.mails })].filter(Boolean).join(' · ')}</small>{x.fault && <small className={css.fault}>{x.fault}</small>}</span>
          <strong className="num">{x.amountMinor ? f.money(x.amountMinor, x.currency) : ''}</strong>
        </li>
      ))}</ul>
    </Section>
  );
}

function Outcome({ view: { progress: p }, onCancel }: { view: CatchUp; onCancel: () => void }) {
  const t = useT();
  const f = useFormat();
  const skipped = p.results.filter((r) => r.skipped && !r.failed).length;
  const done = p.results.length - skipped - p.failed;
  // The newest come first, and no more than a person reads.
  const shown = [...p.results].reverse().filter((r, i) => r.failed || i < 50);
  return (
    <Section title={t(p.running ? 'window.catchup.running' : 'window.catchup.result')}>
      {!p.running && <p data-testid="catch-up-result">{[done > 0 && t('window.catchup.result_ok', { n: done }), skipped > 0 && t('window.catchup.result_skipped', { n: skipped }), p.failed > 0 && t('window.catchup.result_failed', { n: p.failed }), p.cancelled && t('window.catchup.cancelled')].filter(Boolean).join(' ')}</p>}
      <ProgressList label={p.running && p.leftSeconds > 0 ? t('window.catchup.left', { n: p.leftSeconds }) : t(p.running ? 'window.catchup.running' : 'window.catchup.result')} done={p.done} total={p.total} onCancel={p.running ? onCancel : undefined}
        items={shown.map((r) => ({ id: r.id, state: r.failed ? 'failed' as const : r.skipped ? 'skipped' as const : 'done' as const, label: [r.customer, f.date(r.on), r.amountMinor ? f.money(r.amountMinor, r.currency) : ''].filter(Boolean).join(' · '), detail: r.fault || r.title }))} />
    </Section>
  );
}
