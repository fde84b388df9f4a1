package ledger

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// PaidOut is money that a gateway sent to the firm's bank account.
type PaidOut struct {
	Gateway     string // name of the gateway, as the label has it
	Reference   string // the gateway's own, or the firm's; "" = gateway and day
	Date        civil.Date
	AmountMinor int64 // in Rate.Currency; below zero: the gateway took it from the bank account
	Rate        Rate  // of the day on which it arrived
	Lang        locale.Lang
}

// Payout posts a payout of a gateway: BQ 512 D / 517 C; turned round where the gateway took
// money from the bank account, since more was given back than it held.
func Payout(p PaidOut) (Posting, error) {
	if p.AmountMinor == 0 || abs(p.AmountMinor) > money.Max {
		return Posting{}, fault.New(fault.Invalid, "fault.ledger.amount")
	}
	if err := p.Rate.check(); err != nil {
		return Posting{}, err
	}
	args := map[string]any{"gateway": p.Gateway, "date": p.Date}
	if p.Reference == "" {
		p.Reference = locale.T(p.Lang, "books.entry.payout_ref", args)
	}
	b := &builder{rate: p.Rate, Posting: Posting{Journal: JournalBank, Date: p.Date, DocumentRef: p.Reference, DocumentDate: p.Date, Label: locale.T(p.Lang, "books.entry.payout", args)}}
	minor := b.convert(p.AmountMinor)
	b.put(RoleBank, "", minor, p.AmountMinor)
	b.put(RoleGateway, "", -minor, -p.AmountMinor)
	return b.finish()
}
