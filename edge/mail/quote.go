package mail

import (
	"strconv"
	"strings"

	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/office/outbox"
)

// ownWords tells whether a mail may open with the sender's own words.
func ownWords(k outbox.Kind) bool {
	return k == outbox.Invoice || k == outbox.Statement || k == outbox.Quote || k == outbox.Announcement
}

// aQuestion tells of the mails that carry what somebody wrote.
func aQuestion(k outbox.Kind) bool {
	return k == outbox.QuestionAsked || k == outbox.QuestionAnswered || k == outbox.TransferDismissed || k == outbox.RequestAsked || k == outbox.RequestRefused ||
		k == outbox.ContractComment || k == outbox.ContractCommented || k == outbox.ChatAnswered || k == outbox.ChatAsked || k == outbox.ChatTranscript
}

// questionBody puts what was written below its introduction, line by line and word for word:
// nothing in it becomes a link or an emphasis.
func questionBody(l outbox.Letter, intro string) string {
	var b strings.Builder
	b.WriteString(intro + "\n")
	for line := range strings.SplitSeq(strings.ReplaceAll(l.Args["text"], "\r\n", "\n"), "\n") {
		b.WriteString("\n> " + text.Markdown(line))
	}
	return b.String()
}

// quoteValues are the placeholders of the mails about a decision.
func quoteValues(l outbox.Letter, v map[string]any) {
	v["invoiced"] = yes(l.Args["invoice"] != "")
	if due, err := strconv.ParseInt(l.Args["due_minor"], 10, 64); err == nil {
		v["due"] = locale.Amount(l.Lang, due, money.Currency(l.Args["currency"]))
	}
}

// quoteFacts are the figures of the mails about quotes and questions; ok is false for others.
func quoteFacts(l outbox.Letter, label func(string) string, v map[string]any) (hero *fact, rows []fact, ok bool) {
	add := func(name, value string) {
		if s, _ := v[value].(string); s != "" {
			rows = append(rows, fact{label(name), s})
		}
	}
	switch l.Kind {
	case outbox.Quote:
		hero = &fact{label("quoted"), amount(l)}
		add("quote", "number")
		add("valid_until", "valid_until")
	case outbox.QuoteConfirmed:
		hero = &fact{label("approved"), amount(l)}
		add("quote", "number")
		add("number", "invoice")
	case outbox.QuoteApproved:
		hero = &fact{label("approved"), amount(l)}
		add("customer", "customer")
		add("quote", "number")
		add("by", "by")
		add("order", "order")
	case outbox.QuoteRefused:
		hero = &fact{label("quoted"), amount(l)}
		add("customer", "customer")
		add("quote", "number")
		add("by", "by")
		add("reason", "reason")
	case outbox.QuestionAsked:
		add("customer", "customer")
		add("document", "number")
	case outbox.QuestionAnswered:
	default:
		return nil, nil, false
	}
	return hero, rows, true
}
