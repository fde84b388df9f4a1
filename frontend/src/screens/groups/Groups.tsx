// Groupe clients: the list; the form stands in GroupPage.
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, type Group } from '~/api';
import { navigate } from '~/app/router';
import { Badge } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { Empty, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useT } from '~/i18n';
import table from '~/screens/settings/settings.module.css';
import { GroupPage } from './GroupPage';
import { home } from './where';

export { regimes } from './MainTab';

export function Groups() {
  const [path] = useLocation();
  const [, , , id, tab] = path.split('/');
  return id ? <GroupPage key={id} id={id === 'new' ? '' : id} tab={tab ?? ''} /> : <GroupList />;
}

export const useGroups = () => useQuery({ queryKey: ['groups', 'all'], queryFn: api.groups.list });

function GroupList() {
  const t = useT();
  const query = useGroups();
  const add = <MakeButton size="compact-md" leftSection={<Icon name="plus" size={14} />} onClick={() => navigate(`${home}/new`)} data-testid="new-group">{t('window.groups.new')}</MakeButton>;
  const terms = (g: Group) => g.termsDays === null || g.termsDays === undefined ? t('window.groups.firm_terms') : t(g.termsEndOfMonth ? 'window.groups.terms_eom' : 'window.groups.terms', { n: g.termsDays });
  return (
    <Section title={t('window.groups.title')} actions={add} flush>
      <p className="small faint" style={{ padding: '12px 16px 4px' }}>{t('window.groups.path')}</p>
      <Await query={query}>{(list) => list.length === 0
        ? <Empty icon="customers" title={t('window.groups.empty')} text={t('window.groups.empty_text')}>{add}</Empty>
        : <div className={table.scroll} tabIndex={0} role="group" aria-label={t('window.groups.title')}>
            <table className={table.table}>
              <thead><tr><th scope="col">{t('window.groups.name')}</th><th scope="col">{t('window.groups.terms_days')}</th><th scope="col">{t('window.groups.policy')}</th><th scope="col">{t('window.groups.price_list')}</th><th scope="col">{t('window.groups.portal.column')}</th><th scope="col" className="num">{t('window.groups.customers')}</th></tr></thead>
              <tbody>{list.map((g) => <tr key={g.publicId}><td><Link href={`${home}/${g.publicId}`}>{g.name}</Link>{g.isDefault && <>{' '}<Badge tone="accent">{t('window.groups.default_badge')}</Badge></>}</td><td>{terms(g)}</td><td>{g.policyName || t('window.groups.policy_default')}</td><td>{g.priceListName}</td><td>{t(g.portalEnabled ? 'window.groups.portal.yes' : 'window.groups.portal.no')}</td><td className="num">{g.customers}</td></tr>)}</tbody>
            </table>
          </div>}</Await>
    </Section>
  );
}
