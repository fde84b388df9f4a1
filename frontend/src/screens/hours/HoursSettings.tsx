// Paramètres › Clavardage: the switch and the promise, the week as it comes, weekly schedules, special events.
import { Select, Switch, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { useAsked } from '~/app/router';
import { api, type HoursEvent, type HoursSchedule, type HoursSettings as Values } from '~/api';
import { Badge } from '~/components/Badge';
import type { Form } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Grid, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { useLang, useT } from '~/i18n';
import { SettingsForm } from '~/screens/settings/SettingsForm';
import { EventPanel } from './EventPanel';
import { HolidayPanel } from './HolidayPanel';
import { SchedulePanel } from './SchedulePanel';
import { Week } from './Week';
import { useWords } from './words';
import css from './hours.module.css';

const load = () => api.hours.settings();

export function HoursSettings() {
  const t = useT();
  const [lang, setLang] = useState<string>(useLang());
  const [past, setPast] = useState(false);
  const view = useQuery({ queryKey: ['hours', 'view', lang, past], queryFn: () => api.hours.view(lang, past), placeholderData: (was) => was });
  const same = view.data?.settings.sameHours ?? true;
  const held = same ? 'fr' : lang;
  const weekly = useQuery({ queryKey: ['hours', 'view', held, past], queryFn: () => api.hours.view(held, past), placeholderData: (was) => was });
  return (
    <>
      <SettingsForm<Values> name="hours" load={load} save={(v) => api.hours.saveSettings(v)}>{(form) => <Service form={form} />}</SettingsForm>
      <Tabs value={lang} onChange={(v) => setLang(v ?? 'fr')} keepMounted={false}>
        <Tabs.List aria-label={t('window.hours.lang')}>
          <Tabs.Tab value="fr">{t('window.hours.lang_fr')}</Tabs.Tab>
          <Tabs.Tab value="en">{t('window.hours.lang_en')}</Tabs.Tab>
        </Tabs.List>
        {['fr', 'en'].map((l) => <Tabs.Panel key={l} value={l} pt="md"><Week lang={l} /></Tabs.Panel>)}
      </Tabs>
      <Await query={weekly}>{(d) => <Schedules list={d.schedules} lang={held} />}</Await>
      <Await query={view}>{(d) => <Events today={d.today} list={d.events} past={past} onPast={setPast} />}</Await>
    </>
  );
}

const spans = [0, 15, 30, 60, 120, 180, 240, 480, 960, 1440];

function Service({ form }: { form: Form<Values> }) {
  const t = useT();
  const words = useWords();
  const v = form.values;
  const choices = spans.includes(v.promiseMinutes) ? spans : [...spans, v.promiseMinutes].sort((a, b) => a - b);
  return (
    <Section title={t('window.hours.settings')}>
      <Stack gap={4}>
        <Switch label={t('window.hours.switch')} description={t('window.hours.switch_hint')} checked={v.enabled} onChange={(e) => form.set('enabled', e.currentTarget.checked)} data-testid="chat-enabled" data-field="enabled" />
        <Grid>
          <Select label={t('window.hours.promise')} description={t('window.hours.promise_hint')} allowDeselect={false} value={String(v.promiseMinutes)} onChange={(x) => form.set('promiseMinutes', Number(x ?? 0))} error={form.errors.promiseMinutes} data-field="promiseMinutes" data-testid="promise"
            data={choices.map((n) => ({ value: String(n), label: n === 0 ? t('window.hours.promise_none') : words.span(n) }))} />
        </Grid>
        <Switch label={t('window.hours.same')} description={t('window.hours.same_hint')} checked={v.sameHours} onChange={(e) => form.set('sameHours', e.currentTarget.checked)} data-testid="same-hours" />
      </Stack>
    </Section>
  );
}

function Schedules({ list, lang }: { list: HoursSchedule[]; lang: string }) {
  const t = useT();
  const words = useWords();
  const [edited, setEdited] = useState<HoursSchedule | null>(null);
  const blank = (): HoursSchedule => ({ publicId: '', language: lang, kind: 'custom', name: '', days: [], allDay: false, start: '09:00', end: '17:00', open: true, mealBreak: false, version: 0 });
  return (
    <Section title={t('window.hours.schedules')} actions={<MakeButton variant="default" size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={() => setEdited(blank())} data-testid="schedule-new">{t('window.hours.schedule_new')}</MakeButton>}>
      <p className="soft" style={{ marginBottom: 12 }}>{t('window.hours.schedules_hint')}</p>
      <ol className={css.rows}>
        {list.map((s, i) => (
          <li key={s.publicId} className={css.row}>
            <span className={css.rank} aria-hidden="true">{i + 1}</span>
            <div className={css.what}>
              <button type="button" className={css.name} onClick={() => setEdited(s)} data-testid={`schedule-${s.kind}`}>{s.name}</button>
              <span className="soft small">{words.kind(s.kind)} · {words.when(s)}</span>
            </div>
            <Badge tone={s.open ? 'good' : 'neutral'}>{s.open ? t('window.hours.open') : t('window.hours.closed')}</Badge>
          </li>
        ))}
      </ol>
      {edited && <SchedulePanel key={edited.publicId} schedule={edited} onClose={() => setEdited(null)} />}
    </Section>
  );
}

function Events({ today, list, past, onPast }: { today: string; list: HoursEvent[]; past: boolean; onPast: (v: boolean) => void }) {
  const t = useT();
  const f = useFormat();
  const words = useWords();
  const [edited, setEdited] = useState<HoursEvent | null>(null);
  const [holidays, setHolidays] = useState(false);
  useAsked('holidays', () => setHolidays(true));
  const blank = (): HoursEvent => ({ publicId: '', name: '', startDate: today, startTime: '00:00', endDate: today, endTime: '24:00', open: false, french: true, english: true, holiday: false, version: 0 });
  const when = (e: HoursEvent) => e.startDate === e.endDate
    ? (e.startTime === '00:00' && e.endTime === '24:00' ? f.date(e.startDate) : `${f.date(e.startDate)}, ${t('window.hours.span', { start: words.clock(e.startTime), end: words.clock(e.endTime) })}`)
    : e.startTime === '00:00' && e.endTime === '24:00' ? f.days(e.startDate, e.endDate)
      : t('window.hours.range', { from: `${f.date(e.startDate)} ${words.clock(e.startTime)}`, to: `${f.date(e.endDate)} ${words.clock(e.endTime)}` });
  return (
    <Section title={t('window.hours.events')} actions={<span className={css.actions}>
      <MakeButton variant="default" size="compact-md" leftSection={<Icon name="calendar" size={14} />} onClick={() => setHolidays(true)} data-testid="holidays">{t('window.hours.holidays')}</MakeButton>
      <MakeButton variant="default" size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={() => setEdited(blank())} data-testid="event-new">{t('window.hours.event_new')}</MakeButton>
    </span>}>
      <p className="soft" style={{ marginBottom: 12 }}>{t('window.hours.events_hint')}</p>
      {list.length === 0 && <p className="soft">{t('window.hours.no_events')}</p>}
      <ul className={css.rows}>
        {list.map((e) => (
          <li key={e.publicId} className={css.row}>
            <div className={css.what}>
              <button type="button" className={css.name} onClick={() => setEdited(e)} data-testid="event">{e.name}</button>
              <span className="soft small">{when(e)}{e.holiday ? ` · ${t('window.hours.public_holiday')}` : ''}{e.french && e.english ? '' : ` · ${e.french ? t('window.hours.lang_fr') : t('window.hours.lang_en')}`}</span>
            </div>
            <Badge tone={e.open ? 'good' : 'neutral'}>{e.open ? t('window.hours.open') : t('window.hours.closed')}</Badge>
          </li>
        ))}
      </ul>
      <Switch mt="sm" size="sm" label={t('window.hours.past')} checked={past} onChange={(e) => onPast(e.currentTarget.checked)} />
      {edited && <EventPanel key={edited.publicId} event={edited} onClose={() => setEdited(null)} />}
      {holidays && <HolidayPanel now={Number(today.slice(0, 4))} onClose={() => setHolidays(false)} />}
    </Section>
  );
}
