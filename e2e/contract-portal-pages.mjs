// Contracts in the portal in every state that is shown: asked to approve, to sign with a password or a code, answered, refused,
// over, sealed, for a guest, on a phone by hand-off, and what goes wrong. Used by pages.mjs.
import { attach, begin, contact, contractLink, contractOf, guest, pdf, share } from './contracting.mjs';
import { assert, leave, rpc, until } from './lib.mjs';
import { readQR } from './qr.mjs';

const day = (n) => `2026-${String(1 + (n % 12)).padStart(2, '0')}-15`;
const words = '## Étendue\n\nDeux **visites** par mois, sur place ou à distance.\n\n- postes et serveurs\n- téléphonie';

/** A long contract: twenty milestones, forty files in folders, a conversation. */
async function longOne(desk, customerId, part) {
  const c = await contractOf(desk, customerId, 'axe-portal-long', part);
  const [paper] = [await attach(desk, c.id, 'axe-long-0', 'contrat-de-maintenance.pdf', pdf('Contrat de maintenance'))];
  for (let i = 1; i < 14; i++) await attach(desk, c.id, `axe-long-${i}`, `${['Plans', 'Plans/Étage', 'Devis et conditions particulières'][i % 3]}/annexe-${i}-relevé-des-installations-existantes.pdf`, pdf(`Annexe ${i}`));
  for (let i = 0; i < 20; i++) {
    const m = { id: '', version: 0, title: i % 5 ? `Visite ${i}` : `Visite annuelle de contrôle des installations électriques ${i}`, description: i % 7 ? '' : 'Avec le rapport de conformité.', dueOn: day(i), state: 'open', doneOn: '', late: false, amountMinor: i % 2 ? 0 : 250_000, bill: 'invoice', inPortal: true, used: false };
    await rpc(desk, 'Contracts.SaveMilestone', c.id, m, `key-e2e-axe-long-m${i}`);
  }
  const first = (await rpc(desk, 'Contracts.Milestones', c.id))[0];
  await rpc(desk, 'Contracts.MilestoneDone', c.id, first.id, first.version, true, '2026-03-02');
  await rpc(desk, 'Contracts.Comment', c.id, 'Bonjour,\nl’article 4 tient compte de votre remarque sur les horaires.', 'key-e2e-axe-comment');
  return { c, paper };
}

