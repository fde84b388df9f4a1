// Package charging charges invoices to the methods that customers keep, without anybody
// being there.
//
// What lives here: what is charged and when, the attempts and what came of each, the policy
// of retries, the words that customers agreed to, the news that a method expires. What must
// not: how a gateway is asked (office/payments), when a try is made again (rules/billing),
// what is held back after a sleep (office/catchup). Called by office/recurring through a
// hook, office/catchup, the portal, the window's bound structs.
package charging

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Deps is what the room needs of others; app passes it in.
type Deps struct {
	DB       *db.DB
	IDs      id.Source
	Sales    *sales.Service
	Payments *payments.Service
	// IssueLink makes the mailed link that opens a document, or with 0 the portal;
	// office/access behind it.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (linkID int64, err error)
	Changed   func(topics ...string)
	// Wake has the calendar looked at soon (office/catchup), Work the attempts that it let go.
	// May be nil.
	Wake, Work func()
	Log        *slog.Logger
}

// Service is the room's door.
type Service struct {
	Deps
	tick sync.Mutex // one round at a time
}

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	if d.Wake == nil {
		d.Wake = func() {}
	}
	if d.Work == nil {
		d.Work = func() {}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d}
}

// The states of an attempt.
const (
	Planned    = "planned"    // waits for its day
	Ready      = "ready"      // let go: the gateway is called next
	Calling    = "calling"    // durable before the call
	Unknown    = "unknown"    // no certain answer: asked about again, never sent again
	Processing = "processing" // the money is on its way
	Succeeded  = "succeeded"
	Declined   = "declined"
	Unreached  = "unreached" // surely never sent; another attempt follows
	Refused    = "refused"   // not tried: no method that would do
	Cancelled  = "cancelled" // stopped, paid otherwise, passed over
)

// The room's own reasons, beside the gateways'.
const (
	whyNoMethod    = "gateway.charging.no_method"
	whyNoConsent   = "gateway.charging.no_consent"
	whyDeleted     = "gateway.charging.method_deleted"
	whyExpired     = "gateway.charging.method_expired"
	whyCurrency    = "gateway.charging.currency"
	whyMode        = "gateway.charging.method_mode"
	whyGone        = "gateway.charging.gone"
	whyNotPossible = "gateway.charging.not_possible"
	whySettled     = "gateway.charging.settled"
	whyStopped     = "gateway.charging.stopped"
	whySkipped     = "gateway.charging.skipped"
	whyUnreached   = "gateway.charging.unreached"
	whyUnderWay    = "gateway.charging.under_way"
	whyAnnounced   = "gateway.charging.announced"
	whyDebited     = "gateway.charging.debited"
)

// Gateways' reasons that more is made of than a kind of decline.
const (
	whyHolder = "gateway.reason.authentication_required" // the bank wants its customer
	whyClosed = "gateway.reason.closed"                  // a person ended the attempt
)

const (
	staleAfter   = 3                   // days after which what was let go asks a person again (as catchup.FewDays)
	patience     = time.Hour           // between two calls of a gateway that was not reached, doubled each time …
	mostPatience = 12 * time.Hour      // … up to this
	timeLayout   = db.TimeFormat       // of instants, which therefore compare as text
	dunnedKind   = "charging.failed"   // of the audit log
	retriedKind  = "charging.by_hand"  // likewise
	stoppedKind  = "charging.stopped"  // likewise
	settingsKind = "charging.settings" // likewise
)

func today(ctx context.Context, tx *db.Tx) (civil.Date, error) {
	return company.Today(ctx, tx.Queries, tx.Now)
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// asked is what a document asks for now: what is held back is not charged.
func asked(d gen.ChargeDocumentRow, today civil.Date) int64 {
	return billing.Asked(d.DueMinor, d.RetainedMinor, day(d.RetainedUntil), today)
}

// moving is the row as it is, to be changed in part.
func moving(tx *db.Tx, a gen.ChargeAttempt) gen.MoveChargeParams {
	return gen.MoveChargeParams{ID: a.ID, FromState: a.State, State: a.State, Reason: a.Reason, DueOn: a.DueOn, ReadyOn: a.ReadyOn, NotBefore: a.NotBefore, ByHand: a.ByHand, Misses: a.Misses,
		IntentID: a.IntentID, UpdatedAt: tx.Stamp()}
}

// move writes a step; moved is false where somebody else was quicker.
func (s *Service) move(ctx context.Context, tx *db.Tx, m gen.MoveChargeParams) (moved bool, err error) {
	n, err := tx.MoveCharge(ctx, m)
	if n > 0 {
		tx.AfterCommit(func() { s.Changed("charges", "invoices") })
	}
	return n > 0, err
}

// finish ends an attempt before anything was sent.
func (s *Service) finish(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, state, reason string) (bool, error) {
	m := moving(tx, a)
	m.State, m.Reason, m.NotBefore = state, reason, ""
	return s.move(ctx, tx, m)
}
