package sales_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/sales"
	"comptoir/office/search"
)

var (
	ctx   = officetest.Ctx
	staff = officetest.Staff
	line  = officetest.Line
	goods = officetest.Goods
	form  = officetest.Form
)

func issue(f *officetest.Firm, d sales.Document, how string) (sales.Document, error) {
	return f.Sales.Issue(ctx, staff, sales.Issue{Key: f.Key(), PublicID: d.PublicID, Version: d.Version, How: how})
}

// Whatever is drafted, refused, issued, deleted or broken off: the numbers of what was
// issued are 1 to n in order, and everything else of the company stays proved.
func TestNumbersHaveNoGaps(t *testing.T) {
	f := officetest.New(t)
	good := f.Customer("Client", nil)
	noAddress := f.Customer("Sans adresse", func(c *customers.Customer) { c.Line1, c.City, c.Postcode, c.Email, c.Contacts = "", "", "", "", nil })
	issued := 0
	rapid.Check(t, func(rt *rapid.T) {
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 5), 1, 6).Draw(rt, "steps") {
			var err error
			switch step {
			case 0, 1:
				_, err = issue(f, f.Draft(form(good, line(rapid.Int64Range(1, 1_000_000).Draw(rt, "cents")))), sales.ByMail)
				issued++
			case 2: // the law wants an address
				if _, ferr := issue(f, f.Draft(form(noAddress, line(100))), sales.ByHand); ferr == nil {
					rt.Fatal("issued without an address")
				}
			case 3: // nobody to mail to, after everything else was right
				d := f.Draft(form(good, line(100)))
				if ferr := broken(f, d); !errors.Is(ferr, errBroken) {
					rt.Fatal(ferr)
				}
			case 4: // a stale form
				d := f.Draft(form(good, line(100)))
				d.Version++
				_, ferr := issue(f, d, sales.ByHand)
				f.WantFault(ferr, "fault.stale")
			case 5:
				d := f.Draft(form(good, line(100)))
				err = f.Sales.Delete(ctx, staff, d.PublicID, d.Version)
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
	})
	wantNumbers(t, f, issued)
	f.Sound()
}

var errBroken = errors.New("broken off")

// broken issues d and breaks the transaction off at its very end.
func broken(f *officetest.Firm, d sales.Document) error {
	return f.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := f.Sales.IssueTx(ctx, tx, staff, sales.Issue{Key: f.Key(), PublicID: d.PublicID, Version: d.Version, How: sales.ByMail}); err != nil {
			return err
		}
		return errBroken
	})
}

func wantNumbers(t *testing.T, f *officetest.Firm, n int) {
	t.Helper()
	got := dbtest.Strings(t, dbtest.Raw(t, f.Path), "SELECT number FROM documents WHERE number IS NOT NULL ORDER BY chain_position")
	want := make([]string, 0, n)
	for i := range n {
		want = append(want, fmt.Sprintf("FA-2026-%04d", i+1))
	}
	if !slices.Equal(got, want) {
		t.Errorf("numbers %v, want 1 to %d", got, n)
	}
}

// Many callers at once: nobody fails, every number is given once.
func TestIssueByManyCallers(t *testing.T) {
	for _, callers := range []int{8, 64} {
		t.Run(fmt.Sprint(callers), func(t *testing.T) {
			f := officetest.New(t)
			c := f.Customer("Client", nil)
			const each = 3
			var all sync.WaitGroup
			numbers := make([][]string, callers)
			for i := range callers {
				all.Go(func() {
					for range each {
						d, _, err := f.Sales.SaveDraft(ctx, staff, f.Key(), form(c, line(10_000)))
						if err == nil {
							d, err = issue(f, d, sales.ByMail)
						}
						if err != nil {
							t.Error(err)
							return
						}
						numbers[i] = append(numbers[i], d.Number)
					}
				})
			}
			all.Wait()
			if given := slices.Concat(numbers...); len(slices.Compact(slices.Sorted(slices.Values(given)))) != callers*each {
				t.Errorf("%d numbers given to %d callers", len(given), callers*each)
			}
			for i, own := range numbers {
				if !slices.IsSorted(own) {
					t.Errorf("caller %d was given %v", i, own)
				}
			}
			wantNumbers(t, f, callers*each)
			f.Sound()
		})
	}
}

