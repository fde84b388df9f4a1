import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, newKey, type FaqQuestion } from '~/api';
import { useUnsaved } from '~/components/unsaved';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Empty, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Audience } from './Audience';
import css from './notices.module.css';

const queryKey = ['faq', 'list'];
const blank: FaqQuestion = { publicId: '', questionFr: '', questionEn: '', answerFr: '', answerEn: '', everyone: true, groups: [], published: true, version: 0 };

/** The page Questions of the portal, as the firm writes it. */
export function FaqPage() {
  const t = useT();
  const client = useQueryClient();
  const [open, setOpen] = useState<FaqQuestion | null>(null);
  const query = useQuery({ queryKey, queryFn: api.notices.questions });
  const settle = (list: FaqQuestion[]) => { client.setQueryData(queryKey, list); };
  const move = async (list: FaqQuestion[], from: number, by: number) => {
    const ids = list.map((q) => q.publicId);
    const [id] = ids.splice(from, 1);
    ids.splice(from + by, 0, id!);
    settle(await api.notices.orderQuestions(ids));
  };
  return (
    <Page>
      <PageHeader title={t('window.faq.title')} subtitle={t('window.faq.subtitle')} back={{ href: '/announcements', label: t('window.notices.back') }} primary={<MakeButton onClick={() => setOpen(blank)} data-testid="new-question">{t('window.faq.new')}</MakeButton>} />
      <Await query={query}>{(list) => (
        <Section label={t('window.faq.title')} flush>
          {list.length === 0 && <Empty icon="question" title={t('window.faq.empty')} text={t('window.faq.empty_text')}><MakeButton onClick={() => setOpen(blank)}>{t('window.faq.new')}</MakeButton></Empty>}
          <ol className={css.list}>{list.map((q, i) => <Row key={q.publicId} q={q} first={i === 0} last={i === list.length - 1} onOpen={() => setOpen(q)} onMove={(by) => void move(list, i, by).catch(showError)} />)}</ol>
        </Section>
      )}</Await>
      {open && <Editor key={open.publicId} question={open} onClose={() => setOpen(null)} onSaved={(list) => { settle(list); setOpen(null); }} />}
    </Page>
  );
}

function Row({ q, first, last, onOpen, onMove }: { q: FaqQuestion; first: boolean; last: boolean; onOpen: () => void; onMove: (by: number) => void }) {
  const t = useT();
  const f = useFormat();
  const name = (f.lang === 'en' && q.questionEn) || q.questionFr || q.questionEn;
  return (
    <li>
      <button type="button" className={css.open} onClick={onOpen}><span>{name}</span><span className="small faint">{q.everyone ? t('window.notices.everyone') : q.groups.map((g) => g.name).join(', ')}{q.published ? '' : ` · ${t('window.faq.draft')}`}</span></button>
      <span className={css.moves}>
        <MakeButton variant="subtle" size="compact-sm" disabled={first} aria-label={t('window.faq.up', { name })} onClick={() => onMove(-1)}><Icon name="up" size={16} /></MakeButton>
        <MakeButton variant="subtle" size="compact-sm" disabled={last} aria-label={t('window.faq.down', { name })} onClick={() => onMove(1)}><Icon name="down" size={16} /></MakeButton>
      </span>
    </li>
  );
}

function Editor({ question, onClose, onSaved }: { question: FaqQuestion; onClose: () => void; onSaved: (list: FaqQuestion[]) => void }) {
  const t = useT();
  const form = useForm<FaqQuestion>(question);
  const [key] = useState(newKey);
  const q = form.values;
  useUnsaved(() => form.dirty);
  const save = async () => { form.clear(); const list = await api.notices.saveQuestion(form.values, key); toast(t('window.faq.saved')); onSaved(list); };
  const remove = async () => {
    if (!await confirm({ title: t('window.faq.delete_ask'), body: t('window.faq.delete_text'), verb: t('window.faq.delete'), keep: t('window.cancel'), danger: true })) return;
    const list = await api.notices.deleteQuestion(q.publicId, q.version);
    toast(t('window.faq.deleted'));
    onSaved(list);
  };
  return (
    <SidePanel opened onClose={onClose} width={620} title={q.publicId ? t('window.faq.edit') : t('window.faq.new')}>
      <form onSubmit={(e) => e.preventDefault()} noValidate>
        <Stack gap={3}>
          {form.general && <Notice tone="danger">{form.general}</Notice>}
          <p className="soft small">{t('window.notices.f.one_language')} {t('window.notices.f.markdown')}</p>
          <TextInput label={t('window.faq.f.question_fr')} {...form.text('questionFr')} />
          <Textarea label={t('window.faq.f.answer_fr')} autosize minRows={3} maxRows={12} {...form.text('answerFr')} />
          <TextInput label={t('window.faq.f.question_en')} {...form.text('questionEn')} />
          <Textarea label={t('window.faq.f.answer_en')} autosize minRows={3} maxRows={12} {...form.text('answerEn')} />
          <Audience everyone={q.everyone} groups={q.groups} error={form.errors.groups} onChange={(everyone, groups) => form.patch({ everyone, groups })} />
          <Checkbox label={t('window.faq.f.published')} checked={q.published} onChange={(e) => form.set('published', e.currentTarget.checked)} />
          <div className={css.foot}>
            <ActionButton type="submit" onAct={save} onError={form.fail} disabled={!form.dirty} data-testid="save-question">{t('window.notices.save')}</ActionButton>
            {q.publicId !== '' && <Button variant="default" onClick={() => void remove().catch(form.fail)}>{t('window.faq.delete')}</Button>}
          </div>
        </Stack>
      </form>
    </SidePanel>
  );
}
