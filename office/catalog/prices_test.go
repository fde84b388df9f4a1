package catalog_test

import (
	"context"
	"fmt"
	"testing"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/listing"
	"comptoir/rules/pricing"
)

func (w *world) list(name, currency string) catalog.PriceList {
	w.t.Helper()
	p, err := w.SavePriceList(ctx, staff, w.key(), catalog.PriceList{Name: name, Currency: currency})
	w.must(err)
	return p
}

// customer makes one, in a group with that list when listID names one.
func (w *world) customer(listID string) string {
	w.t.Helper()
	d := dbtest.Open(w.t, w.path, db.Options{})
	c, err := customers.New(d, id.Seeded(7), func(context.Context, *db.Tx, int64) error { return nil }).Save(ctx, staff, w.key(),
		customers.Customer{Kind: "company", Name: "Dupont", Language: "fr", Currency: "EUR", TaxRegime: "domestic", Country: "FR"})
	w.must(err)
	if listID != "" {
		w.sql("INSERT INTO customer_groups (public_id, name, price_list_id, created_at, updated_at) SELECT 'g', 'Revendeurs', id, '', '' FROM price_lists WHERE public_id = ?", listID)
		w.sql("UPDATE customers SET group_id = (SELECT id FROM customer_groups) WHERE public_id = ?", c.PublicID)
	}
	w.must(d.Close())
	return c.PublicID
}

func (w *world) sql(statement string, args ...any) {
	w.t.Helper()
	raw := dbtest.Raw(w.t, w.path)
	_, err := raw.ExecContext(ctx, statement, args...)
	w.must(err)
	w.must(raw.Close())
}

