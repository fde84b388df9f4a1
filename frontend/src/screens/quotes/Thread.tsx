// What was said about a document, and the field to answer in.
import { Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, asApiError, useIntention, type Question } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Section, Stack } from '~/components/layout';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './quotes.module.css';

export function Thread({ documentId, always }: { documentId: string; always?: boolean }) {
  const query = useQuery({ queryKey: ['questions', 'thread', documentId], queryFn: () => api.questions.thread(documentId) });
  const list = query.data ?? [];
  const [open, setOpen] = useState(false);
  const t = useT();
  if (!query.data) return null;
  if (!list.length && !always && !open) return <div><MakeButton may="answer" variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>{t('window.questions.write')}</MakeButton></div>;
  return <Section title={t('window.questions.title')} id="questions"><Stack gap={3}><Said list={list} /><Answer documentId={documentId} waiting={list.some((m) => m.waiting)} /></Stack></Section>;
}

function Said({ list }: { list: Question[] }) {
  const f = useFormat();
  return (
    <ol className={css.thread}>{list.map((m) => (
      <li key={m.id} data-side={m.byFirm ? 'firm' : 'customer'}><div className="small soft"><strong>{m.author}</strong>{' · '}{f.instant(m.at)}</div><p>{m.text}</p></li>
    ))}</ol>
  );
}

function Answer({ documentId, waiting }: { documentId: string; waiting: boolean }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const fresh = () => client.invalidateQueries({ queryKey: ['questions'] });
  const send = async () => {
    await api.questions.answer(documentId, text, intention.key());
    intention.done();
    setText('');
    setError('');
    await fresh();
    void client.invalidateQueries({ queryKey: ['home'] });
  };
  const fail = (e: unknown) => { const message = asApiError(e).fields.text; if (message) setError(message); else showError(e); };
  return (
    <form onSubmit={(e) => e.preventDefault()} className={css.answer}>
      <Textarea label={t('window.questions.answer')} description={t('window.questions.answer_hint')} autosize minRows={2} maxRows={10} maxLength={4000} value={text} onChange={(e) => { setText(e.currentTarget.value); setError(''); }} error={error || undefined} data-field="text" />
      <div className={css.ends}>
        {waiting && <MakeButton may="answer" variant="default" onClick={() => void api.questions.settle(documentId).then(fresh).catch(showError)}>{t('window.questions.settle')}</MakeButton>}
        <ActionButton onAct={send} onError={fail} disabled={!text.trim()} data-testid="answer">{t('window.questions.send')}</ActionButton>
      </div>
    </form>
  );
}
