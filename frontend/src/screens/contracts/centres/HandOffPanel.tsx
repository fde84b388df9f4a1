// Signing on the customer's own phone: a code that opens this turn once.
import { Modal } from '@mantine/core';
import { api } from '~/api';
import { useT } from '~/i18n';
import { HandOffCode } from './HandOffCode';

export function HandOffPanel({ turnId, name, onClose }: { turnId: string; name: string; onClose: () => void }) {
  const t = useT();
  return (
    <Modal opened onClose={onClose} title={t('window.centres.phone.title', { name })} size="lg" closeButtonProps={{ 'aria-label': t('window.close') }}>
      <HandOffCode about={turnId} make={() => api.signing.handOff(turnId)} words="phone" name={name} onClose={onClose} />
    </Modal>
  );
}
