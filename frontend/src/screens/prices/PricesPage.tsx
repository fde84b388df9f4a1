import { TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, useIntention, type PriceList } from '~/api';
import { listQuery } from '~/api/useList';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { CurrencySelect } from '~/components/geo';
import { Icon } from '~/components/Icon';
import { exportMenu } from '~/components/exportMenu';
import { Empty, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Grid } from './Grid';
import css from './prices.module.css';

const blank = (currency: string): PriceList => ({ publicId: '', name: '', currency, archived: false, version: 0, items: 0, customers: 0, groups: 0 });

/** The firm's price lists, and all prices in one grid. */
export function PricesPage() {
  const t = useT();
  const [edited, setEdited] = useState<PriceList | null>(null);
  const lists = useQuery({ queryKey: ['items', 'price-lists'], queryFn: api.prices.list });
  const { data: status } = useQuery({ queryKey: ['status'], queryFn: api.system.status, staleTime: Infinity });
  const add = <MakeButton variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => setEdited(blank(status?.company?.currency ?? 'EUR'))} data-testid="new-list">{t('window.prices.new')}</MakeButton>;
  return (
    <Page>
      <PageHeader title={t('window.prices.title')} back={{ href: '/items', label: t('window.items.title') }} secondary={add} menu={exportMenu('prices', listQuery({}))}
        primary={<MakeButton leftSection={<Icon name="up" size={16} />} onClick={() => navigate('/prices/raise')} data-testid="raise">{t('window.prices.raise')}</MakeButton>} />
      <Await query={lists}>{(all) => {
        const inUse = all.filter((l) => !l.archived);
        return (
          <div style={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 16 }}>
            <Lists lists={all} onEdit={setEdited} add={add} />
            <Grid lists={inUse} />
          </div>
        );
      }}</Await>
      {edited && <ListForm key={edited.publicId} list={edited} onDone={() => setEdited(null)} />}
    </Page>
  );
}

function Lists({ lists, onEdit, add }: { lists: PriceList[]; onEdit: (l: PriceList) => void; add: React.ReactNode }) {
  const t = useT();
  const f = useFormat();
  if (!lists.length) return <Section label={t('window.prices.title')}><Empty icon="items" title={t('window.prices.empty.title')} text={t('window.prices.empty.text')}>{add}</Empty></Section>;
  return (
    <Section title={t('window.prices.lists')} flush>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('window.prices.name')}</th><th scope="col">{t('window.prices.currency')}</th><th scope="col" data-end>{t('window.prices.items')}</th><th scope="col" data-end>{t('window.prices.groups')}</th><th scope="col" data-end>{t('window.prices.customers')}</th></tr></thead>
          <tbody>{lists.map((l) => (
            <tr key={l.publicId}><th scope="row"><button type="button" className={css.link} onClick={() => onEdit(l)}>{l.name}</button>{l.archived && <span className="faint small"> · {t('window.archive.archived')}</span>}</th>
              <td>{l.currency}</td><td data-end>{f.count(l.items)}</td><td data-end>{f.count(l.groups)}</td><td data-end>{f.count(l.customers)}</td></tr>
          ))}</tbody>
        </table>
      </div>
    </Section>
  );
}

function ListForm({ list, onDone }: { list: PriceList; onDone: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm(list);
  const after = async (message: string) => { await client.invalidateQueries({ queryKey: ['items'] }); toast(message); onDone(); };
  const save = async () => { form.clear(); await api.prices.save(form.values, intention.key()); intention.done(); await after(t('window.prices.list_saved')); };
  const archive = async () => { await api.prices.setArchived(list.publicId, list.version, !list.archived); await after(t(list.archived ? 'window.archive.is_back' : 'window.archive.is_away', { name: list.name })); };
  return (
    <SidePanel opened onClose={onDone} title={list.publicId ? list.name : t('window.prices.new')} footer={<>
      {list.publicId && <MakeButton variant="default" onClick={() => void archive().catch(showError)}>{t(list.archived ? 'window.archive.back' : 'window.archive.away')}</MakeButton>}
      <ActionButton onAct={save} onError={form.fail} data-testid="save-list">{t('window.save')}</ActionButton>
    </>}>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <TextInput label={t('window.prices.name')} required autoFocus data-autofocus maxLength={60} {...form.text('name')} />
        <CurrencySelect label={t('window.prices.currency')} value={form.values.currency} onChange={(c) => form.set('currency', c)} error={form.errors.currency} data-field="currency" />
        <p className="soft">{t('window.prices.list_hint')}</p>
      </Stack>
    </SidePanel>
  );
}
