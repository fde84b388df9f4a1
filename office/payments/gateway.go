package payments

import (
	"context"
	"errors"
	"time"

	"comptoir/core/money"
)

// The two worlds of a gateway. What was begun in one is never asked about in the other.
const (
	ModeTest = "test"
	ModeLive = "live"
)

// ErrOtherMode is what a gateway answers to an order of the mode that it has no keys of;
// nothing was sent.
var ErrOtherMode = errors.New("payments: the gateway is switched to its other mode")

// ErrNotSent is joined to the error of a call that surely never reached the gateway: no
// network, a name that does not resolve, keys that are refused. The attempt is over then and
// may be made anew. Any other error leaves it unknown: it is asked about, never guessed.
var ErrNotSent = errors.New("payments: the gateway was not reached")

// What was the matter with a call that failed: an error of a gateway is one of these, beside
// ErrNotSent where surely nothing was done. What is neither says nothing for certain.
var (
	// ErrUnreached: no answer, or none that says anything (a gateway in trouble).
	ErrUnreached = errors.New("payments: the gateway does not answer")
	// ErrKeysRefused: the keys are refused, or lack a right that the call needs. No customer can
	// do anything about it; the firm has to be told.
	ErrKeysRefused = errors.New("payments: the gateway refuses the keys")
	// ErrBadOrder: the order as it was put is refused: something is not set up at the gateway,
	// or is wrong in this program. It will be refused again.
	ErrBadOrder = errors.New("payments: the gateway refuses the order as it was put")
	// ErrClock is an ErrBadOrder that comes of this machine's clock.
	ErrClock = errors.New("payments: this machine's clock is not the gateway's")
	// ErrMissing: what was named by the gateway's own reference is not there, or not in this
	// account: the keys are those of another one.
	ErrMissing = errors.New("payments: the gateway does not know what was named")
	// ErrTooMuch: a list is longer than can be looked through.
	ErrTooMuch = errors.New("payments: more than can be looked through")
)

// Gateway is one way to be paid by somebody else's machine. The engine makes the row and
// the key of every order durable before it calls. A call may fail or never answer: the
// attempt is then unknown and Ask is called until the gateway tells. The same key is the
// same order, however often it is sent.
//
// Differences from the first plan, each with its reason: orders are called CheckoutOrder,
// SaveOrder, ChargeOrder, RefundOrder (ChargeKept is the use case of the room); Cancel ends a
// page that nobody should pay on any more; Hear and News tell of what happened at the
// gateway's own site, by webhook and by asking, as the same events with the same ids; what
// was given back and what is disputed are lists with their own references, not one sum, so
// that each is booked exactly once whatever else is under way.
type Gateway interface {
	Name() string // "stripe", "practice": pay_ways.way, payments.gateway
	Capabilities() Capabilities
	// Ready tells which keys are in use, and whether there are any. It asks nobody.
	Ready(ctx context.Context) (mode string, ok bool)
	Takes(c money.Currency) bool

	// Checkout opens the gateway's page on which the customer pays: NeedsAction with URL.
	Checkout(ctx context.Context, o CheckoutOrder) (Outcome, error)
	// Save opens the gateway's page that only keeps a method: NeedsAction with URL.
	Save(ctx context.Context, o SaveOrder) (Outcome, error)
	// Charge charges a kept method. NeedsAction with URL where the bank wants its holder.
	Charge(ctx context.Context, o ChargeOrder) (Outcome, error)
	Refund(ctx context.Context, o RefundOrder) (Outcome, error)
	// Ask tells how an attempt of any kind stands. The gateway looks by Ref, and where there
	// is none (the answer was lost) by Key. Cancelled: it never heard of it, and never will;
	// where it cannot be sure of that: Unknown. Of a payment it also tells Refunds and Disputes.
	Ask(ctx context.Context, a Attempt) (Outcome, error)
	// Cancel ends an attempt that waits for the customer (its page expires), and tells how it
	// stands then: Cancelled, or Succeeded when the customer was quicker.
	Cancel(ctx context.Context, a Attempt) (Outcome, error)
	// Detach forgets a kept method; one that the gateway does not know is detached.
	Detach(ctx context.Context, k KeptRef) error

	// Hear checks the signature of a webhook and tells what it is about; fault.Invalid for a
	// bad one. It asks nobody.
	Hear(ctx context.Context, payload []byte, signature string) (Event, error)
	// News lists what happened after a cursor, the oldest first ("": of the last days), for
	// machines that no webhook reaches. next is given back the next time.
	News(ctx context.Context, mode, cursor string) (events []Event, next string, err error)

	// Test is the settings' "Tester": it asks the gateway who we are.
	Test(ctx context.Context, mode string) (Account, error)
}

// Hosting is a gateway whose page is the portal's own: the practice gateway. Its outcomes tell
// the step at which that page is, never an address: that is the portal's. Answer carries what the
// customer did on it.
type Hosting interface {
	Answer(ctx context.Context, a Attempt, answer string) (Outcome, error)
}

// Clocked is a gateway that tells how far this machine's clock is ahead of its own (negative:
// behind), once it has answered anything.
type Clocked interface {
	ClockOff() (off time.Duration, known bool)
}

// The steps of a page of our own.
const (
	StepChoose  = "choose"  // what to pay with
	StepConfirm = "confirm" // the holder's second step
)

