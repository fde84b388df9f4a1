package portal

import (
	"fmt"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/payments"
	"comptoir/rules/billing"
)

// brand names a kept method: the card's brand, or the bank of a debit.
func (v *visit) brand(k payments.Kept) string {
	if k.Brand != "" {
		return payments.BrandName(k.Brand)
	}
	return v.T("portal.method.kind_" + k.Kind)
}

// methodName is how a kept method is known again: "Visa •••• 4242".
func (v *visit) methodName(k payments.Kept) string { return v.brand(k) + " •••• " + k.Last4 }

// methodSaid is the same for people who listen.
func (v *visit) methodSaid(k payments.Kept) string {
	return v.T("portal.method.said", "brand", v.brand(k), "last4", strings.Join(strings.Split(k.Last4, ""), " "))
}

// expiry is the month in which a card ends.
func (v *visit) expiry(k payments.Kept) string {
	if k.ExpMonth == 0 {
		return ""
	}
	return fmt.Sprintf("%02d/%d", k.ExpMonth, k.ExpYear)
}

func (v *visit) methodBadges(k payments.Kept) (list []badge) {
	if k.Default {
		list = append(list, badge{tone: "good", word: v.T("portal.method.default")})
	}
	switch {
	case k.Expired:
		list = append(list, badge{tone: "danger", word: v.T("portal.method.expired")})
	case k.ExpiresSoon:
		list = append(list, badge{tone: "warning", word: v.T("portal.method.expires_soon")})
	}
	return list
}

// gatewayName is what customers know a gateway by: by what they can pay with on its page.
func (v *visit) gatewayName(w payments.Way) string { return v.T("portal.pay.gateway_" + byKinds(w)) }

// byKinds ends the key of a text about a gateway: its name alone where it takes all it can, else
// with the one kind that is switched on there. The practice page has cards for everything.
func byKinds(w payments.Way) string {
	if len(w.Kinds) == 1 && w.Way != "practice" {
		return w.Way + "_" + w.Kinds[0]
	}
	return w.Way
}

// usableKept are the customer's methods that can pay this now.
func (p paying) usableKept() (list []payments.Kept) {
	for _, k := range p.Kept {
		if w, ok := p.Way(k.Gateway); ok && w.Refused == "" && !k.Expired {
			list = append(list, k)
		}
	}
	return list
}

// first is the main way: a method that is kept, else the first gateway.
func (p paying) first() (kept *payments.Kept, way payments.Way, ok bool) {
	if list := p.usableKept(); len(list) > 0 {
		i := max(slices.IndexFunc(list, func(k payments.Kept) bool { return k.Default }), 0)
		way, ok = p.Way(list[i].Gateway)
		return &list[i], way, ok
	}
	for _, w := range p.Ways {
		if w.Gateway && w.Refused == "" {
			return nil, w, p.DueMinor > 0
		}
	}
	return nil, payments.Way{}, false
}

// several tells whether more than one document is meant.
func (p paying) several() bool { return len(p.Documents) > 1 }

// chosen tells whether another amount than what is asked for is paid.
func (p paying) chosen() bool { return len(p.Documents) > 0 && p.DueMinor != p.TotalMinor }

// choosable tells whether the page has a field for the amount.
func (p paying) choosable() bool {
	return p.Choice.Less || p.Choice.More || p.ask.ahead() || p.refused != ""
}

// action is where the forms of the page post to.
func (p paying) action(what string) string {
	if p.one != nil {
		return "/factures/" + p.one.PublicID + "/" + what
	}
	return "/payer/" + what
}

// debitOn is the day of a direct debit that is coming for what the page is about, zero for none.
func (p paying) debitOn() civil.Date {
	if len(p.Documents) != 1 {
		return civil.Date{}
	}
	return p.Documents[0].DebitOn
}

// typedAmount is what stands in the field: what was typed, else the amount.
func (v *visit) typedAmount(p paying) string {
	if p.ask.typed != "" {
		return p.ask.typed
	}
	if p.DueMinor == 0 {
		return ""
	}
	return v.fieldAmount(p.DueMinor, p.Currency)
}

