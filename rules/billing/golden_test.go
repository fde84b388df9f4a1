package billing_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/rules/billing"
)

// goldenCase is one invoice of testdata/golden.json: the twelve invoices whose figures
// this house must give to the cent (amounts as text, as an accountant would write them).
type goldenCase struct {
	Name  string
	Lines []struct {
		Description, Unit, Quantity, Price string
		Nature                             billing.Nature
		Tax                                billing.Tax
	}
	Allowances []struct {
		Reason, Base, Amount string
		PCM                  int64
		Tax                  billing.Tax
	}
	Taxes                         [][4]any
	Prepaid, Excl, Tax, Incl, Due string
}

func decimal(t *testing.T, text string, decimals int) int64 {
	t.Helper()
	n, err := locale.ParseDecimal("en", text, decimals)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return n
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (g goldenCase) document(t *testing.T) billing.Document {
	doc := billing.Document{Currency: "EUR", PrepaidMinor: decimal(t, g.Prepaid, 2)}
	for _, l := range g.Lines {
		doc.Lines = append(doc.Lines, billing.Line{
			Description: l.Description, Unit: l.Unit, Nature: l.Nature, Taxes: []billing.Tax{l.Tax},
			QuantityE4: decimal(t, l.Quantity, 4), UnitPriceE4: decimal(t, l.Price, 4),
		})
	}
	for _, a := range g.Allowances {
		doc.Allowances = append(doc.Allowances, billing.Allowance{Reason: a.Reason, PCM: a.PCM, Taxes: []billing.Tax{a.Tax}})
	}
	return doc
}

func TestGoldenInvoices(t *testing.T) {
	var cases []goldenCase
	readJSON(t, "golden.json", &cases)
	if len(cases) != 12 {
		t.Fatalf("%d golden cases, want 12", len(cases))
	}
	for _, g := range cases {
		t.Run(g.Name, func(t *testing.T) {
			got, err := billing.Calculate(g.document(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range []struct {
				name, want string
				got        int64
			}{
				{"HT", g.Excl, got.TotalExclTax}, {"TVA", g.Tax, got.TotalTax}, {"TTC", g.Incl, got.TotalInclTax}, {"à payer", g.Due, got.AmountDue},
			} {
				if want := decimal(t, f.want, 2); f.got != want {
					t.Errorf("%s %d, want %d", f.name, f.got, want)
				}
			}
			if len(got.Taxes) != len(g.Taxes) {
				t.Fatalf("tax table %+v, want %v", got.Taxes, g.Taxes)
			}
			for i, w := range g.Taxes {
				s := got.Taxes[i]
				if string(s.Tax.Category) != w[0] || float64(s.Tax.RatePCM) != w[1] || s.BaseMinor != decimal(t, w[2].(string), 2) || s.TaxMinor != decimal(t, w[3].(string), 2) {
					t.Errorf("tax row %d: %+v, want %v", i, s, w)
				}
			}
			for i, a := range g.Allowances {
				if got.Allowances[i].BaseMinor != decimal(t, a.Base, 2) || got.Allowances[i].AmountMinor != decimal(t, a.Amount, 2) {
					t.Errorf("allowance %d: %+v, want %+v", i, got.Allowances[i], a)
				}
			}
		})
	}
}

// The books split case 02 into goods and fitting (RF §5.1): 1045.62 and 198.00 before tax,
// tax 198.29 on delivery and 39.60 that waits for payment.
func TestGoldenMixedInvoiceForTheBooks(t *testing.T) {
	var cases []goldenCase
	readJSON(t, "golden.json", &cases)
	got, err := billing.Calculate(cases[2].document(t))
	if err != nil {
		t.Fatal(err)
	}
	if got.GoodsExclTax != 104562 || got.ServicesExcl != 19800 || got.TaxOnGoods != 19829 || got.TaxOnServices != 3960 {
		t.Errorf("goods %d + %d, services %d + %d", got.GoodsExclTax, got.TaxOnGoods, got.ServicesExcl, got.TaxOnServices)
	}
	if n := len(got.AccountingRows); n != 3 { // chairs, books, fitting
		t.Errorf("%d rows: %+v", n, got.AccountingRows)
	}
}

var (
	tps = billing.Tax{Code: "QC-TPS", Name: "TPS", Category: billing.Standard, RatePCM: 5000}
	tvq = billing.Tax{Code: "QC-TVQ", Name: "TVQ", Category: billing.Standard, RatePCM: 9975}
	s20 = billing.Tax{Code: "FR-20", Name: "TVA", Category: billing.Standard, RatePCM: 20000}
	s55 = billing.Tax{Code: "FR-5.5", Name: "TVA", Category: billing.Standard, RatePCM: 5500}
)

// one is a document of one line of one unit at that price.
func one(currency money.Currency, price int64, taxes ...billing.Tax) billing.Document {
	return billing.Document{Currency: currency, Lines: []billing.Line{{Nature: billing.Goods, QuantityE4: 10000, UnitPriceE4: price, Taxes: taxes}}}
}

func TestQuebecTaxes(t *testing.T) {
	f, err := os.Open("testdata/quebec-tps-tvq.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 7 {
		t.Fatal(len(rows), err)
	}
	for _, r := range rows[1:] {
		got, err := billing.Calculate(one("CAD", decimal(t, r[0], 4), tvq, tps))
		if err != nil {
			t.Fatal(err)
		}
		if got.Taxes[0].Tax.Name != "TPS" || got.Taxes[0].TaxMinor != decimal(t, r[1], 2) || got.Taxes[1].TaxMinor != decimal(t, r[2], 2) || got.TotalInclTax != decimal(t, r[3], 2) {
			t.Errorf("%s: %+v", r[0], got)
		}
	}
}

func TestEPCVectors(t *testing.T) {
	var vectors map[string]struct {
		Payload, SHA256 string
		Bytes           int
	}
	readJSON(t, "epc069-12.json", &vectors)
	base := billing.Transfer{Name: "Atelier Martin SARL", IBAN: "FR76 3000 6000 0112 3456 7890 189"}
	for name, change := range map[string]func(*billing.Transfer){
		"plain": func(x *billing.Transfer) {
			x.Amount = money.Amount{Minor: 284400, Currency: "EUR"}
			x.Text = "FA-2026-0001"
		},
		"structured_ref": func(x *billing.Transfer) {
			x.Amount, x.BIC, x.Reference = money.Amount{Minor: 148151, Currency: "EUR"}, "AGRIFRPPXXX", "RF26FA20260001"
		},
		"with_info": func(x *billing.Transfer) {
			x.Amount, x.Text, x.Note = money.Amount{Minor: 1, Currency: "EUR"}, "FA-2026-0005", "Merci de votre confiance"
		},
	} {
		transfer := base
		change(&transfer)
		got, ok := billing.EPC(transfer)
		sum := sha256.Sum256([]byte(got))
		v := vectors[name]
		if !ok || got != v.Payload || len(got) != v.Bytes || hex.EncodeToString(sum[:]) != v.SHA256 {
			t.Errorf("%s: %v %q, want %q", name, ok, got, v.Payload)
		}
	}
}

func TestNoEPC(t *testing.T) {
	good := billing.Transfer{Name: "Atelier", IBAN: "FR7630006000011234567890189", Amount: money.Amount{Minor: 100, Currency: "EUR"}}
	if _, ok := billing.EPC(good); !ok {
		t.Fatal("the good one is refused")
	}
	for name, change := range map[string]func(*billing.Transfer){
		"dollars":     func(x *billing.Transfer) { x.Amount.Currency = "CAD" },
		"nothing":     func(x *billing.Transfer) { x.Amount.Minor = 0 },
		"negative":    func(x *billing.Transfer) { x.Amount.Minor = -5 },
		"a milliard":  func(x *billing.Transfer) { x.Amount.Minor = 100_000_000_000 },
		"no IBAN":     func(x *billing.Transfer) { x.IBAN = "" },
		"wrong IBAN":  func(x *billing.Transfer) { x.IBAN = "FR7630006000011234567890188" },
		"no name":     func(x *billing.Transfer) { x.Name = " \n " },
		"wrong BIC":   func(x *billing.Transfer) { x.BIC = "AGRI" },
		"wrong RF":    func(x *billing.Transfer) { x.Reference = "RF00X" },
		"331 bytes +": func(x *billing.Transfer) { x.Text = strings.Repeat("é", 140) },
	} {
		bad := good
		change(&bad)
		if payload, ok := billing.EPC(bad); ok {
			t.Errorf("%s: %q", name, payload)
		}
	}
	long := good
	long.Name, long.Text, long.Note = strings.Repeat("x", 90), "a\nb\r\nc", strings.Repeat("é", 70)
	payload, ok := billing.EPC(long)
	if !ok || !strings.Contains(payload, "a b c") || strings.Contains(payload, strings.Repeat("x", 71)) || len(payload) > 331 {
		t.Errorf("cut to size: %v %q", ok, payload)
	}
}
