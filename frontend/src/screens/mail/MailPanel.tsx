import { Button, SegmentedControl } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, useIntention, type Mail } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { StateBadge } from '~/components/Badge';
import { KeyValue, Timeline } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Section, Stack, type Tone } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { saveFile, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './mail.module.css';

export function MailPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const query = useQuery({ queryKey: ['mails', 'one', id], queryFn: () => api.mail.get(id), enabled: !!id });
  const mail = query.data;
  const after = async (word: string) => { intention.done(); toast(word); await client.invalidateQueries({ queryKey: ['mails'] }); };
  return (
    <SidePanel opened={!!id} onClose={onClose} width={620} title={mail?.subject ?? t('window.mail.title')}
      footer={mail && <>
        <Button variant="default" leftSection={<Icon name="download" size={16} />} onClick={() => void saveFile(mail.emlHref)}>{t('window.mail.eml')}</Button>
        {mail.canCancel && <ActionButton variant="default" onAct={async () => { await api.mail.cancel(mail.id); await after(t('window.mail.cancelled')); }}>{t('window.mail.cancel')}</ActionButton>}
        {mail.canSendNow && <ActionButton onAct={async () => { await api.mail.sendNow(mail.id); await after(t('window.mail.resent')); }}>{t('window.mail.send_now')}</ActionButton>}
        {mail.canResend && <ActionButton onAct={async () => { await api.mail.resend(mail.id, intention.key()); await after(t('window.mail.resent')); }}>{t('window.mail.resend')}</ActionButton>}
      </>}>
      {id && <Await query={query}>{(m) => <MailBody mail={m} />}</Await>}
    </SidePanel>
  );
}

const tones: Record<string, Tone> = { sent: 'good', deferred: 'warning', refused: 'danger' };
function MailBody({ mail: m }: { mail: Mail }) {
  const t = useT();
  const f = useFormat();
  const [view, setView] = useState('html');
  return (
    <Stack gap={4}>
      <KeyValue rows={[
        [t('window.mail.col.state'), <StateBadge key="s" state={m.state} kind="mail" />],
        [t('window.mail.from'), m.from],
        [t('window.mail.to'), m.toName ? `${m.toName} <${m.to}>` : m.to],
        !!m.documentId && [t('window.mail.document'), <Link key="d" href={`/invoices/${m.documentId}`}>{m.documentNumber}</Link>],
        m.attachments.length > 0 && [t('window.mail.attachments'), m.attachments.map((a) => a.name).join(', ')],
        !!m.replyTo && [t('window.settings.m.reply_to'), m.replyTo],
        m.state === 'queued' && !!m.nextAttemptAt && [t('window.mail.col.sent'), t('window.mail.next', { at: f.instant(m.nextAttemptAt) })],
        m.state === 'cancelled' && !!m.lastAnswer && [t('window.mail.col.answer'), m.lastAnswer],
      ]} />
      <div>
        <SegmentedControl size="xs" value={view} onChange={setView} aria-label={t('window.mail.body')} data={[{ value: 'html', label: t('window.mail.body_html') }, { value: 'text', label: t('window.mail.body_text') }]} />
        {view === 'html'
          // Sandboxed without scripts: a mail is foreign text.
          ? <iframe className={css.body} title={m.subject} sandbox="" srcDoc={m.html} />
          : <pre className={css.text} tabIndex={0}>{m.text}</pre>}
      </div>
      <Section title={t('window.mail.attempts')}>
        {m.history.length ? <Timeline items={m.history.map((h) => ({ id: h.id, at: h.at, title: tDynamic(`window.mail.outcome.${h.outcome}`), detail: h.answer, tone: tones[h.outcome] }))} /> : <span className="soft">{t('window.mail.no_attempts')}</span>}
      </Section>
    </Stack>
  );
}
