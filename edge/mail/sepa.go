package mail

import (
	"comptoir/core/locale"
	"comptoir/office/outbox"
	"comptoir/rules/sepa"
)

// sepaValues are the placeholders of the mails about direct debits.
func sepaValues(l outbox.Letter, v map[string]any) {
	if l.Kind != outbox.DebitReturned {
		return
	}
	code := l.Args["code"]
	if !sepa.IsReason(code) {
		code = "MS03" // no reason given
	}
	v["reason"] = locale.T(l.Lang, "common.sepa.reason."+code, nil)
}

// sepaFacts are the figures of those mails; ok is false for others.
func sepaFacts(l outbox.Letter, label func(string) string, add func(name, value string)) (hero *fact, ok bool) {
	switch l.Kind {
	case outbox.MandateAsked:
		add("rum", "rum")
	case outbox.MandateSigned:
		add("rum", "rum")
		add("signed_on", "signed_on")
		add("account", "account")
	case outbox.DebitNotice:
		hero = &fact{label("debited"), amount(l)}
		add("collect_on", "collect_on")
		add("invoices", "invoices")
		add("account", "account")
		add("rum", "rum")
		add("ics", "ics")
		add("ics_was", "ics_was")
	case outbox.DebitDropped:
		hero = &fact{label("not_debited"), amount(l)}
		add("collect_on", "collect_on")
		add("invoices", "invoices")
		add("rum", "rum")
	case outbox.DebitReturned:
		hero = &fact{label("amount_due"), amount(l)}
		add("invoices", "invoices")
		add("reason", "reason")
	case outbox.TransferDismissed:
		hero = &fact{label("announced"), amount(l)}
		add("number", "number")
	default:
		return nil, false
	}
	return hero, true
}
