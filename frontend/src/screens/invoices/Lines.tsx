import { ActionIcon, NativeSelect } from '@mantine/core';
import { useRef, useState, type KeyboardEvent } from 'react';
import { api, type DraftLine, type Item, type Tax, type Totals, type Unit } from '~/api';
import { Icon } from '~/components/Icon';
import { PercentInput, PriceInput, QuantityInput } from '~/components/inputs';
import { Lookup } from '~/components/Lookup';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT, type Key } from '~/i18n';
import { isEmpty, type DraftState } from './useDraft';
import css from './editor.module.css';

const MAX_TEXT = 2000;
type Props = { state: DraftState; taxes: Tax[]; units: Unit[]; discounts: boolean };

/** The lines, typed in place. The empty row at the end is where the next one begins. */
export function Lines({ state, taxes, units, discounts }: Props) {
  const t = useT();
  const body = useRef<HTMLTableSectionElement>(null);
  const { draft, totals, patchLine, setLines } = state;
  // At once where the cell is there: the next key typed belongs to it.
  const focus = (row: number, cell: string) => {
    const find = () => body.current?.querySelector<HTMLElement>(`[data-row="${row}"] [data-cell="${cell}"]`);
    const now = find();
    if (now) now.focus(); else requestAnimationFrame(() => find()?.focus());
  };
  const pick = (i: number, item: Item) => {
    patchLine(i, {
      itemId: item.publicId, description: item.name, detail: item.description, nature: item.nature, unit: item.unit, unitPriceE4: item.unitPriceE4,
      taxes: item.taxCodes, quantityE4: draft.lines[i]?.quantityE4 ?? 10_000,
    });
    focus(i, 'quantity');
  };
  const remove = (i: number) => {
    const gone = draft.lines[i];
    setLines((lines) => lines.filter((_, j) => j !== i));
    if (gone && !isEmpty(gone)) toast(t('window.invoices.edit.line_removed'), { label: t('window.invoices.edit.undo'), act: () => setLines((lines) => [...lines.slice(0, i), gone, ...lines.slice(i)]) });
    focus(Math.max(0, i - 1), 'description');
  };
  return (
    <table className={css.lines}>
      <colgroup><col /><col style={{ width: 68 }} /><col style={{ width: 78 }} /><col style={{ width: 96 }} />{discounts && <col style={{ width: 72 }} />}<col style={{ width: 88 }} /><col style={{ width: 96 }} /><col style={{ width: 34 }} /></colgroup>
      <thead><tr>
        <th scope="col">{t('window.invoices.edit.description')}</th><th scope="col" data-end>{t('window.invoices.edit.quantity')}</th><th scope="col">{t('window.invoices.edit.unit')}</th>
        <th scope="col" data-end>{t(draft.pricesInclTax ? 'window.invoices.edit.price_incl' : 'window.invoices.edit.price')}</th>{discounts && <th scope="col" data-end>{t('window.invoices.edit.discount')}</th>}
        <th scope="col">{t('window.invoices.edit.tax')}</th><th scope="col" data-end>{t('window.invoices.edit.amount')}</th><th aria-hidden="true" />
      </tr></thead>
      <tbody ref={body}>
        {draft.lines.map((line, i) => (
          <LineRow key={i} i={i} line={line} tail={i === draft.lines.length - 1} currency={draft.currency} totals={totals} errors={state.errors} taxes={taxes} units={units} discounts={discounts}
            onPatch={(part) => patchLine(i, part)} onPick={(item) => pick(i, item)} onRemove={() => remove(i)} onNext={(cell) => (cell === 'next' ? focus(i + 1, 'description') : focus(i, cell))} />
        ))}
      </tbody>
    </table>
  );
}

const columns: [string, Key][] = [
  ['description', 'window.invoices.edit.description'], ['detail', 'window.invoices.edit.description'], ['quantityE4', 'window.invoices.edit.quantity'], ['unit', 'window.invoices.edit.unit'], ['unitPriceE4', 'window.invoices.edit.price'],
  ['discountPcm', 'window.invoices.edit.discount'], ['taxes', 'window.invoices.edit.tax'],
];

type RowProps = {
  i: number; line: DraftLine; tail: boolean; currency: string; totals: Totals; errors: Record<string, string>; taxes: Tax[]; units: Unit[]; discounts: boolean;
  onPatch: (part: Partial<DraftLine>) => void; onPick: (item: Item) => void; onRemove: () => void; onNext: (cell: string) => void;
};

