// What a customer owes and is owed, in each currency.
import { useQuery } from '@tanstack/react-query';
import { api, type Balance } from '~/api';
import { MakeButton } from '~/app/may';
import { navigate } from '~/app/router';
import { StatTile } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Grid, Section, Stack } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

export function CustomerBalance({ id, name }: { id: string; name: string }) {
  const t = useT();
  const query = useQuery({ queryKey: ['payments', 'balances', id], queryFn: () => api.payments.balances(id) });
  if (!query.data) return null;
  return (
    <Section title={t('window.customers.balance')} actions={<MakeButton to="/payments/new" size="compact-md" variant="default" leftSection={<Icon name="payments" size={16} />} onClick={() => navigate(`/payments/new?customer=${id}`)} data-testid="record-for-customer">{t('window.payments.new')}</MakeButton>}>
      {query.data.length === 0 ? <p className="soft" style={{ margin: 0 }}>{t('window.customers.balance.none')}</p> : <Stack gap={3}>{query.data.map((b) => <Tiles key={b.currency} b={b} id={id} name={name} />)}</Stack>}
    </Section>
  );
}

function Tiles({ b, id, name }: { b: Balance; id: string; name: string }) {
  const t = useT();
  const f = useFormat();
  const who = `customer=${id}&name=${encodeURIComponent(name)}`;
  return (
    <Grid cols={4} tiles>
      <StatTile label={t('window.customers.balance.due')} value={f.money(b.dueMinor, b.currency)} href={`/invoices?state=open&${who}`} />
      <StatTile label={t('window.customers.balance.credits')} value={f.money(b.creditMinor, b.currency)} href={b.creditMinor ? `/payments/new?customer=${id}&currency=${b.currency}` : undefined} />
      <StatTile label={t('window.customers.balance.unapplied')} value={f.money(b.leftMinor, b.currency)} href={b.leftMinor ? `/payments?state=unapplied&${who}` : undefined} />
      <StatTile label={t('window.customers.balance.net')} value={f.money(b.netMinor, b.currency)} />
    </Grid>
  );
}
