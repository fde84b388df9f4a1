package mail

import (
	"strconv"
	"strings"

	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/outbox"
)

// A reminder's words come from the firm's policy: Markdown, already whole but for the link,
// which is known only when the mail leaves.
func reminderBody(l outbox.Letter) string {
	link := ""
	if l.Link != "" {
		link = "<" + l.Link + ">"
	}
	return strings.ReplaceAll(l.Args["body"], "{{link}}", link)
}

// The words of a mail of access come from the customer's group, whole but for two addresses.
func accessBody(l outbox.Letter) string {
	portal := ""
	if l.Portal != "" {
		portal = "<" + l.Portal + ">"
	}
	return strings.ReplaceAll(reminderBody(l), "{{portal.url}}", portal)
}

// reminderFacts are the figures of a reminder: what is late, and what that adds.
func reminderFacts(l outbox.Letter, label func(string) string, v map[string]any) (hero *fact, rows []fact) {
	hero = &fact{label("amount_due"), amount(l)}
	add := func(name, value string) {
		if s, _ := v[value].(string); s != "" {
			rows = append(rows, fact{label(name), s})
		}
	}
	if fees, err := strconv.ParseInt(l.Args["fees_minor"], 10, 64); err == nil && fees > 0 {
		currency := money.Currency(l.Args["currency"])
		rows = append(rows, fact{label("late_fees"), locale.Amount(l.Lang, fees, currency)}, fact{label("with_fees"), locale.Amount(l.Lang, minor(l)+fees, currency)})
	}
	if l.Args["count"] == "1" {
		add("number", "number")
		add("due_date", "due_date")
	}
	return hero, rows
}
