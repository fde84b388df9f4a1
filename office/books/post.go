package books

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/ledger"
)

// Install puts the chart of accounts and the journals into a company that is being made,
// in its language. Call it after the company's own row.
func Install(ctx context.Context, tx *db.Tx, chart string) error {
	accounts, err := ledger.Chart(chart)
	if err != nil {
		return err
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := tx.InsertAccount(ctx, gen.InsertAccountParams{Code: a.Code, Label: a.LabelIn(firm.Language), Nature: a.Nature, Role: orNull(a.Role)}); err != nil {
			return fmt.Errorf("books: account %s: %w", a.Code, err)
		}
	}
	for _, j := range ledger.Journals() {
		if err := tx.InsertJournal(ctx, gen.InsertJournalParams{Code: j.Code, Label: j.LabelIn(firm.Language), Kind: j.Kind, AccountRole: orNull(j.Role)}); err != nil {
			return fmt.Errorf("books: journal %s: %w", j.Code, err)
		}
	}
	return nil
}

// Post writes an entry in the caller's transaction: the next number of the books, its
// lines, its seal in the chain, the period balances. A posting of nothing gives 0 and
// writes nothing. The entry's id is documents.entry_id or payments.entry_id. A payment
// names its entry and is named by it, so src.ID is the id that the payment's row is about
// to get: tx.NextPaymentID.
func Post(ctx context.Context, tx *db.Tx, p ledger.Posting, src Source) (entryID int64, err error) {
	return post(ctx, tx, p, src, nil)
}

func post(ctx context.Context, tx *db.Tx, p ledger.Posting, src Source, reverses *int64) (int64, error) {
	if p.Empty() {
		return 0, nil
	}
	if err := ledger.Check(p); err != nil {
		return 0, err
	}
	last, err := tx.LastEntry(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	e := gen.InsertEntryParams{
		Journal: p.Journal, Number: last.Number + 1, EntryDate: p.Date.String(), DocumentRef: p.DocumentRef, DocumentDate: p.DocumentDate.String(), Label: p.Label,
		SourceKind: src.Kind, SourceID: src.ID, ReversesID: reverses, TotalMinor: p.Total(), ValidatedAt: tx.Stamp(),
	}
	id, err := tx.InsertEntry(ctx, e)
	if err != nil {
		return 0, fmt.Errorf("books: entry of %s in journal %s: %w", p.DocumentRef, p.Journal, err)
	}
	for i, l := range p.Lines {
		if err := tx.InsertEntryLine(ctx, gen.InsertEntryLineParams{
			EntryID: id, Position: int64(i + 1), Role: orNull(l.Role), Account: l.Account, Auxiliary: l.Auxiliary, Label: l.Label,
			DebitMinor: l.DebitMinor, CreditMinor: l.CreditMinor, Currency: string(l.Currency), CurrencyMinor: l.CurrencyMinor,
		}); err != nil {
			return 0, fmt.Errorf("books: line of %s on %s%s: %w", p.DocumentRef, l.Role, l.Account, err)
		}
	}
	return id, seal(ctx, tx, id, last.Hash, e, p)
}

// seal closes the entry over what the file now holds, and adds it to the kept balances.
func seal(ctx context.Context, tx *db.Tx, id int64, previous string, e gen.InsertEntryParams, p ledger.Posting) error {
	lines, err := tx.HashedLines(ctx, gen.HashedLinesParams{AfterEntryID: id - 1, UpToEntryID: id})
	if err != nil {
		return err
	}
	if len(lines) != len(p.Lines) {
		return fmt.Errorf("books: %s has %d lines, %d were written", p.DocumentRef, len(p.Lines), len(lines))
	}
	for i, l := range p.Lines {
		if text(lines[i].CustomerNumber) != l.Auxiliary {
			return fmt.Errorf("books: line of %s: no customer has the number %s", p.DocumentRef, l.Auxiliary)
		}
	}
	sealed := Sealed{
		Number: e.Number, Journal: e.Journal, Date: e.EntryDate, DocumentRef: e.DocumentRef, DocumentDate: e.DocumentDate, Label: e.Label,
		SourceKind: e.SourceKind, SourceID: e.SourceID, ReversesID: whole(e.ReversesID), TotalMinor: e.TotalMinor, ValidatedAt: e.ValidatedAt,
	}
	if err := tx.AddToBalances(ctx, gen.AddToBalancesParams{Period: p.Date.Period(), EntryID: id}); err != nil {
		return err
	}
	n, err := tx.SealEntry(ctx, gen.SealEntryParams{ID: id, Hash: Hash(previous, sealed, lines)})
	if err == nil && n != 1 {
		err = fmt.Errorf("books: entry %d was not sealed", e.Number)
	}
	return err
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
