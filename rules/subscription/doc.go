// Package subscription knows the days and the money of a subscription: in which state it is,
// what a period costs, what is left of one when it is changed or ended.
//
// What lives here: pure arithmetic over civil dates and minor units in the prices of a plan.
// What must not: taxes (rules/billing puts them on the documents), the calendar of the
// invoices (rules/recur), the file. Called by office/subscriptions.
package subscription