// fieldAmount writes an amount as one types it in the visitor's language.
func (v *visit) fieldAmount(minor int64, c money.Currency) string {
	s := plainAmount(minor, c)
	if v.lang == locale.FR {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// wayLimits says what a way takes, "" where it takes any amount.
func (v *visit) wayLimits(w payments.Way) string {
	c := v.identity().terms.Currency // limits are in the firm's
	switch {
	case w.LeastMinor > 0 && w.MostMinor > 0:
		return v.T("portal.pay.between", "least", v.amount(w.LeastMinor, c), "most", v.amount(w.MostMinor, c))
	case w.LeastMinor > 0:
		return v.T("portal.pay.from", "least", v.amount(w.LeastMinor, c))
	case w.MostMinor > 0:
		return v.T("portal.pay.up_to", "most", v.amount(w.MostMinor, c))
	}
	return ""
}

// wayRefused says why a way cannot be used for this amount.
func (v *visit) wayRefused(w payments.Way, c money.Currency) string {
	switch w.Refused {
	case "fault.pay.currency":
		return v.T("portal.pay.not_currency", "currency", string(c))
	case "fault.pay.too_little":
		return v.T("portal.pay.not_below", "least", v.amount(w.LeastMinor, v.identity().terms.Currency))
	case "fault.pay.too_much":
		return v.T("portal.pay.not_above", "most", v.amount(w.MostMinor, v.identity().terms.Currency))
	}
	return v.T("portal.pay.refused")
}

// testing tells whether something on the page is in its gateway's test mode.
func (p paying) testing() bool {
	return slices.ContainsFunc(p.Ways, func(w payments.Way) bool {
		return w.Gateway && w.Mode == payments.ModeTest && w.Refused == "" && w.Way != "practice"
	})
}

// otherGateways are the ways by gateway below the main one.
func (p paying) otherGateways() (list []payments.Way) {
	_, main, _ := p.first()
	kept := p.usableKept()
	for _, w := range p.Ways {
		if w.Gateway && (w.Way != main.Way || len(kept) > 0 || w.Refused != "") {
			list = append(list, w)
		}
	}
	return list
}

// otherKept are the methods of a gateway beside the one of the main button.
func (p paying) otherKept(gateway string) (list []payments.Kept) {
	main, _, _ := p.first()
	for _, k := range p.usableKept() {
		if k.Gateway == gateway && (main == nil || k.PublicID != main.PublicID) {
			list = append(list, k)
		}
	}
	return list
}

// paper finds a way that no machine stands behind: "cheque", "cash", and tells whether it is offered.
func (p paying) paper(name string) (payments.Way, bool) { return p.Way(name) }

func (v *visit) mayKeep(p paying, w payments.Way) bool {
	return p.Choice.Save && w.Save && v.who.Trust >= actor.TrustPassword
}

// docsTitle is what is being paid, in one line.
func (v *visit) docsTitle(p paying) string {
	switch {
	case p.one != nil:
		return v.docTitle(p.one.Kind, p.one.Number)
	case p.ask.ahead():
		return v.T("portal.pay.ahead_label")
	case len(p.Documents) == 1:
		return v.docTitle(p.Documents[0].Kind, p.Documents[0].Number)
	}
	return v.T("portal.pay.several", "n", int64(len(p.Documents)))
}

// numbersOf names documents that are not counted.
func numbersOf(parts []payments.OfferPart) string {
	numbers := make([]string, 0, len(parts))
	for _, d := range parts {
		numbers = append(numbers, d.Number)
	}
	return strings.Join(numbers, ", ")
}

// kindOf is the kind of an intent's document.
func kindOf(part payments.Part) billing.Kind { return billing.Kind(part.Kind) }

// payBack is the word of the way back.
func payBack(v *visit, p paying) string {
	if p.one != nil {
		return v.docTitle(p.one.Kind, p.one.Number)
	}
	return v.T("portal.invoices.title")
}

func amountNotes(p paying) string {
	if p.refused != "" {
		return "montant-faux montant-aide"
	}
	return "montant-aide"
}

// amountHint says what may be chosen.
func (v *visit) amountHint(p paying) string {
	most := p.TotalMinor
	if p.ask.ahead() {
		most = p.Choice.LeastMinor
	}
	total, least := v.amount(p.TotalMinor, p.Currency), v.amount(min(p.Choice.LeastMinor, most), p.Currency)
	switch {
	case p.ask.ahead() && p.Choice.LeastMinor > 0:
		return v.T("portal.pay.hint_from", "least", least)
	case p.ask.ahead():
		return v.T("portal.pay.hint_ahead")
	case p.Choice.Less && p.Choice.More:
		return v.T("portal.pay.hint_any", "amount", total)
	case p.Choice.More:
		return v.T("portal.pay.hint_more", "amount", total)
	case p.Choice.LeastMinor > 0:
		return v.T("portal.pay.hint_between", "least", least, "amount", total)
	}
	return v.T("portal.pay.hint_less", "amount", total)
}

func anyPaper(p paying) bool {
	for _, name := range []string{"cheque", "cash"} {
		if w, ok := p.paper(name); ok && w.Refused == "" {
			return true
		}
	}
	return false
}

// paperReference is what is written on the back of a cheque.
func paperReference(p paying) string {
	numbers := make([]string, 0, len(p.Documents))
	for _, d := range p.Documents {
		if d.AmountMinor > 0 {
			numbers = append(numbers, d.Number)
		}
	}
	return strings.Join(numbers, ", ")
}

func (v *visit) intentCrumb(i payments.Intent) string {
	switch {
	case i.Kind == payments.IntentSave:
		return v.T("portal.method.title")
	case len(i.Parts) == 1:
		return v.docTitle(kindOf(i.Parts[0]), i.Parts[0].Number)
	case len(i.Parts) == 0:
		return v.T("portal.payments.title")
	}
	return v.T("portal.invoices.title")
}

// intentBackWord is the word of the button that leaves an attempt.
func (v *visit) intentBackWord(i payments.Intent) string {
	switch {
	case i.Kind == payments.IntentSave:
		return v.T("portal.method.back")
	case i.DocumentID != "":
		return v.T("portal.intent.back")
	case len(i.Parts) == 0:
		return v.T("portal.pay.to_payments")
	}
	return v.T("portal.pay.to_invoices")
}

// practiceWord is what a card of the practice page answers.
func (v *visit) practiceWord(i payments.Intent, answer string) string {
	if i.Kind == payments.IntentSave {
		return v.T("portal.practice.save_" + answer)
	}
	return v.T("portal.practice." + answer)
}

// hasReason tells whether the gateway, or the way to it, gave a reason.
func (v *visit) hasReason(i payments.Intent) bool {
	return i.Reason != "" && locale.Has(v.lang, i.Reason)
}

func (v *visit) expiryTitle(k payments.Kept) string {
	if k.Expired {
		return v.T("portal.method.expired_on", "month", v.expiry(k))
	}
	return v.T("portal.method.expires_on", "month", v.expiry(k))
}

// consent are the words that a customer agrees to where a method is kept; the very same are filed.
func (v *visit) consent() string {
	if !locale.Has(v.lang, "portal.charging.consent") {
		return ""
	}
	return v.T("portal.charging.consent", "firm", v.firm())
}
