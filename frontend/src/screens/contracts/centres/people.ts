// Who is asked and in which order: values in, values out.
import type { Centre, Party, Round, Turn } from '~/api';
import { moved } from '../order';

/** One person as a row: the party as it stands, the turn where a round asks it. */
export type Row = { key: string; party?: Party; turn?: Turn; name: string; email: string; type: string; capacity: string; dueOn: string; state: string; blocked: string; late: boolean };

const said = new Set(['approved', 'signed', 'refused']);
/** Whether a person has answered. */
export const answered = (state: string): boolean => said.has(state);

/** The rows of a centre: those of its open round, else its parties. */
export function rowsOf(c: Centre, round?: Round): Row[] {
  if (!round) return c.parties.map((p) => ({ key: p.id, party: p, name: p.name, email: p.email, type: p.type, capacity: p.capacity, dueOn: p.dueOn || c.dueOn, state: '', blocked: p.blocked, late: false }));
  return round.turns.map((turn) => {
    const party = c.parties.find((p) => p.id === turn.partyId);
    return { key: turn.id, party, turn, name: turn.name, email: turn.email, type: turn.type, capacity: turn.capacity, dueOn: turn.dueOn, state: turn.state, blocked: answered(turn.state) || turn.state === 'off' ? '' : turn.blocked, late: turn.late };
  });
}

/** Whether a row can change its place: it stands for somebody who has not answered, and who comes when counts. */
export const movable = (r: Row, ordered: boolean): boolean => ordered && !!r.party && !answered(r.state) && r.state !== 'off';

/** The ids of all parties after the row at `from` went to `to`; undefined where nothing changes. */
export function reordered(rows: Row[], parties: Party[], from: number, to: number): string[] | undefined {
  const fixed = rows.findLastIndex((r) => answered(r.state)); // nobody goes before one that has answered
  const next = moved(rows, from, Math.max(to, fixed + 1));
  if (next === rows) return undefined;
  const ids = next.flatMap((r) => (r.party ? [r.party.id] : []));
  return [...ids, ...parties.filter((p) => !ids.includes(p.id)).map((p) => p.id)];
}

/** How far a round is. */
export const progress = (round: Round): { done: number; total: number } => {
  const asked = round.turns.filter((t) => t.state !== 'off');
  return { done: asked.filter((t) => t.state === 'approved' || t.state === 'signed').length, total: asked.length };
};

/** The first and last characters of a SHA-256, as they are compared by eye. */
export const shortSum = (sum: string): string => (sum.length > 20 ? `${sum.slice(0, 8)}…${sum.slice(-8)}` : sum);
