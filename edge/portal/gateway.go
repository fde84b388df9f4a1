package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/payments"
)

// A payment through a gateway: begun here, gone on with on the gateway's own page (nothing of
// it is loaded in ours), and told about only after the gateway was asked.

// startPayment begins a payment of one invoice.
func (p *Portal) startPayment(v *visit) error {
	id := v.r.PathValue("id")
	order := payments.StartPayment{DocumentID: id}
	var err error
	if len(v.r.PostForm["f"]) > 0 {
		order = payments.StartPayment{}
		if order.Parts, err = v.partsOf(); err != nil {
			return err
		}
		if len(order.Parts) != 1 || order.Parts[0].DocumentID != id {
			return fault.New(fault.Invalid, "fault.invalid")
		}
	} else if order.ExpectMinor, err = minorOf(v.r.PostForm.Get("montant")); err != nil {
		return err
	}
	return p.begin(v, order, payAsk{base: "/factures/" + id + "/payer", PayAsk: payments.PayAsk{DocumentIDs: []string{id}}})
}

// startMany begins a payment of several invoices, or ahead of any.
func (p *Portal) startMany(v *visit) (err error) {
	order := payments.StartPayment{Currency: cut(v.r.PostForm.Get("devise"), 3)}
	if order.Parts, err = v.partsOf(); err != nil {
		return err
	}
	if len(order.Parts) == 0 {
		if order.AheadMinor, err = minorOf(v.r.PostForm.Get("avance")); err != nil {
			return err
		}
	}
	ask := payAsk{base: "/payer"}
	for _, part := range order.Parts {
		ask.DocumentIDs = append(ask.DocumentIDs, part.DocumentID)
	}
	return p.begin(v, order, ask)
}

func (p *Portal) begin(v *visit, order payments.StartPayment, ask payAsk) (err error) {
	f := v.r.PostForm
	order.Key, order.Gateway, order.MethodID = v.key(), cut(f.Get("moyen"), 40), cut(f.Get("methode"), 64)
	order.Despite = f.Get("malgre") == "1"
	order.Save = f.Get("garder") == "1" && order.MethodID == ""
	if order.ExtraMinor, err = minorOf(f.Get("frais")); err != nil {
		return err
	}
	if (order.Save || order.MethodID != "") && v.who.Trust < actor.TrustPassword {
		v.redirect("/connexion?suite=" + queryEscape(string(ask.address(false))))
		return nil
	}
	order.ReturnURL = v.origin() + "/reglement/{id}/retour"
	done, err := p.callGateway(v)
	if err != nil {
		return err
	}
	defer done()
	i, err := p.Payments.StartPayment(v.r.Context(), v.who, order)
	if err != nil {
		return p.startRefused(v, ask, err)
	}
	return p.goOn(v, i)
}

// startRefused tells why nothing was begun: where another attempt is under way, that one is
// shown; everything else has a page with the way back to what is to be paid now.
func (p *Portal) startRefused(v *visit, ask payAsk, err error) error {
	e, ok := fault.As(err)
	if !ok || (e.Code != fault.Conflict && e.Code != fault.Unavailable) {
		return err
	}
	if e.Key == "fault.payment_under_way" {
		if o, offerErr := p.Payments.PortalOffer(v.r.Context(), v.who, ask.PayAsk); offerErr == nil && o.Waiting != "" {
			v.redirect("/reglement/" + o.Waiting)
			return nil
		}
	}
	status := statusOf(e)
	t := v.troubleOf(e, status)
	t.title = v.T("portal.pay.not_begun")
	t.action, t.to = v.T("portal.pay.look_again"), string(ask.address(false))
	v.log(status, e, err)
	return v.show(status, t.title, errorPage(v, t))
}

// goOn sends the customer to where the payment goes on: the gateway's page where the browser
// may be sent there from a form, else to our own page about it.
func (p *Portal) goOn(v *visit, i payments.Intent) error {
	if i.State == payments.NeedsAction && i.URL != "" && p.mayLeave(i.URL) {
		v.leaveFor(i.URL)
		return nil
	}
	if to := v.settledPath(i); to != "" {
		v.redirect(to)
		return nil
	}
	v.redirect("/reglement/" + i.PublicID)
	return nil
}

