package sales_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// approve is the word of a contact on a quote as it stands.
func approve(f *officetest.Firm, who actor.Actor, q sales.Document, options ...int) (sales.Outcome, error) {
	return f.Sales.ApproveQuote(ctx, who, sales.Approval{PublicID: q.PublicID, Hash: q.Hash, Name: "Léa Martin", OrderNumber: "BC 77", Options: options})
}

func one(t *testing.T, f *officetest.Firm, query string) string {
	t.Helper()
	got := dbtest.Strings(t, dbtest.Raw(t, f.Path), query)
	if len(got) != 1 {
		t.Fatalf("%s: %v", query, got)
	}
	return got[0]
}

// One click: the invoice is made, issued and posted with the options taken, and can be paid.
func TestApprovalMakesTheInvoice(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	q := f.Issue(quoteForm(c, line(10_000), option(5_000), option(700)))
	who := officetest.Contact(c)
	who.Trust = actor.TrustLink
	done, err := approve(f, who, q, 2)
	f.Must(err)
	if done.Made == nil || done.Made.Number != "FA-2026-0001" || done.Draft || done.DueMinor != 12_840 {
		t.Fatalf("%+v %+v", done, done.Made)
	}
	invoice, err := f.Sales.PortalInvoice(ctx, who, done.Made.PublicID)
	f.Must(err)
	if len(invoice.Lines) != 2 || invoice.OrderNumber != "BC 77" || invoice.Quote == nil || invoice.Quote.Number != q.Number || invoice.Totals.TotalInclTax != 12_840 {
		t.Errorf("%d lines, order %q, quote %+v, total %d", len(invoice.Lines), invoice.OrderNumber, invoice.Quote, invoice.Totals.TotalInclTax)
	}
	x, err := f.Sales.GetQuote(ctx, staff, q.PublicID)
	f.Must(err)
	if x.State != billing.StateConverted || x.Decision == nil || x.Decision.Name != "Léa Martin" || x.Decision.ByFirm || x.Decision.TotalMinor != 12_840 || len(x.Made) != 1 {
		t.Errorf("%s %+v %+v", x.State, x.Decision, x.Made)
	}
	for query, want := range map[string]string{
		"SELECT count(*) FROM entries":                                                                  "1",
		"SELECT count(*) FROM mails WHERE kind = 'quote_confirmed'":                                     "1",
		"SELECT count(*) FROM mails WHERE kind = 'quote_approved'":                                      "1",
		"SELECT count(*) FROM notifications WHERE kind = 'quote_approved'":                              "1",
		"SELECT count(*) FROM audit_log WHERE action = 'quote.approved'":                                "1",
		"SELECT options FROM quote_decisions":                                                           "[2]",
		"SELECT document_hash = (SELECT hash FROM documents WHERE kind = 'quote') FROM quote_decisions": "1",
	} {
		if got := one(t, f, query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	f.Sound()
}

// What must not make a second invoice, nor a first one: each has its own word.
func TestApprovalsThatAreRefused(t *testing.T) {
	f := officetest.New(t)
	c, other := f.Customer("Client", nil), f.Customer("Autre", nil)
	who := officetest.Contact(c)
	fresh := func() sales.Document { return f.Issue(quoteForm(c, line(10_000), option(500))) }

	twice := fresh()
	_, err := approve(f, who, twice)
	f.Must(err)
	_, err = approve(f, who, twice)
	f.WantFault(err, "fault.quote_already_approved")
	_, err = f.Sales.RefuseQuote(ctx, who, sales.Refusal{PublicID: twice.PublicID, Hash: twice.Hash, Name: "Léa", Reason: "trop cher"})
	f.WantFault(err, "fault.quote_already_approved")

	refused := fresh()
	_, err = f.Sales.RefuseQuote(ctx, who, sales.Refusal{PublicID: refused.PublicID, Hash: refused.Hash, Name: "Léa", Reason: ""})
	f.WantField(err, "reason", "fault.required")
	_, err = f.Sales.RefuseQuote(ctx, who, sales.Refusal{PublicID: refused.PublicID, Hash: refused.Hash, Name: "Léa", Reason: "trop cher"})
	f.Must(err)
	_, err = approve(f, who, refused)
	f.WantFault(err, "fault.quote_already_refused")

	changed := fresh()
	before := changed
	next, err := f.Sales.ReviseQuote(ctx, staff, f.Key(), changed.PublicID)
	f.Must(err)
	next, err = issue(f, next, sales.ByHand)
	f.Must(err)
	if next.Number != changed.Number+"-2" || next.Revision != 2 {
		t.Errorf("new version %s, %d", next.Number, next.Revision)
	}
	_, err = approve(f, who, before)
	f.WantFault(err, "fault.quote_superseded")
	stale := next
	stale.Hash = before.Hash
	_, err = approve(f, who, stale)
	f.WantFault(err, "fault.quote_changed")

	unnamed := fresh()
	_, err = f.Sales.ApproveQuote(ctx, who, sales.Approval{PublicID: unnamed.PublicID, Hash: unnamed.Hash, Name: "  "})
	f.WantField(err, "name", "fault.required")
	_, err = approve(f, who, unnamed, 0)
	f.WantField(err, "options", "fault.choice")
	_, err = approve(f, officetest.Contact(other), unnamed)
	f.WantFault(err, "fault.not_found")
	_, err = approve(f, who, f.Issue(form(c, line(100)))) // an invoice is no quote
	f.WantFault(err, "fault.not_found")

	late := fresh()
	f.Move(late.ValidUntil.String())
	if x, err := f.Sales.GetQuote(ctx, staff, late.PublicID); err != nil || x.State != billing.StateSent || !x.Waits {
		t.Errorf("on its last day: %s %v", x.State, err)
	}
	f.Move(late.ValidUntil.AddDays(1).String())
	_, err = approve(f, who, late)
	f.WantFault(err, "fault.quote_expired")
	if x, err := f.Sales.GetQuote(ctx, staff, late.PublicID); err != nil || x.State != billing.StateExpired || x.Waits {
		t.Errorf("the day after: %s %v", x.State, err)
	}
	// The firm may note later what was said in time.
	if _, err = f.Sales.ApproveQuote(ctx, staff, sales.Approval{Key: f.Key(), PublicID: late.PublicID, Hash: late.Hash, Name: "Léa", On: late.ValidUntil.String()}); err != nil {
		t.Errorf("noted by hand: %v", err)
	}
	if got := one(t, f, "SELECT count(*) FROM documents WHERE quote_id IS NOT NULL"); got != "2" {
		t.Errorf("%s invoices of quotes, want 2", got)
	}
	f.Sound()
}

// Many people and many clicks at once, on a real file: one decision, one invoice.
func TestApprovalByManyAtOnce(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", func(c *customers.Customer) {
		for i := range 3 {
			c.Contacts = append(c.Contacts, customers.Contact{Name: fmt.Sprint("Contact ", i), Email: fmt.Sprintf("c%d@client.example", i), Language: "fr", PortalAccess: true})
		}
	})
	q := f.Issue(quoteForm(c, line(10_000), option(5_000)))
	var all sync.WaitGroup
	var mu sync.Mutex
	approvals, refusals, faults := 0, 0, map[string]int{}
	for i := range 48 {
		k := c.Contacts[i%len(c.Contacts)]
		who := actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: c.ID, Trust: actor.TrustLink, Lang: "fr"}
		all.Go(func() {
			var err error
			refuse := i%4 == 3
			if refuse {
				_, err = f.Sales.RefuseQuote(ctx, who, sales.Refusal{PublicID: q.PublicID, Hash: q.Hash, Name: "Léa", Reason: "trop cher"})
			} else {
				_, err = approve(f, who, q, i%2)
				if i%2 == 0 {
					_, err = approve(f, who, q)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			e, isFault := fault.As(err)
			switch {
			case err == nil && refuse:
				refusals++
			case err == nil:
				approvals++
			case isFault:
				faults[e.Key]++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if approvals+refusals != 1 {
		t.Errorf("%d approvals, %d refusals", approvals, refusals)
	}
	for key := range faults {
		if key != "fault.quote_already_approved" && key != "fault.quote_already_refused" && key != "fault.form" {
			t.Errorf("%s ×%d", key, faults[key])
		}
	}
	if n, want := one(t, f, "SELECT count(*) FROM documents WHERE quote_id IS NOT NULL"), fmt.Sprint(approvals); n != want {
		t.Errorf("%s invoices for %s approvals", n, want)
	}
	if n := one(t, f, "SELECT count(*) FROM quote_decisions"); n != "1" {
		t.Errorf("%s decisions", n)
	}
	f.Sound()
}

// A deposit asked for: its invoice is made, the quote is agreed to but not invoiced whole.
func TestApprovalWithDeposit(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := quoteForm(c, line(100_000), option(20_000))
	d.DepositPCM = 30_000
	q := f.Issue(d)
	done, err := approve(f, officetest.Contact(c), q, 1)
	f.Must(err)
	if done.Made == nil || done.Made.Kind != billing.DepositInvoice || done.DueMinor != 43_200 { // 30 % of 1 440,00
		t.Fatalf("%+v due %d", done.Made, done.DueMinor)
	}
	x, err := f.Sales.GetQuote(ctx, staff, q.PublicID)
	f.Must(err)
	if x.State != billing.StateApproved || x.DepositMinor != 36_000 {
		t.Errorf("%s, deposit shown %d", x.State, x.DepositMinor)
	}
	counts, err := f.Sales.QuoteCounts(ctx, staff)
	f.Must(err)
	if counts != (sales.QuoteCounts{Approved: 1}) {
		t.Errorf("%+v", counts)
	}
	f.Sound()
}

// Undone by the firm: a credit note takes the invoice back whole, the quote waits again, and
// may be approved anew. Once something is paid, no more.
func TestUndoOfAnApproval(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	who := officetest.Contact(c)
	q := f.Issue(quoteForm(c, line(10_000)))
	first, err := approve(f, who, q)
	f.Must(err)
	key := f.Key()
	x, err := f.Sales.UndoQuote(ctx, staff, key, q.PublicID)
	f.Must(err)
	if x.State != billing.StateSent && x.State != billing.StateViewed || x.Decision != nil || len(x.Undone) != 1 || x.Undone[0].UndoneBy != staff.Name {
		t.Errorf("%s %+v", x.State, x.Undone)
	}
	if _, err := f.Sales.UndoQuote(ctx, staff, key, q.PublicID); err != nil { // the same click again
		t.Error(err)
	}
	_, err = f.Sales.UndoQuote(ctx, staff, f.Key(), q.PublicID)
	f.WantFault(err, "fault.quote_undecided")
	if d, err := f.Sales.Get(ctx, staff, first.Made.PublicID); err != nil || d.State != billing.StateCancelled || d.DueMinor != 0 {
		t.Errorf("the invoice is %s, %d due: %v", d.State, d.DueMinor, err)
	}
	second, err := approve(f, who, q)
	f.Must(err)
	if second.Made.Number == first.Made.Number {
		t.Error("a number twice")
	}
	paid, err := f.Sales.Get(ctx, staff, second.Made.PublicID)
	f.Must(err)
	pay(f, paid, 100)
	_, err = f.Sales.UndoQuote(ctx, staff, f.Key(), q.PublicID)
	f.WantFault(err, "fault.quote_paid")
	f.Sound()
}

// Where the law wants more of an invoice than of a quote, the customer's word counts: the
// invoice waits as a draft, and the firm is told.
func TestApprovalWithoutTheFirmsPapers(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", func(c *customers.Customer) { c.Line1, c.City, c.Postcode = "", "", "" })
	q := f.Issue(quoteForm(c, line(10_000)))
	done, err := approve(f, officetest.Contact(c), q)
	f.Must(err)
	if !done.Draft || done.DueMinor != 0 {
		t.Fatalf("%+v", done)
	}
	x, err := f.Sales.GetQuote(ctx, staff, q.PublicID)
	f.Must(err)
	if x.State != billing.StateApproved || len(x.Made) != 1 || !x.Made[0].Draft {
		t.Errorf("%s %+v", x.State, x.Made)
	}
	f.Must(f.Sales.Delete(ctx, staff, x.Made[0].PublicID, x.Made[0].Version))
	f.Must(func() error { _, err := f.Sales.UndoQuote(ctx, staff, f.Key(), q.PublicID); return err }())
	f.Sound()
}

// A newer version: one draft of it, the number with the count, and not once it is agreed to.
func TestVersionsOfAQuote(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	q := f.Issue(quoteForm(c, line(10_000), option(500)))
	second, err := f.Sales.ReviseQuote(ctx, staff, f.Key(), q.PublicID)
	f.Must(err)
	if again, err := f.Sales.ReviseQuote(ctx, staff, f.Key(), q.PublicID); err != nil || again.PublicID != second.PublicID {
		t.Errorf("a second draft: %v", err)
	}
	if !second.Lines[1].Optional || !second.Draft || second.Replaces == nil {
		t.Errorf("%+v", second)
	}
	second, err = issue(f, second, sales.ByHand)
	f.Must(err)
	third, err := f.Sales.ReviseQuote(ctx, staff, f.Key(), second.PublicID)
	f.Must(err)
	third, err = issue(f, third, sales.ByHand)
	f.Must(err)
	if third.Number != "DE-2026-0001-3" {
		t.Errorf("third is %s", third.Number)
	}
	old, err := f.Sales.PortalQuote(ctx, officetest.Contact(c), q.PublicID)
	f.Must(err)
	if old.State != billing.StateSuperseded || old.Successor == nil || old.Successor.Number != second.Number || len(old.Versions) != 3 || old.Waits {
		t.Errorf("%s %+v %+v", old.State, old.Successor, old.Versions)
	}
	_, err = f.Sales.ReviseQuote(ctx, staff, f.Key(), q.PublicID)
	f.WantFault(err, "fault.quote_superseded")
	if next := f.Issue(quoteForm(c, line(100))); next.Number != "DE-2026-0002" {
		t.Errorf("the series goes on with %s", next.Number)
	}
	// Agreed to while the next version is being written: that one is too late.
	fourth, err := f.Sales.ReviseQuote(ctx, staff, f.Key(), third.PublicID)
	f.Must(err)
	_, err = approve(f, officetest.Contact(c), third)
	f.Must(err)
	_, err = issue(f, fourth, sales.ByHand)
	f.WantFault(err, "fault.quote_already_approved")
	f.Sound()
}

func drawing(w, h int, ink bool) []byte {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	if ink {
		for x := range w {
			img.Set(x, h/2, color.Black)
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img) // into memory
	return b.Bytes()
}

// A drawn signature is a picture and nothing else.
func TestSignatures(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	who := officetest.Contact(c)
	sign := func(b []byte) (sales.Document, error) {
		q := f.Issue(quoteForm(c, line(100)))
		_, err := f.Sales.ApproveQuote(ctx, who, sales.Approval{PublicID: q.PublicID, Hash: q.Hash, Name: "Léa", Signature: b})
		return q, err
	}
	for name, b := range map[string][]byte{"no picture": []byte("<svg onload=alert(1)>"), "a page": []byte("<!doctype html><script>1</script>"), "too wide": drawing(3000, 10, true), "cut off": drawing(300, 100, true)[:60],
		"too heavy": bytes.Repeat(drawing(300, 100, true), 2000)} {
		_, err := sign(b)
		if e, ok := fault.As(err); !ok || len(e.Fields) != 1 || e.Fields[0].Key != "fault.signature" {
			t.Errorf("%s: %v", name, err)
		}
	}
	hidden := append(drawing(300, 100, true), []byte("<script>alert(1)</script>")...)
	q, err := sign(hidden)
	f.Must(err)
	kept, err := f.Sales.QuoteSignature(ctx, staff, q.PublicID)
	f.Must(err)
	if kept.MediaType != "image/png" || bytes.Contains(kept.Bytes, []byte("script")) || len(kept.Bytes) == 0 {
		t.Errorf("kept %s %d bytes", kept.MediaType, len(kept.Bytes))
	}
	if q, err = sign(drawing(300, 100, false)); err != nil { // an empty pad
		t.Fatal(err)
	}
	if _, err := f.Sales.QuoteSignature(ctx, who, q.PublicID); !fault.Is(err, fault.NotFound) {
		t.Errorf("signature of an empty pad: %v", err)
	}
	f.Sound()
}

// Every list of quotes holds what its name says.
func TestListsOfQuotes(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	who := officetest.Contact(c)
	short := quoteForm(c, line(100))
	short.ValidUntil = f.Now().Format(time.DateOnly)
	byState := map[string]sales.Document{"draft": f.Draft(quoteForm(c, line(100))), "expired": f.Issue(short), "waiting": f.Issue(quoteForm(c, line(200))), "refused": f.Issue(quoteForm(c, line(300))),
		"converted": f.Issue(quoteForm(c, line(400))), "superseded": f.Issue(quoteForm(c, line(500)))}
	dep := quoteForm(c, line(600))
	dep.DepositPCM = 50_000
	byState["approved"] = f.Issue(dep)
	for _, state := range []string{"converted", "approved"} {
		_, err := approve(f, who, byState[state])
		f.Must(err)
	}
	_, err := f.Sales.RefuseQuote(ctx, who, sales.Refusal{PublicID: byState["refused"].PublicID, Hash: byState["refused"].Hash, Name: "Léa", Reason: "non"})
	f.Must(err)
	next, err := f.Sales.ReviseQuote(ctx, staff, f.Key(), byState["superseded"].PublicID)
	f.Must(err)
	next, err = issue(f, next, sales.ByHand)
	f.Must(err)
	f.Move(f.Now().AddDate(0, 0, 1).Format(time.DateOnly))
	for state, d := range byState {
		rows, _, err := f.Sales.Quotes(ctx, staff, sales.QuoteQuery{State: state})
		f.Must(err)
		want := 1
		if state == "waiting" {
			want = 2 // and the newer version
		}
		found := false
		for _, r := range rows {
			found = found || r.PublicID == d.PublicID
		}
		if len(rows) != want || !found {
			t.Errorf("%s: %d rows, found %v", state, len(rows), found)
		}
		mine, _, err := f.Sales.PortalQuotes(ctx, who, sales.PortalQuery{Filter: state})
		f.Must(err)
		if state == "draft" && len(mine) != 0 || state != "draft" && len(mine) != want {
			t.Errorf("%s in the portal: %d", state, len(mine))
		}
	}
	counts, err := f.Sales.QuoteCounts(ctx, staff)
	f.Must(err)
	if counts != (sales.QuoteCounts{Draft: 1, Waiting: 2, Expired: 1, Approved: 1}) {
		t.Errorf("%+v", counts)
	}
	if rows, _, err := f.Sales.PortalQuotes(ctx, who, sales.PortalQuery{Words: next.Number}); err != nil || len(rows) != 1 {
		t.Errorf("looked for %s: %v %v", next.Number, rows, err)
	}
	f.Change(func(c *company.Firm) { c.QuoteDays = 7 })
	if d := f.Issue(quoteForm(c, line(100))); d.ValidUntil != d.IssueDate.AddDays(7) {
		t.Errorf("valid until %s", d.ValidUntil)
	}
}

// The last day counts whole where the firm is, whatever the hour elsewhere.
func TestTheLastDayIsTheFirms(t *testing.T) {
	f := officetest.New(t) // in Paris
	c := f.Customer("Client", nil)
	d := quoteForm(c, line(100))
	d.ValidUntil = "2026-12-31"
	q := f.Issue(d)
	for at, waits := range map[string]bool{"2026-12-31T22:59:59Z": true, "2026-12-31T23:00:00Z": false} { // midnight in Paris
		now, err := time.Parse(time.RFC3339, at)
		f.Must(err)
		f.MoveTo(now)
		x, err := f.Sales.PortalQuote(ctx, officetest.Contact(c), q.PublicID)
		f.Must(err)
		if x.Waits != waits || (x.State == billing.StateExpired) == waits {
			t.Errorf("%s: waits %v, %s", at, x.Waits, x.State)
		}
	}
}

// Once a final invoice took the deposit off, the decision stands: the invoice is what is put right.
func TestNoUndoAfterTheFinalInvoice(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := quoteForm(c, line(100_000))
	d.DepositPCM = 30_000
	q := f.Issue(d)
	_, err := approve(f, officetest.Contact(c), q)
	f.Must(err)
	final, err := f.Sales.ConvertQuote(ctx, staff, f.Key(), q.PublicID)
	f.Must(err)
	if again, err := f.Sales.ConvertQuote(ctx, staff, f.Key(), q.PublicID); err != nil || again.PublicID != final.PublicID {
		t.Errorf("a second draft: %v", err)
	}
	_, err = issue(f, final, sales.ByHand)
	f.Must(err)
	_, err = f.Sales.ConvertQuote(ctx, staff, f.Key(), q.PublicID)
	f.WantFault(err, "fault.quote_invoiced")
	_, err = f.Sales.UndoQuote(ctx, staff, f.Key(), q.PublicID)
	f.WantFault(err, "fault.quote_final")
	if got := one(t, f, "SELECT count(*) FROM documents WHERE kind = 'credit_note'"); got != "0" {
		t.Errorf("%s credit notes of an undo that was refused", got)
	}
	f.Sound()
}
