// Whether a recurring invoice is charged by itself, to which method, and what its customer agreed to.
import { Checkbox, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type ChargeChoice, type ChargeConsent } from '~/api';
import { Badge } from '~/components/Badge';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './charging.module.css';

type Props = { customerId: string; on: boolean; method: string; change: (part: { autoCharge?: boolean; chargeMethod?: string }) => void; error?: string };

export function ChargeFields({ customerId, on, method, change, error }: Props) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['charges', 'choices', customerId, f.lang], queryFn: () => api.charging.choices(customerId) });
  const methods = query.data?.methods ?? [];
  const chosen = method ? methods.find((m) => m.id === method) : methods.find((m) => m.default);
  const name = (m: ChargeChoice) => [m.words, m.expired ? t('window.charging.expired') : m.expiresSoon ? t('window.charging.expires_soon') : ''].filter(Boolean).join(' · ');
  const data = [{ value: '', label: t('window.charging.default') }, ...methods.map((m) => ({ value: m.id, label: name(m) })), ...(method && !chosen && query.data ? [{ value: method, label: t('window.charging.gone') }] : [])];
  return (
    <div className={css.fields}>
      <Checkbox label={t('window.charging.auto')} description={t(query.data?.atIssue ? 'window.charging.auto_at_issue' : 'window.charging.auto_on_due')} checked={on} onChange={(e) => change({ autoCharge: e.currentTarget.checked })} data-field="autoCharge" data-testid="auto-charge" />
      {on && customerId && query.data && (
        <>
          <NativeSelect label={t('window.charging.method')} value={method} onChange={(e) => change({ chargeMethod: e.currentTarget.value })} data={data} error={error} data-field="chargeMethod" data-testid="charge-method" />
          {chosen ? <Consent consent={chosen.consent} /> : <p className={css.missing}>{t('window.charging.no_method')}</p>}
        </>
      )}
    </div>
  );
}

export function Consent({ consent: c }: { consent: ChargeConsent }) {
  const t = useT();
  const f = useFormat();
  if (!c.at) return <p className={css.missing}>{t('window.charging.no_consent')}</p>;
  return <blockquote className={css.consent} data-testid="consent">{c.words}<br /><span className="small">{t('window.charging.consented', { by: c.by, date: f.date(c.at.slice(0, 10)) })}</span></blockquote>;
}

/** How a recurring invoice is charged, on its page: nothing for one that is not. */
export function ChargeRow({ recurringId }: { recurringId: string }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['charges', 'recurring', recurringId, f.lang], queryFn: () => api.charging.ofRecurring(recurringId) });
  const v = query.data;
  if (!v?.on) return <>{t('window.charging.off')}</>;
  return (
    <span className={css.fields} style={{ paddingTop: 0 }}>
      <span className={css.method}>
        {v.method.words || t('window.charging.default')}{!v.chosen && v.method.words && <span className="soft">{t('window.charging.is_default')}</span>}
        {v.why ? <Badge tone="danger">{t('window.charging.trouble')}</Badge> : v.method.expiresSoon && <Badge tone="warning">{t('window.charging.expires_on', { date: f.date(v.method.expires) })}</Badge>}
      </span>
      <span className="soft small">{v.why || t(v.atIssue ? 'window.charging.auto_at_issue' : 'window.charging.auto_on_due')}</span>
      {v.method.id && <Consent consent={v.consent} />}
    </span>
  );
}
