package subscriptions

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/outbox"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/rules/subscription"
)

// change is a change that was judged and computed, not made yet.
type change struct {
	old     *subject
	new     taken
	planID  int64
	moved   subscription.Moved
	span    subscription.Span // the days that it is about
	anew    bool              // the periods are of another length
	later   bool              // with the next period
	nextOn  civil.Date
	credits []giveBack
	quote   Quote
}

// giveBack is a credit note to come.
type giveBack struct {
	documentID int64
	form       sales.CreditForm
	minor      int64 // in the prices of the plan
}

// judge finds out what is asked for, and whether the plan allows it.
func (s *Service) judge(ctx context.Context, q *gen.Queries, who actor.Actor, x *subject, in Change) (*change, error) {
	run, err := q.RecurringByID(ctx, x.row.RecurringID)
	if err != nil {
		return nil, db.NotFound(err)
	}
	switch {
	case !x.runs() || x.planned != nil:
		return nil, refuse("not_changeable")
	case run.State == recurring.Active && !day(run.NextOn).After(x.on):
		return nil, refuse("run_due")
	}
	c := &change{old: x, new: x.taken, planID: x.row.PlanID, nextOn: day(run.NextOn)}
	if err := c.choosePlan(ctx, q, who, in); err != nil {
		return nil, err
	}
	if c.new.choice, err = c.new.plan.fit(in.Choice); err != nil {
		return nil, err
	}
	if c.planID == x.row.PlanID && c.new.choice.same(x.choice) {
		return nil, refuse("nothing")
	}
	return c, nil
}

// choosePlan takes the other plan as it stands today; the same plan stays as it was agreed.
func (c *change) choosePlan(ctx context.Context, q *gen.Queries, who actor.Actor, in Change) error {
	own, err := q.PlanByID(ctx, c.old.row.PlanID)
	if err != nil {
		return db.NotFound(err)
	}
	contact := who.Kind == actor.Contact
	if in.PlanID == "" || in.PlanID == own.PublicID {
		if contact && !c.old.plan.MayChangeSeats {
			return refuse("not_offered")
		}
		return nil
	}
	if contact && (!c.old.plan.MayChangePlan || !slices.Contains(c.old.plan.MoveTo, in.PlanID)) {
		return refuse("not_offered")
	}
	row, err := q.PlanByPublicID(ctx, in.PlanID)
	if err != nil {
		return db.NotFound(err)
	}
	if row.State != Open {
		return refuse("plan_withdrawn")
	}
	if in.PlanVersion != 0 && row.Version != in.PlanVersion {
		return refuse("plan_changed")
	}
	if c.new.plan, err = planOf(row); err != nil {
		return err
	}
	if c.new.plan.Currency != c.old.plan.Currency || c.new.plan.PricesInclTax != c.old.plan.PricesInclTax {
		return refuse("other_prices")
	}
	c.planID, c.anew = row.ID, c.new.plan.Unit != c.old.plan.Unit || c.new.plan.Every != c.old.plan.Every
	return nil
}

// workOut computes the money.
func (s *Service) workOut(ctx context.Context, q *gen.Queries, c *change) error {
	x := c.old
	full, err := c.new.terms().Period()
	if err != nil {
		return err
	}
	span, err := c.new.span(x.on)
	if err != nil {
		return err
	}
	paid := !x.over()
	if paid {
		_, charged, err := s.charges(ctx, q, x)
		if err != nil {
			return err
		}
		if c.moved, err = (subscription.Move{Covered: x.covered(), Period: x.period(), NewFull: full, On: x.on, Anew: c.anew, NewSpan: span, Charged: charged}).Work(); err != nil {
			return err
		}
	}
	c.span = c.moved.Covered.Span
	c.later = c.moved.Down && x.plan.Downgrade == DownPeriodEnd
	c.quote = Quote{Currency: money.Currency(x.row.Currency), Plan: c.new.plan, Choice: c.new.choice, When: Now, On: x.on, From: c.span.From, To: c.span.To, NextOn: c.nextOn}
	if c.quote.EachMinor, _, err = c.new.each(ctx, q, x.on); err != nil {
		return err
	}
	if c.quote.NextMinor, err = x.next(ctx, q, c.new, c.quote.EachMinor); err != nil {
		return err
	}
	switch {
	case c.later:
		c.quote.When, c.quote.On, c.quote.From, c.quote.To = AtPeriodEnd, c.nextOn, civil.Date{}, civil.Date{}
		return nil
	case c.anew && paid:
		cal, err := c.new.calendar(x.on)
		if err != nil {
			return err
		}
		c.nextOn = cal.Next(x.on)
		c.quote.NextOn = c.nextOn
	}
	if c.moved.Difference > 0 {
		return s.chargeQuote(ctx, q, c)
	}
	if c.moved.Difference < 0 {
		c.credits, err = s.giveBacks(ctx, q, x, -c.moved.Difference, c.span, &c.quote, "change")
	}
	return err
}

