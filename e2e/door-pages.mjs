// The door of the desk: who are you, and the ways back in. A program of its own that asks for the password, and the dialogs of
// Administrateur et sécurité. Used by axe.mjs and pages.mjs.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deskPage, leave, rpc, serve } from './lib.mjs';

const code = 'K7Q2M-9XWPD-4RTHB-ZC6NV-3JYFE';

/** What Go answers to a method while act runs: a whole result or error, or its own answer but for what is given here. */
async function answering(p, method, change, act) {
  const pattern = `**/rpc/${method}`;
  await p.route(pattern, async (route) => {
    if (change.result || change.error) return route.fulfill({ json: change });
    const { result } = await (await route.fetch()).json();
    return route.fulfill({ json: { result: { ...result, ...change } } });
  });
  await act();
  await p.unroute(pattern);
}

const field = (p, name) => p.locator(`#gate input[data-field="${name}"], #gate [data-field="${name}"] input`).last();
const enter = async (p, id, values) => { for (const [name, text] of Object.entries(values)) await field(p, name).fill(text); await p.getByTestId(id).click(); };
const door = (p) => p.getByTestId('sign-in').waitFor();

/** The door as it stands with or without a mail server; what it shows then. */
const forgotten = (mailServer) => (p) => answering(p, 'Account.Entry', { mailServer, hasRecovery: true }, async () => {
  await p.reload();
  await door(p);
  await p.getByTestId('forgotten').click();
  await p.getByTestId(mailServer ? 'ask-link' : 'use-recovery').waitFor();
});
async function told(p) {
  await forgotten(true)(p);
  await answering(p, 'Account.Forgotten', { result: {} }, async () => { await enter(p, 'ask-link', { email: 'claire@atelier-brindille.example' }); await p.getByTestId('ask-link').waitFor({ state: 'detached' }); });
}
async function recovering(p) { await forgotten(false)(p); await p.getByTestId('use-recovery').click(); await p.getByTestId('recover').waitFor(); }
async function kept(p) {
  await recovering(p);
  await answering(p, 'Account.Recover', { result: { half: '', user: null, recoveryCode: code } }, async () => { await enter(p, 'recover', { code, password: 'Un-Bon-Mot-de-Passe-1', again: 'Un-Bon-Mot-de-Passe-1' }); await p.getByTestId('recovery-sheet').waitFor(); });
}
async function factor(p) {
  await door(p);
  await answering(p, 'Account.SignIn', { result: { half: 'half', user: null, recoveryCode: '' } }, async () => { await enter(p, 'sign-in', { email: 'claire@atelier-brindille.example', password: 'x' }); await p.getByTestId('enter-code').waitFor(); });
}
async function paste(p) { await door(p); await p.getByTestId('have-code').click(); await p.getByTestId('open-code').waitFor(); }
/** What a mail's link is for, its code pasted. */
async function link(p, kind) {
  await paste(p);
  await answering(p, 'Account.Choice', { result: { kind, name: 'Nadia Kessler', email: 'nadia@atelier-brindille.example' } }, async () => { await enter(p, 'open-code', { code: 'link-of-a-mail' }); await p.getByTestId(kind === 'email' ? 'confirm-email' : 'choose-password').waitFor(); });
}

const doors = [
  { name: 'door', path: '/', act: door },
  { name: 'door-refused', path: '/', act: async (p) => { await door(p); await enter(p, 'sign-in', { email: 'personne@nulle-part.example', password: 'pas-le-bon-1A' }); await p.locator('#gate [role="alert"]').waitFor(); } },
  { name: 'door-factor', path: '/', act: factor },
  { name: 'door-factor-refused', path: '/', act: async (p) => { await factor(p); await enter(p, 'enter-code', { code: '000000' }); await p.locator('#gate [role="alert"], #gate [aria-invalid="true"]').first().waitFor(); } },
  { name: 'door-forgotten', path: '/', act: forgotten(false) },
  { name: 'door-forgotten-mail', path: '/', act: forgotten(true) },
  { name: 'door-told', path: '/', act: told },
  { name: 'door-code', path: '/', act: paste },
  { name: 'door-code-gone', path: '/', act: async (p) => { await paste(p); await enter(p, 'open-code', { code: 'nothing-of-the-kind' }); await p.locator('#gate [role="alert"], #gate [aria-invalid="true"]').first().waitFor(); } },
  { name: 'door-choose', path: '/', act: async (p) => { await link(p, 'password'); await field(p, 'password').fill('Copeaux'); } },
  { name: 'door-email', path: '/', act: (p) => link(p, 'email') },
  { name: 'door-recover', path: '/', act: recovering },
  { name: 'door-kept', path: '/', act: kept },
];

