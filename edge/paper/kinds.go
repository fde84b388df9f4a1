package paper

import (
	"strings"

	"comptoir/core/locale"
	"comptoir/edge/pdf"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// buyerRole says over the address what the paper is to the customer.
func buyerRole(d sales.Document, w writer) string {
	if d.Kind == billing.CreditNote {
		return w.t("pdf.buyer.credit_note")
	}
	return w.t("pdf.buyer.invoice")
}

// dueOf says what is to be paid first and until when; of a credit note what is the customer's.
func dueOf(d sales.Document, w writer) pdf.Due {
	if d.Kind == billing.CreditNote {
		return pdf.Due{Label: w.t("pdf.due.credit_note"), Amount: w.amount(d.Totals.AmountDue)}
	}
	due := pdf.Due{Label: w.t("pdf.due.invoice"), Amount: w.amount(d.AskedMinor())}
	if !d.DueDate.IsZero() {
		due.Date = w.t("pdf.due.invoice_date", "date", locale.Date(w.lang, d.DueDate))
	}
	return due
}

// settled adds what a credit note, a final invoice and retention money must say.
func settled(p *pdf.Paper, d sales.Document, w writer) {
	if d.Reason != "" {
		p.Notes = strings.TrimSpace(w.t("paper.reason", "reason", d.Reason) + "\n\n" + d.Note)
	}
	var words []string
	for _, x := range d.Deposits {
		words = append(words, deposit(x, d, w))
	}
	if d.RetainedMinor != 0 {
		words = append(words, w.t("paper.retention", "rate", locale.Rate(w.lang, d.RetentionPCM), "amount", w.amount(d.RetainedMinor), "date", locale.Date(w.lang, d.RetainedUntil)))
	}
	p.Mentions = append(words, p.Mentions...)
}

// deposit names a deposit that is taken off, before tax and tax by tax (RF 4.5).
func deposit(x sales.Deposit, d sales.Document, w writer) string {
	var taxes []string
	for _, t := range x.Taxes {
		if t.TaxMinor != 0 {
			taxes = append(taxes, w.t("paper.deposit_tax", "name", t.Tax.Name, "rate", locale.Rate(w.lang, t.Tax.RatePCM), "amount", w.amount(t.TaxMinor)))
		}
	}
	key := "paper.deposit_taken"
	if len(taxes) == 0 {
		key = "paper.deposit_taken_plain"
	}
	if !d.SpeaksOfVAT() && len(taxes) > 0 {
		key = "paper.deposit_taken_before"
	}
	return w.t(key, "number", x.Number, "date", locale.Date(w.lang, x.IssueDate), "net", w.amount(x.NetMinor), "taxes", strings.Join(taxes, ", "), "total", w.amount(x.NetMinor+x.TaxMinor))
}
