import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Done, type RecurringRun, type RecurringView } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { StateBadge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { KeyValue } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Grid, Notice, Page, PageHeader, Section, type Action } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { ChargeRow } from '~/screens/charging/ChargeFields';
import { RecurringBadge } from './RecurringBadge';
import css from './recurring.module.css';

export function RecurringPage({ id }: { id: string }) {
  const f = useFormat();
  const query = useQuery({ queryKey: ['recurring', 'one', id, f.lang], queryFn: () => api.recurring.get(id) });
  const draft = query.data?.state === 'draft';
  useEffect(() => { if (draft) navigate(`/recurring/${id}/edit`, { replace: true }); }, [draft, id]);
  if (draft) return null;
  return <Await whole query={query}>{(v) => <Template view={v} />}</Await>;
}

function useActions(v: RecurringView) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const copying = useIntention();
  const act = async (make: () => Promise<Done>) => {
    const done = await make();
    toast(done.message);
    await client.invalidateQueries();
  };
  const ask = (kind: 'pause' | 'end' | 'skip', make: () => Promise<Done>) => async () => {
    const title = kind === 'skip' ? t('window.recurring.ask.skip', { date: f.date(v.nextOn) }) : t(`window.recurring.ask.${kind}`);
    if (await confirm({ title, body: t(`window.recurring.ask.${kind}_text`), verb: t(`window.recurring.act.${kind}`), danger: kind === 'end' })) await act(make).catch(showError);
  };
  return {
    pause: ask('pause', () => api.recurring.pause(v.id, v.version)),
    end: ask('end', () => api.recurring.end(v.id, v.version)),
    skip: ask('skip', () => api.recurring.skipNext(v.id, v.version)),
    resume: () => act(() => api.recurring.resume(v.id, v.version)),
    duplicate: async () => {
      const copy = await api.recurring.duplicate(v.id, copying.key());
      copying.done();
      navigate(`/recurring/${copy.id}/edit`);
    },
  };
}

function Template({ view: v }: { view: RecurringView }) {
  const t = useT();
  const f = useFormat();
  const act = useActions(v);
  const running = v.state === 'active';
  const menu: Action[] = v.subscriptionId ? [] : [
    ...(running || v.state === 'paused' ? [{ label: t('window.recurring.act.edit'), icon: 'invoice' as const, to: `/recurring/${v.id}/edit` }] : []),
    ...(running ? [{ label: t('window.recurring.act.skip'), icon: 'right' as const, onClick: () => void act.skip() }, { label: t('window.recurring.act.pause'), icon: 'close' as const, onClick: () => void act.pause() }] : []),
    { label: t('window.recurring.act.duplicate'), icon: 'copy', onClick: () => void act.duplicate().catch(showError) },
    ...(v.state !== 'ended' ? [{ label: t('window.recurring.act.end'), icon: 'trash' as const, danger: true, divider: true, onClick: () => void act.end() }] : []),
  ];
  return (
    <Page>
      <PageHeader title={v.title || t('window.recurring.title')} back={{ href: '/recurring', label: t('window.recurring.title') }} badge={<RecurringBadge state={v.state} />}
        subtitle={<><Link href={`/customers/${v.customerId}`}>{v.customerName}</Link>{' · '}{v.words}</>}
        primary={v.subscriptionId ? undefined : v.state === 'paused' ? <ActionButton onAct={act.resume} data-testid="resume">{t('window.recurring.act.resume')}</ActionButton>
          : running ? <MakeButton variant="default" onClick={() => navigate(`/recurring/${v.id}/edit`)} data-testid="edit">{t('window.recurring.act.edit')}</MakeButton> : undefined}
        menu={menu} />
      {v.subscriptionId && <Notice tone="info" action={<Button size="compact-sm" variant="default" onClick={() => navigate(`/subscriptions/${v.subscriptionId}`)}>{t('window.subscriptions.see')}</Button>}>{t('window.subscriptions.runs')}</Notice>}
      {v.fault && <Fault view={v} />}
      {!v.fault && v.waiting > 0 && <Notice tone="warning" action={<Button size="compact-sm" variant="default" onClick={() => navigate('/catch-up')}>{t('window.catchup.open')}</Button>}>{t('window.recurring.view.waiting', { n: v.waiting })}</Notice>}
      {v.state === 'paused' && !v.subscriptionId && <Notice tone="info">{t('window.recurring.view.paused')}</Notice>}
      <Grid cols={2}>
        <Section title={t('window.recurring.edit.calendar')}>
          <KeyValue rows={[
            v.nextOn !== '' && v.state === 'active' && [t('window.recurring.view.next'), f.date(v.nextOn)],
            [t('window.recurring.col.often'), v.words],
            [t('window.recurring.view.start'), f.date(v.startOn)],
            [t('window.recurring.view.left'), v.remaining < 0 ? t('window.recurring.endless') : f.count(v.remaining)],
            [t('window.recurring.view.made'), f.count(v.cyclesDone)],
            [t('window.recurring.edit.billed'), t(v.billed === 'behind' ? 'window.recurring.edit.billed.behind' : 'window.recurring.edit.billed.ahead')],
            [t('window.recurring.view.auto'), t(v.autoSend ? 'window.recurring.view.auto_yes' : 'window.recurring.view.auto_no')],
            v.state !== 'ended' && [t('window.charging.row'), <ChargeRow key="charge" recurringId={v.id} />],
            [t('window.recurring.view.amount'), f.money(v.totalMinor, v.currency)],
          ]} />
        </Section>
        <Section title={t('window.recurring.view.lines')} flush>
          <ul className={css.rows} data-plain>{v.lines.map((l, i) => <li key={i}><span className={css.grow}>{l.description}{l.detail && <small className="soft">{l.detail}</small>}</span><span className="soft num">{f.quantity(l.quantityE4)}{l.unit && ` ${l.unit}`} × {f.price(l.unitPriceE4, v.currency)}</span></li>)}</ul>
        </Section>
      </Grid>
      {v.coming.length > 0 && <Coming items={v.coming} title={t('window.recurring.view.coming')} />}
      <Runs view={v} />
    </Page>
  );
}

