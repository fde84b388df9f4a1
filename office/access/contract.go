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

// HandOffLife is how long a turn, or a contract that is shown, stays open on the phone that scanned its code
// (docs/security.md repeats it).
const HandOffLife = 30 * time.Minute

// A guest's link and a code on the firm's screen open sessions that see one contract and
// nothing else (contract_sessions). Whether it may be seen at all is asked at every use: a
// hidden contract is not found, with the session still there.

// OpenGuest opens the contract that somebody outside of the customer was invited to. A guess
// is ErrLinkUnknown, as is a contract that is hidden; an invitation that was taken back or is
// over ErrLinkRevoked, ErrLinkExpired.
func (s *Service) OpenGuest(ctx context.Context, token, address, userAgent string) (session Session, err error) {
	if !s.genuine(token) {
		return Session{}, ErrLinkUnknown
	}
	key, err := s.newToken()
	if err != nil {
		return Session{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := tx.GuestByToken(ctx, hashOf(token))
		switch {
		case missing(err):
			return ErrLinkUnknown
		case err != nil:
			return err
		case g.RevokedAt != nil:
			return ErrLinkRevoked
		case g.ExpiresAt <= tx.Stamp():
			return ErrLinkExpired
		case g.Reads == 0:
			return ErrLinkUnknown
		}
		expires := tx.Now.Add(LinkAbsolute)
		p := gen.InsertContractSessionParams{PublicID: s.ids(), TokenHash: hashOf(key), ContractID: g.ContractID, GuestID: &g.ID, UserAgent: plain(userAgent, maxUserAgent), Address: plain(address, 64),
			CreatedAt: tx.Stamp(), IdleUntil: db.Stamp(tx.Now.Add(LinkIdle)), ExpiresAt: db.Stamp(expires)}
		known, err := tx.CountContractSessionsAt(ctx, gen.CountContractSessionsAtParams{GuestID: &g.ID, Address: p.Address, Now: tx.Stamp()})
		if err != nil {
			return err
		}
		if err := s.insertContractSession(ctx, tx, p); err != nil {
			return err
		}
		if err := tx.EndOldGuestSessions(ctx, gen.EndOldGuestSessionsParams{Now: tx.Stamp(), GuestID: &g.ID, Keep: sessionsKept}); err != nil {
			return err
		}
		session = Session{PublicID: p.PublicID, Token: key, ExpiresAt: expires, Home: contractPath(g.ContractPublicID), Actor: actor.Actor{Kind: actor.Guest, ID: g.ID, Name: g.Name, Trust: actor.TrustLink, Lang: g.Language, Address: address, Contract: g.ContractPublicID}}
		if known > 0 { // who opens it once more, without cookies, must not write the audit log full
			return nil
		}
		return audit.Write(ctx, tx, session.Actor, audit.Record{Action: "contract.guest_opened", ObjectKind: "contract", ObjectID: g.ContractID})
	})
	return session, err
}

func (s *Service) insertContractSession(ctx context.Context, tx *db.Tx, p gen.InsertContractSessionParams) error {
	if err := tx.DeleteDeadContractSessions(ctx, db.Stamp(tx.Now.Add(-LinkAbsolute))); err != nil {
		return err
	}
	return tx.InsertContractSession(ctx, p)
}

func contractPath(publicID string) string { return "/contrats/" + publicID }

