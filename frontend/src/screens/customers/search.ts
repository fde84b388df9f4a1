import { api, type CustomerMark } from '~/api';
import type { Option } from '~/components/Lookup';
import { useT } from '~/i18n';

/** What a picker of customers looks up: a suspended one can be taken, and is said to be. */
export function useCustomerSearch(): (words: string) => Promise<Option<CustomerMark>[]> {
  const t = useT();
  return async (words) => (await api.customers.find(words)).map((c) => ({ id: c.id, label: c.name, hint: [c.suspended && t('window.customers.suspended'), c.number, c.city, c.email].filter(Boolean).join(' · '), value: c }));
}
