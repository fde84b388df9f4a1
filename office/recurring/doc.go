// Package recurring makes invoices by a calendar: a form, a rule, one invoice a period.
//
// What lives here: the templates and their states, making and skipping the invoice of a
// period, the history. What must not: dates of a rule and the words of a period
// (rules/recur), numbering and freezing (office/sales), when the calendar is looked at
// (office/catchup). Called by the window's bound structs, the portal, office/catchup.
package recurring
