import { Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useIntention, type StatementQuery } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { KeyValue } from '~/components/display';
import { Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useT } from '~/i18n';
import css from './statements.module.css';

/** The mail as it will be, with its paper named; one click sends it. */
export function MailStatement({ ask, onClose }: { ask: StatementQuery; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const [message, setMessage] = useState('');
  const [said] = useDebouncedValue(message, 400);
  const query = useQuery({ queryKey: ['statements', 'mail', ask, said], queryFn: () => api.statements.preview(ask, said), placeholderData: (p) => p, retry: false });
  const send = async () => {
    await api.statements.send(ask, message, intention.key());
    intention.done();
    toast(t('window.statement.mailed', { to: query.data?.to ?? '' }));
    await client.invalidateQueries({ queryKey: ['statements'] });
    await client.invalidateQueries({ queryKey: ['mails'] });
    onClose();
  };
  return (
    <SidePanel opened onClose={onClose} width={620} title={t('window.statement.mail')}
      footer={<ActionButton may="collect" onAct={send} disabled={!query.data} data-testid="send-statement">{t('window.statement.send')}</ActionButton>}>
      <Stack gap={4}>
        <Await query={query}>{(m) => (
          <Stack gap={4}>
            <KeyValue rows={[[t('window.mail.to'), m.to], [t('window.mail.from'), m.from], [t('window.statement.subject'), m.subject], m.papers.length > 0 && [t('window.mail.attachments'), m.papers.map((a) => a.name).join(', ')]]} />
            <Textarea label={t('window.statement.message')} description={t('window.statement.message_hint')} autosize minRows={2} maxRows={8} value={message} onChange={(e) => setMessage(e.currentTarget.value)} />
            {/* Sandboxed without scripts, as every mail. */}
            <iframe className={css.mail} title={m.subject} sandbox="" srcDoc={m.html} />
          </Stack>
        )}</Await>
      </Stack>
    </SidePanel>
  );
}
