// Montrer au client: a code that opens the whole contract once on the phone of a contact who sees it.
import { Button, Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Contract, type SharePerson, type SharePlan } from '~/api';
import { Notice, Row, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { tDynamic, useT } from '~/i18n';
import { HandOffCode } from './HandOffCode';

/** `onShare` opens the sharing, for whoever does not see the contract yet. */
export function ShowContract({ contract, onClose, onShare }: { contract: Contract; onClose: () => void; onShare: () => void }) {
  const t = useT();
  const query = useQuery({ queryKey: ['contracts', 'share', contract.id, 'show'], gcTime: 0, queryFn: () => api.contractSharing.look({ contractId: contract.id, version: 0, requesterId: '', watcherIds: [], allFiles: false, again: false }) });
  return (
    <Modal opened onClose={onClose} title={t('window.centres.show.title')} size="lg" closeButtonProps={{ 'aria-label': t('window.close') }}>
      <Await query={query}>{(plan) => <Body plan={plan} onClose={onClose} onShare={onShare} />}</Await>
    </Modal>
  );
}

function Body({ plan, onClose, onShare }: { plan: SharePlan; onClose: () => void; onShare: () => void }) {
  const t = useT();
  // The one who asked for the contract first, then those who see it.
  const rank = (p: SharePerson) => (p.id === plan.requesterId ? 0 : p.sees ? 1 : 2);
  const people = [...plan.people].sort((a, b) => rank(a) - rank(b));
  const [chosen, setChosen] = useState(people[0]?.id ?? '');
  const person = people.find((p) => p.id === chosen);
  const name = person ? person.name || person.email : '';
  if (!person) return <Notice tone="warning">{t('window.centres.show.none')}</Notice>;
  const label = (p: SharePerson) => [p.name || p.email, p.id === plan.requesterId && t('window.centres.show.requester')].filter(Boolean).join(' · ');
  const why = () => {
    if (!plan.inPortal) return t('window.centres.show.hidden');
    return person.barred ? t('window.centres.show.barred', { name, reason: tDynamic(`window.sharing.reason.${person.barred}`) }) : t('window.centres.show.not_shared', { name });
  };
  return (
    <Stack gap={4}>
      <Select label={t('window.centres.show.person')} description={t('window.centres.show.person_hint')} data={people.map((p) => ({ value: p.id, label: label(p) }))} value={chosen} onChange={(id) => id && setChosen(id)} allowDeselect={false} data-testid="show-person" />
      {person.sees
        ? <HandOffCode key={chosen} about={chosen} make={() => api.signing.showContract(plan.contractId, chosen)} words="show" name={name} onClose={onClose} />
        : <><Notice tone="warning">{why()}</Notice><Row end><Button onClick={onShare} data-testid="show-share">{t('window.centres.show.share')}</Button></Row></>}
    </Stack>
  );
}
