package provider_test

import (
	"context"
	"io"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/catalog"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/provider"
	"comptoir/office/sales"
	rules "comptoir/rules/provider"
)

type world struct {
	*officetest.Firm
	room     *provider.Service
	customer customers.Customer
}

func newWorld(t *testing.T) *world {
	f := officetest.New(t)
	w := &world{Firm: f, room: provider.New(provider.Deps{DB: f.DB, Printer: printer{}, Logo: f.Company.Logo})}
	w.customer = f.Customer("Boulangerie Martin", nil)
	return w
}

// printer stands in for edge/paper.
type printer struct{}

func (printer) Account(_ context.Context, s provider.Statement, _ []byte) ([]byte, error) {
	return []byte("%PDF " + string(s.Month)), nil
}

func (printer) AccountTable(w io.Writer, form string, s provider.Statement) error {
	_, err := io.WriteString(w, form+" "+string(s.Month))
	return err
}

func (w *world) item(code string, price, cost int64, name string) catalog.Item {
	w.T.Helper()
	it, err := w.Catalog.Save(officetest.Ctx, officetest.Staff, w.Key(), catalog.Item{Code: code, Name: name, Nature: "services", Unit: "C62", Currency: "EUR", UnitPriceE4: price * 100, CostPriceE4: cost * 100, Provider: "Télécom d’exemple", TaxCodes: []string{"FR-20"}})
	w.Must(err)
	return it
}

func of(it catalog.Item, n int64) sales.DraftLine {
	return sales.DraftLine{ItemID: it.PublicID, Description: it.Name, Nature: it.Nature, QuantityE4: n * 10_000, Unit: it.Unit, UnitPriceE4: it.UnitPriceE4, TaxCodes: it.TaxCodes}
}

func (w *world) month(m string) provider.Statement {
	w.T.Helper()
	st, err := w.room.Month(officetest.Ctx, officetest.Staff, m)
	w.Must(err)
	return st
}

// one gives the total of the only account; 0 for none.
func one(t *testing.T, st provider.Statement) int64 {
	t.Helper()
	if len(st.Accounts) == 0 {
		return 0
	}
	if len(st.Accounts) > 1 {
		t.Fatalf("%+v", st.Accounts)
	}
	return st.Accounts[0].AmountMinor
}

func (w *world) mode(mode string) {
	w.T.Helper()
	w.Change(func(f *company.Firm) { f.BillingMode = mode })
}

// The cost of a line is that of the day of its document: what the catalogue says afterwards changes
// nothing, and a credit note takes back what the invoice cost.
func TestCostOfTheDay(t *testing.T) {
	w := newWorld(t)
	w.Move("2026-11-23")
	it := w.item("LIGNE", 25_00, 10_00, "Ligne")
	invoice := w.Issue(officetest.Form(w.customer, of(it, 3)))
	if got := one(t, w.month("2026-11")); got != 30_00 {
		t.Fatalf("%d", got)
	}
	it.CostPriceE4, it.Name, it.Provider = 12_0000*10, "Ligne rénovée", "Un autre"
	it, err := w.Catalog.Save(officetest.Ctx, officetest.Staff, "", it)
	w.Must(err)
	st := w.month("2026-11")
	if one(t, st) != 30_00 || st.Accounts[0].Services[0].Name != "Ligne" || st.Accounts[0].Services[0].Provider != "Télécom d’exemple" {
		t.Errorf("the catalogue of today: %+v", st.Accounts)
	}
	w.Move("2026-12-02")
	if _, err := w.Sales.CreditInvoice(officetest.Ctx, officetest.Staff, sales.Credit{Key: w.Key(), InvoiceID: invoice.PublicID, How: sales.CreditAll, Reason: "Erreur"}); err != nil {
		t.Fatal(err)
	}
	if got := one(t, w.month("2026-12")); got != -30_00 {
		t.Errorf("the credit note is worth %d", got)
	}
	w.Issue(officetest.Form(w.customer, of(it, 1)))
	if st := w.month("2026-12"); st.Accounts[0].AmountMinor != 120_00-30_00 || len(st.Accounts[0].Services) != 2 {
		t.Errorf("%+v", st.Accounts)
	}
	if got := one(t, w.month("2026-11")); got != 30_00 {
		t.Errorf("the month before became %d", got)
	}
	w.Sound()
}

