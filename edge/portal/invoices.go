package portal

import (
	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// invoiceList is the list of a customer's invoices.
var invoiceList = listOf{
	path: "/factures", text: "portal.invoices", icon: "invoice", dates: true, search: true, sorts: documentSorts, most: sales.PortalCountMax,
	states:  []choice{{"", "all"}, {"a-payer", "open"}, {"en-retard", "overdue"}, {"payees", "paid"}},
	several: []choice{{"/factures/zip", "portal.invoices.zip"}, {"/factures/pdf", "portal.invoices.merged"}}, pay: "/factures/payer",
}

// documentsAsked is what a list of documents asks its use case.
func documentsAsked(a asked) sales.PortalQuery {
	return sales.PortalQuery{Filter: a.State(), Sort: a.Sort(), From: a.From, To: a.To, Words: a.Words, After: a.After}
}

func (p *Portal) invoices(v *visit) error {
	a, err := v.ask(&invoiceList)
	if err != nil {
		return err
	}
	page, err := p.Sales.PortalInvoices(v.r.Context(), v.who, documentsAsked(a))
	if err != nil {
		return err
	}
	return v.show(200, v.T("portal.invoices.title"), invoicesPage(v, a, page))
}

func (p *Portal) invoice(v *visit) error { return p.showInvoice(v, 200, "", nil) }

func (p *Portal) showInvoice(v *visit, status int, typed string, fields map[string]string) error {
	d, err := p.Sales.PortalInvoice(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return p.orQuote(v, err)
	}
	if d.Kind == billing.CreditNote { // where a mailed link leads
		v.redirect("/credits/" + d.PublicID)
		return nil
	}
	if v.shown() { // nothing but the document: files, messages and charges to come are the contacts'
		fees, err := p.claimed(v, d.PublicID)
		if err != nil {
			return err
		}
		return v.show(status, v.T("portal.invoice.title", "number", d.Number), templ.Join(invoicePage(v, d, nil, v.notice("paye")), lateFees(v, d, fees)))
	}
	thread, err := p.thread(v, d.PublicID)
	if err != nil {
		return err
	}
	fees, err := p.claimed(v, d.PublicID)
	if err != nil {
		return err
	}
	files, err := p.filesOn(v, d)
	if err != nil {
		return err
	}
	coming, err := p.comingCharge(v, d)
	if err != nil {
		return err
	}
	return v.show(status, v.T("portal.invoice.title", "number", d.Number), templ.Join(questionSent(v), invoicePage(v, d, coming, v.notice("virement")), lateFees(v, d, fees), files,
		conversation(v, "/factures/"+d.PublicID, thread, typed, fields)))
}

// notice gives the word of what was just done, from an address that anybody may type: only
// words that this page knows count.
func (v *visit) notice(known ...string) string {
	done := v.r.URL.Query().Get("fait")
	for _, k := range known {
		if k == done {
			return done
		}
	}
	return ""
}

func (p *Portal) invoicePDF(v *visit) error {
	return p.draw(v, func() (sales.File, error) {
		return p.Sales.PortalPDF(v.r.Context(), v.who, v.r.PathValue("id"))
	})
}

// paymentList is the list of a customer's payments.
var paymentList = listOf{path: "/paiements", text: "portal.payments", icon: "payments", dates: true, search: true,
	sorts: moneySorts, several: []choice{{"/paiements/zip", "portal.payments.zip"}}}

func paymentsAsked(a asked) payments.PortalQuery {
	return payments.PortalQuery{From: a.From, To: a.To, Words: a.Words, Sort: a.Sort(), After: a.After}
}

func (p *Portal) payments(v *visit) error {
	a, err := v.ask(&paymentList)
	if err != nil {
		return err
	}
	found, err := p.Payments.PortalPayments(v.r.Context(), v.who, paymentsAsked(a))
	if err != nil {
		return err
	}
	if !v.sees(actor.AreaInvoices) { // what a payment was for names them
		for i := range found.Rows {
			found.Rows[i].Documents = nil
		}
	}
	return v.show(200, v.T("portal.payments.title"), paymentsPage(v, a, found))
}

func (p *Portal) payment(v *visit) error {
	pay, err := p.Payments.PortalPayment(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.sees(actor.AreaInvoices) {
		pay.Parts = nil
	}
	return v.show(200, v.T("portal.payment.title", "number", pay.Number), paymentPage(v, pay, v.notice("paye")))
}

func (p *Portal) receipt(v *visit) error {
	return p.draw(v, func() (sales.File, error) {
		return p.Payments.PortalReceipt(v.r.Context(), v.who, v.r.PathValue("id"))
	})
}

// fieldsOf gives the texts beside the fields of a form that was refused; ok is false where
// the error is for an error page.
func (v *visit) fieldsOf(err error) (fields map[string]string, ok bool) {
	e, isFault := fault.As(err)
	if !isFault || e.Code != fault.Invalid || len(e.Fields) == 0 {
		return nil, false
	}
	fields = map[string]string{}
	for _, f := range e.Fields {
		if fields[f.Path] == "" {
			fields[f.Path] = v.T(f.Key, flat(f.Args)...)
		}
	}
	return fields, true
}

func flat(args fault.Args) []any {
	all := make([]any, 0, 2*len(args))
	for k, a := range args {
		all = append(all, k, a)
	}
	return all
}
