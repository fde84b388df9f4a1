package customers

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Proposal is one field that a contact wants changed. Before is what stood when it was
// proposed, Now what stands today: they differ where the firm changed it meanwhile.
type Proposal struct {
	PublicID  string `json:"publicId"`
	ContactID string `json:"contactId"` // whose card it is about, "" = the customer's own fields
	Contact   string `json:"contact"`   // its name
	By        string `json:"by"`        // who proposed it
	Field     string `json:"field"`
	Before    string `json:"before"`
	Now       string `json:"now"`
	After     string `json:"after"`
	State     string `json:"state"` // waiting, accepted, refused
	Words     string `json:"words"` // of a refusal
	At        string `json:"at"`
}

// propose has one field wait for the firm. A newer proposal takes the place of the one that
// waits; back to what stands withdraws it. It tells whether something new waits.
func (s *Service) propose(ctx context.Context, tx *db.Tx, who actor.Actor, by gen.Contact, whose *int64, c change) (bool, error) {
	waiting, err := waitingFor(ctx, tx.Queries, by.CustomerID, whose, c.field)
	if err != nil {
		return false, err
	}
	switch {
	case waiting != nil && waiting.After == c.after, waiting == nil && c.before == c.after:
		return false, nil
	case waiting != nil:
		if _, err := tx.ReplaceProposal(ctx, gen.ReplaceProposalParams{At: ptr(tx.Stamp()), ByName: who.Name, CustomerID: by.CustomerID, Whose: ptrOf(orNone(whose)), Field: c.field}); err != nil {
			return false, err
		}
	}
	if c.before == c.after {
		return false, nil
	}
	_, err = tx.InsertProposal(ctx, gen.InsertProposalParams{PublicID: s.ids(), CustomerID: by.CustomerID, ContactID: whose, ByContact: by.ID, Field: c.field, Before: c.before, After: c.after, Now: tx.Stamp()})
	return err == nil, err
}

func ptrOf(n int64) *int64 { return &n }

func orNone(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

func waitingFor(ctx context.Context, q *gen.Queries, customerID int64, whose *int64, field string) (*gen.WaitingProposalsRow, error) {
	rows, err := q.WaitingProposals(ctx, customerID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rows, func(r gen.WaitingProposalsRow) bool { return r.Field == field && orNone(r.ContactID) == orNone(whose) })
	if i < 0 {
		return nil, nil //nolint:nilnil // nothing waits
	}
	return &rows[i], nil
}

// standing gives what a field holds today.
func standing(ctx context.Context, q *gen.Queries, customerID int64, whose *int64, field string) (string, error) {
	var at *string
	if whose == nil {
		row, err := q.CustomerByID(ctx, customerID)
		if err != nil {
			return "", db.NotFound(err)
		}
		c := fromRow(row)
		at = customerField(&c, field)
	} else {
		k, err := q.ContactByID(ctx, *whose)
		if err != nil {
			return "", db.NotFound(err)
		}
		at = contactField(&k, field)
	}
	if at == nil {
		return "", fault.New(fault.Invalid, "fault.invalid")
	}
	return *at, nil
}

// Proposals gives what waits for the firm's word on one customer.
func (s *Service) Proposals(ctx context.Context, who actor.Actor, customerID string) (list []Proposal, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Proposal{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.WaitingProposals(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			p := Proposal{PublicID: r.PublicID, By: r.ByContactName, Field: r.Field, Before: r.Before, After: r.After, State: r.State, At: r.CreatedAt}
			if r.ContactPublicID != nil && r.ContactName != nil {
				p.ContactID, p.Contact = *r.ContactPublicID, *r.ContactName
			}
			if p.Now, err = standing(ctx, q, c.ID, r.ContactID, r.Field); err != nil {
				return err
			}
			list = append(list, p)
		}
		return nil
	})
	return list, err
}

// ownProposals gives what a contact proposed: what waits, and what was decided since.
func ownProposals(ctx context.Context, q *gen.Queries, k gen.Contact, since string) ([]Proposal, error) {
	rows, err := q.ProposalsOfContact(ctx, gen.ProposalsOfContactParams{CustomerID: k.CustomerID, ContactID: &k.ID, IsPrimary: k.IsPrimary, Since: &since})
	list := make([]Proposal, 0, len(rows))
	for _, r := range rows {
		p := Proposal{PublicID: r.PublicID, Field: r.Field, Before: r.Before, After: r.After, State: r.State, Words: r.Words, At: r.CreatedAt}
		if r.ContactID != nil {
			p.ContactID = k.PublicID
		}
		list = append(list, p)
	}
	return list, err
}

// ProposalsWaiting counts the customers with changes that wait for the firm, and names some.
type ProposalsWaiting struct {
	Count     int64
	Names     []string
	Customers []string // public ids, the oldest first
}

// WaitingProposals gives it, for the first page.
func (s *Service) WaitingProposals(ctx context.Context, who actor.Actor) (w ProposalsWaiting, err error) {
	if err := who.Need(actor.Look); err != nil {
		return ProposalsWaiting{}, err
	}
	w.Names, w.Customers = []string{}, []string{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.CustomersWithProposals(ctx)
		for _, r := range rows {
			w.Count += r.Proposals
			w.Customers = append(w.Customers, r.PublicID)
			if len(w.Names) < 3 {
				w.Names = append(w.Names, r.Name)
			}
		}
		return err
	})
	return w, err
}

// Decision is the firm's word on one proposed field.
type Decision struct {
	ProposalID string `json:"proposalId"`
	Accept     bool   `json:"accept"`
	Now        string `json:"now"`   // what stood in the field when the firm looked; asked for when accepting
	Words      string `json:"words"` // to the contact, of a refusal
}

// Decide accepts or refuses one proposed field. It is refused where somebody else decided
// before, where a newer proposal took its place, and where what stands in the field is no
// longer what the firm was looking at.
func (s *Service) Decide(ctx context.Context, who actor.Actor, d Decision) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	var form fault.Form
	text.Each(text.Clean, &d.Words)
	form.MaxLen("words", d.Words, 500)
	if err := form.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := tx.ProposalByPublicID(ctx, d.ProposalID)
		if err != nil {
			return db.NotFound(err)
		}
		if p.State != "waiting" {
			return fault.New(fault.Conflict, "fault.access.proposal_done")
		}
		state, before := "refused", p.Before
		if d.Accept {
			state, d.Words, before = "accepted", "", d.Now
			if err := s.accept(ctx, tx, p, d.Now); err != nil {
				return err
			}
		}
		n, err := tx.DecideProposal(ctx, gen.DecideProposalParams{State: state, At: ptr(tx.Stamp()), ByName: who.Name, Words: d.Words, ID: p.ID})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.access.proposal_done")
		}
		details := map[string]any{"field": p.Field, "proposal": p.ID}
		if p.ContactID != nil {
			details["contact"] = *p.ContactID
		}
		if err := s.keep(ctx, tx, who, p.CustomerID, details, []changed{{p.ContactID, p.Field, before, p.After}}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "customer.change_" + state, ObjectKind: "customer", ObjectID: p.CustomerID, Details: details})
	})
}

func (s *Service) accept(ctx context.Context, tx *db.Tx, p gen.ContactProposal, seen string) error {
	now, err := standing(ctx, tx.Queries, p.CustomerID, p.ContactID, p.Field)
	if err != nil {
		return err
	}
	if now != seen {
		return fault.New(fault.Conflict, "fault.access.proposal_changed")
	}
	return s.apply(ctx, tx, p.CustomerID, p.ContactID, p.Field, p.After, 0)
}
