// The window's screens of contracts, on two contracts of their own: one that runs and one that is being made. Used by pages.mjs.
import { rpc } from './lib.mjs';

const made = async (page, customerId, key, part, milestones = []) => {
  const { form } = await rpc(page, 'Contracts.Edit', '', customerId);
  const c = await rpc(page, 'Contracts.Save', { ...form, ...part }, `key-axe-contract-${key}`);
  for (const [i, m] of milestones.entries()) await rpc(page, 'Contracts.SaveMilestone', c.id, { id: '', version: 0, title: '', description: '', dueOn: '', state: 'open', doneOn: '', late: false, amountMinor: 0, bill: 'invoice', inPortal: true, used: false, ...m }, `key-axe-contract-${key}-${i}`);
  return c;
};

export async function contractScreens(page, customerId) {
  const runs = await made(page, customerId, 'runs', { title: 'Maintenance du parc informatique et de la téléphonie', startOn: '2026-03-01', endOn: '2027-02-28', renewal: 'tacit', renewalMonths: 12, noticeCount: 3, noticeUnit: 'month', valueMinor: 1_250_000, notes: 'Remise promise au bout de deux ans.',
    description: '## Étendue\n\nDeux **visites** par mois, sur place ou à distance.\n\n- postes et serveurs\n- téléphonie' }, [{ title: 'Acompte à la commande', dueOn: '2026-03-01', amountMinor: 250_000, bill: 'deposit' }, { title: 'Livraison du premier lot de postes et du serveur', dueOn: '2026-09-12', amountMinor: 500_000 }, { title: 'Réception', dueOn: '2027-01-15', amountMinor: 500_000 }]);
  const first = (await rpc(page, 'Contracts.Milestones', runs.id))[0];
  await rpc(page, 'Contracts.MilestoneDone', runs.id, first.id, first.version, true, '2026-03-02');
  await rpc(page, 'Contracts.MarkSigned', { id: runs.id, version: runs.version, on: '2026-02-20', reason: '' }, 'key-axe-contract-signed');
  const drafted = await made(page, customerId, 'draft', { title: 'Hébergement', startOn: '2026-01-01', endOn: '2026-12-31', renewal: 'express', renewalMonths: 12 });
  await rpc(page, 'Contracts.MarkSigned', { id: drafted.id, version: drafted.version, on: '2026-01-01', reason: '' }, 'key-axe-contract-signed-2');
  const open = await made(page, customerId, 'open', { title: 'Audit de sécurité' });
  const contacts = (await rpc(page, 'ContractSharing.Contacts', { words: '', customerId: '', access: 'in', sort: '', desc: false, cursor: '', limit: 100 })).rows;
  const [someone, elsewhere] = [contacts[0], contacts.find((c) => c.customerId !== customerId).name.split(' ')[0]];
  await rpc(page, 'Contracts.Comment', runs.id, 'Le premier lot de postes arrive lundi matin.', 'key-axe-contract-comment');
  const at = (id, tab = '') => `/contracts/${id}${tab && `/${tab}`}`;
  const openMenu = async (p) => { await p.getByRole('button', { name: /actions/i }).first().click(); await p.getByRole('menuitem').first().waitFor(); };
  const menu = (words, then) => async (p) => { await p.getByRole('button', { name: /actions/i }).first().click(); await p.getByRole('menuitem', { name: words }).click(); await p.getByTestId(then).waitFor(); };
  return [
    { name: 'contracts', path: '/contracts' },
    { name: 'contracts-none', path: '/contracts?words=zzzzzz' },
    { name: 'contracts-filter', path: '/contracts', act: async (p) => { await p.getByTestId('contract-filters').click(); await p.getByTestId('filter-type').waitFor(); } },
    { name: 'contracts-calendar', path: '/contracts/calendar?month=2026-11' },
    { name: 'contracts-day', path: '/contracts/calendar?month=2026-11', act: async (p) => { await p.locator('[data-day], [data-testid="agenda"]').first().waitFor(); const day = p.locator('[data-day="2026-11-28"]'); if (await day.count()) { await day.focus(); await p.keyboard.press('Enter'); await p.getByRole('dialog').waitFor(); } } },
    { name: 'contract-new', path: '/contracts/new' },
    { name: 'contract-refused', path: '/contracts/new', act: async (p) => { await p.getByTestId('contract-save').click(); await p.locator('.mantine-InputWrapper-error').first().waitFor(); } },
    { name: 'contract-edit', path: at(runs.id, 'edit'), act: (p) => p.getByTestId('contract-look').click() },
    { name: 'contract', path: at(runs.id) },
    { name: 'contract-menu', path: at(runs.id), act: openMenu },
    { name: 'contract-show-not', path: at(open.id), act: menu(/Montrer au client|Show to the customer/, 'show-share') },
    { name: 'contract-draft', path: at(open.id) },
    { name: 'contract-milestones', path: at(runs.id, 'milestones') },
    { name: 'contract-milestones-empty', path: at(open.id, 'milestones') },
    { name: 'contract-schedule', path: at(runs.id, 'schedule') },
    { name: 'contract-files', path: at(runs.id, 'files') },
    { name: 'contract-comments', path: at(runs.id, 'comments') },
    { name: 'contract-history', path: at(runs.id, 'history') },
    { name: 'contract-signed', path: at(open.id), act: menu(/Marquer comme signé|Mark as signed/, 'signed-on') },
    { name: 'contract-renew', path: at(drafted.id), act: menu(/Renouveler|Renew/, 'renew-look') },
    { name: 'contract-end', path: at(runs.id), act: menu(/Terminer|^End/, 'end-on') },
    { name: 'contract-share', path: at(open.id), act: menu(/Afficher dans le portail|Show in the customer/, 'share') },
    { name: 'contract-share-elsewhere', path: at(open.id), act: async (p) => { await menu(/Afficher dans le portail|Show in the customer/, 'share')(p); await p.locator('input[data-testid="share-watchers"], [data-testid="share-watchers"] input').first().fill(elsewhere); await p.getByTestId('share-elsewhere').waitFor(); await p.getByTestId('share-files').focus(); } },
    { name: 'contact-list', path: '/settings/portal/contacts' },
    { name: 'contact-list-none', path: '/settings/portal/contacts?words=zzzzzz' },
    { name: 'contact-card', path: '/settings/portal/contacts', act: async (p) => { await p.getByText(someone.name).first().click(); await p.getByTestId('contact-move').waitFor(); } },
    { name: 'contact-move', path: '/settings/portal/contacts', act: async (p) => { await p.getByText(someone.name).first().click(); await p.getByTestId('contact-move').click(); await p.getByTestId('move-said').waitFor(); } },
    { name: 'contract-missing', path: '/contracts/nothing' },
    { name: 'settings-contracts', path: '/settings/contracts' },
    { name: 'customer-contracts', path: `/customers/${customerId}`, act: (p) => p.getByTestId('customer-contract').scrollIntoViewIfNeeded() },
  ];
}
