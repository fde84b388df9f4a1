// Refusing: with a reason, and with what follows from it said before.
import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, asApiError, useIntention, type CentreKind, type Round, type Turn } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Row, Stack } from '~/components/layout';
import { useT } from '~/i18n';
import { useActs, type OfContract } from './useCentre';

export function RefuseDialog({ contract, kind, round, turn, onClose }: { contract: OfContract; kind: CentreKind; round: Round; turn: Turn; onClose: () => void }) {
  const t = useT();
  const intention = useIntention();
  const { done, refused } = useActs(contract.id, kind);
  const [reason, setReason] = useState('');
  const [error, setError] = useState('');
  const refuse = async () => {
    await api.signing.refuse({ turnId: turn.id, digest: round.digest, reason }, intention.key());
    intention.done();
    done(t('window.centres.own.refused'));
    onClose();
  };
  const fail = (e: unknown) => {
    intention.done();
    const { fields } = asApiError(e);
    if (fields.reason) { setError(fields.reason); return; }
    onClose();
    refused(e);
  };
  return (
    <Modal opened onClose={onClose} title={t('window.centres.refuse.title')} size={520} closeButtonProps={{ 'aria-label': t('window.close') }}>
      <Stack gap={4}>
        <p className="soft">{t('window.centres.refuse.text')}</p>
        <Textarea label={t('window.centres.refuse.reason')} required autosize minRows={3} maxRows={8} maxLength={2000} value={reason} error={error} data-autofocus onChange={(e) => { setReason(e.currentTarget.value); setError(''); }} data-testid="refuse-reason" />
        <Row end><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button><ActionButton color="danger" onAct={refuse} onError={fail} data-testid="refuse-do">{t('window.centres.refuse')}</ActionButton></Row>
      </Stack>
    </Modal>
  );
}
