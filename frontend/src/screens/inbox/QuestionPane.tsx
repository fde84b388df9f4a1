// A question on a document: its thread, answered as on the document's own page.
import { Link } from 'wouter';
import { useQuery } from '@tanstack/react-query';
import { api, type InboxRow } from '~/api';
import { Icon } from '~/components/Icon';
import { useT } from '~/i18n';
import { Thread } from '~/screens/quotes/Thread';
import css from './inbox.module.css';

export function QuestionPane({ id, row, back }: { id: string; row?: InboxRow; back: string }) {
  const t = useT();
  const query = useQuery({ queryKey: ['chat', 'question', id], queryFn: () => api.conversations.question(id) });
  const r = query.data ?? row;
  return (
    <div className={css.talk}>
      <section className={css.pane} aria-label={r?.subject || t('window.inbox.kind.question')}>
        <div className={css.head}>
          <Link href={back} aria-label={t('window.inbox.back')} className={css.back}><Icon name="left" /></Link>
          <div className={css.who}><h2>{r?.customerName}</h2><small>{r && <Link href={`${r.documentKind === 'quote' ? '/quotes' : '/invoices'}/${id}`}>{r.subject}</Link>}</small></div>
        </div>
        <div className={css.thread}><Thread documentId={id} always /></div>
      </section>
    </div>
  );
}
