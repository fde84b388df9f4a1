import type { StatementLine } from '~/api';

/** What a line of a statement opens. */
export function lineHref(l: StatementLine): string {
  switch (l.kind) {
    case 'invoice': case 'deposit_invoice': return `/invoices/${l.id}`;
    case 'credit_note': return `/credits/${l.id}`;
    case 'refund': return l.ofCredit ? `/credits/${l.id}` : `/payments?open=${l.id}`;
    default: return `/payments?open=${l.id}`;
  }
}

export const kinds = ['activity', 'open_items', 'ageing'] as const;
export type Kind = (typeof kinds)[number];
export const presets = ['this_month', 'last_month', 'this_quarter', 'last_quarter', 'this_year', 'last_year', 'last_12_months', 'all'] as const;
/** Where a day is asked for and not a period, these end on one of their own. */
export const days = ['all', 'last_month', 'last_quarter', 'last_year'] as const;
export const buckets = ['not_due', 'to_30', 'to_60', 'to_90', 'over_90', 'unapplied'] as const;
