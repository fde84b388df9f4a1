import { useGuard } from '~/app/router';
import { t } from '~/i18n';
import { confirm } from './Confirm';

/** While unsaved says so, whoever leaves the page is asked first, whatever leads away. */
export const useUnsaved = (unsaved: () => boolean) =>
  useGuard(unsaved, () => confirm({ title: t('window.unsaved.leave'), body: t('window.unsaved.text'), verb: t('window.unsaved.leave'), keep: t('window.unsaved.stay') }));
