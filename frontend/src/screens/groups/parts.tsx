// What both portal tabs are made of: words in two languages side by side, a look at them, the foot with Enregistrer.
import { Button, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { asApiError } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Notice } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import table from '~/screens/settings/settings.module.css';
import css from './groups.module.css';
import { langs, type BothWords, type TextLang } from './shapes';

export type Caret = { lang: TextLang; what: string; el: HTMLInputElement | HTMLTextAreaElement };
type PairProps = {
  label: string; hint?: string; words: BothWords; shipped?: BothWords; errors: BothWords; field: (lang: TextLang) => string;
  set: (lang: TextLang, words: string) => void; line?: boolean; rows?: number; onLang?: (lang: TextLang) => void; onCaret?: (c: Caret) => void; what?: string;
};

/** One text in both languages, side by side; below each other on a phone. */
export function Pair({ label, hint, words, shipped, errors, field, set, line, rows = 4, onLang, onCaret, what = '' }: PairProps) {
  const t = useT();
  const one = (lang: TextLang) => {
    const name = t('window.groups.portal.in_language', { field: label, language: tDynamic(`common.language.${lang}`) });
    const common = {
      label: name, description: hint, placeholder: shipped?.[lang], value: words[lang], error: errors[lang] || undefined, lang, 'data-field': field(lang),
      onFocus: (e: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => { onLang?.(lang); onCaret?.({ lang, what, el: e.currentTarget }); },
    };
    return line
      ? <TextInput key={lang} {...common} onChange={(e) => set(lang, e.currentTarget.value)} />
      : <Textarea key={lang} {...common} autosize minRows={rows} maxRows={18} onChange={(e) => set(lang, e.currentTarget.value)} />;
  };
  return <div className={css.pair}>{langs.map(one)}</div>;
}

/** What is typed, at a distance: a look follows the typing without a call for every letter. */
export function useSettled<V>(value: V, ms = 400): V {
  const now = JSON.stringify(value);
  const [asked, setAsked] = useState(now);
  useEffect(() => { const timer = setTimeout(() => setAsked(now), ms); return () => clearTimeout(timer); }, [now, ms]);
  return JSON.parse(asked) as V;
}

/** A page or a mail as it will be, whole: sandboxed without scripts, it may name no other address. */
export function Look<V, R extends { html: string }>({ name, of, ask, title, height = 260, head }: { name: string; of: V; ask: (v: V) => Promise<R>; title: string; height?: number; head?: (shown: R) => ReactNode }) {
  const asked = useSettled(of);
  const query = useQuery({ queryKey: ['group-look', name, asked], queryFn: () => ask(asked), retry: false, gcTime: 0, placeholderData: (was) => was });
  if (query.error) return <p className="soft">{asApiError(query.error).message}</p>;
  if (!query.data) return <div style={{ height }} />;
  return <>{head?.(query.data)}<iframe className={css.look} style={{ height }} title={title} sandbox="" srcDoc={query.data.html} data-testid={`look-${name}`} /></>;
}

/** The tab is saved whole or not at all. */
export function Foot({ general, dirty, save, fail, undo }: { general: string; dirty: boolean; save: () => Promise<void>; fail: (e: unknown) => void; undo: () => void }) {
  const t = useT();
  return (
    <>
      {general && <Notice tone="danger">{general}</Notice>}
      <div className={table.save} data-foot>
        <ActionButton onAct={save} onError={fail} disabled={!dirty} data-testid="save-group">{t('window.save')}</ActionButton>
        {dirty && <Button variant="default" onClick={undo}>{t('window.groups.portal.undo')}</Button>}
      </div>
    </>
  );
}
