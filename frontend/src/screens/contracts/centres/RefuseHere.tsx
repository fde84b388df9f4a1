// The no of a signatory who stands before the firm's screen: in the signer's own language, with a reason.
import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, asApiError, useIntention, type SignLook } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Row, Stack } from '~/components/layout';
import type { Translate } from '~/i18n';

type Props = { look: SignLook; t: Translate; onDone: () => void; onFail: (e: unknown) => void; onClose: () => void };

export function RefuseHere({ look, t, onDone, onFail, onClose }: Props) {
  const intention = useIntention();
  const [reason, setReason] = useState('');
  const [error, setError] = useState('');
  const refuse = async () => {
    await api.signing.refuseHere({ turnId: look.turn.id, digest: look.round.digest, reason }, intention.key());
    intention.done();
    onDone();
  };
  const fail = (e: unknown) => {
    intention.done();
    const { fields } = asApiError(e);
    if (fields.reason) { setError(fields.reason); return; }
    onClose();
    onFail(e);
  };
  return (
    <Modal opened onClose={onClose} title={t('window.centres.refuse.title')} size={520} closeButtonProps={{ 'aria-label': t('window.close') }}>
      <Stack gap={4}>
        <p className="soft">{t('window.centres.sign.refuse_text', { operator: look.operator })}</p>
        <Textarea label={t('window.centres.refuse.reason')} required autosize minRows={3} maxRows={8} maxLength={2000} value={reason} error={error} data-autofocus onChange={(e) => { setReason(e.currentTarget.value); setError(''); }} data-testid="refuse-reason" />
        <Row end><Button variant="default" onClick={onClose}>{t('window.centres.sign.refuse_keep')}</Button><ActionButton color="danger" onAct={refuse} onError={fail} data-testid="refuse-do">{t('window.centres.refuse')}</ActionButton></Row>
      </Stack>
    </Modal>
  );
}
