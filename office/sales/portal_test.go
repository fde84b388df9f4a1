package sales_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// What is another customer's, a draft, or nothing at all: not found, all alike.
func TestPortalShowsOwnDocumentsOnly(t *testing.T) {
	f := officetest.New(t)
	mine, theirs := f.Customer("Mien", nil), f.Customer("Leur", nil)
	form1 := form(mine, line(1000))
	form1.PrivateNote = "marge faible"
	d := f.Issue(form1)
	draft := f.Draft(form(mine, line(1000)))
	other := f.Issue(form(theirs, line(1000)))
	me := officetest.Contact(mine)
	got, err := f.Sales.PortalInvoice(ctx, me, d.PublicID)
	f.Must(err)
	if got.Number != d.Number || got.PrivateNote != "" {
		t.Errorf("%s, private note %q", got.Number, got.PrivateNote)
	}
	for _, publicID := range []string{other.PublicID, draft.PublicID, "nothing", ""} {
		_, err := f.Sales.PortalInvoice(ctx, me, publicID)
		f.WantFault(err, "fault.not_found")
		_, err = f.Sales.PortalPDF(ctx, me, publicID)
		f.WantFault(err, "fault.not_found")
	}
	nobody := actor.Actor{Kind: actor.Contact, CustomerID: mine.ID} // no session
	for _, who := range []actor.Actor{nobody, staff, {}} {
		_, err := f.Sales.PortalInvoice(ctx, who, d.PublicID)
		f.WantFault(err, "fault.forbidden")
		_, err = f.Sales.PortalInvoices(ctx, who, sales.PortalQuery{})
		f.WantFault(err, "fault.forbidden")
		_, err = f.Sales.PortalSummary(ctx, who)
		f.WantFault(err, "fault.forbidden")
	}
}

func TestFirstOpeningIsNoted(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := f.Issue(form(c, line(1000)))
	for range 3 {
		_, err := f.Sales.PortalInvoice(ctx, officetest.Contact(c), d.PublicID)
		f.Must(err)
	}
	raw := dbtest.Raw(t, f.Path)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM notifications WHERE kind = 'invoice_viewed'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	if seen, err := f.Sales.Get(ctx, staff, d.PublicID); err != nil || seen.State != "viewed" {
		t.Errorf("%s %v", seen.State, err)
	}
}

// The portal's lists, page by page, are the customer's documents and nothing else.
func TestPortalListsPage(t *testing.T) {
	f := officetest.New(t)
	mine, theirs := f.Customer("Mien", nil), f.Customer("Leur", nil)
	var issued, open, paid []string
	for i := range 23 {
		f.Move(fmt.Sprintf("2026-10-%02d", 1+i/3)) // several of one day
		d := f.Issue(form(mine, line(int64(1000+i))))
		f.Issue(form(theirs, line(500)))
		issued = append(issued, d.Number)
		if i%4 == 0 {
			_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, Method: "cheque"})
			f.Must(err)
			paid = append(paid, d.Number)
		} else {
			open = append(open, d.Number)
		}
	}
	slices.Reverse(issued)
	slices.Reverse(paid)
	me := officetest.Contact(mine)
	for filter, want := range map[string][]string{"": issued, "all": issued, "open": open, "paid": paid} {
		for _, limit := range []int{1, 5, 100} {
			var got []string
			q := sales.PortalQuery{Filter: filter, Limit: limit}
			for range 100 {
				page, err := f.Sales.PortalInvoices(ctx, me, q)
				f.Must(err)
				for _, r := range page.Rows {
					got = append(got, r.Number)
				}
				if q.After = page.Next; q.After == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q by %d: %v, want %v", filter, limit, got, want)
			}
		}
	}
	if _, err := f.Sales.PortalInvoices(ctx, me, sales.PortalQuery{After: "???"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a false cursor: %v", err)
	}
	sum, err := f.Sales.PortalSummary(ctx, me)
	f.Must(err)
	if len(sum.Totals) != 1 || sum.Totals[0].Documents != int64(len(open)) || len(sum.Open) != 5 || len(sum.Recent) != 5 || sum.Open[0].Number != open[0] || sum.Recent[0].Number != issued[0] {
		t.Errorf("%+v", sum)
	}
}

// The paper is drawn once, filed, and the same whenever it is drawn.
func TestPaperIsFiledOnce(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := f.Issue(form(c, line(10_000)))
	twin := f.Issue(form(c, line(10_000)))
	draft := f.Draft(form(c, line(10_000)))
	job := func(d sales.Document) {
		payload, err := json.Marshal(map[string]int64{"document_id": d.ID})
		f.Must(err)
		f.Must(f.Sales.FilePDF(ctx, payload))
	}
	job(d)
	raw := dbtest.Raw(t, f.Path)
	sha := dbtest.Strings(t, raw, "SELECT pdf_sha256 FROM document_status WHERE document_id = 1")[0]
	filed, err := f.Files.Load(sha)
	f.Must(err)
	// What happens afterwards does not show on it; it is drawn late here.
	for _, x := range []sales.Document{d, twin} {
		_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: x.PublicID, AmountMinor: 5_000, Method: "cash"})
		f.Must(err)
	}
	_, err = f.Customers.Save(ctx, staff, f.Key(), renamed(c))
	f.Must(err)
	job(d)
	got, err := f.Sales.PDF(ctx, staff, d.PublicID)
	f.Must(err)
	portal, err := f.Sales.PortalPDF(ctx, officetest.Contact(c), d.PublicID)
	f.Must(err)
	if !bytes.Equal(got.Bytes, filed) || !bytes.Equal(portal.Bytes, filed) || got.Name != d.Number+".pdf" {
		t.Error("the paper changed after it was filed")
	}
	late, err := f.Sales.PDF(ctx, staff, twin.PublicID)
	f.Must(err)
	var paper []sales.Document
	f.Must(json.Unmarshal(bytes.Replace(late.Bytes, []byte(",null]"), []byte("]"), 1), &paper))
	if p := paper[0]; p.PaidMinor != 0 || p.DueMinor != 12_000 || len(p.Payments) != 0 || p.Buyer.Name != "Client" || p.EPC == "" {
		t.Errorf("drawn late: %+v", p)
	}
	sketch, err := f.Sales.PDF(ctx, staff, draft.PublicID)
	f.Must(err)
	if len(sketch.Bytes) == 0 || dbtest.Int(t, raw, "SELECT count(*) FROM files") != 2 {
		t.Error("a draft was filed")
	}
	payload, err := json.Marshal(map[string]int64{"document_id": draft.ID})
	f.Must(err)
	f.WantFault(f.Sales.FilePDF(ctx, payload), "fault.still_draft")
	f.Sound()
}

func renamed(c customers.Customer) customers.Customer {
	c.Name = "Nouveau nom"
	return c
}
