package ledger

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// BankFee posts what the firm's bank charges for an order that brought nothing, as a direct
// debit that was refused before it was collected (RF 5.1, bank fee: BQ 627 D / 512 C). ref is
// the order's own number; fee is in minor units of the firm's currency and above zero, else it
// is refused.
func BankFee(ref string, on civil.Date, fee int64, firm money.Currency, lang locale.Lang) (Posting, error) {
	if fee <= 0 || fee > money.Max {
		return Posting{}, fault.New(fault.Invalid, "fault.ledger.amount")
	}
	b := &builder{rate: Rate{Currency: firm, Firm: firm, E8: RateOne}, Posting: Posting{Journal: JournalBank, Date: on, DocumentRef: ref, DocumentDate: on,
		Label: locale.T(lang, "books.entry.bank_fee", map[string]any{"number": ref})}}
	b.put(RoleBankFees, "", fee, fee)
	b.put(RoleBank, "", -fee, -fee)
	return b.finish()
}
