// The week as the hours make it: what is open, by which schedule, where now is; the same as a table.
import { ActionIcon, Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type HoursPiece, type HoursWeek } from '~/api';
import { Badge } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useT } from '~/i18n';
import table from '~/screens/settings/settings.module.css';
import { useWords } from './words';
import css from './hours.module.css';

export function Week({ lang }: { lang: string }) {
  const [day, setDay] = useState('');
  const query = useQuery({ queryKey: ['hours', 'week', lang, day], queryFn: () => api.hours.week(lang, day), placeholderData: (was) => was, refetchInterval: 60_000 });
  return <Await query={query}>{(w) => <Chart week={w} here={day === ''} onDay={setDay} />}</Await>;
}

function Chart({ week: w, here, onDay }: { week: HoursWeek; here: boolean; onDay: (day: string) => void }) {
  const t = useT();
  const words = useWords();
  const said = (p: HoursPiece) => t('window.hours.piece', { from: p.fromText, to: p.toText, state: p.open ? t('window.hours.open') : t('window.hours.closed'), name: p.name || t('window.hours.none') });
  const by = (name: string, kind: string) => (name.toLowerCase() === kind.toLowerCase() ? t('window.hours.why_same', { name }) : t('window.hours.why', { name, kind }));
  return (
    <Section title={t('window.hours.week_of', { date: w.label })} actions={<span className={css.actions}>
      {!here && <Button variant="default" size="compact-md" onClick={() => onDay('')}>{t('window.hours.this_week')}</Button>}
      <ActionIcon variant="default" size={32} aria-label={t('window.hours.previous')} onClick={() => onDay(w.previous)}><Icon name="left" size={16} /></ActionIcon>
      <ActionIcon variant="default" size={32} aria-label={t('window.hours.next')} onClick={() => onDay(w.next)} data-testid="week-next"><Icon name="right" size={16} /></ActionIcon>
    </span>}>
      <div className={css.now} role="status" data-testid="hours-now">
        <Badge tone={w.now.open ? 'good' : 'neutral'}>{w.now.open ? t('window.hours.state_open') : t('window.hours.state_closed')}</Badge>
        <span>{w.now.sentence}</span>
        <span className="soft">{w.now.why === 'none' ? t('window.hours.why_none') : by(w.now.whyName, words.kind(w.now.why))}</span>
      </div>
      {w.now.promise && <p className="soft small">{w.now.promise}</p>}
      <div className={css.chart} aria-hidden="true">
        <div className={css.axis}>{[0, 6, 12, 18, 24].map((h) => <span key={h} style={{ left: `${(h / 24) * 100}%` }} data-edge={h === 0 ? 'first' : h === 24 ? 'last' : undefined}>{words.clock(`${h}:00`)}</span>)}</div>
        {w.days.map((d) => (
          <div key={d.date} className={css.day} data-today={d.today || undefined}>
            <span className={css.dayName}>{d.label.replace(/ \d{4}$/, '')}</span>
            <div className={css.track}>
              {d.pieces.map((p) => (
                <span key={p.from} className={css.piece} data-open={p.open || undefined} data-why={p.why} title={said(p)} style={{ left: `${(p.from / 1440) * 100}%`, width: `${((p.to - p.from) / 1440) * 100}%` }}>
                  {p.why !== 'none' && <em>{p.name}</em>}
                </span>
              ))}
              {d.today && <i className={css.nowMark} style={{ left: `${(w.minute / 1440) * 100}%` }} />}
            </div>
          </div>
        ))}
        <div className={css.legend}><span><i data-open />{t('window.hours.open')}</span><span><i data-closed />{t('window.hours.closed')}</span><span><i data-none />{t('window.hours.none')}</span></div>
      </div>
      <details className={css.details}>
        <summary className="soft">{t('window.hours.table')}</summary>
        <WeekTable week={w} />
      </details>
      <p className="faint small">{t('window.hours.zone', { zone: w.zone })}</p>
    </Section>
  );
}

/** The same as a table; on a telephone a day stands above its hours. */
function WeekTable({ week: w }: { week: HoursWeek }) {
  const t = useT();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const day = (d: HoursWeek['days'][number]) => `${d.label}${d.today ? ` (${t('window.hours.today')})` : ''}`;
  return (
    <table className={`${table.table} ${css.week}`} data-testid="week-table">
      <thead><tr>{!phone && <th scope="col">{t('window.hours.day')}</th>}{(['from', 'to', 'state', 'by'] as const).map((c) => <th key={c} scope="col">{t(`window.hours.${c}`)}</th>)}</tr></thead>
      {w.days.map((d) => (
        <tbody key={d.date}>
          {phone && <tr><th scope="rowgroup" colSpan={4}>{day(d)}</th></tr>}
          {d.pieces.map((p, i) => (
            <tr key={p.from}>{!phone && i === 0 && <th scope="rowgroup" rowSpan={d.pieces.length}>{day(d)}</th>}<td>{p.fromText}</td><td>{p.toText}</td><td>{p.open ? t('window.hours.open') : t('window.hours.closed')}</td><td>{p.name || t('window.hours.none')}</td></tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
