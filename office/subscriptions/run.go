package subscriptions

import (
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/due"
	"comptoir/rules/subscription"
)

// lapseDays is how long an order waits for its first payment, or for a method, before it is
// taken back with its invoice.
const lapseDays = 30

// What is due in the room: the parts of a key.
const (
	dueEnd   = "end"
	dueLapse = "lapse"
)

// Name is the room's name among the sources of the wake-up panel.
func (s *Service) Name() string { return "subscriptions" }

type dueRow struct {
	kind, publicID, customer, customerID, currency, terms string
	on                                                    civil.Date
}

// Due gives what has a day that came: ends, orders that nobody paid. What
// happens is right without it (an end that has come is an end); it is written down here.
func (s *Service) Due(ctx context.Context, today civil.Date) (list []due.Item, err error) {
	list = []due.Item{}
	rows := []dueRow{}
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		over, err := q.SubscriptionsOver(ctx, today.String())
		if err != nil {
			return err
		}
		for _, r := range over {
			rows = append(rows, dueRow{dueEnd, r.PublicID, r.CustomerName, r.CustomerPublicID, r.Currency, r.Terms, day(r.EndsOn).AddDays(1)})
		}
		lapsed, err := q.SubscriptionsLapsed(ctx, gen.SubscriptionsLapsedParams{Before: today.AddDays(-lapseDays).String()})
		if err != nil {
			return err
		}
		for _, r := range lapsed {
			rows = append(rows, dueRow{dueLapse, r.PublicID, r.CustomerName, r.CustomerPublicID, r.Currency, r.Terms, day(r.SinceOn).AddDays(lapseDays + 1)})
		}
		return err
	}); err != nil {
		return nil, err
	}
	for _, r := range rows {
		var p Plan
		if err := unpack(r.terms, &p); err != nil {
			return nil, err
		}
		list = append(list, due.Item{Key: r.kind + "/" + r.publicID + "/" + r.on.String(), Kind: due.Subscription, On: r.on, Line: r.publicID, Title: p.NameFR, Customer: r.customer, CustomerID: r.customerID,
			Currency: money.Currency(r.currency)})
	}
	slices.SortStableFunc(list, func(a, b due.Item) int { return strings.Compare(a.On.String(), b.On.String()) })
	return list, nil
}

// Do does one of them; what is done, or no longer asked for, is left as it is.
func (s *Service) Do(ctx context.Context, who actor.Actor, key string) error {
	return s.settle(ctx, who, key, func(ctx context.Context, w *work, kind string) error {
		switch {
		case kind == dueEnd && w.row.State != subscription.StoredEnded && w.state() == subscription.Ended:
			return w.end(ctx, day(w.row.EndsOn), nil)
		case kind == dueLapse:
			still, err := w.tx.SubscriptionsLapsed(ctx, gen.SubscriptionsLapsedParams{Before: w.on.AddDays(-lapseDays).String(), PublicID: w.row.PublicID})
			if err != nil || len(still) == 0 { // paid meanwhile, or money is on its way
				return err
			}
			return w.lapse(ctx)
		}
		return nil
	})
}

// Skip refuses: what has ended cannot be passed over.
func (s *Service) Skip(context.Context, actor.Actor, string) error { return refuse("no_skip") }

func (s *Service) settle(ctx context.Context, who actor.Actor, key string, fn func(context.Context, *work, string) error) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	kind, rest, _ := strings.Cut(key, "/")
	publicID, _, ok := strings.Cut(rest, "/")
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.doTx(ctx, tx, who, publicID, 0, func(ctx context.Context, w *work) error { return fn(ctx, w, kind) })
		return err
	})
}

// lapse takes back an order that nobody paid, with its invoice.
func (w *work) lapse(ctx context.Context) error {
	docID, err := w.takeBackFirst(ctx)
	if err != nil {
		return err
	}
	if err := w.event(ctx, "lapsed", nil, nil); err != nil {
		return err
	}
	return w.end(ctx, w.on, docID)
}
