import { useQuery } from '@tanstack/react-query';
import { api, type ListPrice } from '~/api';
import { PriceInput } from '~/components/inputs';
import { Grid, Section } from '~/components/layout';
import { useLang, useT } from '~/i18n';

/** What a price leaves over its cost, computed by Go while they are typed. */
export function Margin({ price, cost, currency }: { price: number; cost: number; currency: string }) {
  const t = useT();
  const lang = useLang();
  const query = useQuery({ queryKey: ['margin', price, cost, currency, lang], queryFn: () => api.prices.margin(price, cost, currency), enabled: price > 0 && cost > 0, placeholderData: (before) => before });
  if (!query.data?.known || price <= 0 || cost <= 0) return null;
  return <p className="soft" role="status" style={{ margin: 0, color: query.data.loss ? 'var(--danger)' : undefined }}>{t('window.prices.margin', { amount: query.data.amount, currency, mark: query.data.mark })}</p>;
}

/** The price in each list; an empty one leaves the item's own price to its customers. */
export function ItemPrices({ prices, cost, currency, onChange }: { prices: ListPrice[]; cost: number; currency: string; onChange: (prices: ListPrice[]) => void }) {
  const t = useT();
  const lists = useQuery({ queryKey: ['items', 'price-lists'], queryFn: api.prices.list });
  const inUse = (lists.data ?? []).filter((l) => !l.archived);
  if (inUse.length === 0) return null;
  const set = (listId: string, name: string, of: string, v: number | null) => onChange([...prices.filter((p) => p.listId !== listId), ...(v === null ? [] : [{ listId, name, currency: of, unitPriceE4: v }])]);
  return (
    <Section title={t('window.prices.by_list')}>
      <Grid>
        {inUse.map((l) => {
          const value = prices.find((p) => p.listId === l.publicId)?.unitPriceE4 ?? null;
          return (
            <div key={l.publicId}>
              <PriceInput label={l.name} placeholder={t('window.prices.as_own')} currency={l.currency} suffix={l.currency} value={value} onChange={(v) => set(l.publicId, l.name, l.currency, v)} data-field={`prices.${l.publicId}`} />
              {value !== null && l.currency === currency && <Margin price={value} cost={cost} currency={currency} />}
            </div>
          );
        })}
      </Grid>
    </Section>
  );
}
