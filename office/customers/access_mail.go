package customers

import (
	"context"
	"maps"
	"time"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// AccessMail gives one of the six mails of access as the group of a customer words it, else
// the program's own: subject, body (Markdown) and the sender's address ("" = the firm's).
// values are what only the caller knows: contact.name, user.name, expires (ExpiresIn); the
// customer's and the firm's names are put in here. {{link}} and {{portal.url}} stay: the
// outbox puts them in when the mail leaves (outbox.AccessArgs).
func AccessMail(ctx context.Context, q *gen.Queries, customerID int64, kind, lang string, values map[string]string) (subject, body, from string, err error) {
	c, err := q.CustomerByID(ctx, customerID)
	if err != nil {
		return "", "", "", db.NotFound(err)
	}
	lang = locale.Of(lang)
	words := defaultMail(lang, kind)
	if c.GroupID != nil {
		g, err := q.CustomerGroupByID(ctx, *c.GroupID)
		if err != nil {
			return "", "", "", db.NotFound(err)
		}
		from = g.MailsFrom
		own, err := q.GroupMailOwn(ctx, gen.GroupMailOwnParams{GroupID: g.ID, Kind: kind, Lang: lang})
		if err = db.NotFound(err); err == nil {
			words = MailWords(own)
		} else if !fault.Is(err, fault.NotFound) {
			return "", "", "", err
		}
	}
	f, err := company.Get(ctx, q)
	if err != nil {
		return "", "", "", err
	}
	all := map[string]string{"customer.name": c.Name, "firm.name": f.Name}
	maps.Copy(all, values)
	subject, body = compose(words, all)
	return subject, body, from, nil
}

func compose(w MailWords, values map[string]string) (subject, body string) {
	return accessWords.Fill(w.Subject, values, false), accessWords.Fill(w.Body, values, true, accessWords.Blocks...)
}

// ExpiresIn writes how long a link lives: 30 minutes, 2 hours, 7 days.
func ExpiresIn(lang string, left time.Duration) string {
	hours, days := int64(left/time.Hour), int64(left/(24*time.Hour))
	if left < 2*time.Hour {
		hours = 0
	}
	if days < 2 {
		days = 0
	}
	return locale.T(locale.Of(lang), "mail.access.expires", map[string]any{"minutes": int64(left.Round(time.Minute) / time.Minute), "hours": hours, "days": days})
}
