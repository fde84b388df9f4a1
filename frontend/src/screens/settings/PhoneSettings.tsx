import { useQuery } from '@tanstack/react-query';
import { api } from '~/api';
import { Tel } from '~/components/display';
import { Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './settings.module.css';

/** Système téléphonique et fournisseur par défaut: read here, set by provisioning alone. */
export function PhoneSettings() {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['settings', 'phone'], queryFn: api.settings.phoneSystem });
  return (
    <Section label={t('window.settings.phone')}>
      <Stack gap={3}>
        <p className="soft">{t('window.settings.phone.text')}</p>
        <Await query={query}>{(p) => (
          <>
            <dl className={css.facts}>
              <div><dt>{t('window.settings.phone.pbx')}</dt><dd data-testid="pbx">{p.pbx ? <Tel number={p.pbx} /> : t('window.settings.phone.none')}</dd></div>
              <div><dt>{t('window.settings.phone.provider')}</dt><dd data-testid="phone-provider">{p.provider || t('window.settings.phone.none')}</dd></div>
            </dl>
            {p.setAt && <p className="small faint">{t('window.settings.phone.set_at', { date: f.instant(p.setAt) })}</p>}
          </>
        )}</Await>
      </Stack>
    </Section>
  );
}
