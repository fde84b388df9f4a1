// Every screen of the window and every page of the portal, with what must be there first. Used by axe.mjs.
import { accessPages, accessScreens, prepareAccess } from './access-pages.mjs';
import { centreScreens } from './centre-pages.mjs';
import { inboxScreens } from './inbox-pages.mjs';
import { contractScreens } from './contract-pages.mjs';
import { accountScreens } from './door-pages.mjs';
import { contractPages, prepareContracts } from './contract-portal-pages.mjs';
import { assert, leave, listQuery, rpc, until } from './lib.mjs';
import { deskOfRequests, prepareRequests, requestPages } from './requests-pages.mjs';

/** Screens of the desk on the demo company; act brings a screen into the state that is meant. */
export async function screens(page) {
  const first = async (method, query = {}) => (await rpc(page, method, { ...listQuery, ...query })).rows[0];
  const [draft, open, overdue, paid] = await Promise.all(['draft', 'open', 'overdue', 'paid'].map((state) => first('Invoices.List', { state })));
  const [customer, item, mail, payment] = await Promise.all(['Customers.List', 'Items.List', 'Mail.List', 'Payments.List'].map((m) => first(m)));
  const [rest, struck] = await Promise.all(['unapplied', 'cancelled'].map((state) => first('Payments.List', { state })));
  const [quoteDraft, quoteWaiting, quoteAgreed, quoteInvoiced, quoteRefused, quoteOld] = await Promise.all(['draft', 'waiting', 'approved', 'converted', 'refused', 'superseded'].map((state) => first('Quotes.List', { state })));
  const [creditDone, creditOpen] = await Promise.all(['paid', 'open'].map((state) => first('Credits.List', { state })));
  const template = await first('Recurring.List', { state: 'active', sort: 'next', desc: false });
  const announced = await first('Invoices.List', { state: 'announced' });
  const attempts = (await rpc(page, 'Gateways.Attempts', { ...listQuery, limit: 100 })).rows;
  const attempt = attempts[0];
  const online = (await rpc(page, 'Payments.List', { ...listQuery, limit: 500 })).rows.find((r) => r.gateway && !r.refundedMinor && !r.cancelled);
  let kept = '';
  for (const id of new Set(attempts.map((a) => a.customerId))) if (!kept && (await rpc(page, 'Gateways.Kept', id)).length) kept = id;
  const balance = await rpc(page, 'Books.TrialBalance', '', '');
  const account = balance.rows.find((r) => r.account.startsWith('411') && !r.provisional)?.account ?? balance.rows[0].account;
  const { mandate, bankFile } = await direct(page, customer.publicId);
  const subscriptions = (await rpc(page, 'Subscriptions.List', { ...listQuery, method: '', limit: 100 })).rows;
  const subscribed = (state) => { const s = subscriptions.find((r) => r.state === state); assert(s, `no subscription is ${state}`); return s.id; };
  const plan = await offered(page);
  const group = (await rpc(page, 'Groups.List'))[0].publicId;
  const key = (...keys) => async (p) => { for (const k of keys) await p.keyboard.press(k); };
  const click = (...ids) => async (p) => { for (const id of ids) await p.getByTestId(id).first().click(); };
  return [
    { name: 'home', path: '/' },
    { name: 'palette', path: '/', act: async (p) => { await key('Control+k')(p); await p.keyboard.type('fact'); await p.getByRole('option').first().waitFor(); } },
    { name: 'notifications', path: '/', act: (p) => p.locator('header button[aria-haspopup]').first().click() },
    { name: 'help', path: '/', act: key('Shift+?') },
    { name: 'invoices', path: '/invoices' },
    { name: 'invoices-overdue', path: '/invoices?state=overdue' },
    { name: 'remind', path: '/invoices?state=overdue&remind=1', act: async (p) => { await p.getByTestId('planned-mail').first().waitFor(); } },
    { name: 'invoices-none', path: '/invoices?words=zzzzzz' },
    { name: 'invoices-chosen', path: '/invoices', act: async (p) => { const box = p.getByRole('checkbox').nth(1); if (await box.isVisible()) await box.check(); } },
    { name: 'invoice-new', path: '/invoices/new' },
    { name: 'invoice-refused', path: '/invoices/new', act: click('send') },
    { name: 'invoice-draft', path: `/invoices/${draft.id}/edit` },
    { name: 'customer-beside', path: '/invoices/new', act: async (p) => { await p.getByTestId('customer').fill('Nouvelle Maison'); await p.getByRole('option').last().click(); await p.getByTestId('save-customer').waitFor(); } },
    { name: 'invoice-open', path: `/invoices/${open.id}` },
    { name: 'invoice-menu', path: `/invoices/${open.id}`, act: async (p) => { await p.getByRole('button', { name: /actions/i }).first().click(); await p.getByRole('menuitem').first().waitFor(); } },
    { name: 'invoice-overdue', path: `/invoices/${overdue.id}` },
    { name: 'invoice-paid', path: `/invoices/${paid.id}` },
    announced && { name: 'invoice-announced', path: `/invoices/${announced.id}` },
    { name: 'invoice-missing', path: '/invoices/nothing' },
    { name: 'credits', path: '/credits' },
    { name: 'credit-new', path: '/credits/new' },
    { name: 'credit-applied', path: `/credits/${creditDone.id}` },
    { name: 'credit-to-use', path: `/credits/${creditOpen.id}` },
    { name: 'credit-making', path: `/invoices/${open.id}`, act: async (p) => { await p.getByRole('button', { name: /actions/i }).first().click(); await p.getByRole('menuitem', { name: /avoir|credit note/i }).click(); await p.getByTestId('credit-totals').waitFor(); await p.locator('label', { hasText: /Des lignes|^Lines/ }).last().click(); } },
    { name: 'quotes', path: '/quotes' },
    { name: 'quote-new', path: '/quotes/new' },
    { name: 'quote-draft', path: `/quotes/${quoteDraft.id}/edit` },
    { name: 'quote-waiting', path: `/quotes/${quoteWaiting.id}` },
    { name: 'quote-approving', path: `/quotes/${quoteWaiting.id}`, act: async (p) => { await p.getByTestId('note-approval').click(); await p.getByTestId('decide').waitFor(); } },
    { name: 'quote-approved', path: `/quotes/${quoteAgreed.id}` },
    { name: 'quote-invoiced', path: `/quotes/${quoteInvoiced.id}` },
    { name: 'quote-refused', path: `/quotes/${quoteRefused.id}` },
    { name: 'quote-old', path: `/quotes/${quoteOld.id}` },
    ...await inboxScreens(page),
    { name: 'recurring', path: '/recurring' },
    { name: 'recurring-one', path: `/recurring/${template.id}` },
    { name: 'recurring-edit', path: `/recurring/${template.id}/edit`, act: (p) => p.getByTestId('coming').waitFor() },
    { name: 'recurring-new', path: `/recurring/new?invoice=${open.id}`, act: (p) => p.getByTestId('coming').waitFor() },
    { name: 'recurring-free', path: '/recurring/new', act: async (p) => { await p.getByTestId('unit').selectOption('free'); } },
    { name: 'catch-up', path: '/catch-up' },
    { name: 'customers', path: '/customers' },
    { name: 'customer', path: `/customers/${customer.publicId}` },
    { name: 'customer-files', path: `/customers/${customer.publicId}`, act: async (p) => { await p.getByTestId('file-input').setInputFiles({ name: 'plan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') }); await p.getByTestId('share-files').waitFor(); } },
    { name: 'customer-data', path: `/customers/${customer.publicId}`, act: async (p) => { const b = p.locator('[data-testid^="export-"]').first(); await b.scrollIntoViewIfNeeded(); } },
    { name: 'customer-erase', path: `/customers/${customer.publicId}`, act: async (p) => { await p.locator('[data-testid^="erase-"]').first().click(); await p.getByText(/Ce qui part|What goes/).waitFor(); } },
    { name: 'customer-kept-for', path: `/customers/${customer.publicId}`, act: async (p) => { await p.getByTestId('kept-open').click(); await p.getByTestId('kept-list').waitFor(); } },
    { name: 'customer-new', path: '/customers/new' },
    { name: 'items', path: '/items' },
    { name: 'item', path: `/items/${item.publicId}` },
    { name: 'item-new', path: '/items/new' },
    { name: 'prices', path: '/prices', act: async (p) => { await p.locator('[data-cell="0-0"]').waitFor(); } },
    { name: 'price-list', path: '/prices', act: click('new-list') },
    { name: 'prices-raise', path: '/prices/raise', act: async (p) => { await p.getByTestId('raise-percent').fill('5'); await p.getByTestId('raise-preview').click(); await p.getByTestId('raise-apply').waitFor(); } },
    { name: 'import', path: '/import/customers' },
    { name: 'import-columns', path: '/import/items', act: async (p) => { await p.getByTestId('import-file').setInputFiles({ name: 'articles.csv', mimeType: 'text/csv', buffer: Buffer.from('Code;Prix\nAXE;abc\n') }); await p.getByTestId('import-check').waitFor(); } },
    { name: 'import-problems', path: '/import/invoices', act: async (p) => { await p.getByTestId('import-file').setInputFiles({ name: 'factures.csv', mimeType: 'text/csv', buffer: Buffer.from('Numéro;Client;Date;Total HT;TVA;Total TTC\nF-1;Inconnu;hier;100;20;120\n') }); await p.getByTestId('import-check').click(); await p.getByTestId('import-problems').waitFor(); } },
    { name: 'payments', path: '/payments' },
    { name: 'payment', path: `/payments?open=${payment.publicId}` },
    { name: 'payments-refunds', path: '/payments?state=refunds' },
    { name: 'payment-new', path: `/payments/new?customer=${customer.publicId}`, act: async (p) => { await p.getByTestId('amount').fill('150'); await p.getByTestId('split-sums').waitFor(); } },
    rest && { name: 'payment-rest', path: `/payments?open=${rest.publicId}`, act: async (p) => { await p.getByTestId('allocate').waitFor(); } },
    rest && { name: 'payment-allocate', path: `/payments?open=${rest.publicId}`, act: click('allocate') },
    rest && { name: 'payment-refund', path: `/payments?open=${rest.publicId}`, act: click('refund') },
    rest && { name: 'payment-cancel', path: `/payments?open=${rest.publicId}`, act: click('cancel') },
    online && { name: 'payment-online', path: `/payments?open=${online.publicId}`, act: async (p) => { await p.getByTestId('refund').waitFor(); } },
    online && { name: 'payment-refund-gateway', path: `/payments?open=${online.publicId}`, act: async (p) => { await p.getByText(/aucun argent|no money/).first().waitFor(); await p.getByTestId('refund').click(); await p.getByTestId('by-gateway').waitFor(); } },
    { name: 'attempts', path: '/payments/attempts', act: (p) => p.getByRole('row').nth(1).waitFor() },
    attempt && { name: 'attempt', path: `/payments/attempts?open=${attempt.publicId}` },
    { name: 'payouts', path: '/payments/payouts', act: (p) => p.getByTestId('payouts-practice').waitFor() },
    { name: 'payout-new', path: '/payments/payouts', act: async (p) => { await p.getByTestId('new-payout').click(); await p.getByTestId('payout-amount').waitFor(); } },
    { name: 'announced', path: '/payments/announced', act: (p) => p.getByTestId('announced').waitFor() },
    { name: 'announced-dismiss', path: '/payments/announced', act: async (p) => { await p.getByTestId('announced').getByRole('button').first().click(); await p.getByTestId('dismiss-word').waitFor(); } },
    { name: 'settings-payments', path: '/settings/payments', act: async (p) => { await p.getByTestId('way-cash').locator('summary').click(); await p.getByTestId('key-test').waitFor(); } },
    kept && { name: 'customer-kept', path: `/customers/${kept}`, act: (p) => p.getByTestId('kept-methods').waitFor() },
    struck && { name: 'payment-cancelled', path: `/payments?open=${struck.publicId}` },
    { name: 'debits', path: '/debits', act: (p) => p.locator('[data-testid="bank-files"]').waitFor() },
    { name: 'debits-mandates', path: '/debits?tab=mandates', act: (p) => p.locator('[data-testid="mandates"]').waitFor() },
    { name: 'debits-refunds', path: '/debits?tab=refunds' },
    { name: 'debits-new', path: '/debits/new', act: (p) => p.getByTestId('debit-sum').waitFor() },
    { name: 'mandate', path: `/debits?tab=mandates&mandate=${mandate}`, act: (p) => p.locator('[role="dialog"] details, [role="dialog"] button').first().waitFor() },
    { name: 'bank-file', path: `/debits/${bankFile}`, act: (p) => p.locator('[data-testid="file-lines"]').waitFor() },
    { name: 'bank-file-return', path: `/debits/${bankFile}`, act: async (p) => { await p.getByTestId('return-debit').first().click(); await p.getByTestId('save-return').waitFor(); } },
    { name: 'mandate-asking', path: `/customers/${customer.publicId}`, act: async (p) => { await p.getByTestId('ask-mandate').click(); await p.getByTestId('send-ask').waitFor(); } },
    { name: 'mandate-on-paper', path: `/customers/${customer.publicId}`, act: async (p) => { await p.getByTestId('paper-mandate').click(); await p.getByTestId('save-paper').click(); await p.locator('[role="dialog"] [aria-invalid="true"]').first().waitFor(); } },
    rest && { name: 'refund-by-file', path: `/payments?open=${rest.publicId}`, act: async (p) => { await p.getByTestId('refund').click(); const box = p.getByTestId('by-file'); if (await box.count()) await box.check(); } },
    { name: 'mail', path: '/mail' },
    { name: 'mail-one', path: `/mail?open=${mail.id}` },
    { name: 'mail-arrived', path: '/mail?state=arrived' },
    { name: 'balance', path: '/books/balance' },
    { name: 'statement', path: `/customers/${customer.publicId}/statement` },
    { name: 'statement-open', path: `/customers/${customer.publicId}/statement?kind=open_items` },
    { name: 'statement-mail', path: `/customers/${customer.publicId}/statement?kind=ageing`, act: async (p) => { await p.getByRole('button', { name: /courriel|e-mail/ }).first().click(); await p.locator('iframe').waitFor(); } },
    { name: 'ageing', path: '/books/ageing' },
    { name: 'ageing-items', path: '/books/ageing', act: async (p) => { await p.locator('tbody button:visible').first().click(); await p.locator('[role="dialog"] tbody tr').first().waitFor(); } },
    { name: 'subscriptions', path: '/subscriptions' },
    { name: 'subscription-new', path: '/subscriptions', act: async (p) => { await p.getByTestId('new-subscription').click(); await p.getByTestId('plan').waitFor(); } },
    ...['pending', 'active', 'past_due', 'cancelling', 'paused', 'ended'].map((state) => ({ name: `subscription-${state}`, path: `/subscriptions/${subscribed(state)}` })),
    { name: 'subscription-changing', path: `/subscriptions/${subscribed('active')}`, act: async (p) => { await p.getByTestId('change').click(); await p.getByTestId('do-change').waitFor(); } },
    { name: 'subscription-ending', path: `/subscriptions/${subscribed('active')}`, act: async (p) => { await p.getByRole('button', { name: /Plus d.actions|More actions/ }).click(); await p.getByRole('menuitem', { name: /^(Terminer|End)/ }).click(); await p.getByTestId('do-cancel').waitFor(); } },
    { name: 'plans', path: '/plans' },
    { name: 'plan', path: `/plans/${plan.id}` },
    { name: 'plan-new', path: '/plans/new' },
    { name: 'plan-poster', path: `/plans/${plan.id}/poster/${plan.link}` },
    { name: 'schedules', path: '/statements' },
    { name: 'schedule-new', path: '/statements', act: (p) => p.getByTestId('new').click() },
    { name: 'ledger', path: `/books/ledger/${account}` },
    { name: 'journals', path: '/books/journals' },
    { name: 'portal', path: '/portal' },
    ...['company', 'numbering', 'taxes', 'mail', 'portal'].map((s) => ({ name: `settings-${s}`, path: `/settings/${s}` })),
    { name: 'settings', path: '/settings' },
    { name: 'settings-administrator', path: '/settings/administrator', act: (p) => p.getByTestId('principal').waitFor() },
    { name: 'settings-password', path: '/settings/administrator', act: async (p) => { await p.getByTestId('change-password').click(); await p.locator('#password-rules').waitFor(); } },
    { name: 'settings-email', path: '/settings/administrator', act: async (p) => { await p.getByTestId('change-email').click(); await p.getByTestId('dialog-ok').waitFor(); } },
    { name: 'settings-delegate', path: '/settings/administrator', act: async (p) => { await p.getByTestId('add-delegate').click(); await p.getByTestId('candidate').fill('a'); await p.getByRole('option').first().waitFor(); } },
    ...accountScreens(),
    { name: 'settings-general', path: '/settings/general' },
    { name: 'settings-support', path: '/settings/support' },
    { name: 'settings-phone', path: '/settings/phone' },
    { name: 'settings-api', path: '/settings/api' },
    { name: 'settings-api-token', path: '/settings/api', act: async (p) => { await p.getByTestId('new-token').click(); await p.getByTestId('make-token').click(); await p.locator('[aria-invalid="true"]').first().waitFor(); } },
    { name: 'settings-api-webhook', path: '/settings/api', act: async (p) => { await p.getByTestId('new-webhook').click(); await p.getByTestId('webhook-url').waitFor(); } },
    { name: 'customers-suspended', path: '/customers?state=suspended' },
    { name: 'customer-suspend', path: `/customers/${customer.publicId}`, act: async (p) => { await p.getByRole('button', { name: /actions/i }).first().click(); await p.getByRole('menuitem', { name: /Suspendre|Suspend/ }).click(); await p.getByTestId('do-suspend').waitFor(); } },
    { name: 'settings-audit', path: '/settings/audit' },
    { name: 'billing-account', path: '/account' },
    { name: 'billing-month', path: `/account/${new Date().toISOString().slice(0, 7)}` },
    { name: 'announcements', path: '/announcements' },
    { name: 'faq', path: '/faq' },
    { name: 'settings-users', path: '/settings/users', act: (p) => p.getByTestId('roles').waitFor() },
    { name: 'settings-user-new', path: '/settings/users', act: async (p) => { await p.getByTestId('new-user').click(); await p.getByTestId('role-sales').waitFor(); } },
    { name: 'settings-colleagues', path: '/settings/colleagues', act: (p) => p.getByTestId('lan-on').waitFor({ state: 'attached' }) },
    { name: 'user-menu', path: '/', act: async (p) => { await p.getByTestId('user-menu').click(); await p.getByTestId('my-account').waitFor(); } },
    { name: 'settings-reminders', path: '/settings/reminders', act: (p) => p.locator('iframe').waitFor() },
    { name: 'settings-chat', path: '/settings/chat', act: async (p) => { await p.getByText(/Voir la semaine en tableau|See the week as a table/).click(); } },
    { name: 'settings-schedule', path: '/settings/chat', act: async (p) => { await p.getByTestId('schedule-work').first().click(); await p.getByTestId('save-schedule').waitFor(); } },
    { name: 'settings-event', path: '/settings/chat', act: async (p) => { await p.getByTestId('event-new').click(); await p.getByTestId('save-event').waitFor(); } },
    { name: 'settings-holidays', path: '/settings/chat', act: async (p) => { await p.getByTestId('holidays').click(); await p.getByTestId('holiday-year').waitFor(); } },
    { name: 'settings-charging', path: '/settings/charging' },
    { name: 'settings-groups', path: '/settings/groups' },
    { name: 'settings-group-new', path: '/settings/groups/new' },
    { name: 'settings-group', path: `/settings/groups/${group}`, act: (p) => p.getByTestId('use-portal').waitFor() },
    { name: 'settings-group-closing', path: `/settings/groups/${group}`, act: async (p) => { await p.getByTestId('use-portal').click(); await p.getByTestId('confirm').waitFor(); } },
    { name: 'settings-group-portal', path: `/settings/groups/${group}/portal`, act: async (p) => { await p.getByTestId('text-step_contact').getByRole('button').click(); await p.getByTestId('add-question').click(); await p.locator('iframe').first().waitFor(); } },
    ...await deskOfRequests(page),
    { name: 'customers-without-access', path: '/customers?state=no_access' },
    { name: 'invite-everybody', path: '/customers', act: async (p) => { await p.getByRole('button', { name: /actions/i }).first().click(); await p.getByRole('menuitem', { name: /sans accès|without access/i }).click(); await p.getByTestId('invite-send').waitFor(); } },
    { name: 'invite-running', path: '/customers', act: (p) => invited(p, true) },
    { name: 'invite-results', path: '/customers', act: (p) => invited(p, false) },
    { name: 'settings-portal-free', path: '/settings/portal', act: async (p) => { await p.getByTestId('registration-links').waitFor(); await p.locator('input[data-field="freeGroupId"]').click(); await p.getByRole('option').nth(1).click(); await p.getByTestId('confirm').waitFor(); } },
    { name: 'registration-mail', path: '/settings/portal', act: async (p) => { await p.getByTestId('registration-mail').first().click(); await p.getByTestId('registration-send').waitFor(); } },
    { name: 'registration-poster', path: `/groups/${group}/poster`, act: (p) => p.getByTestId('poster').waitFor() },
    { name: 'settings-group-mails', path: `/settings/groups/${group}/mails`, act: async (p) => { await p.getByTestId('open-invited').click(); await p.locator('iframe').first().waitFor(); } },
    ...await accessScreens(page),
    ...await contractScreens(page, customer.publicId),
    ...await centreScreens(page, customer.publicId),
    { name: 'nowhere', path: '/nowhere' },
  ].filter(Boolean);
}

