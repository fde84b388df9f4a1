import { createContext, useContext, useEffect, useId } from 'react';
import { useGuard } from '~/app/router';
import { t } from '~/i18n';
import { confirm } from './Confirm';

/** Told by what is below whether it holds something unsaved: a section of the settings keeps it while it is folded. */
export const Holding = createContext<((who: string, unsaved: boolean) => void) | null>(null);

/** While unsaved says so, whoever leaves the page is asked first, whatever leads away. */
export function useUnsaved(unsaved: () => boolean) {
  const who = useId();
  const tell = useContext(Holding);
  const holds = unsaved();
  useEffect(() => { tell?.(who, holds); return () => tell?.(who, false); }, [tell, who, holds]);
  useGuard(unsaved, mayDrop);
}

/** Asks whether what is unsaved may be dropped. */
export const mayDrop = () => confirm({ title: t('window.unsaved.leave'), body: t('window.unsaved.text'), verb: t('window.unsaved.leave'), keep: t('window.unsaved.stay') });
