package sales

import (
	"testing"

	"comptoir/db/gen"
)

func fixedDocument() (rows, gen.Document) {
	number, at := "FA-2026-0007", "2026-11-21T18:09:00.000Z"
	year, n, position, customer, entry := int64(2026), int64(7), int64(12), int64(3), int64(41)
	d := gen.Document{ID: 9, Kind: "invoice", State: "issued", Number: &number, SeriesYear: &year, SeriesNumber: &n, CustomerID: &customer, IssueDate: "2026-11-21",
		DueDate: "2026-12-21", OrderNumber: "BC 12", Currency: "EUR", RateE8: one, Language: "fr", TermsDays: 30, Note: "Merci", Seller: `{"name":"Atelier"}`, Buyer: `{"name":"Client"}`,
		Mentions: "[]", TotalExclMinor: 10_000, TotalTaxMinor: 2_000, TotalInclMinor: 12_000, AmountDueMinor: 12_000, EntryID: &entry, IssuedAt: &at, ChainPosition: &position, Revision: 1}
	r := rows{
		lines:      []gen.LinesRow{{Position: 0, Description: "Pose", Detail: "deux jours", Nature: "services", QuantityE4: 20_000, Unit: "DAY", UnitPriceE4: 500_000, NetMinor: 10_000, Taxes: `[{"code":"FR-20"}]`}},
		allowances: []gen.AllowancesRow{{Position: 0, Reason: "Remise", RatePcm: 1_000, Taxes: "[]"}},
		taxes:      []gen.DocumentTaxesRow{{Position: 0, Tax: `{"code":"FR-20"}`, BaseMinor: 10_000, TaxMinor: 2_000}},
	}
	return r, d
}

// The hash of a document issued by the first version of the program: whatever documents
// carry since then, the proof of the old ones is the same computation.
func TestHashOfAnOldDocumentStays(t *testing.T) {
	r, d := fixedDocument()
	const want = "98a22c7c8fe9f9e865612dc54575e1fd274b8c141fb156e3c39cbb0c95494cf1"
	if got := r.hash("previous", d); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What came later is part of the proof wherever it stands.
func TestHashNamesWhatCameLater(t *testing.T) {
	r, plain := fixedDocument()
	seen := map[string]string{r.hash("", plain): "nothing"}
	id := int64(4)
	for name, change := range map[string]func(*rows, *gen.Document){
		"valid until":     func(_ *rows, d *gen.Document) { d.ValidUntil = "2026-12-21" },
		"deposit":         func(_ *rows, d *gen.Document) { d.DepositPcm = 30_000 },
		"quote":           func(_ *rows, d *gen.Document) { d.QuoteID = &id },
		"replaces":        func(_ *rows, d *gen.Document) { d.ReplacesID = &id },
		"revision":        func(_ *rows, d *gen.Document) { d.Revision = 2 },
		"reason":          func(_ *rows, d *gen.Document) { d.Reason = "2026-12-21" },
		"retention":       func(_ *rows, d *gen.Document) { d.RetentionPcm = 30_000 },
		"retention until": func(_ *rows, d *gen.Document) { d.RetentionUntil = "2026-12-21" },
		"retained":        func(_ *rows, d *gen.Document) { d.RetainedMinor = 2 },
		"optional": func(r *rows, _ *gen.Document) {
			r.lines = append([]gen.LinesRow{}, r.lines...)
			r.lines[0].IsOptional = 1
		},
		"deposits": func(r *rows, _ *gen.Document) {
			r.deposits = []gen.DocumentDepositsRow{{DepositID: 4, NetMinor: 10, TaxMinor: 2, Taxes: "[]"}}
		},
	} {
		rr, d := r, plain
		change(&rr, &d)
		h := rr.hash("", d)
		if other, twice := seen[h]; twice {
			t.Errorf("%s hashes like %s", name, other)
		}
		seen[h] = name
	}
}
