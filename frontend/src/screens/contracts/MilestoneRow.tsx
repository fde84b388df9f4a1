// One milestone as a row of fields, with a handle to move it and what can be done with it.
import { ActionIcon, Checkbox, Menu, NativeSelect, TextInput, Tooltip } from '@mantine/core';
import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from 'react';
import { api, asApiError, useIntention, type Contract, type Milestone } from '~/api';
import { confirm } from '~/components/Confirm';
import { Icon } from '~/components/Icon';
import { InPortal } from '~/components/InPortal';
import { DateInput, MoneyInput } from '~/components/inputs';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { MilestoneMoney } from './money';
import css from './milestones.module.css';

const kinds = ['invoice', 'deposit', 'quote', 'recurring'] as const;
type Drag = { state?: 'before' | 'after'; start: () => void; over: (e: DragEvent<HTMLTableRowElement>) => void; drop: () => void; end: () => void };
type Props = { row: number; contract: Contract; milestone: Milestone; locked: boolean; take: (now: Milestone[]) => void; refused: (e: unknown) => void; onNext: (next: boolean) => void; onMove: (by: number) => void; drag?: Drag; pick?: { on: boolean; set: (on: boolean) => void } };

const same = (a: Milestone, b: Milestone) => a.title === b.title && a.dueOn === b.dueOn && a.amountMinor === b.amountMinor && a.bill === b.bill;

/** What is typed in a row is kept when the row is left, or with Enter. */
function useRow({ contract: c, milestone, take, refused, onNext }: Props) {
  const intention = useIntention();
  const [value, setValue] = useState(milestone);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const now = useRef(value);
  const stored = useRef(milestone);
  const saving = useRef(false);
  useEffect(() => {
    // What comes from Go counts, but for what is being typed here.
    if (same(now.current, stored.current)) { now.current = milestone; setValue(milestone); }
    stored.current = milestone;
  }, [milestone]);
  const set = (part: Partial<Milestone>) => { now.current = { ...now.current, ...part }; setValue(now.current); setErrors({}); };
  const save = async (next: boolean) => {
    const m = now.current;
    const isNew = !milestone.id;
    if (saving.current) return;
    if (isNew ? same({ ...m, title: m.title.trim() }, milestone) : same(m, stored.current)) { if (!isNew) onNext(next); return; }
    saving.current = true;
    try {
      const list = await api.contracts.saveMilestone(c.id, { ...m, version: stored.current.version }, intention.key());
      intention.done();
      stored.current = m;
      take(list);
      onNext(next);
    } catch (e) {
      const { fields } = asApiError(e);
      intention.done();
      if (Object.keys(fields).length) setErrors(fields); else refused(e);
    } finally { saving.current = false; }
  };
  return { value, errors, set, save };
}

export function MilestoneRow(p: Props) {
  const { row, contract: c, milestone: m, locked, take, refused, onMove, drag, pick } = p;
  const t = useT();
  const { value: v, errors, set, save } = useRow(p);
  const isNew = !m.id;
  const off = locked || m.state === 'cancelled';
  const name = (what: string) => `${m.title || t('window.contracts.milestones.new')}, ${what}`;
  const act = (make: () => Promise<Milestone[]>) => { make().then(take).catch(refused); };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Enter') { e.preventDefault(); void save(true); }
    if (e.altKey && (e.key === 'ArrowUp' || e.key === 'ArrowDown') && !isNew) { e.preventDefault(); onMove(e.key === 'ArrowUp' ? -1 : 1); }
  };
  const remove = async () => { if (await confirm({ title: t('window.contracts.milestones.remove', { title: m.title }), verb: t('window.delete') })) act(() => api.contracts.deleteMilestone(c.id, m.id, m.version)); };
  const field = (what: string, cell: string) => ({ 'aria-label': name(what), 'data-cell': cell, readOnly: off, onKeyDown: keys });
  return (
    <tr data-row={row} data-milestone={m.title || undefined} data-state={m.state} data-new={isNew || undefined} data-drop={drag?.state} onDragOver={drag?.over} onDrop={(e) => { e.preventDefault(); drag?.drop(); }}
      onBlur={(e) => { if (!e.currentTarget.contains(e.relatedTarget) && !(e.relatedTarget as HTMLElement | null)?.closest('[role="dialog"], [role="menu"]')) void save(false); }}>
      <td>{!isNew && !locked && <Handle name={name(t('window.contracts.milestones.move'))} milestone={m} onMove={onMove} onRemove={() => void remove()} onCancel={() => act(() => api.contracts.cancelMilestone(c.id, m.id, m.version, m.state !== 'cancelled'))} drag={drag} />}</td>
      <td>{!isNew && m.state !== 'cancelled' && <Checkbox aria-label={name(t('window.contracts.milestones.done'))} checked={m.state === 'done'} disabled={c.state === 'cancelled'} onChange={(e) => { const done = e.currentTarget.checked; act(() => api.contracts.milestoneDone(c.id, m.id, m.version, done, '')); }} data-testid="milestone-done" />}</td>
      <td className={css.title}><div><InPortal on={!isNew && c.inPortal && m.inPortal} /><TextInput value={v.title} title={v.title} maxLength={200} onChange={(e) => set({ title: e.currentTarget.value })} placeholder={isNew ? t('window.contracts.milestones.new_hint') : undefined} {...field(t('window.contracts.milestones.title'), 'title')} error={errors.title} data-testid={isNew ? 'milestone-new' : undefined} /></div><Said milestone={m} /></td>
      <td data-label={t('window.contracts.milestones.due')} data-late={m.late || undefined}><DateInput value={v.dueOn} onChange={(dueOn) => set({ dueOn })} clearable disabled={off} {...field(t('window.contracts.milestones.due'), 'due')} error={errors.dueOn} /></td>
      <td data-label={t('window.contracts.milestones.amount')}><MoneyInput currency={c.currency} value={v.amountMinor || null} onChange={(n) => set({ amountMinor: n ?? 0 })} {...field(t('window.contracts.milestones.amount'), 'amount')} readOnly={off || m.used} error={errors.amountMinor} /></td>
      <td data-label={t('window.contracts.milestones.bill')}><NativeSelect value={v.bill} disabled={off || m.used} onChange={(e) => set({ bill: e.currentTarget.value })} aria-label={name(t('window.contracts.milestones.bill'))} data={kinds.map((k) => ({ value: k, label: t(`window.contracts.milestones.bill.${k}`) }))} data-cell="bill" /></td>
      <td className={css.money} data-label={isNew ? undefined : t('window.contracts.milestones.billing')}>{!isNew && <MilestoneMoney contract={c} milestone={m} />}</td>
      <td className={css.last}>{!isNew && <PortalToggle on={m.inPortal} title={m.title} onChange={(on) => act(() => api.contracts.showMilestone(c.id, m.id, on))} />}{pick && <Checkbox className={css.pick} aria-label={name(t('window.contracts.milestones.choose'))} checked={pick.on} onChange={(e) => pick.set(e.currentTarget.checked)} data-testid="milestone-pick" />}</td>
    </tr>
  );
}

