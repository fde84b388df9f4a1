package payments

import (
	"context"
	"slices"
	"strings"
	"time"

	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Which kinds of method (card, debit) can be ordered of a gateway. One with an account of the
// firm's own tells what is switched on there when it is tried, and is asked again each day; what
// is not switched on is refused with the whole order.

// kindsEvery is how often a gateway is asked what is switched on.
const kindsEvery = 24 * time.Hour

// kindsOf gives the kinds that can be ordered in a world of a gateway, in a currency ("" = any):
// of one with keys what it told, and before it told anything cards alone, which every account
// has. A debit is in euros.
func (s *Service) kindsOf(ctx context.Context, q *gen.Queries, g Gateway, mode string, currency money.Currency) ([]string, error) {
	kinds := g.Capabilities().Kinds
	if _, keyed := g.(Keyed); keyed && s.Keys != nil {
		w, err := worldRow(ctx, q, g.Name(), mode)
		if err != nil {
			return nil, err
		}
		told := strings.Fields(w.Kinds)
		if len(told) == 0 {
			told = []string{KindCard}
		}
		kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return !slices.Contains(told, kind) })
	}
	if currency != "" && currency != "EUR" {
		kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return kind == KindDebit })
	}
	return kinds, nil
}

// orderable is kindsOf for an order that is about to be sent.
func (s *Service) orderable(ctx context.Context, g Gateway, row gen.PaymentIntent) (kinds []string, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		kinds, err = s.kindsOf(ctx, q, g, row.Mode, money.Currency(row.Currency))
		return err
	})
	return kinds, err
}

// told notes what a gateway says is switched on, in a world that is written then.
func told(w *gen.GatewayWorld, a Account, at string) {
	w.Kinds, w.KindsAt = strings.Join(a.Kinds, " "), at
}

// askKinds asks a gateway once a day what is switched on: the firm may switch a kind on or off
// at the gateway's own site. One that does not say is asked the next day; nothing changes then.
func (s *Service) askKinds(ctx context.Context, g Gateway, mode string) error {
	if _, keyed := g.(Keyed); !keyed || s.Keys == nil {
		return nil
	}
	var w gen.GatewayWorld
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		w, err = worldRow(ctx, q, g.Name(), mode)
		return err
	}); err != nil {
		return err
	}
	now := s.DB.Now()
	if asked, err := time.Parse(time.RFC3339, w.KindsAt); err == nil && !asked.After(now) && now.Sub(asked) < kindsEvery {
		return nil
	}
	a, failed := g.Test(ctx, mode)
	s.complain(g.Name(), mode, "", failed)
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := worldRow(ctx, tx.Queries, g.Name(), mode)
		if err != nil {
			return err
		}
		switch {
		case failed != nil && w.KindsAt == "": // it never told anything: it is asked again soon
			return nil
		case failed == nil && (a.ID == "" || w.Account == "" || a.ID == w.Account):
			told(&w, a, tx.Stamp())
		default:
			w.KindsAt = tx.Stamp()
		}
		return s.putWorld(ctx, tx, w)
	})
}

// tellClock tells the firm, once a day, that this machine's clock and a gateway's are far apart:
// webhooks are refused for it, and pages too.
func (s *Service) tellClock(ctx context.Context, g Gateway) error {
	c, is := g.(Clocked)
	if !is {
		return nil
	}
	off, known := c.ClockOff()
	if !known || off.Abs() <= MostClockOff {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.once(ctx, tx, "clock-off/"+g.Name()+"/"+tx.Now.Format(time.DateOnly), func() error {
			return audit.Notify(ctx, tx, "clock_off", map[string]any{"minutes": int64(off.Abs().Round(time.Minute) / time.Minute)}, "gateway", g.Name())
		})
	})
}
