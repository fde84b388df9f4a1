// What the firm hands out so that people register in a group: address, code, poster, mail.
import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type RegistrationLink, type RegistrationLinks as All } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { CopyButton, QrCard } from '~/components/display';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { Notice, Section, Stack } from '~/components/layout';
import { Poster, PosterPage } from '~/components/Poster';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './invitations.module.css';

export const useLinks = () => useQuery({ queryKey: ['portal', 'registration-links'], queryFn: api.invitations.links });

/** groupId: of that group alone; without it all of those whose portal is open. */
export function RegistrationLinks({ groupId }: { groupId?: string }) {
  const t = useT();
  const query = useLinks();
  const [mailing, setMailing] = useState<RegistrationLink>();
  return (
    <Section title={t(groupId ? 'window.registration.scan' : 'window.registration.title')} id="registration">
      <Await query={query}>{(all) => {
        const list = all.links.filter((l) => !groupId || l.groupId === groupId);
        return (
          <Stack gap={4}>
            <Reach all={all} />
            {list.length === 0 && <p className="soft">{t('window.registration.no_groups')}</p>}
            <ul className={css.links} data-testid="registration-links">{list.map((l) => <li key={l.groupId}><OneLink link={l} named={!groupId} onMail={() => setMailing(l)} /></li>)}</ul>
          </Stack>
        );
      }}</Await>
      <MailPanel link={mailing} onClose={() => setMailing(undefined)} />
    </Section>
  );
}

/** Why a customer's phone would not open the link. */
function Reach({ all }: { all: All }) {
  const t = useT();
  if (!all.open) return <Notice tone="warning" action={<Button size="compact-sm" variant="default" onClick={() => navigate('/portal')}>{t('window.nav.portal')}</Button>}>{t('window.registration.closed')}</Notice>;
  if (all.here) return <Notice tone="warning" action={<Button size="compact-sm" variant="default" onClick={() => navigate('/settings/portal')}>{t('window.registration.reach')}</Button>}>{t('window.registration.here')}</Notice>;
  return null;
}

function OneLink({ link: l, named, onMail }: { link: RegistrationLink; named: boolean; onMail: () => void }) {
  const t = useT();
  if (!l.url) return named ? <strong>{l.group}</strong> : null;
  return (
    <QrCard svg={l.qr} alt={t('window.portal.qr_alt', { url: l.url })} title={named ? l.group : t('window.registration.address')} text={t('window.registration.scan_text', { group: l.group })}>
      <span className={css.address}><a href={l.url} target="_blank" rel="noreferrer" className="ellipsis touch" data-testid="registration-url">{l.url}</a><CopyButton value={l.url} /></span>
      <span className={css.acts}>
        <Link href={`/groups/${l.groupId}/poster`} className="touch" data-testid="registration-poster"><Icon name="print" size={14} /> {t('window.registration.poster')}</Link>
        <MakeButton may="configure" size="compact-sm" variant="default" leftSection={<Icon name="send" size={14} />} onClick={onMail} data-testid="registration-mail">{t('window.registration.mail')}</MakeButton>
      </span>
    </QrCard>
  );
}

function MailPanel({ link, onClose }: { link?: RegistrationLink; onClose: () => void }) {
  const t = useT();
  return <SidePanel opened={!!link} onClose={onClose} title={t('window.registration.mail')} width={460}>{link && <MailForm link={link} onClose={onClose} />}</SidePanel>;
}

function MailForm({ link, onClose }: { link: RegistrationLink; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const intention = useIntention();
  const form = useForm<{ to: string; language: string }>({ to: '', language: link.language || f.lang });
  const send = async () => {
    form.clear();
    await api.invitations.mailLink({ groupId: link.groupId, to: form.values.to, language: form.values.language }, intention.key());
    intention.done();
    toast(t('window.registration.mail_sent', { to: form.values.to.trim() }));
    onClose();
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <p className="soft">{t('window.registration.mail_about', { group: link.group })}</p>
        <TextInput label={t('window.registration.mail_to')} type="email" inputMode="email" autoFocus required {...form.text('to')} />
        <Select label={t('window.registration.mail_language')} allowDeselect={false} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} {...form.field('language')} onChange={(l) => l && form.set('language', l)} />
        <div><ActionButton type="submit" onAct={send} onError={form.fail} data-testid="registration-send">{t('window.registration.mail_send')}</ActionButton></div>
      </Stack>
    </form>
  );
}

/** For the counter or the window of the shop. */
export function RegistrationPoster({ groupId }: { groupId: string }) {
  const t = useT();
  const query = useLinks();
  return (
    <PosterPage title={t('window.registration.poster')} back={{ href: '/settings/portal', label: t('window.registration.back') }} verb={t('window.registration.print')}>
      <Await query={query}>{(all) => {
        const l = all.links.find((x) => x.groupId === groupId);
        if (!l?.url) return <Notice tone="warning">{t('window.registration.gone')}</Notice>;
        return <Poster firm={all.firm} heading={t('window.registration.poster_heading')} url={l.url} svg={l.qr} how={t(l.free ? 'window.registration.poster_how_free' : 'window.registration.poster_how')}><p>{t('window.registration.poster_about')}</p></Poster>;
      }}</Await>
    </PosterPage>
  );
}
