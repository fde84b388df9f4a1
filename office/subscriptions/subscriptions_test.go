package subscriptions_test

import (
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/accepted"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/recurring"
	"comptoir/office/subscriptions"
	"comptoir/rules/recur"
	"comptoir/rules/subscription"
)

var (
	ctx   = officetest.Ctx
	staff = officetest.Staff
)

// firm is a firm that sells plans.
type firm struct {
	*officetest.Firm
	*subscriptions.Service
	runs *recurring.Service
}

func newFirm(t testing.TB) firm {
	f := officetest.New(t)
	f.Move("2026-11-01")
	runs := recurring.New(recurring.Deps{DB: f.DB, IDs: id.Seeded(7), Sales: f.Sales})
	s := subscriptions.New(subscriptions.Deps{DB: f.DB, IDs: id.Seeded(8), Sales: f.Sales, Recurring: runs})
	runs.Companion = s
	f.Payments.Settled, f.Sales.Settled = s.Settled, s.Settled
	return firm{f, s, runs}
}

// plan is 30.00 a month; fn changes it.
func (f firm) plan(fn func(*subscriptions.Plan)) subscriptions.Plan {
	f.T.Helper()
	p, err := f.Blank(ctx, staff)
	f.Must(err)
	p.NameFR, p.NameEN, p.PriceMinor, p.MayChangePlan, p.MayChangeSeats = "Formule Essentiel", "Essential plan", 3000, true, true
	if fn != nil {
		fn(&p)
	}
	p, err = f.SavePlan(ctx, staff, f.Key(), p)
	f.Must(err)
	return p
}

func (f firm) link(p subscriptions.Plan, fn func(*subscriptions.NewLink)) subscriptions.Link {
	f.T.Helper()
	in := subscriptions.NewLink{Key: f.Key(), PlanID: p.PublicID, Label: "Vitrine"}
	if fn != nil {
		fn(&in)
	}
	l, err := f.MakeLink(ctx, staff, in)
	f.Must(err)
	return l
}

// order takes a plan as a contact, at the price that is shown.
func (f firm) order(who actor.Actor, p subscriptions.Plan, c subscriptions.Choice) subscriptions.Subscribe {
	f.T.Helper()
	l := f.link(p, nil)
	q, err := f.QuoteOffer(ctx, who, l.Token, c)
	f.Must(err)
	return subscriptions.Subscribe{Key: f.Key(), Token: l.Token, PlanVersion: q.Plan.Version, Choice: q.Choice, ShownMinor: q.NowMinor, Accepted: agreed()}
}

// agreed are words as a page shows them, and says that it did.
func agreed() accepted.Terms {
	t := accepted.Terms{Words: "J’accepte.\n\nConditions.", Lang: "fr", Address: "192.0.2.1"}
	t.Shown = t.Hash()
	return t
}

func (f firm) subscribe(who actor.Actor, p subscriptions.Plan, c subscriptions.Choice) subscriptions.Subscription {
	f.T.Helper()
	s, err := f.Subscribe(ctx, who, f.order(who, p, c))
	f.Must(err)
	return s
}

// begun is a subscription whose first invoice is paid.
func (f firm) begun(who actor.Actor, p subscriptions.Plan, c subscriptions.Choice) subscriptions.Subscription {
	f.T.Helper()
	s := f.subscribe(who, p, c)
	f.pay(s.FirstID)
	return f.get(s)
}

func (f firm) pay(documentID string) {
	f.T.Helper()
	_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: documentID, Method: "transfer"})
	f.Must(err)
}

func (f firm) get(s subscriptions.Subscription) subscriptions.Subscription {
	f.T.Helper()
	s, err := f.Get(ctx, staff, s.PublicID)
	f.Must(err)
	return s
}

func (f firm) contact() (customers.Customer, actor.Actor) {
	c := f.Customer("Client", func(c *customers.Customer) { c.SIREN = "732829320" }) // wanted from September 2027 on
	return c, officetest.Contact(c)
}

// pass does what is due, as office/catchup does: what subscriptions are due first.
func (f firm) pass() {
	f.T.Helper()
	today := civil.Of(f.Now(), time.UTC)
	for range 500 {
		items, err := f.Due(ctx, today)
		f.Must(err)
		for _, x := range items {
			f.Must(f.Do(ctx, actor.Machine(), x.Key))
		}
		more, err := f.runs.Due(ctx, today)
		f.Must(err)
		for _, x := range more {
			f.Must(f.runs.Do(ctx, actor.Machine(), x.Key))
		}
		if len(items)+len(more) == 0 {
			return
		}
	}
	f.T.Fatal("work without end")
}

