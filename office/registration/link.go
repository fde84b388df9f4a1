package registration

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
)

// LinkMail hands out a group's registration link by mail.
type LinkMail struct {
	GroupID  string `json:"groupId"` // public id
	To       string `json:"to"`
	Language string `json:"language"` // fr, en
}

// MailLink mails the registration link of a group whose portal is open. The same key again is the
// same mail.
func (s *Service) MailLink(ctx context.Context, who actor.Actor, key string, in LinkMail) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	var form fault.Form
	form.Need("to", in.To)
	company.Field(&form, "to", &in.To, ident.CheckEmail)
	if in.Language != locale.FR && in.Language != locale.EN {
		form.Add("language", "fault.choice")
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		sent := false
		return audit.Once(ctx, tx, key, "registration.mail_link", in, &sent, func() error {
			g, err := tx.GroupToRegister(ctx, in.GroupID)
			if err != nil {
				return db.NotFound(err)
			}
			if _, err := outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "registration_link/" + key, Kind: outbox.RegistrationLink, Lang: in.Language, ToAddress: in.To, Args: map[string]string{"group_id": g.PublicID}}); err != nil {
				return err
			}
			sent = true
			return audit.Write(ctx, tx, who, audit.Record{Action: "group.link_mailed", ObjectKind: "customer_group", ObjectID: g.ID})
		})
	})
}
