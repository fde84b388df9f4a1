package customers

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Contracts is what contracts do when somebody leaves a customer; office/contracts behind it.
type Contracts interface {
	// Leaving tells on which contracts of its customer a contact is named or which it sees.
	Leaving(ctx context.Context, q *gen.Queries, contactID int64) ([]Losing, error)
	// TakeOff takes a contact off the requesters and watchers of all contracts. said: the firm was told
	// beforehand on which it was; else it is told now.
	TakeOff(ctx context.Context, tx *db.Tx, who actor.Actor, contactID int64, said bool) error
	// Renamed has the contracts of a customer found by its new name: unlike documents they bear no name
	// of their own.
	Renamed(ctx context.Context, tx *db.Tx, customerID int64, name string) error
}

// Losing is a contract with which a contact has to do no more once it leaves its customer.
type Losing struct {
	ID        string `json:"id"`
	Number    string `json:"number"`
	Title     string `json:"title"`
	Requester bool   `json:"requester"`
	Watcher   bool   `json:"watcher"`
	Sees      bool   `json:"sees"`    // it reads it in the portal now
	Party     bool   `json:"party"`   // it is among those who approve or sign
	Awaited   bool   `json:"awaited"` // an open round waits for it
}

// Sharing gives the room the contracts, whose requesters and watchers are contacts. Set once, while
// the program is put together.
func (s *Service) Sharing(c Contracts) *Service {
	s.contracts = c
	return s
}

// Move takes a contact to another customer (*Gérer les clients*).
type Move struct {
	ContactID   string `json:"contactId"`
	Version     int64  `json:"version"`
	CustomerID  string `json:"customerId"`  // where it goes
	SuccessorID string `json:"successorId"` // the next primary contact of the customer that it leaves; "" = it is not the primary one, or the only one
}

// MovePlan is what a move does, for the window to say beforehand.
type MovePlan struct {
	ContactID      string    `json:"contactId"`
	Name           string    `json:"name"`
	Version        int64     `json:"version"`
	FromID         string    `json:"fromId"`
	FromName       string    `json:"fromName"`
	ToID           string    `json:"toId"`
	ToName         string    `json:"toName"`
	Primary        bool      `json:"primary"`        // it leads the customer that it leaves
	Successors     []Contact `json:"successors"`     // who may lead after it
	BecomesPrimary bool      `json:"becomesPrimary"` // the other customer has no contact yet
	SameAddress    bool      `json:"sameAddress"`    // the other customer has a contact of this address: refused
	Contracts      []Losing  `json:"contracts"`
}

// MoveLook says what it would do to move a contact to another customer ("" = what it would lose).
func (s *Service) MoveLook(ctx context.Context, who actor.Actor, contactID, customerID string) (p MovePlan, err error) {
	if err := who.NeedStaff(); err != nil {
		return MovePlan{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		k, err := livingContact(ctx, q, contactID)
		if err != nil {
			return err
		}
		p, err = s.movePlan(ctx, q, k, customerID)
		return err
	})
	return p, err
}

// livingContact finds a contact that is not archived, whatever its customer: for the firm.
func livingContact(ctx context.Context, q *gen.Queries, publicID string) (gen.Contact, error) {
	k, err := q.ContactByPublicID(ctx, publicID)
	if err == nil && k.ArchivedAt != nil {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return k, db.NotFound(err)
}

func (s *Service) movePlan(ctx context.Context, q *gen.Queries, k gen.Contact, customerID string) (MovePlan, error) {
	from, err := q.CustomerByID(ctx, k.CustomerID)
	if err != nil {
		return MovePlan{}, db.NotFound(err)
	}
	p := MovePlan{ContactID: k.PublicID, Name: k.Name, Version: k.Version, FromID: from.PublicID, FromName: from.Name, Primary: k.IsPrimary == 1, Successors: []Contact{}, Contracts: []Losing{}}
	before, err := byPublicID(ctx, q, from.PublicID)
	if err != nil {
		return MovePlan{}, err
	}
	if p.Primary {
		others := slices.DeleteFunc(before.Contacts, func(o Contact) bool { return o.ID == k.ID })
		for _, o := range others {
			if mayLead(others, o.PortalAccess) == nil {
				p.Successors = append(p.Successors, o)
			}
		}
	}
	if s.contracts != nil {
		if p.Contracts, err = s.contracts.Leaving(ctx, q, k.ID); err != nil {
			return MovePlan{}, err
		}
	}
	if customerID == "" {
		return p, nil
	}
	to, err := q.CustomerByPublicID(ctx, customerID)
	if err != nil {
		return MovePlan{}, db.NotFound(err)
	}
	p.ToID, p.ToName = to.PublicID, to.Name
	n, err := q.CountContactsOf(ctx, to.ID)
	if err != nil {
		return MovePlan{}, err
	}
	p.BecomesPrimary = n == 0
	if k.Email != "" {
		n, err = q.ContactNamedSame(ctx, gen.ContactNamedSameParams{CustomerID: to.ID, Email: k.Email, ExceptID: k.ID})
		p.SameAddress = n > 0
	}
	return p, err
}

// MoveContact takes a contact to another customer. What it opened as one of the first ends; its
// password stays. It leaves what it was named on: contracts as requester or watcher, changes it
// proposed. What it did stays where it did it: quotes, payments, methods, messages, rounds of
// approval and signature, where its turn is then shown as blocked.
func (s *Service) MoveContact(ctx context.Context, who actor.Actor, key string, in Move) error {
	if err := who.NeedStaff(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		done := ""
		return audit.Once(ctx, tx, key, "contact.move", in, &done, func() error {
			done = in.ContactID
			return s.move(ctx, tx, who, in)
		})
	})
}

