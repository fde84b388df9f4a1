// Principal: the group's name and its rules, among them whether its contacts have the portal.
import { Button, Checkbox, Select, Switch, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, useIntention, type Group } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import type { Form } from '~/components/form';
import { IntegerInput } from '~/components/inputs';
import { Grid, Notice, Section, Stack } from '~/components/layout';
import { toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { tDynamic, useT } from '~/i18n';
import table from '~/screens/settings/settings.module.css';
import { home } from './where';

export const regimes = ['domestic', 'eu', 'export', 'quebec', 'canada', 'reverse_charge', 'exempt'];

export function MainTab({ group, form }: { group: Group; form: Form<Group> }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const v = form.values;
  const left = useRef(false);
  useUnsaved(() => !left.current && JSON.stringify(form.values) !== JSON.stringify(group));
  const save = async () => {
    form.clear();
    const saved = await api.groups.save(v, intention.key());
    intention.done();
    toast(t('window.settings.saved'));
    await client.invalidateQueries({ queryKey: ['groups'] });
    if (!group.publicId) { leave(); return; }
    form.reset(saved);
    client.setQueryData(['settings-form', 'group', group.publicId], saved);
  };
  // What is saved or thrown away holds nobody back any more.
  const leave = () => { left.current = true; navigate(home); };
  const remove = async () => {
    if (!await confirm({ title: t('window.groups.delete', { name: group.name }), verb: t('window.delete') })) return;
    await api.groups.remove(group.publicId, group.version);
    await client.invalidateQueries({ queryKey: ['groups'] });
    leave();
  };
  return (
    <Stack gap={4}>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Section title={v.name || t('window.groups.new')}>
        <Grid>
          <TextInput label={t('window.groups.name')} required autoFocus={!group.publicId} {...form.text('name')} />
          <div style={{ alignSelf: 'end' }}><Switch label={t('window.groups.default')} checked={v.isDefault} onChange={(e) => form.set('isDefault', e.currentTarget.checked)} /></div>
        </Grid>
      </Section>
      <Section title={t('window.groups.rules')}><Rules group={group} form={form} /></Section>
      <div className={table.save} data-foot>
        <ActionButton onAct={save} onError={form.fail} disabled={!form.dirty} data-testid="save-group">{t('window.save')}</ActionButton>
        <Button variant="default" onClick={() => navigate(home)}>{t('window.cancel')}</Button>
        {group.publicId && <ActionButton variant="default" onAct={remove}>{t('window.delete')}</ActionButton>}
      </div>
    </Stack>
  );
}

function Rules({ group, form }: { group: Group; form: Form<Group> }) {
  const t = useT();
  const v = form.values;
  const policies = useQuery({ queryKey: ['reminders', 'policies'], queryFn: api.reminders.policies });
  const lists = useQuery({ queryKey: ['groups', 'price-lists'], queryFn: api.groups.priceLists });
  const clear = { 'aria-label': t('window.groups.clear') };
  return (
    <Stack gap={4}>
      <p className="soft">{t('window.groups.rules_hint')}</p>
      <Grid>
        <div style={{ display: 'grid', gap: 8 }}>
          <IntegerInput label={t('window.groups.terms_days')} placeholder={t('window.groups.firm_terms')} value={v.termsDays ?? null} onChange={(n) => form.set('termsDays', n)} error={form.errors.termsDays} data-field="termsDays" />
          <Checkbox label={t('window.customers.form.end_of_month')} disabled={v.termsDays === null || v.termsDays === undefined} checked={v.termsEndOfMonth} onChange={(e) => form.set('termsEndOfMonth', e.currentTarget.checked)} />
        </div>
        <Select label={t('window.groups.regime')} clearable placeholder={t('window.groups.by_country')} data={regimes.map((r) => ({ value: r, label: tDynamic(`common.regime.${r}`) }))} value={v.taxRegime || null} onChange={(r) => form.set('taxRegime', r ?? '')} error={form.errors.taxRegime} data-field="taxRegime" clearButtonProps={clear} />
        <Select label={t('window.groups.language')} clearable placeholder={t('window.groups.firm_language')} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} value={v.language || null} onChange={(l) => form.set('language', l ?? '')} error={form.errors.language} data-field="language" clearButtonProps={clear} />
        <Select label={t('window.groups.price_list')} clearable placeholder={t('window.groups.no_price_list')} data={lists.data?.map((l) => ({ value: l.code, label: l.label })) ?? []} value={v.priceListId || null} onChange={(l) => form.set('priceListId', l ?? '')} error={form.errors.priceListId} data-field="priceListId" clearButtonProps={clear} />
        <Select label={t('window.groups.policy')} clearable placeholder={t('window.groups.policy_default')} data={(policies.data?.policies ?? []).map((p) => ({ value: p.publicId, label: p.name }))} value={v.policyId || null} onChange={(p) => form.set('policyId', p ?? '')} error={form.errors.policyId} data-field="policyId" clearButtonProps={clear} />
        <div style={{ alignSelf: 'end' }}><Switch label={t('window.groups.uploads')} checked={v.uploadsAllowed} onChange={(e) => form.set('uploadsAllowed', e.currentTarget.checked)} /></div>
      </Grid>
      <UsePortal group={group} form={form} />
    </Stack>
  );
}

/** Utiliser le Portail Facturation CC. Before it is unticked, how many contacts that touches. */
function UsePortal({ group, form }: { group: Group; form: Form<Group> }) {
  const t = useT();
  const v = form.values;
  const change = async (on: boolean) => {
    if (!on && group.publicId && group.portalEnabled) {
      const off = await api.groups.portalOff(group.publicId);
      if (!await confirm({ title: t('window.groups.portal.off_title'), body: [t('window.groups.portal.off_text', { contacts: off.contacts, sessions: off.sessions }), off.free && t('window.registration.free_ends')].filter(Boolean).join(' '), verb: t('window.groups.portal.off_verb') })) return;
    }
    form.set('portalEnabled', on);
  };
  const closing = group.portalEnabled && !v.portalEnabled && !!group.publicId;
  return (
    <>
      <Checkbox label={t('window.groups.portal.use')} description={t(v.portalEnabled ? 'window.groups.portal.use_on' : 'window.groups.portal.use_off')} checked={v.portalEnabled} onChange={(e) => void change(e.currentTarget.checked).catch(form.fail)} data-field="portalEnabled" data-testid="use-portal" />
      {closing && <Notice tone="warning">{t('window.groups.portal.off_on_save')}</Notice>}
    </>
  );
}
