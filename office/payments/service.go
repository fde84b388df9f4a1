package payments

import (
	"context"
	"log/slog"
	"sync"

	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/office/sales"
)

// ReceiptPrinter draws the receipt of a payment; edge/pdf behind it.
type ReceiptPrinter interface {
	Receipt(ctx context.Context, r Receipt, logo []byte) ([]byte, error)
}

// Receipt is what a receipt shows: of a payment, or of a refund.
type Receipt struct {
	Payment Payment
	Refund  *RefundDone // nil for a payment
	Seller  sales.Party
	Buyer   sales.Party
	Lang    string
}

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB       *db.DB
	IDs      id.Source
	Sales    *sales.Service
	Printer  ReceiptPrinter
	Gateways []Gateway
	Keys     *Keys // of gateways that have any; nil = none
	// Allowed tells whether a gateway may be used in this company: the practice gateway
	// only in the demo. nil: all.
	Allowed func(ctx context.Context, gateway string) bool
	// Settled is called in the transaction in which documents become paid, by whatever way.
	Settled func(ctx context.Context, tx *db.Tx, documentIDs []int64) error
	// Saving is called in the transaction that writes an attempt which keeps a method; what the
	// customer agreed to is filed behind it. May be nil.
	Saving func(ctx context.Context, tx *db.Tx, who actor.Actor, intentID int64) error
	// Log gets what went wrong with gateways, each thing once an hour; nil: nothing. No line holds
	// a key or what a customer typed.
	Log     *slog.Logger
	Logo    func(ctx context.Context) (mediaType string, image []byte, err error)
	Changed func(topics ...string)
	// Wake is called when a gateway told something: the worker is to call Heed. It must not
	// block. May be nil.
	Wake func()
}

// Service is the room's door.
type Service struct {
	Deps
	turns      turns
	complaints complaints
}

// turns lets one caller at a time work with the same thing. One program has a company open,
// so a lock in the program is enough.
type turns struct {
	mu   sync.Mutex
	held map[string]*turn
}

type turn struct {
	mu      sync.Mutex
	waiting int
}

// take waits for name's turn; what it returns ends it.
func (t *turns) take(name string) (release func()) {
	t.mu.Lock()
	if t.held == nil {
		t.held = map[string]*turn{}
	}
	x := t.held[name]
	if x == nil {
		x = &turn{}
		t.held[name] = x
	}
	x.waiting++
	t.mu.Unlock()
	x.mu.Lock()
	return func() {
		x.mu.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if x.waiting--; x.waiting == 0 {
			delete(t.held, name)
		}
	}
}

// try is take for whoever has better things to do than wait; not ok: it is somebody else's turn.
func (t *turns) try(name string) (release func(), ok bool) {
	t.mu.Lock()
	_, busy := t.held[name]
	t.mu.Unlock()
	if busy {
		return nil, false
	}
	return t.take(name), true
}

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	if d.Wake == nil {
		d.Wake = func() {}
	}
	if d.Allowed == nil {
		d.Allowed = func(context.Context, string) bool { return true }
	}
	if d.Settled == nil {
		d.Settled = func(context.Context, *db.Tx, []int64) error { return nil }
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d}
}

func (s *Service) gateway(ctx context.Context, name string) (Gateway, bool) {
	for _, g := range s.Gateways {
		if g.Name() == name && s.Allowed(ctx, name) {
			return g, true
		}
	}
	return nil, false
}
