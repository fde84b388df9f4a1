// What stands chosen when a request is opened: the plain case, so that it is one key.
import type { AccessRequest } from '~/api';

/** The choice that makes a new customer. */
export const NEW = 'new';

/** The one customer with the tax number where it knows the visitor's proved address, or a new one where nobody looks like it; '' where
 * the firm has to choose: a tax number is public, and whoever types another firm's asks for all its invoices. */
export function plain(r: Pick<AccessRequest, 'candidates' | 'portalOff'>): string {
  const matched = r.candidates.filter((c) => c.reasons.includes('tax_id') && !c.portalOff);
  const [one] = matched;
  if (matched.length === 1 && one) return one.mailbox === 'known' ? one.customerId : '';
  return r.candidates.length === 0 && !r.portalOff ? NEW : '';
}

/** The differences that are ticked beforehand: the person's name, where the card has but the company's. */
export function taken(r: Pick<AccessRequest, 'candidates'>, chosen: string): string[] {
  const c = r.candidates.find((x) => x.customerId === chosen);
  return c?.contactId && c.contact === c.name ? ['contact.name'] : [];
}
