package subscriptions

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
	"comptoir/office/recurring"
	"comptoir/rules/subscription"
)

// ending is an end that was judged, not made yet.
type ending struct {
	how     string
	waits   bool // for the firm's word
	on      civil.Date
	credits []giveBack
	quote   Quote
}

// judgeEnd finds out how it ends: a customer's wish by the plan as it was agreed, the firm's as
// the firm says. What never began ends at once, and its invoice with it.
func (s *Service) judgeEnd(ctx context.Context, q *gen.Queries, who actor.Actor, x *subject, in Cancel) (*ending, error) {
	state, contact := x.state(), who.Kind == actor.Contact
	e := &ending{how: in.How, quote: Quote{Currency: money.Currency(x.row.Currency), Plan: x.plan, Choice: x.choice, When: Now}}
	switch {
	case state == subscription.Ended, contact && state == subscription.Cancelling:
		return nil, refuse("ended_already")
	case state == subscription.Pending:
		if err := noMoneyComing(ctx, q, x.row); err != nil {
			return nil, err
		}
		e.how = AtOnce
	case contact && !x.plan.MayCancel:
		return nil, refuse("not_offered")
	case contact || e.how == "":
		e.how = x.plan.CancelRule
	}
	if e.how != AtPeriodEnd && e.how != AtOnce && e.how != AtOnceCredit {
		return nil, oneField("how", "fault.choice")
	}
	if e.waits = contact && x.plan.CancelWaits && state != subscription.Pending; e.waits {
		e.how = AtPeriodEnd
	}
	if e.on = x.on; e.how == AtPeriodEnd {
		e.on, e.quote.When = subscription.PeriodEnd(x.period(), day(x.row.TrialUntil), x.on), AtPeriodEnd
	}
	e.quote.On = e.on
	if e.how != AtOnceCredit {
		return e, nil
	}
	// The day on which it ends is paid; what is left begins the day after.
	_, unused, err := x.covered().Split(x.on.AddDays(1))
	if err != nil || x.over() {
		return e, err
	}
	_, paid, err := s.charges(ctx, q, x)
	if unused = min(unused, subscription.Left(x.row.CoveredMinor, paid)); err != nil || unused == 0 { // credited by hand already
		return e, err
	}
	span := subscription.Span{From: x.on.AddDays(1), To: x.period().To}
	if span.From.Before(x.period().From) {
		span.From = x.period().From
	}
	e.quote.From, e.quote.To = span.From, span.To
	e.credits, err = s.giveBacks(ctx, q, x, unused, span, &e.quote, "cancel")
	return e, err
}

// noMoneyComing refuses to take an order back while money for its first invoice is on its way:
// what arrived after that would be nobody's.
func noMoneyComing(ctx context.Context, q *gen.Queries, row gen.Subscription) error {
	if row.FirstID == nil {
		return nil
	}
	coming, err := q.SubscriptionMoneyComing(ctx, *row.FirstID)
	if err == nil && coming == 1 {
		err = refuse("money_coming")
	}
	return err
}

// PreviewCancel gives what an end comes to: its day, and what is given back.
func (s *Service) PreviewCancel(ctx context.Context, who actor.Actor, in Cancel) (r Quote, err error) {
	if err := allowed(who, actor.TrustLink); err != nil {
		return Quote{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		x, err := s.subject(ctx, q, who, in.PublicID)
		if err != nil {
			return err
		}
		e, err := s.judgeEnd(ctx, q, who, &x, in)
		if err != nil {
			return err
		}
		r = e.quote
		return nil
	})
	return r, err
}

// Cancel asks for the end (contact: as the plan says, with a reason) or does it (firm).
func (s *Service) Cancel(ctx context.Context, who actor.Actor, in Cancel) (Subscription, error) {
	in.Reason = strings.TrimSpace(typed.Clean(in.Reason))
	var form fault.Form
	if form.MaxLen("reason", in.Reason, 2000); !form.Empty() {
		return Subscription{}, form.Err()
	}
	return s.once(ctx, who, in.Key, "subscription.cancel", in.PublicID, in.Version, in, func(ctx context.Context, w *work) error {
		e, err := s.judgeEnd(ctx, w.tx.Queries, who, &w.subject, in)
		if err != nil {
			return err
		}
		if e.quote.NowMinor != in.ShownMinor {
			return refuse("amount_changed")
		}
		if w.row.CancelAt == "" {
			w.row.CancelAt, w.row.CancelReason = w.tx.Stamp(), in.Reason
		}
		w.row.CancelWaits = flag(e.waits)
		if e.how == AtPeriodEnd {
			return w.endLater(ctx, e)
		}
		return w.endNow(ctx, e)
	})
}

// endLater lets it run to its last day; no more invoices are made meanwhile.
func (w *work) endLater(ctx context.Context, e *ending) error {
	if w.planned != nil {
		if err := w.unplan(ctx); err != nil {
			return err
		}
	}
	w.row.EndsOn = e.on.String()
	if err := w.put(ctx); err != nil {
		return err
	}
	if err := w.s.Recurring.PauseTx(ctx, w.tx, w.who, w.row.RecurringID); err != nil {
		return err
	}
	kind, mail := "cancel_set", outbox.SubscriptionCancelled
	if e.waits {
		kind, mail = "cancel_asked", outbox.SubscriptionCancelAsked
	}
	if w.who.Kind == actor.Contact {
		if err := audit.Notify(ctx, w.tx, "subscription_cancel", map[string]any{"customer": w.customer.Name, "plan": w.plan.NameFR}, "subscription", w.row.PublicID); err != nil {
			return err
		}
	}
	if err := w.event(ctx, kind, nil, map[string]any{"date": e.on.String(), "reason": w.row.CancelReason}); err != nil {
		return err
	}
	return w.s.tell(ctx, w.tx, w.row.ID, mail)
}

