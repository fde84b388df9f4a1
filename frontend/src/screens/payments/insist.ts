import { asApiError } from '~/api';
import { confirm } from '~/components/Confirm';
import { t } from '~/i18n';

/** While a gateway owes its answer, a payment is refused once; the person may go on all the same. null: thought better of it. */
export async function insist<D>(act: (anyway: boolean) => Promise<D>): Promise<D | null> {
  try { return await act(false); } catch (e) {
    const error = asApiError(e);
    if (error.key !== 'fault.settlement.attempt_open') throw e;
    return await confirm({ title: t('window.payments.attempt.title'), body: error.message, verb: t('window.payments.attempt.verb'), keep: t('window.cancel') }) ? act(true) : null;
  }
}
