package demo

import (
	"context"
	"time"

	"comptoir/office/payments"
	"comptoir/office/sales"
)

// credits is what the story tells of credit notes, deposits and retention money: an invoice
// taken back whole, a goodwill credit to use, a deposit and its situation, a final invoice
// with what its customer holds back. A company too small for one of them does without.
func (m *maker) credits(ctx context.Context) error {
	for _, act := range []func(context.Context) error{m.cancelled, m.goodwill, m.situation, m.finalWithRetention} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	return nil
}

// cancelled: an unpaid invoice was sent to the wrong customer.
func (m *maker) cancelled(ctx context.Context) error {
	for _, d := range m.open(nil) {
		x, err := m.Sales.Get(ctx, m.owner, d.id)
		if err != nil {
			return err
		}
		if x.DueMinor != x.Totals.AmountDue || x.Currency != "EUR" {
			continue
		}
		d.left = 0
		m.sum.Credits++
		_, err = m.Sales.CreditInvoice(ctx, m.owner, sales.Credit{Key: m.key("credit"), InvoiceID: d.id, How: sales.CreditAll, Reason: m.text(d.client.lang, "demo.credit.wrong", nil), Send: sales.ByHand})
		return err
	}
	return nil
}

// goodwill: a tenth of a paid invoice goes back to a customer who waited; it is still to use.
func (m *maker) goodwill(ctx context.Context) error {
	for _, c := range m.able() {
		for i := len(m.last) - 1; i >= 0; i-- {
			d := m.last[i]
			if d.client.id != c.id || d.left != 0 {
				continue
			}
			x, err := m.Sales.Get(ctx, m.owner, d.id)
			if err != nil {
				return err
			}
			if x.DueMinor != 0 || x.CreditedMinor != 0 {
				continue
			}
			m.sum.Credits++
			_, err = m.Sales.CreditInvoice(ctx, m.owner, sales.Credit{Key: m.key("credit"), InvoiceID: d.id, How: sales.CreditPercent, PCM: 10_000, Reason: m.text(c.lang, "demo.credit.late", nil), Send: sales.ByHand})
			return err
		}
	}
	return nil
}

// situation: the deposit of an approved quote is paid, the works are at 60 %.
func (m *maker) situation(ctx context.Context) error {
	for _, c := range m.able() {
		list, err := m.Sales.Deposits(ctx, m.owner, c.id, c.currency)
		if err != nil {
			return err
		}
		for _, p := range list {
			if p.QuoteID == "" {
				continue
			}
			if err := m.settle(ctx, c, p.PublicID, m.text("fr", "demo.payment.transfer", map[string]any{"number": p.Number})); err != nil {
				return err
			}
			d, err := m.Sales.DraftDeposit(ctx, m.owner, sales.DepositAsk{Key: m.key("situation"), QuoteID: p.QuoteID, PCM: 60_000, Progress: true})
			if err != nil {
				return err
			}
			return m.issueDraft(ctx, d)
		}
	}
	return nil
}

// settle records the whole payment of a document, received yesterday or on its own day.
func (m *maker) settle(ctx context.Context, c *client, documentID, reference string) error {
	d, err := m.Sales.Get(ctx, m.owner, documentID)
	if err != nil || d.DueMinor == 0 {
		return err
	}
	on := m.daysAgo(1)
	if on < d.IssueDate.String() {
		on = d.IssueDate.String()
	}
	m.sum.Payments++
	_, err = m.Payments.RecordPayment(ctx, m.owner, payments.RecordPayment{Key: m.key("deposit"), CustomerID: c.id, Currency: c.currency, AmountMinor: d.DueMinor, ReceivedOn: on, Method: "transfer", Reference: reference,
		Parts: []payments.SplitPart{{DocumentID: documentID, AmountMinor: d.DueMinor}}})
	return err
}

func (m *maker) issueDraft(ctx context.Context, d sales.Document) error {
	_, err := m.Sales.Issue(ctx, m.owner, sales.Issue{Key: m.key("issue"), PublicID: d.PublicID, Version: d.Version, How: sales.ByHand})
	return err
}

// finalWithRetention: a deposit on an order, paid; the final invoice takes it off, and its
// customer holds 5 % back for a year.
func (m *maker) finalWithRetention(ctx context.Context) error {
	able := m.able()
	if len(able) < 2 {
		return nil
	}
	c := able[1]
	day := m.end.In(m.zone).Format(time.DateOnly)
	form := func(kind, key string, price int64) sales.Draft {
		return sales.Draft{Kind: kind, CustomerID: c.id, Currency: c.currency, Language: c.lang, TermsDays: c.terms, TermsEndOfMonth: c.endMonth, OrderNumber: "CDE-2026-118", Allowances: []sales.DraftAllowance{},
			Lines: []sales.DraftLine{{Description: m.text(c.lang, key, nil), Nature: "services", QuantityE4: 10_000, Unit: "LS", UnitPriceE4: price * 10_000, TaxCodes: []string{}}}}
	}
	deposit, _, err := m.Sales.SaveDraft(ctx, m.owner, m.key("order"), form("deposit_invoice", "demo.credit.deposit", 1_800))
	if err != nil {
		return err
	}
	if err := m.issueDraft(ctx, deposit); err != nil {
		return err
	}
	if err := m.settle(ctx, c, deposit.PublicID, m.text("fr", "demo.credit.deposit", nil)); err != nil {
		return err
	}
	whole := form("invoice", "demo.credit.works", 6_000)
	whole.Deposits, whole.RetentionPCM, whole.DeliveryDate = []string{deposit.PublicID}, 5_000, day
	d, _, err := m.Sales.SaveDraft(ctx, m.owner, m.key("order"), whole)
	if err != nil {
		return err
	}
	return m.issueDraft(ctx, d)
}
