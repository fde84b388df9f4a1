package sales_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/office/customers"
	"comptoir/office/listing"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// town is a firm with some sixty invoices in every state, over half a year.
func town(t testing.TB) (f *officetest.Firm, clients []customers.Customer) {
	f = officetest.New(t)
	for _, name := range []string{"Élodie Martin", "Zoé", "emile", "Çelik", "Autre"} {
		clients = append(clients, f.Customer(name, nil))
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for i := range 60 {
		f.Move(fmt.Sprintf("2026-%02d-%02d", 6+i/12, 1+(i%12)*2))
		form := form(clients[rng.IntN(len(clients))], line(int64(rng.IntN(40)+1)*2_500))
		form.TermsDays = int64(rng.IntN(60))
		form.Lines[0].Description = []string{"Chêne massif", "Hêtre", "Pose"}[i%3]
		d := f.Draft(form)
		if i%10 == 9 {
			continue
		}
		how := sales.ByHand
		if i%5 == 0 {
			how = sales.NoSend
		}
		d, err := f.Sales.Issue(ctx, staff, sales.Issue{Key: f.Key(), PublicID: d.PublicID, Version: d.Version, How: how})
		f.Must(err)
		if part := []int64{0, d.DueMinor, d.DueMinor / 3}[i%3]; part > 0 {
			_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, AmountMinor: part, Method: "transfer"})
			f.Must(err)
		}
	}
	f.Move("2026-11-20")
	return f, clients
}

// all reads a whole list, page by page.
func all(t *testing.T, f *officetest.Firm, q sales.ListQuery) (rows []sales.ListRow) {
	t.Helper()
	for range 1000 {
		page, next, err := f.Sales.List(ctx, staff, q)
		f.Must(err)
		if len(page) > q.Limit {
			t.Fatalf("%d rows on a page of %d", len(page), q.Limit)
		}
		rows = append(rows, page...)
		if q.After = next; next == "" {
			return rows
		}
	}
	t.Fatal("the list has no end")
	return nil
}

// Every order, filter and page size gives what sorting and filtering the whole list gives.
func TestListEqualsTheNaiveOne(t *testing.T) {
	f, clients := town(t)
	whole := all(t, f, sales.ListQuery{Query: listing.Query{Limit: 500}})
	if len(whole) != 60 {
		t.Fatalf("%d rows", len(whole))
	}
	day := func(r sales.ListRow) string {
		if r.State == "draft" {
			return "9999-12-31"
		}
		return r.IssueDate.String()
	}
	key := func(s string) string {
		return strings.ToLower(strings.NewReplacer("É", "e", "é", "e", "Ç", "c").Replace(s))
	}
	orders := map[string]func(a, b sales.ListRow) int{
		"issueDate": func(a, b sales.ListRow) int { return cmp.Compare(day(a), day(b)) },
		"total":     func(a, b sales.ListRow) int { return cmp.Compare(a.TotalInclMinor, b.TotalInclMinor) },
		"customer":  func(a, b sales.ListRow) int { return cmp.Compare(key(a.CustomerName), key(b.CustomerName)) },
		"dueDate":   func(a, b sales.ListRow) int { return cmp.Compare(a.DueDate.String(), b.DueDate.String()) },
		"number":    func(a, b sales.ListRow) int { return cmp.Compare(a.Number, b.Number) },
		"updated":   func(a, b sales.ListRow) int { return cmp.Compare(a.UpdatedAt, b.UpdatedAt) },
		"nonsense":  func(a, b sales.ListRow) int { return cmp.Compare(day(a), day(b)) },
	}
	open := func(r sales.ListRow) bool { return r.State != "draft" && r.DueMinor != 0 }
	filters := map[string]func(sales.ListRow) bool{
		"": func(sales.ListRow) bool { return true }, "draft": func(r sales.ListRow) bool { return r.State == "draft" },
		"open": open, "paid": func(r sales.ListRow) bool { return r.State == "paid" },
		"overdue": func(r sales.ListRow) bool { return open(r) && r.DueDate.String() < "2026-11-20" },
		"partial": func(r sales.ListRow) bool { return open(r) && r.DueMinor != r.TotalInclMinor },
		"unsent":  func(r sales.ListRow) bool { return open(r) && r.SentAt == "" },
	}
	for state, keep := range filters {
		for sort, compare := range orders {
			for _, desc := range []bool{false, true} {
				for _, limit := range []int{1, 7, 500} {
					q := sales.ListQuery{Query: listing.Query{Sort: sort, Desc: desc, Limit: limit}, State: state, From: "2026-06-05", To: "2026-10-20", CustomerID: clients[0].PublicID}
					if limit == 7 {
						q.From, q.To, q.CustomerID = "", "", ""
					}
					want := slices.DeleteFunc(slices.Clone(whole), func(r sales.ListRow) bool {
						out := sort == "number" && r.Number == ""
						if q.CustomerID != "" {
							d := r.IssueDate.String()
							out = out || r.CustomerName != "Élodie Martin" || d < q.From || d > q.To
						}
						return out || !keep(r)
					})
					same(t, fmt.Sprintf("%s by %s %v, pages of %d", state, sort, desc, limit), all(t, f, q), want, compare, desc)
				}
			}
		}
	}
}