func (f firm) want(s subscriptions.Subscription, state subscription.State) {
	f.T.Helper()
	if s.State != state {
		f.T.Errorf("%s, want %s", s.State, state)
	}
}

func (f firm) count(query string) int64 { return dbtest.Int(f.T, dbtest.Raw(f.T, f.Path), query) }

// Its first invoice bears the set-up fee and is due at once; it is active in the transaction
// that pays it, and the next invoice comes a month later without the fee.
func TestSubscribing(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(func(p *subscriptions.Plan) {
		p.SetupMinor, p.SeatsMax = 5000, 10
		p.Extras = []subscriptions.Extra{{NameFR: "Assistance", NameEN: "Support", PriceMinor: 500}, {NameFR: "Sauvegarde", NameEN: "Backup", PriceMinor: 100, PerSeat: true}}
	})
	in := f.order(who, p, subscriptions.Choice{Seats: 3, Extras: []string{p.Extras[0].ID, p.Extras[1].ID}})
	if in.ShownMinor != (3*3000+500+3*100+5000)*12/10 {
		t.Fatalf("shown %d", in.ShownMinor)
	}
	s, err := f.Subscribe(ctx, who, in)
	f.Must(err)
	f.want(s, subscription.Pending)
	if s.FirstDue != in.ShownMinor || !s.May.Pay || s.AmountMinor != 9800*12/10 || s.MonthlyMinor != 9800 || !s.NextOn.IsZero() {
		t.Errorf("%+v", s)
	}
	doc, err := f.Sales.PortalInvoice(ctx, who, s.FirstID)
	f.Must(err)
	if doc.DueDate.String() != "2026-11-01" || len(doc.Lines) != 4 || doc.Lines[0].Description != "Formule Essentiel" || doc.Lines[0].Detail != "novembre 2026" || doc.Lines[3].Description != "Mise en service, Formule Essentiel" {
		t.Errorf("due %s, %+v", doc.DueDate, doc.Lines)
	}
	f.pay(s.FirstID)
	s = f.get(s)
	f.want(s, subscription.Active)
	if s.NextOn.String() != "2026-12-01" || s.NextMinor != 9800*12/10 || s.PaidTo.String() != "2026-11-30" {
		t.Errorf("%+v", s)
	}
	f.Move("2026-12-01")
	f.pass()
	s = f.get(s)
	if len(s.Documents) != 2 || s.Documents[0].TotalMinor != 9800*12/10 || s.PaidTo.String() != "2026-12-31" || s.OverdueMinor != 0 {
		t.Errorf("%+v", s.Documents)
	}
	f.Sound()
}

// The same order twice, by key, by a page that was loaded anew, or by two at once, is one.
func TestAnOrderIsTakenOnce(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(func(p *subscriptions.Plan) { p.SeatsMax = 5 })
	in := f.order(who, p, subscriptions.Choice{})
	var wg sync.WaitGroup
	ids := make([]string, 4)
	for i := range ids {
		wg.Go(func() {
			again := in
			if i%2 == 1 {
				again.Key = f.Key()
			}
			s, err := f.Subscribe(ctx, who, again)
			if err != nil {
				t.Error(err)
			}
			ids[i] = s.PublicID
		})
	}
	wg.Wait()
	if n := f.count("SELECT count(*) FROM subscriptions"); n != 1 || ids[0] != ids[3] || ids[1] != ids[2] {
		t.Errorf("%d subscriptions: %v", n, ids)
	}
	if n := f.count("SELECT count(*) FROM documents"); n != 1 {
		t.Errorf("%d invoices", n)
	}
	_, err := f.Subscribe(ctx, who, f.order(who, p, subscriptions.Choice{Seats: 2}))
	f.WantFault(err, "fault.subscription.pending")
}

// What changed while the page was open is told, and nothing is ordered.
func TestWhatChangedMeanwhileIsTold(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(nil)
	in := f.order(who, p, subscriptions.Choice{})

	dearer := in
	dearer.ShownMinor++
	_, err := f.Subscribe(ctx, who, dearer)
	f.WantFault(err, "fault.subscription.amount_changed")

	p.PriceMinor = 3500
	p, err = f.SavePlan(ctx, staff, f.Key(), p)
	f.Must(err)
	_, err = f.Subscribe(ctx, who, in)
	f.WantFault(err, "fault.subscription.plan_changed")

	in = f.order(who, p, subscriptions.Choice{})
	_, err = f.SetPlanState(ctx, staff, p.PublicID, p.Version, subscriptions.Withdrawn)
	f.Must(err)
	_, err = f.Subscribe(ctx, who, in)
	f.WantFault(err, "fault.subscription.plan_withdrawn")
	_, err = f.Offer(ctx, in.Token)
	f.WantFault(err, "fault.subscription.plan_withdrawn")
	if n := f.count("SELECT count(*) FROM subscriptions") + f.count("SELECT count(*) FROM recurring_invoices"); n != 0 {
		t.Errorf("%d things were made", n)
	}
}

