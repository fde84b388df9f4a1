// The window's screens of the two centres of a contract, on two contracts of their own. Used by pages.mjs.
import { rpc } from './lib.mjs';

/** A paper of one empty page. */
export const paper = () => {
  const parts = ['%PDF-1.4\n', '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n', '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n', '3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n'];
  const at = parts.map((_, i) => parts.slice(0, i).join('').length);
  const body = parts.join('');
  return `${body}xref\n0 4\n0000000000 65535 f \n${at.slice(1).map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`;
};

async function made(page, customerId, key, title) {
  const { form } = await rpc(page, 'Contracts.Edit', '', customerId);
  const c = await rpc(page, 'Contracts.Save', { ...form, title }, `key-axe-centre-${key}`);
  for (const [nth, [name, body]] of [['Conditions générales.pdf', paper()], ['Horaires.txt', 'Du lundi au vendredi.']].entries()) {
    await page.evaluate(async ([id, name, body, key]) => {
      const f = new FormData();
      for (const [k, v] of Object.entries({ key, folder: '', path: '', same: 'both' })) f.append(k, v);
      f.append('file', new File([body], name), name);
      const r = await fetch(`/files/contracts/${id}`, { method: 'POST', body: f });
      if (!r.ok) throw new Error(`${name}: ${r.status} ${await r.text()}`);
    }, [c.id, name, body, `key-axe-centre-${key}-${nth}`]);
  }
  return c;
}

async function set(page, id, kind, key) {
  const users = (await rpc(page, 'Signing.Candidates', id)).filter((x) => x.type === 'user');
  const party = { contractId: id, kind, type: 'user', personId: users[0].id, name: '', email: '', language: 'fr', capacity: 'gérant', dueOn: '', restart: false };
  await rpc(page, 'Signing.AddParty', party, `key-axe-${key}-1`);
  const c = await rpc(page, 'Signing.AddParty', { ...party, type: 'guest', personId: '', name: 'Maître Éléonore Aubry-Delacroix', email: 'aubry@notaire.example', capacity: 'notaire' }, `key-axe-${key}-2`);
  return rpc(page, 'Signing.SaveCentre', { contractId: id, kind, version: c.version, ordered: kind === 'approval', dueOn: '2026-12-15', message: 'Merci de relire l’article 4.', fileIds: c.files.filter((f) => f.pdf).map((f) => f.id) });
}

export async function centreScreens(page, customerId) {
  const prepared = await made(page, customerId, 'prepared', 'Entretien des espaces verts');
  await set(page, prepared.id, 'approval', 'prepared');
  const asked = await made(page, customerId, 'asked', 'Location d’un atelier');
  const c = await set(page, asked.id, 'signature', 'asked');
  await rpc(page, 'Signing.Start', { contractId: asked.id, kind: 'signature', version: c.version, makeVisible: true }, 'key-axe-centre-start');
  const at = (id, tab) => `/contracts/${id}/${tab}`;
  const click = (...ids) => async (p) => { for (const id of ids) await p.getByTestId(id).first().click(); };
  return [
    { name: 'centre-empty', path: at(prepared.id, 'signature'), act: (p) => p.getByTestId('party-add').waitFor() },
    { name: 'centre-setup', path: at(prepared.id, 'approval'), act: (p) => p.getByTestId('centre-happens').waitFor() },
    { name: 'centre-party', path: at(prepared.id, 'approval'), act: async (p) => { await click('party-add')(p); await p.getByTestId('party-choice').first().waitFor(); } },
    { name: 'centre-open', path: at(asked.id, 'signature'), act: (p) => p.getByTestId('own-turn').waitFor() },
    { name: 'centre-refuse', path: at(asked.id, 'signature'), act: async (p) => { await click('own-refuse')(p); await p.getByTestId('refuse-reason').waitFor(); } },
    { name: 'centre-sign', path: at(asked.id, 'signature'), act: async (p) => { await click('own-sign')(p); await p.getByTestId('sign-do').waitFor(); } },
    { name: 'centre-phone', path: at(asked.id, 'signature'), act: async (p) => { await click('sign-here', 'sign-phone')(p); await p.getByTestId('hand-off').waitFor(); } },
    { name: 'centre-evidence', path: at(asked.id, 'signature'), act: async (p) => { await p.getByRole('button', { name: /pour cette demande|for this request/ }).click(); await p.getByRole('menuitem').first().click(); await p.getByTestId('evidence-sound').waitFor(); } },
    { name: 'verify', path: '/contracts/verify', act: async (p) => { await p.getByTestId('verify-input').setInputFiles({ name: 'conditions.pdf', mimeType: 'application/pdf', buffer: Buffer.from(paper(), 'latin1') }); await p.getByTestId('verdict').waitFor(); } },
  ];
}
