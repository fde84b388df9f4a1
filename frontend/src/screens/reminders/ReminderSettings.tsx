// Paramètres › Relances: the policies with their levels and texts, each with its look on a real invoice, and the rates.
import { ActionIcon, Button, Checkbox, SegmentedControl, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, asApiError, useIntention, type LateRate, type LateRates, type Policy, type PolicyDesk, type PolicyLevel } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { useForm, type Form } from '~/components/form';
import { Icon } from '~/components/Icon';
import { DateInput, IntegerInput, PercentInput } from '~/components/inputs';
import { Grid, Notice, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { useFormat } from '~/format/format';
import { useLang, useT } from '~/i18n';
import table from '~/screens/settings/settings.module.css';
import css from './reminders.module.css';

export function ReminderSettings() {
  const query = useQuery({ queryKey: ['settings-form', 'reminders'], queryFn: api.reminders.policies, gcTime: 0, staleTime: Infinity });
  return <Await query={query}>{(d) => <Desk desk={d} again={() => void query.refetch()} />}</Await>;
}

const blank = (): Policy => ({ publicId: '', name: '', isDefault: false, automatic: false, groups: 0, version: 0, levels: [{ days: 5, interest: false, indemnity: false, formal: false, subjectFr: '', bodyFr: '', subjectEn: '', bodyEn: '', tone: 'friendly' }] });

function Desk({ desk, again }: { desk: PolicyDesk; again: () => void }) {
  const t = useT();
  const [id, setId] = useState(desk.policies[0]?.publicId ?? '');
  const policy = desk.policies.find((p) => p.publicId === id);
  return (
    <>
      <Section title={t('window.reminders.policies')} actions={<MakeButton variant="default" size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={() => setId('')}>{t('window.reminders.policy_new')}</MakeButton>}>
        <Stack gap={3}>
          <p className="soft">{t('window.reminders.policies_hint')}</p>
          <Select label={t('window.reminders.policy')} allowDeselect={false} maw={360} value={id} onChange={(v) => setId(v ?? '')} data={[...desk.policies.map((p) => ({ value: p.publicId, label: p.isDefault ? t('window.reminders.is_default', { name: p.name }) : p.name })), ...(id === '' ? [{ value: '', label: t('window.reminders.policy_new') }] : [])]} />
        </Stack>
      </Section>
      <Editor key={id + (policy?.version ?? 0)} policy={policy ?? blank()} desk={desk} saved={(p) => { setId(p.publicId); again(); }} removed={() => { setId(desk.policies[0]?.publicId ?? ''); again(); }} />
      <Rates rates={desk.rates} />
    </>
  );
}

function Editor({ policy, desk, saved, removed }: { policy: Policy; desk: PolicyDesk; saved: (p: Policy) => void; removed: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<Policy>(policy);
  useUnsaved(() => JSON.stringify(form.values) !== JSON.stringify(policy));
  const [lang, setLang] = useState<string>(useLang());
  const [at, setAt] = useState(0);
  const v = form.values;
  const setLevel = (i: number, part: Partial<PolicyLevel>) => form.set('levels', v.levels.map((l, j) => (j === i ? { ...l, ...part } : l)));
  const add = () => { const last = v.levels[v.levels.length - 1]; form.set('levels', [...v.levels, { ...blank().levels[0]!, days: (last?.days ?? 0) + 10, interest: last?.interest ?? false, indemnity: last?.indemnity ?? false }]); setAt(v.levels.length); };
  const save = async () => {
    form.clear();
    const p = await api.reminders.savePolicy(v, intention.key());
    intention.done();
    toast(t('window.settings.saved'));
    await client.invalidateQueries({ queryKey: ['reminders'] });
    saved(p);
  };
  const remove = async () => {
    if (!await confirm({ title: t('window.reminders.policy_delete', { name: policy.name }), verb: t('window.delete') })) return;
    await api.reminders.deletePolicy(policy.publicId, policy.version);
    removed();
  };
  return (
    <>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Section title={t('window.reminders.levels')} actions={<SegmentedControl size="xs" value={lang} onChange={setLang} aria-label={t('window.reminders.text_language')} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} />}>
        <Stack gap={4}>
          <Grid>
            <TextInput label={t('window.reminders.policy_name')} required {...form.text('name')} />
            <div style={{ display: 'grid', gap: 8, alignContent: 'end' }}>
              <Switch label={t('window.reminders.automatic')} checked={v.automatic} onChange={(e) => form.set('automatic', e.currentTarget.checked)} data-testid="automatic" />
              <Switch label={t('window.reminders.default')} checked={v.isDefault} disabled={policy.isDefault} onChange={(e) => form.set('isDefault', e.currentTarget.checked)} />
            </div>
          </Grid>
          {v.levels.map((l, i) => <Level key={i} n={i} level={l} lang={lang} desk={desk} form={form} open={at === i} onOpen={() => setAt(i)} set={(part) => setLevel(i, part)} remove={v.levels.length > 1 ? () => { form.set('levels', v.levels.filter((_, j) => j !== i)); setAt(0); } : undefined} />)}
          {form.errors.levels && <p className="small" style={{ color: 'var(--danger)' }} data-field="levels">{form.errors.levels}</p>}
          {v.levels.length < 9 && <div><MakeButton variant="default" size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={add}>{t('window.reminders.level_add')}</MakeButton></div>}
          <details><summary className="soft">{t('window.reminders.fields')}</summary><div className={css.fields} style={{ marginTop: 8 }}>{desk.placeholders.map((p) => <code key={p}>{`{{${p}}}`}</code>)}</div></details>
        </Stack>
      </Section>
      <Look policy={v} level={Math.min(at, v.levels.length - 1) + 1} lang={lang} />
      <div className={table.save} data-foot>
        <ActionButton onAct={save} onError={form.fail} disabled={!form.dirty} data-testid="save-policy">{t('window.save')}</ActionButton>
        {policy.publicId && !policy.isDefault && <ActionButton variant="default" onAct={remove}>{t('window.delete')}</ActionButton>}
      </div>
    </>
  );
}

type LevelProps = { n: number; level: PolicyLevel; lang: string; desk: PolicyDesk; form: Form<Policy>; open: boolean; onOpen: () => void; set: (part: Partial<PolicyLevel>) => void; remove?: () => void };
function Level({ n, level: l, lang, desk, form, open, onOpen, set, remove }: LevelProps) {
  const t = useT();
  const shipped = desk.texts.find((x) => x.tone === l.tone) ?? desk.texts[0]!;
  const error = (what: string) => ({ error: form.errors[`levels.${n}.${what}`], 'data-field': `levels.${n}.${what}` });
  const when = l.days < 0 ? t('window.reminders.days_before', { n: -l.days }) : l.days === 0 ? t('window.reminders.days_on') : t('window.reminders.days_after', { n: l.days });
  const en = lang === 'en';
  return (
    <div className={css.level} onFocus={onOpen}>
      <div className={css.levelHead}>
        <IntegerInput w={130} label={t('window.reminders.days', { n: n + 1 })} value={l.days} onChange={(d) => set({ days: d ?? 0 })} {...error('days')} />
        <Badge tone={l.formal ? 'danger' : l.days <= 0 ? 'info' : 'warning'}>{when}</Badge>
        {remove ? <ActionIcon variant="default" aria-label={t('window.reminders.level_remove', { n: n + 1 })} onClick={remove}><Icon name="trash" size={15} /></ActionIcon> : <span />}
      </div>
      {l.days > 0 && <div style={{ display: 'flex', gap: 16, flexWrap: 'wrap' }}>
        <Checkbox label={t('window.reminders.claim_interest')} checked={l.interest} onChange={(e) => set({ interest: e.currentTarget.checked })} />
        <Checkbox label={t('window.reminders.claim_indemnity')} checked={l.indemnity} onChange={(e) => set({ indemnity: e.currentTarget.checked })} />
        <Checkbox label={t('window.reminders.formal')} checked={l.formal} onChange={(e) => set({ formal: e.currentTarget.checked, tone: e.currentTarget.checked ? 'notice' : 'firm' })} />
      </div>}
      {open ? <>
        <TextInput label={t('window.reminders.subject')} placeholder={en ? shipped.subjectEn : shipped.subjectFr} value={en ? l.subjectEn : l.subjectFr} onChange={(e) => set(en ? { subjectEn: e.currentTarget.value } : { subjectFr: e.currentTarget.value })} {...error(en ? 'subjectEn' : 'subjectFr')} />
        <Textarea label={t('window.reminders.body')} description={t('window.reminders.body_hint')} placeholder={en ? shipped.bodyEn : shipped.bodyFr} autosize minRows={4} maxRows={14} value={en ? l.bodyEn : l.bodyFr} onChange={(e) => set(en ? { bodyEn: e.currentTarget.value } : { bodyFr: e.currentTarget.value })} {...error(en ? 'bodyEn' : 'bodyFr')} />
        {!(en ? l.bodyEn : l.bodyFr) && <div><Button variant="subtle" size="compact-sm" onClick={() => set(en ? { subjectEn: shipped.subjectEn, bodyEn: shipped.bodyEn } : { subjectFr: shipped.subjectFr, bodyFr: shipped.bodyFr })}>{t('window.reminders.own_text')}</Button></div>}
      </> : <div><Button variant="subtle" size="compact-sm" onClick={onOpen}>{t('window.reminders.show_text')}</Button></div>}
    </div>
  );
}

/** The level as it is typed, on a real invoice; it follows the typing at a distance. */
function Look({ policy, level, lang }: { policy: Policy; level: number; lang: string }) {
  const t = useT();
  const intention = useIntention();
  const typed = JSON.stringify({ policy: { ...policy, name: policy.name || '-' }, level, lang, documentId: '' });
  const [asked, setAsked] = useState(typed);
  useEffect(() => { const timer = setTimeout(() => setAsked(typed), 400); return () => clearTimeout(timer); }, [typed]);
  const query = useQuery({ queryKey: ['reminders', 'sample', asked], queryFn: () => api.reminders.sample(JSON.parse(asked)), retry: false, gcTime: 0, placeholderData: (was) => was });
  const send = async () => { const done = await api.reminders.try(JSON.parse(typed), intention.key()); intention.done(); toast(done.message); };
  return (
    <Section title={t('window.reminders.look', { n: level })} actions={<ActionButton variant="default" size="compact-md" leftSection={<Icon name="send" size={14} />} onAct={send} data-testid="try-reminder">{t('window.reminders.try')}</ActionButton>}>
      {query.error ? <p className="soft">{asApiError(query.error).message}</p> : query.data && <Stack gap={2}>
        <p className="soft">{t('window.reminders.look_on', { number: query.data.number })}</p>
        <p className="soft small">{t('window.reminders.sender', { from: query.data.from })}</p>
        <strong>{query.data.subject}</strong>
        <iframe className={css.look} title={query.data.subject} sandbox="" srcDoc={query.data.html} />
      </Stack>}
    </Section>
  );
}

function Rates({ rates }: { rates: LateRates }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [all, setAll] = useState(rates);
  const fresh = (): LateRate => ({ from: all.missing, to: '', ratePcm: 0, floorPcm: 0, indemnityMinor: 0, source: '', shipped: false, confirmed: true });
  const form = useForm<LateRate>(fresh());
  const use = (r: LateRates) => { setAll(r); form.reset({ ...fresh(), from: r.missing }); void client.invalidateQueries({ queryKey: ['home'] }); void client.invalidateQueries({ queryKey: ['reminders'] }); };
  return (
    <Section title={t('window.reminders.rates')} flush>
      <div style={{ padding: '12px 16px', display: 'grid', gap: 12 }}>
        <p className="soft small">{all.agreedPcm > 0 ? t('window.reminders.rates_agreed', { rate: f.percent(all.agreedPcm) }) : t('window.reminders.rates_hint')}</p>
        {all.missing && <Notice tone="warning">{t('window.reminders.rate_missing_now', { from: f.date(all.missing) })}</Notice>}
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <Grid cols={4}>
          <DateInput label={t('window.reminders.rate_from')} {...form.field('from')} />
          <PercentInput label={t('window.reminders.rate')} value={form.values.ratePcm || null} onChange={(n) => form.set('ratePcm', n ?? 0)} error={form.errors.ratePcm} data-field="ratePcm" />
          <PercentInput label={t('window.reminders.rate_floor')} value={form.values.floorPcm || null} onChange={(n) => form.set('floorPcm', n ?? 0)} error={form.errors.floorPcm} data-field="floorPcm" />
          <TextInput label={t('window.reminders.rate_source')} {...form.text('source')} />
        </Grid>
        <div><ActionButton variant="default" disabled={!form.dirty} onError={form.fail} onAct={async () => { form.clear(); use(await api.reminders.saveRate(form.values)); toast(t('window.settings.saved')); }} data-testid="save-rate">{t('window.reminders.rate_add')}</ActionButton></div>
      </div>
      {all.rows.length > 0 && <div className={table.scroll} tabIndex={0} role="group" aria-label={t('window.reminders.rates')}>
        <table className={table.table}>
          <thead><tr><th scope="col">{t('window.reminders.rate_from')}</th><th scope="col" className="num">{t('window.reminders.rate')}</th><th scope="col" className="num">{t('window.reminders.rate_floor')}</th><th scope="col">{t('window.reminders.rate_source')}</th><th scope="col"><span className="sr">{t('window.delete')}</span></th></tr></thead>
          <tbody>{all.rows.map((r) => (
            <tr key={r.from + String(r.shipped)}><td className="nowrap">{f.date(r.from)}</td><td className="num">{f.percent(r.ratePcm)}</td><td className="num">{r.floorPcm ? f.percent(r.floorPcm) : ''}</td>
              <td>{r.source}{r.shipped && !r.confirmed && <div className="small faint">{t('window.reminders.rate_unconfirmed')}</div>}</td>
              <td>{!r.shipped && <ActionIcon variant="default" aria-label={t('window.reminders.rate_delete', { from: f.date(r.from) })} onClick={() => void api.reminders.deleteRate(r.from).then(use).catch(showError)}><Icon name="trash" size={15} /></ActionIcon>}</td></tr>
          ))}</tbody>
        </table>
      </div>}
    </Section>
  );
}
