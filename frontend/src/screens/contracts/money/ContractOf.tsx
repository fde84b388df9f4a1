// The contract that a document belongs to, as a line of its facts.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '~/api';
import { KeyValue } from '~/components/display';
import { useT } from '~/i18n';

export function ContractOf({ documentId }: { documentId: string }) {
  const t = useT();
  const { data } = useQuery({ queryKey: ['contracts', 'of', documentId], queryFn: () => api.contractMoney.of(documentId) });
  if (!data?.id) return null;
  return <KeyValue rows={[[t('window.contractmoney.contract'), <Link key="c" href={`/contracts/${data.id}`}>{data.number} · {data.title}</Link>]]} />;
}
