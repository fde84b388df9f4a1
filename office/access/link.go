package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// The kinds of link.
const (
	DocumentLink = "document"
	PasswordLink = "password"
)

// The refusals of a link. Expired and used ones are told only to who holds a genuine
// token; a guess is like an address that never was.
var (
	ErrLinkUnknown = fault.New(fault.NotFound, "fault.link_unknown")
	ErrLinkExpired = fault.New(fault.Forbidden, "fault.link_expired")
	ErrLinkRevoked = fault.New(fault.Forbidden, "fault.link_revoked")
	ErrLinkUsed    = fault.New(fault.Forbidden, "fault.link_used")
	// ErrPasswordAlways: the firm wants a password even after a mailed link.
	ErrPasswordAlways = fault.New(fault.Forbidden, "fault.password_needed")
)

const macLength = 43 // base64url of 32 bytes

// Token derives the token of a link from its public id. It is never stored: a resend
// derives it again, a stolen database cannot.
func (s *Service) Token(publicID string) string {
	return base64.RawURLEncoding.EncodeToString(s.mac(publicID)) + publicID
}

func (s *Service) mac(publicID string) []byte {
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte(publicID)) // hash.Hash never fails
	return m.Sum(nil)
}

// genuine tells whether the token was made by this company, before any query.
func (s *Service) genuine(token string) bool {
	if len(token) < macLength+16 || len(token) > 200 {
		return false
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(token[:macLength])
	return err == nil && hmac.Equal(given, s.mac(token[macLength:]))
}

// IssueLink makes a link for a contact inside the caller's transaction: to a document
// (lives as long as the settings say) or to choose a password (30 minutes, once).
func (s *Service) IssueLink(ctx context.Context, tx *db.Tx, contactID, documentID int64, kind string) (linkID int64, err error) {
	if kind == PasswordLink { // one at a time
		if err := tx.RevokePasswordLinks(ctx, gen.RevokePasswordLinksParams{At: ptr(tx.Stamp()), ContactID: contactID}); err != nil {
			return 0, err
		}
	}
	return s.insertLink(ctx, tx, gen.InsertLinkParams{Kind: kind, ContactID: contactID, DocumentID: some(documentID)})
}

// IssueContractLink makes a link for a contact that opens a contract, likewise. Whether the contact
// sees it is asked when it is opened, like everywhere.
func (s *Service) IssueContractLink(ctx context.Context, tx *db.Tx, contactID, contractID int64) (linkID int64, err error) {
	return s.insertLink(ctx, tx, gen.InsertLinkParams{Kind: DocumentLink, ContactID: contactID, ContractID: some(contractID)})
}

func some(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func (s *Service) insertLink(ctx context.Context, tx *db.Tx, p gen.InsertLinkParams) (linkID int64, err error) {
	p.PublicID, p.CreatedAt = s.ids(), tx.Stamp()
	switch p.Kind {
	case PasswordLink:
		p.ExpiresAt = db.Stamp(tx.Now.Add(PasswordLinkLife))
	default:
		c, err := tx.AccessContext(ctx)
		if err != nil {
			return 0, db.NotFound(err)
		}
		p.ExpiresAt = db.Stamp(tx.Now.AddDate(0, 0, int(c.LinkDays)))
	}
	p.TokenHash = hashOf(s.Token(p.PublicID))
	return tx.InsertLink(ctx, p)
}

// LinkPath gives the path of a link under the portal's address, for the mail that carries it.
func (s *Service) LinkPath(ctx context.Context, linkID int64) (path string, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		l, err := q.LinkByID(ctx, linkID)
		if err != nil {
			return db.NotFound(err)
		}
		path = "/l/" + s.Token(l.PublicID)
		if l.Kind == PasswordLink {
			path = "/p/" + s.Token(l.PublicID)
		}
		return nil
	})
	return path, err
}

// LinkURL joins base (https://host:port) and LinkPath.
func (s *Service) LinkURL(ctx context.Context, base string, linkID int64) (string, error) {
	path, err := s.LinkPath(ctx, linkID)
	return strings.TrimSuffix(base, "/") + path, err
}

