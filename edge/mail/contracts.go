package mail

import (
	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/office/outbox"
)

// termFacts are the figures of the mails about the dates of a contract; ok is false for others.
func termFacts(l outbox.Letter, label func(string) string, add func(name, value string)) (hero *fact, ok bool) {
	day := func(name string) string {
		d, err := civil.Parse(l.Args[name])
		if err != nil {
			return ""
		}
		return locale.Date(l.Lang, d)
	}
	switch l.Kind {
	case outbox.ContractDue:
		hero = &fact{label("contract_" + l.Args["about_kind"]), day("due_date")}
	case outbox.ContractRenews:
		hero = &fact{label("contract_refuse_by"), day("refuse_by")}
		add("contract_term_end", "term_end")
	default:
		return nil, false
	}
	add("contract", "number")
	add("contract_title", "title")
	add("milestone", "milestone")
	add("customer", "customer")
	return hero, true
}
