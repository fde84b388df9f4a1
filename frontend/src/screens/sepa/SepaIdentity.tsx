// Who the firm is to its debtors' banks.
import { TextInput } from '@mantine/core';
import { api, type SepaSettings } from '~/api';
import { IntegerInput } from '~/components/inputs';
import { Grid, Notice, Section, Stack } from '~/components/layout';
import { useT } from '~/i18n';
import { SettingsForm } from '~/screens/settings/SettingsForm';

export function SepaIdentity() {
  const t = useT();
  return (
    <SettingsForm<SepaSettings> name="sepa" load={api.sepa.settings} save={api.sepa.saveSettings}>{(form) => (
      <Section>
        <Stack gap={4}>
          {form.values.others > 0 && <Notice tone="info">{t('window.sepa.settings.others', { n: form.values.others })}</Notice>}
          <Grid>
            <TextInput label={t('window.sepa.settings.ics')} description={t('window.sepa.settings.ics.hint')} {...form.text('ics')} data-testid="ics" />
            <IntegerInput label={t('window.sepa.settings.notice')} description={t('window.sepa.settings.notice.hint')} value={form.values.noticeDays} onChange={(n) => form.set('noticeDays', n ?? 0)} error={form.errors.noticeDays} data-field="noticeDays" />
          </Grid>
        </Stack>
      </Section>
    )}</SettingsForm>
  );
}
