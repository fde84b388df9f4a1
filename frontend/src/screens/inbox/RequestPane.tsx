// A request for access in the walk through what waits: what it says, and the way to its page, where it is decided.
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { type InboxRow } from '~/api';
import { navigate } from '~/app/router';
import { Icon } from '~/components/Icon';
import { useT } from '~/i18n';
import css from './inbox.module.css';

export function RequestPane({ id, row, back }: { id: string; row?: InboxRow; back: string }) {
  const t = useT();
  const name = row?.customerName || row?.contact || t('window.inbox.kind.request');
  return (
    <div className={css.talk}>
      <section className={css.pane} aria-label={name}>
        <div className={css.head}>
          <Link href={back} aria-label={t('window.inbox.back')} className={css.back}><Icon name="left" /></Link>
          <div className={css.who}><h2>{name}</h2><small>{t('window.inbox.kind.request')}</small></div>
        </div>
        <div className={css.thread}>
          {row?.text && <p>{row.text}</p>}
          <p className="soft">{t('window.inbox.request.text')}</p>
          <div><Button autoFocus onClick={() => navigate(`/requests/${id}`)} data-testid="open-request">{t('window.inbox.request.open')}</Button></div>
        </div>
      </section>
    </div>
  );
}
