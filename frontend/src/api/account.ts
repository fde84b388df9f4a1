// Oneself, the users of the firm and their door on the network.
import * as AccountRoom from '../../wailsjs/go/app/Account';
import * as LanDoor from '../../wailsjs/go/app/Lan';
import * as Users from '../../wailsjs/go/app/Users';
import type { app, users as room } from '../../wailsjs/go/models';

export type UserMark = app.UserMark;
export type SignedIn = app.SignedIn;
export type AccountChoice = app.ChoiceView;
export type Account = app.AccountView;
export type UserSession = app.SessionView;
export type FactorSetUp = app.FactorView;
export type UserRow = app.UserRow;
export type UserForm = room.Form;
export type UserMade = app.UserMade;
export type DelegateCandidate = app.Candidate;
export type RoleView = app.RoleView;
export type Lan = app.LanView;

export const account = {
  entry: AccountRoom.Entry,
  signIn: AccountRoom.SignIn,
  enterCode: AccountRoom.EnterCode,
  forgotten: AccountRoom.Forgotten,
  recover: AccountRoom.Recover,
  choice: AccountRoom.Choice,
  choosePassword: AccountRoom.ChoosePassword,
  confirmEmail: AccountRoom.ConfirmEmail,
  signOut: AccountRoom.SignOut,
  me: AccountRoom.Me,
  save: AccountRoom.Save,
  changeEmail: AccountRoom.ChangeEmail,
  cancelEmail: AccountRoom.CancelEmail,
  changePassword: AccountRoom.ChangePassword,
  prove: AccountRoom.Prove,
  sessions: AccountRoom.Sessions,
  endSession: AccountRoom.EndSession,
  endOthers: AccountRoom.EndOtherSessions,
  beginFactor: AccountRoom.BeginFactor,
  confirmFactor: AccountRoom.ConfirmFactor,
  dropFactor: AccountRoom.DropFactor,
  renewCodes: AccountRoom.RenewCodes,
  setAsk: AccountRoom.SetAsk,
  makeRecoveryCode: AccountRoom.MakeRecoveryCode,
};
export const users = {
  list: Users.List,
  create: Users.Create,
  save: Users.Save,
  close: Users.Close,
  reopen: Users.Reopen,
  invite: Users.Invite,
  resetFactor: Users.ResetFactor,
  candidates: Users.Candidates,
  addDelegate: Users.AddDelegate,
  removeDelegate: Users.RemoveDelegate,
  handOver: Users.HandOver,
  roles: Users.Roles,
};
export const lan = { view: LanDoor.View, save: LanDoor.Save };
