package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
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

// LookMail composes such a mail on a real contact. It sends and changes nothing.
func (s *Service) LookMail(ctx context.Context, who actor.Actor, in MailSample) (m outbox.Mail, err error) {
	if err := who.NeedStaff(); err != nil {
		return outbox.Mail{}, err
	}
	return outbox.Mail{}, fault.New(fault.Unavailable, "fault.internal")
}

// TryMail mails such a sample to the signed-in user, and says to which address. The same key
// twice sends once.
func (s *Service) TryMail(ctx context.Context, who actor.Actor, key string, in MailSample) (to string, err error) {
	if err := who.NeedStaff(); err != nil {
		return "", err
	}
	return "", fault.New(fault.Unavailable, "fault.internal")
}