// Capabilities are what a gateway can do.
type Capabilities struct {
	Hosted, Save, Charge, Refund bool
	Kinds                        []string // KindCard, KindDebit
	Fees                         bool     // Outcome tells FeeMinor, at the success or some time after
}

// The kinds of kept methods.
const (
	KindCard  = "card"
	KindDebit = "sepa_debit"
)

// Order is what every order carries.
type Order struct {
	Key         string // idempotency key, durable before the call; also put on the gateway's own record of it (metadata "key")
	Mode        string // keys of the other mode: ErrOtherMode
	IntentID    string // public id, for the address to come back to
	AmountMinor int64  // 0 for SaveOrder
	Currency    money.Currency
	Description string // "FA-2026-0042, FA-2026-0043", for the customer's account statement and the gateway's site
	Customer    Payer
	Lang        string // "fr", "en"
	ReturnURL   string // of the portal: where the customer lands, whatever happened
}

// Payer is the customer, as a gateway may know it.
type Payer struct {
	PublicID string
	Ref      string // at this gateway; "" = it does not know it: make it where it is needed, and tell Outcome.CustomerRef
	Name     string
	Email    string
}

// CheckoutOrder asks for the page to pay on. Save: keep the method for later charges.
type CheckoutOrder struct {
	Order
	Save  bool
	Kinds []string // kinds that may be offered; none = all it has
}

// SaveOrder asks for the page that only keeps a method.
type SaveOrder struct {
	Order
	Kinds []string
}

// ChargeOrder charges a kept method. OffSession: the customer is not there.
type ChargeOrder struct {
	Order
	Method     KeptRef
	OffSession bool
}

// RefundOrder gives back AmountMinor of what ChargeRef took.
type RefundOrder struct {
	Order
	ChargeRef string
}

// Attempt is what Ask, Cancel and Answer are about.
type Attempt struct {
	Kind        string // IntentPay …
	Key         string
	Ref         string // "" while no answer named it
	ChargeRef   string // of a refund: what is given back
	Mode        string
	AmountMinor int64
	Currency    money.Currency
	CustomerRef string
	CreatedAt   time.Time
}

// KeptRef is a kept method, as the gateway calls it.
type KeptRef struct {
	Mode        string
	Token       string
	CustomerRef string
	Kind        string
}

// KeptMethod is what a gateway tells of a method that it keeps; never its number.
type KeptMethod struct {
	Token       string
	CustomerRef string
	Kind        string // KindCard, KindDebit
	Brand       string // "visa", the bank of a debit
	Last4       string
	ExpMonth    int // 0 where it does not expire
	ExpYear     int
}

// Outcome is what a gateway says of an attempt.
type Outcome struct {
	State     string // Succeeded, Declined, NeedsAction, Processing (a debit: days), Unknown, Cancelled
	Ref       string // the attempt, to be asked about; "" = as known
	ChargeRef string // the money that moved, what a refund names and the payment bears; "" = Ref
	URL       string // of NeedsAction: the gateway's own page
	Step      string // of NeedsAction, of a Hosting gateway: StepChoose, StepConfirm
	ExpiresAt time.Time
	Reason    string // key of a text, of Declined: "gateway.reason.…"
	Kind      string // KindCard, KindDebit: how it was paid
	TookMinor int64  // what the gateway took; 0 = as ordered

	CustomerRef string
	Kept        *KeptMethod
	FeeMinor    int64 // kept by the gateway, goes to 627; may be told later than the success

	Refunds  []Refunded // every refund of this payment, whoever ordered it; only those that stand
	Disputes []Dispute
}

// Refunded is money that a gateway gave back.
type Refunded struct {
	Ref         string
	Key         string // our own, where we ordered it
	State       string // Succeeded, Processing, Declined (it came back)
	AmountMinor int64
	FeeMinor    int64
}

// Dispute is a payment that the customer's bank took back, or asks about.
type Dispute struct {
	Ref            string
	State          string // DisputeOpen, DisputeWon, DisputeLost
	AmountMinor    int64
	WithdrawnMinor int64 // of it, what is gone from our account now; 0 once it came back
	FeeMinor       int64
	Reason         string // key of a text
	AnswerBy       time.Time
}

// The states of a dispute.
const (
	DisputeOpen = "open"
	DisputeWon  = "won"
	DisputeLost = "lost"
)

// Event says about what a gateway is to be asked. It moves nothing by itself: the gateway's
// answer does, so events may come late, twice, in any order, or before our own answer.
type Event struct {
	ID   string // at the gateway, unique
	Mode string
	Kind string // as the gateway calls it, for the log
	Key  string // our key, where the event carries it
	Ref  string // Ref or ChargeRef of the attempt
}

// Account is who we are at a gateway.
type Account struct {
	ID      string // at the gateway; the keys of another account tell another
	Name    string
	Mode    string
	Country string
	Charges bool     // it may take money
	Payouts bool     // and pay it out
	Kinds   []string // what is switched on there
	// Mute: these keys may not read what happens at the gateway's own site: nothing is heard of
	// fees told late, of refunds and disputes, but by a webhook.
	Mute bool
	// ClockOff is how far this machine's clock is ahead of the gateway's; negative: behind.
	ClockOff time.Duration
}

// MostClockOff is how far the two clocks may be apart before something goes wrong: signatures
// of webhooks are refused from there on, pages open for too short a time.
const MostClockOff = 5 * time.Minute
