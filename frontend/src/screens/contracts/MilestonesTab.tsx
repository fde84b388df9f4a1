// Jalons: typed in place. The empty row at the end is where the next one begins; each row keeps itself when it is left.
import { Button, Checkbox } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { MakeButton } from '~/app/may';
import { api, type Contract, type Milestone } from '~/api';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { showError } from '~/components/toast';
import { useT } from '~/i18n';
import { MilestoneRow } from './MilestoneRow';
import { dropAt, moved } from './order';
import css from './milestones.module.css';

const blank: Milestone = { id: '', version: 0, title: '', description: '', dueOn: '', state: 'open', doneOn: '', late: false, amountMinor: 0, bill: 'invoice', inPortal: true, used: false };

export function MilestonesTab({ contract: c }: { contract: Contract }) {
  const query = useQuery({ queryKey: ['contracts', 'milestones', c.id], queryFn: () => api.contracts.milestones(c.id) });
  return <Await query={query}>{(list) => <Milestones contract={c} list={list} />}</Await>;
}

function Milestones({ contract: c, list }: { contract: Contract; list: Milestone[] }) {
  const t = useT();
  const client = useQueryClient();
  const body = useRef<HTMLTableSectionElement>(null);
  const [order, setOrder] = useState(list);
  const [drag, setDrag] = useState<{ from: number; over: number; lower: boolean } | null>(null);
  const [said, setSaid] = useState('');
  const [fresh, setFresh] = useState(0); // a new empty row each time one was made of it
  const [chosen, setChosen] = useState<string[]>([]);
  useEffect(() => { setOrder(list); setChosen((ids) => ids.filter((id) => list.some((m) => m.id === id))); }, [list]);
  // Every act answers with the list as it is now.
  const take = (now: Milestone[]) => { client.setQueryData(['contracts', 'milestones', c.id], now); void client.invalidateQueries({ queryKey: ['contracts'] }); };
  const refused = (e: unknown) => { showError(e); void client.invalidateQueries({ queryKey: ['contracts', 'milestones', c.id] }); };
  const focus = (row: number, cell: string) => requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-row="${row}"] [data-cell="${cell}"]`)?.focus());
  const put = async (from: number, to: number) => {
    const item = order[from];
    const next = moved(order, from, to);
    if (!item || next === order) return;
    const now = next.indexOf(item);
    setOrder(next);
    setSaid(t('window.contracts.milestones.moved', { title: item.title, n: now + 1, of: next.length }));
    focus(now, 'move');
    try { take(await api.contracts.orderMilestones(c.id, next.map((m) => m.id))); } catch (e) { setOrder(list); refused(e); }
  };
  const drop = () => { if (drag) void put(drag.from, dropAt(drag.from, drag.over, drag.lower)); setDrag(null); };
  const over = (i: number) => (e: DragEvent<HTMLTableRowElement>) => {
    if (!drag) return;
    e.preventDefault();
    const box = e.currentTarget.getBoundingClientRect();
    setDrag({ ...drag, over: i, lower: e.clientY > box.top + box.height / 2 });
  };
  const made = (next: boolean) => { setFresh((n) => n + 1); if (next) focus(order.length + 1, 'title'); };
  const pick = (id: string, on: boolean) => setChosen((ids) => (on ? [...ids, id] : ids.filter((x) => x !== id)));
  const locked = !c.canEdit;
  return (
    <Section label={t('window.contracts.tab.milestones')} flush>
      {chosen.length > 0 && <Chosen contract={c} list={order.filter((m) => chosen.includes(m.id))} take={(now) => { take(now); setChosen([]); }} refused={refused} onClear={() => setChosen([])} />}
      <div className={css.scroll}>
        <table className={css.rows} aria-label={t('window.contracts.tab.milestones')}>
          <colgroup><col style={{ width: 34 }} /><col style={{ width: 40 }} /><col /><col style={{ width: 176 }} /><col style={{ width: 116 }} /><col style={{ width: 164 }} /><col style={{ width: 148 }} /><col style={{ width: 84 }} /></colgroup>
          <thead><tr><th scope="col"><span className="sr">{t('window.contracts.milestones.order')}</span></th><th scope="col"><span className="sr">{t('window.contracts.milestones.done')}</span></th><th scope="col">{t('window.contracts.milestones.title')}</th><th scope="col">{t('window.contracts.milestones.due')}</th><th scope="col" data-end>{t('window.contracts.milestones.amount')}</th><th scope="col">{t('window.contracts.milestones.bill')}</th><th scope="col">{t('window.contracts.milestones.billing')}</th><th scope="col"><span className="sr">{t('window.contracts.filter.portal')}</span>{order.length > 1 && <Checkbox className={css.pick} aria-label={t('window.contracts.milestones.choose_all')} checked={chosen.length === order.length} indeterminate={chosen.length > 0 && chosen.length < order.length} onChange={(e) => setChosen(e.currentTarget.checked ? order.map((m) => m.id) : [])} data-testid="milestones-all" />}</th></tr></thead>
          <tbody ref={body}>
            {order.map((m, i) => <MilestoneRow key={m.id} row={i} contract={c} milestone={m} locked={locked} take={take} refused={refused} onNext={(next) => { if (next) focus(i + 1, 'title'); }} onMove={(by) => void put(i, i + by)} pick={order.length > 1 ? { on: chosen.includes(m.id), set: (on) => pick(m.id, on) } : undefined}
              drag={{ state: drag && drag.over === i && drag.from !== i ? (drag.lower ? 'after' : 'before') : undefined, start: () => setDrag({ from: i, over: i, lower: false }), over: over(i), drop, end: () => setDrag(null) }} />)}
            {!locked && <MilestoneRow key={`new-${fresh}`} row={order.length} contract={c} milestone={blank} locked={false} take={take} refused={refused} onNext={made} onMove={() => undefined} />}
          </tbody>
        </table>
      </div>
      <p className="sr" role="status">{said}</p>
      <p className={css.hint}>{!locked && `${t('window.contracts.milestones.how')} `}{t(c.inPortal ? 'window.contracts.milestones.shared' : 'window.contracts.milestones.not_shared')}</p>
    </Section>
  );
}

/** What can be done with several at once: shown in the portal or not. */
function Chosen({ contract: c, list, take, refused, onClear }: { contract: Contract; list: Milestone[]; take: (now: Milestone[]) => void; refused: (e: unknown) => void; onClear: () => void }) {
  const t = useT();
  const show = (on: boolean) => { api.contracts.showMilestones(c.id, list.map((m) => m.id), on).then(take).catch(refused); };
  return (
    <div className={css.chosen} role="toolbar" aria-label={t('window.table.bulk')}>
      <strong>{t('window.table.selected', { n: list.length })}</strong>
      <MakeButton size="compact-md" variant="default" leftSection={<Icon name="eye" size={15} />} disabled={list.every((m) => m.inPortal)} onClick={() => show(true)} data-testid="milestones-show">{t('window.contracts.milestones.show')}</MakeButton>
      <MakeButton size="compact-md" variant="default" leftSection={<Icon name="eyeOff" size={15} />} disabled={!list.some((m) => m.inPortal)} onClick={() => show(false)} data-testid="milestones-hide">{t('window.contracts.milestones.hide')}</MakeButton>
      <Button size="compact-md" variant="subtle" onClick={onClear}>{t('window.table.clear')}</Button>
    </div>
  );
}
