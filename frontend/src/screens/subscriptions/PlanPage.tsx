import { ActionIcon, Button, Checkbox, NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Plan, type PlanEditor } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { IntegerInput, MoneyInput } from '~/components/inputs';
import { Grid, Notice, Page, PageHeader, Section, Stack, type Action } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { PlanLinks } from './PlanLinks';
import css from './subscriptions.module.css';

export function PlanPage({ id }: { id: string }) {
  const f = useFormat();
  const query = useQuery({ queryKey: ['plans', 'one', id, f.lang], queryFn: () => api.subscriptions.plan(id) });
  return <Await whole query={query}>{(e) => <Editor key={`${id}-${e.plan.version}`} editor={e} />}</Await>;
}

const units = ['month', 'year', 'week', 'day'];

function Editor({ editor: e }: { editor: PlanEditor }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<Plan>(e.plan);
  const v = form.values;
  const fresh = !e.plan.publicId;
  const save = async () => {
    form.clear();
    const saved = await api.subscriptions.savePlan(v, intention.key());
    intention.done();
    toast(t('window.subscriptions.plan.saved'));
    await client.invalidateQueries({ queryKey: ['plans'] });
    if (fresh) navigate(`/plans/${saved.id}`, { replace: true });
  };
  const setState = async (state: string) => {
    if (state === 'withdrawn' && !await confirm({ title: t('window.subscriptions.plan.withdraw_ask'), body: t('window.subscriptions.plan.withdraw_text'), verb: t('window.subscriptions.plan.withdraw') })) return;
    const done = await api.subscriptions.setPlanState(v.publicId, e.plan.version, state);
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['plans'] });
  };
  const menu: Action[] = fresh ? [] : v.state === 'open'
    ? [{ label: t('window.subscriptions.plan.withdraw'), icon: 'close', danger: true, onClick: () => void setState('withdrawn').catch(showError) }]
    : [{ label: t('window.subscriptions.plan.offer'), icon: 'check', onClick: () => void setState('open').catch(showError) }];
  const title = fresh ? t('window.subscriptions.plan.new') : e.plan.nameFr;
  return (
    <Page>
      <PageHeader title={title} back={{ href: '/plans', label: t('window.subscriptions.plans') }} badge={!fresh && v.state === 'withdrawn' ? <Badge tone="neutral">{t('window.subscriptions.plan_state.withdrawn')}</Badge> : undefined}
        primary={<ActionButton onAct={save} onError={form.fail} disabled={!fresh && !form.dirty} data-testid="save-plan">{t('window.save')}</ActionButton>} menu={menu} />
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      {!fresh && form.dirty && <Notice tone="info">{t('window.subscriptions.plan.keeps')}</Notice>}
      <Grid cols={2}>
        <Stack gap={4}>
          <Section title={t('window.subscriptions.plan.what')}>
            <div className={css.form}>
              <Grid>
                <TextInput label={t('window.subscriptions.plan.name_fr')} required autoFocus={fresh} {...form.text('nameFr')} />
                <TextInput label={t('window.subscriptions.plan.name_en')} {...form.text('nameEn')} />
                <Textarea label={t('window.subscriptions.plan.about_fr')} autosize minRows={2} {...form.text('aboutFr')} />
                <Textarea label={t('window.subscriptions.plan.about_en')} autosize minRows={2} {...form.text('aboutEn')} />
              </Grid>
            </div>
          </Section>
          <Section title={t('window.subscriptions.plan.price')}>
            <div className={css.form}>
              <Grid>
                <MoneyInput label={t(v.seatsMax > 1 ? 'window.subscriptions.plan.price_seat' : 'window.subscriptions.plan.price_period')} required currency={v.currency} {...form.field('priceMinor')} onChange={(n) => form.set('priceMinor', n ?? 0)} />
                <NativeSelect label={t('window.subscriptions.plan.tax')} value={v.pricesInclTax ? '1' : ''} data={[{ value: '', label: t('window.subscriptions.plan.excl') }, { value: '1', label: t('window.subscriptions.plan.incl') }]} onChange={(x) => form.set('pricesInclTax', x.currentTarget.value === '1')} />
                <IntegerInput label={t('window.subscriptions.plan.every')} {...form.field('every')} onChange={(n) => form.set('every', n ?? 1)} />
                <NativeSelect label={t('window.subscriptions.plan.unit')} value={v.unit} data={units.map((u) => ({ value: u, label: tDynamic(`window.subscriptions.unit.${u}`) }))} onChange={(x) => form.set('unit', x.currentTarget.value)} />
                <MoneyInput label={t('window.subscriptions.plan.setup')} description={t('window.subscriptions.plan.setup_hint')} currency={v.currency} {...form.field('setupMinor')} onChange={(n) => form.set('setupMinor', n ?? 0)} />
                <NativeSelect label={t('window.subscriptions.plan.tax_code')} description={t('window.subscriptions.plan.tax_code_hint')} value={v.taxCodes[0] ?? ''} data={[{ value: '', label: t('window.subscriptions.plan.tax_auto') }, ...e.taxes.map((x) => ({ value: x.code, label: x.label }))]} error={form.errors.taxCodes}
                  onChange={(x) => form.set('taxCodes', x.currentTarget.value ? [x.currentTarget.value] : [])} />
              </Grid>
            </div>
          </Section>
          <Section title={t('window.subscriptions.plan.trial')}>
            <Grid>
              <IntegerInput label={t('window.subscriptions.plan.trial_days')} {...form.field('trialDays')} onChange={(n) => form.set('trialDays', n ?? 0)} />
              <div style={{ alignSelf: 'end' }}><Switch label={t('window.subscriptions.plan.trial_method')} disabled={!v.trialDays} checked={v.trialMethod} onChange={(x) => form.set('trialMethod', x.currentTarget.checked)} /></div>
            </Grid>
          </Section>
        </Stack>
        <Stack gap={4}>
          <Section title={t('window.subscriptions.plan.seats')}>
            <Grid>
              <IntegerInput label={t('window.subscriptions.plan.seats_min')} {...form.field('seatsMin')} onChange={(n) => form.set('seatsMin', n ?? 1)} />
              <IntegerInput label={t('window.subscriptions.plan.seats_max')} description={t('window.subscriptions.plan.seats_hint')} {...form.field('seatsMax')} onChange={(n) => form.set('seatsMax', n ?? 1)} />
            </Grid>
          </Section>
          <Extras form={form} />
          <Section title={t('window.subscriptions.plan.may')}>
            <div className={css.options}>
              <Switch label={t('window.subscriptions.plan.may_cancel')} checked={v.mayCancel} onChange={(x) => form.set('mayCancel', x.currentTarget.checked)} />
              <Grid>
                <NativeSelect label={t('window.subscriptions.plan.cancel_rule')} value={v.cancelRule} data={['period_end', 'at_once', 'at_once_credit'].map((r) => ({ value: r, label: tDynamic(`window.subscriptions.rule.${r}`) }))} onChange={(x) => form.set('cancelRule', x.currentTarget.value)} />
                <div style={{ alignSelf: 'end' }}><Switch label={t('window.subscriptions.plan.cancel_waits')} disabled={!v.mayCancel} checked={v.cancelWaits} onChange={(x) => form.set('cancelWaits', x.currentTarget.checked)} /></div>
              </Grid>
              <Switch label={t('window.subscriptions.plan.may_seats')} checked={v.mayChangeSeats} onChange={(x) => form.set('mayChangeSeats', x.currentTarget.checked)} />
              <Switch label={t('window.subscriptions.plan.may_plan')} checked={v.mayChangePlan} onChange={(x) => form.set('mayChangePlan', x.currentTarget.checked)} />
              {v.mayChangePlan && (
                <Checkbox.Group label={t('window.subscriptions.plan.move_to')} value={v.moveTo} onChange={(x) => form.set('moveTo', x)} error={form.errors.moveTo}>
                  <div className={css.options} style={{ marginTop: 8 }}>
                    {e.others.filter((o) => o.currency === v.currency).map((o) => <Checkbox key={o.id} value={o.id} label={o.label} />)}
                    {e.others.length === 0 && <span className="soft small">{t('window.subscriptions.plan.no_others')}</span>}
                  </div>
                </Checkbox.Group>
              )}
              <NativeSelect label={t('window.subscriptions.plan.downgrade')} value={v.downgrade} data={['credit', 'period_end'].map((r) => ({ value: r, label: tDynamic(`window.subscriptions.down.${r}`) }))} onChange={(x) => form.set('downgrade', x.currentTarget.value)} />
              <Switch label={t('window.subscriptions.plan.auto_charge')} checked={v.autoCharge} onChange={(x) => form.set('autoCharge', x.currentTarget.checked)} />
            </div>
          </Section>
        </Stack>
      </Grid>
      {!fresh && <PlanLinks editor={e} />}
      {fresh && <p className="soft">{t('window.subscriptions.link.first_save')}</p>}
      {!fresh && <p><Button variant="subtle" size="compact-md" onClick={() => navigate(`/subscriptions?plan=${v.publicId}&name=${encodeURIComponent(e.plan.nameFr)}`)}>{t('window.subscriptions.plan.who')}</Button></p>}
    </Page>
  );
}

