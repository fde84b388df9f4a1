import { ActionIcon, Button, Popover } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '~/api';
import { Icon } from '~/components/Icon';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './shell.module.css';

export function Bell() {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const { data = [] } = useQuery({ queryKey: ['notifications', f.lang], queryFn: api.system.notifications });
  const unread = data.filter((n) => !n.read).length;
  const readAll = async () => { await api.system.markRead(); await client.invalidateQueries({ queryKey: ['notifications'] }); };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus withRoles={false}>
      <Popover.Target>
        <span className={css.bellWrap}>
          <ActionIcon size={36} aria-label={unread ? t('window.top.notifications_n', { n: unread }) : t('window.top.notifications')} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen((o) => !o)}><Icon name="bell" /></ActionIcon>
          {unread > 0 && <span className={css.bellDot} />}
        </span>
      </Popover.Target>
      <Popover.Dropdown p="xs" role="dialog" aria-label={t('window.top.notifications')}>
        <div style={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', padding: '4px 8px' }}>
          <strong>{t('window.top.notifications')}</strong>
          {unread > 0 && <Button size="compact-sm" variant="subtle" onClick={() => void readAll()}>{t('window.notify.read_all')}</Button>}
        </div>
        <ul className={css.notes}>
          {data.length === 0 && <li className="soft" style={{ padding: 12 }}>{t('window.notify.empty')}</li>}
          {data.map((n) => {
            const body = <><span>{n.text}</span><time className="small faint" dateTime={n.at}>{f.instant(n.at)}</time></>;
            return <li key={n.id}>{n.href ? <Link href={n.href} className={css.note} data-unread={!n.read || undefined} onClick={() => setOpen(false)}>{body}</Link> : <div className={css.note} data-unread={!n.read || undefined}>{body}</div>}</li>;
          })}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
