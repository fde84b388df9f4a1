import { Radio, TextInput } from '@mantine/core';
import { api, type ChargeSettings } from '~/api';
import { Grid, Section, Wide } from '~/components/layout';
import { useT } from '~/i18n';
import { SettingsForm } from '~/screens/settings/SettingsForm';

/** When invoices are charged by themselves, and when again after a refusal. */
export function ChargingSettings() {
  const t = useT();
  return (
    <SettingsForm<ChargeSettings> name="charging" load={api.charging.settings} save={api.charging.saveSettings}>
      {(form) => (
        <Section label={t('window.charging.settings')}>
          <Grid>
            <Wide>
              <Radio.Group label={t('window.charging.when')} value={form.values.atIssue ? 'issue' : 'due'} onChange={(v) => form.set('atIssue', v === 'issue')}>
                <div style={{ display: 'grid', gap: 8, paddingTop: 6 }}>
                  <Radio value="due" label={t('window.charging.when_due')} />
                  <Radio value="issue" label={t('window.charging.when_issue')} />
                </div>
              </Radio.Group>
            </Wide>
            <Wide><TextInput label={t('window.charging.retry')} description={t('window.charging.retry_hint')} {...form.text('retryDays')} spellCheck={false} inputMode="numeric" /></Wide>
          </Grid>
        </Section>
      )}
    </SettingsForm>
  );
}
