// The acts that need a day or a reason: beside the contract, with what they come to before they are done.
import { Button, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, asApiError, useIntention, type Contract, type Done } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { DateInput } from '~/components/inputs';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

type PanelProps = { contract: Contract; onClose: () => void };

/** One act: its button, and what Go refuses beside the fields. */
function useAct(onClose: () => void) {
  const client = useQueryClient();
  const intention = useIntention();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const run = (make: (key: string) => Promise<Done>) => async () => {
    setErrors({});
    const bad = document.querySelector<HTMLElement>('[role="dialog"] [data-bad]');
    if (bad) { bad.focus(); return; }
    const done = await make(intention.key());
    intention.done();
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['contracts'] });
    onClose();
  };
  const fail = (e: unknown) => { const { fields } = asApiError(e); intention.done(); if (Object.keys(fields).length) setErrors(fields); else showError(e); };
  return { run, fail, errors };
}

function Ask({ title, verb, danger, ready = true, onClose, act, fail, children }: { title: string; verb: string; danger?: boolean; ready?: boolean; onClose: () => void; act: () => Promise<void>; fail: (e: unknown) => void; children: ReactNode }) {
  const t = useT();
  return (
    <SidePanel opened onClose={onClose} title={title}
      footer={<><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button><ActionButton color={danger ? 'danger' : undefined} disabled={!ready} onAct={act} onError={fail} data-testid="contract-act">{verb}</ActionButton></>}>
      <Stack gap={4}>{children}</Stack>
    </SidePanel>
  );
}

/** Signed on paper: on which day. */
export function SignedPanel({ contract: c, onClose }: PanelProps) {
  const t = useT();
  const { run, fail, errors } = useAct(onClose);
  const [on, setOn] = useState(c.today);
  return (
    <Ask title={t('window.contracts.ask.signed_do')} verb={t('window.contracts.ask.signed_do')} onClose={onClose} act={run((key) => api.contracts.markSigned({ id: c.id, version: c.version, on, reason: '' }, key))} fail={fail}>
      <p>{t('window.contracts.ask.signed_text')}</p>
      <DateInput label={t('window.contracts.ask.signed_on')} value={on} onChange={setOn} error={errors.on ?? errors.signedOn} data-field="on" data-testid="signed-on" />
    </Ask>
  );
}

/** Another term, agreed upon: until which day, and what that comes to. */
export function RenewPanel({ contract: c, onClose }: PanelProps) {
  const t = useT();
  const { lang } = useFormat();
  const { run, fail, errors } = useAct(onClose);
  const [until, setUntil] = useState('');
  const look = useQuery({ queryKey: ['contracts', 'renewal', c.id, c.version, until, lang], queryFn: () => api.contracts.renewLook(c.id, until), retry: false, gcTime: 0, placeholderData: (was) => was });
  const refused = look.error ? asApiError(look.error).fields.until ?? asApiError(look.error).message : undefined;
  const on = until || look.data?.on || '';
  return (
    <Ask title={t('window.contracts.ask.renew_title')} verb={t('window.contracts.ask.renew_do')} ready={!!on && !refused} onClose={onClose} act={run((key) => api.contracts.renew({ id: c.id, version: c.version, on, reason: '' }, key))} fail={fail}>
      <DateInput label={t('window.contracts.ask.renew_until')} value={on} onChange={setUntil} error={errors.until ?? refused} data-field="until" data-testid="renew-until" />
      {look.data && !refused && <p data-testid="renew-look" aria-live="polite">{look.data.words}</p>}
    </Ask>
  );
}

/** The end: its last day, proposed by the notice, and why. */
export function EndPanel({ contract: c, onClose }: PanelProps) {
  const t = useT();
  const { lang } = useFormat();
  const { run, fail, errors } = useAct(onClose);
  const look = useQuery({ queryKey: ['contracts', 'ending', c.id, c.version, lang], queryFn: () => api.contracts.endLook(c.id), retry: false, gcTime: 0, staleTime: Infinity });
  const [own, setOwn] = useState('');
  const [reason, setReason] = useState('');
  const on = own || look.data?.on || '';
  return (
    <Ask title={t('window.contracts.ask.end_do')} verb={t('window.contracts.ask.end_do')} danger onClose={onClose} act={run((key) => api.contracts.end({ id: c.id, version: c.version, on, reason }, key))} fail={fail}>
      {look.data?.words && <Notice tone="info">{look.data.words}</Notice>}
      <DateInput label={t('window.contracts.ask.end_on')} value={on} onChange={setOwn} error={errors.lastDay} data-field="lastDay" data-testid="end-on" />
      <Textarea label={t('window.contracts.ask.end_reason')} description={t('window.contracts.ask.end_reason_hint')} required autosize minRows={2} maxLength={2000} value={reason} onChange={(e) => setReason(e.currentTarget.value)} error={errors.reason} data-field="reason" data-testid="end-reason" />
    </Ask>
  );
}
