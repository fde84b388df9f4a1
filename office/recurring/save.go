package recurring

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/office/search"
	"comptoir/rules/recur"
)

// checked is a template with everything looked up that saving it needs.
type checked struct {
	id       int64
	t        Template
	form     string // as it is stored
	calendar recur.Calendar
	sales.Checked
	today  civil.Date
	method *int64 // that is charged; nil: the customer's default one
}

// undated takes off a form what belongs to one invoice only: its name and its days. Money
// that is held back falls due a year after each invoice, not on the day of the first one.
func undated(d sales.Draft) sales.Draft {
	d.PublicID, d.Version, d.IssueDate, d.DueDate, d.DeliveryDate, d.RetentionUntil, d.RateE8 = "", 0, "", "", "", "", 0
	return d
}

// check refuses what cannot be stored; what is only not yet right stands in Problems.
func check(ctx context.Context, q *gen.Queries, t Template, today civil.Date) (*checked, error) {
	x := &checked{t: t, today: today}
	t.Form = undated(t.Form)
	var form fault.Form
	x.checkCalendar(&form, t)
	checkWords(&form, &t.Form)
	if t.Billed != recur.Ahead && t.Billed != recur.Behind {
		form.Add("billed", "fault.choice")
	}
	if t.Cycles < 0 || t.Cycles > 9999 {
		form.Add("cycles", "fault.range", "min", 0, "max", 9999)
	}
	sample := t.Form
	if form.Empty() { // judged as the invoice of the first period: words grow when they are filled
		first := x.calendar.From(later(x.calendar.Start, today))
		if first.IsZero() {
			first = today
		}
		sample = filled(t.Form, recur.Run{On: first, Period: x.calendar.Period(first, t.Billed), Cycle: 1})
	}
	c, err := sales.CheckForm(ctx, q, sample, today)
	if err != nil && !form.Merge("", err) {
		return nil, err
	}
	x.Checked = c
	if err := x.checkMethod(ctx, q, &form); err != nil {
		return nil, err
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	b, err := json.Marshal(t.Form)
	x.form = string(b)
	return x, err
}

// checkMethod looks up the method that is charged: it is the customer's own.
func (x *checked) checkMethod(ctx context.Context, q *gen.Queries, form *fault.Form) error {
	if x.t.ChargeMethod == "" || !x.t.AutoCharge || x.Customer == nil {
		return nil
	}
	m, err := q.KeptMethodOfCustomer(ctx, gen.KeptMethodOfCustomerParams{PublicID: x.t.ChargeMethod, CustomerID: x.Customer.ID})
	if errors.Is(err, sql.ErrNoRows) { // given up meanwhile, or of another customer
		form.Add("chargeMethod", "fault.charging.method_gone")
		return nil
	}
	x.method = &m.ID
	return err
}

func (x *checked) checkCalendar(form *fault.Form, t Template) {
	start := x.today
	for path, value := range map[string]string{"startOn": t.StartOn, "nextOn": t.NextOn} {
		if _, err := civil.Parse(value); value != "" && err != nil {
			form.Add(path, "fault.not_a_date")
		}
	}
	if d := day(t.StartOn); !d.IsZero() {
		start = d
	}
	if start.Year > x.today.Year+100 {
		form.Add("startOn", "fault.not_a_date")
		start = x.today
	}
	r, err := t.When.RuleOf(start)
	if err == nil {
		x.calendar = recur.Calendar{Rule: r, Start: start}
		err = x.calendar.Check()
	}
	if e, ok := fault.As(err); ok {
		form.Merge("", &fault.Error{Fields: []fault.Field{{Path: "rule", Key: e.Key, Args: e.Args}}})
	}
}

// needReady refuses a template that could not make an invoice today.
func (x *checked) needReady(ctx context.Context, q *gen.Queries) error {
	var form fault.Form
	switch {
	case x.Customer == nil:
		form.Add("customerId", "fault.required")
	case x.Customer.ArchivedAt != nil:
		form.Add("customerId", "fault.recurring.customer_archived", "name", x.Customer.Name)
	case x.t.AutoSend:
		ok, err := x.hasAddress(ctx, q)
		if err != nil {
			return err
		}
		if !ok {
			form.Add("autoSend", "fault.recurring.no_address", "name", x.Customer.Name)
		}
	}
	if len(x.t.Form.Lines) == 0 {
		form.Add("lines", "fault.billing.no_lines")
	}
	form.Merge("", &fault.Error{Fields: x.Problems})
	return form.Err()
}

func (x *checked) hasAddress(ctx context.Context, q *gen.Queries) (bool, error) {
	if x.Customer.Email != "" {
		return true, nil
	}
	var k gen.Contact
	var err error
	if x.t.Form.ContactID != "" {
		k, err = q.ContactByPublicID(ctx, x.t.Form.ContactID)
	} else {
		k, err = q.PrimaryContact(ctx, x.Customer.ID)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return k.Email != "", err
}

// Save stores the form: a draft right or not yet, a running template for its future only;
// what was made stays as it is. key makes a repeat of a creation harmless.
func (s *Service) Save(ctx context.Context, who actor.Actor, key string, t Template) (View, []fault.Field, error) {
	return s.store(ctx, who, key, t, false)
}

// Activate stores the form and lets it run.
func (s *Service) Activate(ctx context.Context, who actor.Actor, key string, t Template) (View, error) {
	v, _, err := s.store(ctx, who, key, t, true)
	return v, err
}

func (s *Service) store(ctx context.Context, who actor.Actor, key string, t Template, activate bool) (v View, problems []fault.Field, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return View{}, nil, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, key, "recurring.save", []any{t, activate}, &id, func() error {
			if err := s.freeOf(ctx, tx.Queries, t.PublicID); err != nil {
				return err
			}
			x, err := s.put(ctx, tx, who, t, activate)
			if err != nil {
				return err
			}
			id, problems = x.id, x.Problems
			return nil
		}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("recurring") })
		row, err := tx.RecurringByID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		v, err = s.view(ctx, tx.Queries, row, tx.Now)
		return err
	})
	return v, problems, err
}

