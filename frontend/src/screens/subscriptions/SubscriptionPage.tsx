import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Done, type SubscriptionView } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { KeyValue } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Grid, Notice, Page, PageHeader, Section, type Action } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { CancelPanel, ChangePanel } from './ChangePanel';
import { SubscriptionBadge } from './parts';
import css from './subscriptions.module.css';

export function SubscriptionPage({ id }: { id: string }) {
  const f = useFormat();
  const query = useQuery({ queryKey: ['subscriptions', 'one', id, f.lang], queryFn: () => api.subscriptions.get(id) });
  return <Await whole query={query}>{(v) => <One view={v} />}</Await>;
}

function One({ view: v }: { view: SubscriptionView }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [panel, setPanel] = useState<'' | 'change' | 'cancel'>('');
  const act = async (make: () => Promise<Done>) => {
    const done = await make();
    intention.done();
    toast(done.message);
    await client.invalidateQueries();
  };
  const pause = async () => {
    if (await confirm({ title: t('window.subscriptions.pause_ask'), body: t('window.subscriptions.pause_text'), verb: t('window.recurring.act.pause'), danger: false })) await act(() => api.subscriptions.pause(v.id, v.version)).catch(showError);
  };
  const resume = async () => {
    if (!v.may.resumeBills || await confirm({ title: t('window.subscriptions.resume_ask'), body: t('window.subscriptions.resume_text', { amount: f.money(v.amountMinor, v.currency) }), verb: t('window.recurring.act.resume'), danger: false })) await act(() => api.subscriptions.resume(v.id, v.version));
  };
  const takeBack = () => act(() => api.subscriptions.takeBack(v.id, v.version, intention.key()));
  const change = v.may.changePlan || v.may.changeSeats;
  const menu: Action[] = [
    ...(v.may.pause ? [{ label: t('window.recurring.act.pause'), icon: 'close' as const, onClick: () => void pause() }] : []),
    { label: t('window.subscriptions.template'), icon: 'refresh', to: `/recurring/${v.recurringId}` },
    { label: t('window.subscriptions.to_plan'), icon: 'items', to: `/plans/${v.planId}` },
    ...(v.may.cancel || v.may.cancelNow ? [{ label: t('window.subscriptions.end'), icon: 'trash' as const, danger: true, divider: true, onClick: () => setPanel('cancel') }] : []),
  ];
  return (
    <Page>
      <PageHeader title={v.plan} back={{ href: '/subscriptions', label: t('window.subscriptions.title') }} badge={<SubscriptionBadge state={v.state} />}
        subtitle={<><Link href={`/customers/${v.customerId}`}>{v.customerName}</Link>{` · ${f.money(v.amountMinor, v.currency)} ${v.per}`}</>}
        primary={v.may.resume ? <ActionButton onAct={resume} data-testid="resume">{t('window.recurring.act.resume')}</ActionButton>
          : change ? <MakeButton variant="default" onClick={() => setPanel('change')} data-testid="change">{t('window.subscriptions.change')}</MakeButton> : undefined} menu={menu} />
      <Told view={v} onCancel={() => setPanel('cancel')} takeBack={takeBack} />
      <Grid cols={2}>
        <Section title={t('window.subscriptions.agreed')}>
          <KeyValue rows={[
            [t('window.subscriptions.col.plan'), <Link key="p" href={`/plans/${v.planId}`}>{v.plan}</Link>],
            v.seats > 0 && [t('window.subscriptions.seats_label'), f.count(v.seats)],
            v.extraNames.length > 0 && [t('window.subscriptions.extra.title'), v.extraNames.join(', ')],
            [t('window.recurring.col.amount'), `${f.money(v.amountMinor, v.currency)} ${v.per}`],
            [t('window.subscriptions.col.monthly'), f.money(v.monthlyMinor, v.currency)],
            [t('window.subscriptions.col.since'), f.date(v.since)],
            v.contactName !== '' && [t('window.subscriptions.by'), v.contactName],
            v.accepted != null && [t('window.subscriptions.accepted'), <details key="t"><summary>{`${f.instant(v.accepted.at)} · ${v.accepted.name}`}</summary><div className={css.words} lang={v.accepted.lang}>{v.accepted.words}</div></details>],
          ]} />
        </Section>
        <Section title={t('window.subscriptions.period')}>
          <KeyValue rows={[
            v.trialUntil !== '' && [t('window.subscriptions.trial_until'), f.date(v.trialUntil)],
            v.paidTo !== '' && [t('window.subscriptions.period_now'), t('window.recurring.view.period', { from: f.date(v.paidFrom), to: f.date(v.paidTo) })],
            v.nextOn !== '' && [t('window.recurring.view.next'), `${f.date(v.nextOn)} · ${f.money(v.nextMinor, v.currency)}`],
            v.endsOn !== '' && v.state !== 'ended' && [t('window.subscriptions.last_day'), f.date(v.endsOn)],
            v.endedOn !== '' && [t('window.subscriptions.ended_on'), f.date(v.endedOn)],
            v.overdueMinor > 0 && [t('window.subscriptions.overdue'), f.money(v.overdueMinor, v.currency)],
            v.cancelReason !== '' && [t('window.subscriptions.reason'), v.cancelReason],
          ]} />
        </Section>
      </Grid>
      <Papers view={v} />
      <Section title={t('window.subscriptions.history')} flush>
        <ol className={css.story} data-testid="history">{v.history.map((e, i) => <li key={i}><span className="soft num">{f.instant(e.at)}</span><span>{e.text}{e.number && <span className="soft">{` · ${e.number}`}</span>}</span><span className="faint small">{e.who}</span></li>)}</ol>
      </Section>
      {panel === 'change' && <ChangePanel view={v} onClose={() => setPanel('')} />}
      {panel === 'cancel' && <CancelPanel view={v} onClose={() => setPanel('')} />}
    </Page>
  );
}

