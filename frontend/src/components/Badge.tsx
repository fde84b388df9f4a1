import { hasText, tDynamic, useLang } from '~/i18n';
import css from './Badge.module.css';

export type BadgeTone = 'neutral' | 'accent' | 'info' | 'good' | 'warning' | 'danger';

export function Badge({ tone = 'neutral', children }: { tone?: BadgeTone; children: React.ReactNode }) {
  return <span className={css.badge} data-tone={tone}><span className={css.dot} aria-hidden="true" />{children}</span>;
}

const tones: Record<string, BadgeTone> = {
  draft: 'neutral', issued: 'info', sent: 'info', viewed: 'info', announced: 'accent', partial: 'warning', paid: 'good', overdue: 'danger',
  queued: 'neutral', sending: 'info', failed: 'danger', cancelled: 'neutral', applied: 'neutral', approved: 'good', converted: 'good', expired: 'warning', superseded: 'neutral', to_use: 'accent', deferred: 'warning', refused: 'danger',
  paused: 'warning', ended: 'neutral', pending: 'warning', cleared: 'good', active: 'good', suspended: 'warning', archived: 'neutral', on: 'good', off: 'neutral',
  confirmed: 'good', dismissed: 'neutral', declined: 'danger', succeeded: 'good', error: 'danger',
};
// A mail that is sent has arrived: good; an invoice that is sent waits: information.
const mailTones: Record<string, BadgeTone> = { sent: 'good' };

/** The state of a thing as a word; the colour only repeats it. */
export function StateBadge({ state, kind }: { state: string; kind?: 'mail' | 'quote' }) {
  useLang();
  const own = `common.${kind}.state.${state}`; // a quote is masculine in French, an invoice feminine
  const key = kind && hasText(own) ? own : `common.state.${state}`;
  return <Badge tone={(kind === 'mail' ? mailTones[state] : undefined) ?? tones[state] ?? 'neutral'}>{tDynamic(key)}</Badge>;
}
