// Package contracts keeps the contracts between the firm and its customers.
//
// What lives here: making and changing a contract, its states, its types and settings, its
// milestones, its reminders and calendar, its attachments, who it is shared with, what is said
// about it, what is billed of it. What must not: rules about dates and states (rules/contract),
// rounds of approval and signature (office/signing), pages and mails (edge). Called by the
// window, the portal, office/signing and office/catchup.
//
// A contract is never deleted: it is cancelled or ended, so that its number stays accounted
// for. The term that runs is kept beside each (term_on, decide_on, remind_on, reminded) and is
// rolled forward by the house's own round, so that lists, counts and reminders read an index;
// what is shown is computed anew from the terms.
package contracts
