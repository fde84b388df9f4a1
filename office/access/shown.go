package access

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// How long one document is shown: the code until it is scanned, then the reading of it.
const (
	ShownToken   = 10 * time.Minute
	ShownReading = 30 * time.Minute
)

// Show is the firm's wish to show one document to whoever is in front of it.
type Show struct {
	DocumentID string // public id of an issued invoice or quote
	ContactID  string // public id of the person in front, where the firm knows it; "" = nobody in particular
}

// Shown is a document that is shown, or was.
type Shown struct {
	PublicID string `json:"id"`
	Path     string `json:"-"`     // under the portal's address; only when it was just made
	State    string `json:"state"` // waiting, open, expired (nobody came), ended
	Until    string `json:"until"` // of the code while it waits, then of the reading
	OpenedAt string `json:"openedAt"`
}

// ShowDocument makes the code of one document (spec/desk, "Montrer au client"): it opens that
// document and nothing else, once, within ten minutes, for half an hour of reading, paying
// and, for a quote, approving. A code of the same document that nobody has opened ends. Only
// hashes are kept. fault.Conflict for a draft or an archived customer's, fault.NotFound for
// what is no invoice or quote, and for another customer's contact.
func (s *Service) ShowDocument(ctx context.Context, who actor.Actor, in Show) (shown Shown, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Shown{}, err
	}
	if who.Kind != actor.Staff || who.Name == "" { // the machine stands in front of nobody
		return Shown{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	token, err := s.newToken()
	if err != nil {
		return Shown{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := tx.DocumentToShow(ctx, in.DocumentID)
		if err != nil {
			return db.NotFound(err)
		}
		switch {
		case d.Kind != "invoice" && d.Kind != "deposit_invoice" && d.Kind != "quote":
			return fault.New(fault.NotFound, "fault.not_found")
		case d.State != "issued":
			return fault.New(fault.Conflict, "fault.shown_draft")
		case d.ArchivedAt != nil:
			return fault.New(fault.Conflict, "fault.shown_archived")
		}
		p := gen.InsertShownParams{PublicID: s.ids(), DocumentID: d.ID, TokenHash: hashOf(token), TokenUntil: db.Stamp(tx.Now.Add(ShownToken)), ByName: who.Name, Language: d.Language, CreatedAt: tx.Stamp()}
		if in.ContactID != "" {
			if p.ContactID, p.Language, err = inFront(ctx, tx, d.CustomerID, in.ContactID); err != nil {
				return err
			}
		}
		if err := tx.EndUnopenedShown(ctx, gen.EndUnopenedShownParams{At: ptr(tx.Stamp()), DocumentID: d.ID}); err != nil {
			return err
		}
		if _, err := tx.InsertShown(ctx, p); err != nil {
			return err
		}
		shown = Shown{PublicID: p.PublicID, Path: "/montre/" + token, State: "waiting", Until: p.TokenUntil}
		return audit.Write(ctx, tx, who, audit.Record{Action: shownAction(d.Kind, "shown"), ObjectKind: "document", ObjectID: d.ID})
	})
	return shown, err
}

// shownAction names what happened to a shown document in its history.
func shownAction(kind, done string) string { return kind + "." + done }

// inFront finds the contact of the document's own customer that is named as the person in
// front, with its language.
func inFront(ctx context.Context, tx *db.Tx, customerID *int64, contact string) (id *int64, lang string, err error) {
	if customerID == nil {
		return nil, "", fault.New(fault.NotFound, "fault.not_found")
	}
	list, err := tx.ContactsOfCustomer(ctx, *customerID)
	if err != nil {
		return nil, "", err
	}
	for _, c := range list {
		if c.PublicID == contact {
			return &c.ID, c.Language, nil
		}
	}
	return nil, "", fault.New(fault.NotFound, "fault.not_found")
}

// Shown tells the window how a shown document stands.
func (s *Service) Shown(ctx context.Context, who actor.Actor, publicID string) (shown Shown, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Shown{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		r, err := q.ShownByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		shown = shownOf(r, db.Stamp(s.db.Now()))
		return nil
	})
	return shown, err
}

func shownOf(r gen.ShownByPublicIDRow, now string) Shown {
	x := Shown{PublicID: r.PublicID, State: "waiting", Until: r.TokenUntil}
	if r.OpenedAt != nil && r.ExpiresAt != nil {
		x.State, x.OpenedAt, x.Until = "open", *r.OpenedAt, *r.ExpiresAt
	}
	switch {
	case r.EndedAt != nil:
		x.State = "ended"
	case x.Until <= now && x.State == "waiting":
		x.State = "expired"
	case x.Until <= now:
		x.State = "ended"
	}
	return x
}

