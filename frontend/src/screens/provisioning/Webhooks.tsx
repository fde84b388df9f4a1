// The addresses that are told of events, what was told to each, and the button that tells it again.
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, useIntention, type ApiSecret, type ApiView, type ApiWebhook } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { useForm } from '~/components/form';
import { Grid, Notice, Row, Section, Stack, Wide } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { Choices, Told } from './parts';
import css from './provisioning.module.css';

const blank: ApiWebhook = { id: '', url: '', description: '', events: [], state: 'on', failingSince: '', queued: 0, failed: 0, version: 0 };

export function Webhooks({ view: v }: { view: ApiView }) {
  const t = useT();
  const [editing, setEditing] = useState<ApiWebhook | null>(null);
  const [log, setLog] = useState<ApiWebhook | null>(null);
  const [told, setTold] = useState<ApiSecret | null>(null);
  return (
    <Section title={t('window.api.webhooks')} actions={!editing && <MakeButton variant="default" onClick={() => { setTold(null); setEditing(blank); }} data-testid="new-webhook">{t('window.api.webhook_new')}</MakeButton>}>
      <Stack gap={4}>
        <p className="soft">{t('window.api.webhooks_hint')}</p>
        {told && <Told secret={told} words={t('window.api.webhook_told')} done={() => setTold(null)} />}
        {editing && <Edit key={editing.id} hook={editing} events={v.events} close={(s) => { setEditing(null); setTold(s); }} />}
        {v.webhooks.length > 0 && <ul className={css.list}>{v.webhooks.map((w) => <HookRow key={w.id} hook={w} edit={() => setEditing(w)} open={() => setLog(w)} />)}</ul>}
      </Stack>
      <SidePanel opened={!!log} onClose={() => setLog(null)} title={t('window.api.log')} width={560}>{log && <Log hook={log} />}</SidePanel>
    </Section>
  );
}

function Edit({ hook: w, events, close }: { hook: ApiWebhook; events: string[]; close: (made: ApiSecret | null) => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ url: w.url, description: w.description, events: w.events, on: w.state !== 'off' });
  useUnsaved(() => form.dirty);
  const save = async () => {
    form.clear();
    const made = await api.provisioning.saveWebhook({ key: intention.key(), id: w.id, version: w.version, ...form.values });
    intention.done();
    await client.invalidateQueries({ queryKey: ['provisioning'] });
    close(made.secret ? made : null);
  };
  return (
    <form className={css.form} onSubmit={(e) => e.preventDefault()} noValidate autoComplete="off" aria-label={t('window.api.webhook_new')}>
      <Stack gap={3}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <Grid>
          <TextInput label={t('window.api.webhook_url')} inputMode="url" spellCheck={false} {...form.text('url')} data-testid="webhook-url" autoFocus />
          <TextInput label={t('window.api.webhook_about')} {...form.text('description')} maxLength={120} />
          <Wide><Choices label={t('window.api.events')} names={events} words={(n) => tDynamic(`window.api.event.${n.replace('.', '_')}`)} {...form.field('events')} /></Wide>
          {w.id && <Wide><Checkbox label={t('window.api.webhook_on')} checked={form.values.on} onChange={(e) => form.set('on', e.currentTarget.checked)} /></Wide>}
        </Grid>
        <Row gap={2}><ActionButton type="submit" onAct={save} onError={form.fail} data-testid="save-webhook">{t(w.id ? 'window.api.webhook_save' : 'window.api.webhook_make')}</ActionButton><Button variant="default" onClick={() => close(null)}>{t('window.cancel')}</Button></Row>
      </Stack>
    </form>
  );
}

const hookTones: Record<string, BadgeTone> = { on: 'good', off: 'neutral', failing: 'danger' };

function HookRow({ hook: w, edit, open }: { hook: ApiWebhook; edit: () => void; open: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const test = async () => { await api.provisioning.testWebhook(w.id); open(); };
  const remove = async () => {
    if (!await confirm({ title: t('window.api.webhook_remove_title'), lost: [t('window.api.webhook_remove_lost', { url: w.url })], verb: t('window.api.webhook_remove') })) return;
    await api.provisioning.removeWebhook(w.id);
    await client.invalidateQueries({ queryKey: ['provisioning'] });
  };
  return (
    <li className={`${css.item} ${css.tall}`} data-testid="webhook" data-state={w.state}>
      <div className={css.head}><strong className={css.url}>{w.url}</strong><Badge tone={hookTones[w.state]}>{tDynamic(`window.api.hook.${w.state}`)}</Badge></div>
      {w.description && <div>{w.description}</div>}
      <div className="soft small">{w.events.map((e) => tDynamic(`window.api.event.${e.replace('.', '_')}`)).join(' · ')}</div>
      {(w.queued > 0 || w.failed > 0) && <div className="soft small">{t('window.api.waiting', { queued: w.queued, failed: w.failed })}</div>}
      {w.failingSince && <Notice tone="warning">{t(w.state === 'failing' ? 'window.api.gave_up' : 'window.api.failing', { at: f.instant(w.failingSince) })}</Notice>}
      <Row gap={2}>
        <ActionButton variant="default" size="compact-md" onAct={test} data-testid="test-webhook">{t('window.api.test')}</ActionButton>
        <Button variant="default" size="compact-md" onClick={open} data-testid="open-log">{t('window.api.log')}</Button>
        <MakeButton variant="default" size="compact-md" onClick={edit}>{t('window.api.webhook_edit')}</MakeButton>
        <ActionButton variant="subtle" color="danger" size="compact-md" onAct={remove}>{t('window.api.webhook_remove')}</ActionButton>
      </Row>
    </li>
  );
}

const deliveryTones: Record<string, BadgeTone> = { delivered: 'good', queued: 'neutral', failed: 'danger' };

function Log({ hook }: { hook: ApiWebhook }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['provisioning', 'log', hook.id], queryFn: () => api.provisioning.deliveries(hook.id, 0) });
  const again = async (id: string) => { await api.provisioning.redeliver(id); await client.invalidateQueries({ queryKey: ['provisioning', 'log', hook.id] }); toast(t('window.api.again_done')); };
  return (
    <Await query={query}>{(rows) => rows.length === 0 ? <p className="soft">{t('window.api.log_none')}</p> : (
      <ul className={css.list} data-testid="deliveries">{rows.map((d) => (
        <li key={d.id} className={css.item}>
          <div className={css.what}><div className={css.head}><code>{d.kind}</code><Badge tone={deliveryTones[d.state]}>{tDynamic(`window.api.delivery.${d.state}`)}</Badge>{d.answer && <span className="soft">{d.answer}</span>}</div>
          <div className="soft small">{f.instant(d.createdAt)} · {t('window.api.attempts', { n: d.attempts })}{d.state === 'queued' && d.answer ? ` · ${t('window.api.next', { at: f.instant(d.nextAt) })}` : ''}</div>
          <div className="soft small"><code>{d.eventId}</code></div></div>
          {d.state !== 'queued' && <ActionButton variant="default" size="compact-md" onAct={() => again(d.id)} data-testid="redeliver">{t('window.api.again')}</ActionButton>}
        </li>
      ))}</ul>
    )}</Await>
  );
}