export async function prepareContracts(desk, base, name, open) {
  const customer = await rpc(desk, 'Customers.Get', (await rpc(desk, 'Customers.Find', name))[0].id);
  const people = customer.contacts.filter((c) => c.portalAccess);
  const me = people.find((c) => c.isPrimary) ?? people[0];
  const others = people.filter((c) => c !== me).map((c) => c.publicId);
  const asks = { startOn: '2026-12-01', endOn: '2027-11-30', renewal: 'tacit', renewalMonths: 12, noticeCount: 3, noticeUnit: 'month', valueMinor: 1_250_000, description: words };
  const small = async (key, title) => {
    const c = await contractOf(desk, customer.publicId, `axe-portal-${key}`, { ...asks, title });
    const f = await attach(desk, c.id, `axe-${key}`, `${key}.pdf`, pdf(title));
    await share(desk, c.id, me.publicId, others);
    return { c, f };
  };
  const notary = (key) => guest('Maître Aubry', `aubry-${key}@notaire.example`, { capacity: 'notaire' });
  const linkOf = (to) => until(`a link for ${to}`, async () => {
    for (const m of (await rpc(desk, 'Mail.Arrived')).filter((x) => x.to.includes(to))) {
      const link = contractLink((await rpc(desk, 'Mail.ArrivedMail', m.id)).text);
      if (link) return base + new URL(link).pathname;
    }
    return undefined;
  });
  const ids = {};
  const { c: long, paper } = await longOne(desk, customer.publicId, { ...asks, title: 'Maintenance du parc informatique, de la téléphonie et des bornes de recharge des trois sites de la région' });
  ids.approve = long.id;
  await share(desk, long.id, me.publicId, others);
  await begin(desk, long.id, 'approval', 'axe-long', [paper.id], [contact(me.publicId, { capacity: 'gérante', dueOn: '2026-12-05' })], { message: 'Merci de relire l’article 4.' });
  await begin(desk, long.id, 'signature', 'axe-long', [paper.id], [contact(me.publicId, { capacity: 'gérante' }), notary('long')]);

  const sign = await small('signature', 'Location du matériel de scène');
  ids.sign = sign.c.id;
  await begin(desk, sign.c.id, 'signature', 'axe-sign', [sign.f.id], [contact(me.publicId), notary('sign')], { ordered: false });
  ids.guestLink = new URL(await linkOf('aubry-sign@notaire.example')).pathname;

  const done = await small('signe', 'Entretien annuel');
  ids.done = done.c.id;
  const centre = await begin(desk, done.c.id, 'signature', 'axe-done', [done.f.id], [contact(me.publicId)]);
  const look = await rpc(desk, 'Signing.SignLook', centre.round.turns[0].id);
  const consent = look.consents.find((x) => x.language === 'fr');
  await rpc(desk, 'Signing.SignHere', { turnId: look.turn.id, digest: look.round.digest, method: 'in_person', consent: true, consentVersion: consent.version, language: 'fr', typedName: me.name, drawing: { path: '', width: 0, height: 0, png: '' }, timeZone: 'Europe/Paris' }, 'key-e2e-axe-sign');
  await until('the sealed paper', async () => (await rpc(desk, 'Signing.Centre', done.c.id, 'signature')).sealed.length, 60);

  const refused = await small('refus', 'Avenant n° 2');
  ids.refused = refused.c.id;
  await begin(desk, refused.c.id, 'approval', 'axe-refus', [refused.f.id], [contact(me.publicId)]);
  await open(async (p) => {
    await p.goto(`${base}/contrats/${ids.refused}`);
    await p.locator('details:has(form[action$="/refuser"]) > summary').first().click();
    await p.locator('form[action$="/refuser"] textarea').fill('Le prix de l’article 4 a changé.');
    await p.locator('form[action$="/refuser"] button').click();
    await p.waitForURL(/fait=refuse/);
  });
  const closed = await small('annule', 'Fourniture de tablettes');
  ids.closed = closed.c.id;
  const running = await begin(desk, closed.c.id, 'approval', 'axe-annule', [closed.f.id], [contact(me.publicId)]);
  await rpc(desk, 'Signing.CancelRound', running.round.id, 'key-e2e-axe-cancel');

  const states = {};
  const pocket = async (act, options = {}) => {
    const context = await desk.context().browser().newContext({ locale: 'fr-FR', ...options });
    const p = await context.newPage();
    await act(p);
    const state = await context.storageState();
    await leave(context);
    return state;
  };
  states.guest = await pocket(async (p) => { await p.goto(base + ids.guestLink); await p.locator('.standin').waitFor(); });
  // Two codes on the screen: one whose phone looks on, those of two others who sign, in each language.
  const spot = await small('sur-place', 'Prêt d’un violon d’étude');
  ids.spot = spot.c.id;
  const round = await begin(desk, spot.c.id, 'signature', 'axe-spot', [spot.f.id], [contact(me.publicId), ...['fr', 'en'].map((lang) => guest(`Témoin ${lang}`, `temoin-${lang}@exemple.example`, { language: lang, capacity: 'témoin' }))], { ordered: false });
  const code = async (i) => new URL(readQR((await rpc(desk, 'Signing.HandOff', round.round.turns[i].id)).qr)).pathname;
  ids.spent = await code(0);
  states.spot = await pocket(async (p) => { await p.goto(base + ids.spent); await p.locator('.standin').waitFor(); });
  const thanks = {};
  for (const [i, lang] of [[1, 'fr'], [2, 'en']]) {
    const at = await code(i);
    await pocket(async (p) => {
      await p.goto(base + at);
      await p.locator('input[name="accord"]').check();
      await p.locator('form[action$="/signer"] button.primary').click();
      await p.locator('form[action$="/signer"]').waitFor({ state: 'detached' });
      thanks[lang] = await p.content();
    }, { locale: lang === 'fr' ? 'fr-FR' : 'en-GB' });
    assert(!thanks[lang].includes('<form id="signature-'), 'the turn on the spot is signed');
  }
  return { ids, states, thanks };
}

