// The public holidays of a year, added in one click; what is there already stays as it is.
import { Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './hours.module.css';

export function HolidayPanel({ now, onClose }: { now: number; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [year, setYear] = useState(now);
  const [set, setSet] = useState('');
  const query = useQuery({ queryKey: ['hours', 'holidays', year, set], queryFn: () => api.hours.holidays(year, set), placeholderData: (was) => was });
  // It opens on the first year in which days are missing.
  const { data, isPlaceholderData } = query;
  const [chosen, setChosen] = useState(false);
  useEffect(() => { if (!chosen && !isPlaceholderData && data?.set && year < now + 2 && data.days.every((d) => d.added)) setYear(year + 1); }, [chosen, data, isPlaceholderData, year, now]);
  const left = query.data?.days.filter((d) => !d.added).length ?? 0;
  const add = async () => {
    await api.hours.addHolidays(year, query.data?.set ?? '');
    toast(t('window.hours.holidays_done', { count: left }));
    await client.invalidateQueries({ queryKey: ['hours'] });
    onClose();
  };
  return (
    <SidePanel opened onClose={onClose} title={t('window.hours.holidays_title', { year })} footer={query.data?.set && left > 0 ? <ActionButton autoFocus onAct={add} onError={showError} data-testid="add-holidays">{t('window.hours.holidays_add', { count: left })}</ActionButton> : undefined}>
      <Stack gap={4}>
        <div className={css.pair}>
          <Select label={t('window.hours.holidays_year')} allowDeselect={false} value={String(year)} onChange={(v) => { setChosen(true); setYear(Number(v)); }} data={[now, now + 1, now + 2].map(String)} data-testid="holiday-year" />
          {(query.data?.sets.length ?? 0) > 1 && <Select label={t('window.hours.holidays_set')} allowDeselect={false} value={query.data?.set ?? ''} onChange={(v) => setSet(v ?? '')} data={query.data?.sets.map((s) => ({ value: s, label: tDynamic(`window.hours.set_${s}`) })) ?? []} />}
        </div>
        <Await query={query}>{(d) => (
          <>
            {d.set ? <p className="soft small">{t('window.hours.holidays_hint')}</p> : <Notice tone="info">{t('window.hours.holidays_unknown')}</Notice>}
            {d.set && left === 0 && <Notice tone="good">{t('window.hours.holidays_all')}</Notice>}
            <ul className={css.holidays}>{d.days.map((x) => <li key={x.date}><span>{x.name}</span><span className="soft small">{f.date(x.date)}{x.added ? ` · ${t('window.hours.added')}` : ''}</span></li>)}</ul>
          </>
        )}</Await>
      </Stack>
    </SidePanel>
  );
}