function Extras({ form }: { form: ReturnType<typeof useForm<Plan>> }) {
  const t = useT();
  const list = form.values.extras;
  const set = (i: number, part: Partial<Plan['extras'][number]>) => form.set('extras', list.map((x, n) => (n === i ? { ...x, ...part } : x)));
  const add = <MakeButton size="compact-md" variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => form.set('extras', [...list, { id: '', nameFr: '', nameEn: '', priceMinor: 0, perSeat: false }])}>{t('window.subscriptions.extra.add')}</MakeButton>;
  return (
    <Section title={t('window.subscriptions.extra.title')} actions={add}>
      {list.length === 0 && <span className="soft">{t('window.subscriptions.extra.none')}</span>}
      {list.map((x, i) => (
        <div key={i} className={css.extra}>
          <TextInput label={t('window.subscriptions.plan.name_fr')} value={x.nameFr} error={form.errors[`extras.${i}.nameFr`]} data-field={`extras.${i}.nameFr`} onChange={(c) => set(i, { nameFr: c.currentTarget.value })} />
          <TextInput label={t('window.subscriptions.plan.name_en')} value={x.nameEn} onChange={(c) => set(i, { nameEn: c.currentTarget.value })} />
          <MoneyInput label={t('window.subscriptions.plan.price')} currency={form.values.currency} value={x.priceMinor} error={form.errors[`extras.${i}.priceMinor`]} onChange={(n) => set(i, { priceMinor: n ?? 0 })} />
          <Checkbox label={t('window.subscriptions.extra.per_seat')} disabled={form.values.seatsMax <= 1} checked={x.perSeat} onChange={(c) => set(i, { perSeat: c.currentTarget.checked })} style={{ paddingBottom: 8 }} />
          <ActionIcon variant="default" size={36} aria-label={t('window.subscriptions.extra.remove', { name: x.nameFr })} onClick={() => form.set('extras', list.filter((_, n) => n !== i))}><Icon name="trash" size={16} /></ActionIcon>
        </div>
      ))}
    </Section>
  );
}
