import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { api, type Found } from '~/api';
import { Icon, type IconName } from '~/components/Icon';
import { hasText, tDynamic, useLang, useT, type Key } from '~/i18n';
import { chooseLang, chooseScheme } from './preferences';
import { sectionGroups } from '~/screens/settings/sections';
import { actsOf, useMay, type Permission } from './may';
import { allPlaces } from './places';
import css from './shell.module.css';

type Choice = { id: string; title: string; subtitle?: string; right?: string; icon: IconName; to?: string; may?: Permission; run: () => void };
const sections = sectionGroups.flatMap((g) => g.sections);
const plain = (s: string) => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
// Whom before what: a name typed is most often a customer looked for.
const order = ['customer', 'access_request', 'contract', 'conversation', 'document', 'recurring', 'item', 'payment'];
const byKind = (found: Found[]) => [...found].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
const icons: Record<string, IconName> = { document: 'invoice', customer: 'customers', item: 'items', payment: 'payments', recurring: 'refresh', access_request: 'customers', contract: 'contract', conversation: 'question' };

// What sections of the settings do when they are asked (useAsked), and who may.
const acts: [string, Key, string, Permission?][] = [['user', 'window.users.new', 'users', 'users'], ['token', 'window.api.token_new', 'api', 'configure'], ['holidays', 'window.hours.holidays', 'chat', 'configure'],
  ['password', 'window.account.password_change', 'administrator']];

function useCommands(onHelp: () => void): Choice[] {
  const t = useT();
  const lang = useLang();
  const [, go] = useLocation();
  return useMemo(() => [
    { id: 'new-invoice', title: t('window.command.new_invoice'), icon: 'plus', right: 'N', to: '/invoices/new', run: () => go('/invoices/new') },
    { id: 'new-quote', title: t('window.command.new_quote'), icon: 'plus', to: '/quotes/new', run: () => go('/quotes/new') },
    { id: 'new-customer', title: t('window.command.new_customer'), icon: 'plus', to: '/customers/new', run: () => go('/customers/new') },
    { id: 'new-conversation', title: t('window.inbox.new'), icon: 'plus', to: '/inbox?new=yes', run: () => go('/inbox?new=yes') },
    { id: 'canned', title: t('window.inbox.canned.title'), icon: 'pencil', to: '/inbox/canned', run: () => go('/inbox/canned') },
    { id: 'plans', title: t('window.command.go', { place: t('window.subscriptions.plans') }), icon: 'calendar', run: () => go('/plans') },
    { id: 'new-plan', title: t('window.command.new_plan'), icon: 'plus', to: '/plans/new', run: () => go('/plans/new') },
    { id: 'contracts-calendar', title: t('window.command.contracts_calendar'), icon: 'calendar', run: () => go('/contracts/calendar') },
    { id: 'new-contract', title: t('window.command.new_contract'), icon: 'plus', to: '/contracts/new', run: () => go('/contracts/new') },
    { id: 'verify', title: t('window.centres.verify.title'), icon: 'good', run: () => go('/contracts/verify') },
    { id: 'new-item', title: t('window.command.new_item'), icon: 'plus', to: '/items/new', run: () => go('/items/new') },
    { id: 'ways', title: t('window.palette.gateways'), icon: 'payments', run: () => go('/settings/payments') },
    { id: 'attempts', title: t('window.gateways.attempts'), icon: 'refresh', run: () => go('/payments/attempts') },
    { id: 'payouts', title: t('window.payouts.title'), icon: 'payments', run: () => go('/payments/payouts') },
    { id: 'announced', title: t('window.gateways.announced'), icon: 'payments', run: () => go('/payments/announced') },
    { id: 'check', title: t('window.command.check'), icon: 'good', run: () => go('/books/check') },
    { id: 'account', title: t('window.billingaccount.title'), icon: 'books', run: () => go('/account') },
    { id: 'faq', title: t('window.command.go', { place: t('window.faq.title') }), icon: 'question', run: () => go('/faq') },
    ...acts.map(([name, title, section, may]): Choice => ({ id: name, title: t(title), icon: 'settings', may, right: t('window.nav.settings'), run: () => go(`/settings/${section}?do=${name}`) })),
    ...allPlaces.map((p): Choice => ({ id: p.href, title: t('window.command.go', { place: t(p.label) }), icon: p.icon, right: p.keys && `G ${p.keys.toUpperCase()}`, run: () => go(p.href) })),
    ...sections.map((s): Choice => ({ id: `settings-${s.id}`, title: t(s.label), subtitle: t(s.hint), icon: 'settings', right: t('window.nav.settings'), run: () => go(`/settings/${s.id}`) })),
    { id: 'light', title: t('window.command.theme.light'), icon: 'sun', run: () => chooseScheme('light') },
    { id: 'dark', title: t('window.command.theme.dark'), icon: 'moon', run: () => chooseScheme('dark') },
    { id: 'lang', title: t('window.command.language'), icon: 'portal', run: () => void chooseLang(lang === 'fr' ? 'en' : 'fr') },
    { id: 'help', title: t('window.command.shortcuts'), icon: 'keyboard', right: '?', run: onHelp },
  ], [t, lang, go, onHelp]);
}

