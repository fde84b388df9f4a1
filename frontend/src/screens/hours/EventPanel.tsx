// One special event: from a date and a time to another, open or closed, in which languages of service.
import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type HoursEvent } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { useForm } from '~/components/form';
import { DateInput } from '~/components/inputs';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { showError, toast } from '~/components/toast';
import { mayDrop, useUnsaved } from '~/components/unsaved';
import { useT } from '~/i18n';
import css from './hours.module.css';

export function EventPanel({ event, onClose }: { event: HoursEvent; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<HoursEvent>(event);
  useUnsaved(() => form.dirty);
  const leave = async () => { if (!form.dirty || await mayDrop()) onClose(); };
  const v = form.values;
  const done = async () => { await client.invalidateQueries({ queryKey: ['hours'] }); onClose(); };
  const save = async () => {
    form.clear();
    await api.hours.saveEvent(v, intention.key());
    intention.done();
    toast(t('window.settings.saved'));
    await done();
  };
  const remove = async () => {
    if (!await confirm({ title: t('window.hours.remove_ask', { name: event.name }), verb: t('window.hours.remove') })) return;
    await api.hours.removeEvent(event.publicId, event.version);
    toast(t('window.hours.removed', { name: event.name }));
    await done();
  };
  return (
    <SidePanel opened onClose={() => void leave()} title={event.publicId ? event.name : t('window.hours.event_new')} footer={<div className={css.foot}>
      <ActionButton type="submit" form="event-form" onAct={save} onError={form.fail} data-testid="save-event">{t('window.save')}</ActionButton>
      {event.publicId ? <ActionButton variant="default" onAct={remove} onError={showError} data-testid="remove-event">{t('window.hours.remove')}</ActionButton> : <Button variant="default" onClick={() => void leave()}>{t('window.hours.cancel')}</Button>}
    </div>}>
      <form id="event-form" noValidate onSubmit={(e) => e.preventDefault()}><Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <TextInput label={t('window.hours.event_name')} required data-autofocus {...form.text('name')} />
        <div className={css.pair}>
          <DateInput label={t('window.hours.start_date')} required {...form.field('startDate')} onChange={(d) => form.patch(v.endDate < d ? { startDate: d, endDate: d } : { startDate: d })} />
          <TextInput label={t('window.hours.start_time')} required autoComplete="off" {...form.text('startTime')} />
        </div>
        <div className={css.pair}>
          <DateInput label={t('window.hours.end_date')} required {...form.field('endDate')} />
          <TextInput label={t('window.hours.end_time')} required autoComplete="off" {...form.text('endTime')} />
        </div>
        <fieldset className={css.group}>
          <legend>{t('window.hours.is_open_event')}</legend>
          <SegmentedControl aria-label={t('window.hours.is_open_event')} value={v.open ? 'open' : 'closed'} onChange={(x) => form.set('open', x === 'open')} data={[{ value: 'open', label: t('window.hours.open') }, { value: 'closed', label: t('window.hours.closed') }]} />
        </fieldset>
        <fieldset className={css.group} data-field="languages">
          <legend>{t('window.hours.languages')}</legend>
          <Checkbox label={t('window.hours.lang_fr')} checked={v.french} onChange={(e) => form.set('french', e.currentTarget.checked)} />
          <Checkbox label={t('window.hours.lang_en')} checked={v.english} onChange={(e) => form.set('english', e.currentTarget.checked)} />
          {form.errors.languages && <p className={css.error} role="alert">{form.errors.languages}</p>}
        </fieldset>
      </Stack></form>
    </SidePanel>
  );
}
