// What is left of a credit note: it is used on invoices, or given back; what stands on an invoice comes off again.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useIntention, type Invoice } from '~/api';
import { MakeButton } from '~/app/may';
import { navigate } from '~/app/router';
import { confirm } from '~/components/Confirm';
import { Row, Section } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { RefundForm } from './PaymentActs';

export function CreditActs({ credit }: { credit: Invoice }) {
  const t = useT();
  const f = useFormat();
  const [refunding, setRefunding] = useState(false);
  if (credit.dueMinor <= 0) return null;
  const of = { paymentId: '', creditId: credit.id, version: 0, currency: credit.currency, method: 'transfer', leftMinor: credit.dueMinor, mostMinor: credit.dueMinor };
  return (
    <Section title={t('window.payments.credit_left', { amount: f.money(credit.dueMinor, credit.currency) })}>
      <Row gap={2}>
        <MakeButton to="/payments/new" variant="default" onClick={() => navigate(`/payments/new?customer=${credit.customerId}&currency=${credit.currency}`)} data-testid="use-credit">{t('window.payments.use_credits')}</MakeButton>
        <MakeButton may="collect" variant="default" onClick={() => setRefunding(true)} data-testid="refund-credit">{t('window.payments.act.refund')}</MakeButton>
      </Row>
      <SidePanel opened={refunding} onClose={() => setRefunding(false)} title={credit.number}>{refunding && <RefundForm of={of} onClose={() => setRefunding(false)} />}</SidePanel>
    </Section>
  );
}

/** Takes a credit note off an invoice. */
export function TakeOff({ creditId, creditNumber, documentId, documentNumber, amountMinor, currency }: { creditId: string; creditNumber: string; documentId: string; documentNumber: string; amountMinor: number; currency: string }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const act = async () => {
    if (!await confirm({ title: t('window.payments.take_off.credit', { credit: creditNumber, number: documentNumber }), lost: [t('window.payments.take_off.lost', { number: documentNumber, amount: f.money(amountMinor, currency) })], verb: t('window.payments.take_off.verb') })) return;
    await api.payments.unallocate({ key: intention.key(), paymentId: '', creditId, documentId });
    intention.done();
    await client.invalidateQueries();
  };
  return <MakeButton may="collect" size="compact-sm" variant="subtle" color="gray" aria-label={t('window.payments.act.take_off_of', { number: documentNumber })} onClick={() => void act().catch(showError)}>{t('window.payments.act.take_off')}</MakeButton>;
}
