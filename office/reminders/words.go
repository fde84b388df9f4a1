package reminders

import (
	"fmt"
	"slices"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/locale"
	typed "comptoir/core/text"
	"comptoir/rules/billing"
)

// Placeholders that a policy's texts may name, in double braces. The last two are blocks: a
// list and a paragraph that the program writes.
const (
	phContact   = "contact.name"
	phCustomer  = "customer.name"
	phFirm      = "firm.name"
	phNumber    = "invoice.number"
	phDate      = "invoice.date"
	phDue       = "invoice.due_date"
	phAmount    = "invoice.amount"
	phDays      = "invoice.days_late"
	phTotal     = "total"
	phInterest  = "interest"
	phIndemnity = "indemnity"
	phFees      = "fees"
	phWithFees  = "total_with_fees"
	phToday     = "today"
	phLink      = "link"
	phInvoices  = "invoices"
	phFeesText  = "fees_text"
)

var known = []string{phContact, phCustomer, phFirm, phNumber, phDate, phDue, phAmount, phDays, phTotal, phInterest, phIndemnity, phFees, phWithFees, phToday, phLink, phInvoices, phFeesText}

// inBody are those that make no sense in a subject line.
var inBody = []string{phLink, phInvoices, phFeesText}

// Placeholders lists what a text may name, for the form.
func Placeholders() []string { return slices.Clone(known) }

// Shipped names the text that a level has while none of its own was written: by when it
// comes, and by how firm it is.
func Shipped(levels []billing.Level, at int) string {
	l := levels[at]
	switch {
	case l.Days < 0:
		return "before"
	case l.Days == 0:
		return "due"
	case l.Formal:
		return "notice"
	case at == 0 || levels[at-1].Days <= 0:
		return "friendly"
	}
	return "firm"
}

// ShippedText gives such a text with its placeholders, as the form shows it.
func ShippedText(lang locale.Lang, tone string) (subject, body string) {
	args := map[string]any{}
	for name, ph := range map[string]string{"contact": phContact, "customer": phCustomer, "firm": phFirm, "number": phNumber, "due_date": phDue, "amount": phAmount, "total": phTotal,
		"with_fees": phWithFees, "today": phToday, "invoices": phInvoices, "fees": phFeesText} {
		args[name] = "{{" + ph + "}}"
	}
	return locale.T(lang, "reminder.text."+tone+".subject", args), locale.T(lang, "reminder.text."+tone+".body", args)
}

// token is a placeholder as it stands in a text.
type token struct {
	start, end   int // bytes, braces included
	name         string
	line, column int // from 1, in characters
	open         bool
}

func tokens(s string) []token {
	list := []token{}
	for from := 0; ; {
		i := strings.Index(s[from:], "{{")
		if i < 0 {
			return list
		}
		start := from + i
		before := s[:start]
		t := token{start: start, line: 1 + strings.Count(before, "\n")}
		t.column = 1 + len([]rune(before[strings.LastIndex(before, "\n")+1:]))
		j := strings.Index(s[start:], "}}")
		if nl := strings.Index(s[start:], "\n"); j < 0 || nl >= 0 && nl < j {
			t.open, t.end, t.name = true, start+2, firstWord(s[start+2:])
			list, from = append(list, t), start+2
			continue
		}
		t.end = start + j + 2
		t.name = strings.TrimSpace(s[start+2 : start+j])
		list, from = append(list, t), t.end
	}
}

func firstWord(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == '}' })
	if len(words) == 0 {
		return ""
	}
	return typed.Line(words[0])
}

// checkWords refuses a placeholder that nobody fills, with its name and where it stands.
func checkWords(form *fault.Form, path, s string, subject bool) {
	for _, t := range tokens(s) {
		switch {
		case t.open:
			form.Add(path, "fault.reminder.placeholder_open", "line", t.line, "column", t.column)
		case !slices.Contains(known, t.name), subject && slices.Contains(inBody, t.name):
			form.Add(path, "fault.reminder.placeholder", "name", t.name, "line", t.line, "column", t.column)
		default:
			continue
		}
		return
	}
}

// fill puts the values in. In Markdown every value is plain words but the blocks, which
// are Markdown already; the link is left to who sends the mail.
func fill(s string, values map[string]string, markdown bool) string {
	var b strings.Builder
	at := 0
	for _, t := range tokens(s) {
		if t.open || t.name == phLink {
			continue
		}
		b.WriteString(s[at:t.start])
		v := values[t.name]
		if markdown && !slices.Contains(inBody, t.name) {
			v = typed.Markdown(v)
		}
		b.WriteString(v)
		at = t.end
	}
	b.WriteString(s[at:])
	return b.String()
}

// names tells whether a text names one of the placeholders.
func names(s string, ph ...string) bool {
	return slices.ContainsFunc(tokens(s), func(t token) bool { return !t.open && slices.Contains(ph, t.name) })
}

// complete adds what every reminder shows even where its text forgot it: the list of what
// is late, and the fees that it claims.
func complete(body string, fees bool) string {
	if !names(body, phInvoices) && !names(body, phNumber) {
		body += fmt.Sprintf("\n\n{{%s}}", phInvoices)
	}
	if fees && !names(body, phFeesText, phFees, phInterest, phIndemnity, phWithFees) {
		body += fmt.Sprintf("\n\n{{%s}}", phFeesText)
	}
	return body
}
