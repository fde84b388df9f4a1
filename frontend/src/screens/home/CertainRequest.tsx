// A request for access without doubt: the one customer with its tax number has the proved address on its card. What approving does is said in the row.
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, useIntention, type Home } from '~/api';
import { asApiError } from '~/api/error';
import { ActionButton } from '~/components/ActionButton';
import { showError, toast } from '~/components/toast';
import { useT } from '~/i18n';
import css from './home.module.css';

export function CertainRequest({ request: r }: { request: Home['requests'][number] }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const approve = async () => {
    const done = await api.requests.approve({ requestId: r.requestId, version: r.version, customerId: r.customerId, contactId: '', fields: r.fields }, intention.key());
    intention.done();
    toast(t('window.requests.done.approved', { customer: done.customer, email: done.email }));
    await client.invalidateQueries();
  };
  const fail = (e: unknown) => { showError(e); if (asApiError(e).code === 'conflict') void client.invalidateQueries(); };
  return (
    <div className={css.certain}>
      <span>
        <Link href={`/requests/${r.requestId}`}>{t('window.home.request', { name: r.name, customer: r.customer, number: r.number })}</Link>
        <small>{t('window.home.request_why', { taxId: r.taxId, email: r.email })}</small>
        <small>{r.contact ? t('window.home.request_opens', { contact: r.contact, email: r.email }) : t('window.home.request_makes', { name: r.name, email: r.email })}</small>
      </span>
      <ActionButton size="xs" onAct={approve} onError={fail} aria-label={t('window.home.request_approve', { name: r.name, customer: r.customer })} data-testid={`approve-${r.requestId}`}>{t('window.requests.approve')}</ActionButton>
    </div>
  );
}
