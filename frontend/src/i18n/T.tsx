import { useT, type Key, type Values } from './index';

/** One text of the catalogue in JSX. */
export function T({ k, values }: { k: Key; values?: Values }) {
  const t = useT();
  return <>{t(k, values)}</>;
}