// Two windows issue the same draft: one wins, the others are told that it is issued.
func TestOneDraftIsIssuedOnce(t *testing.T) {
	f := officetest.New(t)
	d := f.Draft(form(f.Customer("Client", nil), line(10_000)))
	const windows = 8
	errs := make([]error, windows)
	var all sync.WaitGroup
	for i := range windows {
		all.Go(func() { _, errs[i] = issue(f, d, sales.ByHand) })
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			f.WantFault(err, "fault.already_issued")
		}
	}
	if won != 1 {
		t.Errorf("%d windows won", won)
	}
	wantNumbers(t, f, 1)
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM entries"); n != 1 {
		t.Errorf("%d entries", n)
	}
}

func TestCommandKeys(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := f.Draft(form(c, line(10_000)))
	in := sales.Issue{Key: "one-and-the-same", PublicID: d.PublicID, Version: d.Version, How: sales.ByMail}
	first, err := f.Sales.Issue(ctx, staff, in)
	f.Must(err)
	again, err := f.Sales.Issue(ctx, staff, in)
	f.Must(err)
	if again.Number != first.Number || again.ID != first.ID {
		t.Errorf("the repeat gave %s, the first %s", again.Number, first.Number)
	}
	raw := dbtest.Raw(t, f.Path)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM mails"); n != 1 {
		t.Errorf("%d mails", n)
	}
	other := in
	other.Message = "Bonjour"
	_, err = f.Sales.Issue(ctx, staff, other)
	f.WantFault(err, "fault.command_reused")
	for _, key := range []string{"", "short", "with space here", "accentué-ici", string(make([]byte, 120))} {
		in.Key = key
		_, err := f.Sales.Issue(ctx, staff, in)
		f.WantFault(err, "fault.command_key")
	}
	a, _, err := f.Sales.SaveDraft(ctx, staff, "same-draft", form(c, line(1)))
	f.Must(err)
	b, _, err := f.Sales.SaveDraft(ctx, staff, "same-draft", form(c, line(1)))
	f.Must(err)
	if a.PublicID != b.PublicID {
		t.Error("one command made two drafts")
	}
	_, _, err = f.Sales.SaveDraft(ctx, staff, "same-draft", form(c, line(2)))
	f.WantFault(err, "fault.command_reused")
}

// A form that was never saved is issued whole, once a key, or leaves nothing.
func TestIssueForm(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	in := sales.Issue{Key: "issue-form-1", How: sales.ByMail}
	first, err := f.Sales.IssueForm(ctx, staff, form(c, line(10_000)), in)
	f.Must(err)
	again, err := f.Sales.IssueForm(ctx, staff, form(c, line(10_000)), in)
	f.Must(err)
	if first != again || first.Number != "FA-2026-0001" || first.TotalMinor != 12_000 || first.DueDate.String() != "2026-12-21" {
		t.Errorf("%+v, again %+v", first, again)
	}
	_, err = f.Sales.IssueForm(ctx, staff, form(c, line(10_001)), in)
	f.WantFault(err, "fault.command_reused")
	in.Key = f.Key()
	_, err = f.Sales.IssueForm(ctx, staff, form(c, line(0)), in)
	f.WantField(err, "lines.0.unit_price", "fault.billing.no_price")
	_, err = f.Sales.IssueForm(ctx, officetest.Contact(c), form(c, line(1)), in)
	f.WantFault(err, "fault.forbidden")
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM documents"); n != 1 {
		t.Errorf("%d documents", n)
	}
	f.Sound()
}

func TestChronology(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	dated := func(day string) (sales.Document, error) {
		d := form(c, line(1000))
		d.IssueDate = day
		return issue(f, f.Draft(d), sales.ByHand)
	}
	for _, x := range []struct{ day, refused string }{
		{"2026-11-10", ""}, {"2026-11-09", "fault"}, {"2026-11-10", ""}, {"2026-11-22", "fault"}, {"2026-11-21", ""}, {"", ""}, {"2026-11-20", "fault"},
	} {
		d, err := dated(x.day)
		switch {
		case x.refused == "" && err != nil:
			t.Errorf("%s: %v", x.day, err)
		case x.refused != "" && !fault.HasField(err, "issue_date"):
			t.Errorf("%s: %s %v, want a refusal beside issue_date", x.day, d.Number, err)
		}
	}
	late := form(c, line(1000))
	late.IssueDate, late.DueDate = "2026-11-21", "2026-11-20"
	_, err := issue(f, f.Draft(late), sales.ByHand)
	f.WantField(err, "dueDate", "fault.due_before_issue")
	f.Sound()
}

