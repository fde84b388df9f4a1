package customers

import (
	"context"
	"slices"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// SetAreas limits a contact to some areas, or opens all of them; by the firm. What is shut is
// shut with the next page that the contact asks for.
func (s *Service) SetAreas(ctx context.Context, who actor.Actor, customerID, contactID string, version int64, all bool, areas []string) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	stored, err := storedAreas(all, areas)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		k, err := contactOf(ctx, tx.Queries, c.ID, contactID)
		if err != nil {
			return err
		}
		n, err := tx.SetContactAreas(ctx, gen.SetContactAreasParams{Areas: stored, UpdatedAt: tx.Stamp(), ID: k.ID, Version: version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		if s.door != nil {
			s.door.Forget(tx)
		}
		details := map[string]any{"contact": k.ID, "areas": (actor.AllAreas &^ actor.ShutOf(stored)).Names()}
		if err := s.keep(ctx, tx, who, c.ID, details, []changed{{&k.ID, "areas", areaWords(k.Areas), areaWords(stored)}}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.areas_set", ObjectKind: "customer", ObjectID: c.ID, Details: details})
	})
}

// areaWords is what is open to a contact as its history has it: "all", or names by commas.
func areaWords(stored *string) string {
	if stored == nil {
		return "all"
	}
	return strings.Join((actor.AllAreas &^ actor.ShutOf(stored)).Names(), ",")
}

// SetAccess gives a contact the portal or takes it away, by the firm. Taken away, its sessions
// end and its links and password open nothing; the primary contact keeps it while another has it.
func (s *Service) SetAccess(ctx context.Context, who actor.Actor, customerID, contactID string, version int64, on bool) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := byPublicID(ctx, tx.Queries, customerID)
		if err != nil {
			return err
		}
		k, err := contactOf(ctx, tx.Queries, c.ID, contactID)
		if err != nil {
			return err
		}
		others := slices.DeleteFunc(c.Contacts, func(o Contact) bool { return o.ID == k.ID })
		if k.IsPrimary == 1 && mayLead(others, on) != nil {
			return fault.New(fault.Conflict, "fault.access.primary_keeps")
		}
		n, err := tx.SetContactAccess(ctx, gen.SetContactAccessParams{PortalAccess: flag(on), UpdatedAt: tx.Stamp(), ID: k.ID, Version: version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		action, then := "contact.access_given", func() error { return arrived(ctx, tx, c.Contacts, k.ID) }
		if !on {
			action, then = "contact.access_taken", func() error { return s.close(ctx, tx, k.ID) }
		}
		if err := then(); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "customer", ObjectID: c.ID, Details: map[string]any{"contact": k.ID}})
	})
}

// Second is a contact that the primary one invites.
type Second struct {
	Name     string   `json:"name"`
	Email    string   `json:"email"`
	Phone    string   `json:"phone"`
	Language string   `json:"language"`
	AllAreas bool     `json:"allAreas"`
	Areas    []string `json:"areas"`
}

// Crowd bounds what a primary contact can do in the firm's name: mails to addresses that it
// typed. The firm itself has maxContacts.
const (
	secondsMost  = 20 // contacts of one customer, made in the portal
	secondsADay  = 10 // invitations of one customer within a day
	secondsAfter = 24 * time.Hour
)

// InviteSecond makes a secondary contact and mails it a link, good once, to choose its
// password. Only the primary contact may, by its own hand, and gives no more than it sees itself.
// It gives the words *Contact supplementaire* of the group, Markdown.
func (s *Service) InviteSecond(ctx context.Context, who actor.Actor, key string, in Second) (words string, err error) {
	if err := who.NeedOwnHand(); err != nil {
		return "", err
	}
	stored, err := checkSecond(&in, who)
	if err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		by, err := primary(ctx, tx.Queries, who)
		if err != nil {
			return err
		}
		done := ""
		if err := audit.Once(ctx, tx, key, "contact.invite", struct {
			By int64
			In Second
		}{by.ID, in}, &done, func() error {
			done, err = s.invite(ctx, tx, who, by, in, stored)
			return err
		}); err != nil {
			return err
		}
		words, err = s.wordsFor(ctx, tx.Queries, by.CustomerID, "contact_added", who.Lang)
		return err
	})
	return words, err
}

