import { TextInput } from '@mantine/core';
import { ApiError, api, asApiError, type Series } from '~/api';
import { Section } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import { SettingsForm } from './SettingsForm';
import css from './settings.module.css';

type Values = { series: Series[] };

/** Only what was changed is sent; a refusal stands beside its own pattern. */
async function save(before: Series[], now: Series[]): Promise<Values> {
  let series = before;
  for (const s of now) {
    if (before.find((b) => b.kind === s.kind)?.pattern === s.pattern) continue;
    try { series = await api.settings.savePattern(s.kind, s.pattern); } catch (e) {
      const err = asApiError(e);
      throw new ApiError({ code: err.code, message: err.message, reference: err.reference, fields: err.fields.pattern ? { [s.kind]: err.fields.pattern } : {} });
    }
  }
  return { series };
}

export function NumberingSettings() {
  const t = useT();
  return (
    <SettingsForm<Values> name="numbering" load={async () => ({ series: await api.settings.series() })} save={async (v) => save(await api.settings.series(), v.series)}>
      {(form) => {
        const set = (kind: string, pattern: string) => form.set('series', form.values.series.map((s) => (s.kind === kind ? { ...s, pattern } : s)));
        return (
          <Section label={t('window.settings.numbering')} flush>
            <div className={css.scroll}>
              <table className={css.table}>
                <thead><tr><th scope="col">{t('window.settings.n.kind')}</th><th scope="col">{t('window.settings.n.pattern')}</th><th scope="col">{t('window.settings.n.next')}</th></tr></thead>
                <tbody>{form.values.series.map((s) => {
                  const name = tDynamic(`window.settings.n.${s.kind}`);
                  return (
                    <tr key={s.kind}><td>{name}</td>
                      <td><TextInput aria-label={`${name}, ${t('window.settings.n.pattern')}`} value={s.pattern} onChange={(e) => set(s.kind, e.currentTarget.value)} error={form.errors[s.kind]} data-field={s.kind} spellCheck={false} styles={{ input: { fontFamily: 'var(--mono)', fontSize: 'var(--type-2)' } }} /></td>
                      <td className="soft nowrap">{s.example}{s.used && <div className="small faint">{t('window.settings.n.used')}</div>}</td></tr>
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
