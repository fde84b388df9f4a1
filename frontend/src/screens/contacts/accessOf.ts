import type { ContactRow } from '~/api';
import type { BadgeTone } from '~/components/Badge';

/** How a contact comes in, as its customer's page says it. */
export function accessOf(r: ContactRow): { tone: BadgeTone; word: string } {
  if (!r.portalAccess) return { tone: 'neutral', word: 'none' };
  if (!r.letIn) return { tone: 'warning', word: 'group_off' };
  return r.hasPassword ? { tone: 'good', word: 'on' } : { tone: 'info', word: 'links' };
}