func checkSecond(in *Second, who actor.Actor) (*string, error) {
	var form fault.Form
	text.Each(text.Line, &in.Name)
	form.Need("name", in.Name)
	form.MaxLen("name", in.Name, 100)
	company.NoAddress(&form, "name", in.Name)
	form.Need("email", in.Email)
	company.Field(&form, "email", &in.Email, ident.CheckEmail)
	company.Field(&form, "phone", &in.Phone, ident.CheckPhone)
	if in.Language != "fr" && in.Language != "en" {
		form.Add("language", "fault.choice")
	}
	open := actor.AllAreas
	if !in.AllAreas {
		set, ok := actor.AreasOf(in.Areas)
		if !ok || set == 0 {
			form.Add("areas", "fault.access.areas")
		}
		open = set
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	if open &^= who.Shut; open == actor.AllAreas { // nobody hands on what it does not see
		return nil, nil //nolint:nilnil // NULL is all of it
	}
	return storedAreas(false, open.Names())
}

func (s *Service) invite(ctx context.Context, tx *db.Tx, who actor.Actor, by gen.Contact, in Second, areas *string) (string, error) {
	n, err := tx.ContactNamedSame(ctx, gen.ContactNamedSameParams{CustomerID: by.CustomerID, Email: in.Email})
	if err != nil {
		return "", err
	}
	if n > 0 { // of its own company, whose contacts it sees: it learns nothing
		var form fault.Form
		form.Add("email", "fault.access.contact_known")
		return "", form.Err()
	}
	all, err := tx.CountContactsOf(ctx, by.CustomerID)
	if err != nil {
		return "", err
	}
	today, err := tx.CountInvitedSince(ctx, gen.CountInvitedSinceParams{CustomerID: by.CustomerID, Since: db.Stamp(tx.Now.Add(-secondsAfter))})
	if err != nil {
		return "", err
	}
	if all >= secondsMost || today >= secondsADay {
		return "", fault.New(fault.TooMany, "fault.access.contacts_many")
	}
	publicID := s.ids()
	contactID, err := tx.InsertInvitedContact(ctx, gen.InsertInvitedContactParams{PublicID: publicID, CustomerID: by.CustomerID, Name: in.Name, Email: in.Email, Phone: in.Phone,
		Language: in.Language, Areas: areas, InvitedBy: &by.ID, Now: tx.Stamp()})
	if err != nil {
		return "", err
	}
	k, err := tx.ContactByID(ctx, contactID)
	if err != nil {
		return "", db.NotFound(err)
	}
	linkID, until, err := s.door.InviteLink(ctx, tx, contactID)
	if err != nil {
		return "", err
	}
	if err := s.mailContact(ctx, tx, MailInvited, k, linkID, &until); err != nil {
		return "", err
	}
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "customer.contact_invited", ObjectKind: "customer", ObjectID: by.CustomerID, Details: map[string]any{"contact": contactID}})
}

// RemoveSecond takes a secondary contact away: its sessions end, its links and its password
// open nothing any more. Only the primary contact may, by its own hand; never itself.
func (s *Service) RemoveSecond(ctx context.Context, who actor.Actor, contactID string) error {
	if err := who.NeedOwnHand(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		by, err := primary(ctx, tx.Queries, who)
		if err != nil {
			return err
		}
		k, err := contactOf(ctx, tx.Queries, by.CustomerID, contactID)
		if err != nil {
			return err
		}
		if k.IsPrimary == 1 {
			return fault.New(fault.Conflict, "fault.access.primary_stays")
		}
		if err := s.putAway(ctx, tx, who, k.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "customer.contact_removed", ObjectKind: "customer", ObjectID: by.CustomerID, Details: map[string]any{"contact": k.ID}})
	})
}

// putAway archives a contact and shuts it out; what it proposed falls.
func (s *Service) putAway(ctx context.Context, tx *db.Tx, who actor.Actor, contactID int64) error {
	if _, err := tx.ArchiveContact(ctx, gen.ArchiveContactParams{ID: contactID, ArchivedAt: ptr(tx.Stamp())}); err != nil {
		return err
	}
	if err := tx.DropProposalsOfContact(ctx, gen.DropProposalsOfContactParams{At: ptr(tx.Stamp()), ByName: who.Name, Gone: &contactID}); err != nil {
		return err
	}
	if err := tx.DeleteEmailChange(ctx, contactID); err != nil {
		return err
	}
	if s.contracts != nil {
		if err := s.contracts.TakeOff(ctx, tx, who, contactID, false); err != nil {
			return err
		}
	}
	return s.close(ctx, tx, contactID)
}

// Own is the page of contacts in the portal: who else there is, for the primary contact; for
// another one, itself.
type Own struct {
	People  []Person
	Primary bool // may invite and remove
}

// OwnPeople gives the contacts of the actor's customer.
func (s *Service) OwnPeople(ctx context.Context, who actor.Actor) (o Own, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Own{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		k, err := self(ctx, q, who)
		if err != nil {
			return err
		}
		o.Primary = k.IsPrimary == 1
		list, err := people(ctx, q, k.CustomerID)
		for _, p := range list {
			if o.Primary || p.IsPrimary || p.PublicID == k.PublicID {
				o.People = append(o.People, p)
			}
		}
		return err
	})
	return o, err
}
