import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

// Countries the firm or its customers are likely to be in come first; the rest by name.
const first = ['FR', 'CA', 'BE', 'CH', 'LU', 'MC', 'US', 'GB', 'DE'];
const others = 'AD AE AR AT AU BG BJ BR CI CL CM CN CO CY CZ DK DZ EE EG ES FI GA GF GP GR HK HR HU IE IL IN IS IT JP KR LB LI LT LV MA MG ML MQ MR MT MU MX NC NL NO NZ PF PL PM PT QA RE RO RS SA SE SG SI SK SN TG TH TN TR TW UA VN YT ZA'.split(' ');
const currencies = ['EUR', 'CAD', 'USD', 'GBP', 'CHF', 'AUD', 'JPY', 'DKK', 'NOK', 'SEK', 'PLN', 'CZK', 'MAD', 'TND', 'XOF', 'XAF', 'XPF'];

type Props = Omit<SelectProps, 'data' | 'onChange'> & { onChange: (value: string) => void };
const common = (p: Props) => ({ searchable: true, allowDeselect: false, comboboxProps: { shadow: 'md' as const }, ...p, onChange: (v: string | null) => { if (v) p.onChange(v); } });

export function CountrySelect(p: Props) {
  const f = useFormat();
  const data = useMemo(() => [...first, ...others.sort((a, b) => f.country(a).localeCompare(f.country(b), f.lang))].map((c) => ({ value: c, label: f.country(c) })), [f]);
  return <Select {...common(p)} data={data} />;
}
export function CurrencySelect(p: Props) {
  const f = useFormat();
  return <Select {...common(p)} data={currencies.map((c) => ({ value: c, label: `${c} · ${f.currency(c)}` }))} />;
}
export function LanguageSelect(p: Props) {
  const t = useT();
  return <Select {...common(p)} searchable={false} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} />;
}