// Link is what a genuine token says, whether it still opens or not.
type Link struct {
	id         int64
	Kind       string
	ContactID  int64
	CustomerID int64
	Name       string
	Email      string
	Lang       string
	DocumentID string // public id, "" = none
	ContractID string // likewise
	document   int64
	contract   int64
	number     string // of the one or the other
	err        error
}

// target is what the link leads to.
func (l Link) target() Target {
	return Target{LinkID: l.id, ContactID: l.ContactID, DocumentID: l.DocumentID, ContractID: l.ContractID}
}

// find reads the link behind a token; a guess gives ErrLinkUnknown without a query.
func (s *Service) find(ctx context.Context, q *gen.Queries, token, kind string, now time.Time) (Link, error) {
	if !s.genuine(token) {
		return Link{}, ErrLinkUnknown
	}
	r, err := q.LinkByTokenHash(ctx, hashOf(token))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Link{}, ErrLinkUnknown
	case err != nil:
		return Link{}, err
	case r.Kind != kind:
		return Link{}, ErrLinkUnknown
	}
	l := Link{id: r.ID, Kind: r.Kind, ContactID: r.ContactID, CustomerID: r.CustomerID, Name: r.Name, Email: r.Email, Lang: r.Language}
	if r.DocumentID != nil && r.DocumentPublicID != nil && r.DocumentCustomerID != nil && *r.DocumentCustomerID == r.CustomerID {
		l.document, l.DocumentID = *r.DocumentID, *r.DocumentPublicID
		if r.DocumentNumber != nil {
			l.number = *r.DocumentNumber
		}
	}
	if r.ContractID != nil && r.ContractPublicID != nil && r.ContractNumber != nil { // of the contact's customer, says the query
		l.contract, l.ContractID, l.number = *r.ContractID, *r.ContractPublicID, *r.ContractNumber
	}
	switch {
	case r.RevokedAt != nil, r.LetIn == 0:
		l.err = ErrLinkRevoked
	case r.UsedAt != nil:
		l.err = ErrLinkUsed
	case r.ExpiresAt <= db.Stamp(now):
		l.err = ErrLinkExpired
	}
	return l, nil
}

// OpenLink opens a session of low trust from a mailed link and says what it leads to.
// ErrLinkExpired, ErrLinkRevoked, ErrLinkUnknown and ErrPasswordAlways (then where it leads to
// is told as well) are its refusals.
func (s *Service) OpenLink(ctx context.Context, token, address, userAgent string) (session Session, t Target, err error) {
	if !s.genuine(token) {
		return Session{}, Target{}, ErrLinkUnknown
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err := s.find(ctx, tx.Queries, token, DocumentLink, tx.Now)
		if err == nil {
			err = l.err
		}
		if err != nil {
			return err
		}
		t = l.target()
		c, err := tx.AccessContext(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		asks, err := tx.GroupAsks(ctx, l.ContactID)
		if err != nil {
			return db.NotFound(err)
		}
		if c.PasswordAlways == 1 || asks.PasswordAlways == 1 {
			return ErrPasswordAlways
		}
		session, err = s.open(ctx, tx, opening{contactID: l.ContactID, customerID: l.CustomerID, name: l.Name, lang: l.Lang,
			trust: actor.TrustLink, linkID: &l.id, address: address, userAgent: userAgent})
		return err
	})
	return session, t, err
}

// Target is what a working link leads to: a document, a contract, or the portal.
type Target struct {
	LinkID     int64
	ContactID  int64
	DocumentID string // public id, "" = none
	ContractID string // likewise
}

// LinkTarget says whose a working document link is and what it is about, without opening a
// session: a contact who is there already keeps the session it has.
func (s *Service) LinkTarget(ctx context.Context, token string) (t Target, err error) {
	if !s.genuine(token) {
		return Target{}, ErrLinkUnknown
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		l, err := s.find(ctx, q, token, DocumentLink, s.db.Now())
		if err == nil {
			err = l.err
		}
		t = l.target()
		return err
	})
	return t, err
}

