// Package ledger holds the posting rules: which accounts each event of a sale touches.
//
// What lives here: charts of accounts with roles, journals, and pure functions from an
// event (an invoice issued, a payment received, a credit, a refund) to a balanced entry
// (RF §5.1, docs/books.md). What must not: numbers of entries, periods, the database
// (office/books). Accounts are named by role; the office looks the account up.
package ledger

import (
	"errors"
	"fmt"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// Posting is an entry before it has a number.
type Posting struct {
	Journal      string // VE, BQ, CA, OD …
	Date         civil.Date
	DocumentRef  string // number of the document or payment
	DocumentDate civil.Date
	Label        string
	Lines        []PostingLine
}

// PostingLine is one line: an account by Role, or by Account where the firm chose one.
// Exactly one of DebitMinor and CreditMinor is above zero, in the firm's currency.
type PostingLine struct {
	Role          string
	Account       string
	Auxiliary     string // customer's number (CompAuxNum)
	DebitMinor    int64
	CreditMinor   int64
	Label         string
	Currency      money.Currency // of the document, when it is not the firm's
	CurrencyMinor int64          // in that currency, debit positive
}

// ErrUnbalanced is a defect: a posting rule gave an entry that does not hold.
var ErrUnbalanced = errors.New("ledger: an entry is balanced or it does not exist")

// Empty tells whether there is nothing to post, as for a document of zero.
func (p Posting) Empty() bool { return len(p.Lines) == 0 }

// Total gives the sum of the debits.
func (p Posting) Total() int64 {
	var sum int64
	for _, l := range p.Lines {
		sum += l.DebitMinor
	}
	return sum
}

// Check proves that an entry holds: two lines or more, each on one side and one account,
// debits equal credits.
func Check(p Posting) error {
	var debit, credit int64
	var err1, err2 error
	for i, l := range p.Lines {
		switch {
		case l.DebitMinor < 0 || l.CreditMinor < 0 || (l.DebitMinor == 0) == (l.CreditMinor == 0):
			return fmt.Errorf("%w: line %d has debit %d, credit %d", ErrUnbalanced, i, l.DebitMinor, l.CreditMinor)
		case (l.Role == "") == (l.Account == ""):
			return fmt.Errorf("%w: line %d names no account, or two", ErrUnbalanced, i)
		case l.Currency == "" && l.CurrencyMinor != 0, (l.CurrencyMinor > 0) && l.CreditMinor > 0, (l.CurrencyMinor < 0) && l.DebitMinor > 0:
			return fmt.Errorf("%w: line %d and its amount in currency differ in side", ErrUnbalanced, i)
		}
		if debit, err1 = money.Add(debit, l.DebitMinor); err1 == nil {
			credit, err2 = money.Add(credit, l.CreditMinor)
		}
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("%w: %w", ErrUnbalanced, err)
		}
	}
	if len(p.Lines) < 2 || debit != credit || p.Journal == "" || p.DocumentRef == "" || p.Date.IsZero() {
		return fmt.Errorf("%w: %s %s, %d lines, debit %d, credit %d", ErrUnbalanced, p.Journal, p.DocumentRef, len(p.Lines), debit, credit)
	}
	return nil
}

// Reverse gives the entry that undoes p on a day: a validated entry is never changed, it is
// reversed (PCG art. 1031-3).
func Reverse(p Posting, on civil.Date, lang locale.Lang) Posting {
	r := p
	r.Date = on
	r.Label = locale.T(lang, "books.entry.reversal", map[string]any{"label": p.Label})
	r.Lines = make([]PostingLine, len(p.Lines))
	for i, l := range p.Lines {
		l.DebitMinor, l.CreditMinor = l.CreditMinor, l.DebitMinor
		l.CurrencyMinor = -l.CurrencyMinor
		l.Label = locale.T(lang, "books.entry.reversal", map[string]any{"label": l.Label})
		r.Lines[i] = l
	}
	return r
}

// builder adds lines to a posting; amounts are signed, debit positive.
type builder struct {
	Posting
	rate Rate
	err  error
}

// put adds a line for a signed amount in both currencies; zero adds nothing.
func (b *builder) put(role, auxiliary string, minor, currencyMinor int64) *PostingLine {
	if minor == 0 {
		return &PostingLine{}
	}
	l := PostingLine{Role: role, Auxiliary: auxiliary, Label: b.Label}
	if minor > 0 {
		l.DebitMinor = minor
	} else {
		l.CreditMinor = -minor
	}
	if b.rate.foreign() && currencyMinor != 0 && (currencyMinor > 0) == (minor > 0) {
		l.Currency, l.CurrencyMinor = b.rate.Currency, currencyMinor
	}
	b.Lines = append(b.Lines, l)
	return &b.Lines[len(b.Lines)-1]
}

// convert gives an amount in the firm's currency and remembers an overflow.
func (b *builder) convert(minor int64) int64 { return b.convertAt(b.rate, minor) }

func (b *builder) convertAt(r Rate, minor int64) int64 {
	out, err := r.Convert(minor)
	if err != nil {
		b.err = fault.New(fault.Invalid, "fault.ledger.amount").With(err)
	}
	return out
}

// signed gives a line's amount, debit positive.
func (l PostingLine) signed() int64 { return l.DebitMinor - l.CreditMinor }

// finish checks the entry; an empty one is allowed and means: nothing to post.
func (b *builder) finish() (Posting, error) {
	if b.err != nil {
		return Posting{}, b.err
	}
	if b.Empty() {
		return b.Posting, nil
	}
	return b.Posting, Check(b.Posting)
}

// RateOne is the rate of the firm's own currency.
const RateOne int64 = 100_000_000

// Rate is what one unit of a document's currency is worth, fixed when the document is
// issued or the money received.
type Rate struct {
	Currency money.Currency // of the document
	Firm     money.Currency
	E8       int64 // firm's currency per unit of Currency, scaled 10^8
}

func (r Rate) foreign() bool { return r.Currency != r.Firm }

// Convert gives an amount of the document in the firm's currency.
func (r Rate) Convert(minor int64) (int64, error) {
	if !r.foreign() {
		return minor, nil
	}
	return money.MulDiv(minor, r.E8*r.Firm.Unit(), RateOne*r.Currency.Unit())
}
