// What narrows the list of contracts beyond words and state: behind one button, and as chips that can be taken off.
import { Button, NativeSelect, Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type CustomerMark } from '~/api';
import { Icon } from '~/components/Icon';
import { DateInput } from '~/components/inputs';
import { Stack } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { useCustomerSearch } from '~/screens/customers/search';

export type Narrowing = { type: string; owner: string; customer: string; name: string; from: string; to: string; portal: string };
export const nothing: Narrowing = { type: '', owner: '', customer: '', name: '', from: '', to: '', portal: '' };

const useTypes = () => useQuery({ queryKey: ['contracts', 'types'], queryFn: api.contracts.types });
const useOwners = () => useQuery({ queryKey: ['contracts', 'owners'], queryFn: api.contracts.owners, staleTime: 60_000 });

type Field = 'type' | 'customer' | 'owner' | 'period' | 'portal';

export function ContractFilters({ now, set, only }: { now: Narrowing; set: (part: Partial<Narrowing>) => void; only?: Field[] }) {
  const t = useT();
  const search = useCustomerSearch();
  const [open, setOpen] = useState(false);
  const types = useTypes();
  const owners = useOwners();
  const any = { value: '', label: t('window.contracts.filter.any') };
  const has = (field: Field) => !only || only.includes(field);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={320} trapFocus returnFocus withRoles={false}>
      <Popover.Target><Button size="compact-md" variant="default" leftSection={<Icon name="filter" size={15} />} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen((o) => !o)} data-testid="contract-filters">{t('window.contracts.filter.more')}</Button></Popover.Target>
      <Popover.Dropdown p="md" role="dialog" aria-label={t('window.contracts.filter.more')}>
        <Stack gap={3}>
          {has('type') && <NativeSelect label={t('window.contracts.col.type')} value={now.type} onChange={(e) => set({ type: e.currentTarget.value })} data={[any, ...(types.data ?? []).map((x) => ({ value: x.id, label: x.name }))]} data-testid="filter-type" />}
          <Lookup<CustomerMark> text={now.name} topic="customers" search={search}
            onPick={(o) => set({ customer: o.value.id, name: o.value.name })} input={{ label: t('window.contracts.col.customer'), placeholder: t('window.contracts.filter.any') }} />
          {has('owner') && <NativeSelect label={t('window.contracts.col.owner')} value={now.owner} onChange={(e) => set({ owner: e.currentTarget.value })} data={[any, ...(owners.data ?? []).map((x) => ({ value: x.id, label: x.name }))]} />}
          {has('period') && <DateInput label={t('window.contracts.filter.from')} clearable value={now.from} onChange={(from) => set({ from })} />}
          {has('period') && <DateInput label={t('window.contracts.filter.to')} clearable value={now.to} onChange={(to) => set({ to })} />}
          {has('portal') && <NativeSelect label={t('window.contracts.filter.portal')} value={now.portal} onChange={(e) => set({ portal: e.currentTarget.value })} data={[any, { value: 'yes', label: t('window.contracts.filter.portal_yes') }, { value: 'no', label: t('window.contracts.filter.portal_no') }]} />}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What narrows now, each with the way to take it off. */
export function useActive(now: Narrowing, set: (part: Partial<Narrowing>) => void) {
  const t = useT();
  const f = useFormat();
  const types = useTypes();
  const owners = useOwners();
  const name = (list: { id: string; name: string }[] | undefined, id: string) => list?.find((x) => x.id === id)?.name ?? '…';
  const period = now.from && now.to ? t('window.contracts.filter.between', { from: f.day(now.from), to: f.day(now.to) }) : now.from ? t('window.contracts.filter.since', { from: f.day(now.from) }) : t('window.contracts.filter.until', { to: f.day(now.to) });
  return [
    ...(now.customer ? [{ id: 'customer', label: now.name || '…', clear: () => set({ customer: '', name: '' }) }] : []),
    ...(now.type ? [{ id: 'type', label: name(types.data, now.type), clear: () => set({ type: '' }) }] : []),
    ...(now.owner ? [{ id: 'owner', label: name(owners.data, now.owner), clear: () => set({ owner: '' }) }] : []),
    ...(now.from || now.to ? [{ id: 'period', label: period, clear: () => set({ from: '', to: '' }) }] : []),
    ...(now.portal ? [{ id: 'portal', label: t(now.portal === 'yes' ? 'window.contracts.filter.portal_yes' : 'window.contracts.filter.portal_no'), clear: () => set({ portal: '' }) }] : []),
  ];
}
