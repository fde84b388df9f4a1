// Each tab has its own address, so that leaving one with unsaved changes is leaving a page.
export const home = '/settings/groups';
export const tabs = ['main', 'portal', 'mails'] as const;
export type Tab = (typeof tabs)[number];
export const tabPath = (id: string, tab: Tab) => `${home}/${id || 'new'}${tab === 'main' ? '' : `/${tab}`}`;
