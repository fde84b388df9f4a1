// Package recur knows the dates of a repetition and the words for it.
//
// What lives here: RFC 5545 rules over civil dates, the service period of a run, the
// placeholders of the period in texts. What must not: clocks and time zones (a civil date
// has none, so no change of the hour can move it), the file. Called by office/recurring.
package recur
