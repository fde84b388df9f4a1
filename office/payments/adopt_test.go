package payments_test

import (
	"context"
	"testing"
	"time"

	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

// finder is a gateway that tells of a payment as the test says.
type finder struct {
	*officetest.Gateway
	say func(payments.Found) (payments.Found, error)
}

func (g *finder) Find(ctx context.Context, mode, ref string) (payments.Found, error) {
	found, err := g.Gateway.Find(ctx, mode, ref)
	if err != nil {
		return found, err
	}
	return g.say(found)
}

// Money of a restored file waits for a line to its gateway, however long: a machine that slept is
// no reason to put it aside.
func TestMoneyOfARestoredFileWaits(t *testing.T) {
	b := newBuyer(t)
	b.lost(b.customer.PublicID)
	g := &finder{b.Gateway, func(payments.Found) (payments.Found, error) { return payments.Found{}, payments.ErrUnreached }}
	b.Payments.Gateways = []payments.Gateway{g}
	b.Must(b.Payments.Hear(ctx, "practice", []byte("evt_1 "+lostKey+" ref-lost"), "good"))
	b.MoveTo(b.Now().Add(12 * time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	if n := b.count(t, "SELECT count(*) FROM gateway_events WHERE state = 'new'"); n != 1 {
		t.Fatal("money was put aside because nobody answered")
	}
	g.say = func(f payments.Found) (payments.Found, error) { return f, nil }
	b.Must(b.Payments.AskOpen(ctx))
	b.holds(t, 9_000)
}

// What cannot be booked (no rate of its currency is noted) is told, and not tried for ever.
func TestMoneyOfARestoredFileThatCannotBeBooked(t *testing.T) {
	b := newBuyer(t)
	b.lost(b.customer.PublicID)
	b.Payments.Gateways = []payments.Gateway{&finder{b.Gateway, func(f payments.Found) (payments.Found, error) {
		f.Currency = "JPY"
		return f, nil
	}}}
	dbtest.Tamper(t, b.Path, "INSERT INTO gateway_events (gateway, mode, event_id, kind, about_key, about_ref, received_at) VALUES ('practice', 'live', 'evt_1', 'x', '"+lostKey+"', 'ref-lost', '"+db.Stamp(b.Now().Add(-2*time.Hour))+"')")
	b.Must(b.Payments.AskOpen(ctx))
	if told, aside := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'payment_unknown' AND args LIKE '%JPY%'"), b.count(t, "SELECT count(*) FROM gateway_events WHERE state = 'nobody'"); told != 1 || aside != 1 {
		t.Errorf("told %d times, %d put aside", told, aside)
	}
}
