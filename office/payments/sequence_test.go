package payments_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/settlement"
	"comptoir/rules/ledger"
)

// agree proves the customer's account, and the tax that waits, against the open items.
func (w *till) agree(t interface{ Errorf(string, ...any) }) {
	w.T.Helper()
	raw := dbtest.Raw(w.T, w.Path)
	rows, err := raw.Query(`SELECT d.kind, d.rate_e8, d.currency, d.amount_due_minor, s.paid_minor + s.credited_minor, d.customer_id = ?,
		COALESCE((SELECT sum(l.credit_minor - l.debit_minor) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE l.entry_id = d.entry_id AND a.role = 'tva_collectee_attente'), 0),
		COALESCE((SELECT t.taxes FROM document_deposits t JOIN documents f ON f.id = t.document_id WHERE t.deposit_id = d.id AND f.state = 'issued'), '')
		FROM documents d JOIN document_status s ON s.document_id = d.id WHERE d.state = 'issued' AND d.kind <> 'quote'`, w.customer.ID)
	w.Must(err)
	defer func() { _ = rows.Close() }()
	var account, waits int64
	for rows.Next() {
		var kind, currency, taken string
		var rate, total, settled, waiting int64
		var mine bool
		w.Must(rows.Scan(&kind, &rate, &currency, &total, &settled, &mine, &waiting, &taken))
		side := int64(1)
		if kind == "credit_note" {
			side, waiting = -1, -waiting
		}
		if settled < 0 || settled > total {
			t.Errorf("%d settled of %d", settled, total)
		}
		delivered, err := settlement.DueOf(waiting, taken)
		w.Must(err)
		released, err := ledger.Move{TotalMinor: total, WaitingMinor: waiting, DueMinor: delivered}.Released(settled)
		w.Must(err)
		waits += side * (waiting - released)
		if mine {
			account += side * (worth(w, currency, rate, total) - worth(w, currency, rate, settled))
		}
	}
	w.Must(rows.Err())
	rests, err := raw.Query("SELECT p.rate_e8, p.currency, s.left_minor FROM payments p JOIN payment_status s ON s.payment_id = p.id WHERE p.customer_id = ?", w.customer.ID)
	w.Must(err)
	defer func() { _ = rests.Close() }()
	for rests.Next() {
		var currency string
		var rate, left int64
		w.Must(rests.Scan(&rate, &currency, &left))
		account -= worth(w, currency, rate, left)
	}
	w.Must(rests.Err())
	if got := dbtest.Int(w.T, raw, "SELECT COALESCE(sum(l.debit_minor - l.credit_minor), 0) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.role LIKE 'clients%' AND l.customer_id = ?", w.customer.ID); got != account {
		t.Errorf("the customer's account is %d, the open items are worth %d", got, account)
	}
	if got := dbtest.Int(w.T, raw, "SELECT COALESCE(sum(l.credit_minor - l.debit_minor), 0) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.role = 'tva_collectee_attente'"); got != waits {
		t.Errorf("%d waits in the books, %d on the open items", got, waits)
	}
}

func worth(w *till, currency string, rate, minor int64) int64 {
	v, err := ledger.Rate{Currency: money.Currency(currency), Firm: "EUR", E8: rate}.Convert(minor)
	w.Must(err)
	return v
}

// Whatever a clerk does, in whatever order: after each act the customer's account is worth
// the open items, 44574 is the tax that they have waiting, and nothing is below nothing.
func TestAnySequenceOfActs(t *testing.T) {
	f := officetest.New(t)
	rapid.Check(t, func(rt *rapid.T) {
		currency := rapid.SampledFrom([]string{"EUR", "CAD"}).Draw(rt, "currency")
		w := open(t, f, currency, rapid.Int64Range(1, 50_000).Draw(rt, "a"), rapid.Int64Range(1, 50_000).Draw(rt, "b"), rapid.Int64Range(1, 50_000).Draw(rt, "c"))
		w.credit(rapid.Int64Range(10, 30_000).Draw(rt, "credit"))
		w.ask(rapid.Int64Range(1, 30_000).Draw(rt, "deposit on goods"), rapid.Int64Range(1, 30_000).Draw(rt, "deposit on services"))
		for range rapid.IntRange(1, 10).Draw(rt, "acts") {
			if err := w.act(rt); err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
				rt.Fatal(err)
			}
			w.agree(rt)
		}
	})
	f.Sound()
}

// act does one thing, which may well be refused.
func (w *till) act(rt *rapid.T) error {
	invoice := w.invoices[rapid.IntRange(0, len(w.invoices)-1).Draw(rt, "invoice")]
	credit := w.credits[0]
	payment := ""
	if len(w.payments) > 1 {
		payment = rapid.SampledFrom(w.payments[1:]).Draw(rt, "payment") // not the one behind the credit note
	}
	minor := rapid.Int64Range(1, 40_000).Draw(rt, "minor")
	if rapid.Bool().Draw(rt, "all") {
		minor = max(1, w.due(invoice))
	}
	kind := rapid.IntRange(0, 9).Draw(rt, "act")
	if payment == "" && kind > 4 && kind < 9 {
		kind = 0
	}
	switch kind {
	case 0, 1:
		var parts []payments.SplitPart
		var sum int64
		for _, d := range w.invoices[:rapid.IntRange(0, len(w.invoices)).Draw(rt, "parts")] {
			take := min(w.due(d), rapid.Int64Range(0, minor).Draw(rt, "take"))
			parts, sum = append(parts, part(d, take)), sum+take
		}
		var used []payments.UsedCredit
		if left := min(w.due(credit), sum); left > 0 && kind == 1 {
			used = append(used, payments.UsedCredit{CreditID: credit.PublicID, AmountMinor: left})
		}
		over := rapid.Int64Range(0, 5_000).Draw(rt, "over")
		_, err := w.tryPay(max(1, sum+over), parts, used)
		return err
	case 2:
		return w.Payments.ApplyCredit(ctx, staff, payments.UseCredits{Key: w.Key(), CustomerID: w.customer.PublicID, Parts: []payments.SplitPart{part(invoice, minor)},
			Credits: []payments.UsedCredit{{CreditID: credit.PublicID, AmountMinor: minor}}})
	case 3:
		return w.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: w.Key(), CreditID: credit.PublicID, DocumentID: invoice.PublicID})
	case 4:
		_, err := w.Payments.Refund(ctx, staff, payments.Refund{Key: w.Key(), CreditID: credit.PublicID, AmountMinor: minor / 4, Method: "transfer"})
		return err
	case 5:
		_, err := w.Payments.AllocatePayment(ctx, staff, payments.Allocate{Key: w.Key(), PaymentID: payment, Parts: []payments.SplitPart{part(invoice, minor)}})
		return err
	case 6:
		return w.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: w.Key(), PaymentID: payment, DocumentID: invoice.PublicID})
	case 7:
		_, err := w.Payments.Refund(ctx, staff, payments.Refund{Key: w.Key(), PaymentID: payment, AmountMinor: minor / 2, Method: "transfer", FromInvoices: rapid.Bool().Draw(rt, "from invoices"), FeeMinor: minor % 3})
		return err
	case 9:
		w.deliver(rapid.Int64Range(30_000, 90_000).Draw(rt, "goods"), rapid.Int64Range(30_000, 90_000).Draw(rt, "services"))
		return nil
	default:
		_, err := w.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: w.Key(), PaymentID: payment, Reason: "Saisie en double"})
		return err
	}
}
