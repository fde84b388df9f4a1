package mail

import "comptoir/office/outbox"

// roundFacts are the figures of the mails about rounds of approval and signature and about what is
// said of a contract; ok is false for others.
func roundFacts(l outbox.Letter, label func(string) string, add func(name, value string)) (hero *fact, ok bool) {
	switch l.Kind {
	case outbox.ContractCode:
		hero = &fact{label("code"), spaced(l.Args["code"])}
	case outbox.ContractShared, outbox.ContractTurn, outbox.ContractReminder, outbox.ContractRestarted, outbox.ContractStopped, outbox.ContractRefused, outbox.ContractRoundDone, outbox.ContractCopy, outbox.ContractComment, outbox.ContractCommented:
	default:
		return nil, false
	}
	add("contract", "number")
	add("contract_title", "title")
	add("customer", "customer")
	add("answer_by", "due_date")
	add("by", "by")
	if l.Kind == outbox.ContractRefused {
		add("reason", "reason")
	}
	return hero, true
}
