// Package provisioning lets third-party programs keep the firm's customers in step with theirs.
//
// What lives here: tokens and what each may, accounts by external code, documents and
// payments as such programs read them, webhooks and what is told to them. What must not:
// HTTP (edge/provision), a second way to save a customer (office/customers does it), SQL.
// Called by edge/provision for the programs, by the window for the firm's own people.
package provisioning

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// Scope is something that a token may do.
type Scope string

// The scopes.
const (
	AccountsRead  Scope = "accounts:read"
	AccountsWrite Scope = "accounts:write"
	DocumentsRead Scope = "documents:read"
	PaymentsRead  Scope = "payments:read"
	PhoneWrite    Scope = "phone:write"
)

// Scopes are all scopes, as the window offers them.
func Scopes() []Scope {
	return []Scope{AccountsRead, AccountsWrite, DocumentsRead, PaymentsRead, PhoneWrite}
}

// Sealer keeps secrets unreadable in the file; the key file behind it.
type Sealer interface {
	Seal(name string, secret []byte) ([]byte, error)
	Open(name string, sealed []byte) ([]byte, error)
}

// Sender carries one event to its address; edge/provision behind it. It gives the HTTP status
// that came back, or the key of a text why none did.
type Sender interface {
	Send(ctx context.Context, m Message) (status int, why string)
}

// Message is one event on its way.
type Message struct {
	URL, EventID, Kind string
	Body               []byte
	Signature          string // value of the header Comptoir-Signature
}

// Deps is what the room needs.
type Deps struct {
	DB        *db.DB
	IDs       id.Source
	Customers *customers.Service
	Company   *company.Service
	Sales     *sales.Service
	Payments  *payments.Service
	Seal      Sealer
	Sender    Sender
	Random    io.Reader    // nil: crypto/rand; only tests give another
	Log       *slog.Logger // nil: discard
	// Changed is called after commits with what changed.
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct {
	Deps
	used lastUse
}

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{Deps: d}
}

// Caller is a third-party program that showed a good token.
type Caller struct {
	TokenID int64
	Token   string // public id
	Name    string // of the token
	Lang    string
	scopes  []Scope
}

// The refusals of a caller.
var (
	// ErrNobody is for a token that is unknown, over or revoked: the answer is one and the same.
	ErrNobody = fault.New(fault.Forbidden, "fault.api.token")
	// ErrSPID is for a call that names another third-party account than the firm's.
	ErrSPID = fault.New(fault.Forbidden, "fault.api.spid")
)

// Need refuses a caller whose token lacks a scope.
func (c Caller) Need(s Scope) error {
	if c.TokenID == 0 || !slices.Contains(c.scopes, s) {
		return fault.New(fault.Forbidden, "fault.api.scope", "scope", string(s))
	}
	return nil
}

// actor is who acts in the use cases and in the audit log: a machine with the token's name.
func (c Caller) actor() actor.Actor {
	return actor.Actor{Kind: actor.System, ID: c.TokenID, Name: "API · " + c.Name, Lang: c.Lang}
}

// Settings is the section of the window.
type Settings struct {
	On     bool
	SPID   string
	Tokens []Token
}

// maxTokens and maxWebhooks are far above what a firm deals with.
const (
	maxTokens   = 50
	maxWebhooks = 20
)

// On tells whether the interface answers at all.
func (s *Service) On(ctx context.Context) bool {
	on := false
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		n, err := q.ApiEnabled(ctx)
		on = n == 1
		return err
	})
	return err == nil && on
}

// Settings gives the switch, the firm's SPID and the tokens.
func (s *Service) Settings(ctx context.Context, who actor.Actor) (v Settings, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Settings{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := q.ApiEnabled(ctx)
		if err != nil {
			return err
		}
		f, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		v.On, v.SPID = on == 1, f.SPID
		v.Tokens, err = tokens(ctx, q, s.DB.Now())
		return err
	})
	return v, err
}

// SetOn switches the interface on or off; off, every token is as good as none.
func (s *Service) SetOn(ctx context.Context, who actor.Actor, on bool) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.ApiEnabled(ctx)
		if err != nil || (now == 1) == on {
			return err
		}
		return s.setOn(ctx, tx, who, on)
	})
}

func (s *Service) setOn(ctx context.Context, tx *db.Tx, who actor.Actor, on bool) error {
	action := map[bool]string{true: "api.switched_on", false: "api.switched_off"}[on]
	if err := tx.SetApiEnabled(ctx, map[bool]int64{true: 1, false: 0}[on]); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("provisioning") })
	return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "company", ObjectID: 1})
}
