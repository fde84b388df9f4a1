package app

import (
	"strings"

	"comptoir/core/actor"
	"comptoir/edge/portal"
	"comptoir/office/subscriptions"
)

// Subscriptions is bound to the window: plans, their payment links, who subscribed.
type Subscriptions struct{ desk *desk }

// Plans lists the plans, open ones first.
func (s *Subscriptions) Plans() (PlanList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PlanList{}, err
	}
	rows, err := h.Subscriptions.Plans(s.desk.ctx, who)
	list := PlanList{Rows: make([]PlanRow, 0, len(rows))}
	for _, r := range rows {
		list.Rows = append(list.Rows, s.desk.planRow(r))
	}
	return list, err
}

// Plan gives the page of one plan; "" a new one.
func (s *Subscriptions) Plan(id string) (PlanEditor, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PlanEditor{}, err
	}
	e := PlanEditor{Links: []PlanLink{}, Others: []PlanChoice{}}
	if id == "" {
		e.Plan, err = h.Subscriptions.Blank(s.desk.ctx, who)
	} else {
		e.Plan, err = h.Subscriptions.Plan(s.desk.ctx, who, id)
	}
	if err != nil {
		return PlanEditor{}, err
	}
	plans, err := h.Subscriptions.Plans(s.desk.ctx, who)
	if err != nil {
		return PlanEditor{}, err
	}
	for _, p := range plans {
		if p.PublicID != id && p.State == subscriptions.Open {
			e.Others = append(e.Others, PlanChoice{p.PublicID, p.Name(s.desk.lang), p.Currency})
		}
	}
	table, err := h.Catalog.TaxTable(s.desk.ctx, who)
	if err != nil {
		return PlanEditor{}, err
	}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return PlanEditor{}, err
	}
	e.Taxes, e.Firm, e.PerEach = s.desk.taxes(table), firm.Name, s.desk.per(e.Plan.Unit, e.Plan.Every)
	if id != "" {
		e.Links, err = s.links(h, who, id)
	}
	e.Portal = h.portal.base() != ""
	return e, err
}

// links draws the codes of a plan's links.
func (s *Subscriptions) links(h *House, who actor.Actor, planID string) ([]PlanLink, error) {
	rows, err := h.Subscriptions.Links(s.desk.ctx, who, planID)
	if err != nil {
		return nil, err
	}
	base, list := strings.TrimSuffix(h.portal.base(), "/"), []PlanLink{}
	for _, r := range rows {
		l := PlanLink{ID: r.PublicID, Label: r.Label, ExpiresOn: r.ExpiresOn.String(), Most: r.Most, Used: r.Used, State: r.State, CreatedAt: r.CreatedAt}
		if base != "" && r.State == subscriptions.LinkOpen {
			l.URL = base + "/abonnement/" + r.Token
			if l.QR, err = portal.QR(l.URL); err != nil {
				return nil, err
			}
		}
		list = append(list, l)
	}
	return list, nil
}

// SavePlan stores a plan.
func (s *Subscriptions) SavePlan(p subscriptions.Plan, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	p, err = h.Subscriptions.SavePlan(s.desk.ctx, who, key, p)
	return Saved{ID: p.PublicID, Version: p.Version}, err
}

// SetPlanState withdraws a plan, or offers it again.
func (s *Subscriptions) SetPlanState(id string, version int64, state string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	if _, err := h.Subscriptions.SetPlanState(s.desk.ctx, who, id, version, state); err != nil {
		return Done{}, err
	}
	return Done{ID: id, Message: s.desk.t("window.subscriptions.done."+state, nil)}, nil
}

// MakeLink makes a payment link.
func (s *Subscriptions) MakeLink(in subscriptions.NewLink) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	l, err := h.Subscriptions.MakeLink(s.desk.ctx, who, in)
	return Done{ID: l.PublicID}, err
}

// WithdrawLink ends a payment link.
func (s *Subscriptions) WithdrawLink(id string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	return Done{ID: id, Message: s.desk.t("window.subscriptions.done.link_withdrawn", nil)}, h.Subscriptions.WithdrawLink(s.desk.ctx, who, id)
}

func (q ListQuery) subscriptions() subscriptions.ListQuery {
	return subscriptions.ListQuery{Query: q.listing(), State: q.State, CustomerID: q.CustomerID, PlanID: q.Method}
}

// List gives a page of subscriptions; ListQuery.Method names a plan.
func (s *Subscriptions) List(q ListQuery) (SubscriptionList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SubscriptionList{}, err
	}
	rows, next, err := h.Subscriptions.List(s.desk.ctx, who, q.subscriptions())
	if err != nil {
		return SubscriptionList{}, err
	}
	list := SubscriptionList{Rows: make([]SubscriptionRow, 0, len(rows)), Next: next, Figures: SubscriptionFigures{Money: []SubscriptionMoney{}}}
	for _, r := range rows {
		list.Rows = append(list.Rows, s.desk.subscriptionRow(r))
	}
	if q.Cursor != "" {
		return list, nil
	}
	f, err := h.Subscriptions.Figures(s.desk.ctx, who)
	list.Figures = figuresOf(f)
	return list, err
}