// same compares as sets, and proves the order of got; equal keys may stand in any order.
func same(t *testing.T, what string, got, want []sales.ListRow, compare func(a, b sales.ListRow) int, desc bool) {
	t.Helper()
	ids := func(rows []sales.ListRow) []string {
		list := []string{}
		for _, r := range rows {
			list = append(list, r.PublicID)
		}
		slices.Sort(list)
		return list
	}
	if !slices.Equal(ids(got), ids(want)) {
		t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for i := 1; i < len(got); i++ {
		if c := compare(got[i-1], got[i]); c > 0 && !desc || c < 0 && desc {
			t.Errorf("%s: row %d out of order", what, i)
			return
		}
	}
}

func TestSearchInTheList(t *testing.T) {
	f, _ := town(t)
	find := func(typed string) []sales.ListRow {
		return all(t, f, sales.ListQuery{Query: listing.Query{Search: typed, Limit: 9}})
	}
	if n := len(find("chene")); n != 18 { // of twenty, two are drafts: words are kept of what was issued
		t.Errorf("%d invoices of oak, want 18", n)
	}
	if rows := find("fa-2026-0007"); len(rows) != 1 || rows[0].Number != "FA-2026-0007" {
		t.Errorf("by number: %+v", rows)
	}
	for _, typed := range []string{"ÉLODIE", "elodie", "elo", "\"elodie", "elodie*", "(elodie"} {
		rows := find(typed)
		if len(rows) == 0 || slices.ContainsFunc(rows, func(r sales.ListRow) bool { return r.CustomerName != "Élodie Martin" }) {
			t.Errorf("%s: %d rows", typed, len(rows))
		}
	}
	if n := len(find("rien de tel")); n != 0 {
		t.Errorf("%d rows for nothing", n)
	}
	if n := len(find("  ;--' ")); n != 60 {
		t.Errorf("%d rows without a word", n)
	}
}

func TestListRefusesNonsense(t *testing.T) {
	f := officetest.New(t)
	for name, q := range map[string]sales.ListQuery{
		"cursor": {Query: listing.Query{After: "not a cursor"}}, "day": {From: "2026-13-01"}, "customer": {CustomerID: "nobody"},
	} {
		if _, _, err := f.Sales.List(ctx, staff, q); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Deposit invoices stand among the invoices, in one order over all pages.
func TestDepositInvoicesAreAmongTheInvoices(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	var want []string
	for i := range 7 {
		d := form(c, line(int64(1000+i*100)))
		if i%2 == 1 {
			d.Kind = "deposit_invoice"
		}
		want = append(want, f.Issue(d).Number)
	}
	for name, q := range map[string]sales.ListQuery{"newest": {Query: listing.Query{Desc: true}}, "largest": {Query: listing.Query{Sort: "total", Desc: true}}} {
		var got []string
		q.Limit = 3
		for {
			rows, next, err := f.Sales.List(ctx, staff, q)
			f.Must(err)
			for _, r := range rows {
				got = append(got, r.Number)
			}
			if q.After = next; next == "" {
				break
			}
		}
		slices.Reverse(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
