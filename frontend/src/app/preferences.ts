// Language and theme change at once here, and Go keeps them for the next start and for the other windows.
import { api, type Status } from '~/api';
import { client } from '~/api/client';
import { lang, setLang, type Lang } from '~/i18n';
import { currentScheme, setScheme, type Scheme } from '~/theme/scheme';

async function keep() {
  const status = client.getQueryData<Status>(['status']);
  if (!status?.company) return;
  const part = { language: lang(), theme: currentScheme() };
  client.setQueryData<Status>(['status'], { ...status, company: { ...status.company, ...part }, user: status.user ? { ...status.user, ...part } : status.user } as Status);
  try { await api.system.setPreferences(part.language, part.theme); } catch { /* chosen here all the same; kept with the next choice */ }
}
export async function chooseLang(next: Lang) {
  await setLang(next);
  await keep();
  // Much of what Go answers is written in the reader's language.
  await client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'editor' && !String(q.queryKey[0]).endsWith('-form') });
}
export function chooseScheme(next: Scheme) {
  setScheme(next);
  void keep();
}
