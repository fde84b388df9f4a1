// Package contract says what a contract is on a day: its status, the term that runs, the last
// day to give notice, what may be done with it and what it reminds of.
//
// What lives here: the pure rules, over dates of the firm's own calendar. What must not: the
// clock, tables, texts. Called by office/contracts and office/signing.
//
// Terms follow one another without a gap. The first one is written in the contract; by tacit
// renewal each further one lasts so many months, counted from the day after the first one's
// last, so that months of other lengths on the way move nothing (31 January, 28 February,
// 31 March). Notice is counted back from the last day of the term, clamped to the month's end.
package contract