// lines are those of the invoice of a change: what the days to come cost, less what was paid
// for them.
func (c *change) lines() []sales.DraftLine {
	list := []sales.DraftLine{c.new.line(c.new.name(), c.new.days(c.span), 1, c.moved.Rest)}
	if c.moved.Unused > 0 && len(c.credits) == 0 {
		list = append(list, c.unused(-1))
	}
	return list
}

// unusedSpan are the days that were charged by the old terms and are not used.
func (c *change) unusedSpan() subscription.Span {
	return subscription.Span{From: c.old.on, To: c.old.period().To}
}

func (c *change) unused(quantity int64) sales.DraftLine {
	return c.old.line(c.old.words("common.subscription.line.unused", map[string]any{"plan": c.old.name()}), c.old.days(c.unusedSpan()), quantity, c.moved.Unused)
}

// chargeQuote computes the invoice of a change. Where the days that are not used bear other
// taxes today than they were invoiced with, they are given back by credit notes of their own,
// with the taxes of their invoices: VAT is undone as it was charged (CGI 272).
func (s *Service) chargeQuote(ctx context.Context, q *gen.Queries, c *change) error {
	var back Quote
	if c.moved.Unused > 0 {
		credits, err := s.giveBacks(ctx, q, c.old, c.moved.Unused, c.unusedSpan(), &back, "change")
		if _, refused := fault.As(err); err != nil && !refused {
			return err
		} else if refused { // their invoices take no credit note like it: it is set off
			credits, back = nil, Quote{}
		}
		now, err := c.old.cost(ctx, q, c.old.on, c.unused(1))
		if err != nil {
			return err
		}
		if c.credits = credits; now.total == -back.NowMinor && now.tax == -back.TaxMinor {
			c.credits, back = nil, Quote{}
		}
	}
	k, err := c.new.cost(ctx, q, c.old.on, c.lines()...)
	if err != nil {
		return err
	}
	c.quote.NowMinor, c.quote.TaxMinor, c.quote.Taxes, c.quote.Lines = k.total+back.NowMinor, k.tax+back.TaxMinor, k.taxes, slices.Concat(k.lines, back.Lines)
	if len(c.credits) > 0 {
		c.quote.Taxes = nil // of two documents: TaxMinor says their sum
	}
	return nil
}

// charges are the invoices that charged what is covered now, the newest first, and what each
// charged of it, the oldest first.
func (s *Service) charges(ctx context.Context, q *gen.Queries, x *subject) ([]gen.SubscriptionChargesRow, []subscription.Paid, error) {
	rows, err := q.SubscriptionCharges(ctx, gen.SubscriptionChargesParams{SubscriptionID: x.row.ID, CoveredFrom: x.row.CoveredFrom})
	paid := make([]subscription.Paid, len(rows))
	for i, r := range rows {
		c := subscription.Charged{Minor: r.Minor, Given: r.GivenMinor, Total: r.TotalExclMinor, Credited: r.CreditedExclMinor}
		if r.PricesInclTax == 1 {
			c.Total, c.Credited = r.TotalInclMinor, r.CreditedMinor
		}
		if c.Total > c.Minor && c.Credited > c.Given { // a set-up fee stands beside the days, on the last line (Compose)
			lines, err := s.Sales.CreditedLines(ctx, q, r.PublicID)
			if err != nil {
				return nil, nil, err
			}
			for n, minor := range lines {
				if n == len(lines)-1 {
					c.Beside = minor
				} else {
					c.Days += minor
				}
			}
		}
		if paid[len(rows)-1-i], err = c.Paid(); err != nil {
			return nil, nil, err
		}
	}
	return rows, paid, err
}

// giveBacks shares what is given back over the invoices that charged it, the newest first: each
// gets a credit note of its own.
func (s *Service) giveBacks(ctx context.Context, q *gen.Queries, x *subject, minor int64, span subscription.Span, quote *Quote, why string) ([]giveBack, error) {
	rows, paid, err := s.charges(ctx, q, x)
	if err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	shares, left := subscription.GiveBack(minor, paid)
	if left > 0 {
		return nil, refuse("credited_already")
	}
	list := []giveBack{}
	for i := len(rows) - 1; i >= 0; i-- {
		if shares[i] == 0 {
			continue
		}
		l := x.line(x.words("common.subscription.line.unused", map[string]any{"plan": x.name()}), x.days(span), 1, shares[i])
		l.TaxCodes = nil // as they were invoiced
		g := giveBack{documentID: rows[i].DocumentID, minor: shares[i],
			form: sales.CreditForm{InvoiceID: rows[i].PublicID, Reason: x.words("common.subscription.reason."+why, nil), Lines: []sales.DraftLine{l}}}
		t, err := s.Sales.CheckCreditForm(ctx, q, g.form, x.on)
		if err != nil {
			return nil, err
		}
		list = append(list, g)
		quote.NowMinor, quote.TaxMinor = quote.NowMinor-t.TotalInclTax, quote.TaxMinor-t.TotalTax
		quote.Lines = append(quote.Lines, QuoteLine{Words: l.Description, Detail: l.Detail, NetMinor: -shares[i]})
	}
	return list, nil
}