// EndShown ends what is shown, at once; by the window. What has ended already stays ended.
func (s *Service) EndShown(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.ShownByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.EndShown(ctx, gen.EndShownParams{At: ptr(tx.Stamp()), ID: r.ID})
		if err != nil || n == 0 || r.OpenedAt == nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "shown.ended", ObjectKind: "customer", ObjectID: value(r.CustomerID), Details: map[string]any{"document": r.DocumentID}})
	})
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// OpenShown uses the code of ShowDocument up and opens the session of that one document. A
// guess is ErrLinkUnknown; a code used, ended or out of time ErrLinkUsed, ErrLinkRevoked,
// ErrLinkExpired.
func (s *Service) OpenShown(ctx context.Context, token, address string) (session Session, path string, err error) {
	if len(token) != macLength {
		return Session{}, "", ErrLinkUnknown
	}
	key, err := s.newToken()
	if err != nil {
		return Session{}, "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.ShownByToken(ctx, hashOf(token))
		switch {
		case missing(err):
			return ErrLinkUnknown
		case err != nil:
			return err
		case r.SessionHash != nil:
			return ErrLinkUsed
		case r.EndedAt != nil:
			return ErrLinkRevoked
		case r.TokenUntil <= tx.Stamp():
			return ErrLinkExpired
		}
		expires := tx.Now.Add(ShownReading)
		n, err := tx.OpenShown(ctx, gen.OpenShownParams{ID: r.ID, SessionHash: ptr(hashOf(key)), Now: ptr(tx.Stamp()), ExpiresAt: ptr(db.Stamp(expires))})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrLinkUsed
		}
		session = shownSession(gen.LiveShownRow{PublicID: r.PublicID, ContactID: r.ContactID, ByName: r.ByName, Language: r.Language, DocumentPublicID: r.DocumentPublicID, CustomerID: r.CustomerID, CustomerName: r.CustomerName, ContactName: r.ContactName}, expires, address)
		session.Token, path = key, shownPath(r.Kind, r.DocumentPublicID)
		return audit.Write(ctx, tx, session.Actor, audit.Record{Action: shownAction(r.Kind, "shown_opened"), ObjectKind: "document", ObjectID: r.DocumentID, Details: map[string]any{"by": r.ByName}})
	})
	return session, path, err
}

// shownPath is the portal's page of a document.
func shownPath(kind, publicID string) string {
	if kind == "quote" {
		return "/devis/" + publicID
	}
	return "/factures/" + publicID
}

func shownSession(r gen.LiveShownRow, expires time.Time, address string) Session {
	who := actor.Actor{Kind: actor.Contact, Name: r.CustomerName, CustomerID: r.CustomerID, Trust: actor.TrustLink, Lang: r.Language, Address: address, Only: r.DocumentPublicID}
	if r.ContactID != nil && r.ContactName != nil {
		who.ID, who.Name = *r.ContactID, *r.ContactName
	}
	return Session{PublicID: r.PublicID, Actor: who, ExpiresAt: expires, ShownBy: r.ByName, Home: shownPath(r.Kind, r.DocumentPublicID)}
}

// resumeShown finds the session of a shown document behind a cookie's token. It is not
// remembered: the window ends it, and that must count at once.
func (s *Service) resumeShown(ctx context.Context, hash, address string, now time.Time) (Session, error) {
	var r gen.LiveShownRow
	err := s.db.Read(ctx, func(q *gen.Queries) (err error) {
		r, err = q.LiveShown(ctx, gen.LiveShownParams{SessionHash: &hash, Now: ptr(db.Stamp(now))})
		return err
	})
	expires, err := liveUntil(r.ExpiresAt, err)
	if err != nil {
		return Session{}, err
	}
	return shownSession(r, expires, address), nil
}

// LeaveShown ends a session of a shown document; the one who reads says so.
func (s *Service) LeaveShown(ctx context.Context, session Session) error {
	if !session.Actor.Shown() {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.ShownByPublicID(ctx, session.PublicID)
		if err != nil {
			return db.NotFound(err)
		}
		_, err = tx.EndShown(ctx, gen.EndShownParams{At: ptr(tx.Stamp()), ID: r.ID})
		return err
	})
}

// EndAllShown ends everything that is shown: the desk was left, nobody stands in front of it.
func (s *Service) EndAllShown(ctx context.Context) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.EndAllShown(ctx, ptr(tx.Stamp())); err != nil {
			return err
		}
		if err := tx.EndAllHandOffs(ctx, tx.Stamp()); err != nil {
			return err
		}
		return tx.EndHandOffSessions(ctx, tx.Stamp())
	})
}
