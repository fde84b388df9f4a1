package mail

import (
	"strings"
	"testing"

	"comptoir/core/locale"
	"comptoir/office/outbox"
)

// reminderArgs are those of a formal notice about two invoices, worded as shipped.
func reminderArgs(lang string) map[string]string {
	args := map[string]any{"number": "FA-2026-0042", "total": `2 400,00 €`, "invoices": "- **FA\\-2026\\-0042**, échue le 31 octobre 2026 : 1 680,00 €\n- **FA\\-2026\\-0043**, échue le 2 novembre 2026 : 720,00 €",
		"fees": locale.T(lang, "reminder.fees.both", map[string]any{"interest": "12,60 €", "indemnity": "80,00 €", "total": "2 492,60 €"})}
	return map[string]string{"subject": locale.T(lang, "reminder.text.notice.subject", args), "body": locale.T(lang, "reminder.text.notice.body", args),
		"number": "FA-2026-0042", "count": "2", "amount_minor": "240000", "currency": "EUR", "due_date": "2026-10-31", "fees_minor": "9260", "documents": "1,2"}
}

func TestAReminderShowsItsLinkWhereItsTextSaysSo(t *testing.T) {
	l := sample(outbox.Reminder, "fr")
	l.Args["body"] = "Payez ici : {{link}} <script>alert(1)</script>"
	m, err := NewComposer().Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(m.HTML, `<a href="`+l.Link) || strings.Contains(m.HTML, "<script>") || strings.Contains(m.Text+m.HTML, "{{") {
		t.Errorf("%s", m.HTML)
	}
	l.Link, l.Args["count"], l.Args["fees_minor"] = "", "1", "0"
	if m, err = NewComposer().Compose(l); err != nil || strings.Contains(m.Text, "{{") || strings.Contains(m.Text, "Frais de retard") || !strings.Contains(m.Text, "31 octobre 2026") {
		t.Errorf("%v\n%s", err, m.Text)
	}
}

// The shipped texts are looked at one by one.
func TestShippedReminders(t *testing.T) {
	c := NewComposer()
	for _, lang := range locale.Langs() {
		for _, tone := range []string{"before", "due", "friendly", "firm", "notice"} {
			l := sample(outbox.Reminder, lang)
			args := map[string]any{"number": "FA-2026-0042", "total": "1 680,00 €", "invoices": "- **FA\\-2026\\-0042** : 1 680,00 €", "fees": ""}
			l.Args["subject"], l.Args["body"] = locale.T(lang, "reminder.text."+tone+".subject", args), locale.T(lang, "reminder.text."+tone+".body", args)
			l.Args["count"], l.Args["amount_minor"], l.Args["fees_minor"] = "1", "168000", "0"
			l.Papers = l.Papers[:1]
			m, err := c.Compose(l)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "reminder_"+tone+"."+lang+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
		}
	}
}
