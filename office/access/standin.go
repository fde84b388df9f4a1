package access

import (
	"cmp"
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// How long somebody of the firm may stand in a customer's place: the token that the window
// makes, the session without a page, the session at most.
const (
	StandInToken    = time.Minute
	StandInIdle     = 30 * time.Minute
	StandInAbsolute = time.Hour
)

// StandIn is the firm's wish to open the portal as a customer.
type StandIn struct {
	CustomerID string // public id
	ContactID  string // public id; "" = the primary contact, or the customer without any
}

// StandInPath makes the path of the portal that opens it as a customer: good for one minute
// and once, only its hash is kept. For the firm's people only, who are named by who; the
// machine and the command line have no name to act under. fault.NotFound for a customer that
// is none, or a contact that is another's or archived; fault.Conflict where the customer's group
// does not use the portal (spec/access, "Ouvrir le portail comme ce client").
func (s *Service) StandInPath(ctx context.Context, who actor.Actor, in StandIn) (path string, err error) {
	if err := who.Need(actor.Invite); err != nil {
		return "", err
	}
	if who.Kind != actor.Staff || who.ID == 0 || who.Name == "" {
		return "", fault.New(fault.Forbidden, "fault.forbidden")
	}
	token, err := s.newToken()
	if err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.CustomerByPublicID(ctx, in.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		if in, err := groupLetsIn(ctx, tx.Queries, c.GroupID); err != nil || !in {
			return cmp.Or[error](err, groupOff(c.Name))
		}
		contactID, err := standsFor(ctx, tx, c.ID, in.ContactID)
		if err != nil {
			return err
		}
		lang := who.Lang
		if lang != "en" {
			lang = "fr"
		}
		if err := s.rub(ctx, tx); err != nil {
			return err
		}
		p := gen.InsertStandInParams{PublicID: s.ids(), CustomerID: c.ID, ContactID: contactID, UserID: who.ID, ByName: who.Name, Language: lang,
			TokenHash: hashOf(token), TokenUntil: db.Stamp(tx.Now.Add(StandInToken)), CreatedAt: tx.Stamp()}
		if err := tx.InsertStandIn(ctx, p); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "customer.portal_asked", ObjectKind: "customer", ObjectID: c.ID})
	})
	return "/au-nom/" + token, err
}

// groupOff says that a customer's group does not use the portal.
func groupOff(customer string) *fault.Error {
	return fault.New(fault.Conflict, "fault.group.portal_off_for", "name", customer)
}

// groupLetsIn tells whether customers of a group, or of none, have the portal.
func groupLetsIn(ctx context.Context, q *gen.Queries, groupID *int64) (bool, error) {
	if groupID == nil {
		return true, nil
	}
	g, err := q.CustomerGroupByID(ctx, *groupID)
	return g.PortalEnabled == 1, db.NotFound(err)
}

// standsFor is the contact in whose place the portal is opened, nil for a customer without any.
func standsFor(ctx context.Context, tx *db.Tx, customerID int64, contact string) (*int64, error) {
	if contact == "" {
		c, err := tx.ContactToStandFor(ctx, customerID)
		if missing(err) {
			return nil, nil //nolint:nilnil // a customer without contacts is a customer
		}
		return &c.ID, err
	}
	list, err := tx.ContactsOfCustomer(ctx, customerID)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.PublicID == contact {
			return &c.ID, nil
		}
	}
	return nil, fault.New(fault.NotFound, "fault.not_found")
}

// OpenStandIn uses the token of StandInPath up and opens the session in the customer's place.
// A guess is ErrLinkUnknown; a token used or out of time ErrLinkUsed, ErrLinkExpired.
func (s *Service) OpenStandIn(ctx context.Context, token, address string) (session Session, err error) {
	if len(token) != macLength {
		return Session{}, ErrLinkUnknown
	}
	key, err := s.newToken()
	if err != nil {
		return Session{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.StandInByToken(ctx, hashOf(token))
		switch {
		case missing(err):
			return ErrLinkUnknown
		case err != nil:
			return err
		case r.SessionHash != nil:
			return ErrLinkUsed
		case r.TokenUntil <= tx.Stamp():
			return ErrLinkExpired
		case r.LetIn == 0: // the group was switched off meanwhile
			return groupOff(r.CustomerName)
		}
		expires := tx.Now.Add(StandInAbsolute)
		n, err := tx.OpenStandIn(ctx, gen.OpenStandInParams{ID: r.ID, SessionHash: ptr(hashOf(key)), Now: ptr(tx.Stamp()), IdleUntil: ptr(db.Stamp(tx.Now.Add(StandInIdle))), ExpiresAt: ptr(db.Stamp(expires))})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrLinkUsed
		}
		session = standInSession(gen.LiveStandInRow{PublicID: r.PublicID, CustomerID: r.CustomerID, ContactID: r.ContactID, UserID: r.UserID, ByName: r.ByName, Language: r.Language, CustomerName: r.CustomerName, ContactName: r.ContactName}, expires, address)
		session.Token = key
		return audit.Write(ctx, tx, session.Actor, audit.Record{Action: "customer.portal_opened", ObjectKind: "customer", ObjectID: r.CustomerID})
	})
	return session, err
}

func standInSession(r gen.LiveStandInRow, expires time.Time, address string) Session {
	who := actor.Actor{Kind: actor.Contact, Name: r.ByName, CustomerID: r.CustomerID, Trust: actor.TrustPassword, Lang: r.Language, Address: address, Shut: actor.ShutOf(r.Areas), By: r.ByName, ByID: r.UserID, For: r.CustomerName}
	if r.ContactID != nil && r.ContactName != nil {
		who.ID, who.For = *r.ContactID, *r.ContactName+" ("+r.CustomerName+")"
	}
	return Session{PublicID: r.PublicID, Actor: who, ExpiresAt: expires}
}

// resumeStandIn finds the session of somebody of the firm behind a cookie's token and moves
// its idle limit on. It is not remembered: there is one desk, and an end must count at once.
func (s *Service) resumeStandIn(ctx context.Context, hash, address string, now time.Time) (Session, error) {
	var r gen.LiveStandInRow
	err := s.db.Read(ctx, func(q *gen.Queries) (err error) {
		r, err = q.LiveStandIn(ctx, gen.LiveStandInParams{SessionHash: &hash, Now: ptr(db.Stamp(now))})
		return err
	})
	expires, err := liveUntil(r.ExpiresAt, err)
	if err != nil {
		return Session{}, err
	}
	if err := s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.TouchStandIn(ctx, gen.TouchStandInParams{ID: r.ID, IdleUntil: ptr(db.Stamp(tx.Now.Add(StandInIdle)))})
	}); err != nil { // a full disk keeps nobody from reading
		s.log.WarnContext(ctx, "stand-in not touched", "session", r.PublicID, "err", err)
	}
	return standInSession(r, expires, address), nil
}

// EndStandIn ends a session in a customer's place; the one who acts in it says so.
func (s *Service) EndStandIn(ctx context.Context, session Session) error {
	if !session.Actor.StandsIn() {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.DeleteStandIn(ctx, session.PublicID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, session.Actor, audit.Record{Action: "customer.portal_left", ObjectKind: "customer", ObjectID: session.Actor.CustomerID})
	})
}

// EndStandIns ends all of them: the desk that opened them has been left, since a session of
// the back office lasts as long as the program runs.
func (s *Service) EndStandIns(ctx context.Context) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return tx.DeleteStandIns(ctx, 0) })
}
