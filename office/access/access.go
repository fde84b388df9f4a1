// Package access lets contacts into the portal: links in mails, passwords, sessions.
//
// What lives here: deriving and checking link tokens, sessions and their two expiries,
// password hashes and the rule for passwords, throttling of sign-ins, visits. What must
// not: cookies and pages (edge/portal), the text of mails (edge/mail), the contacts'
// cards (office/customers). Called by edge/portal; IssueLink and CloseContact by the
// office rooms inside their own transactions; LinkPath by whoever composes mail.
package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/outbox"
)

// How long things live (spec/security, Sessions; docs/security.md repeats them).
const (
	LinkIdle         = 2 * time.Hour
	LinkAbsolute     = 24 * time.Hour
	PasswordIdle     = 12 * time.Hour
	PasswordAbsolute = 30 * 24 * time.Hour
	PasswordLinkLife = 30 * time.Minute

	touchEvery     = time.Minute
	sessionsKept   = 20 // a contact's newest ones (ASVS 7.1.2)
	linksKept      = 10 // of those that a mailed link opened
	maxUserAgent   = 300
	maxNameEntered = 320 // a longer name is nobody's: 64 + @ + 255
)

// Deps is what the room needs.
type Deps struct {
	DB     *db.DB
	IDs    id.Source
	Key    []byte    // the secret "links" of the key file: at least 32 bytes
	Random io.Reader // nil: crypto/rand; only tests give another
	Log    *slog.Logger
	// Hashing bounds the passwords worked on at once; each takes 19 MiB. 0: 2.
	Hashing int
	Seal    Sealer // of the secrets of second factors; nil: nobody can set one up
}

// Service is the room's door.
type Service struct {
	db     *db.DB
	ids    id.Source
	key    []byte
	device []byte // key of known devices
	factor []byte // key of codes of recovery and of half sign-ins
	sealer Sealer
	random io.Reader
	log    *slog.Logger
	// scanned is told of a code that was scanned: see OnScanned.
	scanned func(ctx context.Context, tx *db.Tx, handOffID int64, address, userAgent string) error
	hasher  *hasher

	living  living
	views   atomic.Int64 // pages shown since the last write
	lastRub atomic.Int64 // unix time of the last clearing of dead rows
}

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if len(d.Key) < 32 {
		panic("access: the key of the links is missing")
	}
	if d.Random == nil {
		d.Random = rand.Reader
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Hashing == 0 {
		d.Hashing = 2
	}
	if d.Seal == nil {
		d.Seal = noSeal{}
	}
	return &Service{db: d.DB, ids: d.IDs, key: d.Key, device: deviceKey(d.Key), factor: factorKey(d.Key), sealer: d.Seal, random: d.Random, log: d.Log, hasher: newHasher(d.Hashing, d.Random)}
}

// hashOf is how tokens and names are stored: a stolen file opens nothing.
func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func ptr[T any](v T) *T { return &v }

// localDay is the firm's day at t, the key of the visits.
func localDay(c gen.AccessContextRow, t time.Time) string {
	if loc, err := time.LoadLocation(c.TimeZone); err == nil {
		t = t.In(loc)
	}
	return t.Format(time.DateOnly)
}

// queue puts a mail into the outbox. A contact whose stored address is no address gets
// none; whoever asked must not see the difference.
func (s *Service) queue(ctx context.Context, tx *db.Tx, m outbox.Mail) error {
	_, err := outbox.QueueMail(ctx, tx, s.ids, m)
	if fault.Is(err, fault.Invalid) {
		s.log.WarnContext(ctx, "portal mail not queued", "kind", string(m.Kind), "contact", m.ContactID, "err", err)
		return nil
	}
	return err
}

// CloseContact ends all sessions of a contact, revokes its links and forgets its password and
// its second factor, in the transaction that takes its access away or gives it to another address. It is a
// customers.Closer.
func (s *Service) CloseContact(ctx context.Context, tx *db.Tx, contactID int64) error {
	s.ending(tx)
	if _, err := tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: contactID}); err != nil {
		return err
	}
	if err := tx.DeleteCredential(ctx, contactID); err != nil {
		return err
	}
	if err := s.forgetFactor(ctx, tx, contactID); err != nil { // the phone was the one of who had the address
		return err
	}
	_, err := tx.RevokeLinksOfContact(ctx, gen.RevokeLinksOfContactParams{At: ptr(tx.Stamp()), ContactID: contactID})
	return err
}

// EndSessions ends all sessions of a contact and leaves its password and links alone, in the
// transaction that closes the portal for its group. It is a customers.Closer.
func (s *Service) EndSessions(ctx context.Context, tx *db.Tx, contactID int64) error {
	s.ending(tx)
	_, err := tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: contactID})
	return err
}

// Saw counts a page shown to a contact; it is written with the next touch of a session.
func (s *Service) Saw() { s.views.Add(1) }

func (s *Service) writeVisits(ctx context.Context, tx *db.Tx, c gen.AccessContextRow, sessions int64) error {
	views := s.views.Swap(0)
	if sessions == 0 && views == 0 {
		return nil
	}
	return tx.AddVisits(ctx, gen.AddVisitsParams{Day: localDay(c, tx.Now), Sessions: sessions, Views: views})
}

// Visits are today's figures of the portal card.
type Visits struct {
	SignedIn int64 // sessions that are open now
	Sessions int64 // opened today
	Views    int64 // pages shown today
}

// Visits gives today's figures.
func (s *Service) Visits(ctx context.Context) (v Visits, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err := q.AccessContext(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		now := s.db.Now()
		if v.SignedIn, err = q.CountLiveSessions(ctx, db.Stamp(now)); err != nil {
			return err
		}
		day, err := q.VisitsOf(ctx, localDay(c, now))
		if err == nil {
			v.Sessions, v.Views = day.Sessions, day.Views
		} else if !missing(err) {
			return err
		}
		v.Views += s.views.Load()
		return nil
	})
	return v, err
}
