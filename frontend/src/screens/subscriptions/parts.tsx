import { Badge, type BadgeTone } from '~/components/Badge';
import type { SubscriptionQuote } from '~/api';
import { useFormat } from '~/format/format';
import { tDynamic, useLang, useT } from '~/i18n';
import css from './subscriptions.module.css';

const tones: Record<string, BadgeTone> = { pending: 'warning', trial: 'info', active: 'good', past_due: 'danger', cancelling: 'warning', paused: 'neutral', ended: 'neutral' };

export function SubscriptionBadge({ state }: { state: string }) {
  useLang();
  return <Badge tone={tones[state] ?? 'neutral'}>{tDynamic(`common.subscription.state.${state}`)}</Badge>;
}

/** What is about to be asked for or given back, line by line, and what comes after. */
export function QuoteBox({ quote: q }: { quote: SubscriptionQuote }) {
  const t = useT();
  const f = useFormat();
  const later = q.when === 'period_end';
  const title = later ? t('window.subscriptions.quote.later', { date: f.date(q.on) }) : q.nowMinor < 0 ? t('window.subscriptions.quote.credit') : t('window.subscriptions.quote.now');
  return (
    <div className={css.quote} data-testid="quote" aria-live="polite">
      {q.trialUntil && <p className="soft">{t('window.subscriptions.quote.trial', { date: f.date(q.trialUntil) })}</p>}
      {q.lines.length > 0 && (
        <ul className={css.lines}>{q.lines.map((l, i) => <li key={i}><span>{l.words}{l.detail && <small className="soft">{l.detail}</small>}</span><span className="num">{f.money(l.netMinor, q.currency)}</span></li>)}</ul>
      )}
      <div className={css.sum}><strong>{title}</strong>{!later && <strong className="num">{f.money(Math.abs(q.nowMinor), q.currency)}</strong>}</div>
      {!later && q.taxMinor !== 0 && <div className="small soft">{t('window.subscriptions.quote.tax', { amount: f.money(Math.abs(q.taxMinor), q.currency) })}</div>}
      {q.eachMinor > 0 && q.nextOn && <div className="small soft">{t('window.subscriptions.quote.then', { date: f.date(q.nextOn), amount: f.money(q.nextMinor, q.currency) })}</div>}
    </div>
  );
}
