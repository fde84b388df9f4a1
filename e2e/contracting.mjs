// Contracts by the window's own calls: made, with attachments, shared, rounds begun. Used by contracts-portal.mjs,
// contract-portal-pages.mjs and clicks.mjs.
import { rpc } from './lib.mjs';

/** A paper of one page with a line of text on it. */
export function pdf(text) {
  const stream = `BT /F1 18 Tf 60 700 Td (${text.replace(/[^ -~]/g, '?')}) Tj ET`;
  const parts = ['%PDF-1.4\n', '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n', '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n', '3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n', `4 0 obj\n<</Length ${stream.length}>>\nstream\n${stream}\nendstream\nendobj\n`, '5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n'];
  const at = parts.map((_, i) => parts.slice(0, i).join('').length);
  const body = parts.join('');
  return Buffer.from(`${body}xref\n0 6\n0000000000 65535 f \n${at.slice(1).map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`, 'latin1');
}

/** Saves a contract; the key names it. */
export async function contractOf(page, customerId, key, part) {
  const { form } = await rpc(page, 'Contracts.Edit', '', customerId);
  return rpc(page, 'Contracts.Save', { ...form, ...part }, `key-e2e-${key}`);
}

/** Puts a file on a contract as the window does, in a folder where a path is given; it gives the attachment. */
export async function attach(page, contractId, key, path, bytes, more = {}) {
  const { result, error } = await page.evaluate(async ([id, fields, name, text]) => {
    const form = new FormData();
    for (const [k, v] of Object.entries(fields)) form.append(k, v);
    form.append('file', new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]), name);
    const r = await fetch(`/files/contracts/${id}`, { method: 'POST', headers: { 'Accept-Language': 'fr' }, body: form });
    return r.json();
  }, [contractId, { key: `key-e2e-${key}`, folder: '', path: path.split('/').slice(0, -1).join('/'), same: '', ...more }, path.split('/').pop(), Buffer.from(bytes).toString('base64')]);
  if (error) throw new Error(`${path}: ${error.key} ${error.message}`);
  return result[0];
}

/** Shows a contract in the portal to its requester and watchers. */
export async function share(page, contractId, requesterId, watcherIds = [], allFiles = true) {
  const { version } = await rpc(page, 'Contracts.Get', contractId);
  return rpc(page, 'ContractSharing.Share', { contractId, version, requesterId, watcherIds, allFiles, again: false }, `key-e2e-share-${contractId}`);
}

export const contact = (personId, more = {}) => ({ type: 'contact', personId, name: '', email: '', language: '', capacity: '', dueOn: '', ...more });
export const guest = (name, email, more = {}) => ({ type: 'guest', personId: '', name, email, language: 'fr', capacity: '', dueOn: '', ...more });

/** Begins a round of a kind (approval, signature) about attachments; it gives the centre. */
export async function begin(page, contractId, kind, key, fileIds, parties, more = {}) {
  const { version } = await rpc(page, 'Signing.Centre', contractId, kind);
  let centre = await rpc(page, 'Signing.SaveCentre', { contractId, kind, version, ordered: true, dueOn: '', message: '', fileIds, ...more });
  for (const [i, p] of parties.entries()) centre = await rpc(page, 'Signing.AddParty', { ...p, contractId, kind }, `key-e2e-${key}-${kind}-${i}`);
  return rpc(page, 'Signing.Start', { contractId, kind, version: centre.version, makeVisible: true }, `key-e2e-${key}-${kind}-start`);
}

/** The address of a mail that leads to a contract. */
export const contractLink = (text) => /https?:\/\/\S+\/[lc]\/[\w-]+/.exec(text)?.[0];
