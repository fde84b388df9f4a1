import * as Account from '../../wailsjs/go/app/Account';
import type { app, company } from '../../wailsjs/go/models';

/** The firm's account with its provider, behind the customer account number. */
export const account = { year: Account.Year, month: Account.Month };

export type AccountYear = app.AccountYear;
export type AccountRow = app.AccountRow;
export type AccountMonth = app.AccountMonth;
export type AccountPart = app.AccountPart;
export type AccountService = app.AccountService;
export type AccountLine = app.AccountLine;
export type AccountLeft = app.AccountLeft;
export type Support = company.Support;
export type PhoneSystem = company.PhoneSystem;