// RenewLink mails a fresh link for the same document or contract to the contact's own address. What
// it answers says nothing: a stranger's token, a contact without access and a renewal a
// moment ago all look alike.
func (s *Service) RenewLink(ctx context.Context, token string) error {
	if !s.genuine(token) {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err := s.find(ctx, tx.Queries, token, DocumentLink, tx.Now)
		if err != nil || errors.Is(l.err, ErrLinkRevoked) || l.Email == "" || l.document == 0 && l.contract == 0 {
			if errors.Is(err, ErrLinkUnknown) {
				err = nil
			}
			return err
		}
		if free, err := s.seldom(ctx, tx, "renew:"+hashOf(token)); err != nil || !free {
			return err
		}
		if l.contract != 0 { // one that was taken back is not spoken of any more
			if _, err := tx.ContractSeenByContact(ctx, gen.ContractSeenByContactParams{PublicID: l.ContractID, CustomerID: l.CustomerID, ContactID: l.ContactID}); err != nil {
				if fault.Is(db.NotFound(err), fault.NotFound) {
					return nil
				}
				return err
			}
		}
		linkID, err := s.insertLink(ctx, tx, gen.InsertLinkParams{Kind: DocumentLink, ContactID: l.ContactID, DocumentID: some(l.document), ContractID: some(l.contract)})
		if err != nil {
			return err
		}
		return s.queue(ctx, tx, outbox.Mail{Key: "link_renewed/" + s.ids(), Kind: outbox.LinkRenewed, Lang: l.Lang, ToAddress: l.Email, ToName: l.Name,
			CustomerID: l.CustomerID, ContactID: l.ContactID, DocumentID: l.document, ContractID: l.contract, LinkID: linkID, Args: map[string]string{"number": l.number}})
	})
}

// RevokeLink ends a link and the sessions that it opened; by the firm's own people.
func (s *Service) RevokeLink(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err := tx.LinkByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.RevokeLink(ctx, gen.RevokeLinkParams{At: ptr(tx.Stamp()), ID: l.ID})
		if err != nil || n == 0 {
			return err
		}
		s.ending(tx)
		if err := tx.DeleteSessionsOfLink(ctx, &l.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "link.revoked", ObjectKind: "contact", ObjectID: l.ContactID, Details: map[string]any{"link": publicID}})
	})
}

// RevokeLinks ends all links and sessions of a contact and leaves its password alone; by
// the firm's own people.
func (s *Service) RevokeLinks(ctx context.Context, who actor.Actor, contactID int64) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.ending(tx)
		if _, err := tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: contactID}); err != nil {
			return err
		}
		if _, err := tx.RevokeLinksOfContact(ctx, gen.RevokeLinksOfContactParams{At: ptr(tx.Stamp()), ContactID: contactID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "links.revoked", ObjectKind: "contact", ObjectID: contactID})
	})
}

// IssuedLink is a link as the firm sees it; its token is not among it.
type IssuedLink struct {
	PublicID  string
	Kind      string
	Number    string // of the document or the contract
	State     string // open, expired, used, revoked
	ExpiresAt string
	CreatedAt string
}

// Links lists the newest links of a contact, for the firm's own people.
func (s *Service) Links(ctx context.Context, who actor.Actor, contactID int64) (links []IssuedLink, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	links = []IssuedLink{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.LinksOfContact(ctx, gen.LinksOfContactParams{ContactID: contactID, RowLimit: 50})
		now := db.Stamp(s.db.Now())
		for _, r := range rows {
			l := IssuedLink{PublicID: r.PublicID, Kind: r.Kind, Number: r.Number, State: "open", ExpiresAt: r.ExpiresAt, CreatedAt: r.CreatedAt}
			switch {
			case r.RevokedAt != nil:
				l.State = "revoked"
			case r.UsedAt != nil:
				l.State = "used"
			case r.ExpiresAt <= now:
				l.State = "expired"
			}
			links = append(links, l)
		}
		return err
	})
	return links, err
}
