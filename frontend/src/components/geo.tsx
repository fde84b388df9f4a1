import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '~/api';
import { useFormat } from '~/format/format';
import { useLang, useT } from '~/i18n';

const currencies = ['EUR', 'CAD', 'USD', 'GBP', 'CHF', 'AUD', 'JPY', 'DKK', 'NOK', 'SEK', 'PLN', 'CZK', 'MAD', 'TND', 'XOF', 'XAF', 'XPF'];

type Props = Omit<SelectProps, 'data' | 'onChange'> & { onChange: (value: string) => void };
const common = (p: Props) => ({ searchable: true, allowDeselect: false, comboboxProps: { shadow: 'md' as const }, ...p, onChange: (v: string | null) => { if (v) p.onChange(v); } });

export function CountrySelect(p: Props) {
  const lang = useLang();
  const { data = [] } = useQuery({ queryKey: ['countries', lang], queryFn: api.settings.countries, staleTime: Infinity });
  return <Select {...common(p)} data={data.map((c) => ({ value: c.code, label: c.label }))} limit={60} />;
}
export function CurrencySelect(p: Props) {
  const f = useFormat();
  return <Select {...common(p)} data={currencies.map((c) => ({ value: c, label: `${c} · ${f.currency(c)}` }))} />;
}
export function LanguageSelect(p: Props) {
  const t = useT();
  return <Select {...common(p)} searchable={false} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} />;
}
