// Package subscriptions sells plans: what is offered, by which payment link, who took it, and
// what became of it.
//
// What lives here: plans and their links, subscriptions and their history, changes and
// cancellations with their proration, the figures. What must not: the arithmetic of days and
// states (rules/subscription), making the invoice of a period (office/recurring runs it),
// numbering and freezing (office/sales), charging (office/payments, office/charging). Called
// by the window's bound structs, the portal, office/catchup, and office/payments through its
// hook when a document is paid.
package subscriptions
