package outbox

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
)

// trialTimeout is as long as a person waits for *Tester*.
const trialTimeout = 90 * time.Second

// TestMail tries the settings as they are typed, before they are saved: it connects,
// encrypts, signs in and sends a mail to to ("" = the sender's own address). Each step is
// reported as it ends; the first that fails is the last. It changes nothing.
func (s *Service) TestMail(ctx context.Context, who actor.Actor, in SettingsChange, to string, report func(Step)) (steps []Step, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return nil, err
	}
	in, err = checkSettings(in)
	if err != nil {
		return nil, err
	}
	h, err := s.c.house(ctx)
	if err != nil {
		return nil, err
	}
	if err := samePlace(h, in); err != nil {
		return nil, err
	}
	steps = []Step{}
	note := func(st Step) {
		steps = append(steps, st)
		if report != nil {
			report(st)
		}
	}
	h.settings.Host, h.settings.Port, h.settings.Security, h.settings.PlainAgreed = in.Host, in.Port, in.Security, flag(in.PlainAgreed)
	h.settings.Auth, h.settings.UserName = in.Auth, in.UserName
	h.settings.FromName, h.settings.FromAddress, h.settings.ReplyTo, h.settings.Signature = in.FromName, in.FromAddress, in.ReplyTo, in.Signature
	if in.Password != nil {
		h.sealed = nil
	}
	server, ok, err := s.c.server(h)
	if err != nil {
		return nil, &fault.Error{Code: fault.Invalid, Key: "mail.fault.password_lost", Err: err}
	}
	if !ok {
		return nil, fault.New(fault.Invalid, "mail.fault.no_server")
	}
	if in.Password != nil && h.company.IsDemo == 0 {
		server.Password = *in.Password
	}
	ctx, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	conn, err := s.c.Carrier.Open(ctx, server, note)
	if err != nil {
		return steps, nil // the step that failed says it
	}
	note(s.trySend(ctx, who, h, conn, to))
	if err := conn.Close(); err != nil {
		s.c.Log.Debug("mail connection", "error", err.Error())
	}
	return steps, nil
}

func (s *Service) trySend(ctx context.Context, who actor.Actor, h house, conn Connection, to string) Step {
	st := Step{Name: "send"}
	l, err := s.c.base(ctx, h, Test, who.Lang)
	if err == nil {
		l.To = Address{Name: who.Name, Address: to}
		if to == "" {
			l.To.Address = l.From.Address
		}
		l.MessageID, l.Date = "<"+s.c.IDs()+"@comptoir.local>", s.c.DB.Now()
		var msg Message
		if msg, err = s.c.Composer.Compose(l); err == nil {
			st.Answer, err = conn.Send(ctx, l.From.Address, l.To.Address, msg.EML)
		}
	}
	if err != nil {
		a := asAnswer(err)
		st.Answer, st.Advice = a.Text, a.Advice
		return st
	}
	st.OK = true
	return st
}

// samePlace refuses to carry a stored password to where it was not given for: another
// server, another account, or over a line that can be read.
func samePlace(h house, in SettingsChange) error {
	m := h.settings
	same := in.Host == m.Host && in.Port == m.Port && in.UserName == m.UserName && (in.Security != "plain" || m.Security == "plain")
	if in.Password != nil || len(h.sealed) == 0 || same || in.Host == "" || in.Auth == "none" {
		return nil
	}
	var form fault.Form
	form.Add("password", "mail.fault.password_again")
	return form.Err()
}
