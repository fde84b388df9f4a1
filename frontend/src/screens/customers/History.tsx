// What was done to a customer, its contacts and their portal: who, what, before and after, when.
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, type CustomerEvent } from '~/api';
import { Timeline } from '~/components/display';
import { Section, type Tone } from '~/components/layout';
import { Await } from '~/components/states';
import { hasText, tDynamic, useLang, useT } from '~/i18n';
import css from './customers.module.css';

const tones: Record<string, Tone> = { 'customer.primary_swapped': 'info', 'customer.change_proposed': 'warning', 'customer.change_accepted': 'good', 'customer.change_refused': 'danger', 'contact.access_taken': 'warning', 'contact.factor_reset': 'warning', 'group.portal_closed': 'warning' };

export function CustomerHistory({ id }: { id: string }) {
  const t = useT();
  const lang = useLang();
  const query = useInfiniteQuery({ queryKey: ['customers', 'history', id, lang], queryFn: ({ pageParam }) => api.customers.history(id, pageParam), initialPageParam: '', getNextPageParam: (last) => last.next || undefined });
  return (
    <Section title={t('window.contacts.history.title')} id="history">
      <Await query={query}>{(d) => {
        const rows = d.pages.flatMap((p) => p.rows);
        if (rows.length === 0) return <p className="soft">{t('window.contacts.history.none')}</p>;
        return <div data-testid="customer-history"><Timeline items={rows.map((r) => ({ id: r.id, at: r.at, title: r.text, detail: r.changes.length > 0 && <Changes event={r} />, tone: tones[r.kind] }))} /></div>;
      }}</Await>
      {query.hasNextPage && <Button variant="default" size="compact-md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('window.contacts.history.more')}</Button>}
    </Section>
  );
}

function Changes({ event }: { event: CustomerEvent }) {
  const t = useT();
  const none = t('window.contacts.proposals.empty');
  return (
    <ul className={css.changes}>{event.changes.map((c, i) => {
      const field = tDynamic(`window.contacts.field.${c.field}`);
      return <li key={i}><span>{c.contact && c.field !== 'contact' ? t('window.contacts.proposals.of_contact', { field, name: c.contact }) : field}</span>{' '}<del>{value(c.field, c.before) || none}</del> <span aria-hidden="true">→</span> <ins>{value(c.field, c.after) || none}</ins></li>;
    })}</ul>
  );
}

const words: Record<string, string> = { kind: 'kind.', taxRegime: 'regime.', language: 'language.', portalAccess: '', termsEndOfMonth: '', remindersExempt: '' };

/** What a field held, in words: codes have texts of their own. */
function value(field: string, v: string): string {
  if (field === 'areas') return v === 'all' ? tDynamic('window.contacts.all') : v.split(',').filter(Boolean).map((a) => tDynamic(`window.contacts.area.${a}`)).join(', ');
  const of = words[field];
  return of !== undefined && hasText(`common.${of}${v}`) ? tDynamic(`common.${of}${v}`) : v;
}
