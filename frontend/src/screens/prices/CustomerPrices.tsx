import { NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '~/api';
import { Section } from '~/components/layout';
import { showError, toast } from '~/components/toast';
import { useT } from '~/i18n';

/** Which list a customer buys by: its own, or its group's. Kept at once. */
export function CustomerPrices({ customerId }: { customerId: string }) {
  const t = useT();
  const client = useQueryClient();
  const lists = useQuery({ queryKey: ['items', 'price-lists'], queryFn: api.prices.list });
  const mine = useQuery({ queryKey: ['customers', 'prices', customerId], queryFn: () => api.prices.ofCustomer(customerId) });
  const inUse = (lists.data ?? []).filter((l) => !l.archived);
  if (!mine.data || inUse.length === 0) return null;
  const set = async (id: string) => {
    client.setQueryData(['customers', 'prices', customerId], await api.prices.setOfCustomer(customerId, id));
    toast(t('window.customers.saved'));
  };
  const inherited = !mine.data.own && mine.data.name ? t('window.prices.of_group', { name: mine.data.name }) : t('window.prices.none');
  return (
    <Section title={t('window.prices.customer')}>
      <NativeSelect style={{ maxWidth: 400 }} label={t('window.prices.list')} value={mine.data.own} data={[{ value: '', label: inherited }, ...inUse.map((l) => ({ value: l.publicId, label: `${l.name} (${l.currency})` }))]}
        onChange={(e) => void set(e.currentTarget.value).catch(showError)} />
    </Section>
  );
}
