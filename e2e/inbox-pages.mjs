// Screens of the inbox, with a conversation to look at. Used by pages.mjs.
import { listQuery, rpc } from './lib.mjs';

export async function inboxScreens(page) {
  const list = (view) => rpc(page, 'Conversations.List', { view, words: '', customerId: '', cursor: '' });
  let talk = (await list('all')).rows.find((r) => r.kind === 'chat')?.id;
  if (!talk) {
    for (const { publicId } of (await rpc(page, 'Customers.List', { ...listQuery, limit: 50 })).rows) {
      const { contacts } = await rpc(page, 'Customers.Get', publicId);
      if (contacts.length) { talk = await rpc(page, 'Conversations.Start', { customerId: publicId, contactId: contacts[0].publicId, subject: 'Livraison', text: 'Bonjour, la pose est prévue jeudi.' }, 'key-axe-inbox-start'); break; }
    }
  }
  const canned = await rpc(page, 'Conversations.Canned');
  if (!canned.some((c) => c.shortcut === 'axe')) await rpc(page, 'Conversations.SaveCanned', { id: '', version: 0, shortcut: 'axe', title: 'Bien reçu', bodyFr: 'Bien reçu {name}.', bodyEn: 'Got it {name}.' }, 'key-axe-inbox-canned');
  const question = (await list('all')).rows.find((r) => r.kind === 'question')?.id;
  return [
    { name: 'inbox', path: '/inbox' },
    { name: 'inbox-all', path: '/inbox?view=all' },
    { name: 'inbox-none', path: '/inbox?view=all&words=zzzzzz' },
    { name: 'inbox-talk', path: `/inbox/chat/${talk}?view=all`, act: (p) => p.getByTestId('message').first().waitFor() },
    { name: 'inbox-word', path: `/inbox/chat/${talk}?view=all`, act: async (p) => { await p.getByTestId('message-field').fill('Bonjour /axe'); await p.locator('[role=option]').first().waitFor(); } },
    { name: 'inbox-menu', path: `/inbox/chat/${talk}?view=all`, act: async (p) => { await p.getByTestId('message-field').fill(''); await p.getByTestId('canned-menu').click(); await p.getByRole('menuitem').first().waitFor(); } },
    { name: 'inbox-closing', path: `/inbox/chat/${talk}?view=all`, act: async (p) => { await p.getByTestId('close').click(); await p.getByTestId('close-now').waitFor(); } },
    question && { name: 'inbox-question', path: `/inbox/question/${question}?view=all` },
    { name: 'inbox-new', path: '/inbox?new=yes', act: (p) => p.getByTestId('chat-customer').waitFor() },
    { name: 'inbox-alerts', path: '/inbox', act: async (p) => { await p.getByRole('button', { name: /actions/i }).first().click(); await p.getByRole('menuitem', { name: /Avertissements|Alerts/ }).click(); await p.getByTestId('alerts-plain').waitFor(); } },
    { name: 'canned', path: '/inbox/canned' },
    { name: 'canned-edit', path: '/inbox/canned', act: async (p) => { await p.getByRole('button', { name: /^(Modifier la|Edit the)/ }).first().click(); await p.getByTestId('save-canned').waitFor(); } },
  ].filter(Boolean);
}
