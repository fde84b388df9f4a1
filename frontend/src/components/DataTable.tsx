import { ActionIcon, Checkbox, Menu, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { columnVisibilityFeature, rowSelectionFeature, rowSortingFeature, tableFeatures, useTable, type ColumnDef, type RowSelectionState } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useT } from '~/i18n';
import { Icon } from './Icon';
import { Skeleton, useLate } from './layout';
import { ErrorState } from './states';
import css from './DataTable.module.css';

export type Column<R> = {
  id: string;
  header: string;
  cell: (row: R) => ReactNode;
  width?: number;
  align?: 'end';
  /** Less important text. */
  soft?: boolean;
  /** The name by which Go sorts. */
  sort?: string;
  phone?: boolean;
  /** What a telephone shows instead, on two lines. */
  phoneCell?: (row: R) => ReactNode;
  phoneHeader?: string;
  /** Off until the person asks for it. */
  hidden?: boolean;
  fixed?: boolean;
};
export type Sort = { by: string; desc: boolean };

type Props<R> = {
  label: string;
  name: string;
  columns: Column<R>[];
  rows: R[];
  rowId: (row: R) => string;
  href?: (row: R) => string;
  onOpen?: (row: R) => void;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  loading?: boolean;
  error?: unknown;
  retry?: () => void;
  more?: () => void;
  loadingMore?: boolean;
  empty: ReactNode;
  bulk?: (rows: R[], clear: () => void) => ReactNode;
  foot?: ReactNode;
  fill?: boolean;
  maxHeight?: number;
};

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature, rowSortingFeature });
type Features = typeof features;
const ROW = 38;
// A finger needs 44.
const TOUCH = 44;
const TALL = 60;

function useVisibility(name: string, columns: { id: string; hidden?: boolean; phone?: boolean }[]) {
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [own, setOwn] = useState<Record<string, boolean>>(() => {
    try { return JSON.parse(localStorage.getItem('columns.' + name) ?? '{}'); } catch { return {}; }
  });
  const visibility = useMemo(() => Object.fromEntries(columns.map((c) => [c.id, phone ? !!c.phone : own[c.id] ?? !c.hidden])), [columns, own, phone]);
  const toggle = (id: string, on: boolean) => setOwn((o) => { const n = { ...o, [id]: on }; localStorage.setItem('columns.' + name, JSON.stringify(n)); return n; });
  return { visibility, toggle, phone: !!phone };
}

