import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { navigate } from '~/app/router';
import { Page, PageHeader } from '~/components/layout';
import { useT } from '~/i18n';
import { Fold } from './Fold';
import { sectionAt, sectionGroups } from './sections';
import css from './settings.module.css';

/** Paramètres: one page of sections that fold. The address says which one is open. */
export function Settings() {
  const t = useT();
  const [path] = useLocation();
  const { id, moved } = sectionAt(path);
  useEffect(() => { if (moved) navigate(moved, { replace: true }); }, [moved]);
  // Folding the open one leaves the eye where it was.
  const was = useRef(id);
  useEffect(() => {
    if (!id && was.current) { const head = document.getElementById(`fold-${was.current}`); requestAnimationFrame(() => head?.scrollIntoView({ block: 'center' })); }
    was.current = id;
  }, [id]);
  return (
    <Page>
      <PageHeader title={t('window.settings.title')} subtitle={t('window.sections.text')} />
      {sectionGroups.map((g) => (
        <section key={g.id} className={css.group} aria-label={t(g.label)}>
          <div className={css.groupName} aria-hidden="true">{t(g.label)}</div>
          <div className={css.folds}>{g.sections.map((s) => <Fold key={s.id} section={s} open={s.id === id} />)}</div>
        </section>
      ))}
    </Page>
  );
}
