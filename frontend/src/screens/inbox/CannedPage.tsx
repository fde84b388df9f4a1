// Replies that are written once: a word to call them by, and the text in both languages.
import { Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, useIntention, type CannedReply } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Empty, Notice, Page, PageHeader, Section } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useLang, useT } from '~/i18n';
import css from './inbox.module.css';

const blank: CannedReply = { id: '', version: 0, shortcut: '', title: '', bodyFr: '', bodyEn: '' };

export function CannedPage() {
  const t = useT();
  const lang = useLang();
  const [editing, setEditing] = useState<CannedReply | null>(null);
  const query = useQuery({ queryKey: ['chat', 'canned'], queryFn: api.conversations.canned });
  return (
    <Page>
      <PageHeader title={t('window.inbox.canned.title')} back={{ href: '/inbox', label: t('window.inbox.title') }} subtitle={t('window.inbox.canned.text')}
        primary={<MakeButton leftSection={<Icon name="plus" size={16} />} onClick={() => setEditing(blank)} data-testid="new-canned">{t('window.inbox.canned.new')}</MakeButton>} />
      <Section label={t('window.inbox.canned.title')} flush>
        <Await query={query}>{(rows) => (rows.length === 0 ? <Empty icon="quote" title={t('window.inbox.canned.none')} text={t('window.inbox.canned.none_text')} /> : (
          <ul className={css.plain}>{rows.map((r) => (
            <li key={r.id} className={css.reply}>
              <code>/{r.shortcut}</code>
              <p data-marks><strong>{r.title}</strong>{' · '}{(lang === 'en' ? r.bodyEn : r.bodyFr) || r.bodyFr || r.bodyEn}</p>
              <MakeButton variant="subtle" size="compact-md" onClick={() => setEditing(r)} aria-label={t('window.inbox.canned.edit_one', { name: r.title })}>{t('window.inbox.canned.change')}</MakeButton>
            </li>
          ))}</ul>
        ))}</Await>
      </Section>
      <SidePanel opened={!!editing} onClose={() => setEditing(null)} width={620} title={editing?.id ? editing.title : t('window.inbox.canned.new')}>
        {editing && <Editor key={editing.id} reply={editing} onDone={() => setEditing(null)} />}
      </SidePanel>
    </Page>
  );
}

const marks = ['name', 'firm', 'me'] as const;

function Editor({ reply, onDone }: { reply: CannedReply; onDone: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm(reply);
  const fresh = () => client.invalidateQueries({ queryKey: ['chat', 'canned'] });
  const save = async () => {
    form.clear();
    await api.conversations.saveCanned(form.values, intention.key());
    intention.done();
    toast(t('window.inbox.canned.saved'));
    onDone();
    await fresh();
  };
  const remove = async () => {
    if (!await confirm({ title: t('window.inbox.canned.remove_title', { name: reply.title }), verb: t('window.inbox.canned.remove'), danger: true })) return;
    await api.conversations.removeCanned(reply.id, reply.version);
    onDone();
    await fresh();
  };
  return (
    <form className={css.form} onSubmit={(e) => e.preventDefault()} noValidate>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <div className={css.pair}>
        <TextInput label={t('window.inbox.canned.shortcut')} description={t('window.inbox.canned.shortcut_hint')} leftSection={<span className="faint">/</span>} required maxLength={30} data-autofocus {...form.text('shortcut')} />
        <TextInput label={t('window.inbox.canned.name')} description={t('window.inbox.canned.name_hint')} required maxLength={80} {...form.text('title')} />
      </div>
      <Textarea label={t('window.inbox.canned.body_fr')} autosize minRows={4} maxRows={14} maxLength={4000} {...form.text('bodyFr')} />
      <Textarea label={t('window.inbox.canned.body_en')} autosize minRows={4} maxRows={14} maxLength={4000} {...form.text('bodyEn')} />
      <div className={css.words} data-marks>{marks.map((m) => <span key={m}><code>{`{${m}}`}</code>{' '}{t(`window.inbox.canned.mark.${m}`)}</span>)}</div>
      <div className={css.acts}>
        <ActionButton onAct={save} onError={form.fail} data-testid="save-canned">{t('window.save')}</ActionButton>
        {reply.id && <ActionButton variant="default" color="danger" onAct={remove} onError={form.fail}>{t('window.inbox.canned.remove')}</ActionButton>}
      </div>
    </form>
  );
}
