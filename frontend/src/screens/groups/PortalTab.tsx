// Configuration portail: terms, tax number, the words of each step, questions, how contacts sign in. Saved whole.
import { Checkbox, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, asApiError, useIntention, type Group, type GroupPortal, type GroupQuestion } from '~/api';
import { useForm } from '~/components/form';
import { Grid, Section, Wide } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { tDynamic, useT } from '~/i18n';
import { RegistrationLinks } from '~/screens/invitations/RegistrationLinks';
import css from './groups.module.css';
import { Foot, useSettled } from './parts';
import { QuestionsPart } from './QuestionsPart';
import { exampleOf } from './shapes';
import { TermsPart } from './TermsPart';
import { TextsPart } from './TextsPart';

export function PortalTab({ group }: { group: Group }) {
  const query = useQuery({ queryKey: ['settings-form', 'group-portal', group.publicId], queryFn: () => api.groups.portal(group.publicId), gcTime: 0, staleTime: Infinity });
  return (
    <>
      {group.portalEnabled && <RegistrationLinks groupId={group.publicId} />}
      <Await query={query}>{(p) => <Editor portal={p} off={!group.portalEnabled} />}</Await>
    </>
  );
}

function Editor({ portal, off }: { portal: GroupPortal; off: boolean }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<GroupPortal>(portal);
  const v = form.values;
  const dirty = JSON.stringify(v) !== JSON.stringify(portal);
  useUnsaved(() => dirty);
  const save = async () => {
    form.clear();
    const saved = await api.groups.savePortal({ ...v, questions: v.questions.map(tidy) }, intention.key());
    intention.done();
    toast(t('window.settings.saved'));
    form.reset(saved);
    client.setQueryData(['settings-form', 'group-portal', portal.groupId], saved);
    await client.invalidateQueries({ queryKey: ['settings-form', 'group', portal.groupId] });
  };
  return (
    <>
      <fieldset className={css.fieldset} disabled={off}>
        <TermsPart groupId={v.groupId} words={{ fr: v.termsFr, en: v.termsEn }} changed={v.termsFr !== portal.termsFr || v.termsEn !== portal.termsEn} versions={v.terms} errors={form.errors} set={(lang, w) => form.patch(lang === 'fr' ? { termsFr: w } : { termsEn: w })} />
        <Section title={t('window.groups.portal.registration')}>
          <Grid>
            <Select label={t('window.groups.portal.tax_format')} description={t('window.groups.portal.tax_format_hint')} allowDeselect={false} data={v.formats.map((f) => ({ value: f.code, label: f.code === 'free' || !f.pattern ? tDynamic(`window.groups.portal.format.${f.code}`) : t('window.groups.portal.format_with', { name: tDynamic(`window.groups.portal.format.${f.code}`), mask: f.pattern }) }))} {...form.field('taxFormat')} onChange={(f) => f && form.set('taxFormat', f)} />
            <div style={{ display: 'grid', gap: 8 }}>
              {v.taxFormat === 'free' && <TextInput label={t('window.groups.portal.tax_mask')} description={t('window.groups.portal.tax_mask_hint')} spellCheck={false} {...form.text('taxMask')} />}
              <p className="soft" role="status" style={{ alignSelf: 'end' }} data-testid="tax-example">{t('window.groups.portal.tax_example', { example: example(v) })}</p>
            </div>
            <TryTax format={v.taxFormat} mask={v.taxMask} />
            <Wide><TextInput label={t('window.groups.portal.email_help')} description={t('window.groups.portal.email_help_hint')} type="url" inputMode="url" spellCheck={false} {...form.text('emailHelpUrl')} /></Wide>
          </Grid>
        </Section>
        <TextsPart groupId={v.groupId} texts={v.texts} errors={form.errors} set={(field, words) => form.set('texts', v.texts.map((x) => (x.field === field ? { ...x, ...words } : x)))} />
        <QuestionsPart list={v.questions} set={(q) => form.set('questions', q)} errors={form.errors} />
        <Section title={t('window.groups.portal.access')}>
          <div className={css.switches}>
            {(['passwordAlways', 'factorWanted', 'proposals'] as const).map((k) => <Checkbox key={k} label={tDynamic(`window.groups.portal.switch.${k}`)} description={tDynamic(`window.groups.portal.switch_hint.${k}`)} checked={v[k]} onChange={(e) => form.set(k, e.currentTarget.checked)} data-field={k} />)}
          </div>
        </Section>
      </fieldset>
      <Foot general={form.general} dirty={dirty && !off} save={save} fail={form.fail} undo={() => form.reset(portal)} />
    </>
  );
}

/** A number typed as a visitor would: what would be kept, or what would be said beside the field. */
function TryTax({ format, mask }: { format: string; mask: string }) {
  const t = useT();
  const [value, setValue] = useState('');
  const asked = useSettled({ format, mask, value: value.trim() });
  const query = useQuery({ queryKey: ['groups', 'tax-try', asked], queryFn: () => api.groups.tryTax(asked), enabled: asked.value !== '', retry: false, gcTime: 0 });
  const said = asked.value === '' || query.isPending ? '' : query.error ? asApiError(query.error).message : t('window.groups.portal.tax_try_ok', { written: query.data?.written ?? '' });
  return (
    <div>
      <TextInput label={t('window.groups.portal.tax_try')} description={t('window.groups.portal.tax_try_hint')} spellCheck={false} value={value} onChange={(e) => setValue(e.currentTarget.value)} error={query.error && asked.value ? said : undefined} data-testid="tax-try" />
      <p className="small soft" role="status" data-testid="tax-said">{query.error ? '' : said}</p>
    </div>
  );
}

/** A free mask's example follows the typing; the others' come with them. */
const example = (v: GroupPortal) => (v.taxFormat === 'free' ? exampleOf(v.taxMask) : v.formats.find((f) => f.code === v.taxFormat)?.example) || '—';

/** Choices are typed one a line; what stands on no line is no choice. */
const tidy = (q: GroupQuestion): GroupQuestion => ({ ...q, choicesFr: q.choicesFr.map((c) => c.trim()).filter(Boolean), choicesEn: q.choicesEn.map((c) => c.trim()).filter(Boolean) });
