package mail

import (
	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/office/outbox"
)

// chargingValues are the placeholders of the mails about charges made by themselves.
func chargingValues(l outbox.Letter, v map[string]any, inMarkdown bool) {
	for _, name := range []string{"retry_on", "expires", "charge_on", "on"} {
		d, err := civil.Parse(l.Args[name])
		if err != nil {
			continue
		}
		v[name] = locale.Date(l.Lang, d)
		if inMarkdown {
			v[name] = text.Markdown(locale.Date(l.Lang, d))
		}
	}
	v["again"] = yes(l.Args["retry_on"] != "")
}

// chargingFacts are the figures of those mails; ok is false for others.
func chargingFacts(l outbox.Letter, label func(string) string, add func(name, value string)) (hero *fact, ok bool) {
	switch l.Kind {
	case outbox.ChargeFailed, outbox.ChargeAction:
		add("number", "number")
		add("due_date", "due_date")
		add("charge_method", "method")
		add("retry_on", "retry_on")
		return &fact{label("amount_due"), amount(l)}, true
	case outbox.MethodExpiring:
		add("charge_method", "method")
		add("expires", "expires")
		return nil, true
	case outbox.MethodAdded, outbox.MethodRemoved:
		add("charge_method", "method")
		add("method_on", "on")
		add("method_by", "by")
		return nil, true
	default:
		return nil, false
	}
}

// key is where a text of a letter stands. The invoice that is charged by itself asks for nothing.
func key(l outbox.Letter, what string) string {
	if l.Kind == outbox.Invoice && l.Args["charge_on"] != "" && minor(l) > 0 && (what == "body" || what == "preheader" || what == "button") {
		return "mail.charged." + what
	}
	return "mail." + string(l.Kind) + "." + what
}
