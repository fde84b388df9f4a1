// The account with a gateway: its keys, typed once, tried step by step, and which of its two worlds is used.
import { Button, PasswordInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, asApiError, type GatewayStep, type GatewayView, type GatewayWorld, type KeysChange } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { CopyButton, ProgressList } from '~/components/display';
import { useForm } from '~/components/form';
import { Grid, Notice, Row, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { t, tDynamic, useT } from '~/i18n';
import { ModeBadge } from './ModeBadge';
import css from './gateways.module.css';

export function GatewayKeys({ gateway }: { gateway: string }) {
  const query = useQuery({ queryKey: ['gateways', 'account', gateway], queryFn: () => api.gateways.account(gateway) });
  return <Await query={query}>{(v) => <Account view={v} />}</Await>;
}

function Account({ view: v }: { view: GatewayView }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const use = (next: GatewayView) => { client.setQueryData(['gateways', 'account', v.gateway], next); void client.invalidateQueries({ queryKey: ['settings-form', 'ways'] }); };
  const has = v.worlds.some((w) => w.hasKey);
  const other = v.worlds.find((w) => w.mode !== v.mode);
  const change = async (mode: string) => {
    const live = mode === 'live';
    if (!await confirm({ title: t(live ? 'window.gateways.mode.live_title' : 'window.gateways.mode.test_title'), body: t(live ? 'window.gateways.mode.live_body' : 'window.gateways.mode.test_body'), verb: t(live ? 'window.gateways.mode.use_live' : 'window.gateways.mode.use_test'), danger: false })) return;
    use(await api.gateways.setMode(v.gateway, mode));
    toast(t(live ? 'window.gateways.mode.is_live' : 'window.gateways.mode.is_test'));
  };
  return (
    <Section title={t('window.gateways.stripe')} actions={has ? <ModeBadge mode={v.mode} /> : undefined}>
      <Stack gap={4}>
        {has && <Notice tone={v.mode === 'live' ? 'good' : 'warning'} action={other?.hasKey && <MakeButton variant="default" size="compact-md" onClick={() => void change(other.mode).catch(showError)} data-testid="change-mode">{t(other.mode === 'live' ? 'window.gateways.mode.use_live' : 'window.gateways.mode.use_test')}</MakeButton>}>
          <strong>{t(v.mode === 'live' ? 'window.gateways.mode.live_long' : 'window.gateways.mode.test_long')}</strong><div>{t(v.mode === 'live' ? 'window.gateways.mode.live_hint' : v.trials ? 'window.gateways.mode.test_hint_demo' : 'window.gateways.mode.test_hint')}</div>
        </Notice>}
        <p className="soft">{t('window.gateways.keys.hint')}</p>
        {v.name && v.testedAt && <p className="soft small">{t('window.gateways.tested', { at: f.instant(v.testedAt), name: v.name })}</p>}
        {v.worlds.map((w) => <World key={w.mode} world={w} view={v} use={use} />)}
        <Hook view={v} />
      </Stack>
    </Section>
  );
}

/** Keeps keys; those of another account only by word, as what was kept with the one before is lost. null: thought better of it. */
async function keep(keys: KeysChange): Promise<GatewayView | null> {
  try { return await api.gateways.saveKeys(keys); } catch (e) {
    const error = asApiError(e);
    if (error.key !== 'fault.gateways.other_account') throw e;
    const yes = await confirm({ title: t('window.gateways.keys.other_title'), body: error.message, verb: t('window.gateways.keys.other') });
    return yes ? api.gateways.saveKeys({ ...keys, otherAccount: true }) : null;
  }
}

const refusedWords = (w: GatewayWorld, at: string) => w.refusedBy === 'account' ? t('window.gateways.keys.refused_account') : t(w.mode === 'live' ? 'window.gateways.keys.refused' : 'window.gateways.keys.refused_test', { at });

function World({ world: w, view, use }: { world: GatewayWorld; view: GatewayView; use: (v: GatewayView) => void }) {
  const t = useT();
  const f = useFormat();
  const form = useForm({ key: '', hook: '' });
  const [typing, setTyping] = useState(false);
  const [steps, setSteps] = useState<GatewayStep[]>([]);
  const live = w.mode === 'live';
  const title = t(live ? 'window.gateways.keys.live' : 'window.gateways.keys.test');
  const test = async () => { setSteps([]); setSteps(await api.gateways.test(view.gateway, w.mode)); use(await api.gateways.account(view.gateway)); };
  const save = async () => {
    form.clear();
    const next = await keep({ gateway: view.gateway, mode: w.mode, ...form.values, otherAccount: false });
    if (!next) return;
    use(next);
    form.reset({ key: '', hook: '' });
    setTyping(false);
    toast(t('window.gateways.keys.saved'));
    await test();
  };
  const remove = async () => {
    if (!await confirm({ title: t('window.gateways.keys.remove_title'), lost: [t(live ? 'window.gateways.keys.remove_lost_live' : 'window.gateways.keys.remove_lost_test')], verb: t('window.gateways.keys.remove') })) return;
    use(await api.gateways.removeKeys(view.gateway, w.mode));
    setSteps([]);
    toast(t('window.gateways.keys.removed'));
  };
  const open = typing || !w.hasKey;
  return (
    <section className={css.world} aria-label={title} data-testid={`keys-${w.mode}`} data-mode={w.mode}>
      <div className={css.worldHead}><h3>{title}</h3>{w.hasKey && w.mode === view.mode && <Badge tone="accent">{t('window.gateways.in_use')}</Badge>}</div>
      <p className={w.hasKey ? '' : 'soft'} data-testid={`kept-${w.mode}`}>{w.hasKey ? [t('window.gateways.keys.kept', { hint: `…${w.hint}` }), ...(w.hasHook ? [t('window.gateways.keys.hook_kept')] : [])].join(' · ') : t('window.gateways.keys.none')}</p>
      {w.refused && <Notice tone="danger">{refusedWords(w, f.instant(w.refused))}</Notice>}
      {w.mute && <Notice tone="warning">{t('window.gateways.keys.mute')}</Notice>}
      {w.lost && <Notice tone="danger">{t('window.gateways.keys.lost')}</Notice>}
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      {open && <form onSubmit={(e) => e.preventDefault()} noValidate autoComplete="off"><Stack gap={3}>
        <Grid>
          <PasswordInput label={t('window.gateways.keys.key')} autoComplete="new-password" spellCheck={false} placeholder={live ? 'sk_live_…' : 'sk_test_…'} {...form.text('key')} visibilityToggleButtonProps={{ 'aria-label': t('window.gateways.keys.show') }} data-testid={`key-${w.mode}`} />
          <PasswordInput label={t('window.gateways.keys.hook')} description={undefined} autoComplete="new-password" spellCheck={false} placeholder={`whsec_… (${t('window.gateways.keys.hook_help').toLowerCase()})`} {...form.text('hook')} visibilityToggleButtonProps={{ 'aria-label': t('window.gateways.keys.show') }} data-testid={`hook-${w.mode}`} />
        </Grid>
        <Row gap={2}><ActionButton type="submit" variant={live ? 'default' : undefined} onAct={save} onError={form.fail} disabled={!form.values.key && !form.values.hook} data-testid={`save-keys-${w.mode}`}>{t('window.gateways.keys.save')}</ActionButton>
          {typing && <Button variant="default" onClick={() => { setTyping(false); form.reset({ key: '', hook: '' }); }}>{t('window.cancel')}</Button>}</Row>
      </Stack></form>}
      {!open && <Row gap={2}>
        <ActionButton variant="default" onAct={test} data-testid={`test-${w.mode}`} title={t('window.gateways.test_of', { mode: tDynamic(`window.gateways.mode.${w.mode}`) })}>{t('window.gateways.test')}</ActionButton>
        <MakeButton variant="default" onClick={() => setTyping(true)} data-testid={`replace-${w.mode}`}>{t('window.gateways.keys.replace')}</MakeButton>
        <ActionButton variant="subtle" color="danger" onAct={remove} data-testid={`remove-${w.mode}`}>{t('window.gateways.keys.remove')}</ActionButton>
      </Row>}
      {steps.length > 0 && <ProgressList items={steps.map((s) => ({ id: s.step, label: s.label, detail: (s.answer || s.advice || s.at) && <>{s.answer}{s.at && t('window.gateways.hook_heard', { at: f.instant(s.at) })}{s.advice && <div>{s.advice}</div>}</>, state: s.state as 'done' | 'failed' | 'skipped' }))} />}
    </section>
  );
}

function Hook({ view: v }: { view: GatewayView }) {
  const t = useT();
  return (
    <section className={css.world} aria-label={t('window.gateways.hook')}>
      <h3>{t('window.gateways.hook')}</h3>
      {v.hookUrl ? <Row gap={2}><code className={css.address} data-testid="hook-url">{v.hookUrl}</code><CopyButton value={v.hookUrl} label={t('window.gateways.hook_copy')} /></Row> : <p>{t('window.gateways.hook_closed')}</p>}
      {v.hookUrl && v.near && <p className="soft small">{t('window.gateways.hook_near')}</p>}
      {v.hookUrl && <p className="soft small">{t('window.gateways.hook_hint')}</p>}
    </section>
  );
}
