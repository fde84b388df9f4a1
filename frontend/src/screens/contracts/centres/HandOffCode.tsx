// A code on the firm's screen that opens something of a contract once on the customer's phone, and what became of it.
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type HandOff } from '~/api';
import { QrCard } from '~/components/display';
import { Notice, Row, Stack } from '~/components/layout';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';

/** One code an opening, a new one when `about` changes. `words` says what it opens: a turn to sign, or the whole contract. */
export function HandOffCode({ about, make: ask, words, name, onClose }: { about: string; make: () => Promise<HandOff>; words: 'phone' | 'show'; name: string; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [made, setMade] = useState<HandOff>();
  const again = () => void client.invalidateQueries({ queryKey: ['contracts'] });
  const make = () => { void ask().then(setMade, (e: unknown) => { showError(e); again(); onClose(); }); };
  // eslint-disable-next-line react-hooks/exhaustive-deps -- one code an opening
  useEffect(make, [about]);
  const live = useQuery({ queryKey: ['hand-off', made?.id], queryFn: () => api.signing.handOffState(made!.id), enabled: !!made, staleTime: 0, refetchInterval: (q) => (q.state.data && q.state.data.state !== 'waiting' && q.state.data.state !== 'open' ? false : 1000) });
  const state = live.data?.state ?? made?.state ?? '';
  // eslint-disable-next-line react-hooks/exhaustive-deps -- an answer on the phone changes the page behind
  useEffect(() => { if (state === 'signed' || state === 'refused') again(); }, [state]);
  if (!made) return null;
  const end = () => { void api.signing.endHandOff(made.id).then(() => live.refetch(), showError); };
  const over = state === 'expired' || state === 'ended';
  const tone = state === 'signed' || state === 'open' ? 'good' : over || state === 'refused' ? 'warning' : 'info';
  return (
    <Stack gap={4}>
      {state === 'waiting' && <QrCard svg={made.qr} alt={tDynamic(`window.handoff.${words}.alt`, { name })} title={tDynamic(`window.handoff.${words}.scan`)} text={tDynamic(`window.handoff.${words}.text`, { name })} />}
      <div role="status" data-testid="hand-off" data-state={state}><Notice tone={tone}>{tDynamic(`window.handoff.${words}.state.${state}`, { name, time: f.time(live.data?.until ?? made.until) })}</Notice></div>
      <Row end>
        {over && <Button onClick={make} data-testid="hand-off-again">{t('window.centres.phone.again')}</Button>}
        {(state === 'waiting' || state === 'open') && <Button variant="default" onClick={end} data-testid="hand-off-end">{t('window.centres.phone.end')}</Button>}
        {(state === 'signed' || state === 'refused') && <Button onClick={onClose}>{t('window.close')}</Button>}
      </Row>
    </Stack>
  );
}
