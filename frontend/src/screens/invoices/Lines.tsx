import { ActionIcon, Checkbox, NativeSelect } from '@mantine/core';
import { memo, startTransition, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { api, type DraftLine, type Item, type Tax, type Unit } from '~/api';
import { Icon } from '~/components/Icon';
import { PercentInput, PriceInput, QuantityInput } from '~/components/inputs';
import { Lookup } from '~/components/Lookup';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT, type Key } from '~/i18n';
import { taxChoices } from './taxChoices';
import { isEmpty, type DraftState } from './useDraft';
import css from './editor.module.css';

const MAX_TEXT = 1000; // as office/sales holds it
type Props = { state: DraftState; taxes: Tax[]; units: Unit[]; discounts: boolean };

/** The lines, typed in place. The empty row at the end is where the next one begins. */
export function Lines({ state, taxes, units, discounts }: Props) {
  const t = useT();
  const body = useRef<HTMLTableSectionElement>(null);
  const { draft, totals, patchLine, setLines } = state;
  // What a row is given stays the same while another one is typed in: of three hundred only one is drawn again.
  const focus = useCallback((row: number, cell: string) => {
    // At once where the cell is there: the next key typed belongs to it.
    const find = () => body.current?.querySelector<HTMLElement>(`[data-row="${row}"] [data-cell="${cell}"]`);
    const now = find();
    if (now) now.focus(); else requestAnimationFrame(() => find()?.focus());
  }, []);
  const next = useCallback((i: number, cell: string) => (cell === 'next' ? focus(i + 1, 'description') : focus(i, cell)), [focus]);
  const pick = useCallback((i: number, item: Item) => {
    setLines((lines) => lines.map((l, j) => (j !== i ? l : {
      ...l, itemId: item.publicId, description: item.name, detail: item.description, nature: item.nature, unit: item.unit, unitPriceE4: item.unitPriceE4,
      taxes: item.taxCodes, quantityE4: l.quantityE4 ?? 10_000,
    })));
    // A code found late must not call back whoever went on to the next field.
    const here = document.activeElement as HTMLElement | null;
    if (here?.dataset.cell === 'description' || !body.current?.contains(here)) focus(i, 'quantity');
  }, [setLines, focus]);
  const remove = useCallback((i: number, gone: DraftLine) => {
    setLines((lines) => lines.filter((_, j) => j !== i));
    if (!isEmpty(gone)) toast(t('window.invoices.edit.line_removed'), { label: t('window.invoices.edit.undo'), act: () => setLines((lines) => [...lines.slice(0, i), gone, ...lines.slice(i)]) });
    focus(Math.max(0, i - 1), 'description');
  }, [setLines, focus, t]);
  const errors = useMemo(() => byLine(state.errors), [state.errors]);
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
          <Row key={i} i={i} line={line} tail={i === draft.lines.length - 1} currency={draft.currency} amount={totals.lines[i]?.netMinor} errors={errors.get(i) ?? none} taxes={taxes} units={units} discounts={discounts} customer={draft.customerId} options={draft.kind === 'quote'}
            onPatch={patchLine} onPick={pick} onRemove={remove} onNext={next} />
        ))}
      </tbody>
    </table>
  );
}

const none: Record<string, string> = {};
function byLine(errors: Record<string, string>): Map<number, Record<string, string>> {
  const found = new Map<number, Record<string, string>>();
  for (const [path, message] of Object.entries(errors)) {
    const m = /^lines\.(\d+)\.(\w+)$/.exec(path);
    if (m) found.set(Number(m[1]), { ...found.get(Number(m[1])), [m[2] ?? '']: message });
  }
  return found;
}

const columns: [string, Key][] = [
  ['description', 'window.invoices.edit.description'], ['detail', 'window.invoices.edit.description'], ['quantityE4', 'window.invoices.edit.quantity'], ['unit', 'window.invoices.edit.unit'], ['unitPriceE4', 'window.invoices.edit.price'],
  ['discountPcm', 'window.invoices.edit.discount'], ['taxes', 'window.invoices.edit.tax'],
];

