package reminders

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// Chosen is a document as the preview showed it: the level that is meant.
type Chosen struct {
	DocumentID string `json:"documentId"` // public id
	Level      int    `json:"level"`
}

// Sent is what came of one mail.
type Sent struct {
	Mails     int `json:"mails"`
	Documents int `json:"documents"`
}

// Send mails one reminder by hand: documents of one customer, as they were shown. What
// changed meanwhile (paid, announced, reminded by somebody else) is refused, nothing goes.
func (s *Service) Send(ctx context.Context, who actor.Actor, key string, chosen []Chosen) (sent Sent, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Sent{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "reminder.send", chosen, &sent, func() error {
			w, err := look(ctx, tx.Queries, tx.Now)
			if err != nil {
				return err
			}
			ready, err := w.meant(ctx, tx.Queries, chosen)
			if err != nil {
				return err
			}
			sent, err = s.send(ctx, tx, who, w, ready, true)
			return err
		})
	})
	return sent, err
}

// send queues the mails of documents and writes down each level, in the caller's transaction.
func (s *Service) send(ctx context.Context, tx *db.Tx, who actor.Actor, w world, ready []stepped, byHand bool) (Sent, error) {
	mails, without, err := s.mails(ctx, tx.Queries, w, ready)
	if err != nil {
		return Sent{}, err
	}
	if byHand && len(without) > 0 {
		return Sent{}, fault.New(fault.Conflict, "fault.reminder.no_address", "number", text(without[0].row.Number))
	}
	sent := Sent{}
	for _, m := range mails {
		if err := s.sendOne(ctx, tx, who, w, m, byHand); err != nil {
			return Sent{}, err
		}
		sent.Mails, sent.Documents = sent.Mails+1, sent.Documents+len(m.Documents)
	}
	tx.AfterCommit(func() { s.Changed("invoices", "mails", "reminders") })
	return sent, nil
}

func (s *Service) sendOne(ctx context.Context, tx *db.Tx, who actor.Actor, w world, m Mail, byHand bool) error {
	first := m.Documents[0]
	out := outgoing(m)
	out.Args["on"] = w.today.String()
	out.Key = fmt.Sprintf("reminder/%s/%d", first.PublicID, first.Level)
	if first.Retained {
		out.Key += "/retained"
	}
	if m.To.ContactID != 0 {
		link, err := s.IssueLink(ctx, tx, m.To.ContactID, first.ID)
		if err != nil {
			return err
		}
		out.LinkID = link
	}
	mailID, err := outbox.QueueMail(ctx, tx, s.IDs, out)
	if err != nil {
		return err
	}
	for _, d := range m.Documents {
		formal := m.Policy.Levels[d.Level-1].Formal
		p := gen.InsertReminderParams{DocumentID: d.ID, OnDate: w.today.String(), DaysLate: int64(d.DaysLate), DueMinor: d.DueMinor, ByHand: flag(byHand), Retained: flag(d.Retained), CreatedAt: tx.Stamp()}
		for _, level := range d.Passed {
			p.Level, p.Outcome = int64(level), "skipped"
			if err := tx.InsertReminder(ctx, p); err != nil {
				return err
			}
		}
		p.Level, p.Outcome, p.InterestMinor, p.IndemnityMinor, p.RatePcm, p.Formal, p.MailID = int64(d.Level), "mailed", d.InterestMinor, d.IndemnityMinor, d.RatePCM, flag(formal), &mailID
		if err := tx.InsertReminder(ctx, p); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, who, audit.Record{Action: "reminder.sent", ObjectKind: "document", ObjectID: d.ID,
			Details: map[string]any{"level": d.Level, "amount_minor": d.DueMinor, "fees_minor": d.InterestMinor + d.IndemnityMinor, "by_hand": byHand}}); err != nil {
			return err
		}
	}
	return nil
}

// outgoing is a mail for the outbox, without its key and its link.
func outgoing(m Mail) outbox.Mail {
	first := m.Documents[0]
	ids := make([]string, 0, len(m.Documents))
	for _, d := range m.Documents {
		ids = append(ids, strconv.FormatInt(d.ID, 10))
	}
	return outbox.Mail{Kind: outbox.Reminder, Lang: m.To.Lang, ToAddress: m.To.Email, ToName: m.To.Name, CustomerID: m.CustomerID, ContactID: m.To.ContactID, DocumentID: first.ID,
		Args: map[string]string{"subject": m.Subject, "body": m.Body, "number": first.Number, "count": strconv.Itoa(len(m.Documents)), "amount_minor": strconv.FormatInt(m.DueMinor, 10),
			"currency": string(m.Currency), "due_date": first.DueDate.String(), "fees_minor": strconv.FormatInt(m.FeesMinor(), 10), "documents": strings.Join(ids, ",")}}
}

// SetNoReminders exempts one document from reminders, or takes that back.
func (s *Service) SetNoReminders(ctx context.Context, who actor.Actor, publicID string, exempt bool) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.DocumentByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.SetNoReminders(ctx, gen.SetNoRemindersParams{DocumentID: row.ID, NoReminders: flag(exempt)})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.still_draft")
		}
		action := "reminder.exempted"
		if !exempt {
			action = "reminder.resumed"
		}
		tx.AfterCommit(func() { s.Changed("invoices", "reminders") })
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "document", ObjectID: row.ID})
	})
}