function LineRow({ i, line, tail, currency, totals, errors, taxes, units, discounts, onPatch, onPick, onRemove, onNext }: RowProps) {
  const t = useT();
  const f = useFormat();
  const n = i + 1;
  const name = (what: string) => `${t('window.invoices.edit.line', { n })}, ${what}`;
  const [unread, setUnread] = useState<Record<string, string>>({});
  const problem = (what: string) => (message: string) => setUnread((u) => (u[what] === message || (!message && !u[what]) ? u : { ...u, [what]: message }));
  const field = (what: string) => ({ 'data-field': `lines.${i}.${what}`, error: !!errors[`lines.${i}.${what}`], 'aria-describedby': `line-${i}-errors` });
  const said = columns.map(([what, label]) => [label, unread[what] || errors[`lines.${i}.${what}`]] as const).filter(([, message]) => message);
  const enter = (e: KeyboardEvent, cell: string) => { if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) { e.preventDefault(); onNext(cell); } };
  const amount = totals.lines[i]?.netMinor;
  return (
    <>
    <tr data-row={i} className={tail ? css.tail : undefined} data-said={said.length > 0 || undefined}>
      <td>
        <Lookup<Item> text={line.description} topic="items" multiline
          search={async (w) => (await api.items.find(w, currency)).map((it) => ({ id: it.publicId, label: it.name, hint: it.code, right: f.price(it.unitPriceE4, currency), value: it }))}
          onPick={(o) => onPick(o.value)} onText={(words) => onPatch({ description: words.slice(0, MAX_TEXT), ...(line.quantityE4 === null && words ? { quantityE4: 10_000 } : {}) })} onEnter={() => onNext('quantity')}
          input={{ 'aria-label': name(t('window.invoices.edit.description')), placeholder: tail ? t('window.invoices.edit.description_hint') : undefined, ...field('description'), ...({ 'data-cell': 'description', maxLength: MAX_TEXT } as object) }} />
      </td>
      <td data-label={t('window.invoices.edit.quantity')}><QuantityInput value={line.quantityE4} onChange={(v) => onPatch({ quantityE4: v })} aria-label={name(t('window.invoices.edit.quantity'))} data-cell="quantity" {...field('quantityE4')} onProblem={problem('quantityE4')} onKeyDown={(e) => enter(e, line.unitPriceE4 === null ? 'price' : 'next')} /></td>
      <td data-label={t('window.invoices.edit.unit')}>{!tail && <NativeSelect value={line.unit} onChange={(e) => onPatch({ unit: e.currentTarget.value })} aria-label={name(t('window.invoices.edit.unit'))} data={unitChoices(units, line.unit)} rightSectionWidth={20} {...field('unit')} />}</td>
      <td data-label={t('window.invoices.edit.price')}><PriceInput currency={currency} value={line.unitPriceE4} onChange={(v) => onPatch({ unitPriceE4: v })} aria-label={name(t('window.invoices.edit.price'))} data-cell="price" {...field('unitPriceE4')} onProblem={problem('unitPriceE4')} onKeyDown={(e) => enter(e, 'next')} /></td>
      {discounts && <td data-label={t('window.invoices.edit.discount')}><PercentInput value={line.discountPcm || null} onChange={(v) => onPatch({ discountPcm: v ?? 0 })} aria-label={name(t('window.invoices.edit.discount'))} {...field('discountPcm')} onProblem={problem('discountPcm')} onKeyDown={(e) => enter(e, 'next')} /></td>}
      <td data-label={t('window.invoices.edit.tax')}>{!tail && <NativeSelect value={line.taxes.join('+')} onChange={(e) => onPatch({ taxes: e.currentTarget.value ? e.currentTarget.value.split('+') : [] })} aria-label={name(t('window.invoices.edit.tax'))} data={taxChoices(taxes, line.taxes, t('window.invoices.edit.auto_tax'), f.percent)} rightSectionWidth={20} {...field('taxes')} />}</td>
      <td className={css.amount} data-label={t('window.invoices.edit.amount')}>{!isEmpty(line) && amount !== undefined ? f.amount(amount, currency) : ''}</td>
      <td>{!tail && <ActionIcon className={css.remove} aria-label={t('window.invoices.edit.remove_line', { n })} onClick={onRemove}><Icon name="close" size={15} /></ActionIcon>}</td>
    </tr>
    {said.length > 0 && <tr className={css.said}><td colSpan={discounts ? 8 : 7} id={`line-${i}-errors`} role="alert">{said.map(([label, message]) => <div key={label}>{t('window.invoices.edit.line_error', { label: t(label), message: message ?? '' })}</div>)}</td></tr>}
    </>
  );
}

const unitChoices = (units: Unit[], now: string) => {
  const list = units.map((u) => ({ value: u.code, label: u.label }));
  if (now && !units.some((u) => u.code === now)) list.push({ value: now, label: now });
  return [{ value: '', label: '' }, ...list];
};

/** Each tax alone, and for places with two the pair: one choice instead of two boxes to tick. */
function taxChoices(taxes: Tax[], now: string[], none: string, percent: (pcm: number) => string) {
  const list = taxes.map((x) => ({ value: x.code, label: x.category === 'S' && x.jurisdiction.startsWith('FR') ? percent(x.ratePcm) : x.label }));
  const pair = taxes.filter((x) => x.jurisdiction === 'QC' && x.category === 'S');
  if (pair.length === 2) list.unshift({ value: pair.map((x) => x.code).join('+'), label: pair.map((x) => x.label.split(' ')[0]).join(' + ') });
  const value = now.join('+');
  if (value && !list.some((o) => o.value === value)) list.push({ value, label: now.join(' + ') });
  return [...list, { value: '', label: none }];
}
