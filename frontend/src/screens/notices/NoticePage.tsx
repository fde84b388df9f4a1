import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { api, newKey, type Announcement, type NoticeView } from '~/api';
import { navigate } from '~/app/router';
import { useUnsaved } from '~/components/unsaved';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { useForm, type Form } from '~/components/form';
import { DateInput } from '~/components/inputs';
import { Grid, Notice, Page, PageHeader, Section, Stack, Wide } from '~/components/layout';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { Audience } from './Audience';
import css from './notices.module.css';

/** One announcement: written, looked at, published, withdrawn; who saw it. */
export function NoticePage({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['announcements', 'one', id], queryFn: () => api.notices.get(id), gcTime: 0, staleTime: Infinity });
  return <Await query={query}>{(v) => <Body key={v.announcement.version} view={v} />}</Await>;
}

function Body({ view }: { view: NoticeView }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm<Announcement>(view.announcement);
  const [key] = useState(newKey);
  const a = form.values;
  const left = useRef(false);
  useUnsaved(() => !left.current && form.dirty);
  const settle = (saved: Announcement) => {
    form.reset(saved);
    client.setQueryData(['announcements', 'one', saved.publicId], { ...view, announcement: saved });
    void client.invalidateQueries({ queryKey: ['announcements', 'list'] });
  };
  const save = async () => {
    form.clear();
    const saved = await api.notices.save(form.values, key);
    settle(saved);
    return saved;
  };
  // A new one has an address of its own once nothing of this page is under way.
  const settled = (id: string) => { if (!view.announcement.publicId) { left.current = true; navigate(`/announcements/${id}`, { replace: true }); } };
  const publish = async () => {
    const saved = form.dirty || !a.publicId ? await save() : a;
    const body = t('window.notices.publish_text', { count: saved.audience }) + (saved.byMail && !saved.mailed ? ` ${t('window.notices.publish_mail', { count: saved.mails })}` : '');
    if (!await confirm({ title: t('window.notices.publish_ask'), body, verb: t('window.notices.publish'), keep: t('window.cancel') })) { settled(saved.publicId); return; }
    settle(await api.notices.publish(saved.publicId, saved.version));
    toast(t('window.notices.published'));
    settled(saved.publicId);
  };
  const withdraw = async () => {
    if (!await confirm({ title: t('window.notices.withdraw_ask'), body: t('window.notices.withdraw_text'), verb: t('window.notices.withdraw'), keep: t('window.cancel') })) return;
    settle(await api.notices.withdraw(a.publicId, a.version));
    toast(t('window.notices.withdrawn'));
  };
  const remove = async () => {
    if (!await confirm({ title: t('window.notices.delete_ask'), body: t('window.notices.delete_text'), verb: t('window.notices.delete'), keep: t('window.cancel'), danger: true })) return;
    form.reset(a);
    await api.notices.remove(a.publicId, a.version);
    void client.invalidateQueries({ queryKey: ['announcements', 'list'] });
    navigate('/announcements');
  };
  const on = a.state !== 'draft' && a.state !== 'withdrawn';
  return (
    <Page>
      <PageHeader title={a.titleFr || a.titleEn || t('window.notices.new')} subtitle={tDynamic(`window.notices.state.${a.state}`)} back={{ href: '/announcements', label: t('window.notices.back') }}
        primary={on ? undefined : <ActionButton onAct={publish} onError={form.fail} data-testid="publish">{t('window.notices.publish')}</ActionButton>}
        secondary={<><ActionButton variant="default" onAct={async () => { const saved = await save(); toast(t('window.notices.saved')); settled(saved.publicId); }} onError={form.fail} disabled={!form.dirty} data-testid="save">{t('window.notices.save')}</ActionButton>{on && <ActionButton variant="default" onAct={withdraw} onError={form.fail} data-testid="withdraw">{t('window.notices.withdraw')}</ActionButton>}{a.publicId !== '' && a.state === 'draft' && <Button variant="default" onClick={() => void remove().catch(form.fail)}>{t('window.notices.delete')}</Button>}</>} />
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Stack gap={4}>
        <Words form={form} />
        <When form={form} />
        <Preview a={a} />
        {a.publicId !== '' && a.state !== 'draft' && <Readers view={view} />}
      </Stack>
    </Page>
  );
}

