import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type KeyboardEvent } from 'react';
import { api, useIntention, type GridRow, type PriceEdit, type PriceList } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { ActionButton } from '~/components/ActionButton';
import { FilterBar } from '~/components/FilterBar';
import { PriceInput } from '~/components/inputs';
import { Section } from '~/components/layout';
import { toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './prices.module.css';

type Cell = { row: GridRow; listId: string; e4: number | null };

/** All prices, one column a list: arrows and Enter go from cell to cell, one button stores them together. */
export function Grid({ lists }: { lists: PriceList[] }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [words, setWords] = useState('');
  const [cells, setCells] = useState<Map<string, Cell>>(new Map());
  const body = useRef<HTMLTableSectionElement>(null);
  useUnsaved(() => cells.size > 0);
  const page = useList('items', listQuery({ words, sort: 'name' }), api.prices.grid, 'grid');
  const columns = ['', ...lists.map((l) => l.publicId)];
  const stored = (row: GridRow, listId: string) => (listId ? row.prices.find((p) => p.listId === listId)?.unitPriceE4 ?? null : row.unitPriceE4);
  const set = (row: GridRow, listId: string, e4: number | null) => setCells((old) => {
    const next = new Map(old);
    const key = `${row.publicId}/${listId}`;
    if (e4 === stored(row, listId)) next.delete(key); else next.set(key, { row, listId, e4 });
    return next;
  });
  const go = (e: KeyboardEvent, r: number, c: number) => {
    const to = e.key === 'ArrowDown' || e.key === 'Enter' ? [r + 1, c] : e.key === 'ArrowUp' ? [r - 1, c] : null;
    if (!to) return;
    e.preventDefault();
    body.current?.querySelector<HTMLElement>(`[data-cell="${to[0]}-${to[1]}"]`)?.focus();
  };
  const save = async () => {
    const edits: PriceEdit[] = [...cells.values()].filter((x) => x.listId !== '' || x.e4 !== null)
      .map((x) => ({ itemId: x.row.publicId, listId: x.listId, version: x.row.version, e4: x.e4 ?? 0, remove: x.e4 === null }));
    const done = await api.prices.set(edits, intention.key());
    intention.done();
    setCells(new Map());
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['items'] });
  };
  return (
    <Section title={t('window.prices.grid')} flush actions={<ActionButton size="compact-md" disabled={cells.size === 0} onAct={save} data-testid="save-prices">{cells.size ? t('window.prices.save_n', { n: cells.size }) : t('window.save')}</ActionButton>}>
      <div style={{ padding: '12px 16px' }}><FilterBar words={words} onWords={setWords} placeholder={t('window.items.search')} /><p className="small faint" style={{ margin: '8px 0 0' }}>{t('window.prices.grid_hint')}</p></div>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('window.items.col.name')}</th><th scope="col" data-wide>{t('window.items.col.code')}</th><th scope="col" data-end data-wide>{t('window.items.form.cost')}</th><th scope="col" data-end>{t('window.prices.own')}</th>
            {lists.map((l) => <th scope="col" key={l.publicId} data-end>{l.name}</th>)}</tr></thead>
          <tbody ref={body}>{page.rows.map((row, r) => (
            <tr key={row.publicId}>
              <th scope="row">{row.name}</th><td className="soft nowrap" data-wide>{row.code}</td><td data-end data-wide className="soft">{row.costPriceE4 ? f.price(row.costPriceE4, row.currency) : ''}</td>
              {columns.map((listId, c) => {
                const currency = lists.find((l) => l.publicId === listId)?.currency ?? row.currency;
                const cell = cells.get(`${row.publicId}/${listId}`);
                const name = listId ? lists.find((l) => l.publicId === listId)?.name ?? '' : t('window.prices.own');
                return (
                  <td key={listId} data-end data-changed={cell ? true : undefined}>
                    <PriceInput size="xs" w={134} rightSectionWidth={40} currency={currency} suffix={currency} value={cell ? cell.e4 : stored(row, listId)} onChange={(v) => set(row, listId, v)} aria-label={`${row.name}, ${name}`} data-cell={`${r}-${c}`} onKeyDown={(e) => go(e, r, c)} />
                  </td>
                );
              })}
            </tr>
          ))}</tbody>
        </table>
      </div>
      {page.more && <div style={{ padding: 12 }}><Button variant="default" size="compact-md" onClick={page.more} loading={page.loadingMore}>{t('window.prices.more')}</Button></div>}
    </Section>
  );
}
