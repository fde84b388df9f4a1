package sepa

import "slices"

// reasons are the codes with which debits come back, and whether the next debit under the
// same mandate would meet the same reason: then the mandate waits for a word.
var reasons = map[string]bool{
	"AC01": true,                                           // the account's number is wrong
	"AC04": true,                                           // closed
	"AC06": true,                                           // blocked
	"AC13": true,                                           // a consumer's account, under a mandate among firms
	"AG01": true,                                           // no debits on this kind of account
	"AG02": false,                                          // sequence or kind of order
	"AM04": false,                                          // not enough money
	"AM05": false,                                          // twice
	"ARDT": false,                                          // given back already
	"BE05": true,                                           // the creditor's id is not known
	"CNOR": false,                                          // the creditor's bank is not reached
	"CUST": false,                                          // called back by the creditor
	"DNOR": true,                                           // the debtor's bank is not reached
	"FF01": false,                                          // the file
	"FOCR": false,                                          // called back
	"MD01": true,                                           // no mandate
	"MD06": false,                                          // the debtor asked its money back, without a reason (8 weeks)
	"MD07": true,                                           // the debtor died
	"MS02": false,                                          // the debtor refused this one
	"MS03": false,                                          // no reason given
	"RC01": true,                                           // the BIC
	"RR01": true, "RR02": true, "RR03": true, "RR04": true, // what the law wants to know
	"SL01": true, // the debtor lets only some through, or not this creditor
}

// Reasons lists the codes; each has a text common.sepa.reason.<code>.
func Reasons() []string {
	list := make([]string, 0, len(reasons))
	for code := range reasons {
		list = append(list, code)
	}
	slices.Sort(list)
	return list
}

// IsReason tells whether a code is known.
func IsReason(code string) bool { _, ok := reasons[code]; return ok }

// Stops tells whether the mandate must not be debited again before somebody looked at it.
func Stops(code string) bool { return reasons[code] }
