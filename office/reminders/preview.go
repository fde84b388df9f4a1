package reminders

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/outbox"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// Sample asks how a level of a policy would look, as it is typed and before it is saved.
type Sample struct {
	Policy     Policy `json:"policy"`
	Level      int    `json:"level"` // from 1
	Lang       string `json:"lang"`
	DocumentID string `json:"documentId"` // public id of a real invoice, "" = one that suits
}

// Sampled is that mail, and on which invoice it was tried.
type Sampled struct {
	Mail   outbox.Mail
	Number string
}

// Sample composes the words on a real invoice: the one named, else one that is late, else
// the newest; on the day on which the level would go. It sends and changes nothing.
func (s *Service) Sample(ctx context.Context, who actor.Actor, in Sample) (out Sampled, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Sampled{}, err
	}
	if in.Policy, err = checkPolicy(in.Policy); err != nil {
		return Sampled{}, err
	}
	if in.Level < 1 || in.Level > len(in.Policy.Levels) {
		return Sampled{}, fault.New(fault.Invalid, "fault.invalid")
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := look(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		m, err := s.sample(ctx, q, w, in)
		out = Sampled{Mail: outgoing(m), Number: m.Documents[0].Number}
		return err
	})
	return out, err
}

func (s *Service) sample(ctx context.Context, q *gen.Queries, w world, in Sample) (Mail, error) {
	level := in.Policy.rules()[in.Level-1]
	m := Mail{Policy: in.Policy, Missing: []tax.LatePeriod{}}
	x, found, err := w.sampleItem(ctx, q, in.DocumentID)
	if err != nil {
		return Mail{}, err
	}
	if found {
		_, due := x.debt().Owed(w.today)
		w.today = due.AddDays(level.Days)
		m.CustomerName, m.CustomerID, m.Currency = x.row.CustomerName, x.row.CustomerID, money.Currency(x.row.Currency)
		m.To = sales.Addressee{Name: x.row.CustomerName}
		if row, err := q.DocumentByID(ctx, x.row.DocumentID); err == nil {
			if to, err := s.Sales.AddresseeOf(ctx, q, row); err == nil {
				m.To = to
			}
		}
		x.done = nil
		if err := w.add(ctx, q, &m, stepped{x, billing.Step{Level: level, Passed: []int{}}}); err != nil {
			return Mail{}, err
		}
	} else {
		w.invented(&m, level)
	}
	m.To.Lang = locale.Of(in.Lang)
	w.write(&m)
	return m, nil
}

// sampleItem finds an invoice to try a text on.
func (w world) sampleItem(ctx context.Context, q *gen.Queries, publicID string) (item, bool, error) {
	if publicID == "" {
		for _, until := range []civil.Date{w.today.AddDays(-1), w.today.AddDays(lastDay)} {
			items, err := w.items(ctx, q, until)
			if err != nil || len(items) > 0 {
				return first(items), len(items) > 0, err
			}
		}
		return item{}, false, nil
	}
	x, err := w.one(ctx, q, publicID)
	return x, err == nil, db.NotFound(err)
}

func first(items []item) item {
	if len(items) == 0 {
		return item{}
	}
	return items[0]
}

// invented stands in while the firm has no open invoice at all.
func (w world) invented(m *Mail, level billing.Level) {
	m.CustomerName, m.Currency = locale.T(w.firm.Language, "reminder.sample.customer", nil), w.firm.Money()
	m.To = sales.Addressee{Name: m.CustomerName, Email: w.firm.Email}
	d := Document{Number: locale.T(w.firm.Language, "reminder.sample.number", nil), IssueDate: w.today.AddDays(-30 - level.Days), DueDate: w.today.AddDays(-level.Days),
		DaysLate: max(0, level.Days), DueMinor: 1680 * m.Currency.Unit(), Level: level.Position}
	m.Documents, m.DueMinor = []Document{d}, d.DueMinor
}

// Try mails such a sample to the firm itself. Nothing is noted on the invoice.
func (s *Service) Try(ctx context.Context, who actor.Actor, key string, in Sample) (to string, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return "", err
	}
	out, err := s.Sample(ctx, who, in)
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := company.Get(ctx, tx.Queries)
		if err != nil {
			return err
		}
		to = f.Email
		m := out.Mail
		m.Key, m.ToAddress, m.ToName = "reminder-trial/"+key, f.Email, who.Name
		m.CustomerID, m.ContactID, m.DocumentID, m.LinkID = 0, 0, 0, 0
		m.Args["subject"] = locale.T(m.Lang, "reminder.sample.subject", map[string]any{"subject": m.Args["subject"]})
		if m.Args["documents"] == "0" { // an invented invoice has no paper
			m.Args["documents"] = "-"
		}
		tx.AfterCommit(func() { s.Changed("mails") })
		_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
		return err
	})
	return to, err
}

// Mail gives one mail of a plan as it would go, for its preview.
func (s *Service) Mail(ctx context.Context, who actor.Actor, chosen []Chosen) (out outbox.Mail, err error) {
	if err := who.Need(actor.Look); err != nil {
		return outbox.Mail{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := look(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		ready, err := w.meant(ctx, q, chosen)
		if err != nil {
			return err
		}
		mails, _, err := s.mails(ctx, q, w, ready)
		if err == nil && len(mails) != 1 {
			err = fault.New(fault.Conflict, "fault.reminder.changed", "number", text(ready[0].row.Number))
		}
		if err == nil {
			out = outgoing(mails[0])
		}
		return err
	})
	return out, err
}

// meant judges documents anew that a person was shown; what changed since is refused.
func (w world) meant(ctx context.Context, q *gen.Queries, chosen []Chosen) ([]stepped, error) {
	if len(chosen) == 0 || len(chosen) > maxChosen {
		return nil, fault.New(fault.Invalid, "fault.invalid")
	}
	ready := make([]stepped, 0, len(chosen))
	for i, c := range chosen {
		if slices.ContainsFunc(chosen[:i], func(o Chosen) bool { return o.DocumentID == c.DocumentID }) {
			return nil, fault.New(fault.Invalid, "fault.invalid") // the same debt twice in one mail
		}
		x, err := w.one(ctx, q, c.DocumentID)
		if err != nil {
			return nil, db.NotFound(err)
		}
		step, why, _ := w.byHand(x, c.Level)
		if why != "" || step.Level.Position != c.Level {
			return nil, fault.New(fault.Conflict, "fault.reminder.changed", "number", text(x.row.Number))
		}
		ready = append(ready, stepped{x, step})
	}
	return ready, nil
}
