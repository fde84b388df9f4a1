// How a payment is spread: open invoices and credits, an amount in each row, and the sums that Go worked out.
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { Proposal } from '~/api';
import { MoneyInput } from '~/components/inputs';
import { Section } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './payments.module.css';

type Rows = { proposal: Proposal; errors: Record<string, string> };

export function InvoiceRows({ proposal, errors, onPart, actions, narrow: inPanel }: Rows & { onPart: (id: string, minor: number) => void; actions?: ReactNode; narrow?: boolean }) {
  const t = useT();
  const f = useFormat();
  const phone = useMediaQuery('(max-width: 48em)');
  const narrow = inPanel || phone;
  return (
    <Section title={t('window.payments.split.invoices')} actions={actions} flush>
      {proposal.parts.length === 0 ? <p className="soft" style={{ padding: 'var(--space-3) var(--space-4)', margin: 0 }}>{t('window.payments.split.none')}</p> : (
        <table className={css.split}>
          <thead><tr><th scope="col">{t('window.invoices.col.number')}</th>{!narrow && <th scope="col">{t('window.payments.split.due_on')}</th>}<th scope="col" className="num">{t('window.payments.split.due')}</th><th scope="col" className="num">{t('window.payments.split.amount')}</th></tr></thead>
          <tbody>{proposal.parts.map((p, i) => (
            <tr key={p.documentId}>
              <td><span className="nowrap">{p.number}</span>{p.announced && <div className="faint small">{t('window.payments.split.announced')}</div>}{narrow && <div className="faint small">{f.day(p.dueDate)}</div>}</td>
              {!narrow && <td className="soft">{f.date(p.dueDate)}</td>}
              <td className="num">{f.money(p.dueMinor, proposal.currency)}</td>
              <td><MoneyInput aria-label={t('window.payments.split.amount_of', { number: p.number })} currency={proposal.currency} value={p.amountMinor || null} onChange={(v) => onPart(p.documentId, v ?? 0)} error={errors[`parts.${i}.amount`]} data-field={`parts.${i}.amount`} size="sm" /></td>
            </tr>
          ))}</tbody>
        </table>
      )}
    </Section>
  );
}

export const creditKey = (c: { creditId: string; paymentId: string }) => c.creditId || c.paymentId;

export function CreditRows({ proposal, errors, onCredit }: Rows & { onCredit: (key: string, minor: number) => void }) {
  const t = useT();
  const f = useFormat();
  if (proposal.credits.length === 0) return null;
  return (
    <Section title={t('window.payments.split.credits')} flush>
      <table className={css.split}>
        <tbody>{proposal.credits.map((c, i) => {
          const name = t(c.creditId ? 'window.payments.split.note' : 'window.payments.split.payment', { number: c.number });
          return (
            <tr key={creditKey(c)}><td>{name}<div className="faint small">{f.date(c.on)} · {t('window.payments.split.left_of', { amount: f.money(c.leftMinor, proposal.currency) })}</div></td>
              <td><MoneyInput aria-label={t('window.payments.split.use_of', { number: c.number })} currency={proposal.currency} value={c.amountMinor || null} onChange={(v) => onCredit(creditKey(c), v ?? 0)} error={errors[`credits.${i}.amount`]} data-field={`credits.${i}.amount`} size="sm" /></td></tr>
          );
        })}</tbody>
      </table>
    </Section>
  );
}

export function Sums({ proposal }: { proposal: Proposal }) {
  const t = useT();
  const f = useFormat();
  const money = (minor: number) => <span className="num">{f.money(minor, proposal.currency)}</span>;
  const rest = proposal.restMinor;
  return (
    <div className={css.sums} role="status" aria-label={t('window.payments.split.title')} data-testid="split-sums">
      <div><span className="soft">{t('window.payments.col.amount')}</span>{money(proposal.amountMinor)}</div>
      {proposal.usedMinor > 0 && <div><span className="soft">{t('window.payments.split.used')}</span>{money(proposal.usedMinor)}</div>}
      <div><span className="soft">{t('window.payments.split.sum')}</span>{money(proposal.sumMinor)}</div>
      <div className={css.total} style={rest < 0 ? { color: 'var(--danger)' } : undefined}>
        {rest === 0 ? <span>{t('window.payments.split.exact')}</span> : <><span>{t(rest < 0 ? 'window.payments.split.lacking' : 'window.payments.split.rest')}</span>{money(rest < 0 ? -rest : rest)}</>}
      </div>
    </div>
  );
}
