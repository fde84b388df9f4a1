import { MultiSelect, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type Item } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { PriceInput } from '~/components/inputs';
import { Grid, Notice, Page, PageHeader, Section, Stack, Wide } from '~/components/layout';
import { Await } from '~/components/states';
import { ItemPrices, Margin } from './ItemPrices';
import { showError, toast } from '~/components/toast';
import { useLang, useT } from '~/i18n';

export function ItemPage({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['item-form', id], queryFn: () => api.items.get(id), gcTime: 0, staleTime: Infinity });
  return <Await whole query={query}>{(i) => <Editor key={i.version} item={i} />}</Await>;
}

function Editor({ item }: { item: Item }) {
  const t = useT();
  const lang = useLang();
  const client = useQueryClient();
  const form = useForm<Item>(item);
  const intention = useIntention();
  const taxes = useQuery({ queryKey: ['taxes', lang], queryFn: api.items.taxes });
  const units = useQuery({ queryKey: ['units', lang], queryFn: api.items.units });
  const v = form.values;
  const save = async () => {
    form.clear();
    await api.items.save(v, intention.key());
    intention.done();
    toast(t('window.items.saved'));
    await client.invalidateQueries({ queryKey: ['items'] });
    navigate('/items');
  };
  const archive = async () => {
    await api.items.setArchived(item.publicId, item.version, !item.archived);
    toast(t(item.archived ? 'window.archive.is_back' : 'window.archive.is_away', { name: item.name }));
    await client.invalidateQueries({ queryKey: ['items'] });
    navigate('/items');
  };
  return (
    <Page>
      <PageHeader title={item.publicId ? v.name || item.name : t('window.items.new')} subtitle={item.code} back={{ href: '/items', label: t('window.items.title') }}
        primary={<ActionButton onAct={save} onError={form.fail} disabled={!!item.publicId && !form.dirty} data-testid="save">{t('window.save')}</ActionButton>}
        menu={item.publicId ? [{ label: t(item.archived ? 'window.archive.back' : 'window.archive.away'), icon: item.archived ? 'undo' : 'trash', onClick: () => void archive().catch(showError) }] : []} />
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <div style={{ maxWidth: 820, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 16 }}>
        <Section label={t('window.items.title')}>
          <Stack gap={4}>
            <Grid>
              <TextInput label={t('window.items.form.name')} required autoFocus={!item.publicId} {...form.text('name')} />
              <TextInput label={t('window.items.form.code')} {...form.text('code')} />
              <Wide><Textarea label={t('window.items.form.description')} autosize minRows={2} maxRows={8} {...form.text('description')} /></Wide>
              <div><div className="mantine-InputWrapper-label" id="nature">{t('window.items.form.nature')}</div><SegmentedControl fullWidth aria-labelledby="nature" value={v.nature} onChange={(n) => form.set('nature', n)} data={[{ value: 'services', label: t('common.nature.services') }, { value: 'goods', label: t('common.nature.goods') }]} /></div>
              <Select label={t('window.items.form.unit')} searchable allowDeselect={false} data={(units.data ?? []).map((u) => ({ value: u.code, label: u.label }))} value={v.unit || null} onChange={(u) => form.set('unit', u ?? '')} error={form.errors.unit} data-field="unit" />
              <PriceInput label={t('window.items.form.price')} required currency={v.currency} suffix={v.currency} {...form.field('unitPriceE4')} onChange={(n) => form.set('unitPriceE4', n ?? 0)} />
              <PriceInput label={t('window.items.form.cost')} currency={v.currency} suffix={v.currency} {...form.field('costPriceE4')} onChange={(n) => form.set('costPriceE4', n ?? 0)} />
              <Wide><Margin price={v.unitPriceE4} cost={v.costPriceE4} currency={v.currency} /></Wide>
              <MultiSelect label={t('window.items.form.taxes')} description={t('window.items.form.taxes_hint')} data={(taxes.data ?? []).map((x) => ({ value: x.code, label: x.label }))} value={v.taxCodes} onChange={(x) => form.set('taxCodes', x)} error={form.errors.taxCodes} data-field="taxCodes" />
              <TextInput label={t('window.items.form.provider')} {...form.text('provider')} />
            </Grid>
          </Stack>
        </Section>
        <ItemPrices prices={v.prices ?? []} cost={v.costPriceE4} currency={v.currency} onChange={(prices) => form.set('prices', prices)} />
      </div>
    </Page>
  );
}
