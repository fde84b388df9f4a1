import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { asApiError } from '~/api/error';
import { useT } from '~/i18n';
import { Icon } from './Icon';
import { Empty, Page, SkeletonLines, useLate } from './layout';

/** What happened, what was kept, what to do. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT();
  const e = asApiError(error);
  return (
    <div role="alert">
      <Empty icon="danger" tone="danger" title={e.code === 'not_found' ? t('window.error.not_found.title') : t('window.error.title')}
        text={<>{e.message}{e.reference && <><br /><span className="small faint">{t('window.error.reference', { reference: e.reference })}</span></>}</>}>
        {retry && e.code !== 'not_found' && <Button variant="default" leftSection={<Icon name="refresh" size={16} />} onClick={retry}>{t('window.error.retry')}</Button>}
      </Empty>
    </div>
  );
}

/** Loading, refused or there: the three states of anything that is read. */
export function Await<R>({ query, children, skeleton, whole }: { query: UseQueryResult<R>; children: (data: R) => ReactNode; skeleton?: ReactNode; whole?: boolean }) {
  const t = useT();
  const late = useLate(query.isPending);
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) {
    const said = <ErrorState error={query.error} retry={() => void query.refetch()} />;
    // Where the refusal is the whole page, the page needs its heading.
    return whole ? <Page><h1 className="sr">{t(asApiError(query.error).code === 'not_found' ? 'window.error.not_found.title' : 'window.error.title')}</h1>{said}</Page> : said;
  }
  return late ? <>{skeleton ?? <SkeletonLines />}</> : null;
}
