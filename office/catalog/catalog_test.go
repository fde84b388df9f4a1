package catalog_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/books"
	"comptoir/office/catalog"
	"comptoir/office/company"
	"comptoir/office/files"
	"comptoir/office/listing"
	"comptoir/rules/billing"
)

var (
	ctx   = context.Background()
	staff = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Camille", Lang: "fr"}
)

type world struct {
	*catalog.Service
	t    *testing.T
	path string
	keys int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, path: dbtest.File(t)}
	d, ids := dbtest.Open(t, w.path, db.Options{}), id.Seeded(1)
	w.must(company.New(d, ids, books.Install, files.New(t.TempDir(), true)).Create(ctx, staff, company.Create{Name: "Atelier Bois", Country: "FR", Language: "fr", Email: "a@example.org"}))
	w.Service = catalog.New(d, ids)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) key() string { w.keys++; return fmt.Sprintf("key-%06d", w.keys) }

func (w *world) save(it catalog.Item) catalog.Item {
	w.t.Helper()
	saved, err := w.Save(ctx, staff, w.key(), it)
	w.must(err)
	return saved
}

func item(code, name string, taxes ...string) catalog.Item {
	return catalog.Item{Code: code, Name: name, Nature: "services", Unit: "HUR", Currency: "EUR", UnitPriceE4: 650_000, TaxCodes: taxes}
}

func key(err error) string {
	if e, ok := fault.As(err); ok {
		return e.Key
	}
	return ""
}

func fieldKey(err error, path string) string {
	if e, ok := fault.As(err); ok {
		for _, f := range e.Fields {
			if f.Path == path {
				return f.Key
			}
		}
	}
	return ""
}

func TestCreateAndChange(t *testing.T) {
	w := newWorld(t)
	it := item(" POSE ", " Pose de porte ", "QC-TPS", "QC-TVQ")
	it.Description, it.CostPriceE4, it.Provider = "Avec réglage", 300_000, " Scierie "
	made := w.save(it)
	if made.Code != "POSE" || made.Name != "Pose de porte" || made.Provider != "Scierie" || made.Version != 1 || !slices.Equal(made.TaxCodes, []string{"QC-TPS", "QC-TVQ"}) {
		t.Errorf("%+v", made)
	}
	made.TaxCodes, made.UnitPriceE4 = []string{"FR-10"}, 700_001
	changed := w.save(made)
	if !slices.Equal(changed.TaxCodes, []string{"FR-10"}) || changed.UnitPriceE4 != 700_001 || changed.Version != 2 {
		t.Errorf("%+v", changed)
	}
	if _, err := w.Save(ctx, staff, w.key(), made); key(err) != "fault.stale" {
		t.Errorf("%v", err)
	}
	if back, err := w.Get(ctx, staff, made.PublicID); err != nil || !slices.Equal(back.TaxCodes, []string{"FR-10"}) {
		t.Errorf("%+v %v", back, err)
	}
	changed.TaxCodes = nil
	if none := w.save(changed); len(none.TaxCodes) != 0 || none.TaxCodes == nil {
		t.Errorf("%+v", none)
	}
	changed.PublicID = "nobody"
	if _, err := w.Save(ctx, staff, w.key(), changed); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestACodeIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	first, err := w.Save(ctx, staff, "key-double", item("POSE", "Pose"))
	w.must(err)
	if again, err := w.Save(ctx, staff, "key-double", item("POSE", "Pose")); err != nil || again.PublicID != first.PublicID {
		t.Errorf("a double click: %+v %v", again, err)
	}
	if _, err := w.Save(ctx, staff, w.key(), item("pose", "Autre")); fieldKey(err, "code") != "fault.code_taken" {
		t.Errorf("%v", err)
	}
	other := w.save(item("AUTRE", "Autre"))
	other.Code = "Pose"
	if _, err := w.Save(ctx, staff, w.key(), other); fieldKey(err, "code") != "fault.code_taken" {
		t.Errorf("%v", err)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, w.path), "SELECT count(*) FROM items"); n != 2 {
		t.Errorf("%d items", n)
	}
}

func TestTheFormIsChecked(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		change    func(*catalog.Item)
		path, key string
	}{
		"code": {func(i *catalog.Item) { i.Code = " " }, "code", "fault.required"}, "name": {func(i *catalog.Item) { i.Name = "" }, "name", "fault.required"},
		"long": {func(i *catalog.Item) { i.Description = strings.Repeat("x", 5<<20) }, "description", "fault.too_long"}, "nature": {func(i *catalog.Item) { i.Nature = "wood" }, "nature", "fault.choice"},
		"unit": {func(i *catalog.Item) { i.Unit = "XXX" }, "unit", "fault.choice"}, "currency": {func(i *catalog.Item) { i.Currency = "" }, "currency", "fault.choice"},
		"price": {func(i *catalog.Item) { i.UnitPriceE4 = -1 }, "unitPriceE4", "fault.negative"}, "cost": {func(i *catalog.Item) { i.CostPriceE4 = money.Max + 1 }, "costPriceE4", "fault.number_too_big"},
		"unknown tax": {func(i *catalog.Item) { i.TaxCodes = []string{"FR-20", "FR-99"} }, "taxCodes", "fault.choice"}, "one tax twice": {func(i *catalog.Item) { i.TaxCodes = []string{"FR-20", "FR-20"} }, "taxCodes", "fault.billing.tax_twice"},
		"four taxes": {func(i *catalog.Item) { i.TaxCodes = []string{"FR-20", "FR-10", "FR-5.5", "FR-2.1"} }, "taxCodes", "fault.range"},
	} {
		it := item("POSE", "Pose")
		c.change(&it)
		if _, err := w.Save(ctx, staff, w.key(), it); fieldKey(err, c.path) != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := dbtest.Int(t, dbtest.Raw(t, w.path), "SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM item_taxes) + (SELECT count(*) FROM commands)"); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
}

