package books_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/rules/ledger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ctx   = context.Background()
	staff = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Camille", Lang: "fr"}
)

// desk is a firm with its books and the customers C0001 to C0009.
type desk struct {
	t   testing.TB
	db  *db.DB
	s   *books.Service
	now time.Time
}

func newDesk(t testing.TB, country string) *desk {
	t.Helper()
	return openDesk(t, country, dbtest.File(t), false)
}

func openDesk(t testing.TB, country, path string, bulk bool) *desk {
	t.Helper()
	k := &desk{t: t, now: dbtest.Instant}
	k.db = dbtest.Open(t, path, db.Options{Clock: func() time.Time { return k.now }, Bulk: bulk})
	k.s = books.New(k.db)
	c := company.New(k.db, id.Seeded(1), books.Install, nil)
	k.must(c.Create(ctx, staff, company.Create{Name: "Atelier Bois", Country: country, Language: "fr", Email: "a@example.org"}))
	k.must(k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i := range 9 {
			number := fmt.Sprintf("C%04d", i+1)
			_, err := tx.InsertCustomer(ctx, gen.InsertCustomerParams{
				PublicID: "customer-" + number, Number: number, Kind: "company", Name: "Client " + number, Language: "fr", Currency: "EUR",
				TaxRegime: "domestic", TermsDays: 30, Country: "FR", NameKey: number, Now: tx.Stamp(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return k
}

func (k *desk) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// post posts p in a transaction of its own.
func (k *desk) post(p ledger.Posting, src books.Source) (id int64, err error) {
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		id, err = books.Post(ctx, tx, p, src)
		return err
	})
	return id, err
}

func (k *desk) balance(from, to string) books.TrialBalance {
	k.t.Helper()
	b, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: civil.MustParse(from), To: civil.MustParse(to)})
	k.must(err)
	return b
}

// sale is an entry of services with tax that waits.
func sale(date, ref, customer string, net, tax int64) ledger.Posting {
	on := civil.MustParse(date)
	return ledger.Posting{Journal: ledger.JournalSales, Date: on, DocumentRef: ref, DocumentDate: on, Label: "Facture " + ref, Lines: []ledger.PostingLine{
		{Role: ledger.RoleCustomers, Auxiliary: customer, DebitMinor: net + tax, Label: "Facture " + ref},
		{Role: ledger.RoleServices, CreditMinor: net, Label: "Facture " + ref},
		{Role: ledger.RoleTaxWaiting, CreditMinor: tax, Label: "Facture " + ref},
	}}
}

func wantFault(t testing.TB, err error, key string) {
	t.Helper()
	e, ok := fault.As(err)
	if !ok {
		t.Fatalf("got %v, want the fault %s", err, key)
	}
	if e.Key == key {
		return
	}
	for _, f := range e.Fields {
		if f.Key == key {
			return
		}
	}
	t.Fatalf("got %v, want the fault %s", err, key)
}

func TestInstallGivesEveryChartItsRolesAndJournals(t *testing.T) {
	for country, want := range map[string][2]string{"FR": {"706000", "512000"}, "CA": {"4100", "1060"}, "CH": {"3400", "1020"}} {
		k := newDesk(t, country)
		accounts, err := k.s.Accounts(ctx, staff)
		k.must(err)
		byRole := map[string]string{}
		for _, a := range accounts {
			byRole[a.Role] = a.Code
		}
		if byRole[ledger.RoleServices] != want[0] {
			t.Errorf("%s: services on %q", country, byRole[ledger.RoleServices])
		}
		journals, err := k.s.Journals(ctx, staff)
		k.must(err)
		var codes []string
		for _, j := range journals {
			codes = append(codes, j.Code)
			if j.Code == "BQ" && j.Account != want[1] {
				t.Errorf("%s: the bank journal moves %q", country, j.Account)
			}
			if j.Label == "" || strings.Contains(j.Label, ".") {
				t.Errorf("%s: journal %s is called %q", country, j.Code, j.Label)
			}
		}
		if got := strings.Join(codes, " "); got != "VE AC BQ CA OD AN" {
			t.Errorf("%s: journals %s", country, got)
		}
	}
}

func TestPostNumbersSealsAndKeepsBalances(t *testing.T) {
	k := newDesk(t, "FR")
	for i := range 5 {
		id, err := k.post(sale("2026-03-05", fmt.Sprintf("FA-2026-%04d", i+1), "C0001", 237_000, 47_400), books.Source{Kind: books.FromDocument, ID: int64(i + 1)})
		k.must(err)
		if id == 0 {
			t.Fatal("no id")
		}
	}
	e, err := k.s.Entry(ctx, staff, 5)
	k.must(err)
	if e.Number != 5 || e.TotalMinor != 284_400 || len(e.Lines) != 3 || e.Lines[0].CustomerNumber != "C0001" || e.Lines[0].CustomerID != "customer-C0001" || e.Journal != "VE" {
		t.Errorf("entry: %+v", e)
	}
	raw := dbtest.Raw(t, k.db.Path())
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM entries WHERE sealed = 1 AND length(hash) = 64 AND number = id"); n != 5 {
		t.Errorf("%d sealed entries", n)
	}
	if n := dbtest.Int(t, raw, "SELECT count(DISTINCT hash) FROM entries"); n != 5 {
		t.Errorf("%d hashes", n)
	}
	if n := dbtest.Int(t, raw, "SELECT debit_minor FROM period_balances b JOIN accounts a ON a.id = b.account_id WHERE a.code = '411000' AND period = '2026-03'"); n != 5*284_400 {
		t.Errorf("kept balance %d", n)
	}
}

