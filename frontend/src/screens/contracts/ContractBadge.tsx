import { Badge, type BadgeTone } from '~/components/Badge';
import { tDynamic, useLang } from '~/i18n';

const tones: Record<string, BadgeTone> = { draft: 'neutral', in_review: 'info', to_sign: 'accent', signed: 'good', active: 'good', ended: 'neutral', cancelled: 'neutral' };

/** The state of a contract as a word; the colour only repeats it. */
export function ContractBadge({ state }: { state: string }) {
  useLang();
  return <Badge tone={tones[state] ?? 'neutral'}>{tDynamic(`common.contracts.state.${state}`)}</Badge>;
}
