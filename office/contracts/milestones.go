package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/contract"
)

const maxMilestones = 200

// What a milestone makes in a click (rules of billing are office/sales').
const (
	BillQuote     = "quote"
	BillDeposit   = "deposit"
	BillInvoice   = "invoice"
	BillRecurring = "recurring"
)

// States of a milestone; late is derived.
const (
	MilestoneOpen      = contract.MilestoneOpen
	MilestoneDone      = contract.MilestoneDone
	MilestoneCancelled = contract.MilestoneCancelled
)

// Milestone is a step of a contract (jalon).
type Milestone struct {
	PublicID    string // "" = a new one
	Version     int64
	Title       string
	Description string
	DueOn       string // "" = none
	AmountMinor int64  // without tax, in the contract's currency; 0 = none
	Bill        string
	InPortal    bool

	// Of stored ones.
	ID     int64
	State  string
	DoneOn string
	Late   bool
	Used   bool // something was made of it: it is cancelled, not deleted
}

func milestoneOf(m gen.ContractMilestone, used bool, on civil.Date) Milestone {
	return Milestone{ID: m.ID, PublicID: m.PublicID, Version: m.Version, Title: m.Title, Description: m.Description, DueOn: m.DueOn, AmountMinor: m.AmountMinor, Bill: m.Bill, InPortal: m.InPortal == 1, State: m.State, DoneOn: m.DoneOn,
		Late: m.State == MilestoneOpen && m.DueOn != "" && day(m.DueOn).Before(on), Used: used}
}

func milestones(ctx context.Context, q *gen.Queries, contractID int64, on civil.Date) ([]Milestone, error) {
	rows, err := q.ContractMilestones(ctx, contractID)
	list := make([]Milestone, 0, len(rows))
	for _, r := range rows {
		list = append(list, milestoneOf(gen.ContractMilestone{ID: r.ID, PublicID: r.PublicID, Version: r.Version, Title: r.Title, Description: r.Description, DueOn: r.DueOn, AmountMinor: r.AmountMinor, Bill: r.Bill, InPortal: r.InPortal, State: r.State, DoneOn: r.DoneOn}, r.Used == 1, on))
	}
	return list, err
}

// Milestones gives those of one contract, in their order.
func (s *Service) Milestones(ctx context.Context, who actor.Actor, contractID string) (list []Milestone, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		row, err := byPublicID(ctx, q, contractID)
		if err != nil {
			return err
		}
		list, err = milestones(ctx, q, row.ID, on)
		return err
	})
	return list, err
}

// onMilestone runs a change of one milestone, with the audit row that fn names ("" = nothing
// changed), and gives them all as they are then. A contract that is over keeps its milestones
// (mayPlan): only what was done, and what is shown, may still be said.
func (s *Service) onMilestone(ctx context.Context, who actor.Actor, contractID, milestoneID string, fn func(ctx context.Context, tx *db.Tx, c gen.Contract, m gen.ContractMilestone) (action string, err error)) (list []Milestone, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		on, err := today(ctx, tx)
		if err != nil {
			return err
		}
		c, err := byPublicID(ctx, tx.Queries, contractID)
		if err != nil {
			return err
		}
		m := gen.ContractMilestone{}
		if milestoneID != "" {
			if m, err = tx.ContractMilestone(ctx, gen.ContractMilestoneParams{PublicID: milestoneID, ContractID: c.ID}); err != nil {
				return db.NotFound(err)
			}
		}
		action, err := fn(ctx, tx, c, m)
		if err != nil {
			return err
		}
		if action != "" {
			if err := s.noteMilestone(ctx, tx, who, c, action, m.ID); err != nil {
				return err
			}
		}
		list, err = milestones(ctx, tx.Queries, c.ID, on)
		return err
	})
	return list, err
}

