package customers

import (
	"context"
	"encoding/json"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Door is what contacts that look after themselves need of the portal's door; office/access
// behind it.
type Door interface {
	// Forget has the sessions in memory read again once tx is durable.
	Forget(tx *db.Tx)
	// InviteLink makes a link, good once, with which a new contact chooses its password.
	InviteLink(ctx context.Context, tx *db.Tx, contactID int64) (linkID int64, until time.Time, err error)
	// TakeCode counts a mail to an address and tells how long to wait, 0 where it may go.
	TakeCode(ctx context.Context, tx *db.Tx, email string) (wait time.Duration, err error)
	// EmailCode derives the code that proves an address: no file holds it.
	EmailCode(change, round string) string
	// UserNameOf is the name that a contact signs in with, or would once it has a password.
	UserNameOf(ctx context.Context, q *gen.Queries, k gen.Contact) (string, error)
	// MovedContact ends the sessions and links of a contact that goes to another customer.
	MovedContact(ctx context.Context, tx *db.Tx, contactID int64) error
	// NewAddress ends what the old address of a contact opened, but the session keep.
	NewAddress(ctx context.Context, tx *db.Tx, contactID, keep int64, from, to string) error
}

// At gives the room the portal's door; without it nothing of contacts' own is possible.
func (s *Service) At(d Door) { s.door = d }

// Person is a contact as the customer's page shows it, and the portal's page of contacts.
type Person struct {
	PublicID     string   `json:"publicId"`
	Name         string   `json:"name"`
	Email        string   `json:"email"`
	Phone        string   `json:"phone"`
	Language     string   `json:"language"`
	IsPrimary    bool     `json:"isPrimary"`
	PortalAccess bool     `json:"portalAccess"`
	AllAreas     bool     `json:"allAreas"`
	Areas        []string `json:"areas"` // open to it; all of them where AllAreas
	InvitedBy    string   `json:"invitedBy"`
	InvitedAt    string   `json:"invitedAt"` // when a link to a password went out last, "" = never
	HasPassword  bool     `json:"hasPassword"`
	HasFactor    bool     `json:"hasFactor"`  // a second factor is on
	Access       string   `json:"access"`     // how it comes in: none, group_off, on (by password), links
	SignedInAt   string   `json:"signedInAt"` // with a password, "" = never
	Version      int64    `json:"version"`
}

// People gives a customer's contacts with what they may see and how they come in.
func (s *Service) People(ctx context.Context, who actor.Actor, customerID string) (list []Person, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		list, err = people(ctx, q, c.ID)
		return err
	})
	return list, err
}

func people(ctx context.Context, q *gen.Queries, customerID int64) ([]Person, error) {
	rows, err := q.PeopleOfCustomer(ctx, customerID)
	list := make([]Person, 0, len(rows))
	for _, r := range rows {
		p := Person{PublicID: r.PublicID, Name: r.Name, Email: r.Email, Phone: r.Phone, Language: r.Language, IsPrimary: r.IsPrimary == 1, PortalAccess: r.PortalAccess == 1,
			AllAreas: r.Areas == nil, Areas: (actor.AllAreas &^ actor.ShutOf(r.Areas)).Names(), HasPassword: r.HasPassword == 1, HasFactor: r.HasFactor == 1, Access: comesIn(r.PortalAccess == 1, r.LetIn == 1, r.HasPassword == 1), SignedInAt: r.SignedInAt, Version: r.Version}
		if r.InvitedByName != nil {
			p.InvitedBy = *r.InvitedByName
		}
		if at, ok := r.InvitedAt.(string); ok {
			p.InvitedAt = at
		}
		list = append(list, p)
	}
	return list, err
}

// storedAreas writes what is open to a contact as its row has it: nil for all of it.
func storedAreas(all bool, names []string) (*string, error) {
	if all {
		return nil, nil //nolint:nilnil // NULL is all of it
	}
	set, ok := actor.AreasOf(names)
	if !ok {
		var form fault.Form
		form.Add("areas", "fault.choice")
		return nil, form.Err()
	}
	b, err := json.Marshal(set.Names())
	text := string(b)
	return &text, err
}

// contactOf finds a contact of this customer that is not archived; anybody else's is not found.
func contactOf(ctx context.Context, q *gen.Queries, customerID int64, publicID string) (gen.Contact, error) {
	k, err := q.ContactByPublicID(ctx, publicID)
	if err != nil {
		return gen.Contact{}, db.NotFound(err)
	}
	if k.CustomerID != customerID || k.ArchivedAt != nil {
		return gen.Contact{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return k, nil
}

// self is the contact that acts, its row read again: it may have changed since it came in.
func self(ctx context.Context, q *gen.Queries, who actor.Actor) (gen.Contact, error) {
	k, err := q.ContactByID(ctx, who.ID)
	if err != nil {
		return gen.Contact{}, db.NotFound(err)
	}
	if k.CustomerID != who.CustomerID || k.ArchivedAt != nil || k.PortalAccess == 0 {
		return gen.Contact{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	return k, nil
}

// primary is self for what only the primary contact does.
func primary(ctx context.Context, q *gen.Queries, who actor.Actor) (gen.Contact, error) {
	k, err := self(ctx, q, who)
	if err == nil && k.IsPrimary == 0 {
		err = fault.New(fault.Forbidden, "fault.access.primary_only")
	}
	return k, err
}
