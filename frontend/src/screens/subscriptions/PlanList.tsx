import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type PlanRow } from '~/api';
import { listQuery } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate } from '~/app/router';
import { Badge } from '~/components/Badge';
import { DataTable, TwoLines, type Column } from '~/components/DataTable';
import { exportMenu } from '~/components/exportMenu';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

export function PlanList() {
  const t = useT();
  const f = useFormat();
  const q = useQuery({ queryKey: ['plans', 'list', f.lang], queryFn: api.subscriptions.plans });
  const columns = useMemo<Column<PlanRow>[]>(() => [
    { id: 'name', header: t('window.subscriptions.plan.name'), phone: true, fixed: true, phoneCell: (r) => <TwoLines first={r.name} second={`${r.per} · ${t('window.subscriptions.subscribers', { n: r.subscribers })}`} />, cell: (r) => r.name },
    { id: 'price', header: t('window.subscriptions.plan.price'), width: 105, align: 'end', phone: true, cell: (r) => f.money(r.priceMinor, r.currency) },
    { id: 'tax', header: t('window.subscriptions.plan.tax_col'), width: 84, soft: true, cell: (r) => t(r.inclTax ? 'window.subscriptions.plan.incl' : 'window.subscriptions.plan.excl') },
    { id: 'per', header: t('window.subscriptions.col.per'), width: 100, soft: true, cell: (r) => r.per },
    { id: 'trial', header: t('window.subscriptions.plan.trial_col'), width: 76, soft: true, align: 'end', cell: (r) => (r.trialDays ? t('window.subscriptions.days', { n: r.trialDays }) : '') },
    { id: 'links', header: t('window.subscriptions.plan.links_col'), width: 60, align: 'end', soft: true, cell: (r) => (r.links ? f.count(r.links) : '') },
    { id: 'subs', header: t('window.subscriptions.plan.subs_col'), width: 96, align: 'end', cell: (r) => f.count(r.subscribers) },
    { id: 'monthly', header: t('window.subscriptions.col.monthly'), width: 150, align: 'end', cell: (r) => f.money(r.monthlyMinor, r.currency) },
    { id: 'state', header: t('window.recurring.col.state'), width: 124, cell: (r) => <Badge tone={r.state === 'open' ? 'good' : 'neutral'}>{t(r.state === 'open' ? 'window.subscriptions.plan_state.open' : 'window.subscriptions.plan_state.withdrawn')}</Badge> },
  ], [t, f]);
  const add = <MakeButton to="/plans/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/plans/new')} data-testid="new-plan">{t('window.subscriptions.plan.new')}</MakeButton>;
  const rows = q.data?.rows ?? [];
  return (
    <Page fill>
      <PageHeader title={t('window.subscriptions.plans')} primary={add} secondary={<Button variant="default" onClick={() => navigate('/subscriptions')}>{t('window.subscriptions.title')}</Button>} menu={exportMenu('plans', listQuery({}))} />
      <DataTable fill name="plans" label={t('window.subscriptions.plans')} columns={columns} rows={rows} rowId={(r) => r.id} href={(r) => `/plans/${r.id}`} loading={q.isPending} error={q.error} retry={() => void q.refetch()}
        empty={<Empty icon="refresh" title={t('window.subscriptions.plan.empty')} text={t('window.subscriptions.plan.empty_text')}>{add}</Empty>} />
    </Page>
  );
}
