import { ActionIcon, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useT } from '~/i18n';
import { Icon } from './Icon';
import css from './FilterBar.module.css';

export type Chip = { id: string; label: string; count?: ReactNode };

/** Words (where the list is searched), one choice among a few states, and what else narrows the list as chips that can be taken off; narrow: beside what is open. */
export function FilterBar(p: { narrow?: boolean; words: string; onWords?: (words: string) => void; placeholder: string; chips?: Chip[]; chip?: string; onChip?: (id: string) => void; active?: { id: string; label: string; clear: () => void }[]; children?: ReactNode }) {
  const t = useT();
  const [text, setText] = useState(p.words);
  const { words, onWords } = p;
  const sent = useRef(words);
  useEffect(() => { if (words !== sent.current) { sent.current = words; setText(words); } }, [words]);
  useEffect(() => {
    if (!onWords || text === sent.current) return;
    const timer = setTimeout(() => { sent.current = text; onWords(text); }, 120);
    return () => clearTimeout(timer);
  }, [text, onWords]);
  return (
    <div className={css.bar} role="search" data-narrow={p.narrow || undefined}>
      {onWords && <TextInput className={css.search} type="search" value={text} onChange={(e) => setText(e.currentTarget.value)} placeholder={p.placeholder} aria-label={p.placeholder} leftSection={<Icon name="search" size={16} />} data-page-search
        rightSection={text ? <ActionIcon size={26} aria-label={t('window.filter.clear')} onClick={() => setText('')}><Icon name="close" size={14} /></ActionIcon> : undefined} />}
      {p.chips && <Chips chips={p.chips} chip={p.chip ?? ''} onChip={(id) => p.onChip?.(id)} />}
      {p.active?.map((a) => <span key={a.id} className={css.active}>{a.label}<button type="button" aria-label={t('window.filter.remove', { name: a.label })} onClick={a.clear}><Icon name="close" size={12} /></button></span>)}
      {p.children && <div className={css.more}>{p.children}</div>}
    </div>
  );
}

export function Chips({ chips, chip, onChip }: { chips: Chip[]; chip: string; onChip: (id: string) => void }) {
  const t = useT();
  const chosen = useRef<HTMLButtonElement>(null);
  useEffect(() => { chosen.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }, [chip]);
  return (
    <div className={css.chips} role="group" aria-label={t('window.filter.states')}>
      {chips.map((c) => <button type="button" key={c.id} ref={chip === c.id ? chosen : undefined} className={css.chip} aria-pressed={chip === c.id} onClick={() => onChip(c.id)}>{c.label}{c.count !== undefined && <span className={css.count}>{c.count}</span>}</button>)}
    </div>
  );
}
