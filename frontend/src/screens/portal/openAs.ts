// The portal opened as a customer: by the machine's browser where there is a window, else by a tab of this one.
import { api, ApiError, inWindow } from '~/api';
import { toast } from '~/components/toast';
import { t } from '~/i18n';

/** Opens the portal as a customer, or as one of its contacts; what goes wrong is thrown. */
export async function openAs(customerId: string, contactId = ''): Promise<void> {
  // The tab has to open in the click itself: a browser blocks what opens after the answer.
  const tab = inWindow ? null : window.open('', '_blank');
  if (tab) tab.opener = null;
  try {
    const url = await api.portal.openAs(customerId, contactId);
    if (!url) return;
    if (!tab) throw new ApiError({ code: 'unavailable', message: t('window.portal.as.blocked') });
    tab.location.replace(url);
  } catch (e) {
    tab?.close();
    throw e;
  }
  toast(t('window.portal.as.opened'));
}
