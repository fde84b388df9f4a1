import { api } from '~/api';
import { client } from '~/api/client';
import { confirm } from '~/components/Confirm';
import { toast } from '~/components/toast';
import { t } from '~/i18n';

type Hidden = { id: string; number: string };

/** Masquer: at once. Asks only while people outside are asked for something, who could not answer any more. */
export async function hideContract({ id, number }: Hidden): Promise<void> {
  const { rounds } = await api.contractSharing.look({ contractId: id, version: 0, requesterId: '', watcherIds: [], allFiles: false, again: false });
  if (rounds > 0 && !await confirm({ title: t('window.sharing.hide_title', { number }), body: t('window.sharing.hide_body', { n: rounds }), verb: t('window.sharing.hide'), keep: t('window.cancel') })) return;
  await api.contractSharing.hide(id);
  toast(t('window.sharing.hidden', { number }));
  await client.invalidateQueries({ queryKey: ['contracts'] });
}