func TestPostOfNothingWritesNothing(t *testing.T) {
	k := newDesk(t, "FR")
	id, err := k.post(ledger.Posting{Journal: "VE", Date: civil.MustParse("2026-01-01"), DocumentRef: "FA-1"}, books.Source{Kind: books.FromDocument, ID: 1})
	if id != 0 || err != nil {
		t.Errorf("got %d, %v", id, err)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, k.db.Path()), "SELECT count(*) FROM entries"); n != 0 {
		t.Errorf("%d entries", n)
	}
}

func TestPostRefusesWhatDoesNotHold(t *testing.T) {
	k := newDesk(t, "FR")
	for name, change := range map[string]func(p *ledger.Posting){
		"unbalanced":           func(p *ledger.Posting) { p.Lines[0].DebitMinor++ },
		"both sides":           func(p *ledger.Posting) { p.Lines[0].CreditMinor = 1 },
		"negative":             func(p *ledger.Posting) { p.Lines[1].CreditMinor = -5 },
		"one line":             func(p *ledger.Posting) { p.Lines = p.Lines[:1] },
		"no reference":         func(p *ledger.Posting) { p.DocumentRef = "" },
		"no date":              func(p *ledger.Posting) { p.Date = civil.Date{} },
		"unknown role":         func(p *ledger.Posting) { p.Lines[1].Role = "licornes" },
		"unknown account":      func(p *ledger.Posting) { p.Lines[1].Role, p.Lines[1].Account = "", "999999" },
		"unknown customer":     func(p *ledger.Posting) { p.Lines[0].Auxiliary = "C9999" },
		"unknown journal":      func(p *ledger.Posting) { p.Journal = "ZZ" },
		"sum beyond all money": func(p *ledger.Posting) { p.Lines[0].DebitMinor, p.Lines[1].CreditMinor = 1<<62, 1<<62 },
	} {
		p := sale("2026-03-05", "FA-2026-0001", "C0001", 100, 20)
		change(&p)
		if _, err := k.post(p, books.Source{Kind: books.FromDocument, ID: 1}); err == nil {
			t.Errorf("%s: posted", name)
		}
	}
	raw := dbtest.Raw(t, k.db.Path())
	for _, table := range []string{"entries", "entry_lines", "period_balances"} {
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM "+table); n != 0 {
			t.Errorf("%d rows of %s stayed", n, table)
		}
	}
	_, err := k.post(sale("2026-03-05", "FA-2026-0001", "C0001", 100, 20), books.Source{Kind: books.FromDocument, ID: 1})
	k.must(err)
	if e, err := k.s.Entry(ctx, staff, 1); err != nil || e.Number != 1 {
		t.Errorf("the refused ones took a number: %+v %v", e, err)
	}
}

func TestReverseOnce(t *testing.T) {
	k := newDesk(t, "FR")
	p := sale("2026-03-05", "OD-1", "C0001", 100, 20)
	p.Journal = "OD"
	_, err := k.post(p, books.Source{Kind: "manual", ID: 1})
	k.must(err)
	ask := books.Reverse{Key: "reverse-one", Number: 1, Reason: "  Saisie\n en double "}
	n, err := k.s.ReverseEntry(ctx, staff, ask)
	k.must(err)
	again, err := k.s.ReverseEntry(ctx, staff, ask)
	k.must(err)
	if n != 2 || again != n {
		t.Errorf("reversed by %d, then %d", n, again)
	}
	e, err := k.s.Entry(ctx, staff, 2)
	k.must(err)
	if e.Reverses != 1 || e.Date.String() != "2026-11-21" || !strings.HasSuffix(e.Label, " · Saisie en double") || e.Lines[0].CreditMinor != 120 || e.Lines[0].CustomerNumber != "C0001" {
		t.Errorf("reversal %+v", e)
	}
	if o, err := k.s.Entry(ctx, staff, 1); err != nil || o.ReversedBy != 2 {
		t.Errorf("reversed entry %+v %v", o, err)
	}
	if b := k.balance("2026-01-01", "2026-12-31"); b.Total.BalanceDebit != 0 || b.Total.Debit != 240 {
		t.Errorf("balance after: %+v", b.Total)
	}
	for key, want := range map[string]struct {
		ask books.Reverse
		key string
	}{
		"a second time":       {books.Reverse{Key: "reverse-two", Number: 1, Reason: "x"}, "control.reversed_already"},
		"a reversal":          {books.Reverse{Key: "reverse-three", Number: 2, Reason: "x"}, "control.reverse_reversal"},
		"no such entry":       {books.Reverse{Key: "reverse-four", Number: 77, Reason: "x"}, "fault.not_found"},
		"no reason":           {books.Reverse{Key: "reverse-five", Number: 1, Reason: " \n"}, "fault.required"},
		"another body, a key": {books.Reverse{Key: "reverse-one", Number: 2, Reason: "x"}, "fault.command_reused"},
	} {
		t.Run(key, func(t *testing.T) {
			_, err := k.s.ReverseEntry(ctx, staff, want.ask)
			wantFault(t, err, want.key)
		})
	}
	if n := dbtest.Int(t, dbtest.Raw(t, k.db.Path()), "SELECT count(*) FROM entries"); n != 2 {
		t.Errorf("%d entries", n)
	}
}

