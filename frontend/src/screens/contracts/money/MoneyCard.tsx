// The four figures of a contract, as its customer sees them too.
import { StatTile } from '~/components/display';
import { Grid, Notice, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import type { ContractFigures } from '~/api';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { useMoney } from './useMoney';

export function MoneyCard({ contract }: { contract: { id: string } }) {
  const t = useT();
  const query = useMoney(contract.id);
  return <Section title={t('window.contractmoney.title')}><Await query={query}>{(m) => <Figures figures={m.figures} />}</Await></Section>;
}

export function Figures({ figures: x }: { figures: ContractFigures }) {
  const t = useT();
  const f = useFormat();
  const value = x.valueMinor ? f.money(x.valueMinor, x.currency) : t('window.contractmoney.unsaid');
  return (
    <div data-testid="contract-figures"><Stack gap={3}>
      <Grid cols={4} tiles>
        <StatTile label={t('window.contractmoney.value')} value={value} note={x.valueMinor && x.plannedMinor !== x.valueMinor && x.plannedMinor ? t('window.contractmoney.planned', { amount: f.money(x.plannedMinor, x.currency) }) : undefined} />
        <StatTile label={t('window.contractmoney.invoiced')} value={f.money(x.invoicedExclMinor, x.currency)} note={t('window.contractmoney.incl', { amount: f.money(x.invoicedInclMinor, x.currency) })} />
        <StatTile label={t('window.contractmoney.paid')} value={f.money(x.paidMinor, x.currency)} note={x.creditMinor ? t('window.contractmoney.credit', { amount: f.money(x.creditMinor, x.currency) }) : undefined} />
        <StatTile label={t('window.contractmoney.to_pay')} value={f.money(x.leftToPayMinor, x.currency)} note={x.valueMinor ? t('window.contractmoney.to_invoice', { amount: f.money(x.leftToInvoiceMinor, x.currency) }) : undefined} />
      </Grid>
      {x.overMinor > 0 && <Notice tone="warning">{t('window.contractmoney.over', { amount: f.money(x.overMinor, x.currency) })}</Notice>}
      {x.others.length > 0 && <Notice tone="info">{t('window.contractmoney.others', { currencies: x.others.join(', ') })}</Notice>}
    </Stack></div>
  );
}
