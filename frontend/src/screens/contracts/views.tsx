// The two views of the same contracts: a list and a calendar. Where one goes from one to the other, what narrows stays.
import { SegmentedControl } from '@mantine/core';
import { navigate } from '~/app/router';
import { Icon } from '~/components/Icon';
import { useT } from '~/i18n';
import css from './contracts.module.css';

export function ViewSwitch({ view, kept }: { view: 'list' | 'calendar'; kept: Record<string, string> }) {
  const t = useT();
  const to = (next: string) => {
    const p = new URLSearchParams(Object.entries(kept).filter(([, v]) => v));
    const q = p.toString();
    navigate((next === 'calendar' ? '/contracts/calendar' : '/contracts') + (q ? `?${q}` : ''));
  };
  const item = (value: 'list' | 'calendar', icon: 'menu' | 'calendar') => ({ value, label: <span className={css.view}><Icon name={icon} size={15} /><span>{t(`window.contracts.view.${value}`)}</span></span> });
  return <SegmentedControl aria-label={t('window.contracts.view')} value={view} onChange={to} data={[item('list', 'menu'), item('calendar', 'calendar')]} data-testid="contract-view" />;
}