/** The demo company behind a password: its program, the browser's state of somebody who has yet to sign in, the screens. */
export async function prepareDoor(b, home, principal) {
  cpSync(join(home, 'demo'), join(home, 'door'), { recursive: true });
  const program = await serve(home, '--data', join(home, 'door'));
  const page = await deskPage(b, program, []);
  await page.locator('h1').first().waitFor();
  await rpc(page, 'Account.SignIn', principal.email, principal.password);
  await rpc(page, 'Account.SetAsk', true);
  const state = await page.context().storageState();
  state.cookies = state.cookies.filter((c) => !c.name.startsWith('comptoir-user'));
  await leave(page.context());
  return { program, state, screens: doors.map((s) => ({ ...s, status: 401 })) }; // the stream of events is refused
}

const dialog = (id, then) => async (p) => { await p.getByTestId(id).click(); await p.getByTestId(then).waitFor(); };

/** Dialogs about who signs in. */
export function accountScreens() {
  const path = '/settings/administrator';
  const sheet = (p) => answering(p, 'Account.MakeRecoveryCode', { result: code }, async () => {
    await p.getByTestId('make-recovery').click();
    await p.getByTestId('confirm').or(p.getByTestId('recovery-sheet')).first().waitFor();
    if (await p.getByTestId('confirm').count()) await p.getByTestId('confirm').click();
    await p.getByTestId('recovery-sheet').waitFor();
  });
  const codes = ['4KTM-P2QX', 'W9HB-7NRC', 'D3VZ-6JYF', 'E8LA-M5GT', 'Q2SX-K7WD', 'R6PN-B4HC', 'Y9TF-Z3VJ', 'G5ME-A8LK', 'X7CQ-H2RD', 'N4WB-S6PY'];
  const { password } = JSON.parse(readFileSync(new URL('../app/demo/data/firm.json', import.meta.url), 'utf8'));
  const setUp = async (p) => {
    await p.getByTestId('factor-on').click();
    const shown = p.getByTestId('factor-secret');
    await p.getByTestId('prove').or(shown).first().waitFor();
    if (await p.getByTestId('prove').count()) {
      await p.locator('[role=dialog] [data-field="old"] input, [role=dialog] input[data-field="old"]').last().fill(password);
      await p.getByTestId('prove').click();
    }
    await shown.waitFor();
  };
  const own = async (p) => {
    await setUp(p);
    await answering(p, 'Account.ConfirmFactor', { result: codes }, async () => { await p.locator('[role=dialog] input[data-field="code"], [role=dialog] [data-field="code"] input').first().fill('000000'); await p.getByTestId('dialog-ok').click(); await p.getByTestId('factor-codes').waitFor(); });
  };
  return [
    { name: 'settings-recovery', path, act: sheet },
    { name: 'settings-proof', path, act: (p) => answering(p, 'Account.BeginFactor', { error: { key: 'fault.proof_needed', code: 'proof', message: '', fields: {} } }, async () => { await p.getByTestId('factor-on').click(); await p.getByTestId('prove').waitFor(); }) },
    { name: 'settings-factor', path, act: setUp },
    { name: 'settings-factor-codes', path, act: own },
    { name: 'settings-hand-over', path, act: dialog('hand-over', 'dialog-ok') },
    { name: 'settings-delegate-leaving', path, act: async (p) => { await p.locator('[data-testid^="remove-"]').first().click(); await p.getByTestId('dialog-ok').waitFor(); } },
    { name: 'settings-user-closing', path: '/settings/users', act: async (p) => { await p.locator('[data-testid="users"] tbody tr').nth(1).getByRole('button').click(); await p.getByRole('menuitem').last().click(); await p.getByTestId('confirm').waitFor(); } },
  ];
}
