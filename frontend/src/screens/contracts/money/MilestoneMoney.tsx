// How far one milestone has come towards money, and the click that takes it a step on.
import { Link } from 'wouter';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import type { ContractMoneyView } from '~/api';
import { tDynamic, useT } from '~/i18n';
import { paperHref, useBill, useMoney, type BillAs } from './useMoney';
import css from './money.module.css';

const tones: Record<string, BadgeTone> = { drafted: 'neutral', quoted: 'info', recurring: 'accent', invoiced: 'info', paid: 'good' };

/** The cell of a milestone's row. */
export function MilestoneMoney({ contract, milestone }: { contract: { id: string }; milestone: { id: string } }) {
  const query = useMoney(contract.id);
  if (!query.data) return null;
  return <MilestoneBilling contractId={contract.id} money={query.data} milestone={milestone.id} act />;
}

export function MilestoneBilling({ contractId, money, milestone, act }: { contractId: string; money: ContractMoneyView; milestone: string; act?: boolean }) {
  const t = useT();
  const bill = useBill(contractId);
  const m = money.milestones.find((x) => x.id === milestone);
  if (!m) return null;
  if (m.billing === '') {
    return act && m.billable
      ? <ActionButton size="compact-md" variant="default" onAct={() => bill(m.bill as BillAs, [m.id])} data-testid={`bill-${m.id}`} aria-label={t('window.contractmoney.bill_one', { what: tDynamic(`window.contractmoney.make.${m.bill}`), title: m.title })}>{tDynamic(`window.contractmoney.make.${m.bill}`)}</ActionButton>
      : <span className="faint">{t('window.contractmoney.nothing')}</span>;
  }
  return (
    <span className={css.billing}>
      <Badge tone={tones[m.billing] ?? 'neutral'}>{tDynamic(`window.contractmoney.billing.${m.billing}`)}</Badge>
      {m.papers.map((id) => <PaperLink key={id} money={money} id={id} />)}
    </span>
  );
}

function PaperLink({ money, id }: { money: ContractMoneyView; id: string }) {
  const t = useT();
  const paper = money.papers.find((p) => p.id === id);
  if (paper) return <Link href={paperHref(paper)}>{paper.number || t('window.contractmoney.open')}</Link>;
  const template = money.recurring.find((r) => r.id === id);
  return template ? <Link href={`/recurring/${id}`}>{t('window.contractmoney.template')}</Link> : null;
}
