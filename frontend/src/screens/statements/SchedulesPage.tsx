import { Checkbox, Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Schedule, type ScheduleGroup, type ScheduleRow } from '~/api';
import { useQueryParams } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Lookup } from '~/components/Lookup';
import { ActionMenu, Empty, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { useCustomerSearch } from '~/screens/customers/search';
import { kinds } from './line';
import css from './statements.module.css';

const blank: Schedule = { publicId: '', customerId: '', groupId: '', kind: 'open_items', frequency: 'monthly', onlyOpen: true, version: 0 };

export function SchedulesPage() {
  const t = useT();
  const client = useQueryClient();
  const [q, setQ] = useQueryParams('customer', 'name', 'kind');
  const query = useQuery({ queryKey: ['statements', 'schedules'], queryFn: api.statements.schedules });
  const [edited, setEdited] = useState<{ schedule: Schedule; name: string } | null>(q.customer ? { schedule: { ...blank, customerId: q.customer, kind: q.kind || blank.kind }, name: q.name } : null);
  const refresh = () => client.invalidateQueries({ queryKey: ['statements'] });
  const pause = async (r: ScheduleRow) => { await api.statements.pauseSchedule(r.publicId, r.version, !r.paused); await refresh(); };
  const end = async (r: ScheduleRow) => {
    if (!await confirm({ title: t('window.schedules.end_title'), body: t('window.schedules.end_text', { name: r.name }), verb: t('window.schedules.end') })) return;
    await api.statements.endSchedule(r.publicId, r.version);
    toast(t('window.schedules.ended'));
    await refresh();
  };
  return (
    <Page>
      <PageHeader title={t('window.schedules.title')} back={{ href: '/books/ageing', label: t('window.ageing.title') }}
        primary={<MakeButton leftSection={<Icon name="plus" size={16} />} onClick={() => setEdited({ schedule: blank, name: '' })} data-testid="new">{t('window.schedules.new')}</MakeButton>} />
      <Section label={t('window.schedules.title')} flush>
        <Await query={query}>{(v) => v.rows.length
          ? <Rows rows={v.rows} onEdit={(r) => setEdited({ schedule: { publicId: r.publicId, customerId: r.customerId, groupId: r.groupId, kind: r.kind, frequency: r.frequency, onlyOpen: r.onlyOpen, version: r.version }, name: r.name })}
              onPause={(r) => void pause(r).catch(showError)} onEnd={(r) => void end(r).catch(showError)} />
          : <Empty icon="calendar" title={t('window.schedules.empty')} text={t('window.schedules.empty_text')} />}</Await>
      </Section>
      {edited && <Editor {...edited} groups={query.data?.groups ?? []} onClose={() => { setEdited(null); setQ({ customer: '', name: '', kind: '' }); }} onSaved={() => void refresh()} />}
    </Page>
  );
}

function Rows({ rows, onEdit, onPause, onEnd }: { rows: ScheduleRow[]; onEdit: (r: ScheduleRow) => void; onPause: (r: ScheduleRow) => void; onEnd: (r: ScheduleRow) => void }) {
  const t = useT();
  const f = useFormat();
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.schedules.title')}>
      <table className={css.table}>
        <thead><tr>
          <th scope="col">{t('window.schedules.for')}</th><th scope="col" className={css.hide}>{t('window.statement.kind')}</th><th scope="col">{t('window.schedules.often')}</th>
          <th scope="col">{t('window.schedules.next')}</th><th scope="col" className={css.hide}>{t('window.schedules.last')}</th><th scope="col"><span className="sr">{t('window.menu.more')}</span></th>
        </tr></thead>
        <tbody>{rows.map((r) => (
          <tr key={r.publicId}>
            <td className={css.name}>{r.isGroup ? <strong>{r.name}</strong> : <Link href={`/customers/${r.customerId}/statement?kind=${r.kind}`}>{r.name}</Link>}
              <span className={css.detail}>{r.isGroup ? t('window.schedules.group') : ''}{r.onlyOpen ? (r.isGroup ? ' · ' : '') + t('window.schedules.only_open_short') : ''}</span></td>
            <td className={css.hide}>{tDynamic(`common.statement.kind.${r.kind}`)}</td>
            <td>{tDynamic(`window.schedules.frequency.${r.frequency}`)}</td>
            <td className="nowrap">{r.paused ? <Badge tone="warning">{t('window.schedules.paused')}</Badge> : f.day(r.nextOn)}</td>
            <td className={`nowrap soft ${css.hide}`}>{r.lastOn ? f.day(r.lastOn) : ''}</td>
            <td className="num"><ActionMenu size={32} label={t('window.schedules.actions', { name: r.name })} actions={[
              { label: t('window.schedules.edit'), icon: 'settings', onClick: () => onEdit(r) },
              { label: t(r.paused ? 'window.schedules.resume' : 'window.schedules.pause'), icon: r.paused ? 'refresh' : 'more', onClick: () => onPause(r) },
              { label: t('window.schedules.end'), icon: 'trash', danger: true, divider: true, onClick: () => onEnd(r) },
            ]} /></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Editor({ schedule, name, groups, onClose, onSaved }: { schedule: Schedule; name: string; groups: ScheduleGroup[]; onClose: () => void; onSaved: () => void }) {
  const t = useT();
  const search = useCustomerSearch();
  const intention = useIntention();
  const form = useForm<Schedule>(schedule);
  const [who, setWho] = useState(name);
  const v = form.values;
  const set = form.patch;
  const save = async () => {
    form.clear();
    await api.statements.saveSchedule(v, intention.key());
    intention.done();
    toast(t('window.schedules.saved'));
    onSaved();
    onClose();
  };
  return (
    <SidePanel opened onClose={onClose} title={t(schedule.publicId ? 'window.schedules.edit' : 'window.schedules.new')} footer={<ActionButton onAct={save} onError={form.fail} data-testid="save-schedule">{t('window.save')}</ActionButton>}>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <Lookup topic="customers" text={v.groupId ? '' : who} input={{ label: t('window.schedules.customer'), error: form.errors.customerId, 'data-field': 'customerId', 'data-testid': 'customer' }}
          search={search}
          onPick={(o) => { setWho(o.label); set({ customerId: o.value.id, groupId: '' }); }} />
        {groups.length > 0 && <Select label={t('window.schedules.or_group')} value={v.groupId || null} clearable data={groups.map((g) => ({ value: g.publicId, label: g.name }))} onChange={(g) => { setWho(''); set({ groupId: g ?? '', customerId: '' }); }} />}
        <Select label={t('window.statement.kind')} value={v.kind} allowDeselect={false} data={kinds.map((k) => ({ value: k, label: t(`common.statement.kind.${k}`) }))} onChange={(k) => k && set({ kind: k })} />
        <Select label={t('window.schedules.often')} description={t('window.schedules.often_hint')} value={v.frequency} allowDeselect={false} data={(['weekly', 'monthly', 'quarterly'] as const).map((k) => ({ value: k, label: t(`window.schedules.frequency.${k}`) }))} onChange={(k) => k && set({ frequency: k })} />
        <Checkbox label={t('window.schedules.only_open')} checked={v.onlyOpen} onChange={(e) => set({ onlyOpen: e.currentTarget.checked })} />
      </Stack>
    </SidePanel>
  );
}