/** A plan that has an open payment link, and that link. */
async function offered(page) {
  for (const { id } of (await rpc(page, 'Subscriptions.Plans')).rows) {
    const link = (await rpc(page, 'Subscriptions.Plan', id)).links.find((l) => l.url && l.state === 'open');
    if (link) return { id, link: link.id };
  }
  throw new Error('no plan has a payment link');
}

/** A mandate on paper and a file of direct debits, once: who asks again is given the same. */
async function direct(page, customerId) {
  const settings = await rpc(page, 'Sepa.Settings');
  if (!settings.ics) await rpc(page, 'Sepa.SaveSettings', { ...settings, ics: 'FR72ZZZ123456' });
  const open = (await rpc(page, 'Invoices.List', { ...listQuery, state: 'overdue', limit: 50 })).rows;
  const debtor = open.find((r) => r.currency === 'EUR')?.id;
  const owner = debtor ? (await rpc(page, 'Invoices.Get', debtor)).customerId : customerId;
  const paper = { key: 'key-axe-mandate', customerId: owner, scheme: 'CORE', oneOff: false, noticeDays: 14, rum: '', signedOn: '2026-01-15', name: 'Atelier Lumen', line1: '', postCode: '69001', city: 'Lyon', country: 'FR', iban: 'FR7610107001011234567890129', bic: '',
    fileName: 'mandat.pdf', file: Buffer.from('%PDF-1.7 mandat').toString('base64') };
  const mandate = (await rpc(page, 'Sepa.RecordPaper', paper)).id;
  const known = (await rpc(page, 'Sepa.Files', '')).rows[0];
  if (known) return { mandate, bankFile: known.publicId };
  const plan = await rpc(page, 'Sepa.Propose', { scheme: 'CORE', on: '' });
  assert(plan.taken.length > 0, `nothing to debit: ${JSON.stringify(plan.left.slice(0, 3))}`);
  const file = await rpc(page, 'Sepa.MakeDebits', { key: 'key-axe-debits', scheme: 'CORE', on: plan.on, documents: [plan.taken[0].documentId] });
  return { mandate, bankFile: file.id };
}