// A new year begins at 1, by the day of issue in the firm's own time zone.
func TestNumbersRestartWithTheYear(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	f.Issue(form(c, line(1000)))
	f.Move("2027-01-04")
	if d := f.Issue(form(c, line(1000))); d.Number != "FA-2027-0001" {
		t.Errorf("number %s", d.Number)
	}
	backdated := form(c, line(1000))
	backdated.IssueDate = "2026-12-31"
	_, err := issue(f, f.Draft(backdated), sales.ByHand)
	if !fault.HasField(err, "issue_date") {
		t.Errorf("%v: last year's series was taken up again", err)
	}
	f.Sound()
}

// What the law wants and is missing stands beside the field that cures it.
func TestIncompleteIsNotIssued(t *testing.T) {
	for _, x := range []struct {
		name, path, key string
		firm            func(*company.Firm)
		customer        func(*customers.Customer)
		form            func(*sales.Draft)
	}{
		{name: "no SIREN", path: "company.siren", key: "fault.required", firm: func(c *company.Firm) { c.SIREN, c.SIRET, c.VATNumber = "", "", "" }},
		{name: "no VAT number", path: "company.vat_number", key: "fault.billing.seller_vat", firm: func(c *company.Firm) { c.VATNumber = "" }},
		{name: "no address of ours", path: "company.address", key: "fault.required", firm: func(c *company.Firm) { c.Line1 = "" }},
		{name: "no address of theirs", path: "customer.city", key: "fault.required", customer: func(c *customers.Customer) { c.City = "" }},
		{name: "no customer", path: "customerId", key: "fault.required", form: func(d *sales.Draft) { d.CustomerID = "" }},
		{name: "no lines", path: "lines", key: "fault.billing.no_lines", form: func(d *sales.Draft) { d.Lines = nil }},
		{name: "no price", path: "lines.0.unit_price", key: "fault.billing.no_price", form: func(d *sales.Draft) { d.Lines[0].UnitPriceE4 = 0 }},
		{name: "no text", path: "lines.0.description", key: "fault.required", form: func(d *sales.Draft) { d.Lines[0].Description = "" }},
		{name: "no quantity", path: "lines.0.quantity", key: "fault.billing.no_quantity", form: func(d *sales.Draft) { d.Lines[0].QuantityE4 = 0 }},
		{name: "reverse charge without their number", path: "customer.vat_number", key: "fault.billing.buyer_vat", form: func(d *sales.Draft) { d.Lines[0].TaxCodes = []string{"FR-AE-BTP"} }},
		{name: "a foreign currency without a rate", path: "rateE8", key: "fault.rate_needed", form: func(d *sales.Draft) { d.Currency = "CAD" }},
		{name: "less than nothing", path: "lines", key: "fault.billing.negative_total", form: func(d *sales.Draft) { d.Lines[0].QuantityE4 = -10_000 }},
	} {
		t.Run(x.name, func(t *testing.T) {
			f := officetest.New(t)
			if x.firm != nil {
				f.Change(x.firm)
			}
			d := form(f.Customer("Client", x.customer), line(100_000))
			if x.form != nil {
				x.form(&d)
			}
			draft := f.Draft(d) // a draft may be incomplete
			_, err := issue(f, draft, sales.ByHand)
			f.WantField(err, x.path, x.key)
			wantNumbers(t, f, 0)
		})
	}
}

