// What the money of a contract is asked with, and the act that makes a paper of it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type ContractMade, type ContractPaper } from '~/api';
import { navigate } from '~/app/router';
import { toast } from '~/components/toast';
import { useT } from '~/i18n';

export type BillAs = 'quote' | 'deposit' | 'invoice' | 'recurring';

export const useMoney = (contractId: string) => useQuery({ queryKey: ['contracts', 'money', contractId], queryFn: () => api.contractMoney.get(contractId) });

/** Where a paper is looked at; a draft, where it is filled in. */
export function paperHref(p: Pick<ContractPaper, 'kind' | 'id' | 'number'>): string {
  const room = { quote: 'quotes', credit_note: 'credits' }[p.kind] ?? 'invoices';
  return `/${room}/${p.id}${p.number ? '' : '/edit'}`;
}

const madeHref = (m: ContractMade) => (m.kind === 'recurring' ? `/recurring/${m.id}/edit` : paperHref({ kind: m.kind, id: m.id, number: '' }));

/** Makes the draft and opens it. Without milestones it is of the whole contract. */
export function useBill(contractId: string) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  return async (as: BillAs, milestones: string[], eachMonths = 0) => {
    const made = await api.contractMoney.bill({ contractId, milestones, as, eachMonths }, intention.key());
    intention.done();
    await client.invalidateQueries({ queryKey: ['contracts'] });
    toast(made.deposits > 0 ? t('window.contractmoney.made_final', { n: made.deposits }) : t('window.contractmoney.made'));
    navigate(madeHref(made));
  };
}
