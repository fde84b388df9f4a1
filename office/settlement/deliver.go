package settlement

import (
	"context"
	"encoding/json"
	"fmt"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/rules/billing"
	"comptoir/rules/ledger"
)

// Deliver posts what of the tax of a deposit falls due with its final invoice (goods are
// delivered, whether the deposit is paid or not), in the transaction that issues it. taxes are
// what the final takes off, with their DueMinor; once it is issued they stay there, and each
// later act on the deposit counts with them.
func Deliver(ctx context.Context, tx *db.Tx, firm company.Firm, customer gen.Customer, depositID int64, taxes []billing.RowTax, final string, on civil.Date) error {
	d, err := tx.DocumentByID(ctx, depositID)
	if err != nil {
		return db.NotFound(err)
	}
	s := Open(tx, firm, customer, money.Currency(d.Currency), on)
	i, err := s.Document(ctx, depositID)
	if err != nil {
		return err
	}
	m := i.move()
	if m.DueMinor, err = ledger.DueOf(i.waiting, taxes); err != nil {
		return err
	}
	p, err := ledger.Deliver(ledger.Delivery{Document: *d.Number, Final: final, Date: on, Move: m, Lang: locale.Of(firm.Language)})
	if err != nil {
		return err
	}
	_, err = books.Post(ctx, tx, p, books.Source{Kind: books.FromDocument, ID: depositID})
	return err
}

// taken gives the tax of a document that is due however little of it is settled: of a deposit
// that an issued invoice took off.
func taken(ctx context.Context, q *gen.Queries, d gen.Document, waiting int64) (int64, error) {
	if d.Kind != string(billing.DepositInvoice) {
		return 0, nil
	}
	taxes, err := q.TaxesTakenOff(ctx, d.ID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return DueOf(waiting, taxes)
}

// DueOf is ledger.DueOf of taxes as they are stored; "" is none.
func DueOf(waiting int64, stored string) (int64, error) {
	if stored == "" {
		return 0, nil
	}
	var taxes []billing.RowTax
	if err := json.Unmarshal([]byte(stored), &taxes); err != nil {
		return 0, fmt.Errorf("settlement: taxes of a deposit: %w", err)
	}
	return ledger.DueOf(waiting, taxes)
}
