import { Combobox, InputBase, Loader, Textarea, useCombobox, type InputBaseProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent, type ReactNode } from 'react';
import { useT } from '~/i18n';
import css from './Lookup.module.css';
import { Icon } from './Icon';

export type Option<V> = { id: string; label: string; hint?: string; right?: string; value: V };

type Props<V> = {
  /** What is shown while nobody types. */
  text: string;
  topic: string;
  search: (words: string) => Promise<Option<V>[]>;
  onPick: (option: Option<V>) => void;
  /** Offers to make what was typed. */
  onCreate?: (words: string) => void;
  createLabel?: (words: string) => string;
  /** Free text is kept as typed (a line's description): every keystroke is handed over. */
  onText?: (words: string) => void;
  multiline?: boolean;
  onEnter?: () => void;
  /** Free text that names an option outright (its code): Enter takes that option. */
  names?: (option: Option<V>, words: string) => boolean;
  /** More than this is not taken: what is left out is told. */
  limit?: { max: number; onCut: (count: number) => void };
  input?: InputBaseProps & { placeholder?: string; 'aria-label'?: string; id?: string; 'data-field'?: string; 'data-testid'?: string; autoFocus?: boolean };
  leftSection?: ReactNode;
};

/** Search while typing, pick with the keyboard, or make a new one in place. */
export function Lookup<V>(p: Props<V>) {
  const t = useT();
  const free = !!p.onText;
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [words, setWords] = useState<string | null>(null);
  const [debounced] = useDebouncedValue(words ?? '', 90);
  const touched = useRef(false);
  const now = useRef(p);
  now.current = p;
  const { data = [], isFetching } = useQuery({
    queryKey: [p.topic, 'lookup', debounced],
    queryFn: () => p.search(debounced),
    enabled: combobox.dropdownOpened,
    placeholderData: (before) => before,
  });
  const typed = (words ?? '').trim();
  const canCreate = !!p.onCreate && typed.length > 0;
  const settled = debounced === (words ?? '') && !isFetching;

  // A choice among known things: Enter takes the first. Free text is never replaced unasked.
  const { dropdownOpened } = combobox;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the store is new at every render
  useEffect(() => { if (!free && dropdownOpened && settled) combobox.selectFirstOption(); }, [free, dropdownOpened, settled, data]);

  const close = () => { combobox.closeDropdown(); setWords(null); touched.current = false; };
  const submit = (id: string) => {
    if (id === '+') { p.onCreate?.(typed); close(); return; }
    const option = data.find((o) => o.id === id);
    if (option) p.onPick(option);
    close();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Escape' && combobox.dropdownOpened) { e.stopPropagation(); close(); return; }
    if (e.key !== 'Enter' || e.nativeEvent.isComposing) return;
    const open = combobox.dropdownOpened && combobox.getSelectedOptionIndex() >= 0;
    if (!open && free && !e.shiftKey) { e.preventDefault(); void enter(typed); }
  };
  // The next key belongs to the next field at once; a code that is still being looked up is taken when it is found.
  const enter = async (asked: string) => {
    const named = p.names && asked ? (list: Option<V>[]) => list.find((o) => p.names?.(o, asked)) : undefined;
    const there = named?.(data);
    close();
    if (there) { p.onPick(there); return; }
    p.onEnter?.();
    if (!named || settled) return;
    const found = named(await p.search(asked).catch(() => []));
    if (found && now.current.text.trim() === asked) now.current.onPick(found);
  };
  const change = (raw: string) => {
    const value = p.limit ? raw.slice(0, p.limit.max) : raw;
    p.limit?.onCut(raw.length > value.length ? raw.length : 0);
    touched.current = true;
    setWords(value);
    p.onText?.(value);
    combobox.openDropdown();
    combobox.resetSelectedOption();
  };
  const common = {
    ...p.input,
    value: words ?? p.text,
    autoComplete: 'off',
    rightSection: combobox.dropdownOpened && isFetching ? <Loader size={14} /> : free ? undefined : <Icon name="down" size={14} />,
    rightSectionPointerEvents: 'none' as const,
    onKeyDown,
    onPaste: (e: ClipboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      // Megabytes would stop the page while it lays them out: they never reach the field.
      const pasted = e.clipboardData.getData('text');
      if (!p.limit || pasted.length <= p.limit.max) return;
      e.preventDefault();
      const { value, selectionStart, selectionEnd } = e.currentTarget;
      change(value.slice(0, selectionStart ?? 0) + pasted.slice(0, p.limit.max) + value.slice(selectionEnd ?? 0));
      p.limit.onCut(value.length - ((selectionEnd ?? 0) - (selectionStart ?? 0)) + pasted.length);
    },
    onBlur: () => { combobox.closeDropdown(); setWords(null); },
    onClick: () => { if (!free) combobox.openDropdown(); },
  };
  // With free text the list helps and must not get in the way: nothing is preselected, empty lists stay closed.
  const show = !free || (touched.current && data.length > 0);
  return (
    <Combobox store={combobox} onOptionSubmit={submit} position="bottom-start" middlewares={{ flip: true, shift: true }} width={free ? 420 : 'target'} portalProps={{ target: '#main' }}>
      <Combobox.DropdownTarget>
        <div>
          <Combobox.EventsTarget withExpandedAttribute={!p.multiline}>
            {p.multiline
              ? <Textarea {...(common as object)} autosize minRows={1} maxRows={6} onChange={(e) => change(e.currentTarget.value)} />
              : <InputBase {...common} role="combobox" aria-autocomplete="list" leftSection={p.leftSection} onFocus={(e: React.FocusEvent<HTMLInputElement>) => { if (!free) { e.currentTarget.select(); combobox.openDropdown(); } }}
                  onChange={(e: React.ChangeEvent<HTMLInputElement>) => change(e.currentTarget.value)} />}
          </Combobox.EventsTarget>
        </div>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={!show}>
        <Combobox.Options mah={380} style={{ overflowY: 'auto' }} aria-label={t('window.lookup.options')}>
          {data.map((o) => (
            <Combobox.Option key={o.id} value={o.id}>
              <span className={css.option}><span className={css.label}>{o.label}{o.hint && <span className={css.hint}>{o.hint}</span>}</span>{o.right && <span className={css.right}>{o.right}</span>}</span>
            </Combobox.Option>
          ))}
          {data.length === 0 && settled && !canCreate && <Combobox.Empty>{t('window.lookup.none')}</Combobox.Empty>}
          {canCreate && <Combobox.Option value="+"><span className={css.create}><Icon name="plus" size={15} />{p.createLabel ? p.createLabel(typed) : t('window.lookup.create', { words: typed })}</span></Combobox.Option>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
