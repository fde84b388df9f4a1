import { Checkbox, TextInput } from '@mantine/core';
import { api, type Series } from '~/api';
import { Section } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import { SettingsForm } from './SettingsForm';
import css from './settings.module.css';

type Values = { series: Series[] };
const wrap = async (p: Promise<Series[]>): Promise<Values> => ({ series: await p });

export function NumberingSettings() {
  const t = useT();
  return (
    <SettingsForm<Values> name="numbering" load={() => wrap(api.settings.series())} save={(v) => wrap(api.settings.saveSeries(v.series))}>
      {(form) => {
        const set = (kind: string, part: Partial<Series>) => form.set('series', form.values.series.map((s) => (s.kind === kind ? { ...s, ...part } : s)));
        return (
          <Section title={t('window.settings.numbering')} flush>
            <div className={css.scroll}>
              <table className={css.table}>
                <thead><tr><th scope="col">{t('window.settings.n.kind')}</th><th scope="col">{t('window.settings.n.pattern')}</th><th scope="col">{t('window.settings.n.yearly')}</th><th scope="col">{t('window.settings.n.next')}</th></tr></thead>
                <tbody>{form.values.series.map((s) => {
                  const name = tDynamic(`window.settings.n.${s.kind}`);
                  return (
                    <tr key={s.kind}><td>{name}</td>
                      <td><TextInput aria-label={`${name}, ${t('window.settings.n.pattern')}`} value={s.pattern} onChange={(e) => set(s.kind, { pattern: e.currentTarget.value })} error={form.errors[s.kind]} data-field={s.kind} styles={{ input: { fontFamily: 'var(--mono)', fontSize: 'var(--type-2)' } }} /></td>
                      <td><Checkbox aria-label={`${name}, ${t('window.settings.n.yearly')}`} checked={s.yearly} onChange={(e) => set(s.kind, { yearly: e.currentTarget.checked })} /></td>
                      <td className="soft nowrap">{s.next}</td></tr>
                  );
                })}</tbody>
              </table>
            </div>
            <p className="small faint" style={{ padding: '8px 16px 12px' }}>{t('window.settings.n.hint')}</p>
          </Section>
        );
      }}
    </SettingsForm>
  );
}
