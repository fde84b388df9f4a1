package reminders

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/due"
)

// Source gives what is due to office/catchup: one item a mail, keyed by the documents in
// it and their levels. The rows of reminders are what keeps it from being done twice.
type Source struct{ s *Service }

// Source is this room for office/catchup.
func (s *Service) Source() Source { return Source{s} }

// Name is stored with what is held back.
func (Source) Name() string { return "reminders" }

// Due gives the mails of the policies that send by themselves, the oldest first.
func (x Source) Due(ctx context.Context, today civil.Date) (list []due.Item, err error) {
	err = x.s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := look(ctx, q, x.s.DB.Now())
		if err != nil {
			return err
		}
		w.today = today
		mails, steps, err := x.s.dueNow(ctx, q, w)
		if err != nil {
			return err
		}
		for _, m := range mails {
			list = append(list, itemOf(m, steps))
		}
		return nil
	})
	if fault.Is(err, fault.NotFound) { // no company yet
		return nil, nil
	}
	return list, err
}

func (s *Service) dueNow(ctx context.Context, q *gen.Queries, w world) ([]Mail, map[int64]civil.Date, error) {
	items, err := w.items(ctx, q, w.today.AddDays(-firstDay))
	if err != nil {
		return nil, nil, err
	}
	ready, on := []stepped{}, map[int64]civil.Date{}
	for _, i := range items {
		if step, ok := w.due(i); ok {
			ready = append(ready, stepped{i, step})
			on[i.row.DocumentID] = step.On
		}
	}
	mails, _, err := s.mails(ctx, q, w, ready)
	return mails, on, err
}

func itemOf(m Mail, on map[int64]civil.Date) due.Item {
	x := due.Item{Kind: due.Reminder, Customer: m.CustomerName, CustomerID: m.CustomerPublic, AmountMinor: m.DueMinor, Currency: m.Currency, Mails: 1}
	keys, numbers := []string{}, []string{}
	for i, d := range m.Documents {
		keys = append(keys, fmt.Sprintf("%d:%d", d.ID, d.Level))
		if i < 3 {
			numbers = append(numbers, d.Number)
		} else if i == 3 {
			numbers = append(numbers, "…")
		}
		if o := on[d.ID]; x.On.IsZero() || o.After(x.On) { // one that came today makes the mail today's
			x.On = o
		}
	}
	x.Key, x.Title = strings.Join(keys, "+"), strings.Join(numbers, ", ")
	return x
}

// Do sends one mail: of what the key names, all that is still due now.
func (x Source) Do(ctx context.Context, who actor.Actor, key string) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return x.s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := look(ctx, tx.Queries, tx.Now)
		if err != nil {
			return err
		}
		ready := []stepped{}
		if err := x.each(ctx, tx, w, key, func(i item, _ int) error {
			if step, ok := w.due(i); ok {
				ready = append(ready, stepped{i, step})
			}
			return nil
		}); err != nil {
			return err
		}
		if len(ready) == 0 {
			return nil
		}
		_, err = x.s.send(ctx, tx, who, w, ready, false)
		return err
	})
}

// Skip notes the levels of the key, and what lies below them, as passed over for ever.
func (x Source) Skip(ctx context.Context, who actor.Actor, key string) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return x.s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := look(ctx, tx.Queries, tx.Now)
		if err != nil {
			return err
		}
		return x.each(ctx, tx, w, key, func(i item, level int) error { return x.s.skip(ctx, tx, who, w, i, level) })
	})
}

func (s *Service) skip(ctx context.Context, tx *db.Tx, who actor.Actor, w world, i item, level int) error {
	top := 0
	for _, r := range i.done {
		top = max(top, r.Level)
	}
	if top >= level {
		return nil
	}
	owed, dueOn := i.debt().Owed(w.today)
	for n := top + 1; n <= level; n++ {
		if err := tx.InsertReminder(ctx, gen.InsertReminderParams{DocumentID: i.row.DocumentID, Level: int64(n), OnDate: w.today.String(), DaysLate: int64(max(0, w.today.DaysSince(dueOn))),
			DueMinor: owed, Outcome: "skipped", ByHand: 1, Retained: flag(i.retained), CreatedAt: tx.Stamp()}); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { s.Changed("invoices", "reminders") })
	return audit.Write(ctx, tx, who, audit.Record{Action: "reminder.skipped", ObjectKind: "document", ObjectID: i.row.DocumentID, Details: map[string]any{"level": level}})
}

// each reads what a key names; what is no longer there is left out.
func (x Source) each(ctx context.Context, tx *db.Tx, w world, key string, fn func(item, int) error) error {
	for part := range strings.SplitSeq(key, "+") {
		document, level, ok := strings.Cut(part, ":")
		id, err1 := strconv.ParseInt(document, 10, 64)
		n, err2 := strconv.Atoi(level)
		if !ok || err1 != nil || err2 != nil || n < 1 || n > mostLevels {
			return fault.New(fault.Invalid, "fault.invalid")
		}
		row, err := tx.DocumentByID(ctx, id)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return err
		}
		i, err := w.one(ctx, tx.Queries, row.PublicID)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
			continue
		} else if err != nil {
			return err
		}
		if err := fn(i, n); err != nil {
			return err
		}
	}
	return nil
}

// Counts is how the chase stands today, for the first page.
type Counts struct {
	Documents int64
	DueMinor  int64    // of those in the firm's currency
	Names     []string // some of the customers
	NoRate    bool     // a policy claims interest, and nobody noted the rate of today
}

// Counts counts what a click on Relancer would send.
func (s *Service) Counts(ctx context.Context, who actor.Actor) (c Counts, err error) {
	c.Names = []string{}
	if err := who.Need(actor.Look); err != nil {
		return c, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		w, err := look(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		items, err := w.items(ctx, q, w.today.AddDays(-1))
		if err != nil {
			return err
		}
		for _, x := range items {
			if _, why, _ := w.byHand(x, 0); why != "" {
				continue
			}
			owed, _ := x.debt().Owed(w.today)
			c.Documents++
			if x.row.Currency == w.firm.Currency {
				c.DueMinor += owed
			}
			if len(c.Names) < 3 && !slices.Contains(c.Names, x.row.CustomerName) {
				c.Names = append(c.Names, x.row.CustomerName)
			}
		}
		c.NoRate = w.noRate()
		return nil
	})
	return c, err
}

// noRate tells whether a policy claims interest that nobody can compute today.
func (w world) noRate() bool {
	claims := slices.ContainsFunc(w.policies, func(p Policy) bool {
		return slices.ContainsFunc(p.Levels, func(l Level) bool { return l.Interest })
	})
	return claims && !w.terms.Known(w.today)
}
