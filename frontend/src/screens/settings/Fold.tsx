// One section of the settings: its title unfolds it. While it holds something unsaved it stays as it is, folded or not.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Router } from 'wouter';
import { Crash } from '~/app/Crash';
import { navigate, Standing, usePathHook } from '~/app/router';
import { Badge } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { Inner } from '~/components/layout';
import { Holding } from '~/components/unsaved';
import { useT } from '~/i18n';
import { onSettings, sectionAt, type SettingsSection } from './sections';
import css from './settings.module.css';

const hrefs = (href: string) => '#' + href;

export function Fold({ section: s, open }: { section: SettingsSection; open: boolean }) {
  const t = useT();
  const [held, setHeld] = useState<ReadonlySet<string>>(new Set());
  const tell = useCallback((who: string, unsaved: boolean) => setHeld((was) => {
    if (was.has(who) === unsaved) return was;
    const next = new Set(was);
    if (unsaved) next.add(who); else next.delete(who);
    return next;
  }), []);
  const own = usePath(s.id);
  // Another section of the page is no other page; another address of this section is.
  const standing = useCallback((to: string) => onSettings(to) && sectionAt(to).id !== s.id, [s.id]);
  const kept = held.size > 0;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => (open && head.current ? comeIntoSight(head.current) : undefined), [open]);
  const turn = () => navigate(open ? '/settings' : kept ? own.last() : `/settings/${s.id}`);
  return (
    <div className={css.fold} data-open={open || undefined}>
      <h2 ref={head} className={css.foldHead}>
        <button type="button" id={`fold-${s.id}`} aria-expanded={open} aria-controls={open ? `body-${s.id}` : undefined} onClick={turn} data-testid={`fold-${s.id}`}>
          <Icon name={open ? 'down' : 'right'} size={16} /><span className={css.foldTitle}>{t(s.label)}<small>{t(s.hint)}</small></span>
          {kept && <Badge tone="warning">{t('window.sections.unsaved')}</Badge>}
        </button>
      </h2>
      {(open || kept) && (
        <div className={css.body} id={`body-${s.id}`} role="region" aria-labelledby={`fold-${s.id}`} hidden={!open}>
          <Router hook={own.hook} hrefs={hrefs}>
            <Standing value={standing}><Holding value={tell}><Inner value={true}><Crash small>{s.body()}</Crash></Inner></Holding></Standing>
          </Router>
        </div>
      )}
    </div>
  );
}

/** The address as a section sees it: while another is open, the last one that was its own. */
function usePath(id: string) {
  const last = useRef(`/settings/${id}`);
  return useMemo(() => {
    const hook: typeof usePathHook = Object.assign((): ReturnType<typeof usePathHook> => {
      // eslint-disable-next-line react-hooks/rules-of-hooks -- it is called as a hook, by the router below
      const [path] = usePathHook();
      if (sectionAt(path).id === id) last.current = path;
      return [last.current, navigate];
    }, { hrefs });
    return { hook, last: () => last.current };
  }, [id]);
}

/** Opened from far away it comes into sight, once more when what is in it has arrived; where it is well in sight nothing moves. */
function comeIntoSight(head: HTMLElement): () => void {
  const fold = head.parentElement!;
  const show = () => {
    const page = document.getElementById('main')?.getBoundingClientRect();
    const { top } = fold.getBoundingClientRect();
    if (page && (top < page.top || top > page.top + page.height / 4)) fold.scrollIntoView({ block: 'start' });
  };
  const frame = requestAnimationFrame(show);
  const grown = new ResizeObserver(() => { if (fold.clientHeight > 2.5 * head.clientHeight) { show(); grown.disconnect(); } });
  grown.observe(fold);
  return () => { cancelAnimationFrame(frame); grown.disconnect(); };
}
