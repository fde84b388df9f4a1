// What became of an invitation: mailed, or a link that is shown once to be handed over.
import { ActionIcon } from '@mantine/core';
import type { UserMade } from '~/api';
import { CopyButton } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Notice } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

export function MadeNotice({ made, onClose }: { made: UserMade; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const shown = made.link || made.token;
  const close = <ActionIcon variant="subtle" aria-label={t('window.close')} onClick={onClose}><Icon name="close" size={15} /></ActionIcon>;
  if (made.mailed) return <Notice tone="good" action={close}>{t('window.users.mailed', { email: made.user.email, until: f.instant(made.until) })}</Notice>;
  if (!shown) return <Notice tone="good" action={close}>{t('window.users.ready', { name: made.user.label })}</Notice>;
  return (
    <Notice tone="warning" action={close}>
      <strong>{t('window.users.hand_link', { name: made.user.label })}</strong>
      <div style={{ display: 'flex', alignItems: 'center', gap: 4 }}><code className="mono" style={{ overflowWrap: 'anywhere' }} data-testid="made-link">{shown}</code><CopyButton value={shown} /></div>
      <div>{t(made.link ? 'window.users.link_once' : 'window.users.code_once', { until: f.instant(made.until) })}</div>
    </Notice>
  );
}
