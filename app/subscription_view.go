package app

import (
	"comptoir/core/civil"
	"comptoir/office/subscriptions"
)

// What the window sees of plans and subscriptions.

// PlanRow is a plan in the list.
type PlanRow struct {
	ID           string `json:"id"`
	Version      int64  `json:"version"`
	State        string `json:"state"`
	Name         string `json:"name"`
	PriceMinor   int64  `json:"priceMinor"`
	InclTax      bool   `json:"inclTax"`
	Currency     string `json:"currency"`
	Per          string `json:"per"`
	TrialDays    int64  `json:"trialDays"`
	Subscribers  int64  `json:"subscribers"`
	Links        int64  `json:"links"`
	MonthlyMinor int64  `json:"monthlyMinor"`
}

// PlanList is every plan.
type PlanList struct {
	Rows []PlanRow `json:"rows"`
	Next string    `json:"next"`
}

// PlanLink is a payment link with its address and its code.
type PlanLink struct {
	ID        string `json:"id"`
	Label     string `json:"label"`
	URL       string `json:"url"` // "" while the portal is closed
	QR        string `json:"qr"`  // SVG
	ExpiresOn string `json:"expiresOn"`
	Most      int64  `json:"most"`
	Used      int64  `json:"used"`
	State     string `json:"state"`
	CreatedAt string `json:"createdAt"`
}

// PlanEditor is everything that the page of a plan shows.
type PlanEditor struct {
	Plan    subscriptions.Plan `json:"plan"`
	Links   []PlanLink         `json:"links"`
	Others  []PlanChoice       `json:"others"` // open ones of the same currency, to change to
	Taxes   []Tax              `json:"taxes"`
	Portal  bool               `json:"portal"`
	Firm    string             `json:"firm"`
	PerEach string             `json:"perEach"`
}

// PlanChoice is something to choose by name.
type PlanChoice struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Currency string `json:"currency"`
}

// SubscriptionRow is a subscription in the list.
type SubscriptionRow struct {
	ID           string `json:"id"`
	Version      int64  `json:"version"`
	State        string `json:"state"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	Plan         string `json:"plan"`
	Per          string `json:"per"`
	Seats        int64  `json:"seats"` // 0 = not sold by the seat
	Currency     string `json:"currency"`
	AmountMinor  int64  `json:"amountMinor"`
	MonthlyMinor int64  `json:"monthlyMinor"`
	Since        string `json:"since"`
	NextOn       string `json:"nextOn"`
	TrialUntil   string `json:"trialUntil"`
	EndsOn       string `json:"endsOn"`
	Waits        bool   `json:"waits"`
}

// SubscriptionMoney is what runs, brought to a month.
type SubscriptionMoney struct {
	Currency  string `json:"currency"`
	MRRMinor  int64  `json:"mrrMinor"`
	LostMinor int64  `json:"lostMinor"`
}

// SubscriptionCounts are the figures beside the filters.
type SubscriptionCounts struct {
	Pending    int64 `json:"pending"`
	Trial      int64 `json:"trial"`
	Active     int64 `json:"active"`
	PastDue    int64 `json:"pastDue"`
	Cancelling int64 `json:"cancelling"`
	Paused     int64 `json:"paused"`
	Ended      int64 `json:"ended"`
	Waiting    int64 `json:"waiting"`
}

// SubscriptionFigures stand above the list.
type SubscriptionFigures struct {
	Counts   SubscriptionCounts  `json:"counts"`
	Running  int64               `json:"running"`
	Money    []SubscriptionMoney `json:"money"`
	Month    string              `json:"month"`
	Began    int64               `json:"began"`
	Joined   int64               `json:"joined"`
	Lost     int64               `json:"lost"`
	ChurnPCM int64               `json:"churnPcm"`
}

// SubscriptionList is a page of subscriptions; the figures come with the first one.
type SubscriptionList struct {
	Rows    []SubscriptionRow   `json:"rows"`
	Next    string              `json:"next"`
	Figures SubscriptionFigures `json:"figures"`
}

// SubscriptionPaper is an invoice or a credit note of a subscription.
type SubscriptionPaper struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"`
	Number     string `json:"number"`
	IssueDate  string `json:"issueDate"`
	From       string `json:"from"`
	To         string `json:"to"`
	Role       string `json:"role"`
	TotalMinor int64  `json:"totalMinor"`
	DueMinor   int64  `json:"dueMinor"`
}

