// The methods of payment that a customer keeps with a gateway: what may be shown of them, and nothing to type here.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type KeptMethod } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { ActionMenu, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { openAs } from '~/screens/portal/openAs';
import { ModeBadge } from './ModeBadge';
import css from './gateways.module.css';

const nameOf = (m: KeptMethod) => tDynamic(`window.gateways.kept.${m.kind}`, { brand: m.brand, last4: m.last4 });

export function KeptMethods({ customerId }: { customerId: string }) {
  const t = useT();
  const intention = useIntention();
  const query = useQuery({ queryKey: ['gateways', 'kept', customerId], queryFn: () => api.gateways.kept(customerId) });
  const ask = async () => { const done = await api.gateways.askForMethod(customerId, intention.key()); intention.done(); toast(done.message); };
  return (
    <Section title={t('window.gateways.kept')} actions={<><ActionButton may="collect" variant="default" size="compact-md" onAct={() => openAs(customerId)} data-testid="open-as-customer">{t('window.portal.as.method')}</ActionButton><ActionButton may="collect" variant="default" size="compact-md" onAct={ask} data-testid="ask-method">{t('window.gateways.kept.ask')}</ActionButton></>}>
      <Await query={query}>{(list) => (
        <Stack gap={3}>
          {list.length === 0 ? <p className="soft" style={{ margin: 0 }}>{t('window.gateways.kept.none')}</p> : <ul data-testid="kept-methods">{list.map((m) => <Method key={m.id} method={m} />)}</ul>}
          <p className="soft small" style={{ margin: 0 }}>{t('window.gateways.kept.ask_hint')}</p>
        </Stack>
      )}</Await>
    </Section>
  );
}

function Method({ method: m }: { method: KeptMethod }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const act = async (fn: () => Promise<void>, said: string) => { await fn(); toast(said); await client.invalidateQueries({ queryKey: ['gateways'] }); };
  const remove = async () => {
    if (await confirm({ title: t('window.gateways.kept.delete_title'), lost: [t('window.gateways.kept.delete_lost', { method: nameOf(m) })], verb: t('window.gateways.kept.delete') })) await act(() => api.gateways.deleteMethod(m.id), t('window.gateways.kept.deleted'));
  };
  return (
    <li className={css.method}>
      <div>
        <div className={css.methodName}><strong>{nameOf(m)}</strong>{m.default && <Badge tone="accent">{t('window.gateways.kept.default')}</Badge>}
          {m.expired ? <Badge tone="danger">{t('window.gateways.kept.expired')}</Badge> : m.expiresSoon && <Badge tone="warning">{t('window.gateways.kept.soon')}</Badge>}
          {m.mode === 'test' && <ModeBadge mode="test" />}</div>
        <div className="soft small">{[tDynamic(`window.gateways.way.${m.gateway}`), ...(m.expires ? [t('window.gateways.kept.expires', { month: f.month(`${m.expires}-01`, true) })] : []), ...(m.addedBy ? [t('window.gateways.kept.since', { by: m.addedBy, date: f.date(m.createdAt.slice(0, 10)) })] : [])].join(' · ')}</div>
      </div>
      <ActionMenu label={t('window.gateways.kept.actions', { method: nameOf(m) })} actions={[
        ...(m.default || m.expired ? [] : [{ label: t('window.gateways.kept.make_default'), icon: 'check' as const, may: 'collect' as const, onClick: () => void act(() => api.gateways.makeDefault(m.id), t('window.gateways.kept.defaulted')).catch(showError) }]),
        { label: t('window.gateways.kept.delete'), icon: 'trash' as const, danger: true, may: 'collect', onClick: () => void remove().catch(showError) }]} />
    </li>
  );
}
