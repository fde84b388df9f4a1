import { TextInput } from '@mantine/core';
import { api, type Support } from '~/api';
import { Tel } from '~/components/display';
import type { Form } from '~/components/form';
import { Grid, Notice, Section, Stack, Wide } from '~/components/layout';
import { useT } from '~/i18n';
import { SettingsForm } from './SettingsForm';
import css from './settings.module.css';

/** Soutien technique: how customers reach the firm. */
export function SupportSettings() {
  return <SettingsForm<Support> name="support" load={api.settings.support} save={api.settings.saveSupport}>{(form) => <Fields form={form} />}</SettingsForm>;
}

function Fields({ form }: { form: Form<Support> }) {
  const t = useT();
  const v = form.values;
  const [fr, en] = [v.hoursFr.trim(), v.hoursEn.trim()];
  return (
    <Section label={t('window.settings.support')}>
      <Stack gap={4}>
        <p className="soft">{t('window.settings.support.text')}</p>
        <Grid>
          <TextInput label={t('window.settings.support.email')} type="email" {...form.text('email')} />
          <TextInput label={t('window.settings.support.phone')} type="tel" {...form.text('phone')} />
          <Wide><TextInput label={t('window.settings.support.hours_fr')} placeholder={t('window.settings.support.hours_example_fr')} {...form.text('hoursFr')} /></Wide>
          <Wide><TextInput label={t('window.settings.support.hours_en')} placeholder={t('window.settings.support.hours_example_en')} {...form.text('hoursEn')} /></Wide>
        </Grid>
        {!fr !== !en && <p className="small soft" data-testid="support-one">{t('window.settings.support.hours_one')}</p>}
        {v.email || v.phone || fr || en
          ? <>
            <Shown lang="fr" v={v} hours={fr || en} />
            <Shown lang="en" v={v} hours={en || fr} />
          </>
          : <Notice tone="info">{t('window.settings.support.nothing')}</Notice>}
      </Stack>
    </Section>
  );
}

/** What customers of one language read at the foot of the portal and in mails. */
function Shown({ lang, v, hours }: { lang: 'fr' | 'en'; v: Support; hours: string }) {
  const t = useT();
  return (
    <p className="small" data-testid={`support-preview-${lang}`}>
      <span className="faint">{t(`window.settings.support.preview_${lang}`)}</span>
      {v.email && <> · <a className={css.underlined} href={`mailto:${v.email}`}>{v.email}</a></>}
      {v.phone && <> · <Tel number={v.phone} /></>}
      {hours && <> · {hours}</>}
    </p>
  );
}
