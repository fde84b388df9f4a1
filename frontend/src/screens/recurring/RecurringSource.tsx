import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '~/api';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

/** Which recurring invoice made this one; nothing for any other. */
export function RecurringSource({ invoiceId }: { invoiceId: string }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['recurring', 'source', invoiceId, f.lang], queryFn: () => api.recurring.sourceOf(invoiceId) });
  if (!query.data?.id) return null;
  return <p className="soft small">{t('window.recurring.view.source')} <Link href={`/recurring/${query.data.id}`} style={{ textDecoration: 'underline' }}>{query.data.words}</Link></p>;
}
