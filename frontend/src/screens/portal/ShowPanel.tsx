// Montrer au client: a code that opens one document on the customer's phone, once.
import { Button, Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type ShownDocument } from '~/api';
import { QrCard } from '~/components/display';
import { Notice, Stack } from '~/components/layout';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';

export function ShowPanel({ opened, documentId, customerId, onClose }: { opened: boolean; documentId: string; customerId: string; onClose: () => void }) {
  const t = useT();
  return (
    <Modal opened={opened} onClose={onClose} title={t('window.shown.title')} closeButtonProps={{ 'aria-label': t('window.close') }} size="lg">
      {opened && <Body documentId={documentId} customerId={customerId} onClose={onClose} />}
    </Modal>
  );
}

function Body({ documentId, customerId, onClose }: { documentId: string; customerId: string; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const [made, setMade] = useState<ShownDocument>();
  const [person, setPerson] = useState('');
  const customer = useQuery({ queryKey: ['customers', 'one', customerId], queryFn: () => api.customers.get(customerId), enabled: !!customerId });
  const people = customer.data?.contacts ?? [];
  const make = () => { void api.portal.show(documentId, person).then(setMade, (e: unknown) => { showError(e); onClose(); }); };
  // eslint-disable-next-line react-hooks/exhaustive-deps -- one code an opening of this panel, a new one for somebody else
  useEffect(make, [documentId, person]);
  const live = useQuery({ queryKey: ['shown', made?.id], queryFn: () => api.portal.shown(made!.id), enabled: !!made, staleTime: 0, refetchInterval: 1000 });
  if (!made) return null;
  const now = live.data ?? made;
  const over = now.state === 'expired' || now.state === 'ended';
  const end = () => { void api.portal.endShown(made.id).then(() => live.refetch(), showError); };
  return (
    <Stack gap={4}>
      {now.state === 'waiting' && <QrCard svg={made.qr} alt={t('window.shown.alt')} title={t('window.shown.scan')} text={t('window.shown.text')} />}
      {now.state === 'waiting' && people.length > 0 && <Select label={t('window.shown.person')} description={t('window.shown.person_hint')} data={[{ value: '', label: t('window.shown.nobody') }, ...people.map((c) => ({ value: c.publicId, label: c.name || c.email }))]} value={person} onChange={(c) => setPerson(c ?? '')} allowDeselect={false} data-testid="show-person" />}
      <div role="status"><Notice tone={now.state === 'open' ? 'good' : over ? 'warning' : 'info'}>{tDynamic(`window.shown.state.${now.state}`, { time: f.time(now.until) })}</Notice></div>
      <div>{over ? <Button onClick={make} data-testid="show-again">{t('window.shown.again')}</Button> : <Button variant="default" onClick={end} data-testid="show-end">{t('window.shown.end')}</Button>}</div>
    </Stack>
  );
}