func TestLinks(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(nil)
	few := f.link(p, func(l *subscriptions.NewLink) { l.Most = 1 })
	short := f.link(p, func(l *subscriptions.NewLink) { l.ExpiresOn = "2026-11-02" })
	gone := f.link(p, nil)
	f.Must(f.WithdrawLink(ctx, staff, gone.PublicID))
	f.Must(f.WithdrawLink(ctx, staff, gone.PublicID)) // twice is once
	_, err := f.Offer(ctx, gone.Token)
	f.WantFault(err, "fault.subscription.link_withdrawn")
	for _, token := range []string{"", "x", few.Token + "x", "aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		_, err := f.Offer(ctx, token)
		f.WantFault(err, "fault.not_found")
	}
	o, err := f.Offer(ctx, few.Token)
	f.Must(err)
	if o.Plan.PriceMinor != 3000 || o.Firm != "Atelier Bois" || len(few.Token) < 26 || few.Token == short.Token {
		t.Errorf("%+v", o)
	}
	q, err := f.QuoteOffer(ctx, actor.Actor{Lang: "en"}, few.Token, subscriptions.Choice{}) // a visitor
	f.Must(err)
	if q.NowMinor != 3600 || q.Lines[0].Words != "Essential plan" {
		t.Errorf("%+v", q)
	}
	_, err = f.Subscribe(ctx, who, subscriptions.Subscribe{Key: f.Key(), Token: few.Token, PlanVersion: o.Plan.Version, ShownMinor: 3600, Accepted: agreed()})
	f.Must(err)
	_, err = f.Offer(ctx, few.Token)
	f.WantFault(err, "fault.subscription.link_used_up")
	f.Move("2026-11-02")
	_, err = f.Offer(ctx, short.Token)
	f.Must(err)
	f.Move("2026-11-03")
	_, err = f.Offer(ctx, short.Token)
	f.WantFault(err, "fault.subscription.link_expired")
	_, err = f.MakeLink(ctx, staff, subscriptions.NewLink{Key: f.Key(), PlanID: p.PublicID, ExpiresOn: "2026-11-01"})
	f.WantField(err, "expiresOn", "fault.subscription.expires_past")
	list, err := f.Links(ctx, staff, p.PublicID)
	f.Must(err)
	if len(list) != 3 || list[0].State != subscriptions.LinkWithdrawn || list[1].State != subscriptions.LinkExpired || list[2].State != subscriptions.LinkUsedUp || list[2].Used != 1 {
		t.Errorf("%+v", list)
	}
}

// A trial asks for nothing until it ends; one that wants a kept method waits for it.
func TestTrials(t *testing.T) {
	f := newFirm(t)
	c, who := f.contact()
	p := f.plan(func(p *subscriptions.Plan) { p.TrialDays, p.SetupMinor = 14, 1000 })
	s := f.subscribe(who, p, subscriptions.Choice{})
	f.want(s, subscription.Trial)
	if s.TrialUntil.String() != "2026-11-14" || s.NextOn.String() != "2026-11-15" || len(s.Documents) != 0 || s.FirstID != "" {
		t.Errorf("%+v", s)
	}
	f.Move("2026-11-14")
	f.pass()
	f.want(f.get(s), subscription.Trial)
	f.Move("2026-11-15")
	f.pass()
	s = f.get(s)
	f.want(s, subscription.Active)
	if len(s.Documents) != 1 || s.Documents[0].TotalMinor != 4800 || s.PaidTo.String() != "2026-12-14" {
		t.Errorf("%+v", s.Documents)
	}

	p = f.plan(func(p *subscriptions.Plan) { p.TrialDays, p.TrialMethod = 7, true })
	s = f.subscribe(who, p, subscriptions.Choice{})
	f.want(s, subscription.Pending)
	if !s.May.StartTrial {
		t.Error("its trial cannot be begun")
	}
	_, err := f.StartTrial(ctx, who, s.PublicID)
	f.WantFault(err, "fault.subscription.no_method")
	f.Move("2026-11-18")
	f.keep(c.ID)
	s, err = f.StartTrial(ctx, who, s.PublicID)
	f.Must(err)
	f.want(s, subscription.Trial)
	if s.TrialUntil.String() != "2026-11-24" || s.NextOn.String() != "2026-11-25" {
		t.Errorf("until %s, next %s", s.TrialUntil, s.NextOn)
	}
	f.Sound()
}