/** What is special about it now, and what can be done about that. */
function Told({ view: v, onCancel, takeBack }: { view: SubscriptionView; onCancel: () => void; takeBack: () => Promise<void> }) {
  const t = useT();
  const f = useFormat();
  const back = v.may.takeBack && <ActionButton size="compact-sm" variant="default" onAct={takeBack} data-testid="take-back">{t(v.planned ? 'window.subscriptions.unplan' : 'window.subscriptions.keep')}</ActionButton>;
  if (v.waits) {
    return <Notice tone="warning" action={<span style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}><MakeButton size="compact-sm" onClick={onCancel} data-testid="answer">{t('window.subscriptions.answer')}</MakeButton>{back}</span>}>
      {t('window.subscriptions.told.waits', { date: f.date(v.endsOn) })}{v.cancelReason && <div className="soft">{t('window.subscriptions.told.said', { reason: v.cancelReason })}</div>}</Notice>;
  }
  if (v.state === 'cancelling') return <Notice tone="info" action={back}>{t('window.subscriptions.told.cancelling', { date: f.date(v.endsOn) })}</Notice>;
  if (v.state === 'pending') {
    return v.firstId
      ? <Notice tone="warning" action={<Button size="compact-sm" variant="default" onClick={() => navigate(`/invoices/${v.firstId}`)}>{t('window.subscriptions.first')}</Button>}>{t('window.subscriptions.told.pending', { amount: f.money(v.firstDue, v.currency) })}</Notice>
      : <Notice tone="warning">{t('window.subscriptions.told.method')}</Notice>;
  }
  if (v.planned) return <Notice tone="info" action={back}>{t('window.subscriptions.told.planned', { date: f.date(v.planned.on), plan: v.planned.plan + (v.planned.seats ? ` · ${t('window.subscriptions.seats', { n: v.planned.seats })}` : '') })}</Notice>;
  if (v.state === 'past_due') return <Notice tone="danger">{t('window.subscriptions.told.past_due', { amount: f.money(v.overdueMinor, v.currency) })}</Notice>;
  if (v.state === 'paused') return <Notice tone="info">{t('window.subscriptions.told.paused')}</Notice>;
  return null;
}

function Papers({ view: v }: { view: SubscriptionView }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={t('window.subscriptions.papers')} flush>
      {v.documents.length === 0 && <p className={css.none}>{t('window.subscriptions.no_papers')}</p>}
      <ol className={css.story} data-testid="papers">{v.documents.map((d) => (
        <li key={d.id}>
          <span className="num">{f.day(d.issueDate)}</span>
          <span><Link href={d.kind === 'credit_note' ? `/credits/${d.id}` : `/invoices/${d.id}`}>{d.number}<Icon name="right" size={14} /></Link>{' '}<span className="soft">{`${tDynamic(`window.subscriptions.role.${d.role}`)} · ${t('window.recurring.view.period', { from: f.day(d.from), to: f.day(d.to) })}`}</span></span>
          {d.dueMinor > 0 && d.kind !== 'credit_note' && <span className="soft small">{t('window.subscriptions.left', { amount: f.money(d.dueMinor, v.currency) })}</span>}
          <span className="num">{f.money(d.kind === 'credit_note' ? -d.totalMinor : d.totalMinor, v.currency)}</span>
        </li>
      ))}</ol>
    </Section>
  );
}
