import type { IconName } from '~/components/Icon';
import type { Key } from '~/i18n';

export type Place = { href: string; label: Key; icon: IconName; keys?: string; /** Shows how much waits there. */ waiting?: boolean };
export const places: { label?: Key; items: Place[] }[] = [
  { items: [{ href: '/', label: 'window.nav.home', icon: 'home', keys: 'h' }] },
  { label: 'window.nav.sales', items: [
    { href: '/quotes', label: 'window.quotes.title', icon: 'quote', keys: 'd' },
    { href: '/invoices', label: 'window.nav.invoices', icon: 'invoice', keys: 'f' },
    { href: '/credits', label: 'window.credits.title', icon: 'credit', keys: 'n' },
    { href: '/recurring', label: 'window.nav.recurring', icon: 'refresh', keys: 'r' },
    { href: '/subscriptions', label: 'window.subscriptions.title', icon: 'calendar', keys: 'k' },
    { href: '/contracts', label: 'window.contracts.title', icon: 'contract', keys: 't' },
    { href: '/customers', label: 'window.nav.customers', icon: 'customers', keys: 'c' },
    { href: '/items', label: 'window.nav.items', icon: 'items', keys: 'a' },
    { href: '/payments', label: 'window.nav.payments', icon: 'payments', keys: 'p' },
    { href: '/debits', label: 'window.sepa.title', icon: 'building' },
  ] },
  { label: 'window.nav.exchange', items: [
    { href: '/inbox', label: 'window.inbox.title', icon: 'question', keys: 'q', waiting: true },
    { href: '/requests', label: 'window.requests.title', icon: 'customers', keys: 'e' },
    { href: '/mail', label: 'window.nav.mail', icon: 'mail', keys: 'm' },
    { href: '/announcements', label: 'window.notices.title', icon: 'bell' },
    { href: '/portal', label: 'window.nav.portal', icon: 'portal', keys: 'o' },
  ] },
  { label: 'window.nav.books', items: [
    { href: '/books/balance', label: 'window.nav.balance', icon: 'balance', keys: 'b' },
    { href: '/books/ageing', label: 'window.nav.ageing', icon: 'calendar' },
    { href: '/books/journals', label: 'window.nav.journals', icon: 'books', keys: 'j' },
    { href: '/books/check', label: 'window.nav.check', icon: 'good', keys: 'v' },
  ] },
  { items: [{ href: '/settings', label: 'window.nav.settings', icon: 'settings', keys: 's' }] },
];
export const allPlaces = places.flatMap((g) => g.items);
