// How long somebody has been waiting, and until when an answer was promised.
import { Badge } from '~/components/Badge';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

export function Waiting({ since, due, late }: { since: string; due: string; late: boolean }) {
  const t = useT();
  const f = useFormat();
  if (!since) return null;
  const isToday = (at: string) => new Date(at).toDateString() === new Date().toDateString();
  if (!due) return <Badge tone="warning">{isToday(since) ? t('window.inbox.since', { since: f.time(since) }) : t('window.inbox.waiting', { since: f.dayOf(since) })}</Badge>;
  const today = isToday(due);
  return <Badge tone={late ? 'danger' : 'warning'}>{t(late ? 'window.inbox.late' : 'window.inbox.promised', { at: today ? f.time(due) : f.instant(due) })}</Badge>;
}
