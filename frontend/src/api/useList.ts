// A list that Go pages by key: the next page follows the last row seen.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { ListQuery, Page } from './types';

export const listQuery = (part: Partial<ListQuery>): ListQuery =>
  ({ words: '', state: '', customerId: '', method: '', from: '', to: '', sort: '', desc: false, cursor: '', limit: 100, ...part });

const LARGEST = 500; // as office/listing holds it

export function useList<P extends Page<R>, Q extends { cursor: string; limit: number } = ListQuery, R = P['rows'][number]>(topic: string, query: Q, fetchPage: (q: Q) => Promise<P>, extra = '') {
  const q = useInfiniteQuery({
    queryKey: [topic, 'list', query, extra],
    // The first page comes quickly; whoever scrolls on gets larger ones, so that a notice asks few of them again.
    queryFn: ({ pageParam }) => fetchPage(pageParam ? { ...query, cursor: pageParam, limit: LARGEST } : { ...query, cursor: '' }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => (q.data?.pages ?? []).flatMap((p) => p.rows as R[]), [q.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = q;
  const more = useCallback(() => { if (hasNextPage && !isFetchingNextPage) void fetchNextPage(); }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { rows, first: q.data?.pages[0], loading: q.isPending, error: q.error, retry: () => void q.refetch(), more: hasNextPage ? more : undefined, loadingMore: isFetchingNextPage };
}
