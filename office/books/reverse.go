package books

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/ledger"
)

// Reverse asks to undo one entry by its mirror image.
type Reverse struct {
	Key    string // idempotency key
	Number int64
	Reason string // as it stands in the label of the reversing entry
}

// ReverseEntry undoes an entry: a validated one never changes (PCG 1031-3). It gives the
// number of the reversing entry. What a document or a payment wrote is refused here, since
// its own room undoes it together with what people see of it (a credit note).
func (s *Service) ReverseEntry(ctx context.Context, who actor.Actor, r Reverse) (number int64, err error) {
	if err := who.Need(actor.Keep); err != nil {
		return 0, err
	}
	r.Reason = strings.Join(strings.Fields(r.Reason), " ") // one line: FEC takes no breaks
	var f fault.Form
	f.Need("reason", r.Reason)
	f.MaxLen("reason", r.Reason, 200)
	if err := f.Err(); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, r.Key, "entry.reverse", r, &number, func() error {
			e, err := entryByNumber(ctx, tx.Queries, r.Number)
			if err != nil {
				return err
			}
			if e.SourceKind == FromDocument || e.SourceKind == FromPayment || e.SourceKind == FromRefund || e.SourceKind == FromPayout || e.SourceKind == FromTransfer {
				return fault.New(fault.Conflict, "control.reverse_"+e.SourceKind, "number", e.Number, "ref", e.DocumentRef)
			}
			firm, err := company.Get(ctx, tx.Queries)
			if err != nil {
				return err
			}
			if number, err = reverse(ctx, tx, e, firm.Today(tx.Now), firm.Language, r.Reason); err != nil {
				return err
			}
			return audit.Write(ctx, tx, who, audit.Record{Action: "entry.reversed", ObjectKind: "entry", ObjectID: r.Number, Details: map[string]any{"by": number}})
		})
	})
	return number, err
}

// Undo reverses the entry with that id in the caller's transaction, for a room that takes
// back what it had posted. It gives the number of the reversing entry.
func Undo(ctx context.Context, tx *db.Tx, entryID int64, on civil.Date, lang, reason string) (number int64, err error) {
	n, err := tx.EntryNumberOf(ctx, entryID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	e, err := entryByNumber(ctx, tx.Queries, n)
	if err != nil {
		return 0, err
	}
	return reverse(ctx, tx, e, on, lang, reason)
}

// reverse never happens twice: the second time is refused here, and by entries.reverses_id.
func reverse(ctx context.Context, tx *db.Tx, e Entry, on civil.Date, lang locale.Lang, reason string) (int64, error) {
	switch {
	case e.ReversedBy != 0:
		return 0, fault.New(fault.Conflict, "control.reversed_already", "number", e.Number, "by", e.ReversedBy)
	case e.Reverses != 0:
		return 0, fault.New(fault.Conflict, "control.reverse_reversal", "number", e.Number)
	case on.Before(e.Date):
		return 0, fault.New(fault.Invalid, "control.reverse_before", "number", e.Number, "date", e.Date)
	}
	p := ledger.Reverse(e.posting(), on, lang)
	if reason != "" {
		p.Label += " · " + reason
	}
	id, err := post(ctx, tx, p, Source{FromReversal, e.id}, &e.id)
	if err != nil {
		return 0, err
	}
	return tx.EntryNumberOf(ctx, id)
}

// posting gives an entry as its rule once gave it.
func (e Entry) posting() ledger.Posting {
	p := ledger.Posting{Journal: e.Journal, Date: e.Date, DocumentRef: e.DocumentRef, DocumentDate: e.DocumentDate, Label: e.Label}
	for _, l := range e.Lines {
		p.Lines = append(p.Lines, ledger.PostingLine{
			Account: l.Account, Auxiliary: l.CustomerNumber, DebitMinor: l.DebitMinor, CreditMinor: l.CreditMinor, Label: l.Label,
			Currency: money.Currency(l.Currency), CurrencyMinor: l.CurrencyMinor,
		})
	}
	return p
}