// endNow ends it today: what is left is given back where it was asked for, the invoice of what
// never began is taken back whole.
func (w *work) endNow(ctx context.Context, e *ending) error {
	docID, err := w.credit(ctx, e.credits, subscription.Span{From: e.quote.From, To: e.quote.To})
	if err != nil {
		return err
	}
	begun := w.row.ActiveOn != ""
	if !begun {
		if docID, err = w.takeBackFirst(ctx); err != nil {
			return err
		}
	}
	if err := w.end(ctx, w.on, docID); err != nil {
		return err
	}
	if w.who.Kind == actor.Contact {
		if err := audit.Notify(ctx, w.tx, "subscription_cancel", map[string]any{"customer": w.customer.Name, "plan": w.plan.NameFR}, "subscription", w.row.PublicID); err != nil {
			return err
		}
	}
	if !begun {
		return nil
	}
	return w.s.tell(ctx, w.tx, w.row.ID, outbox.SubscriptionCancelled)
}

// end writes the end.
func (w *work) end(ctx context.Context, on civil.Date, documentID *int64) error {
	w.row.State, w.row.EndsOn, w.row.EndedOn, w.row.CancelWaits, w.planned = subscription.StoredEnded, on.String(), on.String(), 0, nil
	if err := w.put(ctx); err != nil {
		return err
	}
	if err := w.s.Recurring.EndTx(ctx, w.tx, w.who, w.row.RecurringID); err != nil {
		return err
	}
	return w.event(ctx, "ended", documentID, map[string]any{"date": on.String(), "reason": w.row.CancelReason})
}

// takeBackFirst takes the first invoice back, of what nobody paid in full.
func (w *work) takeBackFirst(ctx context.Context) (*int64, error) {
	if w.row.FirstID == nil {
		return nil, nil
	}
	first, err := w.tx.DocumentByID(ctx, *w.row.FirstID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	id, err := w.s.Sales.CancelInvoiceTx(context.WithValue(ctx, ours{}, true), w.tx, w.who, first.PublicID, w.words("common.subscription.reason.lapsed", nil))
	if e, ok := fault.As(err); ok && e.Key == "fault.credit.nothing_left" { // credited by hand already
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := gen.InsertSubscriptionPaperParams{SubscriptionID: w.row.ID, DocumentID: id, Role: "credit", FromOn: w.row.PeriodFrom, ToOn: w.row.PeriodTo, Minor: w.row.CoveredMinor, AboutID: w.row.FirstID}
	return &id, w.tx.InsertSubscriptionPaper(ctx, p)
}

// keep takes a cancellation back: it goes on as if nobody had asked.
func (w *work) keep(ctx context.Context) error {
	w.row.CancelAt, w.row.CancelReason, w.row.CancelWaits, w.row.EndsOn = "", "", 0, ""
	if err := w.put(ctx); err != nil {
		return err
	}
	if w.row.State == subscription.StoredRunning {
		if err := w.s.Recurring.ResumeTx(ctx, w.tx, w.who, w.row.RecurringID); err != nil {
			return err
		}
	}
	return w.event(ctx, "cancel_taken_back", nil, nil)
}

// Pause stops the invoices until the firm lets it run again.
func (s *Service) Pause(ctx context.Context, who actor.Actor, publicID string, version int64) (Subscription, error) {
	if err := who.Need(actor.Sell); err != nil {
		return Subscription{}, err
	}
	return s.do(ctx, who, publicID, version, func(ctx context.Context, w *work) error {
		if !w.runs() {
			return refuse("not_changeable")
		}
		w.row.State = subscription.StoredPaused
		if err := w.put(ctx); err != nil {
			return err
		}
		if err := s.Recurring.PauseTx(ctx, w.tx, who, w.row.RecurringID); err != nil {
			return err
		}
		return w.event(ctx, "paused", nil, nil)
	})
}

// Resume lets a paused one run again. Inside the days that were invoiced, or those of its
// trial, nothing moves; after them a period begins today and its invoice is made at once: the
// days between are neither asked for nor given.
func (s *Service) Resume(ctx context.Context, who actor.Actor, publicID string, version int64) (Subscription, error) {
	if err := who.Need(actor.Sell); err != nil {
		return Subscription{}, err
	}
	return s.do(ctx, who, publicID, version, func(ctx context.Context, w *work) error {
		if w.state() != subscription.Paused {
			return refuse("not_paused")
		}
		w.row.State = subscription.StoredRunning
		if err := w.put(ctx); err != nil {
			return err
		}
		if err := w.event(ctx, "resumed", nil, nil); err != nil {
			return err
		}
		if subscription.Reaches(w.period(), day(w.row.TrialUntil), w.on) {
			return s.Recurring.ResumeTx(ctx, w.tx, who, w.row.RecurringID)
		}
		t := w.taken
		if w.planned != nil { // its day has come with the period
			t.plan, t.choice = w.planned.Plan, w.planned.Choice
		}
		if err := s.Recurring.BeginTx(ctx, w.tx, who, w.row.RecurringID, recurring.Calendar{When: t.when(w.on), Start: w.on}); err != nil {
			return err
		}
		return s.Recurring.RunTx(ctx, w.tx, who, w.row.RecurringID)
	})
}
