package contracts

import (
	"context"
	"fmt"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	dated "comptoir/office/due"
	"comptoir/office/outbox"
	"comptoir/rules/contract"
)

// source is the room as office/catchup sees it: reminders to the firm.
type source struct{ *Service }

// Source gives the room's dated work to office/catchup.
func (s *Service) Source() interface {
	Name() string
	Due(ctx context.Context, today civil.Date) ([]dated.Item, error)
	Do(ctx context.Context, who actor.Actor, key string) error
	Skip(ctx context.Context, who actor.Actor, key string) error
} {
	return source{s}
}

// Name is stored with held items.
func (source) Name() string { return "contracts" }

// mostDue is how many reminders one look gives; the next look gives more.
const mostDue = 500

// rollBatch is how many contracts are rolled into their next term in one transaction.
const rollBatch = 500

// roll keeps where contracts stand in step with the calendar: those whose term is over go into
// the one that tacit renewal gave them. Where the calendar went back (a clock that was wrong),
// all are looked at again.
func (s *Service) roll(ctx context.Context, on civil.Date) error {
	rolled := ""
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.ContractSettings(ctx)
		rolled = row.RolledOn
		return err
	}); err != nil || rolled == on.String() {
		return err
	}
	p := gen.ContractsToRollParams{Today: on.String(), Every: flag(rolled > on.String()), RowLimit: rollBatch}
	for more := true; more; {
		if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.ContractsToRoll(ctx, p)
			if err != nil {
				return err
			}
			for _, r := range rows {
				p.AfterID = r.ID
				k, err := keep(ctx, tx.Queries, r.ID, Ruled(r), on)
				if err != nil {
					return err
				}
				if err := tx.SetContractTerm(ctx, gen.SetContractTermParams{ID: r.ID, TermOn: k.termOn, DecideOn: k.decideOn, RemindOn: k.remindOn, Reminded: k.reminded}); err != nil {
					return err
				}
			}
			if more = len(rows) == rollBatch; more {
				return nil
			}
			return tx.SetContractsRolled(ctx, on.String())
		}); err != nil {
			return err
		}
	}
	return nil
}

// Keys of what is due: what it is about, contract, milestone, day.
const (
	dueTerm      = "term"
	dueMilestone = "milestone"
)

// Due gives the reminders of today and before that were neither sent nor skipped.
func (s source) Due(ctx context.Context, today civil.Date) (list []dated.Item, err error) {
	if err := s.roll(ctx, today); err != nil {
		return nil, err
	}
	list = []dated.Item{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.ContractsToRemind(ctx, gen.ContractsToRemindParams{Today: today.String(), RowLimit: mostDue})
		if err != nil {
			return err
		}
		for _, r := range rows {
			list = append(list, dated.Item{Key: strings.Join([]string{dueTerm, r.PublicID, r.DecideOn}, "/"), Kind: dated.Contract, On: day(r.RemindOn), Title: r.Number, Customer: r.CustomerName, CustomerID: r.CustomerPublicID, Mails: 1})
		}
		steps, err := q.MilestonesToRemind(ctx, gen.MilestonesToRemindParams{Today: today.String(), RowLimit: mostDue})
		for _, m := range steps {
			c := contract.Contract{State: contract.Status(m.State), EndedOn: day(m.EndedOn), Terms: contract.Terms{Start: day(m.StartOn), End: day(m.EndOn), Renewal: contract.Renewal(m.Renewal)}}
			if !c.Open(today) {
				continue
			}
			list = append(list, dated.Item{Key: strings.Join([]string{dueMilestone, m.ContractPublicID, m.PublicID, m.DueOn}, "/"), Kind: dated.Contract, On: day(m.DueOn), Title: m.Number + " · " + m.MilestoneTitle, Customer: m.CustomerName, CustomerID: m.CustomerPublicID, Mails: 1})
		}
		return err
	})
	return list, err
}

// reminder is one of them, as it stands when it is done.
type reminder struct {
	kind      string // contract.Kind…
	about     civil.Date
	contract  gen.Contract
	milestone gen.ContractMilestone
}

