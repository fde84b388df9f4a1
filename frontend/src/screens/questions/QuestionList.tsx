// What customers ask about quotes and invoices: what waits for an answer first.
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '~/api';
import { listQuery } from '~/api/useList';
import { Badge } from '~/components/Badge';
import { exportMenu } from '~/components/exportMenu';
import { Empty, Page, PageHeader, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from '~/screens/quotes/quotes.module.css';

export function QuestionList() {
  const t = useT();
  const f = useFormat();
  const query = useInfiniteQuery({ queryKey: ['questions', 'list'], queryFn: ({ pageParam }) => api.questions.list(pageParam), initialPageParam: '', getNextPageParam: (last) => last.next || undefined });
  return (
    <Page>
      <PageHeader title={t('window.questions.inbox')} menu={exportMenu('questions', listQuery({}))} />
      <Await query={query}>{(d) => {
        const rows = d.pages.flatMap((p) => p.rows);
        const waiting = rows.filter((r) => r.waiting);
        const rest = rows.filter((r) => !r.waiting);
        const part = (title: string, list: typeof rows) => list.length > 0 && <Section title={title} flush>
          <div>{list.map((r) => (
            <Link key={r.id} className={css.talk} href={`${r.kind === 'quote' ? '/quotes' : '/invoices'}/${r.id}`}>
              <strong>{r.customerName} · {r.number}</strong><span className="small soft">{r.waiting && <><Badge tone="warning">{t('window.questions.to_answer')}</Badge>{' '}</>}{f.instant(r.at)}</span>
              <p className="soft">{r.author}{' · '}{r.text}</p>
            </Link>))}</div>
        </Section>;
        if (!rows.length) return <Section label={t('window.questions.inbox')}><Empty icon="good" title={t('window.questions.empty')} text={t('window.questions.empty_text')} /></Section>;
        return <>{part(t('window.questions.waiting'), waiting)}{part(t('window.questions.others'), rest)}{query.hasNextPage && <div><Button variant="default" onClick={() => void query.fetchNextPage()}>{t('window.questions.more')}</Button></div>}</>;
      }}</Await>
    </Page>
  );
}
