package mail

import (
	"strconv"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/outbox"
)

// subscriptionValues are the placeholders of the mails about a subscription: its days, and
// how often its amount comes.
func subscriptionValues(l outbox.Letter, v map[string]any) {
	for _, name := range []string{"trial_until", "next_on", "ends_on", "on"} {
		if d, err := civil.Parse(l.Args[name]); err == nil {
			v[name] = locale.Date(l.Lang, d)
		}
		v["has_"+name] = yes(l.Args[name] != "")
	}
	v["per"] = ""
	if every, err := strconv.ParseInt(l.Args["every"], 10, 64); err == nil {
		v["per"] = locale.T(l.Lang, "common.subscription.per_"+l.Args["unit"], map[string]any{"n": every})
	}
}

// subscriptionFacts are the figures of those mails, and of the codes of a registration; ok
// is false for others.
func subscriptionFacts(l outbox.Letter, label func(string) string, v map[string]any) (hero *fact, rows []fact, ok bool) {
	add := func(name, value string) {
		if s, _ := v[value].(string); s != "" {
			rows = append(rows, fact{label(name), s})
		}
	}
	price := func() {
		per, _ := v["per"].(string)
		rows = append(rows, fact{label("subscription_amount"), amount(l) + " " + per})
	}
	add("subscription", "plan")
	switch l.Kind {
	case outbox.SignupCode, outbox.EmailCode:
		return &fact{label("code"), spaced(l.Args["code"])}, nil, true
	case outbox.SignupKnown, outbox.SignupOnFile:
		return nil, nil, true
	case outbox.Subscribed, outbox.SubscriptionTrial:
		price()
		add("trial_until", "trial_until")
		add("next_invoice", "next_on")
		if n, err := strconv.ParseInt(l.Args["first_minor"], 10, 64); err == nil {
			rows = append(rows, fact{label("first_invoice"), locale.Amount(l.Lang, n, money.Currency(l.Args["currency"]))})
		}
	case outbox.SubscriptionChanged:
		add("seats", "seats")
		price()
		add("from_day", "on")
		add("next_invoice", "next_on")
	case outbox.SubscriptionCancelAsked:
		add("reason", "reason")
	case outbox.SubscriptionCancelled:
		add("ends_on", "ends_on")
	default:
		return nil, nil, false
	}
	return nil, rows, true
}

// spaced writes a code as it is read aloud: 123 456.
func spaced(code string) string {
	if len(code) != 6 {
		return code
	}
	return code[:3] + "\u00a0" + code[3:]
}
