package billing

// Choosing is what a firm lets its customers choose of the amount that they pay. LeastMinor is
// in minor units of the currency that is paid in, 0 = none.
type Choosing struct {
	Less, More, Ahead bool
	LeastMinor        int64
}

// What is the matter with a chosen amount.
const (
	ChosenNothing = "nothing"  // no amount, or a negative one
	ChosenTooBig  = "too_big"  // beyond what is computed with
	ChosenNoAhead = "no_ahead" // nothing is asked for, and nothing is taken ahead
	ChosenLess    = "less"     // a part, where the firm takes no parts
	ChosenMore    = "more"     // more than is asked for, where the firm takes no more
	ChosenLeast   = "least"    // below the least amount, and not all that is asked for
)

// Judge tells whether an amount is taken for what is asked for (0: ahead of any document):
// "" or what is the matter. most is the largest amount there is; all are minor units of one
// currency. All that is asked for is always taken, however little it is.
func (c Choosing) Judge(amount, asked, most int64) string {
	switch {
	case amount <= 0:
		return ChosenNothing
	case amount > most:
		return ChosenTooBig
	case asked > 0 && amount == asked:
		return ""
	case asked == 0 && !c.Ahead:
		return ChosenNoAhead
	case asked > 0 && amount > asked && !c.More:
		return ChosenMore
	case asked > 0 && amount < asked && !c.Less:
		return ChosenLess
	case amount < c.LeastMinor && (asked == 0 || amount < asked):
		return ChosenLeast
	}
	return ""
}
