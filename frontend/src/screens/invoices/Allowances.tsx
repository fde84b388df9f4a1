import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { useRef } from 'react';
import type { Draft, Tax } from '~/api';
import { Icon } from '~/components/Icon';
import { MoneyInput, PercentInput } from '~/components/inputs';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { taxChoices } from './taxChoices';
import type { DraftState } from './useDraft';
import css from './editor.module.css';

type Allowance = Draft['allowances'][number];
const MOST = 20; // as office/sales holds it

/** Discounts and charges on the whole invoice: a percentage or an amount, and why. */
export function Allowances({ state, taxes }: { state: DraftState; taxes: Tax[] }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const { draft, patch } = state;
  const set = (i: number, part: Partial<Allowance>) => patch({ allowances: draft.allowances.map((a, j) => (j === i ? { ...a, ...part } : a)) });
  const add = (charge: boolean) => {
    // In the invoice's language: the customer reads it.
    const reason = tDynamic(`window.invoices.allowance.${charge ? 'shipping' : 'discount'}.${draft.language === 'en' ? 'en' : 'fr'}`);
    patch({ allowances: [...draft.allowances, { charge, reason, pcm: 0, amountMinor: 0, taxes: [] }] });
    requestAnimationFrame(() => { const all = box.current?.querySelectorAll<HTMLElement>('[data-cell="value"]'); all?.[all.length - 1]?.focus(); });
  };
  const full = draft.allowances.length >= MOST;
  return (
    <div className={css.allowances} ref={box}>
      {draft.allowances.map((a, i) => (
        <AllowanceRow key={i} i={i} allowance={a} currency={draft.currency} taxes={taxes} errors={state.errors} onPatch={(part) => set(i, part)} onRemove={() => patch({ allowances: draft.allowances.filter((_, j) => j !== i) })} />
      ))}
      {state.errors.allowances && <div className={css.wrong} role="alert">{state.errors.allowances}</div>}
      <div className={css.adds}>
        <Button size="compact-md" variant="default" leftSection={<Icon name="plus" size={14} />} disabled={full} onClick={() => add(false)} data-testid="add-discount">{t('window.invoices.allowance.add_discount')}</Button>
        <Button size="compact-md" variant="default" leftSection={<Icon name="plus" size={14} />} disabled={full} onClick={() => add(true)} data-testid="add-charge">{t('window.invoices.allowance.add_charge')}</Button>
      </div>
    </div>
  );
}

type RowProps = { i: number; allowance: Allowance; currency: string; taxes: Tax[]; errors: Record<string, string>; onPatch: (part: Partial<Allowance>) => void; onRemove: () => void };

function AllowanceRow({ i, allowance: a, currency, taxes, errors, onPatch, onRemove }: RowProps) {
  const t = useT();
  const f = useFormat();
  const percent = a.pcm > 0 || (a.amountMinor === 0 && !a.charge);
  const unit = useRef<'percent' | 'amount'>(percent ? 'percent' : 'amount');
  const kind = a.reason || t(a.charge ? 'window.invoices.allowance.charge' : 'window.invoices.allowance.discount');
  const name = (what: string) => `${kind}, ${what}`;
  const path = `allowances.${i}`;
  const said = Object.entries(errors).filter(([p]) => p === path || p.startsWith(path + '.'));
  const value = { 'aria-label': name(t('window.invoices.allowance.value')), 'data-cell': 'value', 'data-field': path, error: !!errors[path] };
  return (
    <div className={css.allowance} role="group" aria-label={kind} data-testid="allowance">
      <TextInput value={a.reason} onChange={(e) => onPatch({ reason: e.currentTarget.value })} aria-label={t(a.charge ? 'window.invoices.allowance.charge_reason' : 'window.invoices.allowance.discount_reason')} error={!!errors[`${path}.reason`]} data-field={`${path}.reason`} />
      {unit.current === 'percent'
        ? <PercentInput suffix="" value={a.pcm || null} onChange={(v) => onPatch({ pcm: v ?? 0, amountMinor: 0 })} {...value} />
        : <MoneyInput suffix="" currency={currency} value={a.amountMinor || null} onChange={(v) => onPatch({ amountMinor: v ?? 0, pcm: 0 })} {...value} />}
      <NativeSelect value={unit.current} onChange={(e) => { unit.current = e.currentTarget.value as 'percent' | 'amount'; onPatch({ pcm: 0, amountMinor: 0 }); }} aria-label={name(t('window.invoices.allowance.unit'))} data={[{ value: 'percent', label: '%' }, { value: 'amount', label: currency }]} />
      {a.charge
        ? <NativeSelect value={a.taxes.join('+')} onChange={(e) => onPatch({ taxes: e.currentTarget.value ? e.currentTarget.value.split('+') : [] })} aria-label={name(t('window.invoices.edit.tax'))} data={taxChoices(taxes, a.taxes, t('window.invoices.edit.auto_tax'), f.percent)} error={!!errors[`${path}.taxes`]} data-field={`${path}.taxes`} />
        : <span />}
      <ActionIcon aria-label={t('window.invoices.allowance.remove', { reason: kind })} onClick={onRemove}><Icon name="close" size={15} /></ActionIcon>
      {said.length > 0 && <div className={css.wrong} role="alert">{said.map(([p, message]) => <div key={p}>{message}</div>)}</div>}
    </div>
  );
}
