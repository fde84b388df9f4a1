package payments_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"comptoir/core/id"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

// picky is a keyed gateway that has only some kinds switched on, and a clock of its own.
type picky struct {
	*keyed
	on      []string
	ordered []string // the kinds of the last order
	tried   int
	off     time.Duration
}

func (p *picky) Test(ctx context.Context, mode string) (payments.Account, error) {
	p.tried++
	a, err := p.keyed.Test(ctx, mode)
	a.Kinds = p.on
	return a, err
}

func (p *picky) Checkout(ctx context.Context, o payments.CheckoutOrder) (payments.Outcome, error) {
	p.ordered = o.Kinds
	return p.keyed.Checkout(ctx, o)
}

func (p *picky) Save(ctx context.Context, o payments.SaveOrder) (payments.Outcome, error) {
	p.ordered = o.Kinds
	return p.keyed.Save(ctx, o)
}

func (p *picky) ClockOff() (time.Duration, bool) { return p.off, true }

func newPicky(t *testing.T) (*keyRoom, *picky) {
	t.Helper()
	k := newKeyRoom(t)
	p := &picky{keyed: k.g, on: []string{payments.KindCard}}
	k.room = payments.New(payments.Deps{DB: k.DB, IDs: id.Seeded(7), Sales: k.Sales, Printer: officetest.Printer{}, Gateways: []payments.Gateway{p}, Keys: k.g.keys})
	k.typed("live")
	return k, p
}

// offered gives the kinds that a customer reads of.
func (k *keyRoom) offered(currency string) string {
	k.T.Helper()
	c := k.Customer("Marie", nil)
	f := form(c, line(10_000))
	f.Currency = currency
	d := k.Issue(f)
	o, err := k.room.PortalOffer(ctx, officetest.Contact(c), payments.PayAsk{DocumentIDs: []string{d.PublicID}})
	k.Must(err)
	for _, w := range o.Ways {
		if w.Way == "stripe" {
			return fmt.Sprint(w.Kinds)
		}
	}
	return "not offered"
}

// Ordered and offered is what the account said is switched on: cards alone before it was asked,
// what it says when its keys are tried, and what it says a day later.
func TestOnlyWhatIsSwitchedOnIsOrdered(t *testing.T) {
	k, p := newPicky(t)
	k.allowSaving()
	want := func(when, kinds string) {
		t.Helper()
		k.begin()
		if got := fmt.Sprint(p.ordered); got != kinds || k.offered("EUR") != kinds {
			t.Errorf("%s: ordered %s, offered %s", when, got, k.offered("EUR"))
		}
		c := k.Customer("Marie", nil)
		_, err := k.room.SaveMethod(ctx, officetest.Contact(c), payments.SaveMethod{Key: k.Key(), Gateway: "stripe"})
		k.Must(err)
		if got := fmt.Sprint(p.ordered); got != kinds {
			t.Errorf("%s: a method to keep, ordered %s", when, got)
		}
	}
	p.on = []string{payments.KindCard, payments.KindDebit}
	want("not asked yet", "[card]")
	if _, err := k.room.TestGateway(ctx, staff, "stripe", "live"); err != nil {
		t.Fatal(err)
	}
	want("tried", "[card sepa_debit]")
	p.on = []string{payments.KindCard}
	k.Must(k.room.AskOpen(ctx))
	want("asked the same day", "[card sepa_debit]")
	k.MoveTo(k.Now().Add(25 * time.Hour))
	tried := p.tried
	for range 2 {
		k.Must(k.room.AskOpen(ctx))
	}
	if p.tried != tried+1 {
		t.Errorf("asked %d times in a day", p.tried-tried)
	}
	want("switched off there", "[card]")
	p.on = []string{payments.KindDebit}
	k.g.says = errors.New("nobody answers")
	k.MoveTo(k.Now().Add(25 * time.Hour))
	_ = k.room.AskOpen(ctx)
	want("nobody answers", "[card]")
	k.g.says, k.g.account = nil, "acct_2"
	p.on = []string{payments.KindCard, payments.KindDebit}
	k.MoveTo(k.Now().Add(25 * time.Hour))
	k.Must(k.room.AskOpen(ctx))
	want("told of another account", "[card]")
}

// The account of a world that was never reached is asked as soon as it answers.
func TestKindsAreAskedForWithTheNews(t *testing.T) {
	k, p := newPicky(t)
	p.on = []string{payments.KindCard, payments.KindDebit}
	k.g.says = errors.New("nobody answers")
	k.Must(k.room.AskOpen(ctx))
	k.g.says = nil
	k.MoveTo(k.Now().Add(10 * time.Minute))
	k.Must(k.room.AskOpen(ctx))
	if got := k.offered("EUR"); got != "[card sepa_debit]" {
		t.Error(got)
	}
}

// A clock that is far off is told to the firm once a day, in words; a second is nothing.
func TestTheFirmIsToldOfItsClock(t *testing.T) {
	k, p := newPicky(t)
	told := func() int64 { return k.count("SELECT count(*) FROM notifications WHERE kind = 'clock_off'") }
	p.off = 40 * time.Second
	k.Must(k.room.AskOpen(ctx))
	if told() != 0 {
		t.Error("told of seconds")
	}
	p.off = -47 * time.Minute
	for range 3 {
		k.MoveTo(k.Now().Add(10 * time.Minute))
		k.Must(k.room.AskOpen(ctx))
	}
	if told() != 1 || k.count(`SELECT count(*) FROM notifications WHERE kind = 'clock_off' AND args LIKE '%47%'`) != 1 {
		t.Errorf("told %d times", told())
	}
}

// Pages about no document are few of one customer at a time, the oldest closed at the gateway
// itself: each that is open is asked about.
func TestLoosePagesAreFew(t *testing.T) {
	k := newKeyRoom(t)
	k.demo()
	k.typed("test")
	k.allowSaving()
	c, other := k.Customer("Marie", nil), k.Customer("Paul", nil)
	save := func(c customers.Customer) payments.Intent {
		i, err := k.room.SaveMethod(ctx, officetest.Contact(c), payments.SaveMethod{Key: k.Key(), Gateway: "stripe"})
		k.Must(err)
		return i
	}
	first, his := save(c), save(other)
	for range 11 {
		save(c)
	}
	if n := k.count("SELECT count(*) FROM payment_intents WHERE kind = 'save' AND state = 'needs_action'"); n != 5+1 {
		t.Errorf("%d pages are open", n)
	}
	if n := k.count("SELECT count(*) FROM payment_intents WHERE watched = 1"); n != 5+1 {
		t.Errorf("%d are asked about", n)
	}
	for i, want := range map[*payments.Intent]string{&first: payments.Cancelled, &his: payments.NeedsAction} {
		got, err := k.room.StaffIntent(ctx, staff, i.PublicID)
		if err != nil || got.State != want {
			t.Errorf("%+v, want %s (%v)", got, want, err)
		}
	}
}
