// The contracts of a customer, on its page.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type ContractListPage } from '~/api';
import { MakeButton } from '~/app/may';
import { navigate } from '~/app/router';
import { InPortal } from '~/components/InPortal';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { ContractBadge } from './ContractBadge';
import css from './contracts.module.css';

const SHOWN = 5;
const count = (sums: ContractListPage['sums']) => sums.reduce((n, s) => n + s.count, 0);

export function CustomerContracts({ id, name }: { id: string; name: string }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['contracts', 'of', id, f.lang], queryFn: () => api.contracts.list({ words: '', state: '', typeId: '', ownerId: '', customerId: id, endsFrom: '', endsTo: '', portal: '', sort: 'newest', desc: true, cursor: '', limit: SHOWN }) });
  const add = <MakeButton to="/contracts/new" size="compact-md" variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => navigate(`/contracts/new?customer=${id}`)} data-testid="customer-contract">{t('window.contracts.new')}</MakeButton>;
  return (
    <Section title={t('window.contracts.title')} flush actions={add}>
      <Await query={query}>{({ rows, sums }) => (rows.length === 0 ? <p className={css.none}>{t('window.contracts.of_customer.none')}</p> : (
        <>
          <ul className={css.list}>{rows.map((r) => (
            <li key={r.id}><Link href={`/contracts/${r.id}`} className={css.line}>
              <span><InPortal on={r.inPortal} />{r.title}<small>{[r.number, r.endOn ? t('window.contracts.of_customer.until', { date: f.day(r.endOn) }) : t('window.contracts.endless')].join(' · ')}</small></span>
              <ContractBadge state={r.state} /><span className="num">{r.valueMinor ? f.money(r.valueMinor, r.currency) : ''}</span>
            </Link></li>
          ))}</ul>
          {count(sums) > SHOWN && <p className={css.none}><Link href={`/contracts?customer=${id}&name=${encodeURIComponent(name)}`}>{t('window.contracts.of_customer.all', { n: count(sums) })}</Link></p>}
        </>
      ))}</Await>
    </Section>
  );
}
