package control_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
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
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/office/control"
	"comptoir/office/files"
	"comptoir/rules/ledger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ctx   = context.Background()
	staff = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Camille", Lang: "fr"}
)

// world is a firm with documents and payments, written row by row: this room must not lean
// on the rooms that it proves.
type world struct {
	t     testing.TB
	db    *db.DB
	files *files.Store
	path  string
	dir   string
}

func newWorld(t testing.TB, bulk bool) *world {
	t.Helper()
	w := &world{t: t, path: dbtest.File(t), dir: t.TempDir()}
	w.db = dbtest.Open(t, w.path, db.Options{Clock: func() time.Time { return dbtest.Instant }, Bulk: bulk})
	w.files = files.New(w.dir, true)
	c := company.New(w.db, id.Seeded(1), books.Install, w.files)
	w.must(c.Create(ctx, staff, company.Create{Name: "Atelier Bois", Country: "FR", Language: "fr", Email: "a@example.org"}))
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.InsertCustomer(ctx, gen.InsertCustomerParams{PublicID: "c1", Number: "C0001", Kind: "company", Name: "Dupont", Language: "fr", Currency: "EUR",
			TaxRegime: "domestic", TermsDays: 30, Country: "FR", NameKey: "dupont", Now: tx.Stamp()})
		return err
	})
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	w.must(w.db.Write(ctx, fn))
}

// hashDocument stands for office/sales.Hash.
func hashDocument(_ context.Context, _ *gen.Queries, previous string, d gen.Document) (string, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s %s %d", previous, *d.ChainPosition, *d.Number, d.Note, d.TotalInclMinor))
	return hex.EncodeToString(sum[:]), nil
}

// invoice issues one of net and 20 % tax; a net of nothing has no entry.
func (w *world) invoice(ctx context.Context, tx *db.Tx, on civil.Date, net int64) error {
	customer := int64(1)
	tax := net / 5
	docID, err := tx.InsertDraft(ctx, gen.InsertDraftParams{PublicID: id.Random()(), Kind: "invoice", CustomerID: &customer, Currency: "EUR", Language: "fr", TotalInclMinor: net + tax, Now: tx.Stamp()})
	if err != nil {
		return err
	}
	number, err := company.TakeNumber(ctx, tx, "invoice", on)
	if err != nil {
		return err
	}
	var entry *int64
	if net != 0 {
		e, err := books.Post(ctx, tx, ledger.Posting{Journal: "VE", Date: on, DocumentRef: number.Text, DocumentDate: on, Label: number.Text, Lines: []ledger.PostingLine{
			{Role: ledger.RoleCustomers, Auxiliary: "C0001", DebitMinor: net + tax}, {Role: ledger.RoleServices, CreditMinor: net}, {Role: ledger.RoleTaxDue, CreditMinor: tax},
		}}, books.Source{Kind: books.FromDocument, ID: docID})
		if err != nil {
			return err
		}
		entry = &e
	}
	last, err := tx.LastChain(ctx)
	position := int64(1)
	if err == nil {
		position = *last.ChainPosition + 1
	} else if !fault.Is(db.NotFound(err), fault.NotFound) {
		return err
	}
	hash, err := hashDocument(ctx, tx.Queries, last.Hash, gen.Document{ChainPosition: &position, Number: &number.Text, TotalInclMinor: net + tax})
	if err != nil {
		return err
	}
	at := tx.Stamp()
	if _, err := tx.IssueDocument(ctx, gen.IssueDocumentParams{Number: &number.Text, SeriesYear: &number.Year, SeriesNumber: &number.N, IssueDate: on.String(), DueDate: on.String(),
		RateE8: ledger.RateOne, Seller: "{}", Buyer: "{}", TotalExclMinor: net, TotalTaxMinor: tax, TotalInclMinor: net + tax, AmountDueMinor: net + tax,
		EntryID: entry, IssuedAt: &at, Hash: hash, ChainPosition: &position, ID: docID, Version: 1}); err != nil {
		return err
	}
	if err := tx.InsertStatus(ctx, gen.InsertStatusParams{DocumentID: docID, CustomerID: 1, Kind: "invoice", IssueDate: on.String(), DueDate: on.String(), Currency: "EUR", DueMinor: net + tax}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, staff, audit.Record{Action: "invoice.issued", ObjectKind: "document", ObjectID: docID})
}

