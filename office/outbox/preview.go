package outbox

import (
	"context"
	"maps"

	"comptoir/core/actor"
	"comptoir/core/locale"
)

// MailPreview is how a mail would look that is not queued yet.
type MailPreview struct {
	To      string      `json:"to"`
	From    string      `json:"from"`
	Subject string      `json:"subject"`
	Text    string      `json:"text"`
	HTML    string      `json:"html"` // needs nothing from outside
	Papers  []PaperView `json:"papers"`
}

// Preview composes a mail without queueing it. link stands where the portal's link will
// be, "" for none; papers are what would go with it.
func (s *Service) Preview(ctx context.Context, who actor.Actor, m Mail, link string, papers []Paper) (p MailPreview, err error) {
	if err := who.Need(actor.Look); err != nil {
		return MailPreview{}, err
	}
	h, err := s.c.house(ctx)
	if err != nil {
		return MailPreview{}, err
	}
	l, err := s.c.base(ctx, h, m.Kind, locale.Of(m.Lang))
	if err != nil {
		return MailPreview{}, err
	}
	l.To, l.Link, l.Papers, l.Date = Address{Name: m.ToName, Address: m.ToAddress}, link, papers, s.c.DB.Now()
	l.MessageID = "<preview@comptoir>"
	maps.Copy(l.Args, m.Args)
	sentFrom(&l)
	if c := s.c.Sources.Portal; c != nil {
		l.Portal = c()
	}
	msg, err := s.c.Composer.Compose(l)
	if err != nil {
		return MailPreview{}, err
	}
	return MailPreview{To: address(l.To), From: address(l.From), Subject: msg.Subject, Text: msg.Text, HTML: msg.HTML, Papers: append([]PaperView{}, msg.Papers...)}, nil
}
