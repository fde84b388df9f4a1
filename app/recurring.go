package app

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/edge/exchange"
	"comptoir/office/listing"
	"comptoir/office/recurring"
	"comptoir/rules/billing"
	"comptoir/rules/recur"
)

// Recurring is bound to the window: invoices made by a calendar.
type Recurring struct{ desk *desk }

// RecurringWhen is how often: day, week, month, year, or free with a rule of one's own.
type RecurringWhen struct {
	Unit  string `json:"unit"`
	Every int    `json:"every"`
	Day   int    `json:"day"` // of the month, -1 = the last; of a week, 1 = Monday
	Month int    `json:"month"`
	Rule  string `json:"rule"`
}

// RecurringForm is the form of a recurring invoice.
type RecurringForm struct {
	ID       string        `json:"id"`
	Version  int64         `json:"version"`
	Draft    Draft         `json:"draft"`
	When     RecurringWhen `json:"when"`
	Billed   string        `json:"billed"` // ahead, behind
	StartOn  string        `json:"startOn"`
	NextOn   string        `json:"nextOn"`
	Cycles   int64         `json:"cycles"` // 0 = without end
	AutoSend bool          `json:"autoSend"`
	// Each invoice is charged by itself: to that method, or to the customer's default one ("").
	AutoCharge   bool   `json:"autoCharge"`
	ChargeMethod string `json:"chargeMethod"`
}

func (f RecurringForm) template() recurring.Template {
	return recurring.Template{PublicID: f.ID, Version: f.Version, Form: f.Draft.sales(), When: recur.Choice{Unit: f.When.Unit, Every: f.When.Every, Day: f.When.Day, Month: time.Month(f.When.Month), Rule: f.When.Rule},
		Billed: f.Billed, StartOn: f.StartOn, NextOn: f.NextOn, Cycles: f.Cycles, AutoSend: f.AutoSend, AutoCharge: f.AutoCharge, ChargeMethod: f.ChargeMethod}
}

func recurringForm(t recurring.Template) RecurringForm {
	return RecurringForm{ID: t.PublicID, Version: t.Version, Draft: draftOf(t.Form), When: RecurringWhen{Unit: t.When.Unit, Every: t.When.Every, Day: t.When.Day, Month: int(t.When.Month), Rule: t.When.Rule},
		Billed: t.Billed, StartOn: t.StartOn, NextOn: t.NextOn, Cycles: t.Cycles, AutoSend: t.AutoSend, AutoCharge: t.AutoCharge, ChargeMethod: t.ChargeMethod}
}