func (w *world) payment(ctx context.Context, tx *db.Tx, docID int64, on civil.Date, amount int64) error {
	number, err := company.TakeNumber(ctx, tx, "payment", on)
	if err != nil {
		return err
	}
	payID, err := tx.NextPaymentID(ctx)
	if err != nil {
		return err
	}
	entry, err := books.Post(ctx, tx, ledger.Posting{Journal: "BQ", Date: on, DocumentRef: number.Text, DocumentDate: on, Label: number.Text, Lines: []ledger.PostingLine{
		{Role: ledger.RoleBank, DebitMinor: amount}, {Role: ledger.RoleCustomers, Auxiliary: "C0001", CreditMinor: amount},
	}}, books.Source{Kind: books.FromPayment, ID: payID})
	if err != nil {
		return err
	}
	if err := tx.InsertPayment(ctx, gen.InsertPaymentParams{ID: payID, PublicID: id.Random()(), Number: number.Text, CustomerID: 1, Method: "transfer", ReceivedOn: on.String(), AmountMinor: amount,
		Currency: "EUR", RateE8: ledger.RateOne, EntryID: entry, CreatedAt: tx.Stamp()}); err != nil {
		return err
	}
	if err := tx.InsertPaymentStatus(ctx, gen.InsertPaymentStatusParams{PaymentID: payID, CustomerID: 1, Currency: "EUR"}); err != nil {
		return err
	}
	if _, err := tx.InsertAllocation(ctx, gen.InsertAllocationParams{PaymentID: &payID, DocumentID: docID, AmountMinor: amount}); err != nil {
		return err
	}
	_, err = tx.SettleDocument(ctx, gen.SettleDocumentParams{DocumentID: docID, PaidMinor: amount, OnDate: on.String()})
	return err
}

func (w *world) store(content string) files.Ref {
	w.t.Helper()
	ref, err := w.files.Put([]byte(content), "application/pdf")
	w.must(err)
	w.write(func(ctx context.Context, tx *db.Tx) error { return files.Record(ctx, tx, ref) })
	return ref
}

// small is four invoices (one of nothing), three payments, two files.
func small(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, true)
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for i, net := range []int64{100_000, 50_000, 0, 20_000} {
			if err := w.invoice(ctx, tx, civil.MustParse("2026-03-01").AddDays(10*i), net); err != nil {
				return err
			}
		}
		for i, p := range []struct{ doc, amount int64 }{{1, 120_000}, {2, 10_000}, {2, 5_000}} {
			if err := w.payment(ctx, tx, p.doc, civil.MustParse("2026-04-05").AddDays(i), p.amount); err != nil {
				return err
			}
		}
		return nil
	})
	w.store("la facture")
	w.store("une autre")
	w.must(w.db.Sync(ctx))
	return w
}

// twin is an independent copy of w, closed again before its file is tampered with.
func (w *world) twin(t testing.TB, statements ...string) *world {
	t.Helper()
	c := &world{t: t, path: filepath.Join(t.TempDir(), "company.db"), dir: t.TempDir()}
	image, err := os.ReadFile(w.path)
	c.must(err)
	c.must(os.WriteFile(c.path, image, 0o600))
	c.must(os.CopyFS(c.dir, os.DirFS(w.dir)))
	dbtest.Tamper(t, c.path, statements...)
	c.files = files.New(c.dir, true)
	return c
}

func (w *world) check() control.Report {
	w.t.Helper()
	if w.db == nil {
		w.db = dbtest.Open(w.t, w.path, db.Options{Clock: func() time.Time { return dbtest.Instant }})
	}
	r, err := control.New(w.db, hashDocument, w.files).Check(ctx, staff, nil)
	w.must(err)
	return r
}