func TestArchivePickAndPages(t *testing.T) {
	w := newWorld(t)
	for i, name := range []string{"Étagère", "Porte", "Pose", "étau"} {
		w.save(item(fmt.Sprintf("A-%d", i), name))
	}
	for typed, want := range map[string]int{"": 4, "po": 2, "ETA": 2, "A-1": 1, "porte a": 1, "none": 0} {
		if found, err := w.PickForLine(ctx, staff, catalog.ForLine{Typed: typed, Currency: "", Limit: 8}); err != nil || len(found) != want {
			t.Errorf("%q: %d, %v", typed, len(found), err)
		}
	}
	found, err := w.PickForLine(ctx, staff, catalog.ForLine{Typed: "porte", Currency: "", Limit: 8})
	w.must(err)
	porte := found[0]
	if porte.UnitPriceE4 != 650_000 || porte.Unit != "HUR" || porte.TaxCodes == nil {
		t.Errorf("%+v", porte)
	}
	w.must(w.SetArchived(ctx, staff, porte.PublicID, 1, true))
	if err := w.SetArchived(ctx, staff, porte.PublicID, 1, false); key(err) != "fault.stale" {
		t.Errorf("%v", err)
	}
	for _, typed := range []string{"", "porte"} {
		if found, err := w.PickForLine(ctx, staff, catalog.ForLine{Typed: typed, Currency: "", Limit: 8}); err != nil || slices.ContainsFunc(found, func(i catalog.LineItem) bool { return i.Name == "Porte" }) {
			t.Errorf("%q finds what is put away: %v", typed, err)
		}
	}
	rows, next, err := w.List(ctx, staff, catalog.ListQuery{Query: listing.Query{Limit: 2}})
	if err != nil || len(rows) != 2 || next == "" || rows[0].Name != "Étagère" {
		t.Fatalf("%+v %q %v", rows, next, err)
	}
	rows, next, err = w.List(ctx, staff, catalog.ListQuery{Query: listing.Query{Limit: 2, After: next}})
	if err != nil || len(rows) != 1 || next != "" || rows[0].Name != "Pose" {
		t.Errorf("%+v %q %v", rows, next, err)
	}
	if rows, _, err := w.List(ctx, staff, catalog.ListQuery{Archived: true}); err != nil || len(rows) != 1 || rows[0].Name != "Porte" {
		t.Errorf("%+v %v", rows, err)
	}
	w.must(w.SetArchived(ctx, staff, porte.PublicID, 2, false))
}

func TestTaxTable(t *testing.T) {
	w := newWorld(t)
	table, err := w.TaxTable(ctx, staff)
	w.must(err)
	qst, ok := table.ByCode("QC-TVQ")
	if !ok || qst.RatePCM != 9975 || qst.Billing("fr").Name != "TVQ" || qst.Billing("en").Name != "QST" || qst.Billing("fr").Category != billing.Standard {
		t.Errorf("%+v", qst)
	}
	if _, ok := table.ByCode("fr-20"); ok {
		t.Error("codes are exact")
	}
	old := catalog.Tax{ValidFrom: "2014-01-01", ValidTo: "2025-03-31"}
	for day, want := range map[string]bool{"2013-12-31": false, "2014-01-01": true, "2025-03-31": true, "2025-04-01": false} {
		if got := old.InForce(civil.MustParse(day)); got != want {
			t.Errorf("%s: %v", day, got)
		}
	}
}

func TestOnlyTheFirmsPeople(t *testing.T) {
	w := newWorld(t)
	it := w.save(item("POSE", "Pose"))
	contact := actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustSecondFactor}
	_, get := w.Get(ctx, contact, it.PublicID)
	_, save := w.Save(ctx, contact, w.key(), it)
	_, pick := w.PickForLine(ctx, contact, catalog.ForLine{Typed: "", Currency: "", Limit: 1})
	_, table := w.TaxTable(ctx, contact)
	_, _, list := w.List(ctx, contact, catalog.ListQuery{})
	for i, err := range []error{get, save, pick, table, list, w.SetArchived(ctx, contact, it.PublicID, 1, true)} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// A price in another currency would be taken at its face value: it is not offered.
func TestPickGivesPricesOfTheDocument(t *testing.T) {
	w := newWorld(t)
	w.save(item("EUR-1", "Porte"))
	cad := item("CAD-1", "Porte canadienne")
	cad.Currency = "CAD"
	w.save(cad)
	for currency, want := range map[string]int{"EUR": 1, "CAD": 1, "USD": 0, "": 2} {
		for _, typed := range []string{"porte", ""} {
			if found, err := w.PickForLine(ctx, staff, catalog.ForLine{Typed: typed, Currency: currency, Limit: 8}); err != nil || len(found) != want {
				t.Errorf("%q in %q: %d, %v", typed, currency, len(found), err)
			}
		}
	}
}
