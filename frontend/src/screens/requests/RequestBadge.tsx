// Where a request stands, in a word.
import { Badge, type BadgeTone } from '~/components/Badge';
import { tDynamic } from '~/i18n';

const tones: Record<string, BadgeTone> = { sent: 'warning', asked: 'info', approved: 'good', refused: 'danger', withdrawn: 'neutral' };
export const RequestBadge = ({ state }: { state: string }) => <Badge tone={tones[state] ?? 'neutral'}>{tDynamic(`window.requests.state.${state}`)}</Badge>;