// PreviewChange gives what a change comes to, for the firm or the contact whose it is.
func (s *Service) PreviewChange(ctx context.Context, who actor.Actor, in Change) (r Quote, err error) {
	if err := allowed(who, actor.TrustLink); err != nil {
		return Quote{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		x, err := s.subject(ctx, q, who, in.PublicID)
		if err != nil {
			return err
		}
		c, err := s.judge(ctx, q, who, &x, in)
		if err != nil {
			return err
		}
		err = s.workOut(ctx, q, c)
		r = c.quote
		return err
	})
	return r, err
}

func (s *Service) subject(ctx context.Context, q *gen.Queries, who actor.Actor, publicID string) (subject, error) {
	row, err := find(ctx, q, who, publicID)
	if err != nil {
		return subject{}, err
	}
	on, err := s.today(ctx, q)
	if err != nil {
		return subject{}, err
	}
	return held(ctx, q, row, on)
}

// Change does what was shown. fault.subscription.amount_changed when it comes to another
// amount now, .plan_withdrawn, .plan_changed, .not_offered (the plan does not allow it),
// .nothing (the same as before), .run_due (the invoice of the period is not made yet), .often
// (as of Subscribe).
func (s *Service) Change(ctx context.Context, who actor.Actor, in Change) (Subscription, error) {
	if err := who.NeedProof(); err != nil { // it may cost something, now or later
		return Subscription{}, err
	}
	return s.once(ctx, who, in.Key, "subscription.change", in.PublicID, in.Version, in, func(ctx context.Context, w *work) error {
		c, err := s.judge(ctx, w.tx.Queries, who, &w.subject, in)
		if err != nil {
			return err
		}
		if err := s.workOut(ctx, w.tx.Queries, c); err != nil {
			return err
		}
		if c.quote.NowMinor != in.ShownMinor {
			return refuse("amount_changed")
		}
		if err := often(ctx, w.tx, who, w.row.CustomerID); err != nil {
			return err
		}
		if c.later {
			return w.planIt(ctx, c)
		}
		return w.change(ctx, c)
	})
}

// planIt keeps a change that comes with the next period; the template knows of it already.
func (w *work) planIt(ctx context.Context, c *change) error {
	target, err := w.tx.PlanByID(ctx, c.planID)
	if err != nil {
		return db.NotFound(err)
	}
	p := &Planned{On: c.nextOn, PlanID: target.PublicID, Plan: c.new.plan, Choice: c.new.choice}
	var cal *recurring.Calendar
	if c.anew {
		run, err := w.s.Recurring.CalendarTx(ctx, w.tx, w.row.RecurringID)
		if err != nil {
			return err
		}
		p.Was, cal = &run, &recurring.Calendar{When: c.new.when(c.nextOn), Start: c.nextOn, Next: c.nextOn}
	}
	w.planned = p
	if err := w.put(ctx); err != nil {
		return err
	}
	if err := w.s.Recurring.RewriteTx(ctx, w.tx, w.who, w.row.RecurringID, c.new.form(c.new.lines()...), cal); err != nil {
		return err
	}
	if err := w.event(ctx, "change_planned", nil, map[string]any{"plan_fr": c.new.plan.NameFR, "plan_en": c.new.plan.NameEN, "seats": c.new.choice.Seats, "date": c.nextOn.String()}); err != nil {
		return err
	}
	return w.s.tell(ctx, w.tx, w.row.ID, outbox.SubscriptionChanged)
}

