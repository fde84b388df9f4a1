// Requests for access as visitors make them, and the pages of the portal that they meet. Used by pages.mjs and register.mjs.
import { customer } from './asking.mjs';
import { assert, leave, rpc, until } from './lib.mjs';

/** The group of the demo company that visitors ask to be let into. */
export async function doorOf(page) {
  const group = (await rpc(page, 'Groups.List')).find((g) => g.name === 'Comptes en ligne');
  assert(group, 'the demo company has no group to ask for');
  return `/inscription/${group.publicId}`;
}

/** The six digits that stand in the newest text that a code was mailed in. */
export const codeIn = (text) => /(\d{3})[\s\u00a0]?(\d{3})\b/.exec(text.split(/code\s*:/)[1] ?? '')?.slice(1, 3).join('');

const person = (email) => ({ nom: 'Zoé Lenoir', courriel: email, identifiant: 'zoe.lenoir' });
const company = { societe: 'Crèmerie Lenoir', numero: '552100554', rue: '3 quai Vert', 'code-postal': '69001', ville: 'Lyon' };

export async function fill(page, fields) {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
}
const main = (page) => page.locator('main form .btn.primary').first();

/** Goes on by the page's one button. */
export async function goOn(page, to) {
  await main(page).click();
  await page.waitForURL(to);
}

/** Answers what the demo company asks. */
export async function answer(page) {
  await page.locator('main select').last().selectOption('yes');
}

/** A visitor's request as far as it is wanted: code, contact, complete, sent, withdrawn. It gives its cookie. */
async function requestOf(desk, base, door, email, upTo) {
  const context = await desk.context().browser().newContext({ locale: 'fr-FR' });
  const p = await context.newPage();
  await p.goto(base + door);
  await goOn(p, /\/demande\/contact/);
  await fill(p, person(email));
  await main(p).click();
  await p.locator('#code').waitFor();
  if (upTo !== 'code') {
    const code = await until(`a code for ${email}`, async () => {
      for (const m of (await rpc(desk, 'Mail.Arrived')).filter((x) => x.to.includes(email))) {
        const found = codeIn((await rpc(desk, 'Mail.ArrivedMail', m.id)).text);
        if (found) return found;
      }
      return undefined;
    });
    await p.locator('#code').fill(code);
    await goOn(p, /\/demande\/societe/);
  }
  if (!['code', 'contact'].includes(upTo)) {
    await fill(p, company);
    await goOn(p, /\/demande\/questions/);
    await answer(p);
    if (upTo === 'complete') { // by the key: the form's button would send it
      await p.locator('main form').evaluate((f) => f.submit());
      await p.waitForURL(/\/demande\/statut/);
    } else await goOn(p, /\/demande\/statut/);
  }
  if (upTo === 'withdrawn') {
    await p.locator('summary').last().click();
    await p.locator('form[action="/demande/retrait"] button').click();
    await p.waitForURL(/fait=retrait/);
  }
  const { name, value } = (await context.cookies()).find((c) => c.name.includes('demande'));
  await leave(context);
  return { name, value };
}

/** One request in each state. */
export async function prepareRequests(desk, base) {
  const door = await doorOf(desk);
  const cookies = {};
  for (const state of ['code', 'contact', 'complete', 'sent', 'asked', 'withdrawn', 'refused']) cookies[state] = await requestOf(desk, base, door, `axe-${state}@lenoir.example`, state);
  for (const name of ['Crèmerie Lenoir', 'Lenoir et filles']) await customer(desk, { name, siren: '552100554', line1: '1 rue Basse', postcode: '21000', city: 'Dijon' }, { name: 'Zoé Lenoir', email: 'axe-sent@lenoir.example' });
  const decide = async (state, method, words) => {
    const { id } = (await rpc(desk, 'Requests.List', 'sent', '')).rows.find((r) => r.email === `axe-${state}@lenoir.example`);
    const { version } = await rpc(desk, 'Requests.Get', id);
    await rpc(desk, `Requests.${method}`, { requestId: id, version, words }, `key-axe-${state}`);
  };
  await decide('asked', 'AskMore', 'Le numéro SIREN n’est pas celui de la société.\nPouvez-vous le vérifier ?');
  await decide('refused', 'Refuse', 'Cette société n’est pas cliente de la maison.');
  return { door, cookies };
}

