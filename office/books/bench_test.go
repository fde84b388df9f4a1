package books_test

import (
	"context"
	"fmt"
	"testing"

	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/rules/ledger"
)

// BenchmarkPost is one entry of three lines, durable, by one caller; beside it the floor, a
// durable commit of one row through the same door.
func BenchmarkPost(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		k := newDesk(b, "FR")
		for b.Loop() {
			k.must(k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
				return tx.InsertNotification(ctx, gen.InsertNotificationParams{At: tx.Stamp(), Kind: "x", Args: "{}"})
			}))
		}
	})
	b.Run("durable", func(b *testing.B) {
		k := newDesk(b, "FR")
		p := sale("2026-03-05", "FA-2026-0001", "C0001", 237_000, 47_400)
		for b.Loop() {
			_, err := k.post(p, books.Source{Kind: books.FromDocument, ID: 1})
			k.must(err)
		}
	})
	// What Post itself costs, the commit shared by many.
	b.Run("in a shared commit", func(b *testing.B) {
		k := newDesk(b, "FR")
		p := sale("2026-03-05", "FA-2026-0001", "C0001", 237_000, 47_400)
		for b.Loop() {
			k.must(k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
				for range 100 {
					if _, err := books.Post(ctx, tx, p, books.Source{Kind: books.FromDocument, ID: 1}); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*100), "µs/entry")
	})
}

// filled is a firm with n invoices, nearly as many payments, over two years.
func filled(b *testing.B, n int) *desk {
	b.Helper()
	k := openDesk(b, "FR", dbtest.File(b), true)
	day := civil.MustParse("2025-01-01")
	for from := 0; from < n; from += 500 {
		k.must(k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i := from; i < min(from+500, n); i++ {
				on := day.AddDays(i * 690 / n)
				if _, err := books.Post(ctx, tx, sale(on.String(), fmt.Sprintf("FA-%d", i), fmt.Sprintf("C%04d", i%9+1), 237_000, 47_400), books.Source{Kind: books.FromDocument, ID: 1}); err != nil {
					return err
				}
				if i%10 == 0 {
					continue
				}
				paid := ledger.Posting{Journal: "BQ", Date: on.AddDays(20), DocumentRef: fmt.Sprintf("RE-%d", i), DocumentDate: on, Label: "x", Lines: []ledger.PostingLine{
					{Role: ledger.RoleBank, DebitMinor: 284_400}, {Role: ledger.RoleCustomers, Auxiliary: "C0001", CreditMinor: 284_400},
					{Role: ledger.RoleTaxWaiting, DebitMinor: 47_400}, {Role: ledger.RoleTaxDue, CreditMinor: 47_400},
				}}
				if _, err := books.Post(ctx, tx, paid, books.Source{Kind: books.FromPayment, ID: 1}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	k.must(k.db.Sync(ctx))
	k.must(k.db.Optimize(ctx))
	return k
}

// BenchmarkReports prints each report at three sizes: what a person waits for must not grow
// with them. "lines" is the proof that adds up everything.
func BenchmarkReports(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		k := filled(b, n)
		from, to := civil.MustParse("2026-01-01"), civil.MustParse("2026-12-31")
		ask := func(name string, fn func() error) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					k.must(fn())
				}
			})
		}
		ask("TrialBalance/kept", func() error {
			_, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: from, To: to})
			return err
		})
		ask("TrialBalance/broken months", func() error {
			_, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: from.AddDays(14), To: to.AddDays(-50)})
			return err
		})
		ask("TrialBalance/lines", func() error {
			_, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: civil.MustParse("2025-01-01"), To: to, FromLines: true})
			return err
		})
		page, err := k.s.Journal(ctx, staff, books.JournalQuery{From: from, To: to})
		k.must(err)
		ask("Journal/first page", func() error {
			_, err := k.s.Journal(ctx, staff, books.JournalQuery{From: from, To: to})
			return err
		})
		ask("Journal/next page", func() error {
			_, err := k.s.Journal(ctx, staff, books.JournalQuery{From: from, To: to, After: page.Next})
			return err
		})
		ask("Journal/one, newest", func() error {
			_, err := k.s.Journal(ctx, staff, books.JournalQuery{Journal: "BQ", From: from, To: to, Newest: true})
			return err
		})
		ask("GeneralLedger/customers", func() error {
			_, err := k.s.GeneralLedger(ctx, staff, books.LedgerQuery{Account: "411000", From: from, To: to})
			return err
		})
		ask("Turnover", func() error { _, err := k.s.Turnover(ctx, staff, 24); return err })
	}
}
