// Who the firm is to its debtors' banks; saved by itself, beside the bank account.
import { TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type SepaSettings } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { IntegerInput } from '~/components/inputs';
import { Grid, Notice, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useT } from '~/i18n';

export function SepaIdentity() {
  const t = useT();
  const query = useQuery({ queryKey: ['settings-form', 'sepa'], queryFn: api.sepa.settings, gcTime: 0, staleTime: Infinity });
  return <Section title={t('window.sepa.title')}><Await query={query}>{(s) => <Body key={s.version} settings={s} />}</Await></Section>;
}

function Body({ settings }: { settings: SepaSettings }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm<SepaSettings>(settings);
  const act = async () => {
    form.clear();
    client.setQueryData(['settings-form', 'sepa'], await api.sepa.saveSettings(form.values));
    toast(t('window.settings.saved'));
    void client.invalidateQueries({ queryKey: ['sepa'] });
  };
  return (
    <Stack gap={4}>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      {settings.others > 0 && <Notice tone="info">{t('window.sepa.settings.others', { n: settings.others })}</Notice>}
      <Grid>
        <TextInput label={t('window.sepa.settings.ics')} description={t('window.sepa.settings.ics.hint')} {...form.text('ics')} data-testid="ics" />
        <IntegerInput label={t('window.sepa.settings.notice')} description={t('window.sepa.settings.notice.hint')} value={form.values.noticeDays} onChange={(n) => form.set('noticeDays', n ?? 0)} error={form.errors.noticeDays} data-field="noticeDays" />
      </Grid>
      <div><ActionButton variant="default" onAct={act} onError={form.fail} disabled={!form.dirty} data-testid="save-sepa">{t('window.save')}</ActionButton></div>
    </Stack>
  );
}
