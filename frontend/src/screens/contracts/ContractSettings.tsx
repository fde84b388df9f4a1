// Paramètres › Contrats: the types, what each shares by default, and how large a file may be.
import { ActionIcon, Switch, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Link } from 'wouter';
import { MakeButton, useClosed } from '~/app/may';
import { api, asApiError, useIntention, type ContractSettings as Values, type ContractType } from '~/api';
import { StateBadge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { Icon } from '~/components/Icon';
import { IntegerInput } from '~/components/inputs';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useT } from '~/i18n';
import { SettingsForm } from '~/screens/settings/SettingsForm';
import { moved } from './order';
import css from './contracts.module.css';

export function ContractSettings() {
  const t = useT();
  return (
    <>
      <Types />
      <SettingsForm<Values> name="contracts" load={api.contracts.settings} save={api.contracts.saveSettings}>
        {(form) => (
          <Section title={t('window.contracts.settings.files')}>
            <div className={css.fields}>
              <IntegerInput label={t('window.contracts.settings.file_max')} description={t('window.contracts.settings.file_max_hint')} suffix={t('window.contracts.settings.mb')} {...form.field('fileMaxMb')} onChange={(n) => form.set('fileMaxMb', n ?? 0)} data-testid="file-max" />
            </div>
            <p className={css.under}>{t('window.contracts.settings.numbers')} <Link href="/settings/numbering">{t('window.settings.numbering')}</Link></p>
          </Section>
        )}
      </SettingsForm>
    </>
  );
}

const blank: ContractType = { id: '', version: 0, name: '', filesShown: false, archived: false, contracts: 0 };

function Types() {
  const t = useT();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['contracts', 'types'], queryFn: api.contracts.types });
  const list = useRef<HTMLUListElement>(null);
  const [adding, setAdding] = useState(false);
  const reload = () => client.invalidateQueries({ queryKey: ['contracts'] });
  const put = async (types: ContractType[], from: number, to: number) => {
    const next = moved(types, from, to);
    if (next === types) return;
    client.setQueryData(['contracts', 'types'], next);
    requestAnimationFrame(() => { const row = list.current?.children[next.indexOf(types[from]!)]; (row?.querySelector<HTMLElement>(`[data-cell="${to < from ? 'up' : 'down'}"]:not(:disabled)`) ?? row?.querySelector<HTMLElement>('[data-cell]:not(:disabled)'))?.focus(); });
    try { client.setQueryData(['contracts', 'types'], await api.contracts.orderTypes(next.map((x) => x.id))); } catch (e) { showError(e); await reload(); }
  };
  return (
    <Section title={t('window.contracts.settings.types')} flush actions={<MakeButton size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={() => setAdding(true)} data-testid="type-new">{t('window.contracts.settings.add')}</MakeButton>}>
      <p className={css.intro}>{t('window.contracts.settings.types_hint')}</p>
      <Await query={query}>{(types) => (
        <ul className={css.types} ref={list} data-testid="types">
          {types.map((x, i) => <TypeRow key={x.id} type={x} first={i === 0} last={i === types.length - 1} reload={reload} onMove={(by) => void put(types, i, i + by)} />)}
          {adding && <TypeRow key="new" type={blank} reload={async () => { setAdding(false); await reload(); }} onMove={() => undefined} onDrop={() => setAdding(false)} />}
        </ul>
      )}</Await>
    </Section>
  );
}

/** A type keeps itself: its name when the field is left, the rest at once. */
function TypeRow({ type, first, last, reload, onMove, onDrop }: { type: ContractType; first?: boolean; last?: boolean; reload: () => Promise<unknown>; onMove: (by: number) => void; onDrop?: () => void }) {
  const t = useT();
  const intention = useIntention();
  const closed = !!useClosed();
  const [name, setName] = useState(type.name);
  const [error, setError] = useState('');
  const busy = useRef(false);
  useEffect(() => setName(type.name), [type.name]);
  const save = async (part: Partial<ContractType>) => {
    if (busy.current) return;
    busy.current = true;
    try {
      await api.contracts.saveType({ ...type, ...part }, intention.key());
      intention.done();
      if (!type.id) toast(t('window.contracts.settings.added'));
      await reload();
    } catch (e) { intention.done(); const { fields } = asApiError(e); if (fields.name) setError(fields.name); else { showError(e); await reload(); } } finally { busy.current = false; }
  };
  const remove = async () => {
    if (!await confirm({ title: t('window.contracts.settings.delete_ask', { name: type.name }), verb: t('window.delete') })) return;
    try { await api.contracts.deleteType(type.id, type.version); } catch (e) { showError(e); }
    await reload();
  };
  const leave = () => { const typed = name.trim(); if (!typed && !type.id) { onDrop?.(); return; } if (typed !== type.name) void save({ name: typed }); };
  const keys = (e: KeyboardEvent) => { if (e.key === 'Enter') { e.preventDefault(); leave(); } if (e.key === 'Escape') { setName(type.name); setError(''); if (!type.id) onDrop?.(); } };
  return (
    <li data-away={type.archived || undefined} data-type={type.name || undefined}>
      {type.id ? <span className={css.order}>{([-1, 1] as const).map((by) => <ActionIcon key={by} size={24} data-cell={by < 0 ? 'up' : 'down'} disabled={closed || (by < 0 ? first : last)} aria-label={t(by < 0 ? 'window.contracts.settings.up' : 'window.contracts.settings.down', { name: type.name })} onClick={() => onMove(by)}><Icon name={by < 0 ? 'up' : 'down'} size={15} /></ActionIcon>)}</span> : <span />}
      <TextInput aria-label={t('window.contracts.settings.name')} value={name} readOnly={closed} maxLength={80} placeholder={type.id ? undefined : t('window.contracts.settings.name')} autoFocus={!type.id} error={error || undefined} onChange={(e) => { setName(e.currentTarget.value); setError(''); }} onBlur={() => { if (!error) leave(); }} onKeyDown={keys} data-testid={type.id ? undefined : 'type-name'} />
      <Switch label={t('window.contracts.settings.files_shown')} aria-label={`${type.name}, ${t('window.contracts.settings.files_shown')}`} checked={type.filesShown} disabled={closed || !type.id} onChange={(e) => void save({ filesShown: e.currentTarget.checked })} />
      {type.archived ? <StateBadge state="archived" /> : <span />}
      {type.id && !type.archived && type.contracts === 0 ? <ActionIcon disabled={closed} aria-label={t('window.contracts.settings.delete', { name: type.name })} title={t('window.contracts.settings.delete', { name: type.name })} onClick={() => void remove()}><Icon name="trash" size={15} /></ActionIcon>
        : type.id ? <ActionIcon disabled={closed} aria-label={t(type.archived ? 'window.contracts.settings.back' : 'window.contracts.settings.away', { name: type.name })} title={t(type.archived ? 'window.contracts.settings.back' : 'window.contracts.settings.away', { name: type.name })} onClick={() => { api.contracts.archiveType(type.id, type.version, !type.archived).then(reload).catch(showError); }}><Icon name={type.archived ? 'undo' : 'archive'} size={15} /></ActionIcon> : <span />}
    </li>
  );
}
