import { api, type AuditQuery, type ContractQuery, type ListQuery } from '~/api';
import { t } from '~/i18n';
import type { Action } from './layout';
import { saveFile } from './toast';

/** Two entries for the menu of a list: what is shown, as a file (app/listfile.go says which lists there are). */
export const exportMenu = (list: string, query: ListQuery | AuditQuery | ContractQuery & { from: string; to: string }): Action[] => [
  { label: t('window.export.as_csv'), icon: 'download', onClick: () => void saveFile(api.listHref(list, 'csv', query)) },
  { label: t('window.export.as_xlsx'), icon: 'download', onClick: () => void saveFile(api.listHref(list, 'xlsx', query)) },
];
