package access

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Session is an open session. Token is there only where it was just opened: the browser
// keeps it, the file its hash.
type Session struct {
	Token     string
	PublicID  string
	Actor     actor.Actor
	ExpiresAt time.Time
	// LinkID is the mailed link that opened it, 0 for none.
	LinkID int64
	// Device is for the browser that has just signed in with a password: see Browser.
	Device string
	// Half is there instead of a Token where the password was right and the code of the second
	// factor is still owed: see EnterCode.
	Half string
	// Owes is what keeps a session by password from going on.
	Owes Owing
	// PasswordAlways: the contact's group wants a password even after a mailed link.
	PasswordAlways bool
	// ShownBy and Home are for a session of one shown document: who showed it, and its page.
	ShownBy, Home string
	// provedAt is when the password was given last, as the file has it.
	provedAt string
}

// ErrNoSession means that nobody is signed in, or no longer.
var ErrNoSession = fault.New(fault.Forbidden, "fault.no_session")

// liveUntil reads the end of a session off what its query gave: ErrNoSession where it found none.
func liveUntil(expiresAt *string, err error) (time.Time, error) {
	switch {
	case missing(err):
		return time.Time{}, ErrNoSession
	case err != nil:
		return time.Time{}, err
	}
	return time.Parse(db.TimeFormat, *expiresAt)
}

func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

type opening struct {
	contactID, customerID int64
	name, lang            string
	trust                 actor.Trust
	linkID                *int64
	address, userAgent    string
}

// lives gives the idle and the absolute limit of a level of trust.
func lives(t actor.Trust) (idle, absolute time.Duration) {
	if t == actor.TrustLink {
		return LinkIdle, LinkAbsolute
	}
	return PasswordIdle, PasswordAbsolute
}

// open makes a session with a fresh token, inside the caller's transaction. Where a password was
// right and a second factor is on, no session is made: Session.Half says so, whichever way the
// password came.
func (s *Service) open(ctx context.Context, tx *db.Tx, o opening) (Session, error) {
	if o.trust == actor.TrustPassword {
		half, err := s.owesCode(ctx, tx, o.contactID)
		if err != nil || half != "" {
			return Session{Half: half, Actor: actor.Actor{Kind: actor.Contact, ID: o.contactID, Name: o.name, CustomerID: o.customerID, Trust: o.trust, Lang: o.lang, Address: o.address}}, err
		}
	}
	token, err := s.newToken()
	if err != nil {
		return Session{}, err
	}
	idle, absolute := lives(o.trust)
	expires := tx.Now.Add(absolute)
	p := gen.InsertSessionParams{TokenHash: hashOf(token), PublicID: s.ids(), ContactID: o.contactID, Trust: int64(o.trust), LinkID: o.linkID,
		ProvedAt: proofOf(o.trust, tx), UserAgent: plain(o.userAgent, maxUserAgent), Address: plain(o.address, 64), Now: tx.Stamp(), IdleUntil: db.Stamp(tx.Now.Add(idle)), ExpiresAt: db.Stamp(expires)}
	again, err := s.openedHere(ctx, tx, p)
	if err != nil {
		return Session{}, err
	}
	sessionID, err := tx.InsertSession(ctx, p)
	if err != nil {
		return Session{}, err
	}
	if err := s.owe(ctx, tx, sessionID, o); err != nil {
		return Session{}, err
	}
	s.ending(tx) // the oldest may go, and a password change ends what was there
	keep := int64(sessionsKept)
	if o.trust == actor.TrustLink {
		keep = linksKept
	}
	if err := tx.DeleteSessionsBeyond(ctx, gen.DeleteSessionsBeyondParams{ContactID: o.contactID, Trust: int64(o.trust), Keep: keep}); err != nil {
		return Session{}, err
	}
	c, err := tx.AccessContext(ctx)
	if err != nil {
		return Session{}, db.NotFound(err)
	}
	if err := s.writeVisits(ctx, tx, c, 1); err != nil {
		return Session{}, err
	}
	if err := s.rub(ctx, tx); err != nil {
		return Session{}, err
	}
	who := actor.Actor{Kind: actor.Contact, ID: o.contactID, Name: o.name, CustomerID: o.customerID, Trust: o.trust, SessionID: sessionID, Lang: o.lang, Address: o.address}
	if !again {
		action := "contact.link_opened"
		if o.trust >= actor.TrustPassword {
			action = "contact.signed_in"
		}
		if err := audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "contact", ObjectID: o.contactID}); err != nil {
			return Session{}, err
		}
	}
	session := Session{Token: token, PublicID: p.PublicID, Actor: who, ExpiresAt: expires, provedAt: p.ProvedAt}
	if o.linkID != nil {
		session.LinkID = *o.linkID
	}
	if o.trust >= actor.TrustPassword {
		session.Device, err = s.newDevice(o.contactID, tx.Now)
	}
	return session, err
}