// SubscriptionEvent is a line of the history.
type SubscriptionEvent struct {
	At     string `json:"at"`
	Text   string `json:"text"`
	Who    string `json:"who"`
	Number string `json:"number"`
}

// SubscriptionPlanned is a change that comes with the next period.
type SubscriptionPlanned struct {
	On    string `json:"on"`
	Plan  string `json:"plan"`
	Seats int64  `json:"seats"`
}

// SubscriptionView is the page of one subscription.
type SubscriptionView struct {
	SubscriptionRow
	Plan         subscriptions.Plan   `json:"agreed"`
	PlanID       string               `json:"planId"`
	PlanState    string               `json:"planState"`
	Extras       []string             `json:"extras"`
	ExtraNames   []string             `json:"extraNames"`
	ContactName  string               `json:"contactName"`
	PaidFrom     string               `json:"paidFrom"`
	PaidTo       string               `json:"paidTo"`
	NextMinor    int64                `json:"nextMinor"`
	FirstID      string               `json:"firstId"`
	FirstDue     int64                `json:"firstDue"`
	RecurringID  string               `json:"recurringId"`
	OverdueMinor int64                `json:"overdueMinor"`
	CancelAsked  string               `json:"cancelAsked"`
	CancelReason string               `json:"cancelReason"`
	EndedOn      string               `json:"endedOn"`
	Planned      *SubscriptionPlanned `json:"planned"`
	Open         []PlanChoice         `json:"open"` // plans to change to
	May          subscriptions.May    `json:"may"`
	Documents    []SubscriptionPaper  `json:"documents"`
	History      []SubscriptionEvent  `json:"history"`
	Accepted     *SubscriptionTerms   `json:"accepted"` // null: the firm sold it
}

// SubscriptionTerms are the words that a contact accepted, as they were shown.
type SubscriptionTerms struct {
	At    string `json:"at"` // instant
	Name  string `json:"name"`
	Lang  string `json:"lang"`
	Words string `json:"words"`
}

// SubscriptionQuoteLine is a line of a document to come.
type SubscriptionQuoteLine struct {
	Words    string `json:"words"`
	Detail   string `json:"detail"`
	NetMinor int64  `json:"netMinor"`
}

// SubscriptionQuote is what a choice, a change or an end comes to.
type SubscriptionQuote struct {
	Currency   string                  `json:"currency"`
	Lines      []SubscriptionQuoteLine `json:"lines"`
	NowMinor   int64                   `json:"nowMinor"`
	TaxMinor   int64                   `json:"taxMinor"`
	NextMinor  int64                   `json:"nextMinor"`
	NextOn     string                  `json:"nextOn"`
	EachMinor  int64                   `json:"eachMinor"`
	TrialUntil string                  `json:"trialUntil"`
	From       string                  `json:"from"`
	To         string                  `json:"to"`
	When       string                  `json:"when"`
	On         string                  `json:"on"`
	Version    int64                   `json:"planVersion"`
	Seats      int64                   `json:"seats"`
}

func (d *desk) per(unit string, every int) string {
	return d.t("common.subscription.per_"+unit, map[string]any{"n": int64(every)})
}

func (d *desk) planRow(r subscriptions.PlanRow) PlanRow {
	return PlanRow{ID: r.PublicID, Version: r.Version, State: r.State, Name: r.Name(d.lang), PriceMinor: r.PriceMinor, InclTax: r.PricesInclTax, Currency: r.Currency, Per: d.per(r.Unit, r.Every), TrialDays: r.TrialDays,
		Subscribers: r.Subscribers, Links: r.Links, MonthlyMinor: r.MonthlyMinor}
}

func figuresOf(f subscriptions.Figures) SubscriptionFigures {
	v := SubscriptionFigures{Counts: SubscriptionCounts{f.Pending, f.Trials, f.Active, f.PastDue, f.Cancelling, f.Paused, f.Ended, f.Waiting}, Money: []SubscriptionMoney{}, Month: f.Month.String(),
		Began: f.Began, Joined: f.Joined, Lost: f.Lost, ChurnPCM: f.ChurnPCM, Running: f.Active + f.Trials + f.PastDue + f.Cancelling + f.Paused}
	for _, m := range f.Money {
		v.Money = append(v.Money, SubscriptionMoney{string(m.Currency), m.MRRMinor, m.LostMinor})
	}
	return v
}

