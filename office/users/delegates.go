package users

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Candidate is somebody whom the principal may make a delegate: a user of the firm, a customer's primary
// contact, or one that a primary contact named.
type Candidate struct {
	Kind, PublicID, Label, Email, Customer, Why string
}

// The kinds of candidates.
const (
	OfFirm    = "user"
	OfContact = "contact"
)

// Candidates gives them, the firm's own first.
func (s *Service) Candidates(ctx context.Context, who actor.Actor, words string) (list []Candidate, err error) {
	if err := who.Need(actor.ManageAdministrators); err != nil {
		return nil, err
	}
	words = strings.ToLower(strings.TrimSpace(words))
	list = []Candidate{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.ListUsers(ctx, db.Stamp(s.DB.Now()))
		if err != nil {
			return err
		}
		for _, r := range rows {
			label := strings.TrimSpace(r.Code + " " + r.Name)
			if r.State == Active && !Administrator(actor.Role(r.Role)) && strings.Contains(strings.ToLower(label+" "+r.Email), words) {
				list = append(list, Candidate{Kind: OfFirm, PublicID: r.PublicID, Label: label, Email: r.Email, Why: "user"})
			}
		}
		contacts, err := q.DelegateContacts(ctx, words)
		for _, k := range contacts {
			c := Candidate{Kind: OfContact, PublicID: k.PublicID, Label: k.Name, Email: k.Email, Customer: k.CustomerName, Why: "named"}
			if k.IsPrimary == 1 {
				c.Why = "primary"
			}
			list = append(list, c)
		}
		return err
	})
	return list, err
}

// Chosen is the candidate that the principal picked.
type Chosen struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// AddDelegate makes a candidate a delegate; a contact gets a user of the firm first.
func (s *Service) AddDelegate(ctx context.Context, who actor.Actor, in Chosen, key string) (made Made, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.ManageAdministrators, true); err != nil {
			return err
		}
		return audit.Once(ctx, tx, key, "user_delegate", in, &made, func() (err error) {
			if in.Kind == OfContact {
				made, err = s.fromContact(ctx, tx, who, in.ID)
				return err
			}
			u, err := tx.UserByPublicID(ctx, in.ID)
			if err != nil {
				return db.NotFound(err)
			}
			made = Made{UserID: u.PublicID}
			return s.setRole(ctx, tx, who, u, actor.Delegate, u.Version)
		})
	})
	return made, err
}

// fromContact makes a customer's contact a user of the firm, who is a delegate.
func (s *Service) fromContact(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string) (Made, error) {
	k, err := tx.ContactForUser(ctx, publicID)
	if err != nil {
		return Made{}, db.NotFound(err)
	}
	return s.add(ctx, tx, who, Form{Name: k.Name, Email: k.Email, Language: k.Language, Role: actor.Delegate}, &k.ID)
}

func (s *Service) setRole(ctx context.Context, tx *db.Tx, who actor.Actor, u gen.User, role actor.Role, version int64) error {
	if u.Role == string(actor.Principal) || u.State != Active {
		return ErrPrincipal
	}
	n, err := tx.UpdateUser(ctx, gen.UpdateUserParams{ID: u.ID, Code: u.Code, Name: u.Name, Role: string(role), Version: version})
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	if err != nil {
		return err
	}
	s.moved(tx)
	if err := s.roleTold(ctx, tx, u, role); err != nil {
		return err
	}
	return write(ctx, tx, who, "changed", u.ID, map[string]any{"fields": "role", "role_before": u.Role, "role": role})
}

// RemoveDelegate takes the administration away: then is the role that is left to the person, or Closed.
func (s *Service) RemoveDelegate(ctx context.Context, who actor.Actor, publicID string, version int64, then string) error {
	if err := who.Need(actor.ManageAdministrators); err != nil {
		return err
	}
	if r := actor.Role(then); then != Closed && r != actor.Sales && r != actor.Bookkeeping && r != actor.Reader {
		return refusedAt("then", "fault.choice")
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.ManageAdministrators, true); err != nil {
			return err
		}
		u, err := tx.UserByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		if u.Role != string(actor.Delegate) {
			return fault.New(fault.Conflict, "fault.users.no_delegate")
		}
		if then == Closed {
			return s.close(ctx, tx, who, u, version)
		}
		return s.setRole(ctx, tx, who, u, actor.Role(then), version)
	})
}

// HandOver gives the principal's role to another user, with the password asked again. Whoever had it
// remains a delegate.
func (s *Service) HandOver(ctx context.Context, who actor.Actor, publicID, password, key string) error {
	if err := who.Need(actor.ManageAdministrators); err != nil {
		return err
	}
	if who.Kind != actor.Staff { // the principal's own act, in nobody else's name
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	stored, err := s.checkOwn(ctx, who, password)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.still(ctx, tx, who, stored); err != nil {
			return err
		}
		done := true
		if err := audit.Once(ctx, tx, key, "user_hand_over", publicID, &done, func() error { return s.handOver(ctx, tx, who, publicID) }); err != nil {
			return err
		}
		s.ended(tx)
		return nil
	})
}

func (s *Service) handOver(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string) error {
	from, err := tx.UserByID(ctx, who.ID)
	if err != nil {
		return db.NotFound(err)
	}
	if from.Role != string(actor.Principal) { // handed over a moment ago
		return fault.New(fault.Forbidden, "fault.permission."+string(actor.ManageAdministrators))
	}
	to, err := tx.UserByPublicID(ctx, publicID)
	if err != nil {
		return db.NotFound(err)
	}
	stored, err := storedOf(ctx, tx.Queries, to.ID)
	if err != nil {
		return err
	}
	if to.ID == from.ID || to.State != Active || stored == "" {
		return fault.New(fault.Conflict, "fault.users.hand_over_to")
	}
	if err := tx.InsertHandover(ctx, gen.InsertHandoverParams{FromID: from.ID, ToID: to.ID, At: tx.Stamp()}); err != nil {
		return err
	}
	// The code that was printed is in the hands of whoever was principal.
	if err := tx.SetAccountRecovery(ctx, gen.SetAccountRecoveryParams{}); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, to, "principal", to.Email, to.Email); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, from, "handed", from.Email, from.Email); err != nil {
		return err
	}
	return write(ctx, tx, who, "handed_over", to.ID, map[string]any{"from": from.ID, "to": to.ID})
}
