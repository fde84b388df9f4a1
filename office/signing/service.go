// Package signing asks people for their approval of a contract and for their signature, and keeps
// what proves both.
//
// What lives here: the two centres of a contract and who is asked in them, rounds on frozen
// documents, turns, approving, refusing, signing with what proves who signed, codes by mail,
// hand-offs to a phone, reminders, the chain of evidence, and the making of the sealed papers.
// What must not: who sees a contract (office/contracts, SeenBy), passwords and sessions
// (office/access), the bytes of a seal (edge/seal), pages. Called by the window's bound structs,
// the portal, the outbox (codes, jobs) and office/contracts (a file changed).
//
// A round never changes what it asks about: another version of a document closes it as restarted
// and begins the next one. Every act names the digest of what its page showed.
package signing

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/office/files"
	"comptoir/office/outbox"
	"comptoir/rules/evidence"
)

// Limits of a round.
const (
	PartiesMost   = 20
	DocumentsMost = 20
	messageMost   = 4000
	reasonMost    = 2000
	nameMost      = 200
	agentMost     = 300                 // of a browser's name of itself
	GuestLife     = 90 * 24 * time.Hour // of an invitation, from the last mail about a turn
	HandOffToken  = 10 * time.Minute    // until the code on the screen is scanned
	CodeLife      = 10 * time.Minute
	CodeMost      = 5 // tries at one code
	codeAgain     = 30 * time.Second
)

// Access is what this room asks of the room of passwords; office/access behind it.
type Access interface {
	// Prove takes a contact's password once more, with its second factor where the session has one;
	// it counts tries and lets a few be computed at a time.
	Prove(ctx context.Context, who actor.Actor, password, factor string) (actor.Actor, error)
	// TakeMail counts a mail that somebody at an address of the network has sent; it tells when
	// that address must rest.
	TakeMail(ctx context.Context, tx *db.Tx, address string) (rests bool, err error)
	// TakeCode counts a code mailed to a mailbox, or tells how long to wait for the next one.
	TakeCode(ctx context.Context, tx *db.Tx, email string) (wait time.Duration, err error)
	// Token derives the token of a guest's link from its public id.
	Token(publicID string) string
}

// Sealer looks at papers and seals them; edge/seal and edge/paper behind it.
type Sealer interface {
	// Inspect tells whether a file can be signed and how many pages it has; fault.seal.* if not.
	Inspect(r io.ReaderAt, size int64) (pages int, err error)
	// Seal writes the sealed paper of a closed record: document, certificate of signature, seal.
	Seal(ctx context.Context, w io.Writer, original io.ReaderAt, size int64, r evidence.Record) (fingerprint string, err error)
	// Verify tells what a file is; it never fails.
	Verify(ctx context.Context, lang string, r io.ReaderAt, size int64) (Verdict, error)
}

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB     *db.DB
	IDs    id.Source
	Files  *files.Store
	Access Access
	Sealer Sealer
	Key    []byte // of the codes by mail: at least 32 bytes
	Random io.Reader
	// IssueLink makes the mailed link of a contact that opens a contract.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID, contractID int64) (linkID int64, err error)
	Version   string        // of the program, for the evidence
	Device    func() string // name of this machine, for signatures on its screen
	Changed   func(topics ...string)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if len(d.Key) < 32 {
		panic("signing: the key of the codes is missing")
	}
	if d.Random == nil {
		d.Random = rand.Reader
	}
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	if d.Device == nil {
		d.Device = func() string { return "" }
	}
	return &Service{Deps: d}
}

// Jobs gives the kinds of work of this room and who does them.
func (s *Service) Jobs() map[string]outbox.Handler {
	return map[string]outbox.Handler{JobSeal: s.RunSeal, JobRestart: s.RunRestart}
}