// DraftTx keeps a template as a draft inside the caller's transaction, and gives its ids; what makes a repeat harmless is
// the caller's.
func (s *Service) DraftTx(ctx context.Context, tx *db.Tx, who actor.Actor, t Template) (id int64, publicID string, err error) {
	t.PublicID, t.Version = "", 0
	x, err := s.put(ctx, tx, who, t, false)
	if err != nil {
		return 0, "", err
	}
	row, err := tx.RecurringByID(ctx, x.id)
	tx.AfterCommit(func() { s.Changed("recurring") })
	return row.ID, row.PublicID, db.NotFound(err)
}

// put writes the template: a new row, or the changed one.
func (s *Service) put(ctx context.Context, tx *db.Tx, who actor.Actor, t Template, activate bool) (*checked, error) {
	on, err := today(ctx, tx)
	if err != nil {
		return nil, err
	}
	row := gen.RecurringInvoice{State: Draft, Version: 1}
	if t.PublicID != "" {
		if row, err = s.byPublicID(ctx, tx.Queries, t.PublicID); err != nil {
			return nil, err
		}
		if row.Version != t.Version {
			return nil, fault.New(fault.Conflict, "fault.stale")
		}
		if row.State == Ended {
			return nil, fault.New(fault.Conflict, "fault.recurring.ended")
		}
	}
	x, err := check(ctx, tx.Queries, t, on)
	if err != nil {
		return nil, err
	}
	next, err := s.judge(ctx, tx, x, row, activate)
	if err != nil {
		return nil, err
	}
	if x.id = row.ID; t.PublicID == "" {
		if x.id, err = tx.InsertRecurring(ctx, s.insert(x, tx.Stamp())); err != nil {
			return nil, err
		}
	} else if err := s.update(ctx, tx, x, row, next); err != nil {
		return nil, err
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "recurring.saved", ObjectKind: "recurring", ObjectID: x.id}); err != nil {
		return nil, err
	}
	if !activate || row.State != Draft {
		return x, nil
	}
	if row, err = tx.RecurringByID(ctx, x.id); err != nil {
		return nil, err
	}
	return x, s.setState(ctx, tx, who, row, Active, next)
}

// judge gives the next period that the template will have, and refuses one that cannot run.
func (s *Service) judge(ctx context.Context, tx *db.Tx, x *checked, row gen.RecurringInvoice, activate bool) (civil.Date, error) {
	if row.State == Draft && !activate {
		return civil.Date{}, nil
	}
	if err := x.needReady(ctx, tx.Queries); err != nil {
		return civil.Date{}, err
	}
	if row.State == Draft {
		if x.calendar.Start.Before(x.today) {
			return civil.Date{}, oneField("startOn", "fault.recurring.start_past")
		}
		return x.calendar.From(x.calendar.Start), nil
	}
	if x.t.Cycles != 0 && x.t.Cycles <= row.CyclesDone {
		return civil.Date{}, oneField("cycles", "fault.recurring.cycles_done", "count", row.CyclesDone)
	}
	return x.nextAfterEdit(ctx, tx, row)
}

