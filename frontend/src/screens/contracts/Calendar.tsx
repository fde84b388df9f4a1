// The contracts on a calendar: what begins, ends, renews itself, must be given notice of or falls due, by day.
import { ActionIcon, Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Link } from 'wouter';
import { api, type ContractDay, type ContractEvent, type ContractMonth } from '~/api';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { Icon, type IconName } from '~/components/Icon';
import { InPortal } from '~/components/InPortal';
import { Empty, Page, PageHeader } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { FilterBar } from '~/components/FilterBar';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { ContractFilters, useActive, type Narrowing } from './ContractFilters';
import { entering, landing, step, type Step } from './grid';
import { ViewSwitch } from './views';
import css from './calendar.module.css';

const icons: Record<string, IconName> = { start: 'right', end: 'close', notice: 'bell', renewal: 'refresh', milestone: 'flag', approval: 'check', signature: 'pen' };
// Where each kind is seen to.
const tabOf: Record<string, string> = { milestone: '/milestones', approval: '/approval', signature: '/signature' };
const hrefOf = (i: ContractEvent) => `/contracts/${i.contractId}${tabOf[i.kind] ?? ''}`;
const FITS = 3; // items of a day that stand in its cell

export function ContractCalendar() {
  const t = useT();
  const f = useFormat();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [q, setQ] = useQueryParams('month', 'customer', 'name', 'owner');
  const query = useQuery({ queryKey: ['contracts', 'calendar', q.month, q.customer, q.owner, f.lang], queryFn: () => api.contracts.calendar(q.month, q.customer, q.owner), placeholderData: keepPreviousData });
  const [open, setOpen] = useState<ContractDay | null>(null);
  const narrowing: Narrowing = { type: '', owner: q.owner, customer: q.customer, name: q.name, from: '', to: '', portal: '' };
  const active = useActive(narrowing, setQ);
  return (
    <Page fill={!phone}>
      <PageHeader title={t('window.contracts.title')} secondary={<ViewSwitch view="calendar" kept={{ customer: q.customer, name: q.name, owner: q.owner }} />}
        primary={<MakeButton to="/contracts/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/contracts/new')} data-testid="contract-new">{t('window.contracts.new')}</MakeButton>} />
      <div className={css.top}>
        <h2 className={css.month} aria-live="polite" data-testid="calendar-month">{query.data?.title ?? ''}</h2>
        <ActionIcon variant="default" size={34} aria-label={t('window.input.previous_month')} disabled={!query.data} onClick={() => setQ({ month: query.data?.prev })} data-testid="calendar-prev"><Icon name="left" /></ActionIcon>
        <Button variant="default" size="compact-md" h={34} onClick={() => setQ({ month: '' })} data-testid="calendar-today">{t('window.contracts.calendar.today')}</Button>
        <ActionIcon variant="default" size={34} aria-label={t('window.input.next_month')} disabled={!query.data} onClick={() => setQ({ month: query.data?.next })} data-testid="calendar-next"><Icon name="right" /></ActionIcon>
        <FilterBar words="" placeholder="" active={active}><ContractFilters now={narrowing} set={setQ} only={['customer', 'owner']} /></FilterBar>
      </div>
      <Await query={query}>{(m) => (phone ? <Agenda month={m} /> : <Month month={m} onMonth={(month) => setQ({ month })} onOpen={setOpen} />)}</Await>
      <DayPanel day={open} onClose={() => setOpen(null)} />
    </Page>
  );
}

/** A month as a grid: arrows go by day and week and over its edges, Enter opens the day. */
function Month({ month: m, onMonth, onOpen }: { month: ContractMonth; onMonth: (month: string) => void; onOpen: (d: ContractDay) => void }) {
  const t = useT();
  const f = useFormat();
  const grid = useRef<HTMLTableElement>(null);
  const weeks = useMemo(() => m.weeks.map((x) => x.days), [m]);
  const [at, setAt] = useState(() => landing(weeks, '', m.today));
  const coming = useRef<{ how: Exclude<Step, { row: number }>; before: string } | null>(null);
  const focus = (on: string) => requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>(`[data-day="${on}"]`)?.focus());
  useEffect(() => {
    const edge = coming.current;
    coming.current = null;
    const on = edge ? entering(weeks, edge.how, edge.before) : landing(weeks, at, m.today);
    setAt(on);
    if (edge) focus(on);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only another month moves the day
  }, [m.month]);
  const onKey = (e: KeyboardEvent, row: number, col: number) => {
    const day = weeks[row]?.[col];
    if (!day || e.target !== e.currentTarget) return;
    if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); onOpen(day); return; }
    const to = step(e.key, row, col, weeks.length);
    if (!to) return;
    e.preventDefault();
    if ('beyond' in to) { coming.current = { how: to, before: day.on }; onMonth(to.beyond > 0 ? m.next : m.prev); return; }
    const next = weeks[to.row]?.[to.col];
    if (next) { setAt(next.on); focus(next.on); }
  };
  return (
    <div className={css.frame}>
      <table className={css.grid} role="grid" ref={grid} aria-label={m.title} aria-describedby="calendar-keys">
        <thead><tr>{(weeks[0] ?? []).map((d) => <th key={d.on} scope="col" abbr={f.weekday(d.on)}><span aria-hidden="true">{f.weekday(d.on, true)}</span><span className="sr">{f.weekday(d.on)}</span></th>)}</tr></thead>
        <tbody>{weeks.map((week, row) => (
          <tr key={week[0]?.on}>{week.map((d, col) => (
            <td key={d.on} role="gridcell" data-day={d.on} data-out={!d.inMonth || undefined} data-today={d.on === m.today || undefined} tabIndex={d.on === at ? 0 : -1} aria-current={d.on === m.today ? 'date' : undefined}
              onKeyDown={(e) => onKey(e, row, col)} onFocus={(e) => { if (e.target === e.currentTarget) setAt(d.on); }} onClick={(e) => { if (!(e.target as HTMLElement).closest('a,button')) { setAt(d.on); onOpen(d); } }}>
              <span className={css.number} aria-hidden="true">{Number(d.on.slice(8))}</span><span className="sr">{`${f.weekday(d.on)} ${f.date(d.on)}`}{d.items.length > 0 && `, ${t('window.contracts.calendar.n', { n: d.items.length + d.more })}`}</span>
              <div className={css.items}>
                {d.items.slice(0, d.items.length > FITS ? FITS - 1 : FITS).map((i, n) => <Chip key={n} item={i} />)}
                {d.items.length > FITS && <button type="button" tabIndex={-1} className={css.rest} onClick={() => onOpen(d)}>{t('window.contracts.calendar.more', { n: d.items.length + d.more - FITS + 1 })}</button>}
              </div>
            </td>
          ))}</tr>
        ))}</tbody>
      </table>
      <div className={css.foot}><Legend /><span id="calendar-keys" className={css.keys}>{t('window.contracts.calendar.keys')}</span></div>
    </div>
  );
}