export function contractPages({ ids, thanks }) {
  const at = (id, more = '') => `/contrats/${id}${more}`;
  const bare = (p) => p.evaluate(() => { for (const f of document.forms) f.noValidate = true; });
  const sent = async (p, button) => { await bare(p); await p.locator(button).first().click(); await p.waitForLoadState(); };
  const sign = 'form[action$="/signer"] button.primary';
  return [
    { name: 'contracts', path: '/contrats', trust: 'link' },
    { name: 'contracts-asked', path: '/contrats?filtre=a-traiter', trust: 'link' },
    { name: 'contracts-nothing', path: '/contrats?q=introuvable', trust: 'link' },
    { name: 'contracts-home', path: '/', trust: 'password' },
    { name: 'contract-approve', path: at(ids.approve), trust: 'link' },
    { name: 'contract-refusing', path: at(ids.approve), trust: 'link', act: (p) => p.locator('details:has(form[action$="/refuser"]) > summary').first().click() },
    { name: 'contract-refuse-fault', path: at(ids.approve), trust: 'link', status: 422, act: async (p) => { await p.locator('details:has(form[action$="/refuser"]) > summary').first().click(); await sent(p, 'form[action$="/refuser"] button'); } },
    { name: 'contract-stale', path: at(ids.approve), trust: 'link', status: 409, act: async (p) => { await p.evaluate(() => { for (const f of document.querySelectorAll('input[name="empreinte"]')) f.value = 'f'.repeat(64); }); await sent(p, 'form[action$="/approuver"] button'); } },
    { name: 'contract-message-fault', path: at(ids.approve), trust: 'link', status: 422, act: (p) => sent(p, 'form[action$="/message"] button') },
    { name: 'contract-sign', path: at(ids.sign), trust: 'password' },
    { name: 'contract-sign-fault', path: at(ids.sign), trust: 'password', status: 422, act: async (p) => { await p.locator('input[name="nom"]').fill(''); await sent(p, sign); } },
    { name: 'contract-sign-code', path: at(ids.sign), trust: 'guest' },
    { name: 'contract-code-sent', path: at(ids.sign), trust: 'link', status: 429, act: async (p) => { const ask = p.locator('form[action$="/signer"] .field > button[formaction$="/code"]'); if (await ask.count()) { await ask.click(); await p.waitForLoadState(); } } },
    { name: 'contract-done', path: at(ids.done, '?fait=signe'), trust: 'link' },
    { name: 'contract-refused', path: at(ids.refused, '?fait=refuse'), trust: 'link' },
    { name: 'contract-closed', path: at(ids.closed), trust: 'link' },
    { name: 'contract-spot', path: at(ids.spot), trust: 'spot' },
    { name: 'contract-thanks', path: '/connexion', trust: 'nobody', act: async (p) => {
      const lang = await p.evaluate(() => document.documentElement.lang.slice(0, 2));
      await p.route('**/merci', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: thanks[lang] }));
      await p.goto(new URL('/merci', p.url()).href);
    } },
    { name: 'contract-spent', path: ids.spent, trust: 'nobody', status: 410 },
    { name: 'contract-unknown-invitation', path: '/c/nothing-of-the-kind', trust: 'nobody', status: 404 },
    { name: 'contract-missing', path: at('aaaaaaaaaaaaaaaaaaaaaaaaaa'), trust: 'link', status: 404 },
    { name: 'contract-guest-elsewhere', path: '/factures', trust: 'guest', status: 403 },
  ];
}