// mayPlan refuses to change what was planned in a contract that is over or cancelled.
func mayPlan(ctx context.Context, tx *db.Tx, c gen.Contract) error {
	on, err := today(ctx, tx)
	if x := Ruled(c); err == nil && !x.Can(on).Edit {
		err = fault.New(fault.Conflict, "fault.contracts.closed", "state", string(x.On(on)))
	}
	return err
}

func (s *Service) noteMilestone(ctx context.Context, tx *db.Tx, who actor.Actor, c gen.Contract, action string, milestoneID int64) error {
	tx.AfterCommit(func() { s.Changed(topic) })
	if err := tx.TouchContract(ctx, gen.TouchContractParams{ID: c.ID, UpdatedAt: tx.Stamp()}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "contract", ObjectID: c.ID, Details: map[string]any{"milestone": milestoneID}})
}

// SaveMilestone adds a milestone (PublicID "") at the end, or changes one.
func (s *Service) SaveMilestone(ctx context.Context, who actor.Actor, key, contractID string, m Milestone) ([]Milestone, error) {
	m.Title, m.Description = text.Line(m.Title), text.Clean(m.Description)
	if m.Bill == "" {
		m.Bill = BillInvoice
	}
	return s.onMilestone(ctx, who, contractID, m.PublicID, func(ctx context.Context, tx *db.Tx, c gen.Contract, was gen.ContractMilestone) (string, error) {
		done := ""
		return "", audit.Once(ctx, tx, key, "contract_milestone.save", []any{contractID, m}, &done, func() error {
			if err := firstOf(m.check(), mayPlan(ctx, tx, c)); err != nil {
				return err
			}
			if was.ID == 0 {
				return s.addMilestone(ctx, tx, who, c, m)
			}
			if was.Version != m.Version {
				return errStale()
			}
			if err := s.settled(ctx, tx, c, was, m); err != nil {
				return err
			}
			if n, err := tx.UpdateContractMilestone(ctx, gen.UpdateContractMilestoneParams{ID: was.ID, Version: m.Version, Title: m.Title, Description: m.Description, DueOn: m.DueOn, AmountMinor: m.AmountMinor, Bill: m.Bill}); err != nil || n == 0 {
				return firstOf(err, errStale())
			}
			return s.noteMilestone(ctx, tx, who, c, "contract.milestone_changed", was.ID)
		})
	})
}

// settled refuses another amount for a milestone of which a paper stands: what was billed is what was agreed.
func (s *Service) settled(ctx context.Context, tx *db.Tx, c gen.Contract, was gen.ContractMilestone, m Milestone) error {
	if was.AmountMinor == m.AmountMinor {
		return nil
	}
	stands, err := s.stands(ctx, tx.Queries, c.PublicID, was.PublicID)
	if err != nil || !stands {
		return err
	}
	var form fault.Form
	form.Add("amountMinor", "fault.contracts.milestone_billed")
	return form.Err()
}

func (s *Service) addMilestone(ctx context.Context, tx *db.Tx, who actor.Actor, c gen.Contract, m Milestone) error {
	have, err := tx.ContractMilestones(ctx, c.ID)
	if err != nil {
		return err
	}
	if len(have) >= maxMilestones {
		return fault.New(fault.Invalid, "fault.contracts.milestones", "max", maxMilestones)
	}
	id, err := tx.InsertContractMilestone(ctx, gen.InsertContractMilestoneParams{PublicID: s.IDs(), ContractID: c.ID, Title: m.Title, Description: m.Description, DueOn: m.DueOn, AmountMinor: m.AmountMinor, Bill: m.Bill, InPortal: 1, CreatedAt: tx.Stamp()})
	if err != nil {
		return err
	}
	return s.noteMilestone(ctx, tx, who, c, "contract.milestone_added", id)
}

