import { Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import { useT, type Key } from '~/i18n';
import { allPlaces } from './places';
import css from './shell.module.css';

export function ShortcutsHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  const [single, setSingle] = useState(() => localStorage.getItem('single-keys') !== 'off');
  const ctrl = t('window.key.ctrl');
  const enter = t('window.key.enter');
  const groups: { title: Key; rows: [string, string[]][] }[] = [
    { title: 'window.shortcuts.everywhere', rows: [
      [t('window.shortcuts.palette'), [ctrl, 'K']], [t('window.command.new_invoice'), ['N']], [t('window.shortcuts.search'), ['/']], [t('window.shortcuts.help'), ['?']],
      ...allPlaces.flatMap((p): [string, string[]][] => (p.keys ? [[t('window.command.go', { place: t(p.label) }), ['G', t('window.shortcuts.then'), p.keys.toUpperCase()]]] : [])),
    ] },
    { title: 'window.shortcuts.editor', rows: [[t('window.shortcuts.send'), [ctrl, enter]], [t('window.shortcuts.next'), [enter, t('window.key.tab')]]] },
    { title: 'window.inbox.title', rows: [[t('window.inbox.keys.move'), ['J', 'K']], [t('window.inbox.keys.reply'), ['R']], [t('window.inbox.send'), [ctrl, enter]], [t('window.inbox.canned.title'), ['/']], [t('window.inbox.keys.assign'), ['A']], [t('window.inbox.keys.close'), ['X']], [t('window.inbox.keys.up'), ['U']]] },
    { title: 'window.shortcuts.lists', rows: [[t('window.shortcuts.rows'), ['↑', '↓']], [t('window.shortcuts.open'), [enter]]] },
  ];
  return (
    <Modal opened={opened} onClose={onClose} title={t('window.shortcuts.title')} size={520} closeButtonProps={{ 'aria-label': t('window.close') }}>
      <div className={css.keys}>
        <Switch label={t('window.shortcuts.single')} description={t('window.shortcuts.single_hint')} checked={single} onChange={(e) => { setSingle(e.currentTarget.checked); localStorage.setItem('single-keys', e.currentTarget.checked ? 'on' : 'off'); }} />
        {groups.map((g) => (
          <section key={g.title}><h3>{t(g.title)}</h3>
            <ul>{g.rows.map(([label, keys]) => <li key={label}><span>{label}</span><span>{keys.map((k, i) => (k === t('window.shortcuts.then') ? <span key={i} className="small faint">{k}</span> : <kbd key={i}>{k}</kbd>))}</span></li>)}</ul></section>
        ))}
      </div>
    </Modal>
  );
}
