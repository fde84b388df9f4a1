package ledger_test

import (
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/rules/ledger"
)

// PCG 517: what a gateway pays out goes from its account to the bank's, BQ 512 D / 517 C; what it
// takes back from the bank the other way; in another currency at the rate of its day.
func TestPayout(t *testing.T) {
	day := civil.MustParse("2026-11-22")
	for _, c := range []struct {
		currency    money.Currency
		e8          int64
		minor, want int64
		ref         string
	}{
		{"EUR", ledger.RateOne, 98_60, 98_60, "po_1"}, {"EUR", ledger.RateOne, -40_00, -40_00, ""}, {"CAD", 66_000_000, 100_00, 66_00, "po_2"}, {"JPY", 600_000, 10_000, 60_00, "po_3"},
	} {
		p, err := ledger.Payout(ledger.PaidOut{Gateway: "Stripe", Reference: c.ref, Date: day, AmountMinor: c.minor, Rate: ledger.Rate{Currency: c.currency, Firm: "EUR", E8: c.e8}, Lang: "fr"})
		if err != nil || len(p.Lines) != 2 || p.Journal != ledger.JournalBank || p.DocumentRef == "" || !strings.Contains(p.Label, "Stripe") {
			t.Fatalf("%+v %v", p, err)
		}
		bank, held := p.Lines[0], p.Lines[1]
		if bank.Role != ledger.RoleBank || held.Role != ledger.RoleGateway || bank.DebitMinor-bank.CreditMinor != c.want || held.CreditMinor-held.DebitMinor != c.want {
			t.Errorf("%+v", p.Lines)
		}
		if c.currency != "EUR" && (bank.Currency != c.currency || bank.CurrencyMinor != c.minor || held.CurrencyMinor != -c.minor) {
			t.Errorf("in its currency: %+v", p.Lines)
		}
	}
	for _, minor := range []int64{0, money.Max + 1, -money.Max - 1} {
		if _, err := ledger.Payout(ledger.PaidOut{Gateway: "Stripe", Date: day, AmountMinor: minor, Rate: ledger.Rate{Currency: "EUR", Firm: "EUR", E8: ledger.RateOne}, Lang: "fr"}); err == nil {
			t.Errorf("a payout of %d was posted", minor)
		}
	}
	if _, err := ledger.Payout(ledger.PaidOut{Gateway: "Stripe", Date: day, AmountMinor: 100, Rate: ledger.Rate{Currency: "CAD", Firm: "EUR"}, Lang: "fr"}); err == nil {
		t.Error("without a rate")
	}
}
