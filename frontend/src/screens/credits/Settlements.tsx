// What credit notes, deposits and retention money did to a document.
import { Link } from 'wouter';
import type { Invoice } from '~/api';
import { Section } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { CreditActs, TakeOff } from '~/screens/payments/CreditActs';
import css from '~/screens/invoices/view.module.css';

export function Settlements({ inv }: { inv: Invoice }) {
  const t = useT();
  const f = useFormat();
  const s = inv.settlement;
  const credit = s.kind === 'credit_note';
  return (
    <>
      {credit && <CreditActs credit={inv} />}
      {s.deposits.length > 0 && <Section title={t('window.credits.view.deposits')} flush>
        <ul>{s.deposits.map((d) => <li key={d.id} className={css.item}><Link href={`/invoices/${d.id}`}>{d.number}</Link><span className="soft">{f.date(d.issueDate)}</span>
          <span className="soft">{t('window.credits.view.deposit_tax', { net: f.money(d.netMinor, inv.currency), tax: f.money(d.taxMinor, inv.currency) })}</span><strong className="num">{f.money(-d.netMinor - d.taxMinor, inv.currency)}</strong></li>)}</ul>
      </Section>}
      {s.credits.length > 0 && <Section title={t('window.credits.view.made')} flush>
        <ul>{s.credits.map((c) => <li key={c.id} className={css.item}><Link href={`/credits/${c.id}`}>{c.number}</Link><span className="soft">{f.date(c.issueDate)}</span><span className="soft ellipsis">{c.reason}</span><strong className="num">{f.money(-c.totalMinor, inv.currency)}</strong></li>)}</ul>
      </Section>}
      {s.uses.length > 0 && <Section title={t(credit ? 'window.credits.view.uses' : 'window.credits.view.set')} flush>
        <ul>{s.uses.map((u, i) => <li key={u.id + i} className={css.item}>{u.refund ? <span>{t('window.credits.view.refund', { number: u.number })}</span> : <Link href={credit ? `/invoices/${u.id}` : `/credits/${u.id}`}>{u.number}</Link>}<span className="soft">{f.date(u.on)}</span>{u.refund ? <span /> : <TakeOff creditId={credit ? inv.id : u.id} creditNumber={credit ? inv.number : u.number} documentId={credit ? u.id : inv.id} documentNumber={credit ? u.number : inv.number} amountMinor={u.amountMinor} currency={inv.currency} />}<strong className="num">{f.money(u.amountMinor, inv.currency)}</strong></li>)}</ul>
      </Section>}
    </>
  );
}
