// Transfers that customers say are under way: one click confirms, a word goes with the other answer.
import { Button, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Announced } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Empty, Notice, Page, PageHeader, Row, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { ConfirmTransfer } from './ConfirmTransfer';
import css from './gateways.module.css';

export function AnnouncedList() {
  const t = useT();
  const query = useQuery({ queryKey: ['payments', 'announced'], queryFn: api.payments.announced });
  const [open, setOpen] = useState<Announced | null>(null);
  const [other, setOther] = useState<Announced | null>(null);
  return (
    <Page>
      <PageHeader title={t('window.gateways.announced')} back={{ href: '/payments', label: t('window.payments.title') }} />
      <Await query={query}>{(list) => list.length === 0
        ? <Section label={t('window.gateways.announced')}><Empty icon="good" title={t('window.gateways.announced_none')} text={t('window.gateways.announced_none_text')}><Button variant="default" onClick={() => navigate('/invoices?state=open')}>{t('window.nav.invoices')}</Button></Empty></Section>
        : <><p className="soft">{t('window.gateways.announced_hint')}</p><Section label={t('window.gateways.announced')} flush><ul data-testid="announced">{list.map((a) => <Waiting key={a.publicId} announced={a} onDismiss={() => setOpen(a)} onOther={() => setOther(a)} />)}</ul></Section></>}</Await>
      <SidePanel opened={!!other} onClose={() => setOther(null)} width={480} title={t('window.gateways.confirm_as')}>{other && <ConfirmTransfer key={other.publicId} announced={other} onClose={() => setOther(null)} />}</SidePanel>
      <SidePanel opened={!!open} onClose={() => setOpen(null)} width={480} title={t('window.gateways.dismiss')}>{open && <Dismiss key={open.publicId} announced={open} onClose={() => setOpen(null)} />}</SidePanel>
    </Page>
  );
}

function Waiting({ announced: a, onDismiss, onOther }: { announced: Announced; onDismiss: () => void; onOther: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const amount = f.money(a.amountMinor, a.currency);
  const act = async () => {
    const done = await api.invoices.confirmTransfer({ key: intention.key(), announcementId: a.publicId, receivedOn: '', amountMinor: 0 });
    intention.done();
    toast(done.message);
    await client.invalidateQueries();
  };
  return (
    <li className={css.waiting}>
      <div><strong>{a.customerName}</strong><small>{`${t('window.gateways.announced_on')} ${f.date(a.announcedOn)}`} · <Link href={`/invoices/${a.documentId}`} className="nowrap">{a.number}</Link></small></div>
      <strong className="num">{amount}</strong>
      <Row gap={2}>
        <MakeButton variant="default" onClick={onDismiss} aria-label={t('window.gateways.dismiss_of', { customer: a.customerName })}>{t('window.gateways.dismiss')}</MakeButton>
        <MakeButton variant="default" onClick={onOther} aria-label={t('window.gateways.confirm_as_of', { customer: a.customerName })} data-testid="confirm-other">{t('window.gateways.confirm_as')}</MakeButton>
        <ActionButton may="collect" onAct={act} data-testid="confirm-transfer" title={t('window.gateways.confirm_of', { customer: a.customerName, amount })}>{t('window.gateways.confirm')}</ActionButton>
      </Row>
    </li>
  );
}

function Dismiss({ announced: a, onClose }: { announced: Announced; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const form = useForm({ message: t('window.gateways.dismiss_default', { amount: f.money(a.amountMinor, a.currency), number: a.number }) });
  const act = async () => {
    form.clear();
    await api.invoices.dismissTransfer(a.publicId, form.values.message.trim());
    toast(t('window.gateways.dismissed'));
    await client.invalidateQueries();
    onClose();
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        <h2 style={{ margin: 0 }}>{t('window.gateways.dismiss_title', { customer: a.customerName })}</h2>
        <p className="soft" style={{ margin: 0 }}>{t('window.gateways.dismiss_body')}</p>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <Textarea label={t('window.gateways.dismiss_word')} description={t('window.gateways.dismiss_word_hint')} autosize minRows={3} maxRows={8} {...form.text('message')} data-testid="dismiss-word" />
        <Row end gap={2}>
          <Button variant="default" onClick={onClose}>{t('window.cancel')}</Button>
          <ActionButton may="collect" type="submit" onAct={act} onError={form.fail} data-testid="dismiss-transfer">{t('window.gateways.dismiss_verb')}</ActionButton>
        </Row>
      </Stack>
    </form>
  );
}
