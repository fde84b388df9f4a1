package billing

import (
	"slices"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
)

// The states of quotes, beside draft, issued, sent and viewed.
const (
	StateApproved   State = "approved"   // agreed to; not invoiced whole yet
	StateRefused    State = "refused"    // with a reason
	StateExpired    State = "expired"    // its last day went by without a word
	StateConverted  State = "converted"  // the invoice is made
	StateSuperseded State = "superseded" // a newer version took its place
)

// Decision is what was decided about a quote, "" = nothing yet.
type Decision string

// The decisions.
const (
	Approved Decision = "approved"
	Refused  Decision = "refused"
)

// QuoteFacts are what is stored about a quote and decides its state.
type QuoteFacts struct {
	Issued     bool
	Sent       bool
	Viewed     bool
	ValidUntil civil.Date // the last day on which it may be approved; zero: for ever
	Superseded bool       // a newer version is issued
	Decision   Decision   // the one that stands
	Invoiced   bool       // an invoice of the whole is issued
}

// QuoteState derives the state of a quote on a day.
func QuoteState(f QuoteFacts, today civil.Date) State {
	switch {
	case !f.Issued:
		return StateDraft
	case f.Superseded:
		return StateSuperseded
	case f.Decision == Approved && f.Invoiced:
		return StateConverted
	case f.Decision == Approved:
		return StateApproved
	case f.Decision == Refused:
		return StateRefused
	case Expired(f, today):
		return StateExpired
	case f.Viewed:
		return StateViewed
	case f.Sent:
		return StateSent
	}
	return StateIssued
}

// Expired tells whether the last day of a quote is over; that day itself counts whole.
func Expired(f QuoteFacts, today civil.Date) bool {
	return !f.ValidUntil.IsZero() && today.After(f.ValidUntil)
}

// Waits tells whether a quote may still be approved or refused on a day.
func (f QuoteFacts) Waits(today civil.Date) bool { return f.undecided() == nil && !Expired(f, today) }

// undecided refuses what is decided already, or is no offer any more.
func (f QuoteFacts) undecided() error {
	switch {
	case !f.Issued:
		return fault.New(fault.NotFound, "fault.not_found")
	case f.Superseded:
		return fault.New(fault.Conflict, "fault.quote_superseded")
	case f.Decision == Approved:
		return fault.New(fault.Conflict, "fault.quote_already_approved")
	case f.Decision == Refused:
		return fault.New(fault.Conflict, "fault.quote_already_refused")
	}
	return nil
}

// open refuses, besides, what has expired on the day of the decision.
func (f QuoteFacts) open(on civil.Date) error {
	if err := f.undecided(); err != nil {
		return err
	}
	if Expired(f, on) {
		return fault.New(fault.Conflict, "fault.quote_expired", "date", f.ValidUntil)
	}
	return nil
}

// ApproveQuote says whether a quote may be approved on a day by a person of that name.
func ApproveQuote(f QuoteFacts, on civil.Date, name string) error {
	if err := f.open(on); err != nil {
		return err
	}
	var form fault.Form
	form.Need("name", name)
	return form.Err()
}

// RefuseQuote says whether a quote may be refused; a reason is owed, so that the firm can
// make a better offer. An expired one cannot be refused any more: it has lapsed.
func RefuseQuote(f QuoteFacts, on civil.Date, name, reason string) error {
	if err := f.open(on); err != nil {
		return err
	}
	var form fault.Form
	form.Need("name", name)
	form.Need("reason", strings.TrimSpace(reason))
	return form.Err()
}

// UndoQuote says whether a decision may be taken back: until money has come for what it made.
func UndoQuote(f QuoteFacts, receivedMinor int64) error {
	switch {
	case !f.Issued:
		return fault.New(fault.NotFound, "fault.not_found")
	case f.Superseded:
		return fault.New(fault.Conflict, "fault.quote_superseded")
	case f.Decision == "":
		return fault.New(fault.Conflict, "fault.quote_undecided")
	case receivedMinor != 0:
		return fault.New(fault.Conflict, "fault.quote_paid")
	}
	return nil
}

// ReviseQuote says whether a newer version may take a quote's place: not once it is agreed
// to, that is a contract.
func ReviseQuote(f QuoteFacts) error {
	switch {
	case !f.Issued:
		return fault.New(fault.Conflict, "fault.still_draft")
	case f.Superseded:
		return fault.New(fault.Conflict, "fault.quote_superseded")
	case f.Decision == Approved:
		return fault.New(fault.Conflict, "fault.quote_already_approved")
	}
	return nil
}

// ConvertQuote says whether the invoice of a quote may be made: once, of what was agreed to.
func ConvertQuote(f QuoteFacts) error {
	switch {
	case f.Superseded:
		return fault.New(fault.Conflict, "fault.quote_superseded")
	case f.Decision != Approved:
		return fault.New(fault.Conflict, "fault.quote_not_approved")
	case f.Invoiced:
		return fault.New(fault.Conflict, "fault.quote_invoiced")
	}
	return nil
}

// DepositQuote says whether a deposit of a quote may be invoiced by hand: of one that is agreed
// to, or still waits; and, where the approval asks for the deposit itself, not before that.
func DepositQuote(f QuoteFacts, today civil.Date, askedPCM int64) error {
	switch {
	case f.Invoiced:
		return fault.New(fault.Conflict, "fault.quote_invoiced")
	case f.Decision == Approved && !f.Superseded:
		return nil
	}
	if err := f.open(today); err != nil {
		return err
	}
	if askedPCM > 0 {
		return fault.New(fault.Conflict, "fault.quote_not_approved")
	}
	return nil
}

// Choose gives a quote with the options that were ticked, by their places among the lines
// from 0, as ordinary lines; those left out are gone.
func Choose(quote Document, options []int) (Document, error) {
	var form fault.Form
	for i, n := range options {
		if n < 0 || n >= len(quote.Lines) || !quote.Lines[n].Optional || slices.Contains(options[:i], n) {
			form.Add("options", "fault.choice")
		}
	}
	if err := form.Err(); err != nil {
		return Document{}, err
	}
	taken := quote
	taken.Lines = nil
	for i, l := range quote.Lines {
		if l.Optional && !slices.Contains(options, i) {
			continue
		}
		l.Optional = false
		taken.Lines = append(taken.Lines, l)
	}
	if len(taken.Lines) == 0 {
		form.Add("options", "fault.quote_nothing_chosen")
	}
	return taken, form.Err()
}
