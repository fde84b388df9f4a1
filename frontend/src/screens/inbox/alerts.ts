// A word on the desktop when a customer writes, or when the bell rings: a request, a payment, an approval. Off until the person asks for it on this machine; what was said is left
// out unless that is asked for too, since a notification may show on a locked screen.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { api, inWindow, on, type InboxRow } from '~/api';
import { navigate } from '~/app/router';
import { setUnread } from '~/app/title';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

export type AlertMode = 'off' | 'plain' | 'words';
const listeners = new Set<() => void>();
const stored = (): AlertMode => { const s = localStorage.getItem('alerts'); return s === 'plain' || s === 'words' ? s : 'off'; };
export const useAlertMode = (): AlertMode => useSyncExternalStore((l) => { listeners.add(l); return () => { listeners.delete(l); }; }, stored);

/** Asks the browser where it has to be asked; what it refuses stays off. */
export async function chooseAlerts(mode: AlertMode): Promise<boolean> {
  if (mode !== 'off' && !inWindow) {
    if (!('Notification' in window)) return false;
    const said = Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission;
    if (said !== 'granted') { localStorage.setItem('alerts', 'off'); listeners.forEach((l) => l()); return false; }
  }
  localStorage.setItem('alerts', mode);
  listeners.forEach((l) => l());
  return true;
}

const hrefOf = (a: InboxRow) => (a.kind === 'request' ? `/requests/${a.id}` : `/inbox/${a.kind}/${a.id}`);
const looking = (a: InboxRow) => document.visibilityState === 'visible' && document.hasFocus() && window.location.hash.includes(a.id);

/** What waits, for the menu. */
export const usePulse = () => useQuery({ queryKey: ['chat', 'pulse'], queryFn: api.conversations.pulse, refetchInterval: 60_000 }).data;

/** The same in the title and on the desktop: once for the whole window. */
export function useAlerts() {
  useBell();
  const t = useT();
  const mode = useAlertMode();
  const heard = useRef<string | null>(null);
  const pulse = usePulse();
  useEffect(() => on('open', (href) => { if (typeof href === 'string' && href.startsWith('/')) navigate(href); }), []); // pressed on the desktop: the window says where it leads
  useEffect(() => { if (pulse) setUnread(pulse.counts.unread); }, [pulse]);
  useEffect(() => {
    if (!pulse) return;
    const before = heard.current;
    heard.current = pulse.arrived.reduce((last, a) => (a.at > last ? a.at : last), before ?? '');
    if (before === null || mode === 'off') return;
    for (const a of pulse.arrived.filter((x) => x.at > before && !looking(x)).slice(0, 3)) {
      const title = mode === 'words' ? t('window.inbox.alerts.from', { name: a.contact || a.customerName }) : t('window.inbox.alerts.plain');
      void show(title, mode === 'words' ? a.text : '', a.kind + a.id, hrefOf(a));
    }
  }, [pulse, mode, t]);
}

/** What the bell tells, but conversations, which are told as they come. */
function useBell() {
  const t = useT();
  const mode = useAlertMode();
  const { lang } = useFormat();
  const heard = useRef<string | null>(null);
  const { data } = useQuery({ queryKey: ['notifications', lang], queryFn: api.system.notifications });
  useEffect(() => {
    if (!data) return;
    const before = heard.current;
    heard.current = data.reduce((last, n) => (n.at > last ? n.at : last), before ?? '');
    if (before === null || mode === 'off' || (document.visibilityState === 'visible' && document.hasFocus())) return;
    for (const n of data.filter((x) => !x.read && x.at > before && !x.href.startsWith('/inbox')).slice(0, 3)) {
      void show(mode === 'words' ? n.text : t('window.inbox.alerts.event'), '', n.id, n.href);
    }
  }, [data, mode, t]);
}

async function show(title: string, body: string, tag: string, href: string) {
  if (inWindow) { await api.conversations.alert(title, body, href).catch(() => false); return; }
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const n = new Notification(title, { body, tag });
  n.onclick = () => { window.focus(); if (href) navigate(href); n.close(); };
}
