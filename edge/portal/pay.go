package portal

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// payAsk is what the address of a page to pay asks for. base is the address: of one invoice
// or "/payer", which takes several, all that is due, or an amount ahead of any invoice.
type payAsk struct {
	payments.PayAsk
	base  string
	typed string // the amount, as it was typed
	// although a direct debit is coming (Despite): the customer was asked
	despite bool
}

// paying is a page to pay: what, how much, how.
type paying struct {
	payments.Offer
	ask     payAsk
	one     *sales.Document // of the only invoice, nil else
	code    string          // QR code of the transfer
	refused string          // beside the field of the amount
	key     string
}

// pay shows the ways to pay one invoice, each with what it needs.
func (p *Portal) pay(v *visit) error {
	d, err := p.Sales.PortalInvoice(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if d.DueMinor <= 0 {
		v.redirect("/factures/" + d.PublicID)
		return nil
	}
	ask := v.askPay("/factures/" + d.PublicID + "/payer")
	ask.DocumentIDs, ask.All, ask.Currency = []string{d.PublicID}, false, ""
	return p.showPay(v, ask, &d)
}

// payMany shows the same page for several invoices, for all that is due, or for none.
func (p *Portal) payMany(v *visit) error {
	ask := v.askPay("/payer")
	if len(ask.DocumentIDs) == 1 && !ask.All { // one of them has its own page
		v.redirect("/factures/" + url.PathEscape(ask.DocumentIDs[0]) + "/payer")
		return nil
	}
	return p.showPay(v, ask, nil)
}

func (v *visit) askPay(base string) payAsk {
	q := v.r.URL.Query()
	return payAsk{base: base, despite: q.Get("malgre") == "1", typed: cut(q.Get("montant"), 40), PayAsk: payments.PayAsk{DocumentIDs: q["f"], All: q.Get("tous") != "", Currency: cut(q.Get("devise"), 3), Whole: q.Get("tout") != ""}}
}

// ahead tells that no invoice is meant.
func (a payAsk) ahead() bool { return len(a.DocumentIDs) == 0 && !a.All }

// values are the words of the address, without the amount.
func (a payAsk) values() url.Values {
	q := url.Values{}
	if a.base != "/payer" {
		return q
	}
	for _, id := range a.DocumentIDs {
		q.Add("f", id)
	}
	if a.All {
		q.Set("tous", "1")
	}
	if a.Currency != "" {
		q.Set("devise", a.Currency)
	}
	return q
}

// address is the page for what is asked for now, or for the whole.
func (a payAsk) address(whole bool) templ.SafeURL {
	q := a.values()
	if whole {
		q.Set("tout", "1")
	}
	if a.despite {
		q.Set("malgre", "1")
	}
	if len(q) == 0 {
		return templ.SafeURL(a.base)
	}
	return templ.SafeURL(a.base + "?" + q.Encode())
}

// allTheSame is the page as it stands, for who pays although a direct debit is coming.
func (a payAsk) allTheSame() templ.SafeURL {
	a.despite = true
	return a.address(a.Whole)
}

// back is where a page to pay came from.
func (a payAsk) back() string {
	if a.base == "/payer" {
		return "/factures?filtre=a-payer"
	}
	return a.base[:len(a.base)-len("/payer")]
}

func (p *Portal) showPay(v *visit, ask payAsk, one *sales.Document) error {
	page, err := p.offer(v, ask)
	if err != nil {
		return err
	}
	page.one = one
	switch {
	case page.Waiting != "":
		v.redirect("/reglement/" + page.Waiting)
		return nil
	case ask.ahead() && !page.Choice.Ahead:
		v.redirect("/factures?filtre=a-payer")
		return nil
	case !ask.ahead() && len(page.Documents) == 0:
		return v.show(http.StatusOK, v.T("portal.pay.heading"), nothingToPay(v, page))
	}
	if page.Transfer != nil && page.Transfer.EPC != "" {
		if page.code, err = QR(page.Transfer.EPC); err != nil {
			return err
		}
	}
	if !page.debitOn().IsZero() && !ask.despite {
		return v.show(http.StatusOK, v.payTitle(page), debitQuestion(v, page))
	}
	v.mayLeaveFor(page.Gateways)
	body := payPage(v, page)
	if v.notice("devis") != "" {
		body = templ.Join(notice("good", v.T("portal.quote.thanks"), v.T("portal.quote.thanks_text")), body)
	}
	status := http.StatusOK
	if page.refused != "" {
		status = http.StatusUnprocessableEntity
	}
	return v.show(status, v.payTitle(page), body)
}

// offer asks what can be paid and how. An amount that is refused leaves the page as it would
// be without it, with what was typed and the reason beside the field.
func (p *Portal) offer(v *visit, ask payAsk) (paying, error) {
	ctx := v.r.Context()
	o, err := p.Payments.PortalOffer(ctx, v.who, ask.PayAsk)
	if err != nil {
		return paying{}, err
	}
	page := paying{Offer: o, ask: ask, key: newKey()}
	if ask.typed == "" {
		return page, nil
	}
	if ask.AmountMinor, err = locale.ParseDecimal(v.lang, ask.typed, o.Currency.Digits()); err == nil && ask.AmountMinor == 0 {
		err = fault.New(fault.Invalid, "fault.pay.amount")
	}
	if err == nil {
		if o, err = p.Payments.PortalOffer(ctx, v.who, ask.PayAsk); err == nil {
			page.Offer = o
			return page, nil
		}
	}
	e, ok := fault.As(err)
	if !ok || e.Code != fault.Invalid {
		return paying{}, err
	}
	if fields, ok := v.fieldsOf(err); ok {
		page.refused = fields["amount"]
	}
	if page.refused == "" {
		page.refused, _ = locale.FaultText(v.lang, e)
	}
	return page, nil
}

func (v *visit) payTitle(page paying) string {
	switch {
	case page.one != nil:
		return v.T("portal.pay.title", "number", page.one.Number)
	case page.ask.ahead():
		return v.T("portal.pay.ahead_title")
	}
	return v.T("portal.pay.several_title", "n", int64(len(page.Documents)))
}

// choosePay is the way from a list to the page: ids become an address that can be gone back to.
func (p *Portal) choosePay(v *visit) error {
	c, err := v.chosen(&invoiceList)
	if err != nil {
		return err
	}
	if c.All {
		v.redirect("/payer?tous=1")
		return nil
	}
	if len(c.IDs) == 0 {
		v.redirect(withDone(string(c.page("")), "rien-choisi"))
		return nil
	}
	v.redirect("/payer?" + url.Values{"f": c.IDs}.Encode())
	return nil
}

// partsOf reads the documents of a form: their ids, what was shown of each and what is paid.
func (v *visit) partsOf() (parts []payments.PayPart, err error) {
	f := v.r.PostForm
	ids, shown, paid := f["f"], f["vu"], f["part"]
	if len(ids) > payments.OfferMax || len(ids) != len(shown) || len(ids) != len(paid) {
		return nil, fault.New(fault.Invalid, "fault.invalid")
	}
	for i, id := range ids {
		part := payments.PayPart{DocumentID: id}
		if part.ShownMinor, err = minorOf(shown[i]); err != nil {
			return nil, err
		}
		if part.AmountMinor, err = minorOf(paid[i]); err != nil {
			return nil, err
		}
		if part.AmountMinor > 0 {
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// announce takes the customer's word that the transfer of one invoice is under way. A second
// click has the same key and says the same.
func (p *Portal) announce(v *visit) error {
	id := v.r.PathValue("id")
	amount, err := minorOf(v.r.PostForm.Get("montant"))
	if err != nil {
		return err
	}
	said := payments.AnnounceTransfer{DocumentID: id, AmountMinor: amount}
	if len(v.r.PostForm["f"]) > 0 { // a chosen part of it
		said = payments.AnnounceTransfer{}
		if said.Parts, err = v.partsOf(); err != nil {
			return err
		}
		if len(said.Parts) != 1 || said.Parts[0].DocumentID != id {
			return fault.New(fault.Invalid, "fault.invalid")
		}
	}
	return p.say(v, said, "/factures/"+id+"?fait=virement")
}

// announceMany takes it for several invoices at once.
func (p *Portal) announceMany(v *visit) error {
	parts, err := v.partsOf()
	if err != nil {
		return err
	}
	if len(parts) == 0 {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	return p.say(v, payments.AnnounceTransfer{Parts: parts}, "/factures?filtre=a-payer&fait=virement")
}

func (p *Portal) say(v *visit, a payments.AnnounceTransfer, then string) error {
	a.OrderedOn = civil.Of(p.Clock(), v.identity().zone)
	if typed := v.r.PostForm.Get("date"); typed != "" {
		d, err := civil.Parse(typed)
		if err != nil {
			return fault.New(fault.Invalid, "fault.not_a_date")
		}
		a.OrderedOn = d
	}
	a.Key = v.key()
	if err := p.Payments.AnnounceTransfer(v.r.Context(), v.who, a); err != nil {
		return err
	}
	v.redirect(then)
	return nil
}

// minorOf reads the hidden amount of a form, 0 where there is none.
func minorOf(typed string) (int64, error) {
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "fault.invalid")
	}
	return n, nil
}

// key is the hidden key of the form; the contact's own id before it keeps one visitor from
// answering with another's.
func (v *visit) key() string { return v.keyOf(v.r.PostForm.Get("cle")) }

func (v *visit) keyOf(k string) string {
	if len(k) > 60 {
		k = k[:60]
	}
	if v.shown() { // nobody in particular: the code that was scanned
		return "shown-" + v.session.PublicID + "-" + k
	}
	return "portal-" + strconv.FormatInt(v.who.ID, 10) + "-" + k
}
