package portal

// Words of the quote's page that depend on what became of it.

// approvedText says what follows from an approval.
func (v *visit) approvedText(q quoteView) string {
	if m, ok := q.made(); ok {
		return v.T("portal.quote.made", "number", m.Number)
	}
	return v.T("portal.quote.made_later", "firm", v.firm())
}

// leftOut is how an option that is not ticked looks: fainter while it may still be taken,
// struck out once it was not.
func (v *visit) leftOut(q quoteView) string {
	if q.Waits {
		return "left-out"
	}
	return "not-taken"
}

// optionWord says of an option whether it was taken, once that is decided.
func (v *visit) optionWord(q quoteView, line int) string {
	switch {
	case q.Decision == nil:
		return v.T("portal.quote.option")
	case q.ticked(line):
		return v.T("portal.quote.option_taken")
	}
	return v.T("portal.quote.option_left")
}
