// Oneself, the users of the firm and their door on the network, by the names of Go (app/account.go, users.go, lan.go).
import { call } from './rpc';

export type UserMark = { id: string; code: string; name: string; label: string; role: string; roleLabel: string; language: string; theme: string; permissions: string[] };
export type SignInEntry = { needed: boolean; signedIn: boolean; mailServer: boolean; hasRecovery: boolean; firm: string; language: string; demo: boolean; door: string };
export type SignedIn = { half: string; user: UserMark | null; recoveryCode: string };
export type AccountChoice = { kind: string; name: string; email: string; language: string; until: string };
export type Account = {
  id: string; code: string; name: string; label: string; email: string; phone: string; language: string; theme: string; role: string; roleLabel: string; permissions: string[];
  isPrincipal: boolean; hasPassword: boolean; passwordChangedAt: string; factorOn: boolean; factorSince: string; codesLeft: number; pendingEmail: string; pendingUntil: string;
  signedIn: boolean; askPassword: boolean; askFixed: boolean; hasRecovery: boolean; recoveryMadeAt: string; fresh: boolean; version: number;
};
export type UserSession = { id: string; current: boolean; device: string; address: string; door: string; createdAt: string; seenAt: string };
export type FactorSetUp = { secret: string; uri: string; qr: string };
export type UserRow = { id: string; code: string; name: string; label: string; email: string; role: string; roleLabel: string; state: string; hasPassword: boolean; factorOn: boolean; contact: string; customer: string; customerId: string; lastSeenAt: string; invitedUntil: string; self: boolean; mayChange: boolean; version: number };
export type UserMade = { user: UserRow; mailed: boolean; link: string; token: string; until: string };
export type DelegateCandidate = { kind: string; id: string; label: string; email: string; customer: string; why: string };
export type RoleView = { role: string; label: string; permissions: { permission: string; label: string; may: boolean }[] };
export type Lan = { on: boolean; state: string; message: string; port: number; addresses: { url: string; label: string }[]; qr: string; fingerprint: string; trustUrl: string; version: number };

const to = <A extends unknown[], R>(method: string) => (...args: A) => call<R>(method, ...args);

export const account = {
  entry: to<[], SignInEntry>('Account.Entry'),
  signIn: to<[email: string, password: string], SignedIn>('Account.SignIn'),
  enterCode: to<[half: string, code: string], SignedIn>('Account.EnterCode'),
  forgotten: to<[email: string], SignInEntry>('Account.Forgotten'),
  recover: to<[code: string, password: string, again: string], SignedIn>('Account.Recover'),
  choice: to<[token: string], AccountChoice>('Account.Choice'),
  choosePassword: to<[token: string, password: string, again: string], SignedIn>('Account.ChoosePassword'),
  confirmEmail: to<[token: string], AccountChoice>('Account.ConfirmEmail'),
  signOut: to<[], void>('Account.SignOut'),
  me: to<[], Account>('Account.Me'),
  save: to<[form: { name: string; phone: string; language: string; version: number }], Account>('Account.Save'),
  changeEmail: to<[password: string, email: string], Account>('Account.ChangeEmail'),
  cancelEmail: to<[], Account>('Account.CancelEmail'),
  changePassword: to<[form: { old: string; password: string; again: string }], Account>('Account.ChangePassword'),
  prove: to<[password: string, code: string], void>('Account.Prove'),
  sessions: to<[], UserSession[]>('Account.Sessions'),
  endSession: to<[id: string], UserSession[]>('Account.EndSession'),
  endOthers: to<[], UserSession[]>('Account.EndOtherSessions'),
  beginFactor: to<[], FactorSetUp>('Account.BeginFactor'),
  confirmFactor: to<[code: string], string[]>('Account.ConfirmFactor'),
  dropFactor: to<[password: string, code: string], void>('Account.DropFactor'),
  renewCodes: to<[], string[]>('Account.RenewCodes'),
  setAsk: to<[on: boolean], Account>('Account.SetAsk'),
  makeRecoveryCode: to<[], string>('Account.MakeRecoveryCode'),
};
export const users = {
  list: to<[], UserRow[]>('Users.List'),
  create: to<[form: { code: string; name: string; email: string; language: string; role: string }, key: string], UserMade>('Users.Create'),
  save: to<[form: { id: string; code: string; name: string; role: string; version: number }], UserRow>('Users.Save'),
  close: to<[id: string, version: number], UserRow>('Users.Close'),
  reopen: to<[id: string, version: number], UserRow>('Users.Reopen'),
  invite: to<[id: string, key: string], UserMade>('Users.Invite'),
  resetFactor: to<[id: string], UserRow>('Users.ResetFactor'),
  candidates: to<[words: string], DelegateCandidate[]>('Users.Candidates'),
  addDelegate: to<[whom: { kind: string; id: string }, key: string], UserMade>('Users.AddDelegate'),
  removeDelegate: to<[id: string, version: number, then: string], UserRow>('Users.RemoveDelegate'),
  handOver: to<[id: string, password: string, key: string], UserRow[]>('Users.HandOver'),
  roles: to<[], RoleView[]>('Users.Roles'),
};
export const lan = {
  view: to<[], Lan>('Lan.View'),
  save: to<[form: { on: boolean; port: number; version: number }], Lan>('Lan.Save'),
};