/** Invoices of one contact in every state that the portal can show, by the desk's own calls and the contact's own clicks. */
export async function prepare(page, context, base, name) {
  const customer = (await rpc(page, 'Customers.Find', name))[0];
  const make = async (what) => {
    const editor = await rpc(page, 'Invoices.Edit', '', customer.id);
    editor.draft.lines = [{ itemId: '', description: what, detail: '', nature: 'services', quantityE4: 25_000, unit: 'HUR', unitPriceE4: 480_000, discountPcm: 0, discountMinor: 0, taxes: [] }];
    const saved = await rpc(page, 'Invoices.Save', editor.draft, `key-axe-save-${what}`);
    return rpc(page, 'Invoices.Send', saved.id, saved.version, `key-axe-send-${what}`);
  };
  const offer = async (what) => {
    const editor = await rpc(page, 'Quotes.Edit', '', customer.id);
    const line = (description, optional) => ({ itemId: '', description, detail: '', nature: 'services', quantityE4: 25_000, unit: 'HUR', unitPriceE4: 480_000, discountPcm: 0, discountMinor: 0, optional, taxes: [] });
    editor.draft.lines = [line(what, false), line('Finition', true)];
    const saved = await rpc(page, 'Invoices.Save', editor.draft, `key-axe-save-${what}`);
    return rpc(page, 'Invoices.Send', saved.id, saved.version, `key-axe-send-${what}`);
  };
  const ids = {};
  for (const what of ['Ouverte', 'Annoncee', 'Choix', 'Etape', 'Attente', 'Refus', 'Jours', 'Laisse']) ids[what] = (await make(what)).id;
  for (const what of ['DevisOuvert', 'DevisRefuse', 'DevisAccorde']) ids[what] = (await offer(what)).id;
  const taken = await make('Reprise');
  ids.Avoir = (await rpc(page, 'Credits.Issue', { key: 'key-axe-credit-note', invoiceId: taken.id, how: 'all', quantitiesE4: [], pcm: 0, amountMinor: 0, netOfTax: false, reason: 'Erreur de facturation', mail: false })).id;
  ids.Reprise = taken.id;
  const settings = await rpc(page, 'Sepa.Settings');
  if (!settings.ics) await rpc(page, 'Sepa.SaveSettings', { ...settings, ics: 'FR72ZZZ123456' });
  ids.Mandat = (await rpc(page, 'Sepa.Ask', { key: 'key-axe-mandate-ask', customerId: customer.id, scheme: 'CORE', oneOff: false, noticeDays: 0 })).id;
  const { plan } = await rpc(page, 'Subscriptions.Plan', '');
  Object.assign(plan, { nameFr: 'Panier du jeudi', nameEn: 'Thursday basket', aboutFr: 'Des légumes de saison.', aboutEn: 'Vegetables of the season.', priceMinor: 2000, setupMinor: 500, trialDays: 14, seatsMax: 10, mayCancel: true, mayChangeSeats: true,
    extras: [{ id: 'pain', nameFr: 'Pain au levain', nameEn: 'Sourdough bread', priceMinor: 350, perSeat: true }] });
  const sold = await rpc(page, 'Subscriptions.SavePlan', plan, 'key-axe-plan-save');
  for (const label of ['Affiche', 'Ancienne']) await rpc(page, 'Subscriptions.MakeLink', { key: `key-axe-plan-${label}`, planId: sold.id, label, expiresOn: '', most: 0 });
  const made = (await rpc(page, 'Subscriptions.Plan', sold.id)).links;
  const old = made.find((l) => l.label === 'Ancienne');
  ids.Offre = new URL(made.find((l) => l.label === 'Affiche').url).pathname;
  ids.OffreFinie = new URL(old.url).pathname;
  await rpc(page, 'Subscriptions.WithdrawLink', old.id);
  ids.Abonnement = (await rpc(page, 'Subscriptions.Subscribe', { key: 'key-axe-subscribe', token: '', planId: sold.id, customerId: customer.id, planVersion: sold.version, seats: 2, extras: [], shownMinor: 0 })).id;
  const { contacts, groupId } = await rpc(page, 'Customers.Get', customer.id);
  await rpc(page, 'Shared.AllowUploads', true);
  if (groupId) await rpc(page, 'Groups.Save', { ...await rpc(page, 'Groups.Get', groupId), uploadsAllowed: true }, 'key-axe-group-uploads');
  ids.Conversation = await rpc(page, 'Conversations.Start', { customerId: customer.id, contactId: contacts[0].publicId, subject: 'Pose du parquet du salon et de la salle à manger', text: 'Bonjour, la pose est prévue jeudi. Pourrez-vous vider les deux pièces la veille ?' }, 'key-axe-talk-start');
  const link = await until('the link', async () => (await rpc(page, 'Invoices.Get', ids.Ouverte)).link);
  const anne = await context.newPage();
  await anne.goto(link);
  await anne.goto(`${base}/factures/${ids.Annoncee}/payer`);
  await anne.locator('form[action$="/virement"] button').click();
  await anne.goto(`${base}/devis/${ids.DevisRefuse}`);
  await anne.locator('summary', { hasText: 'Refuser' }).click();
  await anne.locator('#motif').fill('Trop cher');
  await anne.locator('form[action$="/refuser"] button').click();
  await anne.goto(`${base}/devis/${ids.DevisAccorde}`);
  await anne.locator('#question').fill('Le délai est-il ferme ?');
  await anne.locator('form[action$="/question"] button').click();
  await anne.locator('section.due button.primary').click();
  await anne.waitForURL(/\/payer/);
  const intents = {};
  for (const [what, answer] of [['Choix', ''], ['Etape', 'second_step'], ['Attente', 'timeout'], ['Refus', 'declined'], ['Jours', 'debit'], ['Laisse', 'leave']]) {
    await anne.goto(`${base}/factures/${ids[what]}/payer`);
    await anne.locator('form[action$="/paiement"] button').click();
    await anne.waitForURL(/\/reglement\//);
    if (answer) await anne.locator(`button[value="${answer}"]`).click();
    await anne.waitForLoadState();
    intents[what] = new URL(anne.url()).pathname;
    assert(intents[what].startsWith('/reglement/'), `the intent of ${what} is at ${anne.url()}`);
  }
  await leave(anne);
  const contracts = await prepareContracts(page, base, name, async (act) => { const p = await context.newPage(); await act(p); await leave(p); });
  return { ids, intents, link, contracts, requests: await prepareRequests(page, base), access: await prepareAccess(page, base) };
}

/** A run of invitations, under way or over, without a mail being sent: only the window is looked at. */
async function invited(p, running) {
  const results = running ? ['sent', 'mailed', 'waiting', 'waiting', 'waiting'] : ['sent', 'sent', 'refused', 'no_address', 'not_wanted', 'cancelled'];
  const rows = results.map((result, i) => ({ customerId: `c${i}`, number: `C000${i}`, customer: ['Agence Ligne Claire', 'Commune de Saint-Aubin-les-Prés', 'Auberge des Remparts', 'Domaine de la Combe', 'Élodie Mercier', 'Brouwers Interieur'][i], contact: '', email: result === 'no_address' ? '' : `accueil${i}@exemple.example`, result, invitedAt: '', mailId: '', answer: result === 'refused' ? '550 5.1.1 mailbox unavailable' : '' }));
  const run = { id: 'r', by: 'Camille', total: rows.length, done: running ? 2 : rows.length, running, underway: running, createdAt: '2026-11-21T10:00:00.000Z', rows };
  await p.route('**/rpc/Invitations.Send', (route) => route.fulfill({ json: { result: 'r' } }));
  await p.route('**/rpc/Invitations.Run', (route) => route.fulfill({ json: { result: run } }));
  await p.getByRole('button', { name: /actions/i }).first().click();
  await p.getByRole('menuitem', { name: /sans accès|without access/i }).click();
  await p.getByTestId('invite-send').click();
  await p.getByText(running ? /Envoi des invitations|Sending invitations/ : /Résultat|Result/).first().waitFor();
  await p.unroute('**/rpc/Invitations.Send');
}

/** Keeps a practice card where none is kept, opens the first method and the question whether to remove it. */
async function oneMethod(page) {
  const kept = page.locator('main table a');
  if (!(await kept.count())) {
    await page.locator('form[action="/modes-de-paiement"] button').first().click();
    await page.waitForURL(/\/reglement\//);
    await page.locator('button[value="approved"]').click();
    await page.waitForURL(/\/modes-de-paiement/);
  }
  await kept.first().click();
  await page.locator('summary', { hasText: /Supprimer|Delete|Remove/ }).click();
}

/** Says something once in a conversation, and opens the form for files where there is one. */
async function talk(page) {
  if ((await page.locator('[data-chat] [data-mine]').count()) < 2) {
    for (const words of ['Oui, ce sera fait.', 'Une question encore : faut-il aussi démonter les plinthes, ou est-ce que vos poseurs s’en chargent le matin même ? Le plombier passe mercredi et pourrait le faire.']) {
      await page.locator('form[data-say] textarea').fill(words);
      await page.locator('form[data-say] button').click();
      await page.locator('[data-chat] [data-seq][data-mine]').filter({ hasText: words }).first().waitFor();
    }
  }
  if (await page.locator('.with-files summary').count()) await page.locator('.with-files summary').click();
}

/** Sends a file that the portal does not take. */
async function tooManyFiles(page) {
  if (!(await page.locator('.with-files summary').count())) return;
  await page.locator('.with-files summary').click();
  await page.locator('#avec').fill('Voici le plan de l’étage.');
  await page.locator('#fichiers').setInputFiles({ name: 'plan.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ rien') });
  await page.locator('form[action$="/fichiers"] button').click();
  await page.locator('#fichiers-faute').waitFor();
}

/** Pages of the portal. trust: nobody, link or password; status: what the server answers, 200 unless said. */
export function portalPages({ ids, intents, requests, access, contracts }) {
  return [
    ...contractPages(contracts),
    ...requestPages(requests),
    ...accessPages(access),
    { name: 'sign-in', path: '/connexion', trust: 'nobody' },
    { name: 'sign-in-refused', path: '/connexion', trust: 'nobody', status: [422, 429], act: async (p) => { await p.locator('main input:not([type=hidden])').nth(0).fill('nobody@nowhere.example'); await p.locator('main input[type=password]').first().fill('not-the-one'); await p.locator('form[action="/connexion"] button[type=submit]').click(); await p.waitForLoadState(); } },
    { name: 'api-docs', path: '/api/v1/docs', trust: 'nobody' },
    { name: 'forgot', path: '/mot-de-passe/oublie', trust: 'nobody' },
    { name: 'unknown-link', path: '/l/nothing-of-the-kind', trust: 'nobody', status: 404 },
    { name: 'unknown-password-link', path: '/p/nothing-of-the-kind', trust: 'nobody', status: 404 },
    { name: 'nowhere', path: '/nowhere', trust: 'nobody', status: 404 },
    { name: 'offer', path: ids.Offre, trust: 'nobody' },
    { name: 'offer-gone', path: ids.OffreFinie, trust: 'nobody', status: 410 },
    { name: 'sign-up', path: `${ids.Offre}/inscription?places=2&option=pain`, trust: 'nobody' },
    { name: 'sign-up-refused', path: `${ids.Offre}/inscription`, trust: 'nobody', status: [422, 429], act: async (p) => { await p.locator('#courriel').fill('nobody'); await p.locator('form.signup button[type=submit]').click(); await p.waitForLoadState(); } },
    { name: 'as-home', path: '/', trust: 'firm' },
    { name: 'as-methods', path: '/modes-de-paiement', trust: 'firm' },
    { name: 'as-refused', path: '/profil', trust: 'firm', status: 403 },
    { name: 'home', path: '/', trust: 'link' },
    { name: 'notices', path: '/annonces', trust: 'link' },
    { name: 'frequent', path: '/questions', trust: 'link' },
    { name: 'talks', path: '/chat', trust: 'password' },
    { name: 'talk-new', path: '/chat/nouveau', trust: 'password' },
    { name: 'talk', path: `/chat/${ids.Conversation}`, trust: 'password', act: talk },
    { name: 'talk-refused', path: `/chat/${ids.Conversation}`, trust: 'password', status: [422], act: tooManyFiles },
    { name: 'invoices', path: '/factures', trust: 'link' },
    { name: 'invoices-open', path: '/factures?filtre=a-payer', trust: 'link' },
    { name: 'credits', path: '/credits', trust: 'link' },
    { name: 'credit', path: `/credits/${ids.Avoir}`, trust: 'link' },
    { name: 'invoice-cancelled', path: `/factures/${ids.Reprise}`, trust: 'link' },
    { name: 'invoices-found', path: '/factures?q=a&du=2020-01-01&tri=montant', trust: 'link' },
    { name: 'invoices-nothing', path: '/factures?q=introuvable&fait=rien-choisi', trust: 'link' },
    { name: 'files', path: '/documents', trust: 'link', act: async (p) => { const s = p.locator('.upload summary'); if (await s.count()) await s.click(); } },
    { name: 'files-handed', path: '/documents?fait=depot', trust: 'link' },
    { name: 'invoice', path: `/factures/${ids.Ouverte}`, trust: 'link' },
    { name: 'quotes', path: '/devis', trust: 'link' },
    { name: 'quote', path: `/devis/${ids.DevisOuvert}`, trust: 'link' },
    { name: 'quote-refused', path: `/devis/${ids.DevisRefuse}`, trust: 'link' },
    { name: 'quote-approved', path: `/devis/${ids.DevisAccorde}`, trust: 'link' },
    { name: 'quote-refusing', path: `/devis/${ids.DevisOuvert}`, trust: 'link', act: (p) => p.locator('summary', { hasText: /Refuser|Refuse/ }).click() },
    { name: 'invoice-foreign', path: '/factures/none-of-yours', trust: 'link', status: 404 },
    { name: 'invoice-announced', path: `/factures/${ids.Annoncee}?fait=virement`, trust: 'link' },
    { name: 'pay', path: `/factures/${ids.Ouverte}/payer`, trust: 'link' },
    { name: 'pay-announced', path: `/factures/${ids.Annoncee}/payer`, trust: 'link' },
    { name: 'pay-several', path: `/payer?f=${ids.Ouverte}&f=${ids.Annoncee}`, trust: 'link' },
    { name: 'pay-all', path: '/payer?tous=1', trust: 'link' },
    { name: 'pay-refused', path: `/factures/${ids.Ouverte}/payer?montant=0`, trust: 'link', status: 422 },
    { name: 'pay-nothing', path: '/payer?tous=1&devise=JPY', trust: 'link' },
    { name: 'cards', path: intents.Choix, trust: 'link' },
    { name: 'debit-under-way', path: intents.Jours, trust: 'link' },
    { name: 'left', path: intents.Laisse, trust: 'link' },
    { name: 'second-step', path: intents.Etape, trust: 'link' },
    { name: 'no-answer', path: intents.Attente, trust: 'link' },
    { name: 'declined', path: intents.Refus, trust: 'link' },
    { name: 'recurring', path: '/recurrentes', trust: 'link' },
    { name: 'recurring-one', path: '/recurrentes', trust: 'link', act: async (p) => { const a = p.locator('main a[href^="/recurrentes/"]').first(); if (await a.count()) { await a.click(); await p.waitForLoadState(); } } },
    { name: 'payments', path: '/paiements', trust: 'link' },
    { name: 'payment', path: '/paiements', trust: 'link', act: async (p) => { const a = p.locator('main a[href^="/paiements/"]').first(); if (await a.count()) { await a.click(); await p.waitForLoadState(); } } },
    { name: 'statements', path: '/releves', trust: 'link' },
    { name: 'statements-open', path: '/releves?type=ouvert', trust: 'link' },
    { name: 'subscriptions', path: '/abonnements', trust: 'link' },
    { name: 'subscription', path: `/abonnements/${ids.Abonnement}`, trust: 'link' },
    { name: 'offer-mine', path: ids.Offre, trust: 'link' },
    { name: 'password-asked', path: '/profil', trust: 'link' },
    { name: 'profile', path: '/profil', trust: 'password' },
    { name: 'own-data', path: '/profil/donnees', trust: 'password' },
    { name: 'home-signed-in', path: '/', trust: 'password' },
    { name: 'pay-signed-in', path: `/factures/${ids.Ouverte}/payer`, trust: 'password' },
    { name: 'mandates', path: '/mandats', trust: 'password' },
    { name: 'mandate', path: `/mandats/${ids.Mandat}`, trust: 'password' },
    { name: 'mandate-refused', path: `/mandats/${ids.Mandat}`, trust: 'password', status: 422, act: async (p) => { await p.locator('#iban').fill('FR76 1010 7001 0112 3456 7890 128'); await p.locator('input[name="accord"]').check(); await p.locator('form[action$="/signature"] button[type=submit]').click(); await p.waitForLoadState(); } },
    { name: 'subscription-manage', path: `/abonnements/${ids.Abonnement}/gerer`, trust: 'password' },
    { name: 'subscription-change', path: `/abonnements/${ids.Abonnement}/gerer?places=4&option=pain`, trust: 'password' },
    { name: 'subscription-cancel', path: `/abonnements/${ids.Abonnement}/annuler`, trust: 'password' },
    { name: 'methods', path: '/modes-de-paiement', trust: 'password' },
    { name: 'method-saving', path: '/modes-de-paiement', trust: 'password', act: async (p) => { await p.locator('form[action="/modes-de-paiement"] button').first().click(); await p.waitForURL(/\/reglement\//); } },
    { name: 'method', path: '/modes-de-paiement', trust: 'password', act: oneMethod },
  ];
}
