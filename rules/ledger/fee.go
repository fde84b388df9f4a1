package ledger

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// GatewayFee posts what a gateway kept of a payment that is in the books already: it told so
// only later (RF 5.1, bank fee, off what the gateway holds: BQ 627 D / 517 C). A negative fee
// is one that it gave back, of a dispute that was won: the same entry the other way round.
// feeMinor is in minor units of rate.Currency and not 0.
func GatewayFee(payment string, on civil.Date, feeMinor int64, rate Rate, lang locale.Lang) (Posting, error) {
	if feeMinor == 0 || feeMinor > money.Max || feeMinor < -money.Max {
		return Posting{}, fault.New(fault.Invalid, "fault.ledger.amount")
	}
	if err := rate.check(); err != nil {
		return Posting{}, err
	}
	label := "books.entry.gateway_fee"
	if feeMinor < 0 {
		label = "books.entry.gateway_fee_back"
	}
	b := &builder{rate: rate, Posting: Posting{Journal: JournalBank, Date: on, DocumentRef: payment, DocumentDate: on,
		Label: locale.T(lang, label, map[string]any{"number": payment})}}
	fee := b.convert(feeMinor)
	b.put(RoleBankFees, "", fee, feeMinor)
	b.put(RoleGateway, "", -fee, -feeMinor)
	return b.finish()
}
