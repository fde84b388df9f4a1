// Interface d'approvisionnement: the switch, the tokens of third-party programs, the addresses that are told of events.
import { Anchor, Button, Switch, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { useAsked } from '~/app/router';
import { api, useIntention, type ApiSecret, type ApiToken, type ApiView } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { CopyButton, KeyValue } from '~/components/display';
import { useForm } from '~/components/form';
import { DateInput } from '~/components/inputs';
import { Grid, Notice, Row, Section, Stack, Wide } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useUnsaved } from '~/components/unsaved';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { Choices, Told } from './parts';
import { Webhooks } from './Webhooks';
import css from './provisioning.module.css';

export function ProvisioningSettings() {
  const query = useQuery({ queryKey: ['provisioning'], queryFn: api.provisioning.view });
  return <Await query={query}>{(v) => <><Door view={v} /><Tokens view={v} /><Webhooks view={v} /></>}</Await>;
}

function Door({ view: v }: { view: ApiView }) {
  const t = useT();
  const client = useQueryClient();
  const turn = async (on: boolean) => {
    if (!on && !await confirm({ title: t('window.api.off_title'), lost: [t('window.api.off_lost')], verb: t('window.api.off') })) return;
    client.setQueryData(['provisioning'], await api.provisioning.setOn(on));
  };
  return (
    <Section label={t('window.api.title')}>
      <Stack gap={4}>
        <Switch label={t('window.api.on')} description={t('window.api.on_hint')} checked={v.on} onChange={(e) => void turn(e.currentTarget.checked).catch(showError)} data-testid="api-on" />
        {v.on && !v.base && <Notice tone="warning">{t('window.api.portal_closed')}</Notice>}
        <KeyValue rows={[
          [t('window.api.base'), v.base ? <span className={css.code}>{v.base} <CopyButton value={v.base} label={t('window.api.copy_base')} /></span> : t('window.api.none')],
          [t('window.api.spid'), v.spid ? <span className={css.code}>{v.spid} <CopyButton value={v.spid} label={t('window.api.copy_spid')} /></span> : t('window.api.no_spid')],
        ]} />
        {v.on && v.docs && <p><Anchor href={v.docs} target="_blank" rel="noreferrer" data-testid="api-docs">{t('window.api.docs')}</Anchor></p>}
      </Stack>
    </Section>
  );
}

const tones: Record<string, BadgeTone> = { active: 'good', expired: 'warning', revoked: 'neutral' };

function Tokens({ view: v }: { view: ApiView }) {
  const t = useT();
  const [making, setMaking] = useState(false);
  const [told, setTold] = useState<ApiSecret | null>(null);
  useAsked('token', () => setMaking(true));
  return (
    <Section title={t('window.api.tokens')} actions={!making && <MakeButton variant="default" onClick={() => { setTold(null); setMaking(true); }} data-testid="new-token">{t('window.api.token_new')}</MakeButton>}>
      <Stack gap={4}>
        {told && <Told secret={told} words={t('window.api.token_told')} done={() => setTold(null)} />}
        {making && <NewToken scopes={v.scopes} close={(s) => { setMaking(false); setTold(s); }} />}
        {v.tokens.length === 0 && !making && <p className="soft">{t('window.api.tokens_none')}</p>}
        {v.tokens.length > 0 && <ul className={css.list}>{v.tokens.map((x) => <TokenRow key={x.id} token={x} />)}</ul>}
      </Stack>
    </Section>
  );
}

function NewToken({ scopes, close }: { scopes: string[]; close: (made: ApiSecret | null) => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ name: '', scopes: [] as string[], expires: '' });
  useUnsaved(() => form.dirty);
  const make = async () => {
    form.clear();
    const made = await api.provisioning.createToken({ key: intention.key(), ...form.values });
    intention.done();
    await client.invalidateQueries({ queryKey: ['provisioning'] });
    close(made);
  };
  return (
    <form className={css.form} onSubmit={(e) => e.preventDefault()} noValidate autoComplete="off" aria-label={t('window.api.token_new')}>
      <Stack gap={3}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <Grid>
          <TextInput label={t('window.api.token_name')} description={t('window.api.token_name_hint')} {...form.text('name')} maxLength={80} data-testid="token-name" autoFocus />
          <DateInput label={t('window.api.token_expires')} description={t('window.api.token_expires_hint')} clearable {...form.field('expires')} />
          <Wide><Choices label={t('window.api.scopes')} names={scopes} words={(n) => tDynamic(`window.api.scope.${n.replace(':', '_')}`)} {...form.field('scopes')} /></Wide>
        </Grid>
        <Row gap={2}><ActionButton type="submit" onAct={make} onError={form.fail} data-testid="make-token">{t('window.api.token_make')}</ActionButton><Button variant="default" onClick={() => close(null)}>{t('window.cancel')}</Button></Row>
      </Stack>
    </form>
  );
}

function TokenRow({ token: x }: { token: ApiToken }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const revoke = async () => {
    if (!await confirm({ title: t('window.api.revoke_title', { name: x.name }), lost: [t('window.api.revoke_lost')], verb: t('window.api.revoke') })) return;
    await api.provisioning.revokeToken(x.id);
    await client.invalidateQueries({ queryKey: ['provisioning'] });
    toast(t('window.api.revoked'));
  };
  return (
    <li className={css.item} data-testid="token" data-state={x.state}>
      <div className={css.what}><div className={css.head}><strong>{x.name}</strong><code>{x.hint}</code><Badge tone={tones[x.state]}>{tDynamic(`window.api.state.${x.state}`)}</Badge></div>
      <div className="soft small">{x.scopes.map((s) => tDynamic(`window.api.scope.${s.replace(':', '_')}`)).join(' · ')}</div>
      <div className="soft small">
        {t('window.api.token_made', { at: f.instant(x.createdAt), by: x.createdBy })} · {x.expiresAt ? t('window.api.token_until', { at: f.instant(x.expiresAt) }) : t('window.api.token_always')} · {x.usedAt ? t('window.api.token_used', { at: f.instant(x.usedAt), from: x.usedFrom }) : t('window.api.token_unused')}
      </div></div>
      {x.state === 'active' && <ActionButton variant="default" size="compact-md" onAct={revoke} aria-label={t('window.api.revoke_of', { name: x.name })} data-testid="revoke">{t('window.api.revoke')}</ActionButton>}
    </li>
  );
}
