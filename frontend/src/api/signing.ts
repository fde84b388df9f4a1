// What the window asks of the two centres of a contract: who approves, who signs, and what proves it.
import './rpc';
import * as Signing from '../../wailsjs/go/app/Signing';
import { send } from './files';
import type { app, signing as shapes } from '../../wailsjs/go/models';

export type CentreKind = 'approval' | 'signature';
export type Centre = shapes.Centre;
export type CentreFile = shapes.CentreFile;
export type CentreForm = shapes.CentreForm;
export type Party = shapes.Party;
export type PartyForm = shapes.PartyForm;
export type Candidate = shapes.Candidate;
export type Round = shapes.Round;
export type RoundDocument = shapes.Document;
export type Turn = shapes.Turn;
export type SealedPaper = shapes.SealedPaper;
export type Drawing = shapes.Drawn;
export type RoundLook = app.RoundLook;
export type SignLook = app.SignLook;
export type HandOff = app.HandOffView;
export type EvidenceView = app.EvidenceView;
export type VerifyView = app.VerifyView;

export const signing = {
  centre: Signing.Centre,
  save: Signing.SaveCentre,
  candidates: Signing.Candidates,
  addParty: Signing.AddParty,
  changeParty: Signing.ChangeParty,
  orderParties: Signing.OrderParties,
  removeParty: Signing.RemoveParty,
  replaceParty: Signing.ReplaceParty,
  startLook: Signing.StartLook,
  start: Signing.Start,
  cancel: Signing.CancelRound,
  remind: Signing.RemindTurn,
  retrySeal: Signing.RetrySeal,
  approve: Signing.Approve,
  refuse: Signing.Refuse,
  refuseHere: Signing.RefuseHere,
  signLook: Signing.SignLook,
  sign: Signing.SignHere,
  handOff: Signing.HandOff,
  showContract: Signing.ShowContract,
  handOffState: Signing.HandOffState,
  endHandOff: Signing.EndHandOff,
  evidence: Signing.Evidence,
  verifyPaper: Signing.VerifyPaper,
  verify: (file: File) => send<VerifyView>('/files/verify', {}, file),
  /** The bytes of a document of a round, as who is asked reads them: it is noted as opened. */
  documentHref: (turnId: string, versionId: string) => `/files/rounds/${turnId}/${versionId}`,
};
