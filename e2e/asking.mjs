// A visitor who asks for access to the portal (/inscription/{group}): the five steps as a person takes them. Used by requests.mjs,
// access.mjs and clicks.mjs.
import { plain, rpc, until } from './lib.mjs';

let keys = 0;
const key = () => `key-e2e-asking-${++keys}`;

/** A group of its own with the portal on: numbers by SIREN; texts, terms and questions as in more. It gives the group's public id. */
export async function openGroup(page, name, more = {}) {
  const blank = await rpc(page, 'Groups.Get', '');
  const made = await rpc(page, 'Groups.Save', { ...blank, name, portalEnabled: true }, key());
  const portal = await rpc(page, 'Groups.Portal', made.publicId);
  await rpc(page, 'Groups.SavePortal', { ...portal, taxFormat: 'siren', ...more }, key());
  return made.publicId;
}

/** A customer of the firm with one contact at this address. */
export async function customer(page, fields, contact, group = '') {
  const blank = await rpc(page, 'Customers.Get', '');
  return rpc(page, 'Customers.Save', { ...blank, kind: 'company', language: 'fr', country: 'FR', currency: 'EUR', groupId: group || blank.groupId, ...fields,
    contacts: contact ? [{ publicId: '', name: contact.name, email: contact.email, phone: '', language: contact.language ?? 'fr', role: '', isPrimary: true, portalAccess: Boolean(contact.access) }] : [] }, key());
}

/** The code of six figures in the newest mail to somebody, out of the demo's own mailbox. */
export const demoCode = (page) => (to) => until(`a code for ${to}`, async () => {
  for (const m of (await rpc(page, 'Mail.Arrived')).filter((x) => x.to.includes(to))) {
    const found = /\b(\d{3})[\s\u00a0\u202f]?(\d{3})\b/.exec((await rpc(page, 'Mail.ArrivedMail', m.id)).text);
    if (found) return found[1] + found[2];
  }
  return undefined;
});

/** Takes a visitor through all steps; answers are by the labels of the group's questions. who has name, email, company, number and address. */
export async function ask(tab, address, who, codeFor, answers = {}) {
  const go = () => tab.locator('main form button.primary').last().click();
  const step = (name) => tab.waitForURL((u) => u.pathname === `/demande/${name}`);
  await tab.goto(address);
  await go(); // which accepts the group's terms
  await step('contact');
  for (const [id, value] of [['nom', who.name], ['courriel', who.email], ['telephone', who.phone ?? ''], ['identifiant', who.userName ?? '']]) if (value) await tab.locator(`#${id}`).fill(value);
  if (who.language) await tab.locator('#langue').selectOption(who.language);
  await go();
  await tab.locator('#code').fill(await codeFor(who.email));
  await tab.locator('form[action="/demande/code"] button').click();
  await step('societe');
  for (const [id, value] of [['societe', who.company], ['numero', who.number], ['rue', who.line1 ?? '3 quai Vert'], ['code-postal', who.postcode ?? '69001'], ['ville', who.city ?? 'Lyon']]) await tab.locator(`#${id}`).fill(value);
  await go();
  await tab.waitForURL(/\/demande\/(questions|statut)/); // without questions the request is sent by the step before
  for (const [label, value] of Object.entries(answers)) await tab.getByLabel(label).fill(value);
  if (new URL(tab.url()).pathname === '/demande/questions') await go();
  await step('statut');
  return plain(await tab.locator('main').innerText());
}
