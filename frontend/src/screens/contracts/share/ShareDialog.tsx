// Afficher dans le portail client: who asks for the contract, who else may read it, and what a click on the button does.
import { Anchor, Button, Checkbox, Modal, MultiSelect, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, asApiError, useIntention, type SharePerson, type SharePlan } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { focusFirst } from '~/components/form';
import { Notice, Row, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { hideContract } from './hide';
import css from './share.module.css';

export type SharedContract = { id: string; number: string };
type Choice = { requesterId: string; watcherIds: string[]; allFiles: boolean; again: boolean };

export function ShareDialog({ contract, opened, onClose }: { contract: SharedContract; opened: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Modal opened={opened} onClose={onClose} size={560} title={t('window.sharing.title', { number: contract.number })} closeButtonProps={{ 'aria-label': t('window.close') }}>
      {opened && <Asked contract={contract} onClose={onClose} />}
    </Modal>
  );
}

function Asked({ contract, onClose }: { contract: SharedContract; onClose: () => void }) {
  // As it stands now, never as it was remembered.
  const query = useQuery({ queryKey: ['contracts', 'share', contract.id], gcTime: 0, staleTime: Infinity, queryFn: () => api.contractSharing.look({ contractId: contract.id, version: 0, requesterId: '', watcherIds: [], allFiles: false, again: false }) });
  return <Await query={query}>{(plan) => <Form key={plan.version} plan={plan} contract={contract} onClose={onClose} />}</Await>;
}

function Form({ plan: stands, contract, onClose }: { plan: SharePlan; contract: SharedContract; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const [choice, setChoice] = useState<Choice>({ requesterId: stands.requesterId, watcherIds: stands.watcherIds, allFiles: stands.allFiles, again: false });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const set = (part: Partial<Choice>) => { setChoice((c) => ({ ...c, ...part })); setErrors({}); };
  const wish = { contractId: contract.id, version: stands.version, ...choice };
  const look = useQuery({ queryKey: ['contracts', 'share', contract.id, choice], queryFn: () => api.contractSharing.look(wish), placeholderData: keepPreviousData, enabled: choice.requesterId !== '' });
  const plan = look.data ?? stands;
  const watchers = choice.watcherIds.filter((id) => id !== choice.requesterId);
  const share = async () => {
    try {
      const done = await api.contractSharing.share({ ...wish, watcherIds: watchers }, intention.key());
      intention.done();
      toast(t('window.sharing.shared', { n: done.told.length, number: contract.number }));
      await client.invalidateQueries({ queryKey: ['contracts'] });
      onClose();
    } catch (e) {
      const x = asApiError(e);
      setErrors(Object.keys(x.fields).length ? x.fields : { '': x.message });
      focusFirst(Object.keys(x.fields));
    }
  };
  const hide = async () => { await hideContract(contract); onClose(); };
  if (stands.people.length === 0) return <Stack gap={4}><Notice tone="warning">{t('window.sharing.nobody')}</Notice><Manage onClose={onClose} /></Stack>;
  return (
    <Stack gap={5}>
      <Requester plan={stands} value={choice.requesterId} onChange={(requesterId) => set({ requesterId })} error={errors.requesterId} onClose={onClose} />
      <Watchers plan={stands} value={watchers} requester={choice.requesterId} onChange={(watcherIds) => set({ watcherIds })} error={errors.watcherIds} onClose={onClose} />
      <Checkbox label={t('window.sharing.all_files')} description={t('window.sharing.all_files_hint', { n: stands.files, shown: stands.filesShown })} checked={choice.allFiles} onChange={(e) => set({ allFiles: e.currentTarget.checked })} data-testid="share-files" />
      <Told plan={plan} choice={choice} onAgain={(again) => set({ again })} />
      {errors[''] && <Notice tone="danger">{errors['']}</Notice>}
      <div className={css.foot}>
        {stands.inPortal ? <ActionButton variant="default" onAct={hide} data-testid="share-hide">{t('window.sharing.hide')}</ActionButton> : <span />}
        <Row><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button><ActionButton onAct={share} disabled={!choice.requesterId} data-testid="share">{t(stands.inPortal ? 'window.sharing.save' : 'window.sharing.verb')}</ActionButton></Row>
      </div>
    </Stack>
  );
}

const option = (p: SharePerson) => ({ value: p.id, label: [p.name, p.barred && tDynamic(`window.sharing.reason.${p.barred}`)].filter(Boolean).join(' · '), disabled: p.barred !== '' });

/** Somebody of another customer is found by what is typed as well, to say why not and where that is changed. */
function useElsewhere(plan: SharePlan, words: string) {
  const t = useT();
  const [asked] = useDebouncedValue(words.trim(), 150);
  const [named, setNamed] = useState<SharePerson[]>([]);
  const own = plan.people.some((p) => option(p).label === words.trim()); // a name that was chosen, not one that is looked for
  const enabled = asked.length > 1 && !own;
  const others = useQuery({ queryKey: ['contracts', 'share', 'elsewhere', plan.contractId, asked], queryFn: () => api.contractSharing.elsewhere(plan.contractId, asked), enabled });
  // What was found stays said when the field is left.
  useEffect(() => { if (enabled && others.data) setNamed(others.data); }, [enabled, others.data]);
  const items = (enabled ? others.data ?? [] : []).map((p) => ({ ...option(p), label: `${p.name} · ${p.customerName}` }));
  return { named, group: items.length ? [{ group: t('window.sharing.reason.other_customer'), items }] : [] };
}

function Elsewhere({ named, onClose, id }: { named: SharePerson[]; onClose: () => void; id: string }) {
  const t = useT();
  return named.length > 0 && <div className={css.why} data-testid={id}><Notice tone="info">{named.map((p) => <p key={p.id}>{t('window.sharing.elsewhere', { name: p.name, customer: p.customerName })}</p>)}<Manage onClose={onClose} words={named[0]?.name} /></Notice></div>;
}

/** Who asks for the contract. */
function Requester({ plan, value, onChange, error, onClose }: { plan: SharePlan; value: string; onChange: (id: string) => void; error?: string; onClose: () => void }) {
  const t = useT();
  const [words, setWords] = useState('');
  const { named, group } = useElsewhere(plan, words);
  return (
    <div>
      <Select label={t('window.sharing.requester')} description={t('window.sharing.requester_hint')} searchable searchValue={words} onSearchChange={setWords} data={[{ group: plan.customerName, items: plan.people.map((p) => option(p)) }, ...group]} value={value || null} onChange={(id) => onChange(id ?? '')}
        error={error} allowDeselect={false} nothingFoundMessage={t('window.lookup.none')} data-field="requesterId" data-testid="share-requester" data-autofocus />
      <Elsewhere named={named} onClose={onClose} id="share-elsewhere-requester" />
    </div>
  );
}

/** Others of the same customer. */
function Watchers({ plan, value, requester, onChange, error, onClose }: { plan: SharePlan; value: string[]; requester: string; onChange: (ids: string[]) => void; error?: string; onClose: () => void }) {
  const t = useT();
  const [words, setWords] = useState('');
  const { named, group } = useElsewhere(plan, words);
  const own = plan.people.filter((p) => p.id !== requester).map((p) => option(p));
  const data = [{ group: plan.customerName, items: own }, ...group];
  return (
    <div>
      <MultiSelect label={t('window.sharing.watchers')} description={t('window.sharing.watchers_hint', { customer: plan.customerName })} placeholder={value.length ? undefined : t('window.sharing.watchers_pick')} searchable searchValue={words} onSearchChange={setWords} data={data} value={value} onChange={onChange}
        error={error} hidePickedOptions nothingFoundMessage={t('window.lookup.none')} data-field="watcherIds" data-testid="share-watchers" />
      <Elsewhere named={named} onClose={onClose} id="share-elsewhere" />
    </div>
  );
}

/** Where a contact's details and its customer are changed: Paramètres › Portail client › Gérer les clients. */
function Manage({ onClose, words }: { onClose: () => void; words?: string }) {
  const t = useT();
  const to = '/settings/portal/contacts' + (words ? `?words=${encodeURIComponent(words)}` : '');
  return <p className="small"><Anchor href={'#' + to} onClick={(e) => { e.preventDefault(); onClose(); navigate(to); }} data-testid="share-manage">{t('window.settings.title')} › {t('window.settings.portal')} › {t('window.sharing.manage')}</Anchor><br /><span className="soft">{t('window.sharing.manage_text')}</span></p>;
}

/** What the button will do: whom it writes to, who else will see the contract. */
function Told({ plan, choice, onAgain }: { plan: SharePlan; choice: Choice; onAgain: (again: boolean) => void }) {
  const t = useT();
  const f = useFormat();
  const names = (list: string[]) => new Intl.ListFormat(f.lang).format(list);
  const before = plan.toldBefore.length > 0 || choice.again;
  const milestones = t('window.sharing.milestones', { n: plan.milestones, shown: plan.milestonesShown }).trim();
  return (
    <div className={css.told} aria-live="polite" data-testid="share-tells">
      {before && <Checkbox label={t('window.sharing.again', { names: names(choice.again ? plan.tells : plan.toldBefore) })} checked={choice.again} onChange={(e) => onAgain(e.currentTarget.checked)} data-testid="share-again" />}
      <p>{choice.requesterId && plan.tells.length ? t('window.sharing.tells', { names: names(plan.tells) }) : t('window.sharing.tells_none')}</p>
      {plan.silent.length > 0 && <p>{t('window.sharing.silent', { names: names(plan.silent) })}</p>}
      {milestones && <p>{milestones}</p>}
      {plan.seeEachOther && <p>{t('window.sharing.fellows', { customer: plan.customerName })}</p>}
    </div>
  );
}
