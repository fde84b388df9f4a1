import { DateInput } from '~/components/inputs';
import { useT } from '~/i18n';
import css from './books.module.css';

export function Period({ from, to, onChange }: { from: string; to: string; onChange: (p: { from?: string; to?: string }) => void }) {
  const t = useT();
  return (
    <div className={css.period}>
      <DateInput label={t('window.books.from')} value={from} onChange={(v) => onChange({ from: v })} />
      <DateInput label={t('window.books.to')} value={to} onChange={(v) => onChange({ to: v })} />
    </div>
  );
}
