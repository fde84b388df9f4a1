package statements

import (
	"context"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/db/gen"
	"comptoir/rules/statement"
)

// account reads one customer's rows. Every query names the customer and goes by an index
// of it: what other customers have costs nothing.
type account struct {
	q        *gen.Queries
	customer int64
}

// movements gives what is dated within the period, in no order.
func (a account) movements(ctx context.Context, p statement.Period) ([]statement.Movement, error) {
	list := []statement.Movement{}
	for _, read := range []func(context.Context, string, string, *[]statement.Movement) error{a.documents, a.payments, a.cancelled, a.refunds} {
		if err := read(ctx, p.From.String(), p.To.String(), &list); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (a account) documents(ctx context.Context, from, to string, list *[]statement.Movement) error {
	rows, err := a.q.StatementDocuments(ctx, gen.StatementDocumentsParams{CustomerID: &a.customer, FromDate: from, ToDate: to})
	for _, r := range rows {
		*list = append(*list, statement.Movement{Kind: statement.Kind(r.Kind), ID: r.ID, PublicID: r.PublicID, Number: str(r.Number), On: day(r.IssueDate), DueOn: day(r.DueDate),
			Currency: money.Currency(r.Currency), AmountMinor: r.AmountDueMinor, RetainedMinor: r.RetainedMinor, RetainedUntil: day(r.RetainedUntil), Reference: r.OrderNumber})
	}
	return err
}

func (a account) payments(ctx context.Context, from, to string, list *[]statement.Movement) error {
	rows, err := a.q.StatementPayments(ctx, gen.StatementPaymentsParams{CustomerID: a.customer, FromDate: from, ToDate: to})
	for _, r := range rows {
		*list = append(*list, statement.Movement{Kind: statement.Payment, ID: r.ID, PublicID: r.PublicID, Number: r.Number, On: day(r.ReceivedOn),
			Currency: money.Currency(r.Currency), AmountMinor: r.AmountMinor, Method: r.Method, Reference: r.Reference})
	}
	return err
}

func (a account) cancelled(ctx context.Context, from, to string, list *[]statement.Movement) error {
	rows, err := a.q.StatementCancelled(ctx, gen.StatementCancelledParams{CustomerID: a.customer, FromDate: from, ToDate: to})
	for _, r := range rows {
		*list = append(*list, statement.Movement{Kind: statement.Cancelled, ID: r.ID, PublicID: r.PublicID, Number: r.Number, On: day(r.CancelledOn),
			Currency: money.Currency(r.Currency), AmountMinor: r.AmountMinor, Method: r.Method, Reference: r.Reference})
	}
	return err
}

func (a account) refunds(ctx context.Context, from, to string, list *[]statement.Movement) error {
	rows, err := a.q.StatementRefunds(ctx, gen.StatementRefundsParams{CustomerID: a.customer, FromDate: from, ToDate: to})
	for _, r := range rows {
		*list = append(*list, statement.Movement{Kind: statement.Refund, ID: r.ID, PublicID: r.OfPublicID, Number: r.Number, On: day(r.RefundedOn),
			Currency: money.Currency(r.Currency), AmountMinor: r.AmountMinor, Method: r.Method, Reference: r.Reference, Of: r.OfNumber, OfCredit: r.CreditID != nil})
	}
	return err
}

// opening gives the balances before a day, added up by the file.
func (a account) opening(ctx context.Context, from civil.Date) (map[money.Currency]int64, error) {
	sums := map[money.Currency]int64{}
	if from.IsZero() {
		return sums, nil
	}
	add := func(k statement.Kind, currency string, minor int64) (err error) {
		c := money.Currency(currency)
		sums[c], err = money.Add(sums[c], k.Sign()*minor)
		return err
	}
	documents, err := a.q.StatementOpeningDocuments(ctx, gen.StatementOpeningDocumentsParams{CustomerID: &a.customer, FromDate: from.String()})
	if err != nil {
		return nil, err
	}
	for _, r := range documents {
		if err := add(statement.Kind(r.Kind), r.Currency, r.AmountMinor); err != nil {
			return nil, err
		}
	}
	payments, err := a.q.StatementOpeningPayments(ctx, gen.StatementOpeningPaymentsParams{CustomerID: a.customer, FromDate: from.String()})
	if err != nil {
		return nil, err
	}
	for _, r := range payments {
		if err := add(statement.Payment, r.Currency, r.AmountMinor); err != nil {
			return nil, err
		}
	}
	cancelled, err := a.q.StatementOpeningCancelled(ctx, gen.StatementOpeningCancelledParams{CustomerID: a.customer, FromDate: from.String()})
	if err != nil {
		return nil, err
	}
	for _, r := range cancelled {
		if err := add(statement.Cancelled, r.Currency, r.AmountMinor); err != nil {
			return nil, err
		}
	}
	refunds, err := a.q.StatementOpeningRefunds(ctx, gen.StatementOpeningRefundsParams{CustomerID: a.customer, FromDate: from.String()})
	if err != nil {
		return nil, err
	}
	for _, r := range refunds {
		if err := add(statement.Refund, r.Currency, r.AmountMinor); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// open gives what was open at the end of a day.
func (a account) open(ctx context.Context, on civil.Date) ([]statement.Account, error) {
	movements, err := a.movements(ctx, statement.Period{To: on})
	if err != nil {
		return nil, err
	}
	rows, err := a.q.StatementSettlements(ctx, gen.StatementSettlementsParams{CustomerID: &a.customer, OnDate: on.String()})
	if err != nil {
		return nil, err
	}
	settlements := make([]statement.Settlement, 0, len(rows))
	for _, r := range rows {
		settlements = append(settlements, statement.Settlement{PaymentID: value(r.PaymentID), CreditID: value(r.CreditID), DocumentID: r.DocumentID, On: day(r.OnDate), AmountMinor: r.AmountMinor})
	}
	given, err := a.q.StatementRefunds(ctx, gen.StatementRefundsParams{CustomerID: a.customer, ToDate: on.String()})
	if err != nil {
		return nil, err
	}
	for _, r := range given {
		settlements = append(settlements, statement.Settlement{PaymentID: value(r.PaymentID), CreditID: value(r.CreditID), On: day(r.RefundedOn), AmountMinor: r.AmountMinor})
	}
	return statement.OpenItems(movements, settlements, on)
}

// now gives the balances of this moment, from what is open: a few rows by an index.
func (a account) now(ctx context.Context) (map[money.Currency]int64, error) {
	sums := map[money.Currency]int64{}
	open, err := a.q.StatementBalanceNow(ctx, a.customer)
	if err != nil {
		return nil, err
	}
	for _, r := range open {
		sums[money.Currency(r.Currency)] += r.AmountMinor
	}
	left, err := a.q.StatementLeftNow(ctx, a.customer)
	for _, r := range left {
		sums[money.Currency(r.Currency)] -= r.AmountMinor
	}
	return sums, err
}

// day reads a stored day; one that is not there is the zero day.
func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
