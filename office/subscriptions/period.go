package subscriptions

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/office/settlement"
	"comptoir/rules/subscription"
)

// What office/recurring asks of the room whose things its templates run.
var _ recurring.Companion = (*Service)(nil)

func byRecurring(ctx context.Context, q *gen.Queries, id int64) (row gen.Subscription, ok bool, err error) {
	row, err = q.SubscriptionByRecurring(ctx, id)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return gen.Subscription{}, false, nil
	}
	return row, err == nil, err
}

// Runs tells whether a template runs a subscription.
func (s *Service) Runs(ctx context.Context, q *gen.Queries, recurringID int64) (bool, error) {
	_, ok, err := byRecurring(ctx, q, recurringID)
	return ok, err
}

// Compose puts the set-up fee on the first invoice, and lets that be due at once; where it must
// be paid before anything begins it says that its days are counted from the payment.
func (s *Service) Compose(ctx context.Context, tx *db.Tx, recurringID int64, form *sales.Draft) error {
	row, ok, err := byRecurring(ctx, tx.Queries, recurringID)
	if err != nil || !ok {
		return err
	}
	w, err := s.work(ctx, tx, actor.Machine(), row.ID)
	if err != nil {
		return err
	}
	if row.SetupOwed == 1 && w.plan.SetupMinor > 0 {
		form.Lines = append(form.Lines, w.setup())
	}
	if row.State == subscription.StoredPending {
		form.TermsDays, form.TermsEndOfMonth = 0, false
		form.Note = strings.TrimSpace(form.Note + "\n" + w.words("common.subscription.first_note", nil))
	}
	return nil
}

// Made hears of the invoice of a period: it is what the customer has until the next one.
func (s *Service) Made(ctx context.Context, tx *db.Tx, who actor.Actor, recurringID int64, made recurring.Made) error {
	row, ok, err := byRecurring(ctx, tx.Queries, recurringID)
	if err != nil || !ok {
		return err
	}
	w, err := s.work(ctx, tx, who, row.ID)
	if err != nil {
		return err
	}
	if w.planned != nil && !w.planned.On.After(made.On) {
		if err := w.arrive(ctx); err != nil {
			return err
		}
	}
	minor, err := w.terms().Period()
	if err != nil {
		return err
	}
	doc, err := tx.DocumentByPublicID(ctx, made.Issued.PublicID)
	if err != nil {
		return db.NotFound(err)
	}
	r, role := &w.row, "period"
	if r.State == subscription.StoredPending {
		r.FirstID, role = &doc.ID, "first"
	}
	r.PeriodFrom, r.PeriodTo, r.CoveredFrom, r.CoveredMinor, r.SetupOwed = made.Period.From.String(), made.Period.To.String(), made.Period.From.String(), minor, 0
	if err := w.put(ctx); err != nil {
		return err
	}
	if err := tx.InsertSubscriptionPaper(ctx, gen.InsertSubscriptionPaperParams{SubscriptionID: r.ID, DocumentID: doc.ID, Role: role, FromOn: r.PeriodFrom, ToOn: r.PeriodTo, Minor: minor}); err != nil {
		return err
	}
	s.changed(tx)
	return w.useCredits(ctx, doc.ID)
}

// arrive lets a planned change hold.
func (w *work) arrive(ctx context.Context) error {
	row, err := w.tx.PlanByPublicID(ctx, w.planned.PlanID)
	if err != nil {
		return db.NotFound(err)
	}
	w.plan, w.choice, w.row.PlanID = w.planned.Plan, w.planned.Choice, row.ID
	w.planned = nil
	if w.row.AmountMinor, w.row.MonthlyMinor, err = w.each(ctx, w.tx.Queries, w.on); err != nil {
		return err
	}
	return w.event(ctx, "changed", nil, w.planNames())
}

// useCredits sets what the subscription has given back against its new invoice, the oldest
// first, and begins one that owes nothing any more.
func (w *work) useCredits(ctx context.Context, documentID int64) error {
	credits, err := w.tx.SubscriptionCreditsLeft(ctx, w.row.ID)
	if err != nil {
		return err
	}
	st, err := w.tx.Status(ctx, documentID)
	if err != nil {
		return db.NotFound(err)
	}
	due := st.DueMinor
	for _, c := range credits {
		minor := min(c.DueMinor, due)
		if minor <= 0 {
			continue
		}
		if err := settlement.ApplyCredit(ctx, w.tx, c.DocumentID, []settlement.Part{{DocumentID: documentID, AmountMinor: minor}}, w.on); err != nil {
			return err
		}
		due -= minor
	}
	if due == 0 && w.row.State == subscription.StoredPending {
		return w.activate(ctx)
	}
	return nil
}
