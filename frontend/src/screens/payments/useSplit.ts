// The split while it is made: proposed by Go until somebody changes a row, then only added up by it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { api, type Proposal } from '~/api';
import { creditKey } from './Split';

type Typed = Record<string, number>;

export function useSplit(ask: { customerId: string; currency: string; amountMinor: number; only: string[] }) {
  const [parts, setParts] = useState<Typed | null>(null); // null: proposed
  const [credits, setCredits] = useState<Typed>({});
  const request = { ...ask, auto: parts === null, parts: Object.entries(parts ?? {}).map(([documentId, amountMinor]) => ({ documentId, amountMinor })), credits: [] as { creditId: string; paymentId: string; amountMinor: number }[] };
  const [asked] = useDebouncedValue(request, 120, { leading: true });
  const first = useQuery({ queryKey: ['payments', 'open-credits', ask.customerId, ask.currency], queryFn: () => api.payments.propose({ ...request, auto: false, parts: [], credits: [] }), enabled: !!ask.customerId, staleTime: 10_000 });
  const used = (first.data?.credits ?? []).map((c) => ({ creditId: c.creditId, paymentId: c.paymentId, amountMinor: credits[creditKey(c)] ?? 0 }));
  const query = useQuery({ queryKey: ['payments', 'propose', asked, credits], queryFn: () => api.payments.propose({ ...asked, credits: used }), enabled: !!ask.customerId && !!first.data, placeholderData: keepPreviousData });
  const now = query.data;
  const setPart = (id: string, minor: number) => setParts({ ...Object.fromEntries((now?.parts ?? []).map((p) => [p.documentId, p.amountMinor])), ...parts, [id]: minor });
  // What is being typed stands at once; the sums follow.
  const shown: Proposal | undefined = now && {
    ...now,
    parts: parts ? now.parts.map((p) => ({ ...p, amountMinor: parts[p.documentId] ?? p.amountMinor })) : now.parts,
    credits: now.credits.map((c) => ({ ...c, amountMinor: credits[creditKey(c)] ?? 0 })),
  };
  return {
    query, proposal: shown, typed: parts !== null, setPart, again: () => setParts(null), setCredit: (key: string, minor: number) => setCredits({ ...credits, [key]: minor }),
    parts: () => (shown?.parts ?? []).map((p) => ({ documentId: p.documentId, amountMinor: p.amountMinor })),
    credits: () => (shown?.credits ?? []).map((c) => ({ creditId: c.creditId, paymentId: c.paymentId, amountMinor: c.amountMinor })),
  };
}