// change makes the documents of a change and lets it hold.
func (w *work) change(ctx context.Context, c *change) error {
	docID, err := w.bill(ctx, c)
	if err != nil {
		return err
	}
	w.taken, w.row.PlanID = c.new, c.planID
	if w.plan.SetupMinor == 0 { // still owed in a trial: what the new plan does not ask is not asked
		w.row.SetupOwed = 0
	}
	if w.row.AmountMinor, w.row.MonthlyMinor, err = w.each(ctx, w.tx.Queries, w.on); err != nil {
		return err
	}
	if !c.span.From.IsZero() {
		if c.anew {
			w.row.PeriodFrom = c.span.From.String()
		}
		w.row.PeriodTo, w.row.CoveredFrom, w.row.CoveredMinor = c.span.To.String(), c.span.From.String(), c.moved.Covered.Minor
	}
	if err := w.put(ctx); err != nil {
		return err
	}
	var cal *recurring.Calendar
	if c.anew {
		start := w.on
		if c.span.From.IsZero() { // in a trial: the periods begin when it ends
			start = c.nextOn
		}
		cal = &recurring.Calendar{When: c.new.when(start), Start: start, Next: c.nextOn}
	}
	if err := w.s.Recurring.RewriteTx(ctx, w.tx, w.who, w.row.RecurringID, w.form(w.lines()...), cal); err != nil {
		return err
	}
	args := w.planNames()
	args["amount_minor"], args["currency"] = c.quote.NowMinor, w.row.Currency
	if err := w.event(ctx, "changed", docID, args); err != nil {
		return err
	}
	return w.s.tell(ctx, w.tx, w.row.ID, outbox.SubscriptionChanged)
}

// bill issues the invoice or the credit notes of a change, or both; the id is of the invoice,
// else of the first credit note, nil: none.
func (w *work) bill(ctx context.Context, c *change) (*int64, error) {
	if c.moved.Difference > 0 {
		charged := c.moved.Difference
		if len(c.credits) > 0 {
			charged = c.moved.Rest
			if _, err := w.credit(ctx, c.credits, c.unusedSpan()); err != nil {
				return nil, err
			}
		}
		form := c.new.form(c.lines()...)
		form.DeliveryDate = c.span.To.String()
		if c.new.plan.AutoCharge {
			form.TermsDays = 0
		}
		done, err := w.s.Sales.IssueFormTx(ctx, w.tx, w.who, form, sales.ByMail)
		if err != nil {
			return nil, err
		}
		doc, err := w.tx.DocumentByPublicID(ctx, done.PublicID)
		if err != nil {
			return nil, db.NotFound(err)
		}
		if err := w.tx.InsertSubscriptionPaper(ctx, gen.InsertSubscriptionPaperParams{SubscriptionID: w.row.ID, DocumentID: doc.ID, Role: "change", FromOn: c.span.From.String(), ToOn: c.span.To.String(), Minor: charged}); err != nil {
			return nil, err
		}
		if err := w.useCredits(ctx, doc.ID); err != nil { // what they leave is charged
			return nil, err
		}
		return &doc.ID, w.chargeToo(ctx, doc.PublicID)
	}
	return w.credit(ctx, c.credits, c.span)
}

// chargeToo lets the invoice of a change be charged as those of the periods are.
func (w *work) chargeToo(ctx context.Context, documentID string) error {
	return w.s.Recurring.Deps.Made(ctx, w.tx, w.row.RecurringID, documentID)
}

// credit issues the credit notes; the id is of the first, nil: none.
func (w *work) credit(ctx context.Context, list []giveBack, span subscription.Span) (first *int64, err error) {
	for _, g := range list {
		done, err := w.s.Sales.CreditFormTx(ctx, w.tx, w.who, g.form, sales.ByMail)
		if err != nil {
			return nil, err
		}
		doc, err := w.tx.DocumentByPublicID(ctx, done.PublicID)
		if err != nil {
			return nil, db.NotFound(err)
		}
		if err := w.tx.InsertSubscriptionPaper(ctx, gen.InsertSubscriptionPaperParams{SubscriptionID: w.row.ID, DocumentID: doc.ID, Role: "credit", FromOn: span.From.String(), ToOn: span.To.String(), Minor: g.minor, AboutID: &g.documentID}); err != nil {
			return nil, err
		}
		if first == nil {
			first = &doc.ID
		}
	}
	return first, nil
}

// TakeBack takes the asked cancellation, or a planned change, back while it has not come.
func (s *Service) TakeBack(ctx context.Context, who actor.Actor, key, publicID string, version int64) (Subscription, error) {
	return s.once(ctx, who, key, "subscription.take_back", publicID, version, []any{publicID, version}, func(ctx context.Context, w *work) error {
		switch {
		case w.state() == subscription.Cancelling:
			return w.keep(ctx)
		case w.planned != nil && w.runs():
			return w.unplan(ctx)
		}
		return refuse("nothing")
	})
}

// unplan gives the template its form and calendar back; a run that has gone by meanwhile is not
// made up.
func (w *work) unplan(ctx context.Context) error {
	was := w.planned.Was
	if was != nil && was.Next.Before(w.on) {
		next, err := was.From(w.on)
		if err != nil {
			return err
		}
		was.Next = next
	}
	w.planned = nil
	if err := w.put(ctx); err != nil {
		return err
	}
	if err := w.s.Recurring.RewriteTx(ctx, w.tx, w.who, w.row.RecurringID, w.form(w.lines()...), was); err != nil {
		return err
	}
	return w.event(ctx, "change_taken_back", nil, nil)
}
