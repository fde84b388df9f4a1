// The page of a contract: what it is at the head, everything else in tabs, what can be done in the menu.
import { Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Contract, type ContractAct, type Done } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { InPortal } from '~/components/InPortal';
import { Notice, Page, PageHeader, type Action } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT, type Key } from '~/i18n';
import { EndPanel, RenewPanel, SignedPanel } from './acts';
import { CommentsTab } from './CommentsTab';
import { ContractBadge } from './ContractBadge';
import { HistoryTab } from './HistoryTab';
import { MilestonesTab } from './MilestonesTab';
import { ApprovalCentre, ShowContract, SignatureCentre } from './centres';
import { FilesTab } from './files';
import { ScheduleTab } from './money';
import { hideContract, ShareDialog } from './share';
import { SummaryTab } from './SummaryTab';
import css from './contracts.module.css';

type Tab = { id: string; label: Key; body: (c: Contract) => ReactNode; count?: (c: Contract) => number };
const tabs: Tab[] = [
  { id: 'summary', label: 'window.contracts.tab.summary', body: (c) => <SummaryTab contract={c} /> },
  { id: 'files', label: 'window.contracts.tab.files', body: (c) => <FilesTab contract={c} /> },
  { id: 'milestones', label: 'window.contracts.tab.milestones', body: (c) => <MilestonesTab contract={c} /> },
  { id: 'approval', label: 'window.centres.tab.approval', body: (c) => <ApprovalCentre contract={c} /> },
  { id: 'signature', label: 'window.centres.tab.signature', body: (c) => <SignatureCentre contract={c} /> },
  { id: 'schedule', label: 'window.contracts.tab.schedule', body: (c) => <ScheduleTab contract={c} /> },
  { id: 'comments', label: 'window.contracts.tab.comments', body: (c) => <CommentsTab contract={c} /> },
  { id: 'history', label: 'window.contracts.tab.history', body: (c) => <HistoryTab contract={c} /> },
];

export function ContractPage({ id, tab }: { id: string; tab: string }) {
  const f = useFormat();
  const query = useQuery({ queryKey: ['contracts', 'one', id, f.lang], queryFn: () => api.contracts.get(id) });
  return <Await whole query={query}>{(c) => <One contract={c} tab={tabs.some((x) => x.id === tab) ? tab : 'summary'} />}</Await>;
}

type Panel = '' | 'share' | 'show' | 'signed' | 'renew' | 'end';

function useMenu(c: Contract, setPanel: (p: Panel) => void): Action[] {
  const t = useT();
  const client = useQueryClient();
  const copying = useIntention();
  const deciding = useIntention();
  const act = async (make: (key: string) => Promise<Done>) => {
    const done = await make(deciding.key());
    deciding.done();
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['contracts'] });
  };
  const cancel = async () => {
    if (await confirm({ title: t('window.contracts.ask.cancel', { number: c.number }), body: t('window.contracts.ask.cancel_text'), verb: t('window.contracts.act.cancel'), keep: t('window.contracts.ask.keep') })) await act((key) => api.contracts.cancel({ id: c.id, version: c.version, on: '', reason: '' }, key));
  };
  const duplicate = async () => {
    const copy = await api.contracts.duplicate(c.id, copying.key());
    copying.done();
    toast(t('window.contracts.done.copied'));
    void client.invalidateQueries({ queryKey: ['contracts'] });
    navigate(`/contracts/${copy.id}/edit`);
  };
  const run = (make: () => Promise<unknown>) => () => { make().catch(showError); };
  const plainly = (step: (a: ContractAct, key: string) => Promise<Done>) => run(() => act((key) => step({ id: c.id, version: c.version, on: '', reason: '' }, key)));
  return [
    { label: t(c.inPortal ? 'window.sharing.act_change' : 'window.sharing.act'), icon: 'portal', onClick: () => setPanel('share') },
    { label: t('window.centres.show.act'), icon: 'eye', onClick: () => setPanel('show') },
    ...(c.inPortal ? [{ label: t('window.sharing.hide'), icon: 'eye' as const, onClick: run(() => hideContract(c)) }] : []),
    ...(c.canReview ? [{ label: t('window.contracts.act.review'), icon: 'eye' as const, onClick: plainly(api.contracts.toReview) }] : []),
    ...(c.canToSign ? [{ label: t('window.contracts.act.to_sign'), icon: 'pen' as const, onClick: plainly(api.contracts.toBeSigned) }] : []),
    ...(c.canSign ? [{ label: t('window.contracts.act.signed'), icon: 'check' as const, onClick: () => setPanel('signed') }] : []),
    ...(c.canRenew ? [{ label: t('window.contracts.act.renew'), icon: 'refresh' as const, onClick: () => setPanel('renew') }] : []),
    ...(c.canEnd && !c.canKeep ? [{ label: t('window.contracts.act.end'), icon: 'close' as const, onClick: () => setPanel('end') }] : []),
    ...(c.canKeep ? [{ label: t('window.contracts.act.keep'), icon: 'undo' as const, onClick: plainly(api.contracts.keep) }] : []),
    { label: t('window.contracts.act.duplicate'), icon: 'copy', divider: true, onClick: run(duplicate) },
    ...(c.canReopen ? [{ label: t('window.contracts.act.reopen'), icon: 'undo' as const, onClick: plainly(api.contracts.reopen) }] : []),
    ...(c.canCancel ? [{ label: t('window.contracts.act.cancel'), icon: 'trash' as const, danger: true, divider: true, onClick: run(cancel) }] : []),
  ];
}