/** Pages of a request for access; those without one come first, as all have one jar of cookies. */
export function requestPages({ door, cookies }) {
  const step = (name, state, path, act, status) => ({ name: `register-${name}`, path: '/connexion', trust: 'nobody', status, act: async (p) => {
    await p.context().addCookies([{ ...cookies[state], url: new URL(p.url()).origin }]);
    await p.goto(new URL(`/demande/${path}`, p.url()).href);
    if (act) await act(p);
    if (act && status) await p.waitForLoadState();
  } });
  const press = (p) => main(p).click();
  return [
    { name: 'register-none', path: '/demande/statut', trust: 'nobody', status: 404 },
    { name: 'register-door', path: door, trust: 'nobody' },
    { name: 'register-door-refused', path: door, trust: 'nobody', status: [422, 429], act: async (p) => { await p.locator('main form .btn.primary').evaluate((b) => b.removeAttribute('name')); await press(p); await p.waitForLoadState(); } },
    step('terms', 'contact', 'conditions'),
    step('contact', 'contact', 'contact'),
    step('contact-refused', 'contact', 'contact', async (p) => { await fill(p, { nom: '', courriel: 'zoe', identifiant: 'x' }); await press(p); await p.locator('#courriel-dit').waitFor(); }, 422),
    step('code', 'code', 'contact'),
    step('code-wrong', 'code', 'contact', async (p) => { await p.locator('#code').fill('000000'); await press(p); await p.waitForLoadState(); }, [422, 429]),
    step('company', 'contact', 'societe'),
    step('company-refused', 'contact', 'societe', async (p) => { await fill(p, { societe: '', numero: '123456789' }); await press(p); await p.locator('#societe-dit').waitFor(); }, 422),
    step('questions', 'contact', 'questions'),
    step('questions-refused', 'contact', 'questions', async (p) => { await press(p); await p.locator('main .error').first().waitFor(); }, 422),
    step('incomplete', 'contact', 'statut'),
    step('complete', 'complete', 'statut'),
    step('withdrawing', 'complete', 'statut', (p) => p.locator('main summary').last().click()),
    step('sent', 'sent', 'statut'),
    step('asked', 'asked', 'statut'),
    step('asked-company', 'asked', 'societe'),
    step('withdrawn', 'withdrawn', 'statut'),
    step('taken-back', 'withdrawn', 'statut?fait=retrait'),
  ];
}

/** The firm's desk of requests: the demo's two visitors (of nobody known, and of one customer's number), and those of prepareRequests. */
export async function deskOfRequests(desk) {
  const all = (await rpc(desk, 'Requests.List', '', '')).rows;
  const of = (email) => { const r = all.find((x) => x.email === email); assert(r, `no request of ${email}`); return r.id; };
  const press = (key) => async (p) => { await p.getByTestId('approve-request').waitFor(); await p.keyboard.press(key); await p.getByTestId('send-words').waitFor(); };
  const open = (name, email, state, act) => ({ name: `requests-${name}`, path: `/requests/${of(email)}${state ? `?state=${state}` : ''}`, act });
  return [
    { name: 'requests', path: '/requests' },
    { name: 'requests-empty', path: '/requests?state=approved' },
    open('none', 'emma@corail-studio.example'),
    open('one', 'l.vernet@cabinet-vernet.example'),
    open('several', 'axe-sent@lenoir.example', '', async (p) => { await p.locator('input[name="whose"]').first().check(); await p.locator('table').waitFor(); }),
    open('asking', 'l.vernet@cabinet-vernet.example', '', press('d')),
    open('refusing', 'l.vernet@cabinet-vernet.example', '', async (p) => { await press('r')(p); await p.getByTestId('send-words').click(); await p.locator('textarea[aria-invalid="true"]').waitFor(); }),
    open('asked', 'axe-asked@lenoir.example', 'asked'),
    open('refused', 'axe-refused@lenoir.example', 'refused'),
    open('withdrawn', 'axe-withdrawn@lenoir.example', 'withdrawn'),
  ];
}