// proofOf: whoever comes in by a password has just given it, or has just chosen it.
func proofOf(t actor.Trust, tx *db.Tx) string {
	if t < actor.TrustPassword {
		return ""
	}
	return tx.Stamp()
}

// openedHere tells whether a session of the same link goes on at the same address: who opens
// it once more, without cookies, must not write the audit log full.
func (s *Service) openedHere(ctx context.Context, tx *db.Tx, p gen.InsertSessionParams) (bool, error) {
	if p.LinkID == nil {
		return false, nil
	}
	n, err := tx.CountSessionsOfLinkAt(ctx, gen.CountSessionsOfLinkAtParams{LinkID: p.LinkID, Address: p.Address, Now: p.Now})
	return n > 0, err
}

// newToken gives 256 random bits.
func (s *Service) newToken() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// rub clears what is dead, once an hour at most.
func (s *Service) rub(ctx context.Context, tx *db.Tx) error {
	last := s.lastRub.Load()
	if since := tx.Now.Unix() - last; since >= 0 && since < 3600 && last != 0 {
		return nil
	}
	s.lastRub.Store(tx.Now.Unix())
	if err := tx.DeleteDeadSessions(ctx, tx.Stamp()); err != nil {
		return err
	}
	if err := tx.DeleteDeadStandIns(ctx, tx.Stamp()); err != nil {
		return err
	}
	if err := tx.DeleteDeadContractSessions(ctx, db.Stamp(tx.Now.Add(-LinkAbsolute))); err != nil {
		return err
	}
	if err := s.forgetTyped(ctx, tx); err != nil {
		return err
	}
	if err := tx.PullFailures(ctx, tx.Stamp()); err != nil { // or those of a clock once ahead would stay
		return err
	}
	return tx.DeleteOldFailures(ctx, db.Stamp(tx.Now.Add(-24*time.Hour)))
}

// Resume finds the session behind a cookie's token. It moves the idle limit on, at most
// once a minute. ErrNoSession when there is none, or no longer.
func (s *Service) Resume(ctx context.Context, token, address string) (Session, error) {
	if len(token) != macLength { // the same 32 bytes as base64url
		return Session{}, ErrNoSession
	}
	var r gen.LiveSessionRow
	now := s.db.Now()
	sum := sha256.Sum256([]byte(token))
	if known, ok := s.living.find(sum, now); ok {
		known.Actor.Address, known.Actor.Stale = address, stale(known.provedAt, now)
		return known, nil
	}
	epoch := s.living.now()
	var owed Session
	err := s.db.Read(ctx, func(q *gen.Queries) (err error) {
		if r, err = q.LiveSession(ctx, gen.LiveSessionParams{TokenHash: hex.EncodeToString(sum[:]), Now: db.Stamp(now)}); err != nil {
			return err
		}
		owed, err = owedBy(ctx, q, r.ID, r.ContactID)
		return err
	})
	if missing(err) {
		return s.resumeOther(ctx, hex.EncodeToString(sum[:]), address, now)
	}
	if err != nil {
		return Session{}, err
	}
	expires, err := time.Parse(db.TimeFormat, r.ExpiresAt)
	if err != nil {
		return Session{}, err
	}
	seen, err := time.Parse(db.TimeFormat, r.SeenAt)
	if err != nil {
		return Session{}, err
	}
	if seen.Before(now.Add(-touchEvery)) {
		s.touch(ctx, r, address, expires)
		seen = now
	}
	session := Session{PublicID: r.PublicID, ExpiresAt: expires, provedAt: r.ProvedAt, Owes: owed.Owes, PasswordAlways: owed.PasswordAlways, Actor: actor.Actor{Kind: actor.Contact, ID: r.ContactID, Name: r.Name, CustomerID: r.CustomerID,
		Trust: actor.Trust(r.Trust), SessionID: r.ID, Lang: r.Language, Address: address, Shut: actor.ShutOf(r.Areas), Stale: stale(r.ProvedAt, now)}}
	if r.LinkID != nil {
		session.LinkID = *r.LinkID
	}
	s.living.keep(sum, session, epoch, now, seen.Add(touchEvery))
	return session, nil
}

