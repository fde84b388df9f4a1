// A contact goes to another customer: what it loses is said before, then done in one step.
import { Button, Select } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, asApiError, useIntention, type CustomerMark, type MovePlan } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Notice, Row, Stack } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { useCustomerSearch } from '~/screens/customers/search';

export function MovePanel({ contactId, name, onClose }: { contactId: string; name: string; onClose: () => void }) {
  const t = useT();
  return <SidePanel opened onClose={onClose} title={t('window.sharing.move.title', { name })}><MoveForm contactId={contactId} name={name} onDone={onClose} onCancel={onClose} /></SidePanel>;
}

export function MoveForm({ contactId, name, onDone, onCancel }: { contactId: string; name: string; onDone: () => void; onCancel: () => void }) {
  const t = useT();
  const search = useCustomerSearch();
  const client = useQueryClient();
  const intention = useIntention();
  const [to, setTo] = useState<CustomerMark>();
  const [successorId, setSuccessor] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const query = useQuery({ queryKey: ['customers', 'move', contactId, to?.id ?? ''], queryFn: () => api.contractSharing.moveLook(contactId, to?.id ?? ''), placeholderData: keepPreviousData, gcTime: 0 });
  const move = async (plan: MovePlan) => {
    try {
      await api.contractSharing.move({ contactId, version: plan.version, customerId: to?.id ?? '', successorId }, intention.key());
      intention.done();
      toast(t('window.sharing.move.done', { name, customer: plan.toName }));
      await client.invalidateQueries();
      onDone();
    } catch (e) {
      const x = asApiError(e);
      setErrors(Object.keys(x.fields).length ? x.fields : { '': x.message });
    }
  };
  return (
    <Await query={query}>{(plan) => {
      const known = plan.sameAddress && plan.toId === to?.id;
      return (
        <Stack gap={4}>
          <Lookup<CustomerMark> text={to?.name ?? ''} topic="customers" search={async (w) => (await search(w)).filter((c) => c.id !== plan.fromId)}
            onPick={(o) => { setTo(o.value); setErrors({}); }} input={{ label: t('window.sharing.move.choose'), error: errors.customerId ?? (known ? t('window.sharing.move.known', { customer: plan.toName }) : undefined), 'data-field': 'customerId', 'data-testid': 'move-to', autoFocus: true }} />
          {plan.primary && plan.successors.length > 0 && <Select label={t('window.sharing.move.successor', { customer: plan.fromName })} data={plan.successors.map((s) => ({ value: s.publicId, label: s.name || s.email }))} value={successorId || null} onChange={(v) => { setSuccessor(v ?? ''); setErrors({}); }} error={errors.successorId} allowDeselect={false} data-field="successorId" data-testid="move-successor" />}
          <Said plan={plan} name={name} />
          {errors[''] && <Notice tone="danger">{errors['']}</Notice>}
          <Row end><Button variant="default" onClick={onCancel}>{t('window.cancel')}</Button><ActionButton onAct={() => move(plan)} disabled={!to || known || plan.primary && plan.successors.length > 0 && !successorId} data-testid="move">{t('window.sharing.move.verb')}</ActionButton></Row>
        </Stack>
      );
    }}</Await>
  );
}

/** What it loses and what stays. */
function Said({ plan, name }: { plan: MovePlan; name: string }) {
  const t = useT();
  const f = useFormat();
  const blocked = plan.contracts.filter((c) => c.awaited);
  return (
    <div style={{ display: 'grid', gap: 8 }} data-testid="move-said">
      {plan.contracts.length === 0 ? <p className="soft">{t('window.sharing.move.loses_none', { customer: plan.fromName })}</p> : (
        <Notice tone="warning">
          <p style={{ margin: '0 0 4px' }}>{t('window.sharing.move.loses', { name, customer: plan.fromName })}</p>
          <ul style={{ listStyle: 'disc', paddingLeft: 20, margin: 0 }}>{plan.contracts.map((c) => <li key={c.id}>{c.number} · {c.title}{c.requester && ` (${t('window.sharing.move.requester')})`}{c.watcher && ` (${t('window.sharing.move.watcher')})`}</li>)}</ul>
        </Notice>
      )}
      {blocked.length > 0 && <Notice tone="warning">{t('window.sharing.move.blocked', { titles: new Intl.ListFormat(f.lang).format(blocked.map((c) => c.number)) })}</Notice>}
      <p className="soft">{t('window.sharing.move.stays', { customer: plan.fromName, name })}</p>
      <p className="soft">{t('window.sharing.move.keeps')}{plan.becomesPrimary && plan.toName ? ` ${t('window.sharing.move.becomes_primary', { name })}` : ''}</p>
    </div>
  );
}
