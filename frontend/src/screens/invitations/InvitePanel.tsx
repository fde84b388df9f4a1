// Access opened by the firm: who would get an invitation, then the run with a result each.
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useIntention, type Invited } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { ProgressList, type Progress } from '~/components/display';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './invitations.module.css';

/** ids: the customers picked in the list; none of them = everybody without access. */
export function InvitePanel({ opened, ids, onClose }: { opened: boolean; ids: string[]; onClose: () => void }) {
  const t = useT();
  const [run, setRun] = useState('');
  const [again, setAgain] = useState<string[]>(); // those of a run that failed
  const close = () => { setRun(''); setAgain(undefined); onClose(); };
  return (
    <SidePanel opened={opened} onClose={close} title={t('window.invitations.title')} width={560}>
      {opened && (run ? <Run id={run} onClose={close} onAgain={(failed) => { setAgain(failed); setRun(''); }} /> : <Look ids={again ?? ids} onRun={setRun} />)}
    </SidePanel>
  );
}

const line = (x: Invited, detail: string, state: Progress['state']): Progress => ({ id: x.customerId, label: [x.customer, x.email].filter(Boolean).join(' · '), detail, state });

function Look({ ids, onRun }: { ids: string[]; onRun: (id: string) => void }) {
  const t = useT();
  const f = useFormat();
  const intention = useIntention();
  const query = { ids, all: ids.length === 0 };
  const look = useQuery({ queryKey: ['invitations', 'look', ids], queryFn: () => api.invitations.look(query), staleTime: 0 });
  const portal = useQuery({ queryKey: ['portal', 'view'], queryFn: api.portal.view });
  const last = useQuery({ queryKey: ['invitations', 'run', ''], queryFn: () => api.invitations.run('').catch(() => null), staleTime: 0 });
  const send = async () => {
    const id = await api.invitations.send(query, intention.key());
    intention.done();
    onRun(id);
  };
  return (
    <Await query={look}>{(rows) => {
      const n = rows.filter((x) => x.result === 'waiting').length;
      return (
        <Stack gap={4}>
          {portal.data && portal.data.state !== 'open' && <Notice tone="warning">{t('window.invitations.portal_off')}</Notice>}
          {last.data?.running && <Notice tone="info" action={<Button size="compact-sm" variant="default" onClick={() => last.data && onRun(last.data.id)}>{t('window.invitations.under_way_show')}</Button>}>{t('window.invitations.under_way', { by: last.data.by })}</Notice>}
          <p>{t('window.invitations.look', { n })}</p>
          {n > 0 && <div><ActionButton onAct={send} data-testid="invite-send">{t('window.invitations.send', { n })}</ActionButton></div>}
          <ProgressList items={rows.map((x) => line(x, [tDynamic(`window.invitations.result.${x.result}`), x.invitedAt && t('window.invitations.before', { date: f.instant(x.invitedAt) })].filter(Boolean).join(' · '), x.result === 'waiting' ? 'waiting' : 'skipped'))} />
        </Stack>
      );
    }}</Await>
  );
}

const failed = (x: Invited) => x.result === 'refused' || x.result === 'cancelled' || x.result === 'no_address';
const states: Record<string, Progress['state']> = { waiting: 'waiting', mailed: 'running', sent: 'done', refused: 'failed', cancelled: 'failed', no_address: 'failed' };

function Run({ id, onClose, onAgain }: { id: string; onClose: () => void; onAgain: (ids: string[]) => void }) {
  const t = useT();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['invitations', 'run', id], queryFn: () => api.invitations.run(id), staleTime: 0, refetchInterval: (q) => (q.state.data?.running === false ? q.state.data.underway && 2000 : 700) });
  const cancel = () => void api.invitations.cancel(id).then(() => client.invalidateQueries({ queryKey: ['invitations'] }), showError);
  return (
    <Await query={query}>{(r) => {
      const lost = r.rows.filter(failed).map((x) => x.customerId);
      const sent = r.rows.filter((x) => x.result === 'sent' || x.result === 'mailed').length;
      return (
      <Stack gap={4}>
        {!r.running && <p data-testid="invite-sum">{t('window.invitations.sum', { sent, failed: lost.length, left: r.total - sent - lost.length })}</p>}
        <ProgressList done={r.done} total={r.total} label={t(r.running ? 'window.invitations.running' : 'window.invitations.done')} onCancel={r.running ? cancel : undefined}
          items={r.rows.map((x) => line(x, [tDynamic(`window.invitations.result.${x.result}`), x.answer].filter(Boolean).join(' · '), states[x.result] ?? 'skipped'))} />
        {!r.running && (
          <div className={css.acts}>
            <Button onClick={onClose} data-testid="invite-close">{t('window.close')}</Button>
            {lost.length > 0 && <Button variant="default" onClick={() => onAgain(lost)} data-testid="invite-again">{t('window.invitations.again', { n: lost.length })}</Button>}
          </div>
        )}
      </Stack>
      );
    }}</Await>
  );
}
