package ledger_test

import (
	"testing"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/rules/ledger"
)

// RF 5.1, bank fee: BQ 627 D 12.00 / 512 C 12.00, for an order that brought nothing.
func TestBankFee(t *testing.T) {
	day := civil.MustParse("2026-12-24")
	p, err := ledger.BankFee("FA-2026-0001", day, 1200, "EUR", locale.Of("fr"))
	if err != nil || p.Journal != ledger.JournalBank || len(p.Lines) != 2 || p.Date != day {
		t.Fatalf("%+v %v", p, err)
	}
	if fee, bank := p.Lines[0], p.Lines[1]; fee.Role != ledger.RoleBankFees || fee.DebitMinor != 1200 || bank.Role != ledger.RoleBank || bank.CreditMinor != 1200 {
		t.Errorf("%+v", p.Lines)
	}
	for _, fee := range []int64{0, -1, money.Max + 1} {
		if _, err := ledger.BankFee("x", day, fee, "EUR", locale.Of("fr")); err == nil {
			t.Errorf("a fee of %d was posted", fee)
		}
	}
}

// What left the bank though nothing was owed stands on the customer's account, and goes off it
// when it comes back: BQ 411 D 20.00 / 512 C 20.00, and the reverse.
func TestOwed(t *testing.T) {
	s := ledger.Settlement{Event: ledger.EventOwed, Number: "VIR-20261123-001-1", Date: civil.MustParse("2026-11-24"), Auxiliary: "CL0001", CustomerName: "Cafe Bleu", Money: ledger.RoleBank, AmountMinor: -2000,
		Rate: ledger.Rate{Currency: "EUR", Firm: "EUR", E8: ledger.RateOne}, Rests: []ledger.Rest{{Payment: "VIR-20261123-001-1", FromMinor: 2000, RateE8: ledger.RateOne}}, Lang: locale.Of("fr")}
	p, err := ledger.Settle(s)
	if err != nil || len(p.Lines) != 2 {
		t.Fatalf("%+v %v", p, err)
	}
	if bank, owed := p.Lines[0], p.Lines[1]; bank.Role != ledger.RoleBank || bank.CreditMinor != 2000 || owed.Role != ledger.RoleCustomers || owed.DebitMinor != 2000 || owed.Auxiliary != "CL0001" {
		t.Errorf("%+v", p.Lines)
	}
	s.Event, s.AmountMinor, s.Rests[0].FromMinor, s.Rests[0].ToMinor = ledger.EventOwedBack, 2000, 0, 2000
	if p, err = ledger.Settle(s); err != nil || len(p.Lines) != 2 || p.Lines[0].DebitMinor != 2000 || p.Lines[1].CreditMinor != 2000 {
		t.Errorf("%+v %v", p, err)
	}
}
