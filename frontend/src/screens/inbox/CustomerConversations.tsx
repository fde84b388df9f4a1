// The conversations with a customer, on its page.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api } from '~/api';
import { navigate } from '~/app/router';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Waiting } from './Waiting';
import css from './inbox.module.css';

const SHOWN = 5;

export function CustomerConversations({ id, name }: { id: string; name: string }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['chat', 'of', id], queryFn: () => api.conversations.list({ view: 'all', words: '', customerId: id, cursor: '' }) });
  const whose = `customer=${id}&name=${encodeURIComponent(name)}`;
  const add = <MakeButton may="answer" size="compact-md" variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => navigate(`/inbox?view=all&${whose}&new=yes`)} data-testid="customer-conversation">{t('window.inbox.new')}</MakeButton>;
  return (
    <Section title={t('window.inbox.conversations')} flush actions={add}>
      <Await query={query}>{({ rows, next }) => (rows.length === 0 ? <p className={css.none}>{t('window.inbox.of_customer_none')}</p> : (
        <>
          {rows.slice(0, SHOWN).map((r) => (
            <Link key={r.kind + r.id} className={css.row} href={`/inbox/${r.kind}/${r.id}?view=all&${whose}`}>
              <strong>{r.subject || r.contact}</strong><time dateTime={r.at}>{f.dayOf(r.at)}</time>
              <p className={css.said}>{r.byFirm && `${t('window.inbox.you')} `}{r.text}</p>
              <span className={css.marks}><Waiting since={r.waitingSince} due={r.dueAt} late={r.late} />{r.closed && <span>{t('window.inbox.closed')}</span>}</span>
            </Link>
          ))}
          {(rows.length > SHOWN || next) && <p className={css.none}><Link href={`/inbox?view=all&${whose}`}>{t('window.inbox.of_customer_all')}</Link></p>}
        </>
      ))}</Await>
    </Section>
  );
}
