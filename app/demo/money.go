package demo

import (
	"context"
	"time"

	"comptoir/office/payments"
)

// money is what happens to payments besides paying one invoice: a transfer for several, too
// much paid, money given back, a cheque that bounces. A company too small for one of them
// does without.
func (m *maker) money(ctx context.Context) error {
	used := map[*issued]bool{}
	for _, act := range []func(context.Context, map[*issued]bool) error{m.several, m.tooMuch, m.givenBack, m.bounced, m.paidOut, m.toSend} {
		if err := act(ctx, used); err != nil {
			return err
		}
	}
	return nil
}

// open gives documents that still want money, some days old, and that no customer has announced
// a transfer for, the newest first.
func (m *maker) open(used map[*issued]bool) (list []*issued) {
	for i := len(m.last) - 1; i >= 0; i-- {
		d := m.last[i]
		if d.left > 0 && d.left == d.total && !d.intent && !d.debit && !used[d] && m.end.Sub(d.at) > 8*24*time.Hour {
			list = append(list, d)
		}
	}
	return list
}

// next gives the newest open document that no story has used, nil for none.
func (m *maker) next(used map[*issued]bool) *issued {
	if list := m.open(used); len(list) > 0 {
		used[list[0]] = true
		return list[0]
	}
	return nil
}

func (m *maker) daysAgo(n int) string {
	return m.end.In(m.zone).AddDate(0, 0, -n).Format(time.DateOnly)
}

// record notes a payment of some documents; over is paid too much.
func (m *maker) record(ctx context.Context, docs []*issued, over int64, method, on, reference string) (payments.Payment, error) {
	r := payments.RecordPayment{Key: m.key("money"), CustomerID: docs[0].client.id, Currency: docs[0].client.currency, AmountMinor: over, ReceivedOn: on, Method: method, Reference: reference}
	for _, d := range docs {
		r.Parts = append(r.Parts, payments.SplitPart{DocumentID: d.id, AmountMinor: d.left})
		r.AmountMinor += d.left
		d.left = 0
	}
	m.sum.Payments++
	return m.Payments.RecordPayment(ctx, m.owner, r)
}

// monthly is the customer that pays what a month brought by one transfer; nil for none.
func (m *maker) monthly() *client {
	for i := range m.clients {
		if c := &m.clients[i]; c.kind == "company" && c.currency == "EUR" && c.hasMail && !c.signIn {
			return c
		}
	}
	return nil
}

// several: one transfer for the three invoices of the month.
func (m *maker) several(ctx context.Context, used map[*issued]bool) error {
	if len(m.together) == 0 || len(m.together) < len(m.monthEnd) {
		return nil
	}
	for _, d := range m.together {
		used[d] = true
	}
	_, err := m.record(ctx, m.together, 0, "transfer", m.daysAgo(0), m.text("fr", "demo.payment.several", nil))
	return err
}

// tooMuch: a customer pays 50.00 more than it owes; the rest stays its credit.
func (m *maker) tooMuch(ctx context.Context, used map[*issued]bool) error {
	d := m.next(used)
	if d == nil {
		return nil
	}
	const over = 50_00
	p, err := m.record(ctx, []*issued{d}, over, "transfer", m.daysAgo(1), m.text("fr", "demo.payment.transfer", map[string]any{"number": d.number}))
	if d.client.currency == "EUR" {
		m.debits.overpaid, m.debits.overMinor = p.PublicID, over
	}
	return err
}

// givenBack: a customer pays an invoice twice, and gets the second payment back.
func (m *maker) givenBack(ctx context.Context, used map[*issued]bool) error {
	d := m.next(used)
	if d == nil {
		return nil
	}
	twice := d.left
	p, err := m.record(ctx, []*issued{d}, twice, "transfer", m.daysAgo(6), m.text("fr", "demo.payment.twice", map[string]any{"number": d.number}))
	if err != nil {
		return err
	}
	_, err = m.Payments.Refund(ctx, m.owner, payments.Refund{Key: m.key("refund"), PaymentID: p.PublicID, AmountMinor: twice, Method: "transfer", RefundedOn: m.daysAgo(3),
		Reference: m.text("fr", "demo.payment.refund", map[string]any{"number": d.number}), Notify: d.client.hasMail})
	return err
}

// bounced: a cheque comes back unpaid, the invoice is open again.
func (m *maker) bounced(ctx context.Context, used map[*issued]bool) error {
	d := m.next(used)
	if d == nil {
		return nil
	}
	left := d.left
	p, err := m.record(ctx, []*issued{d}, 0, "cheque", m.daysAgo(7), m.text("fr", "demo.payment.cheque", map[string]any{"number": "0004471"}))
	if err != nil {
		return err
	}
	d.left = left
	_, err = m.Payments.CancelPayment(ctx, m.owner, payments.Cancel{Key: m.key("bounced"), PaymentID: p.PublicID, Reason: m.text("fr", "demo.payment.bounced", nil)})
	return err
}

// paidOut: yesterday the practice gateway paid out most of what it held; the rest follows.
func (m *maker) paidOut(ctx context.Context, _ map[*issued]bool) error {
	list, err := m.Payments.GatewayMoney(ctx, m.owner)
	if err != nil {
		return err
	}
	for _, g := range list {
		if g.Gateway != "practice" || g.HeldMinor < 10 {
			continue
		}
		if err := m.Payments.RecordPayout(ctx, m.owner, payments.RecordPayout{Key: m.key("payout"), Gateway: g.Gateway, AmountMinor: g.HeldMinor / 10 * 9, ArrivedOn: m.daysAgo(1), Reference: m.text("fr", "demo.payment.payout", nil)}); err != nil {
			return err
		}
	}
	return nil
}
