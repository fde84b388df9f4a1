package payments_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/listing"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

var (
	ctx   = officetest.Ctx
	staff = officetest.Staff
	line  = officetest.Line
	goods = officetest.Goods
	form  = officetest.Form
)

func record(f *officetest.Firm, d sales.Document, cents int64) (payments.Payment, error) {
	return f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, AmountMinor: cents, Method: "transfer"})
}

// balance is what stands on the account of a role.
func balance(t *testing.T, f *officetest.Firm, role string) int64 {
	t.Helper()
	return dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT COALESCE(sum(l.debit_minor - l.credit_minor), 0) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.role = ?", role)
}

// RF 5.1: the tax of services waits and falls due in proportion to what is paid, the last
// payment takes the rest; the tax of goods never waited.
func TestTaxIsReleasedWithThePayments(t *testing.T) {
	f := officetest.New(t)
	d := f.Issue(form(f.Customer("Client", nil), goods(104_562), line(19_800)))
	waiting := -balance(t, f, "tva_collectee_attente")
	if waiting != 3_960 {
		t.Fatalf("%d waits", waiting)
	}
	total := d.DueMinor
	first, err := record(f, d, 100_000)
	f.Must(err)
	share := (3_960*100_000 + total/2) / total
	if got := -balance(t, f, "tva_collectee_attente"); got != 3_960-share {
		t.Errorf("%d waits after the first payment, want %d", got, 3_960-share)
	}
	second, err := record(f, d, 0)
	f.Must(err)
	if second.AmountMinor != total-100_000 || first.Number != "RE-2026-0001" || second.Number != "RE-2026-0002" {
		t.Errorf("%+v %+v", first, second)
	}
	for role, want := range map[string]int64{"tva_collectee_attente": 0, "clients": 0, "banque": total} {
		if got := balance(t, f, role); got != want {
			t.Errorf("%s %d, want %d", role, got, want)
		}
	}
	done, err := f.Sales.Get(ctx, staff, d.PublicID)
	f.Must(err)
	if done.State != "paid" || done.DueMinor != 0 || done.SettledOn != civil.MustParse("2026-11-21") || len(done.Payments) != 2 {
		t.Errorf("%+v", done)
	}
	f.Sound()
}

// However an invoice is paid: what is due and what was paid sum to the total, all tax is
// released at the end and never more, and the customer's account ends at zero.
func TestAnyPaymentsEndAtZero(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	abroad := f.Customer("Ailleurs", func(c *customers.Customer) { c.Currency = "CAD" })
	noted := form(abroad, line(1_000))
	noted.RateE8 = 66_123_457
	_, err := record(f, f.Issue(noted), 0)
	f.Must(err)
	rapid.Check(t, func(rt *rapid.T) {
		who := rapid.SampledFrom([]customers.Customer{c, abroad}).Draw(rt, "customer")
		d := form(who)
		for range rapid.IntRange(1, 4).Draw(rt, "lines") {
			l := line(rapid.Int64Range(1, 300_000).Draw(rt, "cents"), rapid.SampledFrom([]string{"FR-20", "FR-10", "FR-5.5"}).Draw(rt, "tax"))
			l.Nature = rapid.SampledFrom([]string{"goods", "services"}).Draw(rt, "nature")
			d.Lines = append(d.Lines, l)
		}
		if who.Currency == "CAD" && rapid.Bool().Draw(rt, "new rate") {
			d.RateE8 = rapid.Int64Range(50_000_000, 90_000_000).Draw(rt, "rate")
		}
		doc := f.Issue(d)
		left := doc.DueMinor
		for left > 0 {
			part := rapid.Int64Range(1, left).Draw(rt, "part")
			if rapid.IntRange(0, 2).Draw(rt, "all") == 0 {
				part = left
			}
			p, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: doc.PublicID, AmountMinor: part,
				Method: rapid.SampledFrom([]string{"transfer", "cash", "cheque", "card", "other"}).Draw(rt, "method")})
			if err != nil {
				rt.Fatal(err)
			}
			left -= p.AmountMinor
			now, err := f.Sales.Get(ctx, staff, doc.PublicID)
			if err != nil || now.DueMinor != left || now.PaidMinor+now.DueMinor != doc.DueMinor {
				rt.Fatalf("due %d, paid %d of %d: %v", now.DueMinor, now.PaidMinor, doc.DueMinor, err)
			}
		}
		for _, role := range []string{"tva_collectee_attente", "clients"} {
			if got := balance(t, f, role); got != 0 {
				rt.Fatalf("%s is left with %d", role, got)
			}
		}
	})
	f.Sound()
}