func (m Milestone) check() error {
	var form fault.Form
	form.Need("title", m.Title)
	form.MaxLen("title", m.Title, maxTitle)
	form.MaxLen("description", m.Description, maxWhy)
	if _, err := civil.Parse(m.DueOn); m.DueOn != "" && err != nil {
		form.Add("dueOn", "fault.not_a_date")
	}
	if m.AmountMinor < 0 || m.AmountMinor > money.Max {
		form.Add("amountMinor", "fault.contracts.value")
	}
	switch m.Bill {
	case BillQuote, BillDeposit, BillInvoice, BillRecurring:
	default:
		form.Add("bill", "fault.choice")
	}
	return form.Err()
}

// MilestoneDone says that a milestone is reached, on which day, or that it is not.
func (s *Service) MilestoneDone(ctx context.Context, who actor.Actor, contractID, milestoneID string, version int64, done bool, on civil.Date) ([]Milestone, error) {
	return s.onMilestone(ctx, who, contractID, milestoneID, func(ctx context.Context, tx *db.Tx, _ gen.Contract, m gen.ContractMilestone) (string, error) {
		p, action := gen.SetContractMilestoneStateParams{ID: m.ID, Version: version, State: MilestoneOpen}, "contract.milestone_reopened"
		if done {
			p.State, p.DoneOn, action = MilestoneDone, on.String(), "contract.milestone_done"
		}
		return setMilestone(ctx, tx, m, p, action)
	})
}

// CancelMilestone says that a milestone will not come, or that it will after all.
func (s *Service) CancelMilestone(ctx context.Context, who actor.Actor, contractID, milestoneID string, version int64, cancelled bool) ([]Milestone, error) {
	return s.onMilestone(ctx, who, contractID, milestoneID, func(ctx context.Context, tx *db.Tx, c gen.Contract, m gen.ContractMilestone) (string, error) {
		if err := mayPlan(ctx, tx, c); err != nil {
			return "", err
		}
		p, action := gen.SetContractMilestoneStateParams{ID: m.ID, Version: version, State: MilestoneOpen}, "contract.milestone_reopened"
		if cancelled {
			p.State, action = MilestoneCancelled, "contract.milestone_cancelled"
		}
		return setMilestone(ctx, tx, m, p, action)
	})
}

// setMilestone changes the state; one that is so already stays as it is: a double click.
func setMilestone(ctx context.Context, tx *db.Tx, m gen.ContractMilestone, p gen.SetContractMilestoneStateParams, action string) (string, error) {
	if m.State == p.State && m.DoneOn == p.DoneOn {
		return "", nil
	}
	if p.State == MilestoneDone {
		on, err := today(ctx, tx)
		if err != nil {
			return "", err
		}
		if p.DoneOn == "" {
			p.DoneOn = on.String()
		}
		if day(p.DoneOn).After(on) {
			var form fault.Form
			form.Add("doneOn", "fault.contracts.done_ahead")
			return "", form.Err()
		}
	}
	if n, err := tx.SetContractMilestoneState(ctx, p); err != nil || n == 0 {
		return "", firstOf(err, errStale())
	}
	return action, nil
}

// ShowMilestone shows one milestone in the portal, where the contract is shown, or hides it. At
// once and idempotent: it asks for no version.
func (s *Service) ShowMilestone(ctx context.Context, who actor.Actor, contractID, milestoneID string, shown bool) ([]Milestone, error) {
	return s.onMilestone(ctx, who, contractID, milestoneID, func(ctx context.Context, tx *db.Tx, _ gen.Contract, m gen.ContractMilestone) (string, error) {
		return showMilestone(ctx, tx, m, shown)
	})
}

