package customers

import (
	"context"
	"slices"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/outbox"
)

// MailSample asks how one of the six mails would look, as it is typed and before it is saved.
type MailSample struct {
	GroupID   string `json:"groupId"`
	Kind      string `json:"kind"`
	Lang      string `json:"lang"`
	Subject   string `json:"subject"`
	Body      string `json:"body"`
	ContactID string `json:"contactId"` // public id of a contact of the group, "" = its first, or an invented one
}

// LookMail composes such a mail on a real contact. It sends and changes nothing. Refused are
// placeholders that nobody fills, beside subject and body.
func (s *Service) LookMail(ctx context.Context, who actor.Actor, in MailSample) (m outbox.Mail, err error) {
	if err := who.Need(actor.Look); err != nil {
		return outbox.Mail{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		m, err = sample(ctx, q, in)
		return err
	})
	return m, err
}

// sampleLife is how long the link of a sample says that it lives.
const sampleLife = 30 * time.Minute

func sample(ctx context.Context, q *gen.Queries, in MailSample) (outbox.Mail, error) {
	var form fault.Form
	if !slices.Contains(AccessKinds(), in.Kind) {
		form.Add("kind", "fault.choice")
	}
	checkMailWords(&form, "subject", in.Subject, "body", in.Body)
	if err := form.Err(); err != nil {
		return outbox.Mail{}, err
	}
	g, err := q.CustomerGroupByPublicID(ctx, in.GroupID)
	if err != nil {
		return outbox.Mail{}, db.NotFound(err)
	}
	f, err := company.Get(ctx, q)
	if err != nil {
		return outbox.Mail{}, err
	}
	lang := locale.Of(in.Lang)
	to, err := samplePerson(ctx, q, g.ID, in.ContactID)
	if err != nil {
		return outbox.Mail{}, err
	}
	if to.Name == "" {
		to = gen.GroupContactsRow{Name: locale.T(lang, "mail.access.sample.contact", nil), CustomerName: locale.T(lang, "mail.access.sample.customer", nil), Email: f.Email}
	}
	subject, body := compose(filled(MailWords{Subject: in.Subject, Body: in.Body}, lang, in.Kind), map[string]string{"contact.name": to.Name, "customer.name": to.CustomerName,
		"firm.name": f.Name, "user.name": to.Email, "expires": ExpiresIn(lang, sampleLife)})
	return outbox.Mail{Kind: outbox.Access, Lang: lang, ToAddress: to.Email, ToName: to.Name, Args: outbox.AccessArgs(in.Kind, subject, body, g.MailsFrom)}, nil
}

// samplePerson is the contact that was named, else the group's first; the zero one for none.
func samplePerson(ctx context.Context, q *gen.Queries, groupID int64, contact string) (gen.GroupContactsRow, error) {
	people, err := q.GroupContacts(ctx, &groupID)
	if err != nil {
		return gen.GroupContactsRow{}, err
	}
	for _, k := range people {
		if contact == "" || k.PublicID == contact {
			return k, nil
		}
	}
	if contact != "" {
		return gen.GroupContactsRow{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return gen.GroupContactsRow{}, nil
}

// TryMail mails such a sample to the signed-in user, and says to which address. The same key
// twice sends once.
func (s *Service) TryMail(ctx context.Context, who actor.Actor, key string, in MailSample) (to string, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return "", err
	}
	if key == "" {
		return "", fault.New(fault.Invalid, "fault.invalid")
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := sample(ctx, tx.Queries, in)
		if err != nil {
			return err
		}
		if to, err = userAddress(ctx, tx.Queries, who); err != nil {
			return err
		}
		m.Key, m.ToAddress, m.ToName = "access-trial/"+key, to, who.Name
		m.Args["subject"] = locale.T(locale.Of(m.Lang), "mail.access.sample.subject", map[string]any{"subject": m.Args["subject"]})
		_, err = outbox.QueueMail(ctx, tx, s.ids, m)
		return err
	})
	return to, err
}

// userAddress is the signed-in user's own address, else the firm's.
func userAddress(ctx context.Context, q *gen.Queries, who actor.Actor) (string, error) {
	email, err := q.UserEmail(ctx, who.ID)
	if err = db.NotFound(err); err == nil && email != "" {
		return email, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	f, err := company.Get(ctx, q)
	return f.Email, err
}