// intent shows how a payment stands.
func (p *Portal) intent(v *visit) error {
	i, err := p.Payments.Intent(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if to := v.settledPath(i); to != "" {
		v.redirect(to)
		return nil
	}
	return v.show(http.StatusOK, v.intentTitle(i), intentPage(v, i))
}

func (v *visit) intentTitle(i payments.Intent) string {
	switch {
	case i.Kind == payments.IntentSave:
		return v.T("portal.method.saving_title")
	case i.Number == "":
		return v.T("portal.pay.ahead_title")
	}
	return v.T("portal.intent.title", "number", i.Number)
}

// settledPath is where an attempt that succeeded is shown, "" while it has not.
func (v *visit) settledPath(i payments.Intent) string {
	switch {
	case i.State != payments.Succeeded:
		return ""
	case v.shown(): // the payment is a page of the customer's own
		return v.session.Home + "?fait=paye"
	case i.Kind == payments.IntentSave:
		if trial := v.p.afterSaved(v); trial != "" {
			return trial
		}
		return "/modes-de-paiement?fait=ajoute"
	case v.p.afterPaid(v, i.DocumentID) != "":
		return v.p.afterPaid(v, i.DocumentID)
	case i.PaymentID != "":
		return "/paiements/" + i.PaymentID + "?fait=paye"
	}
	return intentBack(i)
}

// intentBack is where an attempt was begun.
func intentBack(i payments.Intent) string {
	switch {
	case i.Kind == payments.IntentSave:
		return "/modes-de-paiement"
	case i.DocumentID != "":
		return "/factures/" + i.DocumentID
	case len(i.Parts) == 0:
		return "/paiements"
	}
	return "/factures?filtre=a-payer"
}

// intentAgain is where the same can be tried once more.
func intentAgain(i payments.Intent) string {
	switch {
	case i.Kind == payments.IntentSave:
		return "/modes-de-paiement"
	case i.DocumentID != "":
		return "/factures/" + i.DocumentID + "/payer"
	}
	q := url.Values{}
	for _, part := range i.Parts {
		q.Add("f", part.DocumentID)
	}
	return "/payer?" + q.Encode()
}

// returned is where the gateway's page sends the customer back to, whatever happened there:
// the gateway is asked before anything is said.
func (p *Portal) returned(v *visit) error {
	i, err := p.ask(v, "")
	if err != nil {
		return err
	}
	if to := v.settledPath(i); to != "" {
		v.redirect(to)
		return nil
	}
	v.redirect("/reglement/" + i.PublicID)
	return nil
}

// answers are what the page of an attempt may answer: the practice gateway's own words, and
// of every gateway "ask" and "leave". Anything else is refused.
var answers = map[string]bool{"approved": true, "later": true, "declined": true, "second_step": true, "timeout": true, "debit": true, "confirm": true, "refuse": true, "ask": true, "leave": true}

func (p *Portal) continuePayment(v *visit) error {
	answer := v.r.PostForm.Get("reponse")
	if !answers[answer] {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	i, err := p.ask(v, answer)
	if err != nil {
		return err
	}
	if to := v.settledPath(i); to != "" {
		v.redirect(to)
		return nil
	}
	v.redirect("/reglement/" + i.PublicID)
	return nil
}

func (p *Portal) ask(v *visit, answer string) (payments.Intent, error) {
	done, err := p.callGateway(v)
	if err != nil {
		return payments.Intent{}, err
	}
	defer done()
	id := v.r.PathValue("id")
	if answer == "leave" {
		return p.Payments.LeavePayment(v.r.Context(), v.who, id)
	}
	if answer == "ask" {
		answer = ""
	}
	return p.Payments.ContinuePayment(v.r.Context(), v.who, payments.ContinuePayment{IntentID: id, Answer: answer})
}

// callGateway takes one of the few places for calls that wait for somebody else's machine,
// and gives back the place of all: a gateway that hangs must not hold up the pages.
func (p *Portal) callGateway(v *visit) (done func(), err error) {
	if v.route.class != costly && !p.limits.address(costly, v.address) {
		return nil, errTooMany
	}
	select {
	case p.calling <- struct{}{}:
		v.leave()
		return func() { <-p.calling }, nil
	default:
		return nil, fault.New(fault.Unavailable, "fault.busy_drawing")
	}
}

// origin is the portal as this visitor's browser knows it; the host was checked at the door.
func (v *visit) origin() string {
	if v.r.TLS != nil {
		return "https://" + v.r.Host
	}
	return "http://" + v.r.Host
}

// mayLeave tells whether an address is on a page of a gateway that forms may lead to.
func (p *Portal) mayLeave(to string) bool {
	u, err := url.Parse(to)
	return err == nil && u.Host != "" && slices.Contains(p.PayOrigins, u.Scheme+"://"+u.Host)
}

// mayLeaveFor lets the forms of this page lead to the pages of gateways: a browser follows
// the answer to a form only to where the page's policy allows.
func (v *visit) mayLeaveFor(gateways []string) {
	elsewhere := func(name string) bool { return name != "practice" } // whose page is ours
	if slices.ContainsFunc(gateways, elsewhere) && len(v.p.PayOrigins) > 0 {
		v.w.Header().Set("Content-Security-Policy", strings.Replace(policy, "form-action 'self'", "form-action 'self' "+strings.Join(v.p.PayOrigins, " "), 1))
	}
}

// leaveFor sends the browser to a gateway's page.
func (v *visit) leaveFor(to string) {
	v.written = true
	http.Redirect(v.w, v.r, to, http.StatusSeeOther) // #nosec G710 -- mayLeave was asked
}

// outside tells whether an attempt goes on on somebody else's page.
func outside(i payments.Intent) bool {
	return strings.HasPrefix(i.URL, "https://") || strings.HasPrefix(i.URL, "http://")
}