/** Ctrl+K: what the program knows and what it can do, by typing. */
export function Palette({ opened, onClose, onHelp }: { opened: boolean; onClose: () => void; onHelp: () => void }) {
  const t = useT();
  return (
    <Modal.Root opened={opened} onClose={onClose} size={620} padding={0} yOffset="12vh" centered={false} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('window.palette.label')}><PaletteBody onClose={onClose} onHelp={onHelp} /></Modal.Content>
    </Modal.Root>
  );
}

function PaletteBody({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const t = useT();
  const [, go] = useLocation();
  const id = useId();
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const [asked] = useDebouncedValue(words.trim(), 70);
  const list = useRef<HTMLDivElement>(null);
  const may = useMay();
  const offered = useCommands(onHelp);
  const commands = useMemo(() => offered.filter((c) => may(c.may ?? (c.to ? actsOf(c.to) : ''))), [offered, may]);
  const search = useQuery({ queryKey: ['search', asked], queryFn: () => api.system.search(asked), enabled: asked.length > 1, placeholderData: (b) => b });
  const found = search.data ?? [];
  const typed = words.trim();
  const answered = asked === typed && (asked.length < 2 || search.isError || search.isSuccess && !search.isPlaceholderData);
  const [entered, setEntered] = useState(''); // Enter came before the answer about these words
  const matching = useMemo(() => commands.filter((c) => plain(`${c.title} ${c.subtitle ?? ''}`).includes(plain(words.trim()))), [commands, words]);
  const results: Choice[] = asked.length > 1 && words.trim().length > 1 ? byKind(found).map((r) => ({
    id: r.kind + r.id, title: r.title, subtitle: r.subtitle, icon: icons[r.kind] ?? 'right', run: () => go(r.href),
    right: hasText(`window.palette.kind.${r.kind}`) ? tDynamic(`window.palette.kind.${r.kind}`) : undefined,
  })) : [];
  const all = [...results, ...matching];
  useEffect(() => setAt(0), [words, asked]);
  useEffect(() => { list.current?.querySelector('[data-on]')?.scrollIntoView({ block: 'nearest' }); }, [at]);
  const run = (c?: Choice) => { if (c) { onClose(); c.run(); } };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); setAt((i) => (i + (e.key === 'ArrowDown' ? 1 : -1) + all.length) % Math.max(all.length, 1)); }
    if (e.key === 'Enter') { e.preventDefault(); if (answered || at > 0) run(all[at]); else setEntered(typed); }
  };
  useEffect(() => {
    if (entered && entered !== typed) setEntered('');
    if (!entered || entered !== typed || !answered) return;
    setEntered('');
    run(all[0]);
  });
  const row = (c: Choice, i: number) => (
    <div key={c.id} id={`${id}-${i}`} role="option" aria-selected={i === at} data-on={i === at || undefined} className={css.option} onMouseMove={() => setAt(i)} onClick={() => run(c)}>
      <Icon name={c.icon} /><span>{c.title}{c.subtitle && <small>{c.subtitle}</small>}</span>{c.right && <em>{c.right}</em>}
    </div>
  );
  return (
    <div className={css.palette}>
      <div className={css.paletteTop}><Icon name="search" /><input className={css.paletteInput} data-autofocus autoFocus value={words} onChange={(e) => setWords(e.currentTarget.value)} onKeyDown={onKey} placeholder={t('window.palette.placeholder')} aria-label={t('window.palette.placeholder')}
        role="combobox" aria-expanded="true" aria-controls={id} aria-activedescendant={all.length ? `${id}-${at}` : undefined} autoComplete="off" spellCheck={false} /></div>
      <div className={css.paletteList} ref={list} role="listbox" id={id} aria-label={t('window.palette.label')} tabIndex={-1}>
        {results.length > 0 && <div className={css.paletteGroup} role="presentation">{t('window.palette.results')}</div>}
        {results.map((c, i) => row(c, i))}
        {matching.length > 0 && <div className={css.paletteGroup} role="presentation">{t('window.palette.commands')}</div>}
        {matching.map((c, i) => row(c, results.length + i))}
        {all.length === 0 && <div className="soft" style={{ padding: 12 }} role="option" aria-disabled="true" aria-selected="false">{t('window.palette.none', { words })}</div>}
      </div>
      <div className={css.paletteFoot}>{t('window.palette.hint')}</div>
    </div>
  );
}