/** What is special about a milestone, as words below its title. */
function Said({ milestone: m }: { milestone: Milestone }) {
  const t = useT();
  const f = useFormat();
  const words = m.state === 'cancelled' ? t('window.contracts.milestones.cancelled') : m.state === 'done' ? t('window.contracts.milestones.done_on', { date: f.date(m.doneOn) }) : m.late ? t('window.contracts.milestones.late') : '';
  return words ? <small data-tone={m.late ? 'late' : undefined}>{words}</small> : null;
}

/** Takes hold of a row: dragged, moved by the arrows, or by what it offers when it is pressed. */
function Handle({ name, milestone: m, onMove, onRemove, onCancel, drag }: { name: string; milestone: Milestone; onMove: (by: number) => void; onRemove: () => void; onCancel: () => void; drag?: Drag }) {
  const t = useT();
  const far = 10_000;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <span role="button" tabIndex={0} className={css.handle} draggable data-cell="move" aria-label={name} aria-keyshortcuts="ArrowUp ArrowDown" title={t('window.contracts.milestones.move_hint')} data-testid="milestone-handle"
          onDragStart={(e) => { e.dataTransfer.effectAllowed = 'move'; e.dataTransfer.setData('text/plain', m.title); drag?.start(); }} onDragEnd={drag?.end}
          onKeyDown={(e) => {
            if (e.key === 'ArrowUp' || e.key === 'ArrowDown') { e.preventDefault(); e.stopPropagation(); onMove(e.key === 'ArrowUp' ? -1 : 1); }
            if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); e.currentTarget.click(); }
          }}><Icon name="drag" size={16} /></span>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon name="up" size={16} />} onClick={() => onMove(-1)}>{t('window.contracts.milestones.up')}</Menu.Item>
        <Menu.Item leftSection={<Icon name="down" size={16} />} onClick={() => onMove(1)}>{t('window.contracts.milestones.down')}</Menu.Item>
        <Menu.Item leftSection={<Space />} onClick={() => onMove(-far)}>{t('window.contracts.milestones.first')}</Menu.Item>
        <Menu.Item leftSection={<Space />} onClick={() => onMove(far)}>{t('window.contracts.milestones.last')}</Menu.Item>
        <Menu.Divider />
        {m.state !== 'done' && <Menu.Item leftSection={<Icon name={m.state === 'cancelled' ? 'undo' : 'close'} size={16} />} onClick={onCancel}>{t(m.state === 'cancelled' ? 'window.contracts.milestones.uncancel' : 'window.contracts.milestones.cancel')}</Menu.Item>}
        {!m.used && <Menu.Item color="danger" leftSection={<Icon name="trash" size={16} />} onClick={onRemove}>{t('window.delete')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
const Space = () => <span style={{ display: 'block', width: 16 }} />;

function PortalToggle({ on, title, onChange }: { on: boolean; title: string; onChange: (on: boolean) => void }) {
  const t = useT();
  return (
    <Tooltip label={t(on ? 'window.contracts.milestones.hide' : 'window.contracts.milestones.show')}>
      <ActionIcon aria-label={`${title}, ${t('window.contracts.filter.portal_yes')}`} aria-pressed={on} data-on={on || undefined} className={css.eye} onClick={() => onChange(!on)} data-testid="milestone-portal"><Icon name={on ? 'eye' : 'eyeOff'} size={16} /></ActionIcon>
    </Tooltip>
  );
}
