package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/contract"
)

// Step is one transition of rules/contract, with the day of the firm's calendar.
type Step func(c contract.Contract, today civil.Date) (contract.Contract, error)

// Move takes a contract one step on in the caller's transaction: rounds of approval and signature
// move it as their own outcome. version is that of the page that asked, 0 where none did. reason
// is kept with an end or a cancelling. action names the audit row.
func Move(ctx context.Context, tx *db.Tx, who actor.Actor, id, version int64, action, reason string, step Step) error {
	row, err := tx.ContractByID(ctx, id)
	if err != nil {
		return db.NotFound(err)
	}
	if version != 0 && row.Version != version {
		return errStale()
	}
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	was := Ruled(row)
	is, err := step(was, on)
	if err != nil {
		return err
	}
	k, err := keep(ctx, tx.Queries, id, is, on)
	if err != nil {
		return err
	}
	n, err := tx.SetContractState(ctx, gen.SetContractStateParams{ID: id, Version: row.Version, State: string(is.State), SignedOn: is.SignedOn.String(), EndOn: is.Terms.End.String(), EndedOn: is.EndedOn.String(), EndReason: reason,
		TermOn: k.termOn, DecideOn: k.decideOn, RemindOn: k.remindOn, Reminded: k.reminded, UpdatedAt: tx.Stamp()})
	if err != nil {
		return err
	}
	if n == 0 {
		return errStale()
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "contract", ObjectID: id, Details: stepDetails(was, is)})
}

// stepDetails are the days that a step decided. Reasons are words about people: they stand with the
// contract, where they can be taken away, not in the log.
func stepDetails(was, is contract.Contract) map[string]any {
	m := map[string]any{}
	if is.SignedOn != was.SignedOn && !is.SignedOn.IsZero() {
		m["on"] = is.SignedOn.String()
	}
	if is.EndedOn != was.EndedOn && !is.EndedOn.IsZero() {
		m["on"] = is.EndedOn.String()
	}
	if is.Terms.End != was.Terms.End {
		m["on"] = is.Terms.End.String()
	}
	return m
}

// Act names a contract that a person decides about, and the page it was seen on.
type Act struct {
	Key        string
	ContractID string
	Version    int64
	On         civil.Date // Sign: the day of the signature; End: the last day; Renew: the new last day
	Reason     string     // of End and Cancel
}

// endsRounds are the steps after which nobody is asked any more.
var endsRounds = map[string]bool{"contract.cancelled": true, "contract.signed_on_paper": true, "contract.reopened": true}

// act is one step that a person takes. A repeat by the same key gives the contract as it is now.
func (s *Service) act(ctx context.Context, who actor.Actor, a Act, action string, step Step) (v View, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return View{}, err
	}
	var form fault.Form
	a.Reason = text.Clean(a.Reason)
	form.MaxLen("reason", a.Reason, maxWhy)
	if err := form.Err(); err != nil {
		return View{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := byPublicID(ctx, tx.Queries, a.ContractID)
		if err != nil {
			return err
		}
		var done int64
		if err := audit.Once(ctx, tx, a.Key, action, a, &done, func() error {
			done = row.ID
			if err := Move(ctx, tx, who, row.ID, a.Version, action, a.Reason, step); err != nil || s.OnDecided == nil || !endsRounds[action] {
				return err
			}
			return s.OnDecided(ctx, tx, who, row.ID)
		}); err != nil {
			return err
		}
		v, err = s.written(ctx, tx, row.ID)
		return err
	})
	return v, err
}

// ToReview says that a draft is being reviewed.
func (s *Service) ToReview(ctx context.Context, who actor.Actor, a Act) (View, error) {
	return s.act(ctx, who, a, "contract.to_review", contract.Contract.ToReview)
}

// ToBeSigned says that a contract waits for signatures, on paper or in a round to come.
func (s *Service) ToBeSigned(ctx context.Context, who actor.Actor, a Act) (View, error) {
	return s.act(ctx, who, a, "contract.to_sign", contract.Contract.ToBeSigned)
}

// BackToDraft takes a contract back to its making; no round may be open for it.
func (s *Service) BackToDraft(ctx context.Context, who actor.Actor, a Act) (View, error) {
	return s.act(ctx, who, a, "contract.reopened", contract.Contract.BackToDraft)
}

// MarkSigned says that it was signed on paper, on which day.
func (s *Service) MarkSigned(ctx context.Context, who actor.Actor, a Act) (View, error) {
	return s.act(ctx, who, a, "contract.signed_on_paper", func(c contract.Contract, today civil.Date) (contract.Contract, error) { return c.Sign(a.On, today) })
}

