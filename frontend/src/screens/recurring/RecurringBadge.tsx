import { Badge, type BadgeTone } from '~/components/Badge';
import { tDynamic, useLang } from '~/i18n';

const tones: Record<string, BadgeTone> = { draft: 'neutral', active: 'good', paused: 'warning', ended: 'neutral' };

export function RecurringBadge({ state }: { state: string }) {
  useLang();
  return <Badge tone={tones[state] ?? 'neutral'}>{tDynamic(`common.recurring.state.${state}`)}</Badge>;
}
