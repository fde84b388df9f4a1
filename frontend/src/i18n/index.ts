// Texts for people: one catalogue for both sides (core/locale/texts), chosen here, changed without reload.
import { setupI18n, type Messages } from '@lingui/core';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Key } from './keys';

export type Lang = 'fr' | 'en';
export type Values = Record<string, string | number | undefined>;
export type Translate = (key: Key, values?: Values) => string;
export type { Key };

const i18n = setupI18n({ missing: (_, id) => id });
const load: Record<Lang, () => Promise<{ default: Messages }>> = {
  fr: () => import('virtual:texts/fr'),
  en: () => import('virtual:texts/en'),
};

const isLang = (s: unknown): s is Lang => s === 'fr' || s === 'en';
// What the person chose before; else what the company says (see setLang at start); else the system.
export function storedLang(): Lang | undefined {
  const s = localStorage.getItem('lang');
  return isLang(s) ? s : undefined;
}
export const systemLang = (): Lang => (navigator.language.startsWith('en') ? 'en' : 'fr');

export async function activate(lang: Lang) {
  const { default: messages } = await load[lang]();
  document.documentElement.lang = lang;
  i18n.loadAndActivate({ locale: lang, messages });
}
export async function setLang(lang: Lang) {
  localStorage.setItem('lang', lang);
  await activate(lang);
}

export const lang = (): Lang => (i18n.locale === 'en' ? 'en' : 'fr');
export const t: Translate = (key, values) => i18n._(key, values);
/** A key built from data (a state, an event): known only at run time. */
export const tDynamic = (key: string, values?: Values): string => i18n._(key, values);
export const hasText = (key: string): boolean => key in i18n.messages;

const subscribe = (l: () => void) => i18n.on('change', l);
export const useLang = (): Lang => useSyncExternalStore(subscribe, lang);
/** t for a component: a new function when the language changes, so that memos notice. */
export function useT(): Translate {
  const l = useLang();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the language is what the texts depend on
  return useMemo<Translate>(() => (key, values) => t(key, values), [l]);
}

/** t in a language that need not be the reader's own: for a page that is handed to somebody else. Undefined until it is there. */
export function useTIn(wanted: Lang): Translate | undefined {
  const [made, setMade] = useState<{ lang: Lang; t: Translate }>();
  useEffect(() => {
    let gone = false;
    void load[wanted]().then(({ default: messages }) => {
      const own = setupI18n({ missing: (_, id) => id });
      own.loadAndActivate({ locale: wanted, messages });
      if (!gone) setMade({ lang: wanted, t: (key, values) => own._(key, values) });
    });
    return () => { gone = true; };
  }, [wanted]);
  return made?.lang === wanted ? made.t : undefined;
}