// keep gives the customer a kept card, as a gateway would.
func (f firm) keep(customerID int64) {
	f.T.Helper()
	db := dbtest.Raw(f.T, f.Path)
	_, err := db.Exec("INSERT INTO kept_methods (public_id, customer_id, gateway, mode, token, kind, brand, last4, exp_month, exp_year, is_default, created_at) VALUES ('kept', ?, 'practice', 'test', 'pm_1', 'card', 'visa', '4242', 12, 2030, 1, '2026-11-01T00:00:00.000Z')", customerID)
	f.Must(err)
}

// The template of a subscription is nobody's to change by hand.
func TestTheTemplateIsTheSubscriptions(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	s := f.begun(who, f.plan(nil), subscriptions.Choice{})
	v, err := f.runs.Get(ctx, staff, s.RecurringID)
	f.Must(err)
	_, err = f.runs.Pause(ctx, staff, v.PublicID, v.Version)
	f.WantFault(err, "fault.recurring.of_subscription")
	_, _, err = f.runs.Save(ctx, staff, f.Key(), v.Template)
	f.WantFault(err, "fault.recurring.of_subscription")
	_, err = f.runs.SkipNext(ctx, staff, v.PublicID, v.Version)
	f.WantFault(err, "fault.recurring.of_subscription")
}

// An overdue invoice is seen, in the state, in the list and in the figures alike.
func TestListsAndFigures(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(nil)
	year := f.plan(func(p *subscriptions.Plan) { p.Unit, p.PriceMinor = recur.Year, 12000 })
	trial := f.plan(func(p *subscriptions.Plan) { p.TrialDays = 60 })
	at := func(name string) actor.Actor { return officetest.Contact(f.Customer(name, nil)) }
	f.begun(who, p, subscriptions.Choice{})                 // will owe its second month
	f.begun(at("Annuel"), year, subscriptions.Choice{})     // active
	gone := f.begun(at("Parti"), p, subscriptions.Choice{}) // ends in January
	asked := f.begun(at("Partant"), year, subscriptions.Choice{})
	paused := f.begun(at("Repos"), year, subscriptions.Choice{})
	f.Move("2026-12-20")
	f.pass()
	f.subscribe(at("Essai"), trial, subscriptions.Choice{})
	_, err := f.Pause(ctx, staff, paused.PublicID, f.get(paused).Version)
	f.Must(err)
	f.cancel(staff, f.get(asked), subscriptions.AtPeriodEnd)
	f.Move("2027-01-02")
	f.pass()
	f.subscribe(at("Attend"), p, subscriptions.Choice{})
	f.cancel(staff, f.get(gone), subscriptions.AtOnce)
	f.Move("2027-01-20")
	f.pass()
	want := map[subscription.State]int64{subscription.PastDue: 1, subscription.Active: 1, subscription.Ended: 1, subscription.Cancelling: 1, subscription.Paused: 1, subscription.Trial: 1, subscription.Pending: 1}
	n, err := f.Figures(ctx, staff)
	f.Must(err)
	counted := map[subscription.State]int64{subscription.PastDue: n.PastDue, subscription.Active: n.Active, subscription.Ended: n.Ended, subscription.Cancelling: n.Cancelling, subscription.Paused: n.Paused, subscription.Trial: n.Trials, subscription.Pending: n.Pending}
	for _, state := range subscription.States() {
		rows, _, err := f.List(ctx, staff, subscriptions.ListQuery{State: string(state)})
		f.Must(err)
		if counted[state] != want[state] || int64(len(rows)) != want[state] || rows[0].State != state {
			t.Errorf("%s: counted %d, listed %d", state, counted[state], len(rows))
		}
	}
	// 30.00 that owes, 10.00 a month of the year, 10.00 of the one that goes; the trial, the paused and the ended bring nothing.
	if len(n.Money) != 1 || n.Money[0].MRRMinor != 5000 || n.Money[0].LostMinor != 3000 {
		t.Errorf("%+v", n.Money)
	}
	if n.Began != 5 || n.Lost != 1 || n.ChurnPCM != 20000 || n.Joined != 0 { // who tries is no subscriber yet
		t.Errorf("%+v", n)
	}
	list, next, err := f.List(ctx, staff, subscriptions.ListQuery{})
	f.Must(err)
	if len(list) != 7 || next != "" {
		t.Errorf("%d rows", len(list))
	}
	own, err := f.PortalList(ctx, who)
	f.Must(err)
	if len(own) != 1 || own[0].State != subscription.PastDue {
		t.Errorf("%+v", own)
	}
	plans, err := f.Plans(ctx, staff)
	f.Must(err)
	if len(plans) != 3 {
		t.Errorf("%+v", plans)
	}
	f.Sound()
}
