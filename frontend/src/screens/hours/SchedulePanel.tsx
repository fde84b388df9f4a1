// One weekly schedule: name, days, hours; on the working hours the tick that makes the meal break.
import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type HoursSchedule } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { useForm, type Form } from '~/components/form';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { showError, toast } from '~/components/toast';
import { mayDrop, useUnsaved } from '~/components/unsaved';
import { useT, type Key } from '~/i18n';
import { useWords } from './words';
import css from './hours.module.css';

const letters: Key[] = ['window.hours.mon', 'window.hours.tue', 'window.hours.wed', 'window.hours.thu', 'window.hours.fri', 'window.hours.sat', 'window.hours.sun'];

export function SchedulePanel({ schedule, onClose }: { schedule: HoursSchedule; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<HoursSchedule>(schedule);
  useUnsaved(() => form.dirty);
  const leave = async () => { if (!form.dirty || await mayDrop()) onClose(); };
  const v = form.values;
  const done = async () => { await client.invalidateQueries({ queryKey: ['hours'] }); onClose(); };
  const save = async () => {
    form.clear();
    await api.hours.saveSchedule(v, intention.key());
    intention.done();
    toast(t('window.settings.saved'));
    await done();
  };
  const remove = async () => {
    if (!await confirm({ title: t('window.hours.remove_ask', { name: schedule.name }), verb: t('window.hours.remove') })) return;
    await api.hours.removeSchedule(schedule.publicId, schedule.version);
    toast(t('window.hours.removed', { name: schedule.name }));
    await done();
  };
  const removable = schedule.publicId !== '' && (schedule.kind === 'custom' || schedule.kind === 'meal');
  return (
    <SidePanel opened onClose={() => void leave()} title={schedule.publicId ? schedule.name : t('window.hours.schedule_new')} footer={<div className={css.foot}>
      <ActionButton type="submit" form="schedule-form" onAct={save} onError={form.fail} data-testid="save-schedule">{t('window.save')}</ActionButton>
      {removable ? <ActionButton variant="default" onAct={remove} onError={showError} data-testid="remove-schedule">{t('window.hours.remove')}</ActionButton> : <Button variant="default" onClick={() => void leave()}>{t('window.hours.cancel')}</Button>}
    </div>}>
      <form id="schedule-form" noValidate onSubmit={(e) => e.preventDefault()}><Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <TextInput label={t('window.hours.name')} required data-autofocus {...form.text('name')} />
        <Days form={form} />
        <Checkbox label={t('window.hours.all_day')} checked={v.allDay} onChange={(e) => form.patch(e.currentTarget.checked ? { allDay: true } : { allDay: false, start: '09:00', end: '17:00' })} data-testid="all-day" />
        {!v.allDay && <div className={css.pair}>
          <TextInput label={t('window.hours.start')} required autoComplete="off" {...form.text('start')} />
          <TextInput label={t('window.hours.end')} required autoComplete="off" {...form.text('end')} />
        </div>}
        {(v.kind === 'custom' || v.kind === 'weekend') && <fieldset className={css.group}>
          <legend>{t('window.hours.is_open')}</legend>
          <SegmentedControl aria-label={t('window.hours.is_open')} value={v.open ? 'open' : 'closed'} onChange={(x) => form.set('open', x === 'open')} data={[{ value: 'open', label: t('window.hours.open') }, { value: 'closed', label: t('window.hours.closed') }]} />
        </fieldset>}
        {v.kind === 'work' && <Checkbox label={t('window.hours.meal')} description={t('window.hours.meal_hint')} checked={v.mealBreak} onChange={(e) => form.set('mealBreak', e.currentTarget.checked)} error={form.errors.mealBreak} data-field="mealBreak" data-testid="meal" />}
      </Stack></form>
    </SidePanel>
  );
}

function Days({ form }: { form: Form<HoursSchedule> }) {
  const t = useT();
  const words = useWords();
  const days = form.values.days;
  const set = (n: number, on: boolean) => form.set('days', on ? [...days, n].sort() : days.filter((d) => d !== n));
  return (
    <fieldset className={css.group} data-field="days">
      <legend>{t('window.hours.days')}</legend>
      <div className={css.days}>
        {letters.map((letter, i) => (
          <label key={letter} className={css.dayBox}>
            <input type="checkbox" aria-label={words.day(i + 1)} checked={days.includes(i + 1)} onChange={(e) => set(i + 1, e.currentTarget.checked)} data-testid={`day-${i + 1}`} />
            <span aria-hidden="true">{t(letter)}</span>
          </label>
        ))}
      </div>
      <Checkbox label={t('window.hours.every_day')} checked={days.length === 7} indeterminate={days.length > 0 && days.length < 7} onChange={(e) => form.set('days', e.currentTarget.checked ? [1, 2, 3, 4, 5, 6, 7] : [])} data-testid="every-day" />
      {form.errors.days && <p className={css.error} role="alert">{form.errors.days}</p>}
    </fieldset>
  );
}
