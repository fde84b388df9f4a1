import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type Check } from '~/api';
import { Icon } from '~/components/Icon';
import { Notice, Page, PageHeader, Section, SkeletonLines } from '~/components/layout';
import { ErrorState } from '~/components/states';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './books.module.css';

/** Proves the company: the database, the books, the numbers, the stored files. Opening the page runs it. */
export function CheckPage() {
  const t = useT();
  const f = useFormat();
  // Its own topic: an invoice sent meanwhile must not start a check that reads every file.
  const query = useQuery({ queryKey: ['check', f.lang], queryFn: api.books.check, staleTime: Infinity, gcTime: 0 });
  const busy = query.isFetching;
  return (
    <Page>
      <PageHeader title={t('window.books.check.title')} subtitle={t('window.books.check.text')}
        primary={<Button variant="default" leftSection={<Icon name="refresh" size={16} />} disabled={busy} onClick={() => void query.refetch()} data-testid="check">{t('window.books.check.act')}</Button>} />
      {busy ? <Section title={t('window.books.check.running')}><div aria-busy="true"><SkeletonLines /></div></Section>
        : query.isError ? <ErrorState error={query.error} retry={() => void query.refetch()} />
        : query.data && <Found check={query.data} at={new Date(query.dataUpdatedAt).toISOString()} />}
    </Page>
  );
}

function Found({ check: c, at }: { check: Check; at: string }) {
  const t = useT();
  const f = useFormat();
  const n = c.faults.length;
  return (
    <>
      <Notice tone={c.sound ? 'good' : 'danger'}><strong>{c.sound ? t('window.books.check.sound') : t('window.books.check.faults', { n })}</strong>
        <div>{t(c.sound ? 'window.books.check.sound_text' : 'window.books.check.faults_text', { time: f.time(at) })}</div></Notice>
      {n > 0 && <Section title={t('window.books.check.found')} flush><ul>{c.faults.map((x, i) => <li key={i} className={css.fault}><Icon name="danger" size={16} /><span>{x.text}</span></li>)}</ul></Section>}
      <Section title={t('window.books.check.counted')} flush>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('window.books.check.what')}</th><th scope="col" className="num">{t('window.books.check.count')}</th></tr></thead>
          <tbody>{c.counted.map((x) => <tr key={x.label} className={css.plain}><td>{x.label}</td><td className="num">{f.count(x.count)}</td></tr>)}</tbody>
        </table>
      </Section>
    </>
  );
}
