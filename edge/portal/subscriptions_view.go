package portal

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/subscriptions"
	"comptoir/rules/billing"
	"comptoir/rules/subscription"
)

// What the pages write of plans and subscriptions.

func (v *visit) subscriptionBadge(s subscription.State) badge {
	tone := map[subscription.State]string{subscription.Pending: "warning", subscription.Trial: "info", subscription.Active: "good", subscription.PastDue: "danger", subscription.Cancelling: "warning"}[s]
	if tone == "" {
		tone = "neutral"
	}
	return badge{tone, v.T("common.subscription.state." + string(s))}
}

// per writes how often something comes: par mois, tous les 3 mois.
func (v *visit) per(unit string, every int) string {
	return v.T("common.subscription.per_"+unit, "n", int64(every))
}

func (v *visit) planName(r subscriptions.Row) string {
	return subscriptions.Plan{NameFR: r.PlanFR, NameEN: r.PlanEN}.Name(v.lang)
}

// cancelRule says in plain words how a plan is left.
func (v *visit) cancelRule(p subscriptions.Plan) string {
	switch {
	case !p.MayCancel:
		return v.T("portal.subscribe.cancel_by_firm", "firm", v.firm())
	case p.CancelWaits:
		return v.T("portal.subscribe.cancel_waits", "firm", v.firm())
	case p.CancelRule == subscriptions.AtOnce:
		return v.T("portal.subscribe.cancel_at_once")
	case p.CancelRule == subscriptions.AtOnceCredit:
		return v.T("portal.subscribe.cancel_credit")
	}
	return v.T("portal.subscribe.cancel_period_end")
}

// event writes one line of the history.
func (v *visit) event(s subscriptions.Subscription, e subscriptions.Event) string {
	key := "common.subscription.event." + e.Kind
	if !locale.Has(v.lang, key) {
		return ""
	}
	text := func(name string) string { s, _ := e.Args[name].(string); return s }
	date := text("date")
	if d, err := civil.Parse(date); err == nil {
		date = v.date(d)
	}
	plan := subscriptions.Plan{NameFR: text("plan_fr"), NameEN: text("plan_en")}.Name(v.lang)
	return v.T(key, "date", date, "plan", plan)
}

// seatsOf tells how many, where the plan is sold by the seat.
func (v *visit) seatsOf(seats int64) string { return v.T("portal.subscription.seats_n", "n", seats) }

// planPrice writes a price of a plan, saying whether taxes are in it.
func (v *visit) planPrice(p subscriptions.Plan, minor int64) string {
	amount := v.amount(minor, money.Currency(p.Currency))
	if p.PricesInclTax {
		return v.T("portal.subscribe.incl", "amount", amount)
	}
	return v.T("portal.subscribe.excl", "amount", amount)
}

func (v *visit) setup(p subscriptions.Plan) string {
	return v.T("portal.subscribe.once", "amount", v.planPrice(p, p.SetupMinor))
}

func (v *visit) extraPrice(p subscriptions.Plan, x subscriptions.Extra) string {
	key := "portal.subscribe.extra_price"
	if x.PerSeat && p.BySeat() {
		key = "portal.subscribe.extra_seat"
	}
	return v.T(key, "amount", v.planPrice(p, x.PriceMinor), "per", v.per(p.Unit, p.Every))
}

// taxWords names the taxes that are in an amount: dont TVA 20 % : 4,00 €.
func (v *visit) taxWords(taxes []billing.TaxSubtotal, c money.Currency) string {
	said := []string{}
	for _, t := range taxes {
		if t.TaxMinor != 0 {
			said = append(said, v.T("portal.subscribe.tax", "tax", v.taxLabel(t), "amount", v.amount(t.TaxMinor, c)))
		}
	}
	return strings.Join(said, ", ")
}

func has(list []string, x string) bool { return slices.Contains(list, x) }

// lacking are the words beside the fields that keep somebody from subscribing.
func lacking(fields map[string]string) []string {
	if len(fields) == 0 {
		return nil
	}
	return []string{strings.Join(slices.Sorted(mapValues(fields)), " ")}
}

// nextOf is what comes next in a row: the next invoice, or the end.
func (v *visit) nextOf(r subscriptions.Row) string {
	switch {
	case !r.EndedOn.IsZero():
		return v.T("portal.subscription.ended_short", "date", v.date(r.EndedOn))
	case !r.EndsOn.IsZero():
		return v.T("portal.subscription.ends_short", "date", v.date(r.EndsOn))
	case !r.NextOn.IsZero():
		return v.date(r.NextOn)
	}
	return ""
}

// whatNext says in a sentence what comes next.
func (v *visit) whatNext(s subscriptions.Subscription) string {
	switch {
	case s.State == subscription.Ended:
		return ""
	case !s.EndsOn.IsZero():
		return v.T("portal.subscription.ends_sentence", "date", v.date(s.EndsOn))
	case s.State == subscription.Trial:
		return v.T("portal.subscription.trial_sentence", "date", v.date(s.TrialUntil), "amount", v.amount(s.NextMinor, s.Currency))
	case !s.NextOn.IsZero():
		return v.T("portal.subscription.next_sentence", "date", v.date(s.NextOn), "amount", v.amount(s.NextMinor, s.Currency))
	}
	return ""
}

func (v *visit) cancelAsked(s subscriptions.Subscription) string {
	if s.EndsOn.IsZero() {
		return v.T("portal.subscription.cancel_asked_text", "firm", v.firm())
	}
	return v.T("portal.subscription.cancel_asked_until", "firm", v.firm(), "date", v.date(s.EndsOn))
}

// cancelWords say what a cancellation does and when.
func (v *visit) cancelWords(e endView) string {
	switch {
	case e.Plan.CancelWaits:
		return v.T("portal.subscription.cancel_waits", "firm", v.firm(), "date", v.date(e.quote.On))
	case e.quote.When == subscriptions.Now:
		return v.T("portal.subscription.cancel_now", "date", v.date(e.quote.On))
	}
	return v.T("portal.subscription.cancel_then", "date", v.date(e.quote.On))
}

func (v *visit) paperPath(d subscriptions.Paper) templ.SafeURL {
	if d.Kind == string(billing.CreditNote) {
		return path("/credits/", d.PublicID)
	}
	return path("/factures/", d.PublicID)
}

func signedPaper(d subscriptions.Paper) int64 {
	if d.Kind == string(billing.CreditNote) {
		return -d.TotalMinor
	}
	return d.TotalMinor
}

// happened is one line of the history.
type happened struct{ words, on string }

func (v *visit) history(s subscriptions.Subscription) []happened {
	all := []happened{}
	for _, e := range s.History {
		if words := v.event(s, e); words != "" {
			all = append(all, happened{words, v.stored(e.At)})
		}
	}
	return all
}