type RowProps = {
  i: number; line: DraftLine; tail: boolean; currency: string; amount?: number; errors: Record<string, string>; taxes: Tax[]; units: Unit[]; discounts: boolean; customer: string; options: boolean;
  onPatch: (i: number, part: Partial<DraftLine>) => void; onPick: (i: number, item: Item) => void; onRemove: (i: number, line: DraftLine) => void; onNext: (i: number, cell: string) => void;
};

const FIRST = 20;
/** A row is written out at once and gets its fields when it comes near: three hundred rows of fields take seconds. */
const Row = memo(function Row(p: RowProps) {
  const [near, setNear] = useState(p.i < FIRST || p.tail);
  const tr = useRef<HTMLTableRowElement>(null);
  const live = near || p.tail || p.errors !== none;
  useEffect(() => {
    if (live || !tr.current) return;
    const eye = new IntersectionObserver((seen) => { if (seen.some((e) => e.isIntersecting)) startTransition(() => setNear(true)); }, { root: document.getElementById('main'), rootMargin: '400px 0px' });
    eye.observe(tr.current);
    return () => eye.disconnect();
  }, [live]);
  useEffect(() => { if (live) setNear(true); }, [live]);
  return live ? <LineRow {...p} /> : <WrittenRow {...p} ref={tr} />;
});

function WrittenRow({ ref, i, line, currency, amount, units, taxes, discounts }: RowProps & { ref: React.Ref<HTMLTableRowElement> }) {
  const f = useFormat();
  const tax = line.taxes.map((code) => taxes.find((x) => x.code === code)).map((x) => x && (x.category === 'S' ? f.percent(x.ratePcm) : x.label)).join(' + ');
  return (
    <tr ref={ref} data-row={i} className={css.written}>
      <td>{line.description}</td><td data-end>{line.quantityE4 === null ? '' : f.quantity(line.quantityE4)}</td><td>{units.find((u) => u.code === line.unit)?.label}</td>
      <td data-end>{line.unitPriceE4 === null ? '' : f.price(line.unitPriceE4, currency)}</td>{discounts && <td data-end>{line.discountPcm ? f.percent(line.discountPcm) : ''}</td>}
      <td>{tax}</td><td className={css.amount}>{amount === undefined ? '' : f.amount(amount, currency)}</td><td />
    </tr>
  );
}

