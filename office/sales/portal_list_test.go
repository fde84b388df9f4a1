package sales_test

import (
	"fmt"
	"slices"
	"testing"

	"comptoir/core/civil"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// What a customer finds by state, day, word, amount and order is its own, and all of it.
func TestPortalListFinds(t *testing.T) {
	f := officetest.New(t)
	mine, theirs := f.Customer("Mien", nil), f.Customer("Leur", nil)
	made := map[string]string{} // number by what it is
	issue := func(name, day, description, order string, cents int64) {
		f.Move(day)
		for i, c := range []sales.Draft{form(mine, line(cents)), form(theirs, line(cents))} {
			c.Lines[0].Description, c.OrderNumber = description, order
			d := f.Issue(c)
			if i == 0 {
				made[name] = d.Number
			}
		}
	}
	issue("shelf", "2026-08-03", "Étagère en chêne", "BC-77", 100_000)
	issue("door", "2026-09-04", "Porte d’entrée (50 % vitrée) [A*]", "", 250_000)
	issue("paid", "2026-10-05", "Réparation", "BC-78", 30_000)
	issue("late", "2026-10-20", "Dépannage", "", 12_345)
	me := officetest.Contact(mine)
	raw := dbtest.Raw(t, f.Path)
	paidID := dbtest.Strings(t, raw, "SELECT public_id FROM documents WHERE number = ?", made["paid"])[0]
	_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: paidID, Method: "cheque"})
	f.Must(err)
	f.Move("2026-11-10")
	day := civil.MustParse
	for name, c := range map[string]struct {
		q    sales.PortalQuery
		want []string
	}{
		"all":               {sales.PortalQuery{}, []string{"late", "paid", "door", "shelf"}},
		"oldest":            {sales.PortalQuery{Sort: "oldest"}, []string{"shelf", "door", "paid", "late"}},
		"largest":           {sales.PortalQuery{Sort: "largest"}, []string{"door", "shelf", "paid", "late"}},
		"smallest":          {sales.PortalQuery{Sort: "smallest"}, []string{"late", "paid", "shelf", "door"}},
		"by due date":       {sales.PortalQuery{Sort: "due"}, []string{"shelf", "door", "paid", "late"}},
		"an unknown order":  {sales.PortalQuery{Sort: "d.id; DROP TABLE documents"}, []string{"late", "paid", "door", "shelf"}},
		"open":              {sales.PortalQuery{Filter: "open"}, []string{"shelf", "door", "late"}},
		"open, largest":     {sales.PortalQuery{Filter: "open", Sort: "largest"}, []string{"door", "shelf", "late"}},
		"overdue":           {sales.PortalQuery{Filter: "overdue"}, []string{"shelf", "door"}},
		"paid":              {sales.PortalQuery{Filter: "paid"}, []string{"paid"}},
		"one month":         {sales.PortalQuery{From: day("2026-09-01"), To: day("2026-09-30")}, []string{"door"}},
		"from a day":        {sales.PortalQuery{From: day("2026-10-05")}, []string{"late", "paid"}},
		"until a day":       {sales.PortalQuery{Filter: "open", To: day("2026-08-03")}, []string{"shelf"}},
		"a word":            {sales.PortalQuery{Words: "chene"}, []string{"shelf"}},
		"accents and case":  {sales.PortalQuery{Words: "ÉTAGERE CHÊNE"}, []string{"shelf"}},
		"two lettered é":    {sales.PortalQuery{Words: "e\u0301tag"}, []string{"shelf"}},
		"half a word":       {sales.PortalQuery{Words: "panna"}, []string{"late"}},
		"an order number":   {sales.PortalQuery{Words: "bc-7"}, []string{"paid", "shelf"}},
		"a number":          {sales.PortalQuery{Words: made["door"]}, []string{"door"}},
		"an amount":         {sales.PortalQuery{Words: "1 200,00"}, []string{"shelf"}},
		"a whole amount":    {sales.PortalQuery{Words: "148"}, []string{"late"}},
		"with its sign":     {sales.PortalQuery{Words: "148,14 €"}, []string{"late"}},
		"what means more":   {sales.PortalQuery{Words: "[A*]"}, []string{"door"}},
		"a star":            {sales.PortalQuery{Words: "*"}, []string{"door"}},
		"a question mark":   {sales.PortalQuery{Words: "?"}, nil},
		"an apostrophe":     {sales.PortalQuery{Words: "d'entree"}, []string{"door"}},
		"words of two":      {sales.PortalQuery{Words: "chene porte"}, nil},
		"word within state": {sales.PortalQuery{Filter: "paid", Words: "chene"}, nil},
		"an injection":      {sales.PortalQuery{Words: "' OR 1=1 --"}, nil},
	} {
		for _, limit := range []int{1, 50} {
			var got []string
			q := c.q
			q.Limit = limit
			for range 20 {
				page, err := f.Sales.PortalInvoices(ctx, me, q)
				f.Must(err)
				if page.Count != len(c.want) {
					t.Errorf("%s by %d: counted %d", name, limit, page.Count)
				}
				for _, r := range page.Rows {
					got = append(got, r.Number)
				}
				if q.After = page.Next; q.After == "" {
					break
				}
			}
			want := []string(nil)
			for _, w := range c.want {
				want = append(want, made[w])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s by %d: %v, want %v", name, limit, got, want)
			}
		}
	}
}

// Several papers are the contact's own and at most so many; the same again is the same.
func TestPortalSeveral(t *testing.T) {
	f := officetest.New(t)
	mine, theirs := f.Customer("Mien", nil), f.Customer("Leur", nil)
	a, b, other := f.Issue(form(mine, line(1000))), f.Issue(form(mine, line(2000))), f.Issue(form(theirs, line(3000)))
	draft := f.Draft(form(mine, line(4000)))
	me := officetest.Contact(mine)
	refs, err := f.Sales.PortalSeveral(ctx, me, sales.Several{All: true})
	f.Must(err)
	if len(refs) != 2 || refs[0].Name != a.Number+".pdf" || refs[1].Name != b.Number+".pdf" {
		t.Fatalf("%+v", refs)
	}
	for _, r := range refs {
		if p, err := f.Sales.PortalPaper(ctx, me, r); err != nil || len(p.Bytes) == 0 {
			t.Errorf("%s: %v", r.Number, err)
		}
		_, err := f.Sales.PortalPaper(ctx, officetest.Contact(theirs), r)
		f.WantFault(err, "fault.not_found")
	}
	for _, ids := range [][]string{{other.PublicID}, {a.PublicID, other.PublicID}, {draft.PublicID}, {"nothing"}} {
		_, err := f.Sales.PortalSeveral(ctx, me, sales.Several{IDs: ids})
		f.WantFault(err, "fault.not_found")
	}
	many := []string{}
	for i := range 501 {
		many = append(many, fmt.Sprint(i))
	}
	_, err = f.Sales.PortalSeveral(ctx, me, sales.Several{IDs: many})
	f.WantFault(err, "fault.too_many_papers")
	_, err = f.Sales.PortalSeveral(ctx, staff, sales.Several{All: true})
	f.WantFault(err, "fault.forbidden")
}