// ShowMilestones shows several milestones of one contract in the portal or hides them: all or none,
// with an entry in the history for each that changed.
func (s *Service) ShowMilestones(ctx context.Context, who actor.Actor, contractID string, milestoneIDs []string, shown bool) ([]Milestone, error) {
	return s.onMilestone(ctx, who, contractID, "", func(ctx context.Context, tx *db.Tx, c gen.Contract, _ gen.ContractMilestone) (string, error) {
		if len(milestoneIDs) > maxMilestones {
			return "", fault.New(fault.Invalid, "fault.contracts.milestones", "max", maxMilestones)
		}
		for _, id := range milestoneIDs {
			m, err := tx.ContractMilestone(ctx, gen.ContractMilestoneParams{PublicID: id, ContractID: c.ID})
			if err != nil {
				return "", db.NotFound(err)
			}
			action, err := showMilestone(ctx, tx, m, shown)
			if err == nil && action != "" {
				err = s.noteMilestone(ctx, tx, who, c, action, m.ID)
			}
			if err != nil {
				return "", err
			}
		}
		return "", nil
	})
}

// showMilestone gives the audit row, "" where it is so already.
func showMilestone(ctx context.Context, tx *db.Tx, m gen.ContractMilestone, shown bool) (string, error) {
	if (m.InPortal == 1) == shown {
		return "", nil
	}
	action := "contract.milestone_hidden"
	if shown {
		action = "contract.milestone_shown"
	}
	_, err := tx.ShowContractMilestone(ctx, gen.ShowContractMilestoneParams{ID: m.ID, InPortal: flag(shown)})
	return action, err
}

// OrderMilestones puts them in this order.
func (s *Service) OrderMilestones(ctx context.Context, who actor.Actor, contractID string, publicIDs []string) ([]Milestone, error) {
	return s.onMilestone(ctx, who, contractID, "", func(ctx context.Context, tx *db.Tx, c gen.Contract, _ gen.ContractMilestone) (string, error) {
		if err := mayPlan(ctx, tx, c); err != nil {
			return "", err
		}
		for i, id := range publicIDs {
			if err := tx.PlaceContractMilestone(ctx, gen.PlaceContractMilestoneParams{PublicID: id, ContractID: c.ID, Position: int64(i + 1)}); err != nil {
				return "", err
			}
		}
		return "contract.milestones_ordered", nil
	})
}

// DeleteMilestone takes away a milestone of which nothing was made.
func (s *Service) DeleteMilestone(ctx context.Context, who actor.Actor, contractID, milestoneID string, version int64) ([]Milestone, error) {
	return s.onMilestone(ctx, who, contractID, milestoneID, func(ctx context.Context, tx *db.Tx, c gen.Contract, m gen.ContractMilestone) (string, error) {
		if m.Version != version {
			return "", errStale()
		}
		if err := mayPlan(ctx, tx, c); err != nil {
			return "", err
		}
		if err := tx.DeleteLostPapers(ctx, &m.ID); err != nil {
			return "", err
		}
		if n, err := tx.DeleteContractMilestone(ctx, gen.DeleteContractMilestoneParams{ID: m.ID, Version: version}); err != nil || n == 0 {
			return "", firstOf(err, fault.New(fault.Conflict, "fault.contracts.milestone_used", "title", m.Title))
		}
		return "contract.milestone_deleted", nil
	})
}

// copyMilestones plans the milestones of a contract anew for one that follows it: open, moved by
// as many days as its start.
func (s *Service) copyMilestones(ctx context.Context, tx *db.Tx, from gen.Contract, to int64, start civil.Date) error {
	rows, err := tx.ContractMilestones(ctx, from.ID)
	if err != nil {
		return err
	}
	for _, m := range rows {
		if m.State == MilestoneCancelled {
			continue
		}
		due := ""
		if d, was := day(m.DueOn), day(from.StartOn); !d.IsZero() && !was.IsZero() && !start.IsZero() {
			due = start.AddDays(d.DaysSince(was)).String()
		}
		if _, err := tx.InsertContractMilestone(ctx, gen.InsertContractMilestoneParams{PublicID: s.IDs(), ContractID: to, Title: m.Title, Description: m.Description, DueOn: due, AmountMinor: m.AmountMinor, Bill: m.Bill, InPortal: m.InPortal, CreatedAt: tx.Stamp()}); err != nil {
			return err
		}
	}
	return nil
}