const LineRow = memo(function LineRow({ i, line, tail, currency, amount, errors, taxes, units, discounts, customer, options, onPatch: patchAt, onPick, onRemove, onNext }: RowProps) {
  const t = useT();
  const f = useFormat();
  const n = i + 1;
  const onPatch = (part: Partial<DraftLine>) => patchAt(i, part);
  const [note, setNote] = useState('');
  const name = (what: string) => `${t('window.invoices.edit.line', { n })}, ${what}`;
  const [unread, setUnread] = useState<Record<string, string>>({});
  const problem = (what: string) => (message: string) => setUnread((u) => (u[what] === message || (!message && !u[what]) ? u : { ...u, [what]: message }));
  const field = (what: string) => ({ 'data-field': `lines.${i}.${what}`, error: !!(errors[what] || unread[what]), 'aria-describedby': `line-${i}-errors` });
  const said = columns.map(([what, label]) => [label, unread[what] || errors[what]] as const).filter(([, message]) => message);
  const enter = (e: KeyboardEvent, cell: string) => { if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) { e.preventDefault(); onNext(i, cell); } };
  return (
    <>
    <tr data-row={i} className={tail ? css.tail : undefined} data-said={said.length > 0 || undefined}>
      <td>
        <Lookup<Item> text={line.description} topic="items" multiline
          search={async (w) => (await api.items.find(w, currency, customer)).map((it) => ({ id: it.publicId, label: it.name, hint: [it.code, it.priceNote].filter(Boolean).join(' · '), right: f.price(it.unitPriceE4, currency), value: it }))}
          names={(o, words) => !!o.value.code && o.value.code.toLowerCase() === words.toLowerCase()}
          limit={{ max: MAX_TEXT, onCut: (count) => problem('description')(count ? t('window.input.cut', { count: f.count(count), max: f.count(MAX_TEXT) }) : '') }}
          onPick={(o) => { setNote(o.value.priceNote); onPick(i, o.value); }} onText={(words) => onPatch({ description: words, ...(line.quantityE4 === null && words ? { quantityE4: 10_000 } : {}) })} onEnter={() => onNext(i, 'quantity')}
          input={{ 'aria-label': name(t('window.invoices.edit.description')), placeholder: tail ? t('window.invoices.edit.description_hint') : undefined, ...field('description'), ...({ 'data-cell': 'description' } as object) }} />
        {options && !tail && <Checkbox className={css.option} checked={line.optional} onChange={(e) => onPatch({ optional: e.currentTarget.checked })} label={t('window.quotes.edit.optional')} aria-label={name(t('window.quotes.edit.optional'))} data-field={`lines.${i}.optional`} />}
      </td>
      <td data-label={t('window.invoices.edit.quantity')}><QuantityInput value={line.quantityE4} onChange={(v) => onPatch({ quantityE4: v })} aria-label={name(t('window.invoices.edit.quantity'))} data-cell="quantity" {...field('quantityE4')} onProblem={problem('quantityE4')} onKeyDown={(e) => enter(e, line.unitPriceE4 === null ? 'price' : 'next')} /></td>
      <td data-label={t('window.invoices.edit.unit')}>{!tail && <NativeSelect value={line.unit} onChange={(e) => onPatch({ unit: e.currentTarget.value })} aria-label={name(t('window.invoices.edit.unit'))} data={unitChoices(units, line.unit)} rightSectionWidth={20} {...field('unit')} />}</td>
      <td data-label={t('window.invoices.edit.price')}><PriceInput currency={currency} value={line.unitPriceE4} onChange={(v) => { setNote(''); onPatch({ unitPriceE4: v }); }} aria-label={name(t('window.invoices.edit.price'))} data-cell="price" {...field('unitPriceE4')} onProblem={problem('unitPriceE4')} onKeyDown={(e) => enter(e, 'next')} />{note && <div className="small faint" style={{ textAlign: 'right' }}>{note}</div>}</td>
      {discounts && <td data-label={t('window.invoices.edit.discount')}><PercentInput value={line.discountPcm || null} onChange={(v) => onPatch({ discountPcm: v ?? 0 })} aria-label={name(t('window.invoices.edit.discount'))} {...field('discountPcm')} onProblem={problem('discountPcm')} onKeyDown={(e) => enter(e, 'next')} /></td>}
      <td data-label={t('window.invoices.edit.tax')}>{!tail && <NativeSelect value={line.taxes.join('+')} onChange={(e) => onPatch({ taxes: e.currentTarget.value ? e.currentTarget.value.split('+') : [] })} aria-label={name(t('window.invoices.edit.tax'))} data={taxChoices(taxes, line.taxes, t('window.invoices.edit.auto_tax'), f.percent)} rightSectionWidth={20} {...field('taxes')} />}</td>
      <td className={css.amount} data-label={t('window.invoices.edit.amount')}>{!isEmpty(line) && amount !== undefined ? f.amount(amount, currency) : ''}</td>
      <td>{!tail && <ActionIcon className={css.remove} aria-label={t('window.invoices.edit.remove_line', { n })} onClick={() => onRemove(i, line)}><Icon name="close" size={15} /></ActionIcon>}</td>
    </tr>
    {said.length > 0 && <tr className={css.said}><td colSpan={discounts ? 8 : 7} id={`line-${i}-errors`} role="alert">{said.map(([label, message]) => <div key={label}>{t('window.invoices.edit.line_error', { label: t(label), message: message ?? '' })}</div>)}</td></tr>}
    </>
  );
});

const unitChoices = (units: Unit[], now: string) => {
  const list = units.map((u) => ({ value: u.code, label: u.label }));
  if (now && !units.some((u) => u.code === now)) list.push({ value: now, label: now });
  return [{ value: '', label: '' }, ...list];
};