func (d *desk) subscriptionRow(r subscriptions.Row) SubscriptionRow {
	x := SubscriptionRow{ID: r.PublicID, Version: r.Version, State: string(r.State), CustomerID: r.CustomerID, CustomerName: r.CustomerName, Plan: subscriptions.Plan{NameFR: r.PlanFR, NameEN: r.PlanEN}.Name(d.lang),
		Per: d.per(r.Unit, r.Every), Currency: string(r.Currency), AmountMinor: r.AmountMinor, MonthlyMinor: r.MonthlyMinor, Since: r.Since.String(), NextOn: r.NextOn.String(), TrialUntil: r.TrialUntil.String(), EndsOn: r.EndsOn.String(), Waits: r.Waits}
	if r.BySeat {
		x.Seats = r.Seats
	}
	return x
}

func (d *desk) subscriptionView(x subscriptions.Subscription) SubscriptionView {
	lang := d.lang
	v := SubscriptionView{SubscriptionRow: SubscriptionRow{ID: x.PublicID, Version: x.Version, State: string(x.State), CustomerID: x.CustomerID, CustomerName: x.CustomerName, Plan: x.Plan.Name(lang), Per: d.per(x.Plan.Unit, x.Plan.Every),
		Currency: string(x.Currency), AmountMinor: x.AmountMinor, MonthlyMinor: x.MonthlyMinor, Since: x.Since.String(), NextOn: x.NextOn.String(), TrialUntil: x.TrialUntil.String(), EndsOn: x.EndsOn.String(), Waits: x.CancelWaits},
		Plan: x.Plan, PlanID: x.PlanID, PlanState: x.PlanState, Extras: x.Extras, ExtraNames: []string{}, ContactName: x.ContactName, PaidFrom: x.PaidFrom.String(), PaidTo: x.PaidTo.String(), NextMinor: x.NextMinor, FirstID: x.FirstID,
		FirstDue: x.FirstDue, RecurringID: x.RecurringID, OverdueMinor: x.OverdueMinor, CancelAsked: x.CancelAsked, CancelReason: x.CancelReason, EndedOn: x.EndedOn.String(), Open: []PlanChoice{}, May: x.May,
		Documents: []SubscriptionPaper{}, History: []SubscriptionEvent{}}
	if v.Seats = x.Seats; !x.Plan.BySeat() {
		v.Seats = 0
	}
	for _, id := range x.Extras {
		if e, ok := x.Plan.Extra(id); ok {
			v.ExtraNames = append(v.ExtraNames, e.Name(lang))
		}
	}
	if a := x.Accepted; a != nil {
		v.Accepted = &SubscriptionTerms{At: a.At, Name: a.Name, Lang: a.Lang, Words: a.Words}
	}
	if p := x.Planned; p != nil {
		v.Planned = &SubscriptionPlanned{On: p.On.String(), Plan: p.Plan.Name(lang), Seats: p.Seats}
		if !p.Plan.BySeat() {
			v.Planned.Seats = 0
		}
	}
	for _, p := range x.Documents {
		v.Documents = append(v.Documents, SubscriptionPaper{p.PublicID, p.Kind, p.Number, p.IssueDate.String(), p.From.String(), p.To.String(), p.Role, p.TotalMinor, p.DueMinor})
	}
	for _, e := range x.History {
		v.History = append(v.History, d.subscriptionEvent(x, e))
	}
	return v
}

func (d *desk) subscriptionEvent(x subscriptions.Subscription, e subscriptions.Event) SubscriptionEvent {
	args := map[string]any{}
	for name, a := range e.Args {
		if text, ok := a.(string); ok && name == "date" {
			if on, err := civil.Parse(text); err == nil {
				a = on
			}
		}
		args[name] = a
	}
	return SubscriptionEvent{At: e.At, Text: d.t("common.subscription.event."+e.Kind, args), Who: e.Name, Number: e.Number}
}

func (d *desk) quoteView(q subscriptions.Quote) SubscriptionQuote {
	v := SubscriptionQuote{Currency: string(q.Currency), Lines: []SubscriptionQuoteLine{}, NowMinor: q.NowMinor, TaxMinor: q.TaxMinor, NextMinor: q.NextMinor, NextOn: q.NextOn.String(), EachMinor: q.EachMinor, TrialUntil: q.TrialUntil.String(),
		From: q.From.String(), To: q.To.String(), When: q.When, On: q.On.String(), Version: q.Plan.Version, Seats: q.Seats}
	for _, l := range q.Lines {
		v.Lines = append(v.Lines, SubscriptionQuoteLine{l.Words, l.Detail, l.NetMinor})
	}
	return v
}