const kinds = ['start', 'end', 'renewal', 'notice', 'milestone', 'approval', 'signature'] as const;
function Legend() {
  const t = useT();
  return <ul className={css.legend} aria-label={t('window.contracts.calendar.legend')}>{kinds.map((k) => <li key={k} data-kind={k}><span className={css.mark}><Icon name={icons[k]!} size={12} /></span>{t(`window.contracts.calendar.kind.${k}`)}</li>)}</ul>;
}

function Chip({ item: i }: { item: ContractEvent }) {
  return (
    <Link href={hrefOf(i)} className={css.chip} data-kind={i.kind} data-late={i.late || undefined} tabIndex={-1} title={`${i.text} · ${i.customerName}`}>
      <Icon name={icons[i.kind] ?? 'right'} size={12} /><span>{i.title}</span><span className="sr">{`, ${i.text}`}</span>
    </Link>
  );
}

/** One thing of a day, with everything that says what it is. */
function Row({ item: i }: { item: ContractEvent }) {
  const t = useT();
  return (
    <Link href={hrefOf(i)} className={css.row} data-kind={i.kind} data-late={i.late || undefined}>
      <span className={css.mark}><Icon name={icons[i.kind] ?? 'right'} size={14} /></span>
      <span className={css.what}><strong>{i.inPortal && <InPortal on />}{i.text}</strong><small>{[i.text.includes(i.title) ? '' : i.title, i.customerName, i.late && t('window.contracts.milestones.late')].filter(Boolean).join(' · ')}</small></span>
      <Icon name="right" size={14} />
    </Link>
  );
}

function DayPanel({ day, onClose }: { day: ContractDay | null; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const [last, setLast] = useState(day);
  useEffect(() => { if (day) setLast(day); }, [day]);
  const d = day ?? last;
  return (
    <SidePanel opened={!!day} onClose={onClose} title={d ? `${f.weekday(d.on)} ${f.date(d.on)}` : ''}
      footer={d && <MakeButton to="/contracts/new" variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate(`/contracts/new?start=${d.on}`)}>{t('window.contracts.calendar.new')}</MakeButton>}>
      {d && (d.items.length ? <ul className={css.rows} data-testid="calendar-day">{d.items.map((i, n) => <li key={n}><Row item={i} /></li>)}{d.more > 0 && <li className="soft">{t('window.contracts.calendar.more', { n: d.more })}</li>}</ul> : <p className="soft">{t('window.contracts.calendar.nothing')}</p>)}
    </SidePanel>
  );
}

/** On a phone: the days on which something happens, one below the other. */
function Agenda({ month: m }: { month: ContractMonth }) {
  const t = useT();
  const f = useFormat();
  const days = m.weeks.flatMap((x) => x.days).filter((d) => d.inMonth && d.items.length > 0);
  if (!days.length) return <Empty icon="calendar" title={t('window.contracts.calendar.empty')} text={t('window.contracts.calendar.empty_text')} />;
  return (
    <ol className={css.agenda} data-testid="agenda">{days.map((d) => (
      <li key={d.on}><h3 data-today={d.on === m.today || undefined}>{f.weekday(d.on)} {f.date(d.on)}</h3><ul className={css.rows}>{d.items.map((i, n) => <li key={n}><Row item={i} /></li>)}</ul></li>
    ))}</ol>
  );
}
