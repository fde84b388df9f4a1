import type { BadgeTone } from '~/components/Badge';

const tones: Record<string, BadgeTone> = { none: 'neutral', group_off: 'warning', on: 'good', links: 'info' };

/** How a contact comes in, as Go tells it, with its tone. */
export function accessOf(r: { access: string }): { tone: BadgeTone; word: string } {
  return { tone: tones[r.access] ?? 'neutral', word: r.access };
}