// reminderOf reads a key; ok is false where nothing is owed any more: done, skipped, changed.
func reminderOf(ctx context.Context, tx *db.Tx, key string, on civil.Date) (r reminder, ok bool, err error) {
	parts := strings.Split(key, "/")
	if len(parts) < 3 {
		return r, false, fault.New(fault.Invalid, "fault.invalid")
	}
	if r.contract, err = byPublicID(ctx, tx.Queries, parts[1]); err != nil {
		return r, false, err
	}
	c := Ruled(r.contract)
	r.about = day(parts[len(parts)-1])
	switch {
	case parts[0] == dueTerm:
		r.kind = c.Standing(on).Kind
		return r, r.contract.Reminded == 0 && r.contract.RemindOn != "" && r.contract.DecideOn == r.about.String() && c.State == contract.Signed, nil
	case parts[0] == dueMilestone && len(parts) == 4:
		r.kind = contract.KindMilestone
		r.milestone, err = tx.ContractMilestone(ctx, gen.ContractMilestoneParams{PublicID: parts[2], ContractID: r.contract.ID})
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) { // deleted meanwhile
			return r, false, nil
		}
		return r, err == nil && r.milestone.State == MilestoneOpen && r.milestone.DueOn == r.about.String() && c.Open(on), err
	}
	return r, false, fault.New(fault.Invalid, "fault.invalid")
}

// settle notes that a reminder is over, and has it sent first if fn says how.
func (s *Service) settle(ctx context.Context, who actor.Actor, key string, fn func(ctx context.Context, tx *db.Tx, r reminder, on civil.Date) error) error {
	if err := who.Need(actor.Contracting); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		on, err := today(ctx, tx)
		if err != nil {
			return err
		}
		r, ok, err := reminderOf(ctx, tx, key, on)
		if err != nil || !ok {
			return err
		}
		n, err := tx.InsertContractReminder(ctx, gen.InsertContractReminderParams{ContractID: r.contract.ID, Kind: r.kind, MilestoneID: r.milestone.ID, AboutOn: r.about.String(), SentAt: tx.Stamp()})
		if err != nil {
			return err
		}
		if r.kind != contract.KindMilestone {
			if err := tx.MarkContractReminded(ctx, r.contract.ID); err != nil {
				return err
			}
		}
		if n == 0 { // sent before: somebody typed the same day again
			return nil
		}
		tx.AfterCommit(func() { s.Changed(topic, "notifications") })
		return fn(ctx, tx, r, on)
	})
}

// Do sends one reminder: in the window, and by mail to who looks after the contract, else to the
// firm's own address.
func (s source) Do(ctx context.Context, who actor.Actor, key string) error {
	return s.settle(ctx, who, key, func(ctx context.Context, tx *db.Tx, r reminder, on civil.Date) error {
		customer, err := tx.CustomerByID(ctx, r.contract.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		args := map[string]any{"kind": r.kind, "number": r.contract.Number, "title": r.contract.Title, "customer": customer.Name, "date": r.about.String(), "milestone": r.milestone.Title, "late": r.about.Before(on)}
		if err := audit.Notify(ctx, tx, "contract_due", args, objectKind, r.contract.PublicID); err != nil {
			return err
		}
		if err := s.mailReminder(ctx, tx, r, customer.Name, on); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contract.reminded", ObjectKind: "contract", ObjectID: r.contract.ID, Details: map[string]any{"kind": r.kind, "on": r.about.String(), "milestone": r.milestone.ID}})
	})
}

// Skip notes that one is not sent and never will be.
func (s source) Skip(ctx context.Context, who actor.Actor, key string) error {
	return s.settle(ctx, who, key, func(context.Context, *db.Tx, reminder, civil.Date) error { return nil })
}

func (s *Service) mailReminder(ctx context.Context, tx *db.Tx, r reminder, customer string, on civil.Date) error {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	m := outbox.Mail{Key: fmt.Sprintf("contract_due/%s/%s/%d/%s", r.contract.PublicID, r.kind, r.milestone.ID, r.about), Kind: outbox.ContractDue, Lang: firm.Language, ToAddress: firm.Email,
		Args: map[string]string{"number": r.contract.Number, "title": r.contract.Title, "customer": customer, "about_kind": r.kind, "due_date": r.about.String(), "milestone": r.milestone.Title}}
	if r.about.Before(on) {
		m.Args["late"] = "yes"
	}
	if r.contract.OwnerID != nil {
		u, err := tx.UserByID(ctx, *r.contract.OwnerID)
		if err != nil {
			return db.NotFound(err)
		}
		if u.Email != "" {
			m.Lang, m.ToAddress, m.ToName = u.Language, u.Email, u.Name
		}
	}
	if m.ToAddress == "" {
		return nil
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	if fault.Is(err, fault.Invalid) { // an address that was taken over and is none: the notification stands
		return nil
	}
	return err
}