// What cannot be stored at all is refused beside its field, and nothing is kept of it.
func TestImpossibleForms(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	stranger := f.Customer("Autre", nil)
	for path, spoil := range map[string]func(*sales.Draft){
		"customerId":          func(d *sales.Draft) { d.CustomerID = "nobody" },
		"contactId":           func(d *sales.Draft) { d.ContactID = stranger.Contacts[0].PublicID },
		"issueDate":           func(d *sales.Draft) { d.IssueDate = "2026-02-30" },
		"dueDate":             func(d *sales.Draft) { d.DueDate = "tomorrow" },
		"currency":            func(d *sales.Draft) { d.Currency = "EURO" },
		"language":            func(d *sales.Draft) { d.Language = "de" },
		"termsDays":           func(d *sales.Draft) { d.TermsDays = -1 },
		"lines":               func(d *sales.Draft) { d.Lines = make([]sales.DraftLine, 1001) },
		"lines.0.taxes":       func(d *sales.Draft) { d.Lines[0].TaxCodes = []string{"FR-99"} },
		"lines.0.description": func(d *sales.Draft) { d.Lines[0].Description = strings.Repeat("x", 1001) },
		"note":                func(d *sales.Draft) { d.Note = strings.Repeat("x", 5<<20) },
		"allowances":          func(d *sales.Draft) { d.Allowances = make([]sales.DraftAllowance, 21) },
		"rateE8":              func(d *sales.Draft) { d.RateE8 = -1 },
	} {
		t.Run(path, func(t *testing.T) {
			d := form(c, line(1000))
			spoil(&d)
			_, _, err := f.Sales.SaveDraft(ctx, staff, f.Key(), d)
			if !fault.Is(err, fault.Invalid) || !fault.HasField(err, path) {
				t.Errorf("%v", err)
			}
		})
	}
	d := form(c, line(1000))
	d.Lines[0].ItemID = "nothing"
	if _, _, err := f.Sales.SaveDraft(ctx, staff, f.Key(), d); !fault.HasField(err, "lines.0.description") {
		t.Errorf("%v", err)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM documents"); n != 0 {
		t.Errorf("%d drafts kept", n)
	}
}

// Long, huge and strange content passes or is told of; nothing breaks.
func TestStrangeContent(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("عميل 🙂 Ünïcode", nil)
	d := form(c)
	for i := range 300 {
		l := line(int64(1 + i))
		l.Description, l.Detail = fmt.Sprintf("ligne %d 🪵 שלום", i), "détail\nsur\ndeux lignes"
		d.Lines = append(d.Lines, l)
	}
	got := f.Issue(d)
	if len(got.Lines) != 300 || got.Lines[299].Description != "ligne 299 🪵 שלום" {
		t.Errorf("%d lines, last %q", len(got.Lines), got.Lines[len(got.Lines)-1].Description)
	}
	huge := form(c, line(1))
	huge.Lines[0].QuantityE4, huge.Lines[0].UnitPriceE4 = 1e12*10_000, 1e9
	doc, problems, err := f.Sales.SaveDraft(ctx, staff, f.Key(), huge)
	if err != nil || len(problems) == 0 {
		t.Fatalf("problems %v, %v", problems, err)
	}
	if _, err := issue(f, doc, sales.ByHand); !fault.Is(err, fault.Invalid) {
		t.Errorf("issued with an amount beyond counting: %v", err)
	}
	f.Sound()
}

// An issued document, its lines and its taxes never change, whoever holds the pen.
func TestIssuedIsForEver(t *testing.T) {
	f := officetest.New(t)
	d := f.Issue(form(f.Customer("Client", nil), line(1000)))
	raw := dbtest.Raw(t, f.Path)
	for _, s := range []string{
		"UPDATE documents SET note = 'x'", "UPDATE documents SET total_incl_minor = 1", "DELETE FROM documents", "UPDATE documents SET state = 'draft', number = NULL",
		"UPDATE document_lines SET description = 'x'", "DELETE FROM document_lines", "INSERT INTO document_lines (document_id, position, nature, quantity_e4, unit, unit_price_e4, taxes) VALUES (1, 9, 'goods', 1, 'C62', 1, '[]')",
		"UPDATE document_taxes SET tax_minor = 0", "DELETE FROM document_taxes", "DELETE FROM document_status",
		"UPDATE entries SET label = 'x'", "DELETE FROM entries", "UPDATE entry_lines SET debit_minor = 1", "DELETE FROM entry_lines", "UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log",
		"UPDATE series SET next_number = 1", "DELETE FROM series",
	} {
		if _, err := raw.Exec(s); !db.IsTrigger(err) {
			t.Errorf("%s: %v", s, err)
		}
	}
	edited := sales.DraftOf(d)
	_, _, err := f.Sales.SaveDraft(ctx, staff, f.Key(), edited)
	f.WantFault(err, "fault.already_issued")
	f.WantFault(f.Sales.Delete(ctx, staff, d.PublicID, d.Version), "fault.already_issued")
	f.Sound()
}

func TestForeignCurrency(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", func(c *customers.Customer) { c.Currency = "CAD" })
	typed := form(c, line(10_000))
	typed.RateE8 = 66_000_000
	first := f.Issue(typed)
	next := f.Issue(form(c, line(10_000))) // the newest rate noted
	if first.RateE8 != 66_000_000 || next.RateE8 != 66_000_000 {
		t.Errorf("rates %d, %d", first.RateE8, next.RateE8)
	}
	raw := dbtest.Raw(t, f.Path)
	if n := dbtest.Int(t, raw, "SELECT sum(debit_minor) FROM entry_lines"); n != 2*7_920 { // 120.00 CAD at 0.66
		t.Errorf("booked %d", n)
	}
	f.Sound()
}

