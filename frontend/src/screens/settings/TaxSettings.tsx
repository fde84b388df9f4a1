import { useQuery } from '@tanstack/react-query';
import { api } from '~/api';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './settings.module.css';

export function TaxSettings() {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['taxes', f.lang], queryFn: api.items.taxes });
  return (
    <Section label={t('window.settings.taxes')} flush>
      <p className="small faint" style={{ padding: '12px 16px 4px' }}>{t('window.settings.t.hint')}</p>
      <Await query={query}>{(taxes) => (
        <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.settings.taxes')}>
          <table className={css.table}>
            <thead><tr><th scope="col">{t('window.settings.t.name')}</th><th scope="col">{t('window.settings.t.code')}</th><th scope="col" className="num">{t('window.settings.t.rate')}</th><th scope="col">{t('window.settings.t.category')}</th><th scope="col">{t('window.settings.t.place')}</th><th scope="col">{t('window.settings.t.valid')}</th></tr></thead>
            <tbody>{taxes.map((x) => <tr key={x.code + x.validFrom}><td>{x.label}{x.mention && <div className="small faint">{x.mention}</div>}</td><td className="mono nowrap">{x.code}</td><td className="num">{f.percent(x.ratePcm)}</td><td>{x.category}</td><td>{x.jurisdiction}</td><td className="nowrap soft">{x.validFrom ? f.date(x.validFrom) : ''}</td></tr>)}</tbody>
          </table>
        </div>
      )}</Await>
    </Section>
  );
}
