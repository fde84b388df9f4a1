package paper_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/edge/paper"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// A quote says until when it is valid, what is an option and where to sign; it asks for no
// payment yet.
func TestQuotesLookAsAgreed(t *testing.T) {
	option := line("Éclairage intégré", 10_000, 2_000_000, vat20)
	option.Optional = true
	doc := billing.Document{Lines: []billing.Line{line("Bibliothèque sur mesure", 10_000, 10_000_000, vat20), option, line("Pose", 20_000, 650_000, vat10)}}
	for _, lang := range []string{"fr", "en"} {
		d := document(t, lang, "EUR", french(), client("FR"), doc)
		d.Kind, d.Number, d.DueDate, d.ValidUntil, d.DepositPCM, d.DueMinor = billing.Quote, "DE-2026-0012", civil.Date{}, civil.MustParse("2026-12-21"), 30_000, 0
		d.Mentions = slices.DeleteFunc(d.Mentions, func(m sales.Mention) bool { return m.Place == billing.PlacePayment || m.Place == billing.PlaceHeader })
		p := paper.Invoice(d, nil)
		got := words(p) + "sign | " + strings.Join(p.Sign, " | ") + "\n"
		golden(t, "quote."+lang, got)
		if p.Payment != nil || len(p.Sign) != 3 {
			t.Errorf("payment %v, %d places to sign", p.Payment, len(p.Sign))
		}
		b, err := paper.New().Document(t.Context(), d, nil)
		if err != nil || !strings.HasPrefix(string(b), "%PDF-") {
			t.Errorf("not drawn: %v", err)
		}
		if dir := os.Getenv("PAPER_OUT"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "quote."+lang+".pdf"), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
