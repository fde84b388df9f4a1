import { Badge } from '~/components/Badge';
import { tDynamic } from '~/i18n';

/** Test or live: money that does not move must never look like money. */
export function ModeBadge({ mode }: { mode: string }) {
  return <Badge tone={mode === 'live' ? 'good' : 'warning'}>{tDynamic(`window.gateways.mode.${mode}`)}</Badge>;
}
