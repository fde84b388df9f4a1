// What gateways hold of the firm's money, what they paid out to the bank, and a payout written down by hand.
import { Button, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, asApiError, useIntention, type GatewayMoney, type Payout } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { KeyValue } from '~/components/display';
import { useForm } from '~/components/form';
import { CurrencySelect } from '~/components/geo';
import { Icon } from '~/components/Icon';
import { DateInput, MoneyInput } from '~/components/inputs';
import { ActionMenu, Empty, Grid, Notice, Page, PageHeader, Row, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { today } from '~/format/civil';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { ModeBadge } from './ModeBadge';
import css from './gateways.module.css';

export const useGatewayMoney = () => useQuery({ queryKey: ['gateways', 'money'], queryFn: api.gateways.money });

export function PayoutList() {
  const t = useT();
  const query = useGatewayMoney();
  const [adding, setAdding] = useState(false);
  const some = !!query.data?.length;
  return (
    <Page>
      <PageHeader title={t('window.payouts.title')} back={{ href: '/payments', label: t('window.payments.title') }}
        primary={some && <MakeButton leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)} data-testid="new-payout">{t('window.payouts.received')}</MakeButton>} />
      <Await query={query}>{(list) => list.length === 0
        ? <Section label={t('window.payouts.title')}><Empty icon="payments" title={t('window.payouts.none')} text={t('window.payouts.none_text')}><Button variant="default" onClick={() => navigate('/settings/payments')}>{t('window.gateways.ways')}</Button></Empty></Section>
        : <><p className="soft">{t('window.payouts.hint')}</p>{list.map((g) => <Holding key={g.gateway} money={g} />)}</>}</Await>
      <SidePanel opened={adding} onClose={() => setAdding(false)} width={480} title={t('window.payouts.received')}>{adding && query.data && <PayoutForm list={query.data} onClose={() => setAdding(false)} />}</SidePanel>
    </Page>
  );
}

/** In the settings, below the keys: what each gateway holds, and its last payouts. */
export function GatewayHoldings() {
  const t = useT();
  const f = useFormat();
  const list = useGatewayMoney().data ?? [];
  if (list.length === 0) return null;
  return (
    <Section title={t('window.payouts.title')} actions={<Button variant="default" size="compact-md" onClick={() => navigate('/payments/payouts')} data-testid="open-payouts">{t('window.payouts.open')}</Button>}>
      <KeyValue rows={list.map((g) => [tDynamic(`window.gateways.way.${g.gateway}`), <Stack key={g.gateway} gap={1}>
        <span>{t('window.payouts.holds')} <strong className="num">{f.money(g.heldMinor, g.currency)}</strong></span>
        {g.payouts.filter((p) => !p.reversedOn).slice(0, 3).map((p) => <span key={p.id} className="soft small">{t('window.payouts.last', { amount: f.money(p.amountMinor, p.currency), date: f.date(p.arrivedOn) })}</span>)}
      </Stack>])} />
    </Section>
  );
}

function Holding({ money: g }: { money: GatewayMoney }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={tDynamic(`window.gateways.way.${g.gateway}`)} actions={g.mode ? <ModeBadge mode={g.mode} /> : undefined}>
      <Stack gap={4}>
        <div data-testid={`held-${g.gateway}`}><span className="soft">{t('window.payouts.holds')}</span> <strong className="num">{f.money(g.heldMinor, g.currency)}</strong></div>
        {g.heldMinor < 0 && <Notice tone="warning">{t('window.payouts.more_than_held')}</Notice>}
        <p className="soft small">{t(g.tells ? 'window.payouts.told' : 'window.payouts.by_hand_only')}</p>
        {g.payouts.length === 0 ? <p className="soft">{t('window.payouts.none_yet')}</p> : <ul data-testid={`payouts-${g.gateway}`}>{g.payouts.map((p) => <PayoutLine key={p.id} payout={p} />)}</ul>}
      </Stack>
    </Section>
  );
}

function PayoutLine({ payout: p }: { payout: Payout }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const amount = f.money(p.amountMinor, p.currency);
  const cancel = async () => {
    if (!await confirm({ title: t('window.payouts.cancel_title', { amount }), body: t('window.payouts.cancel_body'), verb: t('window.payouts.cancel_verb') })) return;
    await api.gateways.cancelPayout(p.id);
    toast(t('window.payouts.cancelled'));
    await client.invalidateQueries();
  };
  return (
    <li className={css.method}>
      <div>
        <div className={css.methodName}><strong className="num">{p.reversedOn ? <s className="faint">{amount}</s> : amount}</strong>{p.reversedOn && <Badge tone={p.told ? 'danger' : 'neutral'}>{t(p.told ? 'window.payouts.is_failed' : 'window.payouts.is_cancelled')}</Badge>}{p.amountMinor < 0 && <Badge tone="info">{t('window.payouts.is_taken')}</Badge>}</div>
        <div className="soft small">{[f.date(p.arrivedOn), p.byHand ? t('window.payouts.by', { name: p.addedBy }) : '', p.reference].filter(Boolean).join(' · ')}</div>
      </div>
      {p.canCancel && <ActionMenu label={t('window.payouts.actions', { amount })} actions={[{ label: t('window.payouts.cancel_verb'), icon: 'undo', danger: true, onClick: () => void cancel().catch(showError) }]} />}
    </li>
  );
}

function PayoutForm({ list, onClose }: { list: GatewayMoney[]; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ gateway: list[0]!.gateway, amountMinor: null as number | null, currency: list[0]!.currency, arrivedOn: today(), reference: '' });
  const v = form.values;
  const of = list.find((g) => g.gateway === v.gateway) ?? list[0]!;
  const record = (anyway: boolean) => api.gateways.recordPayout({ key: intention.key(), gateway: v.gateway, amountMinor: v.amountMinor ?? 0, currency: v.currency, arrivedOn: v.arrivedOn, reference: v.reference.trim(), anyway });
  const act = async () => {
    form.clear();
    try { await record(false); } catch (e) {
      const error = asApiError(e);
      if (error.key !== 'fault.payout.twice') throw e;
      if (!await confirm({ title: t('window.payouts.twice_title'), body: error.message, verb: t('window.payouts.twice_verb'), keep: t('window.cancel') })) return;
      await record(true);
    }
    intention.done();
    toast(t('window.payouts.recorded'));
    await client.invalidateQueries();
    onClose();
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        {of.tells && <Notice tone="info">{t('window.payouts.told_form')}</Notice>}
        {list.length > 1 && <Select label={t('window.gateways.col.way')} allowDeselect={false} data={list.map((g) => ({ value: g.gateway, label: tDynamic(`window.gateways.way.${g.gateway}`) }))} value={v.gateway} onChange={(g) => g && form.set('gateway', g)} />}
        <Grid cols={2}>
          <MoneyInput label={t('window.payouts.amount')} currency={v.currency} {...form.field('amountMinor')} data-testid="payout-amount" />
          <CurrencySelect label={t('window.payouts.currency')} {...form.field('currency')} />
          <DateInput label={t('window.payouts.arrived_on')} {...form.field('arrivedOn')} />
        </Grid>
        <TextInput label={t('window.payouts.reference')} description={t('window.payouts.reference_hint')} {...form.text('reference')} />
        <Row end gap={2}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton type="submit" onAct={act} onError={form.fail} data-testid="record-payout">{t('window.payouts.record')}</ActionButton>
        </Row>
      </Stack>
    </form>
  );
}
