import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type PlanEditor, type PlanLink } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { CopyButton, QrCard } from '~/components/display';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { DateInput, IntegerInput } from '~/components/inputs';
import { Notice, Section } from '~/components/layout';
import { Poster, PosterPage } from '~/components/Poster';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './subscriptions.module.css';

export function PlanLinks({ editor: e }: { editor: PlanEditor }) {
  const t = useT();
  return (
    <Section title={t('window.subscriptions.link.title')} flush id="links">
      {!e.portal && <div style={{ padding: 16 }}><Notice tone="warning" action={<Button size="compact-sm" variant="default" onClick={() => navigate('/portal')}>{t('window.nav.portal')}</Button>}>{t('window.subscriptions.link.portal_off')}</Notice></div>}
      {e.links.length === 0 && <p className={css.none}>{t('window.subscriptions.link.none')}</p>}
      <ul className={css.links} data-testid="links">{e.links.map((l) => <OneLink key={l.id} link={l} planId={e.plan.publicId} />)}</ul>
      {e.plan.state === 'open' && <Make planId={e.plan.publicId} />}
    </Section>
  );
}

function OneLink({ link: l, planId }: { link: PlanLink; planId: string }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const withdraw = async () => {
    if (!await confirm({ title: t('window.subscriptions.link.withdraw_ask'), body: t('window.subscriptions.link.withdraw_text'), verb: t('window.subscriptions.link.withdraw') })) return;
    const done = await api.subscriptions.withdrawLink(l.id);
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['plans'] });
  };
  const facts = [l.most > 0 ? t('window.subscriptions.link.used_of', { n: l.used, most: l.most }) : t('window.subscriptions.link.used', { n: l.used }), l.expiresOn && t('window.subscriptions.link.until', { date: f.date(l.expiresOn) })].filter(Boolean).join(' · ');
  return (
    <li>
      <div className={css.linkHead}>
        <strong>{l.label || t('window.subscriptions.link.plain')}</strong>
        <span className="soft small">{facts}</span>
        <Badge tone={l.state === 'open' ? 'good' : 'neutral'}>{tDynamic(`window.subscriptions.link.state.${l.state}`)}</Badge>
        {l.state === 'open' && <MakeButton size="compact-sm" variant="default" onClick={() => void withdraw().catch(showError)}>{t('window.subscriptions.link.withdraw')}</MakeButton>}
      </div>
      {l.url && (
        <QrCard svg={l.qr} alt={t('window.portal.qr_alt', { url: l.url })} title={t('window.subscriptions.link.scan')} text={t('window.subscriptions.link.scan_text')}>
          <span style={{ display: 'flex', alignItems: 'center', gap: 4, minWidth: 0 }}><a href={l.url} target="_blank" rel="noreferrer" className="ellipsis touch">{l.url}</a><CopyButton value={l.url} /></span>
          <Link href={`/plans/${planId}/poster/${l.id}`} className="touch"><Icon name="print" size={14} /> {t('window.subscriptions.link.poster')}</Link>
        </QrCard>
      )}
    </li>
  );
}

function Make({ planId }: { planId: string }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<{ label: string; expiresOn: string; most: number | null }>({ label: '', expiresOn: '', most: null });
  const make = async () => {
    form.clear();
    await api.subscriptions.makeLink({ key: intention.key(), planId, label: form.values.label, expiresOn: form.values.expiresOn, most: form.values.most ?? 0 });
    intention.done();
    form.reset({ label: '', expiresOn: '', most: null });
    await client.invalidateQueries({ queryKey: ['plans'] });
  };
  return (
    <div className={css.make}>
      <TextInput label={t('window.subscriptions.link.label')} placeholder={t('window.subscriptions.link.label_hint')} {...form.text('label')} />
      <DateInput label={t('window.subscriptions.link.expires')} clearable {...form.field('expiresOn')} />
      <IntegerInput label={t('window.subscriptions.link.most')} {...form.field('most')} />
      <ActionButton variant="default" onAct={make} onError={form.fail} data-testid="make-link">{t('window.subscriptions.link.make')}</ActionButton>
    </div>
  );
}

/** A sheet for the counter or the window: what it is, what it costs, the code. */
export function PlanPoster({ planId, linkId }: { planId: string; linkId: string }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['plans', 'one', planId, f.lang], queryFn: () => api.subscriptions.plan(planId) });
  return (
    <PosterPage title={t('window.subscriptions.link.poster')} back={{ href: `/plans/${planId}`, label: t('window.subscriptions.link.back') }} verb={t('window.subscriptions.link.print')}>
      <Await query={query}>{(e) => {
        const l = e.links.find((x) => x.id === linkId);
        if (!l?.url) return <Notice tone="warning">{t('window.subscriptions.link.gone')}</Notice>;
        const name = f.lang === 'en' && e.plan.nameEn ? e.plan.nameEn : e.plan.nameFr;
        const about = f.lang === 'en' && e.plan.aboutEn ? e.plan.aboutEn : e.plan.aboutFr;
        return (
          <Poster firm={e.firm} heading={name} url={l.url} svg={l.qr} how={t('window.subscriptions.link.poster_how')}>
            {about && <p>{about}</p>}
            <div className={css.price}>{`${f.money(e.plan.priceMinor, e.plan.currency)} ${t(e.plan.pricesInclTax ? 'window.subscriptions.plan.incl' : 'window.subscriptions.plan.excl')} ${e.perEach}`}</div>
            {e.plan.trialDays > 0 && <p>{t('window.subscriptions.link.poster_trial', { n: e.plan.trialDays })}</p>}
          </Poster>
        );
      }}</Await>
    </PosterPage>
  );
}