function Words({ form }: { form: Form<Announcement> }) {
  const t = useT();
  return (
    <Section title={t('window.notices.text')}>
      <Stack gap={3}>
        <p className="soft small">{t('window.notices.f.one_language')} {t('window.notices.f.markdown')}</p>
        <Grid>
          <TextInput label={t('window.notices.f.title_fr')} autoFocus={!form.values.publicId} {...form.text('titleFr')} />
          <TextInput label={t('window.notices.f.title_en')} {...form.text('titleEn')} />
          <Textarea label={t('window.notices.f.body_fr')} autosize minRows={4} maxRows={14} {...form.text('bodyFr')} />
          <Textarea label={t('window.notices.f.body_en')} autosize minRows={4} maxRows={14} {...form.text('bodyEn')} />
        </Grid>
      </Stack>
    </Section>
  );
}

function When({ form }: { form: Form<Announcement> }) {
  const t = useT();
  const a = form.values;
  return (
    <Section title={t('window.notices.who')}>
      <Grid>
        <DateInput label={t('window.notices.f.starts_on')} {...form.field('startsOn')} onChange={(v) => form.set('startsOn', v)} />
        <DateInput label={t('window.notices.f.ends_on')} {...form.field('endsOn')} onChange={(v) => form.set('endsOn', v)} />
        <Select label={t('window.notices.importance')} allowDeselect={false} data={['info', 'important', 'urgent'].map((x) => ({ value: x, label: tDynamic(`window.notices.importance.${x}`) }))} {...form.field('importance')} onChange={(v) => v && form.set('importance', v)} />
        <Checkbox label={t('window.notices.pinned')} checked={a.pinned} onChange={(e) => form.set('pinned', e.currentTarget.checked)} style={{ alignSelf: 'end', paddingBottom: 8 }} />
        <Wide><Audience everyone={a.everyone} groups={a.groups} error={form.errors.groups} onChange={(everyone, groups) => form.patch({ everyone, groups })} /></Wide>
        <Wide><Checkbox label={t('window.notices.f.by_mail')} description={t('window.notices.f.by_mail_hint')} disabled={a.mailed} checked={a.byMail} onChange={(e) => form.set('byMail', e.currentTarget.checked)} /></Wide>
      </Grid>
    </Section>
  );
}

function Preview({ a }: { a: Announcement }) {
  const t = useT();
  const f = useFormat();
  const [typed, setTyped] = useState(a);
  useEffect(() => { const wait = setTimeout(() => setTyped(a), 400); return () => clearTimeout(wait); }, [a]);
  const any = typed.titleFr || typed.titleEn;
  const query = useQuery({ queryKey: ['notice-preview', typed.titleFr, typed.titleEn, typed.bodyFr, typed.bodyEn, typed.importance, f.lang], queryFn: () => api.notices.preview(typed, f.lang), enabled: !!any, placeholderData: (v) => v });
  return (
    <Section title={t('window.notices.preview')}>
      {any && query.data ? <iframe className={css.look} title={t('window.notices.preview')} sandbox="" srcDoc={query.data} data-testid="notice-preview" /> : <p className="soft">{t('window.notices.preview_empty')}</p>}
    </Section>
  );
}

function Readers({ view }: { view: NoticeView }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={t('window.notices.readers')}>
      <Stack gap={3}>
        <p className="soft" data-testid="seen">{t('window.notices.seen_of', { seen: view.announcement.seen, audience: view.announcement.audience })}</p>
        {view.readers.length === 0 ? <p className="soft">{t('window.notices.readers_none')}</p> : (
          <ul className={css.readers}>{view.readers.map((r, i) => <li key={r.customerId + i}><span>{r.name}</span> · <Link href={`/customers/${r.customerId}`}>{r.customer}</Link> <span className="faint small">{f.instant(r.seenAt)}{r.dismissed ? `, ${t('window.notices.dismissed')}` : ''}</span></li>)}</ul>
        )}
      </Stack>
    </Section>
  );
}