func (s *Service) move(ctx context.Context, tx *db.Tx, who actor.Actor, in Move) error {
	k, err := livingContact(ctx, tx.Queries, in.ContactID)
	if err != nil {
		return err
	}
	if k.Version != in.Version {
		return fault.New(fault.Conflict, "fault.stale")
	}
	p, err := s.movePlan(ctx, tx.Queries, k, in.CustomerID)
	if err != nil {
		return err
	}
	to, err := s.mayMove(ctx, tx.Queries, p, in)
	if err != nil {
		return err
	}
	there, err := byPublicID(ctx, tx.Queries, p.ToID)
	if err != nil {
		return err
	}
	fromID := k.CustomerID
	if p.Primary && len(p.Successors) > 0 {
		if err := s.swap(ctx, tx, who, Swap{CustomerID: p.FromID, FromID: p.ContactID, ToID: in.SuccessorID}); err != nil {
			return err
		}
	}
	if err := s.leave(ctx, tx, who, k.ID); err != nil {
		return err
	}
	if _, err := tx.MoveContact(ctx, gen.MoveContactParams{CustomerID: to.ID, IsPrimary: flag(p.BecomesPrimary), UpdatedAt: tx.Stamp(), ID: k.ID}); err != nil {
		return err
	}
	if k.PortalAccess == 1 {
		if err := arrived(ctx, tx, there.Contacts, k.ID); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		action   string
		customer int64
	}{{"contact.moved_away", fromID}, {"contact.moved_in", to.ID}} {
		if err := audit.Write(ctx, tx, who, audit.Record{Action: x.action, ObjectKind: "customer", ObjectID: x.customer, Details: map[string]any{"contact": k.ID, "from_customer": fromID, "to_customer": to.ID}}); err != nil {
			return err
		}
	}
	for _, id := range []string{p.FromID, p.ToID} {
		if err := Reindex(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// mayMove refuses what cannot be moved there, beside its field.
func (s *Service) mayMove(ctx context.Context, q *gen.Queries, p MovePlan, in Move) (gen.Customer, error) {
	var form fault.Form
	to := gen.Customer{}
	switch {
	case in.CustomerID == "":
		form.Add("customerId", "fault.required")
	case in.CustomerID == p.FromID:
		form.Add("customerId", "fault.access.move_same")
	case p.SameAddress:
		form.Add("customerId", "fault.access.move_known", "customer", p.ToName)
	}
	if p.Primary && len(p.Successors) > 0 && !slices.ContainsFunc(p.Successors, func(c Contact) bool { return c.PublicID == in.SuccessorID }) {
		form.Add("successorId", "fault.access.move_successor", "customer", p.FromName)
	}
	if err := form.Err(); err != nil {
		return to, err
	}
	to, err := q.CustomerByPublicID(ctx, in.CustomerID)
	if err != nil {
		return to, db.NotFound(err)
	}
	if to.ArchivedAt != nil {
		form.Add("customerId", "fault.access.move_archived", "customer", to.Name)
	}
	n, err := q.CountContactsOf(ctx, to.ID)
	if err == nil && n >= maxContacts {
		form.Add("customerId", "fault.access.move_full", "customer", to.Name)
	}
	if err != nil {
		return to, err
	}
	return to, form.Err()
}

// leave ends what a contact has as one of its customer: sessions, links, proposals, contracts that
// name it.
func (s *Service) leave(ctx context.Context, tx *db.Tx, who actor.Actor, contactID int64) error {
	if s.contracts != nil {
		if err := s.contracts.TakeOff(ctx, tx, who, contactID, true); err != nil {
			return err
		}
	}
	if err := tx.DropProposalsOfContact(ctx, gen.DropProposalsOfContactParams{At: ptr(tx.Stamp()), ByName: who.Name, Gone: &contactID}); err != nil {
		return err
	}
	if err := tx.DeleteEmailChange(ctx, contactID); err != nil {
		return err
	}
	if err := tx.DeleteArrival(ctx, contactID); err != nil {
		return err
	}
	if s.door == nil {
		return s.close(ctx, tx, contactID)
	}
	return s.door.MovedContact(ctx, tx, contactID)
}

// SetSeeEachOther has the contacts of a customer see each other's contracts, or not, with the next
// page that they ask for (spec/contracts, Sharing).
func (s *Service) SetSeeEachOther(ctx context.Context, who actor.Actor, customerID string, on bool) error {
	if err := who.NeedStaff(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.SetSeeEachOther(ctx, gen.SetSeeEachOtherParams{SeeEachOther: flag(on), ID: c.ID})
		if err != nil || n == 0 {
			return err
		}
		action := "customer.see_each_other_off"
		if on {
			action = "customer.see_each_other_on"
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "customer", ObjectID: c.ID})
	})
}

// SeeEachOther tells whether the contacts of a customer see each other's contracts.
func (s *Service) SeeEachOther(ctx context.Context, who actor.Actor, customerID string) (on bool, err error) {
	if err := who.NeedStaff(); err != nil {
		return false, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		on = c.SeeEachOther == 1
		return db.NotFound(err)
	})
	return on, err
}
