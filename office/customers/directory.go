package customers

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/office/search"
)

// DirectoryQuery asks for a page of the contacts of all customers (*Gérer les clients*). Sort is
// customer or name.
type DirectoryQuery struct {
	listing.Query
	CustomerID string // public id, "" = all
	Access     string // in, out, unused; "" = all
}

// DirectoryRow is a contact with its company and how it comes into the portal.
type DirectoryRow struct {
	ID             string `json:"id"`
	Version        int64  `json:"version"`
	Name           string `json:"name"`
	Email          string `json:"email"`
	Phone          string `json:"phone"`
	Language       string `json:"language"`
	IsPrimary      bool   `json:"isPrimary"`
	PortalAccess   bool   `json:"portalAccess"`
	Access         string `json:"access"` // how it comes in: none, group_off, on (by password), links
	AllAreas       bool   `json:"allAreas"`
	SignedInAt     string `json:"signedInAt"` // with a password, "" = never
	CustomerID     string `json:"customerId"`
	CustomerNumber string `json:"customerNumber"`
	CustomerName   string `json:"customerName"`
	SeeEachOther   bool   `json:"seeEachOther"` // the customer's contacts see each other's contracts
}

// directoryRounds bounds how many pages are read for one where a search finds other people of the
// same companies.
const directoryRounds = 20

// Directory gives a page of the contacts of all customers; next is "" on the last one. The index
// finds companies by all their people; of those, the ones that were meant are shown.
func (s *Service) Directory(ctx context.Context, who actor.Actor, query DirectoryQuery) (rows []DirectoryRow, next string, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, "", err
	}
	f := db.ContactFilter{Access: query.Access, Words: db.MatchWords(query.Search)}
	if query.CustomerID != "" {
		if err := s.db.Read(ctx, func(q *gen.Queries) error {
			c, err := q.CustomerByPublicID(ctx, query.CustomerID)
			f.CustomerID = c.ID
			return db.NotFound(err)
		}); err != nil {
			return nil, "", err
		}
	}
	rows = []DirectoryRow{}
	for range directoryRounds {
		p, err := query.Page()
		if err != nil {
			return nil, "", err
		}
		found, err := s.db.Contacts(ctx, f, p)
		if err != nil {
			return nil, "", err
		}
		if found, next, err = listing.Cut(found, p, func(r db.ContactRow) (any, int64) { return r.SortKey, r.ID }); err != nil {
			return nil, "", err
		}
		for _, r := range found {
			if f.Words == "" || search.Says(strings.Join([]string{r.Name, r.Email, r.Phone, r.CustomerName, r.CustomerNumber}, " "), query.Search) {
				rows = append(rows, directoryRow(r))
			}
		}
		if query.After = next; next == "" || len(rows) >= (p.Limit-1)/2 {
			break
		}
	}
	return rows, next, nil
}

// comesIn names how a contact comes in: none, group_off, on (by password), links.
func comesIn(access, letIn, password bool) string {
	switch {
	case !access:
		return "none"
	case !letIn: // its group does not use the portal
		return "group_off"
	case password:
		return "on"
	}
	return "links"
}

func directoryRow(r db.ContactRow) DirectoryRow {
	return DirectoryRow{ID: r.PublicID, Version: r.Version, Name: r.Name, Email: r.Email, Phone: r.Phone, Language: r.Language, IsPrimary: r.IsPrimary, PortalAccess: r.PortalAccess, Access: comesIn(r.PortalAccess, r.LetIn, r.HasPassword),
		AllAreas: r.AllAreas, SignedInAt: r.SignedInAt, CustomerID: r.CustomerPublicID, CustomerNumber: r.CustomerNumber, CustomerName: r.CustomerName, SeeEachOther: r.SeeEachOther}
}

// ContactCard are a contact's own details, changed by the firm.
type ContactCard struct {
	ID       string `json:"id"`
	Version  int64  `json:"version"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Phone    string `json:"phone"`
	Language string `json:"language"`
}

// SaveCard changes one contact's details. Another address is another person, or may be: what the
// old one opened is shut, as in the customer's form.
func (s *Service) SaveCard(ctx context.Context, who actor.Actor, in ContactCard) error {
	if err := who.NeedStaff(); err != nil {
		return err
	}
	var form fault.Form
	text.Each(text.Line, &in.Name)
	form.Need("name", in.Name)
	form.MaxLen("name", in.Name, 100)
	company.Field(&form, "email", &in.Email, ident.CheckEmail)
	company.Field(&form, "phone", &in.Phone, ident.CheckPhone)
	if in.Language != "fr" && in.Language != "en" {
		form.Add("language", "fault.choice")
	}
	if err := form.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		k, err := livingContact(ctx, tx.Queries, in.ID)
		if err != nil {
			return err
		}
		of, err := tx.CustomerByID(ctx, k.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		before, err := byPublicID(ctx, tx.Queries, of.PublicID)
		if err != nil {
			return err
		}
		card := Contact{PublicID: k.PublicID, Name: in.Name, Email: in.Email, Phone: in.Phone, Language: in.Language, IsPrimary: k.IsPrimary == 1, PortalAccess: k.PortalAccess == 1, Version: in.Version}
		if err := s.saveContact(ctx, tx, k.CustomerID, card, before.Contacts); err != nil {
			return err
		}
		if s.door != nil {
			s.door.Forget(tx) // its name is remembered with its sessions
		}
		after, err := byPublicID(ctx, tx.Queries, of.PublicID)
		if err != nil {
			return err
		}
		if err := index(ctx, tx, after); err != nil {
			return err
		}
		details := map[string]any{"contact": k.ID}
		if err := s.keep(ctx, tx, who, k.CustomerID, details, differences(before, after)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "customer.changed", ObjectKind: "customer", ObjectID: k.CustomerID, Details: details})
	})
}