function One({ contract: c, tab }: { contract: Contract; tab: string }) {
  const t = useT();
  const f = useFormat();
  const [panel, setPanel] = useState<Panel>('');
  const menu = useMenu(c, setPanel);
  const client = useQueryClient();
  const telling = useIntention();
  const tell = async () => {
    const done = await api.contracts.tellRenewal(c.id, telling.key());
    telling.done();
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['contracts'] });
  };
  // On a phone the strip of tabs is wider than the screen: the one that is open shows.
  useEffect(() => { document.querySelector(`[data-testid="tab-${tab}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }, [tab]);
  const go = (to: string | null) => to && navigate(to === 'summary' ? `/contracts/${c.id}` : `/contracts/${c.id}/${to}`, { replace: true });
  return (
    <Page>
      <PageHeader title={c.title} back={{ href: '/contracts', label: t('window.contracts.title') }} badge={<ContractBadge state={c.state} />}
        subtitle={<span>{c.inPortal && <InPortal on />}{c.number}{' · '}<Link href={`/customers/${c.customerId}`}>{c.customerName}</Link>{c.typeName && ` · ${c.typeName}`}</span>}
        primary={c.canEdit && <MakeButton variant="default" onClick={() => navigate(`/contracts/${c.id}/edit`)} data-testid="contract-edit">{t('window.contracts.act.edit')}</MakeButton>} menu={menu} />
      {c.notices.map((n, i) => <Notice key={n} tone={c.noticeNear || c.customerNotice ? 'warning' : 'info'} action={c.customerNotice && i === c.notices.length - 1 && <ActionButton size="compact-sm" onAct={tell} data-testid="tell-renewal">{t('window.contracts.act.tell')}</ActionButton>}>{n}</Notice>)}
      <Tabs value={tab} onChange={go} keepMounted={false}>
        <Tabs.List className={css.tabs} aria-label={c.title}>{tabs.map((x) => {
          const n = x.count?.(c) ?? 0;
          return <Tabs.Tab key={x.id} value={x.id} data-testid={`tab-${x.id}`} rightSection={n > 0 ? <span className={css.count}>{f.count(n)}</span> : undefined}>{t(x.label)}</Tabs.Tab>;
        })}</Tabs.List>
        {tabs.map((x) => <Tabs.Panel key={x.id} value={x.id} pt="md">{x.body(c)}</Tabs.Panel>)}
      </Tabs>
      <ShareDialog contract={c} opened={panel === 'share'} onClose={() => setPanel('')} />
      {panel === 'show' && <ShowContract contract={c} onClose={() => setPanel('')} onShare={() => setPanel('share')} />}
      {panel === 'signed' && <SignedPanel contract={c} onClose={() => setPanel('')} />}
      {panel === 'renew' && <RenewPanel contract={c} onClose={() => setPanel('')} />}
      {panel === 'end' && <EndPanel contract={c} onClose={() => setPanel('')} />}
    </Page>
  );
}