function Fault({ view: v }: { view: RecurringView }) {
  const t = useT();
  const f = useFormat();
  const about = (what: string) => v.faultFields.some((x) => x.path.startsWith(what));
  return (
    <Notice tone="danger">
      <div>{t('window.recurring.view.fault', { date: f.date(v.nextOn) })}</div>
      <ul className={css.reasons}>{(v.faultFields.length ? v.faultFields.map((x) => x.message) : [v.fault]).map((m) => <li key={m}>{m}</li>)}</ul>
      <div className={css.ways}>
        {about('customer') && <Button size="compact-sm" variant="default" onClick={() => navigate(`/customers/${v.customerId}`)}>{t('window.recurring.view.fix_customer')}</Button>}
        {about('company') && <Button size="compact-sm" variant="default" onClick={() => navigate('/settings/company')}>{t('window.recurring.view.fix_company')}</Button>}
      </div>
    </Notice>
  );
}

export function Coming({ items, title, narrow }: { items: RecurringView['coming']; title: string; narrow?: boolean }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={title} flush>
      <ol className={css.rows} data-narrow={narrow || undefined} data-testid="coming">{items.map((c) => <li key={c.on}><strong className={css.day}>{f.date(c.on)}</strong><span className={css.grow}>{c.text}</span><span className="soft small">{t('window.recurring.view.period', { from: f.date(c.from), to: f.date(c.to) })}</span></li>)}</ol>
    </Section>
  );
}

function Runs({ view: v }: { view: RecurringView }) {
  const t = useT();
  const f = useFormat();
  const [older, setOlder] = useState<RecurringRun[]>([]);
  const runs = [...v.runs, ...older];
  const last = runs[runs.length - 1];
  const more = !!last && last.cycle > 1 && runs.length >= 100;
  return (
    <Section title={t('window.recurring.view.runs')} flush>
      {runs.length === 0 && <p className={css.none}>{t('window.recurring.view.none')}</p>}
      <ol className={css.rows} data-testid="runs">{runs.map((r) => (
        <li key={r.on}>
          <strong className={css.day}>{f.date(r.on)}</strong>
          <span className={css.grow}>{r.number || (r.skipped ? t('window.recurring.view.skipped') : r.invoiceId ? '' : t('window.recurring.view.deleted'))}<small className="soft">{t('window.recurring.view.period', { from: f.date(r.from), to: f.date(r.to) })}</small></span>
          {r.state && <StateBadge state={r.state} />}
          <span className="num">{r.invoiceId ? f.money(r.totalMinor, r.currency) : ''}</span>
          <span className={css.show}>{r.invoiceId && <Link href={`/invoices/${r.invoiceId}`} aria-label={`${t('window.recurring.view.show')} ${r.number || f.date(r.on)}`}>{t('window.recurring.view.show')}<Icon name="right" size={14} /></Link>}</span>
        </li>
      ))}</ol>
      {more && <div className={css.none}><ActionButton variant="default" onAct={async () => { const next = await api.recurring.runs(v.id, last.on); setOlder((o) => [...o, ...next]); }}>{t('window.recurring.view.older')}</ActionButton></div>}
    </Section>
  );
}
