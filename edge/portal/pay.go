package portal

import (
	"strconv"

	"github.com/a-h/templ"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/office/payments"
)

// pay shows the ways to pay one invoice, each with what it needs.
func (p *Portal) pay(v *visit) error {
	id := v.r.PathValue("id")
	d, err := p.Sales.PortalInvoice(v.r.Context(), v.who, id)
	if err != nil {
		return err
	}
	if d.DueMinor <= 0 {
		v.redirect("/factures/" + d.PublicID)
		return nil
	}
	m, err := p.Payments.PortalMethods(v.r.Context(), v.who, id)
	if err != nil {
		return err
	}
	if m.Waiting != "" {
		v.redirect("/reglement/" + m.Waiting)
		return nil
	}
	if v.r.URL.Query().Get("tout") != "" { // with what could still be held back
		m = m.Whole()
	}
	code := ""
	if m.Transfer != nil && m.Transfer.EPC != "" {
		if code, err = QR(m.Transfer.EPC); err != nil {
			return err
		}
	}
	body := payPage(v, d, m, code)
	if v.notice("devis") != "" {
		body = templ.Join(notice("good", v.T("portal.quote.thanks"), v.T("portal.quote.thanks_text")), body)
	}
	return v.show(200, v.T("portal.pay.title", "number", d.Number), body)
}

// announce takes the customer's word that a transfer is under way. A second click has the
// same key and says the same.
func (p *Portal) announce(v *visit) error {
	id := v.r.PathValue("id")
	on := civil.Of(p.Clock(), v.identity().zone)
	if typed := v.r.PostForm.Get("date"); typed != "" {
		d, err := civil.Parse(typed)
		if err != nil {
			return fault.New(fault.Invalid, "fault.not_a_date")
		}
		on = d
	}
	amount, err := minorOf(v.r.PostForm.Get("montant"))
	if err != nil {
		return err
	}
	err = p.Payments.AnnounceTransfer(v.r.Context(), v.who, payments.AnnounceTransfer{Key: v.key(), DocumentID: id, OrderedOn: on, AmountMinor: amount})
	if err != nil {
		return err
	}
	v.redirect("/factures/" + id + "?fait=virement")
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
	return "portal-" + strconv.FormatInt(v.who.ID, 10) + "-" + k
}

func (p *Portal) startPayment(v *visit) error {
	id := v.r.PathValue("id")
	expect, err := strconv.ParseInt(v.r.PostForm.Get("montant"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	i, err := p.Payments.StartPayment(v.r.Context(), v.who, payments.StartPayment{Key: v.key(), DocumentID: id, Gateway: v.r.PostForm.Get("moyen"), ExpectMinor: expect})
	if err != nil {
		return err
	}
	v.redirect("/reglement/" + i.PublicID)
	return nil
}

func (p *Portal) intent(v *visit) error {
	i, err := p.Payments.Intent(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if i.State == payments.Succeeded {
		v.redirect(paidPath(i))
		return nil
	}
	return v.show(200, v.T("portal.intent.title", "number", i.Number), intentPage(v, i))
}

func paidPath(i payments.Intent) string {
	if i.PaymentID == "" {
		return "/factures/" + i.DocumentID
	}
	return "/paiements/" + i.PaymentID + "?fait=paye"
}

// practiceAnswers are what the practice gateway's page may answer; anything else is refused.
var practiceAnswers = map[string]bool{"approved": true, "declined": true, "second_step": true, "timeout": true, "confirm": true, "refuse": true, "ask": true}

func (p *Portal) continuePayment(v *visit) error {
	answer := v.r.PostForm.Get("reponse")
	if !practiceAnswers[answer] {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	i, err := p.Payments.ContinuePayment(v.r.Context(), v.who, payments.ContinuePayment{IntentID: v.r.PathValue("id"), Answer: answer})
	if err != nil {
		return err
	}
	if i.State == payments.Succeeded {
		v.redirect(paidPath(i))
		return nil
	}
	v.redirect("/reglement/" + i.PublicID)
	return nil
}