func TestDocumentsAndPaymentsAreNotReversedFromTheBooks(t *testing.T) {
	k := newDesk(t, "FR")
	id, err := k.post(sale("2026-03-05", "FA-2026-0001", "C0001", 100, 20), books.Source{Kind: books.FromDocument, ID: 1})
	k.must(err)
	_, err = k.post(sale("2026-03-05", "RE-2026-0001", "C0001", 100, 20), books.Source{Kind: books.FromPayment, ID: 1})
	k.must(err)
	_, err = k.s.ReverseEntry(ctx, staff, books.Reverse{Key: "reverse-one", Number: 1, Reason: "x"})
	wantFault(t, err, "control.reverse_document")
	_, err = k.s.ReverseEntry(ctx, staff, books.Reverse{Key: "reverse-two", Number: 2, Reason: "x"})
	wantFault(t, err, "control.reverse_payment")
	// Their own room does it, inside its own transaction.
	k.must(k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := books.Undo(ctx, tx, id, civil.MustParse("2026-03-06"), "fr", "")
		if n != 3 {
			t.Errorf("undone by %d", n)
		}
		return err
	}))
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := books.Undo(ctx, tx, 2, civil.MustParse("2026-03-04"), "fr", "")
		return err
	})
	wantFault(t, err, "control.reverse_before")
}

func TestReportsAreForTheFirmOnly(t *testing.T) {
	k := newDesk(t, "FR")
	contact := actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustPassword}
	day := civil.MustParse("2026-01-01")
	for name, ask := range map[string]func() error{
		"Accounts":      func() error { _, err := k.s.Accounts(ctx, contact); return err },
		"Journals":      func() error { _, err := k.s.Journals(ctx, contact); return err },
		"Entry":         func() error { _, err := k.s.Entry(ctx, contact, 1); return err },
		"Journal":       func() error { _, err := k.s.Journal(ctx, contact, books.JournalQuery{From: day, To: day}); return err },
		"JournalTotals": func() error { _, err := k.s.JournalTotals(ctx, contact, day, day); return err },
		"GeneralLedger": func() error {
			_, err := k.s.GeneralLedger(ctx, contact, books.LedgerQuery{Account: "411000", From: day, To: day})
			return err
		},
		"TrialBalance": func() error {
			_, err := k.s.TrialBalance(ctx, contact, books.TrialBalanceQuery{From: day, To: day})
			return err
		},
		"Turnover":     func() error { _, err := k.s.Turnover(ctx, contact, 12); return err },
		"ReverseEntry": func() error { _, err := k.s.ReverseEntry(ctx, contact, books.Reverse{Key: "reverse-one"}); return err },
	} {
		if err := ask(); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPeriodsThatCannotBe(t *testing.T) {
	k := newDesk(t, "FR")
	a, b := civil.MustParse("2026-01-31"), civil.MustParse("2026-01-01")
	_, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: a, To: b})
	wantFault(t, err, "control.range_backwards")
	_, err = k.s.Journal(ctx, staff, books.JournalQuery{From: b})
	wantFault(t, err, "fault.required")
	_, err = k.s.Journal(ctx, staff, books.JournalQuery{Journal: "ZZ", From: b, To: a})
	wantFault(t, err, "fault.not_found")
	_, err = k.s.GeneralLedger(ctx, staff, books.LedgerQuery{Account: "9", From: b, To: a})
	wantFault(t, err, "fault.not_found")
	for _, months := range []int{0, -1, 61} {
		_, err = k.s.Turnover(ctx, staff, months)
		wantFault(t, err, "control.months")
	}
	for _, after := range []string{"x", "2026-01-01", "2026-13-01.4", "2026-01-01.-4", "2026-01-01.4.5", "2026-01-01.99999999999999999999"} {
		_, err = k.s.Journal(ctx, staff, books.JournalQuery{From: b, To: a, After: after})
		wantFault(t, err, "fault.invalid")
		_, err = k.s.GeneralLedger(ctx, staff, books.LedgerQuery{Account: "411000", From: b, To: a, After: after})
		wantFault(t, err, "fault.invalid")
	}
}
