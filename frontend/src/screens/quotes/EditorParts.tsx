// What the form of a quote has besides: until when it may be approved, and the deposit that is asked for then.
import type { Editor } from '~/api';
import { DateInput, PercentInput } from '~/components/inputs';
import { useFormat } from '~/format/format';
import { today } from '~/format/civil';
import { useT } from '~/i18n';
import type { DraftState } from '~/screens/invoices/useDraft';

export function QuoteFields({ state, editor }: { state: DraftState; editor: Editor }) {
  const t = useT();
  const f = useFormat();
  const { draft, errors, patch } = state;
  // What Go will write when no day is typed; shown only, never sent.
  const [y, m, d] = (draft.issueDate || today()).split('-').map(Number);
  const last = new Date(Date.UTC(y ?? 0, (m ?? 1) - 1, (d ?? 1) + editor.quoteDays)).toISOString().slice(0, 10);
  return (
    <>
      <DateInput label={t('window.quotes.edit.valid_until')} value={draft.validUntil} onChange={(validUntil) => patch({ validUntil })} clearable placeholder={f.date(last)} error={errors.validUntil} data-field="validUntil" />
      <PercentInput label={t('window.quotes.edit.deposit')} placeholder={t('window.quotes.edit.deposit_none')} value={draft.depositPcm || null} onChange={(v) => patch({ depositPcm: v ?? 0 })} error={errors.depositPcm} data-field="depositPcm" />
    </>
  );
}
