// What is said about a contract, by the firm and by those who share it; never changed or taken away.
import { Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type KeyboardEvent } from 'react';
import { api, asApiError, useIntention, type Contract, type ContractComment } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Notice, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './contracts.module.css';

const LONGEST = 4000; // as office/contracts holds it

export function CommentsTab({ contract: c }: { contract: Contract }) {
  const t = useT();
  const query = useQuery({ queryKey: ['contracts', 'comments', c.id], queryFn: () => api.contracts.comments(c.id) });
  return (
    <Section title={t('window.contracts.tab.comments')}>
      <div className={css.stack}>
        <Notice tone="info">{t(c.inPortal ? 'window.contracts.comments.shared' : 'window.contracts.comments.hidden')}</Notice>
        <Await query={query}>{(list) => (list.length ? <Thread list={list} /> : <p className="soft">{t('window.contracts.comments.none')}</p>)}</Await>
        <Write contract={c} />
      </div>
    </Section>
  );
}

function Thread({ list }: { list: ContractComment[] }) {
  const t = useT();
  const f = useFormat();
  return (
    <ol className={css.thread} data-testid="comments">{list.map((m) => (
      <li key={m.id} data-side={m.side}><div className="small soft"><strong>{m.author}</strong>{' · '}{t(`window.contracts.comments.side.${m.side === 'firm' ? 'firm' : m.side === 'guest' ? 'guest' : 'customer'}`)}{' · '}{f.instant(m.at)}</div><p>{m.body}</p></li>
    ))}</ol>
  );
}

function Write({ contract: c }: { contract: Contract }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const send = async () => {
    await api.contracts.comment(c.id, text, intention.key());
    intention.done();
    setText('');
    setError('');
    await client.invalidateQueries({ queryKey: ['contracts', 'comments', c.id] });
  };
  const fail = (e: unknown) => { const message = asApiError(e).fields.body; if (message) setError(message); else showError(e); };
  const keys = (e: KeyboardEvent) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); document.querySelector<HTMLButtonElement>('[data-testid=comment-send]')?.click(); } };
  return (
    <form onSubmit={(e) => e.preventDefault()} className={css.answer}>
      <Textarea label={t('window.contracts.comments.write')} description={t('window.contracts.comments.hint')} autosize minRows={3} maxRows={12} maxLength={LONGEST} value={text} onKeyDown={keys} onChange={(e) => { setText(e.currentTarget.value); setError(''); }} error={error || undefined} data-field="body" data-testid="comment-text" />
      <div className={css.ends}><ActionButton onAct={send} onError={fail} disabled={!text.trim()} data-testid="comment-send">{t('window.contracts.comments.send')}</ActionButton></div>
    </form>
  );
}
