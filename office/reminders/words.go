package reminders

import (
	"fmt"
	"slices"

	"comptoir/core/locale"
	"comptoir/rules/billing"
	"comptoir/rules/wording"
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

// known is what the texts of a policy may name.
var known = wording.Set{
	Names:  []string{phContact, phCustomer, phFirm, phNumber, phDate, phDue, phAmount, phDays, phTotal, phInterest, phIndemnity, phFees, phWithFees, phToday, phLink, phInvoices, phFeesText},
	Blocks: []string{phLink, phInvoices, phFeesText},
}

// Placeholders lists what a text may name, for the form.
func Placeholders() []string { return slices.Clone(known.Names) }

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

// complete adds what every reminder shows even where its text forgot it: the list of what
// is late, and the fees that it claims.
func complete(body string, fees bool) string {
	if !wording.Names(body, phInvoices) && !wording.Names(body, phNumber) {
		body += fmt.Sprintf("\n\n{{%s}}", phInvoices)
	}
	if fees && !wording.Names(body, phFeesText, phFees, phInterest, phIndemnity, phWithFees) {
		body += fmt.Sprintf("\n\n{{%s}}", phFeesText)
	}
	return body
}
