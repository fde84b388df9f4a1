package sales

import (
	"context"

	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/office/books"
	"comptoir/office/settlement"
	"comptoir/rules/billing"
	"comptoir/rules/ledger"
)

// post writes the document's entry in the issuing transaction (rules/ledger.IssueInvoice), and
// what falls due of its deposits' tax with it.
func (x *issue) post(ctx context.Context, tx *db.Tx) error {
	if x.kind() == billing.Quote {
		return nil // an offer moves nothing
	}
	p, err := ledger.IssueInvoice(x.sale())
	if err != nil || p.Empty() {
		return err
	}
	id, err := books.Post(ctx, tx, p, books.Source{Kind: "document", ID: x.row.ID})
	if x.entryID = &id; err != nil {
		return err
	}
	for _, p := range x.deposits {
		if err := settlement.Deliver(ctx, tx, x.firm, x.customer, p.ID, p.Taxes, x.number.Text, x.on); err != nil {
			return err
		}
	}
	return nil
}

// sale is the document as the books see it. Labels are in the firm's language, not the customer's.
func (x *issue) sale() ledger.Sale {
	return ledger.Sale{Kind: billing.Kind(x.row.Kind), Number: x.number.Text, Date: x.on, Auxiliary: x.customer.Number, CustomerName: x.customer.Name,
		Scheme: x.firm.VATScheme, Totals: x.totals, Deposits: booked(x.deposits), OfDeposit: x.before != nil && x.before.Kind == string(billing.DepositInvoice), Retained: x.retains,
		Rate: ledger.Rate{Currency: x.doc.Currency, Firm: x.firm.Money(), E8: x.rateE8}, Lang: locale.Of(x.firm.Language)}
}

// booked are deposits as the books see them.
func booked(list []Deposit) (out []ledger.Deposit) {
	for _, p := range list {
		out = append(out, ledger.Deposit{Number: p.Number, NetMinor: p.NetMinor, Taxes: p.Taxes, RateE8: p.rateE8})
	}
	return out
}
