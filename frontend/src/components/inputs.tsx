// Inputs that read what a person types in their own way and hand over exact integers and civil dates.
import { ActionIcon, Popover, TextInput, type TextInputProps } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import 'dayjs/locale/fr';
import 'dayjs/locale/en-gb';
import { useEffect, useRef, useState } from 'react';
import { exponentOf, useFormat } from '~/format/format';
import { parseDecimal } from '~/format/decimal';
import { parseDate, today } from '~/format/civil';
import { useT } from '~/i18n';
import { Icon } from './Icon';

type DecimalProps = Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> & {
  value: number | null;
  onChange: (value: number | null) => void;
  /** Decimals that the integer holds: 2 for cents, 4 for prices and quantities, 3 for rates. */
  scale: number;
  /** Decimals always shown. */
  shown?: number;
  suffix?: string;
  /** A number that names something (a port): digits without groups. */
  plain?: boolean;
  /** In a narrow cell the message stands elsewhere: it is handed over instead of shown. */
  onProblem?: (message: string) => void;
};

export function DecimalInput({ value, onChange, scale, shown = 0, plain, suffix, onProblem, onBlur, onFocus, error, ...rest }: DecimalProps) {
  const t = useT();
  const f = useFormat();
  const show = (v: number | null) => (v === null ? '' : plain ? String(v) : f.decimal(v, scale, shown));
  const [text, setText] = useState(() => show(value));
  const [bad, setBad] = useState(false);
  const editing = useRef(false);
  const tell = (is: boolean) => { setBad(is); onProblem?.(is ? t('window.input.number') : ''); };
  // eslint-disable-next-line react-hooks/exhaustive-deps -- what is being typed is never rewritten under the fingers
  useEffect(() => { if (!editing.current && !(bad && value === null)) { setText(show(value)); if (bad) tell(false); } }, [value, f.lang]);
  return (
    <TextInput
      {...rest}
      inputMode="decimal" autoComplete="off" value={text}
      data-bad={bad || undefined}
      error={onProblem ? bad || !!error : error ?? (bad ? t('window.input.number') : undefined)}
      styles={{ input: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' } }}
      rightSection={suffix ? <span className="faint small">{suffix}</span> : undefined}
      rightSectionPointerEvents="none"
      onFocus={(e) => { editing.current = true; e.currentTarget.select(); onFocus?.(e); }}
      onChange={(e) => {
        const typed = e.currentTarget.value;
        setText(typed);
        if (typed.trim() === '') { tell(false); onChange(null); return; }
        const n = parseDecimal(typed, scale);
        tell(n === undefined);
        onChange(n ?? null);
      }}
      onBlur={(e) => { editing.current = false; if (!bad) setText(show(value)); onBlur?.(e); }}
    />
  );
}

type Numeric = Omit<DecimalProps, 'scale' | 'shown'>;
export const MoneyInput = ({ currency, ...p }: Numeric & { currency: string }) =>
  <DecimalInput suffix={currency} {...p} scale={exponentOf(currency)} shown={exponentOf(currency)} />;
export const PriceInput = ({ currency, ...p }: Numeric & { currency: string }) => <DecimalInput {...p} scale={4} shown={exponentOf(currency)} />;
export const QuantityInput = (p: Numeric) => <DecimalInput {...p} scale={4} />;
export const PercentInput = (p: Numeric) => <DecimalInput suffix="%" {...p} scale={3} />;
export const IntegerInput = (p: Numeric) => <DecimalInput {...p} scale={0} />;

type DateProps = Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> & { value: string; onChange: (civil: string) => void; clearable?: boolean };

/** Typed ("12/3", "12 mars") or picked; the value is a civil date string or "". */
export function DateInput({ value, onChange, error, clearable, onBlur, onFocus, ...rest }: DateProps) {
  const t = useT();
  const f = useFormat();
  const [text, setText] = useState(() => (value ? f.date(value) : ''));
  const [bad, setBad] = useState(false);
  const [open, setOpen] = useState(false);
  const editing = useRef(false);
  useEffect(() => { if (!editing.current) { setText(value ? f.date(value) : ''); setBad(false); } }, [value, f]);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus withRoles={false}>
      <Popover.Target>
        <TextInput
          {...rest}
          value={text} autoComplete="off" data-bad={bad || undefined} error={error ?? (bad ? t('window.input.date') : undefined)}
          rightSection={<ActionIcon size={28} aria-label={t('window.input.pick')} aria-haspopup="dialog" aria-expanded={open} disabled={rest.disabled} onClick={() => setOpen((o) => !o)}><Icon name="calendar" size={16} /></ActionIcon>}
          onFocus={(e) => { editing.current = true; onFocus?.(e); }}
          onChange={(e) => {
            const typed = e.currentTarget.value;
            setText(typed);
            if (!typed.trim()) { setBad(false); if (clearable) onChange(''); return; }
            const d = parseDate(typed, value || today());
            setBad(!d);
            if (d) onChange(d);
          }}
          onBlur={(e) => { editing.current = false; if (!bad) setText(value ? f.date(value) : ''); onBlur?.(e); }}
        />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t('window.input.pick')}>
        <DatePicker value={value || null} defaultDate={value || today()} locale={f.lang === 'fr' ? 'fr' : 'en-gb'} firstDayOfWeek={1} size="xs"
          ariaLabels={{ nextMonth: t('window.input.next_month'), previousMonth: t('window.input.previous_month') }}
          onChange={(d) => { if (d) { onChange(String(d)); setBad(false); } setOpen(false); }} />
      </Popover.Dropdown>
    </Popover>
  );
}
