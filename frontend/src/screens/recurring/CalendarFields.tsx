import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useFormat } from '~/format/format';
import { DateInput, IntegerInput } from '~/components/inputs';
import { useT } from '~/i18n';
import { ChargeFields } from '~/screens/charging/ChargeFields';
import type { TemplateState, When } from './useTemplate';
import css from './recurring.module.css';

const units = ['day', 'week', 'month', 'quarter', 'year', 'free'] as const;
type Unit = (typeof units)[number];
const unitOf = (w: When['when']): Unit => (w.unit === 'month' && w.every === 3 ? 'quarter' : (w.unit as Unit));

/** How often, from when, how many times, for which period. */
export function CalendarFields({ template, running }: { template: TemplateState; running: boolean }) {
  const t = useT();
  const { when, set, state: { errors } } = template;
  const w = when.when;
  const unit = unitOf(w);
  const change = (part: Partial<When['when']>) => set({ when: { ...w, ...part } });
  const pick = (next: Unit) => {
    if (next === 'quarter') change({ unit: 'month', every: 3, day: w.unit === 'month' ? w.day : 0 });
    else change({ unit: next, every: 1, day: w.unit === next ? w.day : 0, month: 0, rule: next === 'free' ? w.rule : '' });
  };
  return (
    <div className={css.calendar}>
      <NativeSelect label={t('window.recurring.edit.unit')} value={unit} onChange={(e) => pick(e.currentTarget.value as Unit)} data={units.map((u) => ({ value: u, label: t(`window.recurring.edit.unit.${u}`) }))} data-testid="unit" error={unit === 'free' ? undefined : errors.rule} data-field={unit === 'free' ? undefined : 'rule'} />
      {unit === 'free'
        ? <TextInput label={t('window.recurring.edit.rule')} description={t('window.recurring.edit.rule_hint')} value={w.rule} onChange={(e) => change({ rule: e.currentTarget.value })} error={errors.rule} data-field="rule" className={css.wide} />
        : unit !== 'quarter' && <IntegerInput label={t('window.recurring.edit.every')} value={w.every} onChange={(v) => change({ every: v ?? 0 })} />}
      {(unit === 'month' || unit === 'quarter') && <DayOfMonth value={w.day} start={when.startOn} onChange={(day) => change({ day })} />}
      <DateInput label={t(running ? 'window.recurring.edit.next' : 'window.recurring.edit.start')} value={running ? when.nextOn : when.startOn} onChange={(v) => set(running ? { nextOn: v } : { startOn: v })} error={errors.nextOn ?? errors.startOn} data-field={running ? 'nextOn' : 'startOn'} />
      <IntegerInput label={t('window.recurring.edit.cycles')} placeholder={t('window.recurring.edit.cycles_hint')} value={when.cycles || null} onChange={(v) => set({ cycles: v ?? 0 })} error={errors.cycles} data-field="cycles" />
      <NativeSelect label={t('window.recurring.edit.billed')} value={when.billed} onChange={(e) => set({ billed: e.currentTarget.value })} data={[{ value: 'ahead', label: t('window.recurring.edit.billed.ahead') }, { value: 'behind', label: t('window.recurring.edit.billed.behind') }]} />
      <Checkbox className={css.wide} label={t('window.recurring.edit.auto')} description={t('window.recurring.edit.auto_hint')} checked={when.autoSend} onChange={(e) => set({ autoSend: e.currentTarget.checked })} error={errors.autoSend} data-field="autoSend" />
      <div className={css.wide}><ChargeFields customerId={template.state.draft.customerId} on={when.autoCharge} method={when.chargeMethod} change={set} error={errors.chargeMethod} /></div>
    </div>
  );
}

function DayOfMonth({ value, start, onChange }: { value: number; start: string; onChange: (day: number) => void }) {
  const t = useT();
  const f = useFormat();
  const day = value || Number(start.slice(8)) || 1;
  const data = [...Array.from({ length: 31 }, (_, i) => ({ value: String(i + 1), label: i === 0 ? t('window.recurring.edit.day.first') : t('window.recurring.edit.day.n', { day: f.count(i + 1) }) })), { value: '-1', label: t('window.recurring.edit.day.last') }];
  return <NativeSelect label={t('window.recurring.edit.day')} value={String(day)} onChange={(e) => onChange(Number(e.currentTarget.value))} data={data} data-testid="day" />;
}
