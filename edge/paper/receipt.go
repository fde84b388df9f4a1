package paper

import (
	"time"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/pdf"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// ReceiptOf gives the words of a receipt: of money that came, or that was given back. What
// the bank kept for itself is not the customer's business.
func ReceiptOf(r payments.Receipt, logo []byte) pdf.ReceiptPaper {
	if r.Refund != nil {
		return refundOf(r, *r.Refund, logo)
	}
	pay := r.Payment
	w := newWriter(r.Lang, pay.Currency, r.Seller, r.Buyer)
	p := moneyPaper(w, r, pay.CreatedAt, pay.ReceivedOn, logo)
	p.Title, p.Number = w.t("pdf.title.receipt"), pay.Number
	p.Paid = pdf.Due{Label: w.t("pdf.due.receipt"), Amount: w.amount(pay.AmountMinor), Date: w.t("pdf.due.receipt_date", "date", locale.Date(w.lang, pay.ReceivedOn))}
	w.facts(&p, "payment_date", pay.ReceivedOn, pay.Method, pay.Reference)
	for _, part := range pay.Parts {
		row := pdf.Settled{Document: w.t("pdf.title."+part.Kind) + " " + part.Number, Date: date(w, part.IssueDate), Total: w.amount(part.TotalMinor), Applied: w.amount(part.AmountMinor)}
		for _, c := range part.Credits {
			if row.Detail != "" {
				row.Detail += "\n"
			}
			row.Detail += w.t("pdf.receipt.credit", "number", c.Number, "amount", money.Amount{Minor: c.AmountMinor, Currency: pay.Currency})
		}
		p.Settled = append(p.Settled, row)
	}
	p.Totals = []pdf.Row{{Label: w.t("pdf.total.received"), Value: w.amount(pay.AmountMinor), Strong: true}}
	for _, x := range pay.Refunds {
		p.Totals = append(p.Totals, pdf.Row{Label: w.t("pdf.total.refund", "number", x.Number, "date", locale.Date(w.lang, x.RefundedOn)), Value: w.amount(-x.AmountMinor)})
	}
	if pay.LeftMinor > 0 {
		p.Totals = append(p.Totals, pdf.Row{Label: w.t("pdf.total.unapplied"), Value: w.amount(pay.LeftMinor)})
	}
	if pay.Cancelled() {
		p.Notes = w.t("pdf.receipt.cancelled", "date", locale.Date(w.lang, pay.CancelledOn))
	}
	return p
}

func refundOf(r payments.Receipt, back payments.RefundDone, logo []byte) pdf.ReceiptPaper {
	w := newWriter(r.Lang, back.Currency, r.Seller, r.Buyer)
	p := moneyPaper(w, r, back.CreatedAt, back.RefundedOn, logo)
	p.Title, p.Number, p.BuyerLabel = w.t("pdf.title.refund"), back.Number, w.t("pdf.refund.to")
	p.Paid = pdf.Due{Label: w.t("pdf.due.refund"), Amount: w.amount(back.AmountMinor), Date: w.t("pdf.due.refund_date", "date", locale.Date(w.lang, back.RefundedOn))}
	w.facts(&p, "refund_date", back.RefundedOn, back.Method, back.Reference)
	of := "pdf.title.credit_note"
	if back.PaymentID != "" {
		of = "pdf.title.payment"
	}
	p.Settled = []pdf.Settled{{Document: w.t(of) + " " + back.Of, Date: date(w, back.RefundedOn), Total: "", Applied: w.amount(back.AmountMinor)}}
	p.Headings.Document, p.Headings.Applied = w.t("pdf.refund.of"), w.t("pdf.refund.amount")
	p.Totals = []pdf.Row{{Label: w.t("pdf.total.refunded"), Value: w.amount(back.AmountMinor), Strong: true}}
	return p
}

// moneyPaper is what both papers have in common.
func moneyPaper(_ writer, r payments.Receipt, createdAt string, on civil.Date, logo []byte) pdf.ReceiptPaper {
	return pdf.ReceiptPaper{Lang: r.Lang, Look: look(r.Seller, logo), Seller: seller(r.Seller, r.Buyer.Country, r.Lang, nil), Buyer: buyerParty(r.Buyer, r.Lang, r.Seller.Country),
		Created: instantOf(createdAt, on), Footer: []string{r.Seller.Name}}
}

func buyerParty(b sales.Party, lang, from string) pdf.Party {
	return pdf.Party{Name: b.Name, Lines: b.Lines(lang, from)}
}

func (w writer) facts(p *pdf.ReceiptPaper, dateKey string, on civil.Date, method, reference string) {
	for _, f := range []struct{ key, value string }{{dateKey, locale.Date(w.lang, on)}, {"payment_method", w.t("common.method." + method)}, {"payment_reference", reference}} {
		if f.value != "" {
			p.Facts = append(p.Facts, pdf.Fact{Label: w.t("pdf.fact." + f.key), Value: f.value})
		}
	}
}

func instantOf(createdAt string, on civil.Date) time.Time {
	if t, err := time.Parse(time.RFC3339, createdAt); err == nil {
		return t
	}
	return on.Time()
}
