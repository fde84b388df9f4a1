package paper

import (
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/pdf"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// offer turns the paper of a document into that of a quote: until when it is valid, what is an
// option, the deposit asked for, and the place to sign (arrêté du 24 janvier 2017).
func offer(p *pdf.Paper, d sales.Document, w writer) {
	if d.Kind != billing.Quote {
		return
	}
	p.Due = pdf.Due{Label: w.t("paper.quote_total"), Amount: w.amount(d.Totals.TotalInclTax), Date: w.t("paper.quote_valid", "date", date(w, d.ValidUntil))}
	p.Payment, p.BuyerRole = nil, w.t("pdf.buyer.quote")
	p.Facts = append(p.Facts[:min(1, len(p.Facts))], append([]pdf.Fact{{Label: w.t("pdf.fact.valid_until"), Value: date(w, d.ValidUntil)}}, p.Facts[min(1, len(p.Facts)):]...)...)
	if options(p, d, w) {
		p.Totals[len(p.Totals)-1].Label = w.t("paper.quote_without_options")
	}
	if asked := d.DepositAsked(); asked > 0 {
		p.Totals = append(p.Totals, pdf.Row{Label: w.t("paper.quote_deposit", "rate", locale.Rate(w.lang, d.DepositPCM)), Value: w.amount(asked)})
	}
	p.Sign = []string{w.t("paper.quote_sign_date"), w.t("paper.quote_sign_name"), w.t("paper.quote_sign")}
}

// options marks the optional lines and leaves them out of what is carried over a page's end.
func options(p *pdf.Paper, d sales.Document, w writer) (any bool) {
	var running int64
	for i, l := range d.Lines {
		if l.Optional {
			any = true
			p.Lines[i].Description = w.t("paper.quote_option", "what", p.Lines[i].Description)
		} else if sum, err := money.Add(running, l.Total.GrossMinor-l.Total.DiscountMinor); err == nil {
			running = sum
		}
		p.Lines[i].RunningNet = w.plain(running)
	}
	return any
}
