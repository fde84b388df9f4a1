// Coming and going: what the window keeps and what it forgets.
import { api, giveUp, goOn, reopen, type UserMark } from '~/api';
import { client } from '~/api/client';
import { setLang } from '~/i18n';
import { forgetUnsaved, mayLeave, navigate } from './router';

const all = () => ({ predicate: (q: { queryKey: readonly unknown[] }) => q.queryKey[0] !== 'status' });

/** Somebody signed in. The same person goes on where they were; for another one the window starts afresh. */
export async function arrived(user: UserMark | null | undefined, before: string | undefined) {
  const same = !before || before === user?.id;
  if (!same) {
    giveUp();
    forgetUnsaved();
    navigate('/', { replace: true });
    client.removeQueries(all());
  }
  if (user?.language === 'fr' || user?.language === 'en') await setLang(user.language);
  await client.invalidateQueries({ queryKey: ['status'] });
  reopen();
  if (same) goOn();
  void client.invalidateQueries(all());
}

/** Signs out, unless something unsaved would be lost and the person stays. */
export async function signOut() {
  if (!await mayLeave()) return;
  await api.account.signOut();
  giveUp();
  navigate('/', { replace: true });
  client.removeQueries(all());
  await client.invalidateQueries({ queryKey: ['status'] });
}

/** The code of a mail's link: /choose#… and /confirm#…, taken out of the address at once. */
export function takeLinkToken(): string {
  if (!/^\/(choose|confirm)$/.test(location.pathname)) return '';
  const token = location.hash.slice(1);
  history.replaceState(null, '', '/#/');
  return token;
}