// Renew makes the term longer in one act.
func (s *Service) Renew(ctx context.Context, who actor.Actor, a Act) (View, error) {
	return s.act(ctx, who, a, "contract.renewed", func(c contract.Contract, today civil.Date) (contract.Contract, error) { return c.Renew(a.On, today) })
}

// End decides the last day, with a reason.
func (s *Service) End(ctx context.Context, who actor.Actor, a Act) (View, error) {
	var form fault.Form
	form.Need("reason", a.Reason)
	if err := form.Err(); err != nil {
		return View{}, err
	}
	return s.act(ctx, who, a, "contract.ended", func(c contract.Contract, today civil.Date) (contract.Contract, error) { return c.End(a.On, today) })
}

// Keep takes a decided last day back.
func (s *Service) Keep(ctx context.Context, who actor.Actor, a Act) (View, error) {
	a.Reason = ""
	return s.act(ctx, who, a, "contract.kept", contract.Contract.Keep)
}

// Cancel gives up a contract that has not begun.
func (s *Service) Cancel(ctx context.Context, who actor.Actor, a Act) (View, error) {
	return s.act(ctx, who, a, "contract.cancelled", contract.Contract.Cancel)
}

// Duplicate makes a new contract out of one: the same words, customer, type and terms; its dates
// begin where the other's running term ends, its milestones come along as they were planned.
func (s *Service) Duplicate(ctx context.Context, who actor.Actor, key, publicID string) (v View, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return View{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, key, "contract.duplicate", publicID, &id, func() error {
			row, err := byPublicID(ctx, tx.Queries, publicID)
			if err != nil {
				return err
			}
			id, err = s.duplicate(ctx, tx, who, row)
			return err
		}); err != nil {
			return err
		}
		v, err = s.written(ctx, tx, id)
		return err
	})
	return v, err
}

func (s *Service) duplicate(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Contract) (int64, error) {
	on, err := today(ctx, tx)
	if err != nil {
		return 0, err
	}
	was, err := view(ctx, tx.Queries, row, on)
	if err != nil {
		return 0, err
	}
	f := was.Form
	f.PublicID, f.Version, f.TypeID = "", 0, ""
	if was.TypeID != "" {
		if t, err := tx.ContractTypeByPublicID(ctx, was.TypeID); err != nil {
			return 0, err
		} else if t.ArchivedAt == nil {
			f.TypeID = was.TypeID
		}
	}
	next := contract.Follow(Ruled(row), on)
	f.StartOn, f.EndOn = next.Start.String(), next.End.String()
	id, err := s.create(ctx, tx, who, f, on, "contract.duplicated", map[string]any{"of": row.Number})
	if err != nil {
		return 0, err
	}
	return id, s.copyMilestones(ctx, tx, row, id, next.Start)
}

// Proposal is a day that an act proposes.
type Proposal struct {
	From civil.Date // Renew: the first day of the new term
	On   civil.Date // the last day
	By   civil.Date // End: the day until which notice was to be given; none = no notice is written
	Why  string     // End: term (notice in time), next (too late for this term), free, away (when the notice is over)
}

// RenewLook proposes the last day of the next term, or judges one; none: as long as the contract
// says, else as the first one.
func (s *Service) RenewLook(ctx context.Context, who actor.Actor, contractID string, until civil.Date) (p Proposal, err error) {
	c, on, err := s.ruledOf(ctx, who, contractID)
	if err != nil {
		return Proposal{}, err
	}
	if until.IsZero() {
		until = c.NextEnd()
	}
	p = Proposal{From: c.Terms.End.AddDays(1), On: until}
	_, err = c.Renew(until, on)
	return p, err
}

// EndLook proposes the last day if notice is given today: that of the running term, or of the
// next one where the time of notice is over.
func (s *Service) EndLook(ctx context.Context, who actor.Actor, contractID string) (p Proposal, err error) {
	c, on, err := s.ruledOf(ctx, who, contractID)
	if err != nil {
		return Proposal{}, err
	}
	p.On, p.By, p.Why = c.EarliestEnd(on)
	return p, nil
}

func (s *Service) ruledOf(ctx context.Context, who actor.Actor, contractID string) (c contract.Contract, on civil.Date, err error) {
	if err := who.Need(actor.Look); err != nil {
		return c, on, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if on, err = company.Today(ctx, q, s.DB.Now()); err != nil {
			return err
		}
		row, err := byPublicID(ctx, q, contractID)
		c = Ruled(row)
		return err
	})
	return c, on, err
}