// nextAfterEdit changes the future only: what was made is over, what was due and is not
// made yet stays due. The next period moves when the calendar or the day asked for does.
func (x *checked) nextAfterEdit(ctx context.Context, tx *db.Tx, row gen.RecurringInvoice) (civil.Date, error) {
	old := day(row.NextOn)
	asked := day(x.t.NextOn)
	if asked.IsZero() || asked == old {
		if x.calendar.Rule.String() == row.Rule && x.calendar.Start == day(row.StartOn) {
			return old, nil
		}
		asked = earlier(old, x.today)
	} else if asked.Before(x.today) {
		return civil.Date{}, oneField("nextOn", "fault.recurring.next_past")
	}
	last, err := tx.LastRecurringRun(ctx, row.ID)
	if err != nil {
		return civil.Date{}, err
	}
	if d := day(last); !d.IsZero() {
		asked = later(asked, d.AddDays(1))
	}
	return x.calendar.From(later(asked, x.calendar.Start)), nil
}

func (s *Service) insert(x *checked, now string) gen.InsertRecurringParams {
	p := gen.InsertRecurringParams{PublicID: s.IDs(), Form: x.form, Currency: x.t.Form.Currency, TotalMinor: x.TotalMinor, Rule: x.calendar.Rule.String(), Billed: x.t.Billed,
		StartOn: x.calendar.Start.String(), Cycles: x.cycles(), AutoSend: flag(x.t.AutoSend), AutoCharge: flag(x.t.AutoCharge), ChargeMethodID: x.method, Now: now}
	if x.t.AutoCharge {
		p.ChargeSince = now
	}
	if c := x.Customer; c != nil {
		p.CustomerID, p.CustomerName, p.CustomerKey = &c.ID, c.Name, search.SortKey(c.Name)
	}
	return p
}

func (s *Service) update(ctx context.Context, tx *db.Tx, x *checked, row gen.RecurringInvoice, next civil.Date) error {
	p := gen.UpdateRecurringParams{ID: row.ID, Version: row.Version, Form: x.form, Currency: x.t.Form.Currency, TotalMinor: x.TotalMinor, Rule: x.calendar.Rule.String(), Billed: x.t.Billed,
		StartOn: x.calendar.Start.String(), NextOn: next.String(), Cycles: x.cycles(), AutoSend: flag(x.t.AutoSend), AutoCharge: flag(x.t.AutoCharge), ChargeMethodID: x.method, ChargeSince: row.ChargeSince, UpdatedAt: tx.Stamp()}
	if x.t.AutoCharge && row.AutoCharge == 0 { // what was made before is not charged
		p.ChargeSince = tx.Stamp()
	}
	if row.State == Draft {
		p.NextOn = ""
	}
	if c := x.Customer; c != nil {
		p.CustomerID, p.CustomerName, p.CustomerKey = &c.ID, c.Name, search.SortKey(c.Name)
	}
	n, err := tx.UpdateRecurring(ctx, p)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	return err
}

func (x *checked) cycles() *int64 {
	if x.t.Cycles == 0 {
		return nil
	}
	return &x.t.Cycles
}

// Look judges a form without storing it: what one invoice comes to today, and the periods
// to come.
func (s *Service) Look(ctx context.Context, who actor.Actor, t Template, most int) (total int64, rule recur.Rule, coming []Coming, problems []fault.Field, err error) {
	if err := who.Need(actor.Look); err != nil {
		return 0, recur.Rule{}, nil, nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		x, err := check(ctx, q, t, on)
		if err != nil {
			return err
		}
		total, rule, problems = x.TotalMinor, x.calendar.Rule, x.Problems
		from := later(later(x.calendar.Start, on), day(t.NextOn))
		left := most
		if t.Cycles > 0 {
			left = min(most, int(t.Cycles))
		}
		coming = comingOf(x.calendar, t.Billed, t.Form, from, 1, left)
		return nil
	})
	return total, rule, coming, problems, err
}

func comingOf(c recur.Calendar, billed string, form sales.Draft, from civil.Date, cycle int64, most int) []Coming {
	list := []Coming{}
	lang := locale.Of(form.Language)
	for _, on := range c.List(from, from.AddDays(366*10), most) {
		run := recur.Run{On: on, Period: c.Period(on, billed), Cycle: cycle + int64(len(list))}
		list = append(list, Coming{On: on, Period: run.Period, First: recur.Expand(lang, firstWords(form), run)})
	}
	return list
}
