// Refusing: with a reason, and with what follows from it said before. At one's own desk, and by a signatory who
// stands before the firm's screen, in the signer's own language.
import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, asApiError, useIntention, type CentreKind, type Round, type SignLook, type Turn } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Row, Stack } from '~/components/layout';
import { useT, type Translate } from '~/i18n';
import { useActs, type OfContract } from './useCentre';

type Form = { t: Translate; text: string; keep: string; act: (reason: string, key: string) => Promise<unknown>; onDone: () => void; onFail: (e: unknown) => void; onClose: () => void };

function RefuseForm({ t, text, keep, act, onDone, onFail, onClose }: Form) {
  const intention = useIntention();
  const [reason, setReason] = useState('');
  const [error, setError] = useState('');
  const refuse = async () => {
    await act(reason, intention.key());
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
        <p className="soft">{text}</p>
        <Textarea label={t('window.centres.refuse.reason')} required autosize minRows={3} maxRows={8} maxLength={2000} value={reason} error={error} data-autofocus onChange={(e) => { setReason(e.currentTarget.value); setError(''); }} data-testid="refuse-reason" />
        <Row end><Button variant="default" onClick={onClose}>{keep}</Button><ActionButton color="danger" onAct={refuse} onError={fail} data-testid="refuse-do">{t('window.centres.refuse')}</ActionButton></Row>
      </Stack>
    </Modal>
  );
}

export function RefuseDialog({ contract, kind, round, turn, onClose }: { contract: OfContract; kind: CentreKind; round: Round; turn: Turn; onClose: () => void }) {
  const t = useT();
  const { done, refused } = useActs(contract.id, kind);
  return <RefuseForm t={t} text={t('window.centres.refuse.text')} keep={t('window.cancel')} act={(reason, key) => api.signing.refuse({ turnId: turn.id, digest: round.digest, reason }, key)} onDone={() => { done(t('window.centres.own.refused')); onClose(); }} onFail={refused} onClose={onClose} />;
}

export function RefuseHere({ look, t, onDone, onFail, onClose }: { look: SignLook; t: Translate; onDone: () => void; onFail: (e: unknown) => void; onClose: () => void }) {
  return <RefuseForm t={t} text={t('window.centres.sign.refuse_text', { operator: look.operator })} keep={t('window.centres.sign.refuse_keep')} act={(reason, key) => api.signing.refuseHere({ turnId: look.turn.id, digest: look.round.digest, reason }, key)} onDone={onDone} onFail={onFail} onClose={onClose} />;
}
