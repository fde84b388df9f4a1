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
  return (
    <Section label={t('window.settings.support')}>
      <Stack gap={4}>
        <p className="soft">{t('window.settings.support.text')}</p>
        <Grid>
          <TextInput label={t('window.settings.support.email')} type="email" {...form.text('email')} />
          <TextInput label={t('window.settings.support.phone')} type="tel" {...form.text('phone')} />
          <Wide><TextInput label={t('window.settings.support.hours')} placeholder={t('window.settings.support.hours_example')} {...form.text('hours')} /></Wide>
        </Grid>
        {v.email || v.phone || v.hours
          ? <p className="small" data-testid="support-preview"><span className="faint">{t('window.settings.support.preview')}</span>{v.email && <> · <a className={css.underlined} href={`mailto:${v.email}`}>{v.email}</a></>}{v.phone && <> · <Tel number={v.phone} /></>}{v.hours && <> · {v.hours}</>}</p>
          : <Notice tone="info">{t('window.settings.support.nothing')}</Notice>}
      </Stack>
    </Section>
  );
}
