import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, type Announcement } from '~/api';
import { navigate } from '~/app/router';
import { Empty, Page, PageHeader, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from '~/screens/statements/statements.module.css';

/** The announcements of the portal. */
export function NoticeList() {
  const t = useT();
  const query = useQuery({ queryKey: ['announcements', 'list'], queryFn: api.notices.list });
  return (
    <Page>
      <PageHeader title={t('window.notices.title')} subtitle={t('window.notices.subtitle')} primary={<MakeButton onClick={() => navigate('/announcements/new')} data-testid="new-notice">{t('window.notices.new')}</MakeButton>}
        secondary={<Button variant="default" onClick={() => navigate('/faq')}>{t('window.faq.title')}</Button>} />
      <Await query={query}>{(list) => (
        <Section label={t('window.notices.title')} flush>
          {list.length === 0 ? <Empty icon="info" title={t('window.notices.empty')} text={t('window.notices.empty_text')}><MakeButton onClick={() => navigate('/announcements/new')}>{t('window.notices.new')}</MakeButton></Empty> : (
            <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.notices.title')}>
              <table className={css.table}>
                <thead><tr><th scope="col">{t('window.notices.col.title')}</th><th scope="col">{t('window.notices.col.state')}</th><th scope="col" className={css.hide}>{t('window.notices.col.when')}</th><th scope="col" className={css.hide}>{t('window.notices.col.for')}</th><th scope="col" className="num">{t('window.notices.col.seen')}</th></tr></thead>
                <tbody>{list.map((a) => <Row key={a.publicId} a={a} />)}</tbody>
              </table>
            </div>
          )}
        </Section>
      )}</Await>
    </Page>
  );
}

function Row({ a }: { a: Announcement }) {
  const t = useT();
  const f = useFormat();
  const when = [a.startsOn && t('window.notices.from', { date: f.day(a.startsOn) }), a.endsOn && t('window.notices.until', { date: f.day(a.endsOn) })].filter(Boolean).join(' ');
  return (
    <tr>
      <td className={css.name}><Link href={`/announcements/${a.publicId}`}>{(f.lang === 'en' && a.titleEn) || a.titleFr || a.titleEn}</Link>{a.importance !== 'info' && <span className={css.detail}>{tDynamic(`window.notices.importance.${a.importance}`)}</span>}</td>
      <td>{tDynamic(`window.notices.state.${a.state}`)}</td>
      <td className={css.hide}>{when || t('window.notices.always')}</td>
      <td className={css.hide}>{a.everyone ? t('window.notices.everyone') : a.groups.map((g) => g.name).join(', ')}</td>
      <td className="num">{a.seen}</td>
    </tr>
  );
}
