package sales

import (
	"context"
	"encoding/json"
	"fmt"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// kind of the document that a form is of; "" was written before there were others.
func (d Draft) kind() billing.Kind {
	if d.Kind == "" {
		return billing.Invoice
	}
	return billing.Kind(d.Kind)
}

// action names what is done with a document in the audit log and among the commands:
// "invoice.issued", "quote.issued", "credit_note.issued", "deposit_invoice.issued".
func action(kind billing.Kind, done string) string { return string(kind) + "." + done }

// topic is what changes for those who look at lists of that kind.
func topic(kind billing.Kind) string {
	switch kind {
	case billing.Quote:
		return "quotes"
	case billing.CreditNote:
		return "credits"
	default:
		return "invoices"
	}
}

// checkKind refuses what the document's kind does not have.
func (sh *sheet) checkKind(form *fault.Form) {
	d := sh.draft
	quote := d.kind() == billing.Quote
	switch d.kind() {
	case billing.Invoice, billing.Quote, billing.CreditNote, billing.DepositInvoice:
	default:
		form.Add("kind", "fault.choice")
	}
	for path, wrong := range map[string]bool{
		"validUntil":     d.ValidUntil != "" && !quote,
		"depositPcm":     d.DepositPCM != 0 && !quote,
		"reason":         d.Reason != "" && d.kind() != billing.CreditNote,
		"retentionPcm":   d.RetentionPCM != 0 && d.kind() != billing.Invoice,
		"retentionUntil": d.RetentionUntil != "" && d.kind() != billing.Invoice,
		"deposits":       len(d.Deposits) != 0 && d.kind() != billing.Invoice,
	} {
		if wrong {
			form.Add(path, "fault.not_of_this_kind")
		}
	}
	if d.DepositPCM < 0 || d.DepositPCM > 100_000 {
		form.Add("depositPcm", "fault.range", "min", 0, "max", 100)
	}
	if d.RetentionPCM < 0 || d.RetentionPCM > 5_000 { // loi 71-584, article 1
		form.Add("retentionPcm", "fault.range", "min", 0, "max", 5)
	}
	for i, l := range d.Lines {
		if l.Optional && !quote {
			form.Add(fmt.Sprintf("lines.%d.optional", i), "fault.not_of_this_kind")
		}
	}
}

// originOf reads what a stored draft was made from.
func originOf(ctx context.Context, q *gen.Queries, row gen.Document) (origin, error) {
	list, err := depositsOf(ctx, q, row)
	return origin{quoteID: whole(row.QuoteID), precedingID: whole(row.PrecedingID), replacesID: whole(row.ReplacesID), revision: row.Revision, deposits: list}, err
}

func depositsOf(ctx context.Context, q *gen.Queries, row gen.Document) ([]Deposit, error) {
	found, err := q.DocumentDeposits(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	return readDeposits(row, found)
}

func readDeposits(row gen.Document, found []gen.DocumentDepositsRow) (list []Deposit, err error) {
	for _, r := range found {
		p := Deposit{ID: r.DepositID, PublicID: r.PublicID, Number: text(r.Number), IssueDate: day(r.IssueDate), NetMinor: r.NetMinor, TaxMinor: r.TaxMinor}
		if err := json.Unmarshal([]byte(r.Taxes), &p.Taxes); err != nil {
			return nil, damaged(row, err)
		}
		list = append(list, p)
	}
	return list, nil
}

func insertDeposits(ctx context.Context, tx *db.Tx, id int64, list []Deposit) error {
	for i, p := range list {
		taxes, err := json.Marshal(p.Taxes)
		if err != nil {
			return err
		}
		if err := tx.InsertDocumentDeposit(ctx, gen.InsertDocumentDepositParams{DocumentID: id, Position: int64(i), DepositID: p.ID, NetMinor: p.NetMinor, TaxMinor: p.TaxMinor, Taxes: string(taxes)}); err != nil {
			return err
		}
	}
	return nil
}

// prepaid is what deposits take off, tax included (BT-113).
func prepaid(list []Deposit) (sum int64) {
	for _, p := range list {
		sum += p.NetMinor + p.TaxMinor
	}
	return sum
}

func ref(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func whole(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