// RecurringRow is a recurring invoice in the list.
type RecurringRow struct {
	ID           string `json:"id"`
	Version      int64  `json:"version"`
	State        string `json:"state"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	Title        string `json:"title"`
	Words        string `json:"words"` // of the frequency
	StartOn      string `json:"startOn"`
	NextOn       string `json:"nextOn"`
	Remaining    int64  `json:"remaining"` // -1 = without end
	TotalMinor   int64  `json:"totalMinor"`
	Currency     string `json:"currency"`
	AutoSend     bool   `json:"autoSend"`
	AutoCharge   bool   `json:"autoCharge"`
	Fault        string `json:"fault"` // why the last invoice could not be made
}

// RecurringCounts are the figures beside the filters.
type RecurringCounts struct {
	Draft  int64 `json:"draft"`
	Active int64 `json:"active"`
	Paused int64 `json:"paused"`
	Ended  int64 `json:"ended"`
	Faulty int64 `json:"faulty"`
}

// RecurringList is a page of recurring invoices.
type RecurringList struct {
	Rows   []RecurringRow  `json:"rows"`
	Next   string          `json:"next"`
	Counts RecurringCounts `json:"counts"`
}

// RecurringComing is a period to come.
type RecurringComing struct {
	On   string `json:"on"`
	From string `json:"from"`
	To   string `json:"to"`
	Text string `json:"text"` // the first line's words
}

// RecurringLook is what a form comes to while it is typed.
type RecurringLook struct {
	Totals Totals            `json:"totals"`
	Words  string            `json:"words"`
	Coming []RecurringComing `json:"coming"`
	Fields []FieldMessage    `json:"fields"`
}

// RecurringEditor is everything that the form opens with.
type RecurringEditor struct {
	Form         RecurringForm `json:"form"`
	State        string        `json:"state"`
	CyclesDone   int64         `json:"cyclesDone"`
	Customer     *CustomerMark `json:"customer"`
	Look         RecurringLook `json:"look"`
	Taxes        []Tax         `json:"taxes"`
	Units        []Unit        `json:"units"`
	FirmCurrency string        `json:"firmCurrency"`
}

// RecurringRun is a period that was done.
type RecurringRun struct {
	On         string `json:"on"`
	From       string `json:"from"`
	To         string `json:"to"`
	Cycle      int64  `json:"cycle"`
	Skipped    bool   `json:"skipped"`
	MadeAt     string `json:"madeAt"`
	InvoiceID  string `json:"invoiceId"` // "" = skipped, or a draft that was deleted
	Number     string `json:"number"`
	State      string `json:"state"`
	IssueDate  string `json:"issueDate"`
	Currency   string `json:"currency"`
	TotalMinor int64  `json:"totalMinor"`
	DueMinor   int64  `json:"dueMinor"`
}

// RecurringLine is a line as the page of a template shows it.
type RecurringLine struct {
	Description string `json:"description"`
	Detail      string `json:"detail"`
	QuantityE4  int64  `json:"quantityE4"`
	Unit        string `json:"unit"`
	UnitPriceE4 int64  `json:"unitPriceE4"`
}

// RecurringView is the page of one template.
type RecurringView struct {
	RecurringRow
	Billed      string            `json:"billed"`
	Cycles      int64             `json:"cycles"`
	CyclesDone  int64             `json:"cyclesDone"`
	Waiting     int               `json:"waiting"`
	OrderNumber string            `json:"orderNumber"`
	Note        string            `json:"note"`
	Lines       []RecurringLine   `json:"lines"`
	Coming      []RecurringComing `json:"coming"`
	Runs        []RecurringRun    `json:"runs"`
	FaultFields []FieldMessage    `json:"faultFields"`
	UpdatedAt   string            `json:"updatedAt"`
	// SubscriptionID is set where it runs a subscription, and is changed through that only.
	SubscriptionID string `json:"subscriptionId"`
}

func (d *desk) faultText(e *fault.Error) string {
	if e == nil {
		return ""
	}
	if len(e.Fields) == 1 {
		_, message := fieldText(d.lang, e.Fields[0])
		return message
	}
	return locale.T(d.lang, e.Key, e.Args)
}

func (d *desk) recurringRow(r recurring.Row) RecurringRow {
	return RecurringRow{ID: r.PublicID, Version: r.Version, State: r.State, CustomerID: r.CustomerID, CustomerName: r.CustomerName, Title: r.Title, Words: r.Rule.Words(d.lang),
		StartOn: r.Start.String(), NextOn: r.Next.String(), Remaining: r.Remaining, TotalMinor: r.TotalMinor, Currency: string(r.Currency), AutoSend: r.AutoSend, AutoCharge: r.AutoCharge, Fault: d.faultText(r.Fault)}
}

func (q ListQuery) recurring() recurring.ListQuery {
	return recurring.ListQuery{Query: q.listing(), State: q.State, CustomerID: q.CustomerID, From: q.From, To: q.To, Own: true}
}

// List gives a page of the recurring invoices; the counts come with the first one.
func (s *Recurring) List(q ListQuery) (RecurringList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return RecurringList{}, err
	}
	rows, next, err := h.Recurring.List(s.desk.ctx, who, q.recurring())
	if err != nil {
		return RecurringList{}, err
	}
	list := RecurringList{Rows: make([]RecurringRow, 0, len(rows)), Next: next}
	for _, r := range rows {
		list.Rows = append(list.Rows, s.desk.recurringRow(r))
	}
	if q.Cursor == "" {
		c, err := h.Recurring.Counts(s.desk.ctx, who)
		if err != nil {
			return RecurringList{}, err
		}
		list.Counts = RecurringCounts(c)
	}
	return list, nil
}

// shownComing is how many periods to come a page shows.
const shownComing = 5

// Get gives one template with what was made of it.
func (s *Recurring) Get(id string) (RecurringView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return RecurringView{}, err
	}
	v, err := h.Recurring.Get(s.desk.ctx, who, id)
	if err != nil {
		return RecurringView{}, err
	}
	coming, err := h.Recurring.Coming(v, shownComing)
	if err != nil {
		return RecurringView{}, err
	}
	runs, err := h.Recurring.Runs(s.desk.ctx, who, id, civil.Date{})
	if err != nil {
		return RecurringView{}, err
	}
	view := s.desk.recurringView(v, coming, runs)
	view.SubscriptionID, err = h.Subscriptions.OfTemplate(s.desk.ctx, who, id)
	return view, err
}

func (d *desk) recurringView(v recurring.View, coming []recurring.Coming, runs []recurring.Run) RecurringView {
	x := RecurringView{Billed: v.Billed, Cycles: v.Cycles, CyclesDone: v.CyclesDone, Waiting: v.Waiting, OrderNumber: v.Form.OrderNumber, Note: v.Form.Note, UpdatedAt: v.UpdatedAt,
		Lines: make([]RecurringLine, 0, len(v.Form.Lines)), Coming: comingViews(coming), Runs: runViews(runs), FaultFields: []FieldMessage{}}
	x.RecurringRow = RecurringRow{ID: v.PublicID, Version: v.Version, State: v.State, Title: v.Title, Words: v.Rule.Words(d.lang), StartOn: v.StartOn, NextOn: v.Next.String(), Remaining: v.Remaining,
		TotalMinor: v.TotalMinor, Currency: v.Form.Currency, AutoSend: v.AutoSend, AutoCharge: v.AutoCharge, Fault: d.faultText(v.Fault)}
	if v.Customer != nil {
		x.CustomerID, x.CustomerName = v.Customer.PublicID, v.Customer.Name
	}
	if v.Fault != nil {
		x.FaultFields = d.fields(v.Fault.Fields)
	}
	for _, l := range v.NextLines {
		x.Lines = append(x.Lines, RecurringLine{Description: l.Description, Detail: l.Detail, QuantityE4: l.QuantityE4, Unit: d.unit(l.Unit), UnitPriceE4: l.UnitPriceE4})
	}
	return x
}

func comingViews(coming []recurring.Coming) []RecurringComing {
	list := make([]RecurringComing, 0, len(coming))
	for _, c := range coming {
		list = append(list, RecurringComing{On: c.On.String(), From: c.Period.From.String(), To: c.Period.To.String(), Text: c.First})
	}
	return list
}

func runViews(runs []recurring.Run) []RecurringRun {
	list := make([]RecurringRun, 0, len(runs))
	for _, r := range runs {
		list = append(list, RecurringRun{On: r.On.String(), From: r.Period.From.String(), To: r.Period.To.String(), Cycle: r.Cycle, Skipped: r.Skipped, MadeAt: r.MadeAt, InvoiceID: r.PublicID,
			Number: r.Number, State: string(r.State), IssueDate: r.IssueDate.String(), Currency: string(r.Currency), TotalMinor: r.Total, DueMinor: r.Due})
	}
	return list
}

// Runs gives the history further back than the last one shown.
func (s *Recurring) Runs(id, before string) ([]RecurringRun, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	on, err := civil.Parse(before)
	if err != nil {
		return nil, fault.New(fault.Invalid, "fault.not_a_date")
	}
	runs, err := h.Recurring.Runs(s.desk.ctx, who, id, on)
	return runViews(runs), err
}

// Edit opens the form: of a template, of a new one that goes on from an invoice, or blank
// for a customer if one is named.
func (s *Recurring) Edit(id, invoiceID, customerID string) (RecurringEditor, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return RecurringEditor{}, err
	}
	blank, err := (&Invoices{s.desk}).edit(billing.Invoice, "", customerID)
	if err != nil {
		return RecurringEditor{}, err
	}
	e := RecurringEditor{State: recurring.Draft, Taxes: blank.Taxes, Units: blank.Units, FirmCurrency: blank.FirmCurrency, Customer: blank.Customer}
	switch {
	case id != "":
		v, err := h.Recurring.Get(s.desk.ctx, who, id)
		if err != nil {
			return RecurringEditor{}, err
		}
		e.Form, e.State, e.CyclesDone = recurringForm(v.Template), v.State, v.CyclesDone
	case invoiceID != "":
		t, err := h.Recurring.FromInvoice(s.desk.ctx, who, invoiceID)
		if err != nil {
			return RecurringEditor{}, err
		}
		e.Form = recurringForm(t)
	default:
		firm, err := h.Company.Firm(s.desk.ctx, who)
		if err != nil {
			return RecurringEditor{}, err
		}
		on := firm.Today(h.DB.Now())
		e.Form = RecurringForm{Draft: blank.Draft, When: RecurringWhen{Unit: recur.Month, Every: 1, Day: on.Day}, Billed: recur.Ahead, StartOn: on.String(), AutoSend: true}
	}
	if c := e.Form.Draft.CustomerID; c != "" && (e.Customer == nil || e.Customer.ID != c) {
		k, err := h.Customers.Get(s.desk.ctx, who, c)
		if err != nil {
			return RecurringEditor{}, err
		}
		m := customerMark(k)
		e.Customer = &m
	}
	e.Look, err = s.Compute(e.Form)
	return e, err
}

// Compute gives what a form comes to, without storing it. What is wrong with it stands in
// Fields, beside the figures of what is right.
func (s *Recurring) Compute(f RecurringForm) (RecurringLook, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return RecurringLook{}, err
	}
	look := RecurringLook{Coming: []RecurringComing{}, Fields: []FieldMessage{}}
	if look.Totals, err = (&Invoices{s.desk}).Compute(f.Draft); err != nil {
		return RecurringLook{}, err
	}
	_, rule, coming, _, err := h.Recurring.Look(s.desk.ctx, who, f.template(), shownComing)
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		look.Fields = s.desk.fields(e.Fields)
		return look, nil
	}
	if err != nil {
		return RecurringLook{}, err
	}
	look.Words, look.Coming = rule.Words(s.desk.lang), comingViews(coming)
	return look, nil
}

func savedTemplate(v recurring.View) Saved {
	return Saved{ID: v.PublicID, Version: v.Version, SavedAt: v.UpdatedAt}
}

// Save stores the form; of a running template for its future only.
func (s *Recurring) Save(f RecurringForm, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	defer h.CatchUp.Poke() // what could not be made may be mended by it
	v, _, err := h.Recurring.Save(s.desk.ctx, who, key, f.template())
	return savedTemplate(v), err
}

// Activate stores the form and lets it run.
func (s *Recurring) Activate(f RecurringForm, key string) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	v, err := h.Recurring.Activate(s.desk.ctx, who, key, f.template())
	if err != nil {
		return Done{}, err
	}
	h.CatchUp.Poke() // its first day may be today
	return Done{ID: v.PublicID, Message: s.desk.t("window.recurring.done.active", map[string]any{"date": v.Next})}, nil
}

// Pause stops a template until it is resumed.
func (s *Recurring) Pause(id string, version int64) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	_, err = h.Recurring.Pause(s.desk.ctx, who, id, version)
	return Done{ID: id, Message: s.desk.t("window.recurring.done.paused", nil)}, err
}

// Resume lets a paused template run again; what it missed is not made up.
func (s *Recurring) Resume(id string, version int64) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	v, err := h.Recurring.Resume(s.desk.ctx, who, id, version)
	if err != nil {
		return Done{}, err
	}
	h.CatchUp.Poke()
	return Done{ID: id, Message: s.desk.t("window.recurring.done.active", map[string]any{"date": v.Next})}, nil
}

// End ends a template for good.
func (s *Recurring) End(id string, version int64) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	_, err = h.Recurring.End(s.desk.ctx, who, id, version)
	return Done{ID: id, Message: s.desk.t("window.recurring.done.ended", nil)}, err
}

// SkipNext passes over the next period.
func (s *Recurring) SkipNext(id string, version int64) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	v, err := h.Recurring.SkipNext(s.desk.ctx, who, id, version)
	if err != nil {
		return Done{}, err
	}
	text := "window.recurring.done.skipped"
	if v.Next.IsZero() {
		text = "window.recurring.done.ended"
	}
	return Done{ID: id, Message: s.desk.t(text, map[string]any{"date": v.Next})}, nil
}

// Duplicate makes a draft with the same form and calendar.
func (s *Recurring) Duplicate(id, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	v, err := h.Recurring.Duplicate(s.desk.ctx, who, key, id)
	return savedTemplate(v), err
}

// DeleteDraft takes a draft away.
func (s *Recurring) DeleteDraft(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Recurring.Delete(s.desk.ctx, who, id, version)
}

// SourceOf tells which template an invoice was made from: id "" for any other.
func (s *Recurring) SourceOf(invoiceID string) (RecurringRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return RecurringRow{}, err
	}
	id, rule, ok, err := h.Recurring.Source(s.desk.ctx, who, invoiceID)
	if err != nil || !ok {
		return RecurringRow{}, err
	}
	return RecurringRow{ID: id, Words: rule.Words(s.desk.lang)}, nil
}

func exportRecurringRows(e listExport, q ListQuery) (string, error) {
	rows, next, err := e.h.Recurring.List(e.ctx(), e.who, q.recurring())
	for _, r := range rows {
		var left any = ""
		if r.Remaining >= 0 {
			left = r.Remaining
		}
		e.row(r.CustomerName, r.Title, r.Rule.Words(e.d.lang), e.d.t("common.recurring.state."+r.State, nil), isoDay(r.Start.String()), isoDay(r.Next.String()), left, string(r.Currency), amount(r.TotalMinor, string(r.Currency)))
	}
	return next, err
}

// exportRecurring writes the recurring invoices: their next day stands as the day of issue,
// the amounts are those of one invoice as of today; they have no number and nothing is due.
func exportRecurring(ctx context.Context, h *House, who actor.Actor, t exchange.Table) error {
	return pages(listing.Query{Sort: "next"}, func(q listing.Query) (string, error) {
		rows, next, err := h.Recurring.List(ctx, who, recurring.ListQuery{Query: q})
		for _, r := range rows {
			if err != nil {
				break
			}
			var v recurring.View
			if v, err = h.Recurring.Get(ctx, who, r.PublicID); err != nil {
				break
			}
			var totals billing.Totals
			if totals, _, _, err = h.Sales.Preview(ctx, who, v.Form); err == nil {
				err = t.Row("recurring_invoice", "", r.State, r.CustomerName, r.Next.String(), "", string(r.Currency), totals.TotalExclTax, totals.TotalTax, totals.TotalInclTax, int64(0))
			}
		}
		return next, err
	})
}