// Indirect: price before tax, after discounts, less the cost; switching leaves the months before.
func TestModes(t *testing.T) {
	w := newWorld(t)
	w.Move("2026-11-23")
	it := w.item("LIGNE", 25_00, 10_00, "Ligne")
	form := officetest.Form(w.customer, of(it, 2))
	form.Allowances = []sales.DraftAllowance{{Reason: "Remise", PCM: 10_000}}
	w.Issue(form)
	w.Move("2026-12-05")
	w.mode("indirect")
	w.Issue(form)
	november, december := w.month("2026-11"), w.month("2026-12")
	if november.Mode != rules.Direct || one(t, november) != 20_00 {
		t.Errorf("%s %d", november.Mode, one(t, november))
	}
	if december.Mode != rules.Indirect || one(t, december) != 45_00-20_00 || december.Accounts[0].SoldMinor != 45_00 {
		t.Errorf("%s %+v", december.Mode, december.Accounts)
	}
	w.mode("direct") // within the month: the last choice counts for it whole
	if december = w.month("2026-12"); december.Mode != rules.Direct || one(t, december) != 20_00 {
		t.Errorf("%s %+v", december.Mode, december.Accounts)
	}
	y, err := w.room.Year(officetest.Ctx, officetest.Staff, 0)
	w.Must(err)
	if y.Year != 2026 || len(y.Months) != 12 || y.Months[0].Month != "2026-12" || y.Months[1].Accounts[0].AmountMinor != 20_00 || len(y.Months[2].Accounts) != 0 || y.AccountNumber == "" {
		t.Errorf("%+v", y)
	}
}

// The border of a month is midnight in the firm's time zone.
func TestMonthBorders(t *testing.T) {
	w := newWorld(t)
	it := w.item("LIGNE", 25_00, 10_00, "Ligne")
	w.MoveTo(time.Date(2026, 11, 30, 22, 59, 0, 0, time.UTC)) // 23:59 in Paris
	w.Issue(officetest.Form(w.customer, of(it, 1)))
	w.MoveTo(time.Date(2026, 11, 30, 23, 1, 0, 0, time.UTC)) // 0:01 in Paris, still November in UTC
	w.Issue(officetest.Form(w.customer, of(it, 2)))
	if a, b := one(t, w.month("2026-11")), one(t, w.month("2026-12")); a != 10_00 || b != 20_00 {
		t.Errorf("November %d, December %d", a, b)
	}
}

// What has no cost is said and in no total; drafts, quotes and deposits sell nothing yet.
func TestWhatIsLeftOut(t *testing.T) {
	w := newWorld(t)
	w.Move("2026-11-23")
	free := w.item("SANS", 40_00, 0, "Sans coût")
	w.Issue(officetest.Form(w.customer, of(free, 1), officetest.Line(70_00)))
	w.Draft(officetest.Form(w.customer, of(w.item("LIGNE", 25_00, 10_00, "Ligne"), 1)))
	old := w.Issue(officetest.Form(w.customer, officetest.Line(11_00)))
	dbtest.Tamper(t, w.Path, "DELETE FROM line_costs WHERE document_id = (SELECT id FROM documents WHERE public_id = '"+old.PublicID+"')") // as a file from before
	st := w.month("2026-11")
	want := map[rules.Reason]int64{rules.NoCost: 40_00, rules.NoItem: 70_00, rules.NotKept: 11_00}
	if len(st.Accounts) != 0 || len(st.LeftOut) != len(want) {
		t.Fatalf("%+v", st)
	}
	for _, x := range st.LeftOut {
		if x.SoldMinor != want[x.Reason] || len(x.Lines) != 1 || x.Lines[0].Number == "" {
			t.Errorf("%+v", x)
		}
	}
}

func TestFilesAndPermissions(t *testing.T) {
	w := newWorld(t)
	for form, media := range map[string]string{"pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		f, err := w.room.File(officetest.Ctx, officetest.Staff, form, "2026-11")
		if err != nil || f.MediaType != media || len(f.Bytes) == 0 {
			t.Errorf("%s: %+v %v", form, f, err)
		}
	}
	for _, c := range [][2]string{{"doc", "2026-11"}, {"pdf", "2026-13"}, {"pdf", "x"}} {
		if _, err := w.room.File(officetest.Ctx, officetest.Staff, c[0], c[1]); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v: %v", c, err)
		}
	}
	for _, year := range []int{1900, 2999} {
		if _, err := w.room.Year(officetest.Ctx, officetest.Staff, year); !fault.Is(err, fault.NotFound) {
			t.Errorf("%d: %v", year, err)
		}
	}
	if _, err := w.room.Year(officetest.Ctx, officetest.Contact(w.customer), 0); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact: %v", err)
	}
	if _, err := w.room.Month(officetest.Ctx, actor.Actor{Kind: actor.Staff, Role: "nobody"}, "2026-11"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("no role: %v", err)
	}
}
