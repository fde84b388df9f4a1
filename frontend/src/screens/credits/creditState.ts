import type { InvoiceRow } from '~/api';

/** The word of a credit note: what matters is whether something of it is left. */
export const creditState = (r: Pick<InvoiceRow, 'state' | 'dueMinor'>) => (r.state === 'draft' ? 'draft' : r.dueMinor > 0 ? 'to_use' : 'applied');