/** Server-paged rows, drawn only where one looks; sorted by Go; selected by id. */
export function DataTable<R extends object>(p: Props<R>) {
  const t = useT();
  const [, go] = useLocation();
  const scroller = useRef<HTMLDivElement>(null);
  const [selection, setSelection] = useState<RowSelectionState>({});
  const { visibility, toggle, phone } = useVisibility(p.name, p.columns);
  const bulk = phone ? undefined : p.bulk; // a job for the desk
  const late = useLate(!!p.loading && p.rows.length === 0);
  const defs = useMemo<ColumnDef<Features, R>[]>(() => p.columns.map((c) => ({ id: c.id, header: c.header, accessorFn: () => null })), [p.columns]);
  const byId = useMemo(() => new Map(p.columns.map((c) => [c.id, c])), [p.columns]);
  const table = useTable<Features, R>({
    features, columns: defs, data: p.rows, getRowId: p.rowId, manualSorting: true,
    state: { columnVisibility: visibility, rowSelection: selection }, onRowSelectionChange: setSelection,
  });
  const rows = table.getRowModel().rows;
  const columns = table.getVisibleLeafColumns().map((c) => byId.get(c.id)).filter((c) => !!c);
  const tall = phone && p.columns.some((c) => c.phoneCell);
  const height = tall ? TALL : phone ? TOUCH : ROW;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12 });
  useEffect(() => virtual.measure(), [height, virtual]);
  const cell = (c: Column<R>, r: R) => (phone && c.phoneCell ? c.phoneCell(r) : c.cell(r));
  const shown = virtual.getVirtualItems();
  const last = shown[shown.length - 1]?.index ?? -1;
  const { more } = p;
  useEffect(() => { if (more && last >= rows.length - 25 && rows.length > 0) more(); }, [last, rows.length, more]);

  const picked = useMemo(() => p.rows.filter((r) => selection[p.rowId(r)]), [p, selection]);
  const clear = () => setSelection({});
  const open = (row: R) => (p.onOpen ? p.onOpen(row) : p.href && go(p.href(row)));
  const arrows = (e: KeyboardEvent) => {
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    const links = [...(scroller.current?.querySelectorAll<HTMLElement>('[data-open]') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    e.preventDefault();
    links[at + (e.key === 'ArrowDown' ? 1 : -1)]?.focus();
  };
  const before = shown[0]?.start ?? 0;
  const after = shown.length ? virtual.getTotalSize() - (shown[shown.length - 1]?.end ?? 0) : 0;
  const span = columns.length + (bulk ? 1 : 0);
  const allPicked = rows.length > 0 && picked.length === rows.length;
  return (
    <div className={css.frame} data-fill={p.fill || undefined}>
      {bulk && picked.length > 0 && (
        <div className={css.bulk} role="toolbar" aria-label={t('window.table.bulk')}>
          <strong>{t('window.table.selected', { n: picked.length })}</strong>
          {bulk(picked, clear)}
          <span className={css.spring} />
          <ActionIcon aria-label={t('window.table.clear')} onClick={clear}><Icon name="close" size={16} /></ActionIcon>
        </div>
      )}
      <div className={css.scroll} ref={scroller} onKeyDown={arrows} style={p.maxHeight ? { maxHeight: p.maxHeight } : undefined} tabIndex={0} role="group" aria-label={p.label} aria-busy={p.loading || undefined}>
        {p.error && p.rows.length === 0 ? <ErrorState error={p.error} retry={p.retry} />
          : !p.loading && p.rows.length === 0 ? p.empty
          : (
            <table className={css.table} style={{ '--row': `${height}px` } as CSSProperties} aria-label={p.label} aria-rowcount={more ? -1 : rows.length + 1}>
              <colgroup>{bulk && <col style={{ width: 42 }} />}{columns.map((c) => <col key={c.id} style={c.width && !(phone && (c.phoneCell || c.width > 150)) ? { width: c.width } : undefined} />)}</colgroup>
              <thead><tr>
                {bulk && <th className={css.pick}><Checkbox aria-label={t('window.table.all')} checked={allPicked} indeterminate={picked.length > 0 && !allPicked} onChange={() => table.toggleAllRowsSelected(!allPicked)} /></th>}
                {columns.map((c) => <HeadCell key={c.id} column={phone && c.phoneHeader ? { ...c, header: c.phoneHeader, sort: undefined } : c} sort={p.sort} onSort={p.onSort} />)}
              </tr></thead>
              <tbody onMouseOver={tellCut}>
                {p.loading && p.rows.length === 0 && late && Array.from({ length: 8 }, (_, i) => <tr key={i}>{Array.from({ length: span }, (_, j) => <td key={j}><Skeleton width={`${45 + ((i * 7 + j * 13) % 40)}%`} /></td>)}</tr>)}
                {before > 0 && <tr aria-hidden="true"><td colSpan={span} style={{ height: before, padding: 0, border: 0 }} /></tr>}
                {shown.map((v) => {
                  const row = rows[v.index];
                  if (!row) return null;
                  const r = row.original;
                  const href = p.href?.(r);
                  return (
                    <tr key={row.id} aria-rowindex={v.index + 2} data-selected={selection[row.id] || undefined} data-link={!!(href || p.onOpen) || undefined}
                      onClick={(e) => { if (!(e.target as HTMLElement).closest('a,button,input,label')) open(r); }}>
                      {bulk && <td className={css.pick}><Checkbox aria-label={t('window.table.pick')} checked={!!selection[row.id]} onChange={row.getToggleSelectedHandler()} /></td>}
                      {columns.map((c, i) => (
                        <td key={c.id} data-align={c.align} data-soft={c.soft || undefined}>
                          {i > 0 || !(href || p.onOpen) ? cell(c, r)
                            : href ? <Link href={href} className={css.open} data-open><span>{cell(c, r)}</span></Link>
                            : <a className={css.open} data-open href="#" role="button" onClick={(e) => { e.preventDefault(); open(r); }}><span>{cell(c, r)}</span></a>}
                        </td>
                      ))}
                    </tr>
                  );
                })}
                {after > 0 && <tr aria-hidden="true"><td colSpan={span} style={{ height: after, padding: 0, border: 0 }} /></tr>}
                {p.loadingMore && <tr>{Array.from({ length: span }, (_, j) => <td key={j}><Skeleton width="60%" /></td>)}</tr>}
              </tbody>
            </table>
          )}
      </div>
      {(p.foot || !phone) && p.rows.length > 0 && (
        <div className={css.foot}>{p.foot}<span className={css.spring} />{!phone && p.columns.length > 4 && <ColumnChooser columns={p.columns} visibility={visibility} toggle={toggle} />}</div>
      )}
    </div>
  );
}

/** What does not fit its cell can be read by pointing at it. */
function tellCut(e: MouseEvent) {
  const cell = (e.target as HTMLElement).closest('td');
  if (cell) cell.title = cell.scrollWidth > cell.clientWidth ? cell.textContent : '';
}

function HeadCell<R>({ column: c, sort, onSort }: { column: Column<R>; sort?: Sort; onSort?: (s: Sort) => void }) {
  const on = !!c.sort && sort?.by === c.sort;
  const direction = on ? (sort?.desc ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" data-align={c.align} aria-sort={direction}>
      {c.sort && onSort
        ? <button type="button" className={css.sort} data-on={on || undefined} onClick={() => onSort({ by: c.sort!, desc: on ? !sort!.desc : c.align === 'end' || /date/.test(c.id) })}>{c.header}{on && <Icon name={sort?.desc ? 'down' : 'up'} size={13} />}</button>
        : c.header}
    </th>
  );
}

function ColumnChooser<R>({ columns, visibility, toggle }: { columns: Column<R>[]; visibility: Record<string, boolean>; toggle: (id: string, on: boolean) => void }) {
  const t = useT();
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target><Tooltip label={t('window.table.columns')}><ActionIcon size={28} aria-label={t('window.table.columns')}><Icon name="columns" size={16} /></ActionIcon></Tooltip></Menu.Target>
      <Menu.Dropdown>
        {columns.filter((c) => !c.fixed && c.header).map((c) => (
          <Menu.Item key={c.id} role="menuitemcheckbox" aria-checked={!!visibility[c.id]} leftSection={visibility[c.id] ? <Icon name="check" size={15} /> : <span style={{ width: 15, display: 'block' }} />} onClick={() => toggle(c.id, !visibility[c.id])}>{c.header}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A cell of two lines, for a telephone: the name, and what else one needs to know it by. */
export const TwoLines = ({ first, second }: { first: ReactNode; second: ReactNode }) => <span className={css.two}><span>{first}</span><small>{second}</small></span>;
