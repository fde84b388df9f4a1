import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, type Contract } from '~/api';
import { Timeline } from '~/components/display';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useLang, useT } from '~/i18n';

/** Who did what to this contract, newest first. */
export function HistoryTab({ contract: c }: { contract: Contract }) {
  const t = useT();
  const lang = useLang();
  const query = useInfiniteQuery({ queryKey: ['contracts', 'history', c.id, lang], queryFn: ({ pageParam }) => api.contracts.history(c.id, pageParam), initialPageParam: '', getNextPageParam: (last) => last.next || undefined });
  return (
    <Section title={t('window.contracts.tab.history')}>
      <Await query={query}>{(d) => <div data-testid="contract-history"><Timeline items={d.pages.flatMap((p) => p.rows).map((r) => ({ id: String(r.id), at: r.at, title: r.text, detail: r.note }))} /></div>}</Await>
      {query.hasNextPage && <Button variant="default" size="compact-md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('window.contacts.history.more')}</Button>}
    </Section>
  );
}
