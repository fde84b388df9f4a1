import { Link } from 'wouter';
import type { Contract } from '~/api';
import { KeyValue } from '~/components/display';
import { Section } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Markdown } from './Markdown';
import { MoneyCard } from './money';
import css from './contracts.module.css';

/** What the contract says, in short: its rule in a sentence first. */
export function SummaryTab({ contract: c }: { contract: Contract }) {
  const t = useT();
  const f = useFormat();
  return (
    <div className={css.stack}>
      <MoneyCard contract={c} />
      <div className={css.split}>
        <div className={css.stack}>
          <Section title={t('window.contracts.edit.description')}>{c.descriptionHtml ? <Markdown html={c.descriptionHtml} /> : <p className="soft">{t('window.contracts.summary.no_description')}</p>}</Section>
          {c.form.notes && <Section title={t('window.contracts.edit.notes')}><p className={css.notes}>{c.form.notes}</p></Section>}
        </div>
        <div className={css.beside}>
          <Section title={t('window.contracts.edit.term')}>
            <p className={css.rule} data-testid="contract-rule">{c.words}</p>
            {c.endOn && <dl className={css.days}><div><dt>{t('window.contracts.col.end')}</dt><dd>{f.date(c.endOn)}</dd></div>{c.noticeBy && c.noticeKind === 'notice' && <div data-soon={c.noticeNear || undefined}><dt>{t('window.contracts.col.notice')}</dt><dd>{f.date(c.noticeBy)}</dd></div>}</dl>}
          </Section>
          <Section title={t('window.contracts.summary.about')}>
            <KeyValue rows={[
              [t('window.contracts.col.customer'), <Link key="c" href={`/customers/${c.customerId}`}>{c.customerName}</Link>],
              c.typeName !== '' && [t('window.contracts.col.type'), c.typeName],
              c.ownerName !== '' && [t('window.contracts.col.owner'), c.ownerName],
              c.valueMinor > 0 && [t('window.contracts.edit.value'), f.money(c.valueMinor, c.currency)],
              c.signedOn !== '' && [t('window.contracts.summary.signed'), f.date(c.signedOn)],
              c.endedOn !== '' && [t('window.contracts.summary.ended'), f.date(c.endedOn)],
              c.endReason !== '' && [t('window.contracts.summary.reason'), c.endReason],
              [t('window.contracts.summary.made'), f.dayOf(c.createdAt)],
            ]} />
          </Section>
        </div>
      </div>
    </div>
  );
}
