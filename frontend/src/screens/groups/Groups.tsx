// Groupe clients: the list, and the form with its tab Principal › Règles. The portal's tabs come with the portal's groups.
import { Button, Checkbox, Select, Switch, Tabs, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Link } from 'wouter';
import { api, useIntention, type Group } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { IntegerInput } from '~/components/inputs';
import { Empty, Grid, Notice, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { tDynamic, useT } from '~/i18n';
import table from '~/screens/settings/settings.module.css';

const home = '/settings/groups';
export const regimes = ['domestic', 'eu', 'export', 'quebec', 'canada', 'reverse_charge', 'exempt'];

export function Groups() {
  const [path] = useLocation();
  const id = path.split('/')[3];
  return id ? <GroupForm key={id} id={id === 'new' ? '' : id} /> : <GroupList />;
}

export const useGroups = () => useQuery({ queryKey: ['groups', 'all'], queryFn: api.groups.list });

function GroupList() {
  const t = useT();
  const query = useGroups();
  const add = <Button size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={() => navigate(`${home}/new`)} data-testid="new-group">{t('window.groups.new')}</Button>;
  const terms = (g: Group) => g.termsDays === null || g.termsDays === undefined ? t('window.groups.firm_terms') : t(g.termsEndOfMonth ? 'window.groups.terms_eom' : 'window.groups.terms', { n: g.termsDays });
  return (
    <Section title={t('window.groups.title')} actions={add} flush>
      <p className="small faint" style={{ padding: '12px 16px 4px' }}>{t('window.groups.path')}</p>
      <Await query={query}>{(list) => list.length === 0
        ? <Empty icon="customers" title={t('window.groups.empty')} text={t('window.groups.empty_text')}>{add}</Empty>
        : <div className={table.scroll} tabIndex={0} role="group" aria-label={t('window.groups.title')}>
            <table className={table.table}>
              <thead><tr><th scope="col">{t('window.groups.name')}</th><th scope="col">{t('window.groups.terms_days')}</th><th scope="col">{t('window.groups.policy')}</th><th scope="col">{t('window.groups.price_list')}</th><th scope="col" className="num">{t('window.groups.customers')}</th></tr></thead>
              <tbody>{list.map((g) => <tr key={g.publicId}><td><Link href={`${home}/${g.publicId}`}>{g.name}</Link>{g.isDefault && <>{' '}<Badge tone="accent">{t('window.groups.default_badge')}</Badge></>}</td><td>{terms(g)}</td><td>{g.policyName || t('window.groups.policy_default')}</td><td>{g.priceListName}</td><td className="num">{g.customers}</td></tr>)}</tbody>
            </table>
          </div>}</Await>
    </Section>
  );
}

function GroupForm({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['settings-form', 'group', id], queryFn: () => api.groups.get(id), gcTime: 0, staleTime: Infinity });
  return <Await query={query}>{(g) => <Editor key={g.version} group={g} />}</Await>;
}

function Editor({ group }: { group: Group }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<Group>(group);
  const v = form.values;
  const policies = useQuery({ queryKey: ['reminders', 'policies'], queryFn: api.reminders.policies });
  const lists = useQuery({ queryKey: ['groups', 'price-lists'], queryFn: api.groups.priceLists });
  const back = async () => { await client.invalidateQueries({ queryKey: ['groups'] }); navigate(home); };
  const save = async () => {
    form.clear();
    await api.groups.save(v, intention.key());
    intention.done();
    toast(t('window.settings.saved'));
    await back();
  };
  const remove = async () => {
    if (!await confirm({ title: t('window.groups.delete', { name: group.name }), verb: t('window.delete') })) return;
    await api.groups.remove(group.publicId, group.version);
    await back();
  };
  return (
    <>
      <p className="small faint"><Link href={home}>{t('window.groups.path')}</Link></p>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Tabs value="main" keepMounted={false}>
        <Tabs.List aria-label={t('window.groups.title')}><Tabs.Tab value="main">{t('window.groups.tab_main')}</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="main" pt="md">
          <Stack gap={4}>
            <Section title={v.name || t('window.groups.new')}>
              <Grid>
                <TextInput label={t('window.groups.name')} required autoFocus={!group.publicId} {...form.text('name')} />
                <div style={{ alignSelf: 'end' }}><Switch label={t('window.groups.default')} checked={v.isDefault} onChange={(e) => form.set('isDefault', e.currentTarget.checked)} /></div>
              </Grid>
            </Section>
            <Section title={t('window.groups.rules')}>
              <Stack gap={4}>
                <p className="soft">{t('window.groups.rules_hint')}</p>
                <Grid>
                  <div style={{ display: 'grid', gap: 8 }}>
                    <IntegerInput label={t('window.groups.terms_days')} placeholder={t('window.groups.firm_terms')} value={v.termsDays ?? null} onChange={(n) => form.set('termsDays', n)} error={form.errors.termsDays} data-field="termsDays" />
                    <Checkbox label={t('window.customers.form.end_of_month')} disabled={v.termsDays === null || v.termsDays === undefined} checked={v.termsEndOfMonth} onChange={(e) => form.set('termsEndOfMonth', e.currentTarget.checked)} />
                  </div>
                  <Select label={t('window.groups.regime')} clearable placeholder={t('window.groups.by_country')} data={regimes.map((r) => ({ value: r, label: tDynamic(`common.regime.${r}`) }))} value={v.taxRegime || null} onChange={(r) => form.set('taxRegime', r ?? '')} error={form.errors.taxRegime} data-field="taxRegime" clearButtonProps={{ 'aria-label': t('window.groups.clear') }} />
                  <Select label={t('window.groups.language')} clearable placeholder={t('window.groups.firm_language')} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} value={v.language || null} onChange={(l) => form.set('language', l ?? '')} error={form.errors.language} data-field="language" clearButtonProps={{ 'aria-label': t('window.groups.clear') }} />
                  <Select label={t('window.groups.price_list')} clearable placeholder={t('window.groups.no_price_list')} data={lists.data?.map((l) => ({ value: l.code, label: l.label })) ?? []} value={v.priceListId || null} onChange={(l) => form.set('priceListId', l ?? '')} error={form.errors.priceListId} data-field="priceListId" clearButtonProps={{ 'aria-label': t('window.groups.clear') }} />
                  <Select label={t('window.groups.policy')} clearable placeholder={t('window.groups.policy_default')} data={(policies.data?.policies ?? []).map((p) => ({ value: p.publicId, label: p.name }))} value={v.policyId || null} onChange={(p) => form.set('policyId', p ?? '')} error={form.errors.policyId} data-field="policyId" clearButtonProps={{ 'aria-label': t('window.groups.clear') }} />
                  <div style={{ alignSelf: 'end' }}><Switch label={t('window.groups.uploads')} checked={v.uploadsAllowed} onChange={(e) => form.set('uploadsAllowed', e.currentTarget.checked)} /></div>
                </Grid>
              </Stack>
            </Section>
          </Stack>
        </Tabs.Panel>
      </Tabs>
      <div className={table.save}>
        <ActionButton onAct={save} onError={form.fail} disabled={!form.dirty} data-testid="save-group">{t('window.save')}</ActionButton>
        <Button variant="default" onClick={() => navigate(home)}>{t('window.cancel')}</Button>
        {group.publicId && <ActionButton variant="default" onAct={remove}>{t('window.delete')}</ActionButton>}
      </div>
    </>
  );
}