// OpenHandOff uses up the code that a member of staff showed to whoever is to sign, and opens
// that one turn on its phone, or the whole contract as the contact that it was shown to sees it. A
// guess is ErrLinkUnknown; a code used, ended or out of time
// ErrLinkUsed, ErrLinkRevoked, ErrLinkExpired.
func (s *Service) OpenHandOff(ctx context.Context, token, address, userAgent string) (session Session, err error) {
	if len(token) != macLength {
		return Session{}, ErrLinkUnknown
	}
	key, err := s.newToken()
	if err != nil {
		return Session{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		h, err := tx.HandOffByToken(ctx, hashOf(token))
		switch {
		case missing(err):
			return ErrLinkUnknown
		case err != nil:
			return err
		case h.OpenedAt != nil:
			return ErrLinkUsed
		case h.EndedAt != nil || h.Lives == 0:
			return ErrLinkRevoked
		case h.TokenUntil <= tx.Stamp():
			return ErrLinkExpired
		}
		n, err := tx.OpenHandOff(ctx, gen.OpenHandOffParams{At: tx.Stamp(), ID: h.ID})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrLinkUsed
		}
		expires := tx.Now.Add(HandOffLife)
		p := gen.InsertContractSessionParams{PublicID: s.ids(), TokenHash: hashOf(key), ContractID: h.ContractID, HandoffID: &h.ID, UserAgent: plain(userAgent, maxUserAgent), Address: plain(address, 64),
			CreatedAt: tx.Stamp(), IdleUntil: db.Stamp(expires), ExpiresAt: db.Stamp(expires)}
		if err := s.insertContractSession(ctx, tx, p); err != nil {
			return err
		}
		session = Session{PublicID: p.PublicID, Token: key, ExpiresAt: expires, ShownBy: h.ByName, Home: contractPath(h.ContractPublicID),
			Actor: actor.Actor{Kind: actor.Guest, Name: h.Name, Trust: actor.TrustLink, Lang: h.Language, Address: address, Contract: h.ContractPublicID, Turn: text(h.TurnPublicID), Operator: h.ByName, OperatorID: value(h.OperatorID)}}
		reads(&session.Actor, h.ContactID, h.CustomerID)
		if s.scanned != nil {
			if err := s.scanned(ctx, tx, h.ID, p.Address, p.UserAgent); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, session.Actor, audit.Record{Action: "contract.handoff_opened", ObjectKind: "contract", ObjectID: h.ContractID, Details: map[string]any{"by": h.ByName}})
	})
	return session, err
}

// reads names the contact in whose place a whole contract is read on the spot, nil for one turn.
func reads(who *actor.Actor, contactID *int64, customerID int64) {
	if contactID != nil {
		who.Reader, who.CustomerID = *contactID, customerID
	}
}

// OnScanned names who is told, in the same transaction, that a code on the firm's screen was
// scanned: office/signing, which stands on this room. Before the portal opens only.
func (s *Service) OnScanned(fn func(ctx context.Context, tx *db.Tx, handOffID int64, address, userAgent string) error) {
	s.scanned = fn
}

// resumeContract finds the session of one contract behind a cookie's token. It is not
// remembered: the firm ends it, and that must count at once.
func (s *Service) resumeContract(ctx context.Context, hash, address string, now time.Time) (Session, error) {
	var r gen.LiveContractSessionRow
	err := s.db.Read(ctx, func(q *gen.Queries) (err error) {
		r, err = q.LiveContractSession(ctx, gen.LiveContractSessionParams{TokenHash: hash, Now: db.Stamp(now)})
		return err
	})
	expires, err := liveUntil(&r.ExpiresAt, err)
	if err != nil {
		return Session{}, err
	}
	session := Session{PublicID: r.PublicID, ExpiresAt: expires, ShownBy: text(r.ByName), Home: contractPath(r.ContractPublicID),
		Actor: actor.Actor{Kind: actor.Guest, ID: value(r.GuestID), Name: text(r.GuestName), Trust: actor.TrustLink, Lang: text(r.GuestLanguage), Address: address, Contract: r.ContractPublicID}}
	if r.HandoffID != nil {
		session.Actor.Name, session.Actor.Lang, session.Actor.Turn, session.Actor.Operator, session.Actor.OperatorID = r.HandoffName, text(r.HandoffLanguage), text(r.TurnPublicID), text(r.ByName), value(r.OperatorID)
		reads(&session.Actor, r.ReaderID, r.CustomerID)
		return session, nil
	}
	return session, s.touchGuest(ctx, r, now, expires)
}

// touchGuest moves the idle limit on, once a minute at most. A full disk must not keep anybody
// from reading.
func (s *Service) touchGuest(ctx context.Context, r gen.LiveContractSessionRow, now, expires time.Time) error {
	until := now.Add(LinkIdle)
	if until.After(expires) {
		until = expires
	}
	idle, err := time.Parse(db.TimeFormat, r.IdleUntil)
	if err != nil || until.Sub(idle) < touchEvery {
		return err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.TouchContractSession(ctx, gen.TouchContractSessionParams{IdleUntil: db.Stamp(until), ID: r.ID})
	})
	if err != nil {
		s.log.WarnContext(ctx, "portal session not touched", "session", r.PublicID, "err", err)
	}
	return nil
}

// LeaveContract ends a session of one contract; the one who reads says so.
func (s *Service) LeaveContract(ctx context.Context, session Session) error {
	if session.Actor.Kind != actor.Guest {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.EndContractSession(ctx, gen.EndContractSessionParams{At: tx.Stamp(), PublicID: session.PublicID})
	})
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
