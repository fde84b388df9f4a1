// Package users lets the firm's own people into its desk.
//
// What lives here: users with their roles, the one principal and the delegates, sign-in, sessions,
// second factors, one-time links, the recovery code of the account, who has to sign in at all. What
// must not: cookies and listeners (app), how a password is hashed and a try is counted (office/access,
// which does it for contacts too), what a role may (core/actor). Called by the window and the command line.
package users

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/access"
	"comptoir/office/audit"
	"comptoir/office/customers"
	"comptoir/office/outbox"
)

// How long things live (docs/security.md repeats them).
const (
	SessionIdle     = 12 * time.Hour
	SessionAbsolute = 7 * 24 * time.Hour
	InviteLife      = 7 * 24 * time.Hour
	PasswordLife    = 30 * time.Minute
	EmailLife       = 24 * time.Hour
	// ProofLife is how long a password that was given counts for what asks for it again.
	ProofLife = access.ProofLife

	touchEvery   = time.Minute
	sessionsKept = 20
	maxAgent     = 300
	maxTyped     = 320
)

// The states of a user.
const (
	Active = "active"
	Closed = "closed"
)

// The refusals of this room.
var (
	// ErrSignInNeeded: nobody is signed in, or no longer.
	ErrSignInNeeded = fault.New(fault.Forbidden, "fault.sign_in_needed")
	// ErrProof: the password was given too long ago.
	ErrProof = actor.ErrProof
	// ErrPasswordFirst: from the second user on, or on the network, sign-in is asked; the principal needs a password for it.
	ErrPasswordFirst = fault.New(fault.Conflict, "fault.users.password_first")
	ErrPrincipal     = fault.New(fault.Conflict, "fault.users.principal_stays")
	ErrSelf          = fault.New(fault.Conflict, "fault.users.self")
	ErrNoMailServer  = fault.New(fault.Conflict, "fault.users.no_mail_server")
)

// Deps is what the room needs. Random and Log may be nil.
type Deps struct {
	DB     *db.DB
	IDs    id.Source
	Access *access.Service
	Random io.Reader
	Log    *slog.Logger
	// Ended is called after sessions ended, or when who has to sign in changed; it must not block.
	Ended func()
	// Changed is called after commits with what changed; it must not block.
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct {
	Deps
}

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Ended == nil {
		d.Ended = func() {}
	}
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{d}
}

func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

func ptr[T any](v T) *T { return &v }

// ended has whoever listens look again, once tx is durable.
func (s *Service) ended(tx *db.Tx) {
	tx.AfterCommit(func() { s.Ended(); s.Changed("users", "account") })
}

// moved tells that a user changed, once tx is durable.
func (s *Service) moved(tx *db.Tx) { tx.AfterCommit(func() { s.Changed("users", "account") }) }

// acting refuses who may not do p any more: its role, its state and its session are read again inside
// the transaction, and where the act asks for it its password must be fresh.
func (s *Service) acting(ctx context.Context, tx *db.Tx, who actor.Actor, p actor.Permission, fresh bool) error {
	if who.Kind != actor.Staff {
		return who.Need(p)
	}
	if err := s.stands(ctx, tx, who); err != nil {
		return err
	}
	u, err := tx.UserByID(ctx, who.ID)
	if err != nil {
		return db.NotFound(err)
	}
	who.Role = actor.Role(u.Role)
	if err := who.Need(p); err != nil {
		return err
	}
	if fresh && who.Stale {
		return ErrProof
	}
	return nil
}

// stands refuses a user that was closed, and a session that ended, since the request came in.
func (s *Service) stands(ctx context.Context, tx *db.Tx, who actor.Actor) error {
	u, err := tx.UserByID(ctx, who.ID)
	if missing(err) || err == nil && u.State != Active {
		return ErrSignInNeeded
	}
	if err != nil || who.SessionID == 0 {
		return err
	}
	n, err := tx.UserSessionStands(ctx, gen.UserSessionStandsParams{ID: who.SessionID, UserID: who.ID})
	if err == nil && n == 0 {
		return ErrSignInNeeded
	}
	return err
}

// write appends to the audit log what happened to a user.
func write(ctx context.Context, tx *db.Tx, who actor.Actor, action string, userID int64, details map[string]any) error {
	return audit.Write(ctx, tx, who, audit.Record{Action: "user." + action, ObjectKind: "user", ObjectID: userID, Details: details})
}

// tell mails a user what became of its account.
func (s *Service) tell(ctx context.Context, tx *db.Tx, u gen.User, what, to, address string) error {
	return s.queue(ctx, tx, outbox.Mail{Key: "user_told/" + s.IDs(), Kind: outbox.UserTold, Lang: u.Language, ToAddress: to, ToName: u.Name, Args: map[string]string{"what": what, "address": address}})
}

// queue puts a mail into the outbox; an address that is none gets nothing.
func (s *Service) queue(ctx context.Context, tx *db.Tx, m outbox.Mail) error {
	_, err := outbox.QueueMail(ctx, tx, s.IDs, m)
	if fault.Is(err, fault.Invalid) {
		s.Log.WarnContext(ctx, "mail to a user not queued", "kind", string(m.Kind), "err", err)
		return nil
	}
	return err
}

// mailServer tells whether a mail would leave.
func mailServer(ctx context.Context, q *gen.Queries) (bool, error) {
	set, err := q.MailServerSet(ctx)
	if missing(err) {
		return false, nil
	}
	return set == 1, err
}

// words are what a guesser near the person would try first.
func words(ctx context.Context, q *gen.Queries, u gen.User) ([]string, error) {
	c, err := q.AccessContext(ctx)
	return []string{u.Name, u.Email, c.Name, c.Website}, err
}

// expiresIn writes how long a link lives, in the user's language.
func expiresIn(lang string, left time.Duration) string {
	return customers.ExpiresIn(locale.Of(lang), left)
}

// newPassword checks what was typed twice and gives its hash.
func (s *Service) newPassword(ctx context.Context, u gen.User, password, again string) (string, error) {
	var near []string
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		near, err = words(ctx, q, u)
		return err
	}); err != nil {
		return "", err
	}
	var form fault.Form
	if err := access.CheckPassword(password, near...); err != nil && !form.Merge("", err) {
		return "", err
	}
	if password != again {
		form.Add("again", "fault.password_again")
	}
	if err := form.Err(); err != nil {
		return "", err
	}
	return s.Access.HashPassword(ctx, password)
}

// user reads one user by its row.
func (s *Service) user(ctx context.Context, userID int64) (u gen.User, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		u, err = q.UserByID(ctx, userID)
		return db.NotFound(err)
	})
	return u, err
}

// storedOf gives the password's hash, "" for a user that never chose one.
func storedOf(ctx context.Context, q *gen.Queries, userID int64) (string, error) {
	c, err := q.CredentialOfUser(ctx, userID)
	if missing(err) {
		return "", nil
	}
	return c.PasswordHash, err
}
