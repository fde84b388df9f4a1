// A sheet for the counter or the window: what it is, a code to scan, the address in letters.
import { Button } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useT } from '~/i18n';
import { Icon } from './Icon';
import { Page, PageHeader } from './layout';
import css from './poster.module.css';

/** The page around a poster, with what prints it and nothing else of the page. */
export function PosterPage({ title, back, verb, children }: { title: string; back: { href: string; label: string }; verb: string; children: ReactNode }) {
  useEffect(() => { document.body.dataset.poster = '1'; return () => { delete document.body.dataset.poster; }; }, []);
  return (
    <Page>
      <PageHeader title={title} back={back} primary={<Button leftSection={<Icon name="print" size={16} />} onClick={() => window.print()}>{verb}</Button>} />
      {children}
    </Page>
  );
}

export function Poster({ firm, heading, children, url, svg, how }: { firm: string; heading: string; children?: ReactNode; url: string; svg: string; how: string }) {
  const t = useT();
  return (
    <article className={css.poster} data-testid="poster">
      <p>{firm}</p>
      <h2>{heading}</h2>
      {children}
      <img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} alt={t('window.portal.qr_alt', { url })} />
      <p>{how}</p>
      <span className={css.url}>{url}</span>
    </article>
  );
}