// The rights: a contact is no clerk.
func TestOnlyStaffSells(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := f.Draft(form(c, line(1000)))
	for _, who := range []actor.Actor{officetest.Contact(c), {}} {
		_, _, err := f.Sales.SaveDraft(ctx, who, f.Key(), form(c))
		f.WantFault(err, "fault.forbidden")
		_, err = f.Sales.Issue(ctx, who, sales.Issue{Key: f.Key(), PublicID: d.PublicID, Version: d.Version})
		f.WantFault(err, "fault.forbidden")
		_, err = f.Sales.Get(ctx, who, d.PublicID)
		f.WantFault(err, "fault.forbidden")
		_, _, err = f.Sales.List(ctx, who, sales.ListQuery{})
		f.WantFault(err, "fault.forbidden")
		f.WantFault(f.Sales.Delete(ctx, who, d.PublicID, d.Version), "fault.forbidden")
		f.WantFault(f.Sales.MarkSent(ctx, who, d.PublicID), "fault.forbidden")
		f.WantFault(f.Sales.Send(ctx, who, f.Key(), d.PublicID, ""), "fault.forbidden")
	}
}

// The status of an issued document is one row that the issue wrote.
func TestIssueWritesEverythingAtOnce(t *testing.T) {
	f := officetest.New(t)
	d, err := issue(f, f.Draft(form(f.Customer("Client", nil), goods(100_000), line(50_000))), sales.ByMail)
	f.Must(err)
	f.Must(f.DB.Read(ctx, func(q *gen.Queries) error {
		st, err := q.Status(ctx, d.ID)
		if err != nil || st.DueMinor != 180_000 || st.SentAt == nil {
			t.Errorf("status %+v %v", st, err)
		}
		return nil
	}))
	raw := dbtest.Raw(t, f.Path)
	for q, want := range map[string]int64{
		"SELECT count(*) FROM entries WHERE document_ref = 'FA-2026-0001' AND source_kind = 'document'":                        1,
		"SELECT count(*) FROM audit_log WHERE action = 'invoice.issued'":                                                       1,
		"SELECT count(*) FROM mails WHERE kind = 'invoice' AND state = 'queued' AND link_id IS NOT NULL":                       1,
		"SELECT count(*) FROM jobs WHERE kind = 'sales.file_pdf' AND state = 'queued'":                                         1,
		"SELECT count(*) FROM search_entries WHERE kind = 'document'":                                                          1,
		"SELECT credit_minor FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.role = 'tva_collectee'":         20_000,
		"SELECT credit_minor FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.role = 'tva_collectee_attente'": 10_000,
	} {
		if n := dbtest.Int(t, raw, q); n != want {
			t.Errorf("%s: %d, want %d", q, n, want)
		}
	}
}

// What no document can carry never gets into one: XML knows no NUL, and a character that
// turns the direction shows another text than it holds.
func TestInvisibleCharactersAreTakenOut(t *testing.T) {
	f := officetest.New(t)
	d := form(f.Customer("Client", nil), line(1000))
	d.Lines[0].Description, d.Note, d.OrderNumber = "A\x00\u0007\u202eb", "un\r\ndeux\x00", "BC\n12"
	doc, err := issue(f, f.Draft(d), sales.ByHand)
	f.Must(err)
	if doc.Lines[0].Description != "Ab" || doc.Note != "un\ndeux" || doc.OrderNumber != "BC 12" {
		t.Errorf("%q, %q, %q", doc.Lines[0].Description, doc.Note, doc.OrderNumber)
	}
}

// A typed number is found by its own index, the newest first, however many share its words.
func TestFindByNumber(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	for range 3 {
		f.Issue(form(c, line(1000)))
	}
	for typed, want := range map[string][]string{"FA-2026": {"FA-2026-0003", "FA-2026-0002", "FA-2026-0001"}, " fa-2026-0002 ": {"FA-2026-0002"}, "FA-2027": nil} {
		hits, err := search.New(f.DB).Find(ctx, staff, typed, 12)
		f.Must(err)
		var got []string
		for _, h := range hits {
			if h.Kind == "document" {
				got = append(got, h.Title)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
}
