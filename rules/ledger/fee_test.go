package ledger_test

import (
	"testing"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/rules/ledger"
)

// RF 5.1, bank fee: BQ 627 D 12.50 / 517 C 12.50, off what the gateway holds; in another currency at the rate of its payment.
func TestGatewayFee(t *testing.T) {
	day := civil.MustParse("2026-11-22")
	for _, c := range []struct {
		currency  money.Currency
		e8        int64
		fee, want int64
	}{{"EUR", ledger.RateOne, 1250, 1250}, {"CAD", 66_000_000, 1250, 825}} {
		p, err := ledger.GatewayFee("RE-2026-0001", day, c.fee, ledger.Rate{Currency: c.currency, Firm: "EUR", E8: c.e8}, locale.Of("fr"))
		if err != nil || len(p.Lines) != 2 || p.Journal != ledger.JournalBank || p.DocumentRef != "RE-2026-0001" {
			t.Fatalf("%+v %v", p, err)
		}
		if fee, bank := p.Lines[0], p.Lines[1]; fee.Role != ledger.RoleBankFees || fee.DebitMinor != c.want || bank.Role != ledger.RoleGateway || bank.CreditMinor != c.want {
			t.Errorf("%+v", p.Lines)
		}
	}
	p, err := ledger.GatewayFee("RE-2026-0001", day, -1250, ledger.Rate{Currency: "EUR", Firm: "EUR", E8: ledger.RateOne}, locale.Of("fr")) // given back: the other way round
	if err != nil || len(p.Lines) != 2 {
		t.Fatalf("%+v %v", p, err)
	}
	if fee, held := p.Lines[0], p.Lines[1]; fee.Role != ledger.RoleBankFees || fee.CreditMinor != 1250 || fee.DebitMinor != 0 || held.Role != ledger.RoleGateway || held.DebitMinor != 1250 {
		t.Errorf("%+v", p.Lines)
	}
	for _, fee := range []int64{0, -money.Max - 1, money.Max + 1} {
		if _, err := ledger.GatewayFee("RE-1", day, fee, ledger.Rate{Currency: "EUR", Firm: "EUR", E8: ledger.RateOne}, locale.Of("fr")); err == nil {
			t.Errorf("a fee of %d was posted", fee)
		}
	}
}