func (w *world) pick(customer, currency string) map[string]string {
	w.t.Helper()
	found, err := w.PickForLine(ctx, staff, catalog.ForLine{Currency: currency, CustomerID: customer, Limit: 50})
	w.must(err)
	got := map[string]string{}
	for _, it := range found {
		got[it.Code] = fmt.Sprintf("%d %s %s", it.UnitPriceE4, it.Currency, it.PriceList)
	}
	return got
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A line takes the price of the customer's list, of its group's where it names none, else
// the item's own; never a price in another money than the document's.
func TestPricesOfALine(t *testing.T) {
	w := newWorld(t)
	pose, port := w.save(item("POSE", "Pose")), w.save(item("PORT", "Port"))
	usd := item("US", "Sold in dollars")
	usd.Currency = "USD"
	us := w.save(usd)
	grossistes, dollars := w.list("Grossistes", "EUR"), w.list("Export", "USD")
	c := w.customer(grossistes.PublicID)
	pose.Prices = []catalog.ListPrice{{ListID: grossistes.PublicID, UnitPriceE4: 500_000}, {ListID: dollars.PublicID, UnitPriceE4: 550_000}}
	pose = w.save(pose)
	us.Prices = []catalog.ListPrice{{ListID: grossistes.PublicID, UnitPriceE4: 10_000}}
	w.save(us)
	same(t, w.pick("", "EUR"), map[string]string{"POSE": "650000 EUR ", "PORT": "650000 EUR "})
	same(t, w.pick(c, "EUR"), map[string]string{"POSE": "500000 EUR Grossistes", "PORT": "650000 EUR ", "US": "10000 EUR Grossistes"})
	same(t, w.pick(c, "USD"), map[string]string{"US": "650000 USD "})
	w.must(w.SetCustomerPriceList(ctx, staff, c, dollars.PublicID))
	same(t, w.pick(c, "USD"), map[string]string{"POSE": "550000 USD Export", "US": "650000 USD "})
	same(t, w.pick(c, "EUR"), map[string]string{"POSE": "650000 EUR ", "PORT": "650000 EUR "})
	if p, err := w.PricesOfCustomer(ctx, staff, c); err != nil || p.Own != dollars.PublicID || p.Name != "Export" {
		t.Errorf("%+v %v", p, err)
	}
	// A list that was put away falls back on the group's.
	w.must(w.SetPriceListArchived(ctx, staff, dollars.PublicID, dollars.Version, true))
	same(t, w.pick(c, "EUR"), map[string]string{"POSE": "500000 EUR Grossistes", "PORT": "650000 EUR ", "US": "10000 EUR Grossistes"})
	if err := w.SetCustomerPriceList(ctx, staff, c, dollars.PublicID); fieldKey(err, "priceListId") != "fault.choice" {
		t.Errorf("%v", err)
	}
	// A form that says nothing of prices leaves them; one with an empty list takes them off.
	pose.Prices = nil
	if pose = w.save(pose); len(pose.Prices) != 1 {
		t.Errorf("%+v", pose.Prices)
	}
	pose.Prices = []catalog.ListPrice{}
	if pose = w.save(pose); len(pose.Prices) != 0 {
		t.Errorf("%+v", pose.Prices)
	}
	_ = port
}

func TestPriceLists(t *testing.T) {
	w := newWorld(t)
	p := w.list("  Grossistes ", "EUR")
	if p.Name != "Grossistes" {
		t.Errorf("%+v", p)
	}
	for path, bad := range map[string]catalog.PriceList{"name": {Currency: "EUR"}, "currency": {Name: "X", Currency: "€"}} {
		if _, err := w.SavePriceList(ctx, staff, w.key(), bad); !fault.HasField(err, path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := w.SavePriceList(ctx, staff, w.key(), catalog.PriceList{Name: "GROSSISTES", Currency: "EUR"}); fieldKey(err, "name") != "fault.pricing.name_taken" {
		t.Errorf("%v", err)
	}
	it := item("A", "A")
	it.Prices = []catalog.ListPrice{{ListID: p.PublicID, UnitPriceE4: 1}}
	w.save(it)
	p.Currency = "USD"
	if _, err := w.SavePriceList(ctx, staff, w.key(), p); fieldKey(err, "currency") != "fault.pricing.currency_fixed" {
		t.Errorf("%v", err)
	}
	p.Currency, p.Name = "EUR", "Gros"
	renamed, err := w.SavePriceList(ctx, staff, w.key(), p)
	if err != nil || renamed.Name != "Gros" {
		t.Errorf("%+v %v", renamed, err)
	}
	if _, err := w.SavePriceList(ctx, staff, w.key(), p); key(err) != "fault.stale" {
		t.Errorf("%v", err)
	}
	if all, err := w.Service.PriceLists(ctx, staff); err != nil || len(all) != 1 || all[0].Items != 1 {
		t.Errorf("%+v %v", all, err)
	}
}

func TestRaisePrices(t *testing.T) {
	w := newWorld(t)
	a, b := item("A", "A"), item("B", "B")
	a.Provider, a.CostPriceE4, b.UnitPriceE4 = "Scierie", 300_000, 123_456
	a, b = w.save(a), w.save(b)
	r := catalog.Raise{Change: pricing.Change{PCM: 5000, Rounding: pricing.TenCents}}
	p, err := w.PreviewRaise(ctx, staff, r)
	w.must(err)
	if len(p.Rows) != 2 || p.Rows[0].NewE4 != 683_000 || p.Rows[1].NewE4 != 130_000 || p.Rows[1].DiffE4 != 6_544 || !p.Rows[0].Margin.Known {
		t.Fatalf("%+v", p)
	}
	if _, _, err := w.ApplyRaise(ctx, staff, w.key(), r); key(err) != "fault.pricing.moved" {
		t.Errorf("done without having been shown: %v", err)
	}
	r.Seen = p.Seen
	changeID, n, err := w.ApplyRaise(ctx, staff, "key-raise-1", r)
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if again, n, err := w.ApplyRaise(ctx, staff, "key-raise-1", r); err != nil || again != changeID || n != 2 {
		t.Errorf("a double click: %s %d %v", again, n, err)
	}
	if _, _, err := w.ApplyRaise(ctx, staff, w.key(), r); key(err) != "fault.pricing.moved" {
		t.Errorf("raised twice from one preview: %v", err)
	}
	w.price("A", 683_000)
	w.price("B", 130_000)
	if list, err := w.PriceChanges(ctx, staff, 10); err != nil || len(list) != 1 || !list[0].Undoable {
		t.Errorf("%+v %v", list, err)
	}
	w.must(w.UndoRaise(ctx, staff, changeID))
	w.must(w.UndoRaise(ctx, staff, changeID))
	w.price("A", 650_000)
	w.price("B", 123_456)
	if list, err := w.PriceChanges(ctx, staff, 10); err != nil || list[0].Undoable || list[0].UndoneAt == "" {
		t.Errorf("%+v %v", list, err)
	}
	_, _ = a, b
}

// Undoing is one step or none: once something else changed an item, nothing goes back.
func TestARaiseIsUndoneWholeOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	w.save(item("A", "A"))
	b := w.save(item("B", "B"))
	r := catalog.Raise{Change: pricing.Change{AddE4: 10_000}}
	p, err := w.PreviewRaise(ctx, staff, r)
	w.must(err)
	r.Seen = p.Seen
	changeID, _, err := w.ApplyRaise(ctx, staff, w.key(), r)
	w.must(err)
	b, err = w.Get(ctx, staff, b.PublicID)
	w.must(err)
	b.UnitPriceE4 = 999
	w.save(b)
	if err := w.UndoRaise(ctx, staff, changeID); key(err) != "fault.pricing.item_moved" {
		t.Errorf("%v", err)
	}
	w.price("A", 660_000)
	w.price("B", 999)
}

func TestRaiseSome(t *testing.T) {
	w := newWorld(t)
	a := item("A", "A")
	a.Provider = "Scierie"
	a = w.save(a)
	b := w.save(item("B", "B"))
	l := w.list("Grossistes", "EUR")
	b.Prices = []catalog.ListPrice{{ListID: l.PublicID, UnitPriceE4: 200_000}}
	b = w.save(b)
	codes := func(r catalog.Raise) string {
		r.Change = pricing.Change{PCM: 10_000}
		p, err := w.PreviewRaise(ctx, staff, r)
		w.must(err)
		got := ""
		for _, x := range p.Rows {
			got += fmt.Sprint(x.Code, x.NewE4, " ")
		}
		return got
	}
	for want, r := range map[string]catalog.Raise{"A715000 B715000 ": {}, "A715000 ": {Provider: "Scierie"}, "B715000 ": {Items: []string{b.PublicID}}, "B220000 ": {ListID: l.PublicID}, "": {ListID: l.PublicID, Items: []string{a.PublicID}}} {
		if got := codes(r); got != want {
			t.Errorf("%+v: %q, want %q", r, got, want)
		}
	}
	r := catalog.Raise{ListID: l.PublicID, Change: pricing.Change{PCM: 10_000}}
	p, err := w.PreviewRaise(ctx, staff, r)
	w.must(err)
	r.Seen = p.Seen
	changeID, _, err := w.ApplyRaise(ctx, staff, w.key(), r)
	w.must(err)
	w.price("B", 650_000)
	same(t, w.pick(w.customer(l.PublicID), "EUR"), map[string]string{"A": "650000 EUR ", "B": "220000 EUR Grossistes"})
	w.must(w.UndoRaise(ctx, staff, changeID))
	if got := codes(catalog.Raise{ListID: l.PublicID}); got != "B220000 " {
		t.Errorf("the list stands at %q", got)
	}
}

func (w *world) price(code string, want int64) {
	w.t.Helper()
	if got := dbtest.Int(w.t, dbtest.Raw(w.t, w.path), "SELECT unit_price_e4 FROM items WHERE code = '"+code+"'"); got != want {
		w.t.Errorf("%s costs %d, want %d", code, got, want)
	}
}

// The grid: many cells at once, all or nothing, each against the item as it was shown.
func TestGrid(t *testing.T) {
	w := newWorld(t)
	a, b := w.save(item("A", "A")), w.save(item("B", "B"))
	l := w.list("Grossistes", "EUR")
	versions, err := w.SetPrices(ctx, staff, w.key(), []catalog.PriceEdit{{ItemID: a.PublicID, Version: 1, E4: 700_000}, {ItemID: a.PublicID, Version: 1, ListID: l.PublicID, E4: 500_000}, {ItemID: b.PublicID, Version: 1, ListID: l.PublicID, E4: 1}})
	if err != nil || versions[a.PublicID] != 2 || versions[b.PublicID] != 2 {
		t.Fatal(versions, err)
	}
	rows, next, err := w.PriceGrid(ctx, staff, catalog.ListQuery{Query: listing.Query{Sort: "code"}})
	if err != nil || next != "" || len(rows) != 2 || rows[0].UnitPriceE4 != 700_000 || len(rows[0].Prices) != 1 || rows[0].Prices[0].UnitPriceE4 != 500_000 || rows[1].UnitPriceE4 != 650_000 {
		t.Errorf("%+v %v", rows, err)
	}
	if _, err := w.SetPrices(ctx, staff, w.key(), []catalog.PriceEdit{{ItemID: a.PublicID, Version: 2, E4: 1}, {ItemID: b.PublicID, Version: 1, E4: 1}}); key(err) != "fault.pricing.item_moved" {
		t.Errorf("%v", err)
	}
	w.price("A", 700_000)
	if _, err := w.SetPrices(ctx, staff, w.key(), []catalog.PriceEdit{{ItemID: b.PublicID, Version: 2, ListID: l.PublicID, Remove: true}}); err != nil {
		t.Error(err)
	}
	if it, err := w.Get(ctx, staff, b.PublicID); err != nil || len(it.Prices) != 0 {
		t.Errorf("%+v %v", it.Prices, err)
	}
	if _, err := w.SetPrices(ctx, staff, w.key(), []catalog.PriceEdit{{ItemID: b.PublicID, Version: 3, E4: -1}}); key(err) != "fault.form" {
		t.Errorf("%v", err)
	}
}
