import type { Translate } from '~/i18n';

const browsers = [['Edg', 'Edge'], ['OPR/', 'Opera'], ['SamsungBrowser', 'Samsung Internet'], ['Firefox', 'Firefox'], ['FxiOS', 'Firefox'], ['CriOS', 'Chrome'], ['Chrom', 'Chrome'], ['Safari', 'Safari']] as const;
const systems = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS', 'Mac'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']] as const;
const find = (agent: string, list: readonly (readonly [string, string])[]) => list.find(([sign]) => agent.includes(sign))?.[1] ?? '';

/** A browser's own description made short, as the portal does it: what it is and what it runs on. */
export function deviceName(agent: string, t: Translate): string {
  const [browser, system] = [find(agent, browsers), find(agent, systems)];
  if (browser && system) return t('window.account.device', { browser, system });
  return browser || system || agent.slice(0, 60) || t('window.account.device_unknown');
}