func TestPaymentsThatAreRefused(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	dated := form(c, line(10_000))
	dated.IssueDate = "2026-11-10"
	d := f.Issue(dated)
	ok := payments.Record{DocumentID: d.PublicID, Method: "transfer"}
	for path, spoil := range map[string]func(*payments.Record){
		"amount":     func(r *payments.Record) { r.AmountMinor = d.DueMinor + 1 },
		"method":     func(r *payments.Record) { r.Method = "barter" },
		"receivedOn": func(r *payments.Record) { r.ReceivedOn = "2026-11-22" },
		"reference":  func(r *payments.Record) { r.Reference = strings.Repeat("x", 101) },
		"note":       func(r *payments.Record) { r.Note = strings.Repeat("x", 2001) },
	} {
		r := ok
		r.Key = f.Key()
		spoil(&r)
		if _, err := f.Payments.Record(ctx, staff, r); !fault.HasField(err, path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for key, r := range map[string]payments.Record{
		"fault.before_issue": {ReceivedOn: "2026-11-09"}, "fault.not_a_date": {ReceivedOn: "soon"}, "fault.negative": {AmountMinor: -1},
	} {
		r.Key, r.DocumentID, r.Method = f.Key(), d.PublicID, "transfer"
		_, err := f.Payments.Record(ctx, staff, r)
		if e, is := fault.As(err); !is || len(e.Fields) != 1 || e.Fields[0].Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	draft := f.Draft(form(c, line(100)))
	_, err := record(f, draft, 0)
	f.WantFault(err, "fault.still_draft")
	_, err = f.Payments.Record(ctx, officetest.Contact(c), ok)
	f.WantFault(err, "fault.forbidden")
	_, err = record(f, sales.Document{PublicID: "nothing"}, 0)
	f.WantFault(err, "fault.not_found")
	_, err = record(f, d, 0)
	f.Must(err)
	_, err = record(f, d, 0)
	f.WantFault(err, "fault.already_paid")
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM payments"); n != 1 {
		t.Errorf("%d payments", n)
	}
	f.Sound()
}

// Marquer payée on a draft issues and pays it, or does neither.
func TestMarkPaid(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := f.Draft(form(c, line(10_000)))
	in := payments.Record{Key: "mark-paid-1", DocumentID: d.PublicID, Method: "cash", Notify: true}
	p, err := f.Payments.MarkPaid(ctx, staff, d.Version, in)
	f.Must(err)
	again, err := f.Payments.MarkPaid(ctx, staff, d.Version, in)
	f.Must(err)
	if p.Number != again.Number || p.AmountMinor != 12_000 || p.Parts[0].Number != "FA-2026-0001" || p.LeftMinor != 0 {
		t.Errorf("%+v, again %s", p, again.Number)
	}
	other := in
	other.Method = "cheque"
	_, err = f.Payments.MarkPaid(ctx, staff, d.Version, other)
	f.WantFault(err, "fault.command_reused")
	bad := f.Draft(form(c, line(10_000)))
	_, err = f.Payments.MarkPaid(ctx, staff, bad.Version, payments.Record{Key: f.Key(), DocumentID: bad.PublicID, Method: "barter"})
	if !fault.HasField(err, "method") {
		t.Error(err)
	}
	if still, err := f.Sales.Get(ctx, staff, bad.PublicID); err != nil || !still.Draft {
		t.Errorf("issued although its payment was refused: %v", err)
	}
	if next := f.Issue(form(c, line(1))); next.Number != "FA-2026-0002" {
		t.Errorf("next number %s", next.Number)
	}
	f.Sound()
}

// Many callers pay one invoice in parts: never more than is due.
func TestPayingAtOnce(t *testing.T) {
	f := officetest.New(t)
	d := f.Issue(form(f.Customer("Client", nil), line(10_000)))
	var all sync.WaitGroup
	var mu sync.Mutex
	var paid int64
	for range 16 {
		all.Go(func() {
			p, err := record(f, d, 1_000)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				paid += p.AmountMinor
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if paid != 12_000 {
		t.Errorf("%d paid of 12 000", paid)
	}
	f.Sound()
}

func TestPaymentsNeverChange(t *testing.T) {
	f := officetest.New(t)
	_, err := record(f, f.Issue(form(f.Customer("Client", nil), line(10_000))), 0)
	f.Must(err)
	raw := dbtest.Raw(t, f.Path)
	for _, s := range []string{"UPDATE payments SET amount_minor = 1", "DELETE FROM payments", "UPDATE allocations SET amount_minor = 1", "DELETE FROM allocations"} {
		if _, err := raw.Exec(s); !db.IsTrigger(err) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestAnnouncedTransfer(t *testing.T) {
	f := officetest.New(t)
	c, other := f.Customer("Client", nil), f.Customer("Autre", nil)
	me := officetest.Contact(c)
	d := f.Issue(form(c, line(10_000)))
	m, err := f.Payments.PortalOffer(ctx, me, payments.PayAsk{DocumentIDs: []string{d.PublicID}})
	f.Must(err)
	if m.Transfer == nil || m.Transfer.Announced || m.Transfer.Reference != d.Number || m.Transfer.EPC == "" || m.DueMinor != 12_000 || !slices.Equal(m.Gateways, []string{"practice"}) {
		t.Errorf("%+v", m)
	}
	for range 2 { // a double click, then another one
		f.Must(f.Payments.AnnounceTransfer(ctx, me, payments.AnnounceTransfer{Key: "announce-1", DocumentID: d.PublicID, OrderedOn: civil.MustParse("2026-11-20")}))
	}
	f.Must(f.Payments.AnnounceTransfer(ctx, me, payments.AnnounceTransfer{Key: "announce-2", DocumentID: d.PublicID}))
	list, err := f.Payments.Announcements(ctx, staff)
	f.Must(err)
	if len(list) != 1 || list[0].AnnouncedOn != "2026-11-20" || list[0].AmountMinor != 12_000 {
		t.Fatalf("%+v", list)
	}
	f.WantFault(f.Payments.AnnounceTransfer(ctx, officetest.Contact(other), payments.AnnounceTransfer{Key: f.Key(), DocumentID: d.PublicID}), "fault.not_found")
	first, err := f.Payments.Confirm(ctx, staff, "confirm-1", list[0].PublicID)
	f.Must(err)
	for _, key := range []string{"confirm-1", "confirm-2"} { // the same command, and a second person's
		again, err := f.Payments.Confirm(ctx, staff, key, list[0].PublicID)
		f.Must(err)
		if again.Number != first.Number {
			t.Errorf("%s gave %s", key, again.Number)
		}
	}
	raw := dbtest.Raw(t, f.Path)
	for q, want := range map[string]int64{
		"SELECT count(*) FROM payments": 1, "SELECT count(*) FROM mails WHERE kind = 'transfer_announced'": 1, "SELECT count(*) FROM mails WHERE kind = 'payment_received'": 1,
		"SELECT count(*) FROM document_status WHERE announced_at IS NOT NULL": 0,
	} {
		if n := dbtest.Int(t, raw, q); n != want {
			t.Errorf("%s: %d", q, n)
		}
	}
	f.WantFault(f.Payments.AnnounceTransfer(ctx, me, payments.AnnounceTransfer{Key: f.Key(), DocumentID: d.PublicID}), "fault.already_paid")
	_, err = f.Payments.Confirm(ctx, staff, f.Key(), "nothing")
	f.WantFault(err, "fault.not_found")
	f.Sound()
}

// A transfer that never came, and one whose invoice was paid by hand meanwhile.
func TestAnnouncementsEnd(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	me := officetest.Contact(c)
	announce := func() (sales.Document, string) {
		d := f.Issue(form(c, line(10_000)))
		f.Must(f.Payments.AnnounceTransfer(ctx, me, payments.AnnounceTransfer{Key: f.Key(), DocumentID: d.PublicID}))
		list, err := f.Payments.Announcements(ctx, staff)
		f.Must(err)
		return d, list[len(list)-1].PublicID
	}
	_, never := announce()
	f.Must(f.Payments.DismissTransfer(ctx, staff, never, ""))
	f.WantFault(f.Payments.DismissTransfer(ctx, staff, never, ""), "fault.conflict")
	d, byHand := announce()
	p, err := record(f, d, 0)
	f.Must(err)
	again, err := f.Payments.Confirm(ctx, staff, f.Key(), byHand)
	f.Must(err)
	if again.Number != p.Number {
		t.Errorf("confirming what was recorded by hand made %s", again.Number)
	}
	_, dismissed := announce()
	f.Must(f.Payments.DismissTransfer(ctx, staff, dismissed, ""))
	if late, err := f.Payments.Confirm(ctx, staff, f.Key(), dismissed); err != nil || late.AmountMinor != 12_000 { // it came after all
		t.Errorf("%+v %v", late, err)
	}
	f.Sound()
}

func TestPortalPayments(t *testing.T) {
	f := officetest.New(t)
	mine, theirs := f.Customer("Mien", nil), f.Customer("Leur", nil)
	var want []string
	for i := range 11 {
		p, err := record(f, f.Issue(form(mine, line(int64(1_000+i)))), 0)
		f.Must(err)
		want = append(want, p.Number)
		_, err = f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: f.Issue(form(theirs, line(100))).PublicID, Method: "cash", Note: "interne"})
		f.Must(err)
	}
	slices.Reverse(want)
	me := officetest.Contact(mine)
	for _, limit := range []int{1, 4, 100} {
		var got []string
		after := ""
		for range 50 {
			page, err := f.Payments.PortalPayments(ctx, me, payments.PortalQuery{After: after, Limit: limit})
			f.Must(err)
			for _, r := range page.Rows {
				got = append(got, r.Number)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %d: %v", limit, got)
		}
	}
	if _, err := f.Payments.PortalPayments(ctx, me, payments.PortalQuery{After: "???", Limit: 1}); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	list, _, err := f.Payments.List(ctx, staff, payments.ListQuery{Query: listing.Query{Limit: 500}, Method: "cash"})
	f.Must(err)
	if len(list) != 11 {
		t.Fatalf("%d payments in cash", len(list))
	}
	if found, _, err := f.Payments.List(ctx, staff, payments.ListQuery{Query: listing.Query{Search: list[3].Number}}); err != nil || len(found) != 1 {
		t.Errorf("%d found by number, %v", len(found), err)
	}
	for _, publicID := range []string{list[0].PublicID, "nothing"} {
		_, err := f.Payments.PortalPayment(ctx, me, publicID)
		f.WantFault(err, "fault.not_found")
		_, err = f.Payments.PortalReceipt(ctx, me, publicID)
		f.WantFault(err, "fault.not_found")
	}
	own, err := f.Payments.PortalPayment(ctx, officetest.Contact(theirs), list[0].PublicID)
	f.Must(err)
	if own.Note != "" || own.Parts[0].AmountMinor != 120 {
		t.Errorf("%+v", own)
	}
	receipt, err := f.Payments.Receipt(ctx, staff, list[0].PublicID)
	f.Must(err)
	if !strings.Contains(receipt.Name, list[0].Number) || len(receipt.Bytes) == 0 {
		t.Errorf("%s", receipt.Name)
	}
	for _, who := range []actor.Actor{staff, {}} {
		_, err := f.Payments.PortalPayments(ctx, who, payments.PortalQuery{Limit: 1})
		f.WantFault(err, "fault.forbidden")
	}
}

// Pages of every order join to the whole list.
func TestPaymentListPages(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	for i := range 25 {
		f.Move(fmt.Sprintf("2026-10-%02d", 1+i/2))
		_, err := record(f, f.Issue(form(c, line(int64(1_000+i%5)))), 0)
		f.Must(err)
	}
	for _, sort := range []string{"receivedOn", "number", "amount", "customer", ""} {
		for _, desc := range []bool{false, true} {
			seen := map[string]bool{}
			q := payments.ListQuery{Query: listing.Query{Sort: sort, Desc: desc, Limit: 4}, From: "2026-10-02", To: "2026-10-12"}
			for range 20 {
				rows, next, err := f.Payments.List(ctx, staff, q)
				f.Must(err)
				for _, r := range rows {
					seen[r.Number] = true
				}
				if q.After = next; next == "" {
					break
				}
			}
			if len(seen) != 22 {
				t.Errorf("by %s: %d payments, want 22", sort, len(seen))
			}
		}
	}
}