// Get gives the page of one subscription.
func (s *Subscriptions) Get(id string) (SubscriptionView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SubscriptionView{}, err
	}
	x, err := h.Subscriptions.Get(s.desk.ctx, who, id)
	if err != nil {
		return SubscriptionView{}, err
	}
	v := s.desk.subscriptionView(x)
	plans, err := h.Subscriptions.Plans(s.desk.ctx, who)
	for _, p := range plans {
		if p.State == subscriptions.Open && p.PublicID != x.PlanID && p.Currency == x.Plan.Currency && p.PricesInclTax == x.Plan.PricesInclTax {
			v.Open = append(v.Open, PlanChoice{p.PublicID, p.Name(s.desk.lang), p.Currency})
		}
	}
	return v, err
}

// PreviewSubscribe gives what a plan comes to for a customer.
func (s *Subscriptions) PreviewSubscribe(in subscriptions.Subscribe) (SubscriptionQuote, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SubscriptionQuote{}, err
	}
	q, err := h.Subscriptions.PreviewSubscribe(s.desk.ctx, who, in)
	return s.desk.quoteView(q), err
}

// Subscribe takes a plan for a customer.
func (s *Subscriptions) Subscribe(in subscriptions.Subscribe) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	x, err := h.Subscriptions.Subscribe(s.desk.ctx, who, in)
	return Done{ID: x.PublicID, Message: s.desk.t("window.subscriptions.done.subscribed", nil)}, err
}

// PreviewChange gives what a change comes to.
func (s *Subscriptions) PreviewChange(in subscriptions.Change) (SubscriptionQuote, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SubscriptionQuote{}, err
	}
	q, err := h.Subscriptions.PreviewChange(s.desk.ctx, who, in)
	return s.desk.quoteView(q), err
}

// Change does what was shown.
func (s *Subscriptions) Change(in subscriptions.Change) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	x, err := h.Subscriptions.Change(s.desk.ctx, who, in)
	return s.desk.doneWith(x, "changed"), err
}

// PreviewCancel gives what an end comes to.
func (s *Subscriptions) PreviewCancel(in subscriptions.Cancel) (SubscriptionQuote, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return SubscriptionQuote{}, err
	}
	q, err := h.Subscriptions.PreviewCancel(s.desk.ctx, who, in)
	return s.desk.quoteView(q), err
}

// Cancel ends it, at once or with its period.
func (s *Subscriptions) Cancel(in subscriptions.Cancel) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	x, err := h.Subscriptions.Cancel(s.desk.ctx, who, in)
	return s.desk.doneWith(x, "cancelled"), err
}

// TakeBack takes a cancellation or a planned change back.
func (s *Subscriptions) TakeBack(id string, version int64, key string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	x, err := h.Subscriptions.TakeBack(s.desk.ctx, who, key, id, version)
	return s.desk.doneWith(x, "kept"), err
}

// Pause stops the invoices; Resume lets them run again.
func (s *Subscriptions) Pause(id string, version int64) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	x, err := h.Subscriptions.Pause(s.desk.ctx, who, id, version)
	return s.desk.doneWith(x, "paused"), err
}

// Resume lets a paused one run again.
func (s *Subscriptions) Resume(id string, version int64) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	x, err := h.Subscriptions.Resume(s.desk.ctx, who, id, version)
	return s.desk.doneWith(x, "resumed"), err
}

func (d *desk) doneWith(x subscriptions.Subscription, what string) Done {
	return Done{ID: x.PublicID, Message: d.t("window.subscriptions.done."+what, nil)}
}

func exportPlanRows(e listExport, q ListQuery) (string, error) {
	if q.Cursor != "" {
		return "", nil
	}
	rows, err := e.h.Subscriptions.Plans(e.ctx(), e.who)
	for _, r := range rows {
		p := e.d.planRow(r)
		e.row(p.Name, e.d.t("window.subscriptions.plan_state."+p.State, nil), p.Per, p.Currency, amount(p.PriceMinor, p.Currency), amount(r.SetupMinor, p.Currency), p.TrialDays, p.Subscribers, amount(p.MonthlyMinor, p.Currency))
	}
	return "", err
}

func exportSubscriptionRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Subscriptions.List(e.ctx(), e.who, q.subscriptions())
	for _, r := range rows {
		x := e.d.subscriptionRow(r)
		e.row(x.CustomerName, x.Plan, e.d.t("common.subscription.state."+x.State, nil), r.Seats, x.Per, isoDay(x.Since), isoDay(x.NextOn), isoDay(x.EndsOn), x.Currency, amount(x.AmountMinor, x.Currency), amount(x.MonthlyMinor, x.Currency))
	}
	return next, err
}