// resumeOther finds the sessions that are no contact's own.
func (s *Service) resumeOther(ctx context.Context, hash, address string, now time.Time) (Session, error) {
	session, err := s.resumeStandIn(ctx, hash, address, now)
	if errors.Is(err, ErrNoSession) {
		session, err = s.resumeShown(ctx, hash, address, now)
	}
	if errors.Is(err, ErrNoSession) {
		return s.resumeContract(ctx, hash, address, now)
	}
	return session, err
}

// touch notes that a session is alive. A full disk must not keep a customer from reading.
func (s *Service) touch(ctx context.Context, r gen.LiveSessionRow, address string, expires time.Time) {
	idle, _ := lives(actor.Trust(r.Trust))
	err := s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		until := tx.Now.Add(idle)
		if until.After(expires) {
			until = expires
		}
		if err := tx.TouchSession(ctx, gen.TouchSessionParams{ID: r.ID, SeenAt: tx.Stamp(), IdleUntil: db.Stamp(until), Address: plain(address, 64)}); err != nil {
			return err
		}
		c, err := tx.AccessContext(ctx)
		if err != nil {
			return err
		}
		return s.writeVisits(ctx, tx, c, 0)
	})
	if err != nil {
		s.log.WarnContext(ctx, "portal session not touched", "session", r.PublicID, "err", err)
	}
}

// SignOut ends the actor's own session.
func (s *Service) SignOut(ctx context.Context, who actor.Actor) error {
	if err := who.NeedSelf(actor.TrustLink); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.ending(tx)
		return tx.DeleteSessionByID(ctx, who.SessionID)
	})
}

// OpenSession is one of a contact's own sessions as its profile shows it.
type OpenSession struct {
	PublicID  string
	Current   bool
	Trust     actor.Trust
	UserAgent string
	Address   string
	CreatedAt time.Time
	SeenAt    time.Time
}

// Sessions lists the actor's open sessions, the latest first.
func (s *Service) Sessions(ctx context.Context, who actor.Actor) (list []OpenSession, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return nil, err
	}
	list = []OpenSession{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.LiveSessionsOfContact(ctx, gen.LiveSessionsOfContactParams{ContactID: who.ID, Now: db.Stamp(s.db.Now())})
		for _, r := range rows {
			created, err1 := time.Parse(db.TimeFormat, r.CreatedAt)
			seen, err2 := time.Parse(db.TimeFormat, r.SeenAt)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			list = append(list, OpenSession{PublicID: r.PublicID, Current: r.ID == who.SessionID, Trust: actor.Trust(r.Trust),
				UserAgent: r.UserAgent, Address: r.Address, CreatedAt: created, SeenAt: seen})
		}
		return err
	})
	return list, err
}

// EndSession ends one of the actor's sessions; somebody else's is not found.
func (s *Service) EndSession(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.ending(tx)
		n, err := tx.DeleteSession(ctx, gen.DeleteSessionParams{PublicID: publicID, ContactID: who.ID})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.session_ended", ObjectKind: "contact", ObjectID: who.ID})
	})
}

// EndOtherSessions ends all of the actor's sessions but the one it acts in.
func (s *Service) EndOtherSessions(ctx context.Context, who actor.Actor) (ended int64, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.ending(tx)
		if ended, err = tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: who.ID, KeepID: who.SessionID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.sessions_ended", ObjectKind: "contact", ObjectID: who.ID, Details: map[string]any{"ended": ended}})
	})
	return ended, err
}

// plain keeps a header that somebody sent printable and short.
func plain(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > limit {
		s = string(r[:limit])
	}
	return s
}
