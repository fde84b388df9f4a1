// What another primary contact would mail, said before it is done.
import type { SwapPlan } from '~/api';
import { t } from '~/i18n';

type Who = { name: string; email: string; portalAccess: boolean };

/** One line a mail that goes, and one for each that does not, with the reason. */
export function swapWords(plan: SwapPlan, from: Who | undefined, to: Who): string[] {
  const line = (role: 'new' | 'old', tell: boolean, who: Who) => {
    const args = { name: who.name || who.email, email: who.email };
    if (tell && who.email && who.portalAccess) return t(`window.contacts.swap.${role}_told`, args);
    return t(tell ? 'window.contacts.swap.no_way' : `window.contacts.swap.${role}_untold`, args);
  };
  return [line('new', plan.tellNew, to), ...(from ? [line('old', plan.tellOld, from)] : [])];
}
