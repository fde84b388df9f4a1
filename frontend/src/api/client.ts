// TanStack Query: reading is cached by topic, and a `changed` notice from Go makes the topic stale.
import { QueryClient } from '@tanstack/react-query';
import { asApiError } from './error';
import { on } from './events';

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: (count, e) => count < 1 && asApiError(e).code === 'offline',
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

// Pages that are made from several rooms.
const feeds: Record<string, string[]> = { billing: ['company', 'invoices', 'items'], gateways: ['payments'], chat: ['questions', 'requests'], home: ['chat', 'requests', 'questions', 'quotes', 'gateways', 'recurring', 'catchup', 'invoices', 'payments', 'mails', 'books', 'portal', 'contracts'], search: ['chat', 'requests', 'contracts', 'invoices', 'customers', 'items', 'payments', 'recurring'], books: ['invoices', 'payments'], charges: ['invoices', 'payments', 'recurring'], contracts: ['invoices', 'quotes', 'payments', 'recurring'] };

/** Query keys start with the topic that Go names when it changes something. */
export function listen(): () => void {
  return on('changed', (data) => {
    const topics = (data as { topics?: string[] } | undefined)?.topics ?? ['*'];
    if (topics.includes('*')) { void client.invalidateQueries(); return; }
    const wake = (topic: string) => topics.includes(topic) || (feeds[topic] ?? []).some((t) => topics.includes(t));
    void client.invalidateQueries({ predicate: (q) => wake(String(q.queryKey[0])) });
  });
}
