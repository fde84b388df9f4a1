package subscriptions_test

import (
	"context"
	"testing"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/office/subscriptions"
	"comptoir/rules/recur"
	"comptoir/rules/subscription"
)

func (f firm) credited(invoiceID, how string, minor int64) {
	f.T.Helper()
	_, err := f.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: f.Key(), InvoiceID: invoiceID, How: how, AmountMinor: minor, Reason: "Geste", Send: sales.NoSend})
	f.Must(err)
}

func (f firm) exec(query string, args ...any) {
	f.T.Helper()
	_, err := dbtest.Raw(f.T, f.Path).Exec(query, args...)
	f.Must(err)
}

// What was given back by hand is not set off a second time: neither by a change nor by an end.
func TestWhatWasCreditedByHandIsGone(t *testing.T) {
	for _, x := range []struct {
		name      string
		credit    int64 // of 36.00
		up, ended int64 // of 19 days of 38.00, of which 19.00 are unused; and of an end, which leaves 18 days
	}{{"nothing", 0, 2280, -2160}, {"a little", 600, 2280, -2160}, {"more than half", 2400, 3360, -1200}, {"all of it", 3600, 4560, 0}} {
		t.Run(x.name, func(t *testing.T) {
			f := newFirm(t)
			_, who := f.contact()
			pro := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.PriceMinor = "Formule Pro", 6000 })
			s := f.begun(who, f.plan(func(p *subscriptions.Plan) { p.MoveTo = []string{pro.PublicID} }), subscriptions.Choice{})
			if x.credit > 0 {
				f.credited(s.FirstID, sales.CreditAmount, x.credit)
			}
			f.Move("2026-11-12")
			in := subscriptions.Cancel{PublicID: s.PublicID, Version: s.Version, How: subscriptions.AtOnceCredit}
			q, err := f.PreviewCancel(ctx, staff, in)
			f.Must(err)
			if q.NowMinor != x.ended {
				t.Errorf("its end gives %d, want %d", q.NowMinor, x.ended)
			}
			q, s = f.change(who, f.get(s), pro, subscriptions.Choice{})
			if q.NowMinor != x.up || s.Documents[0].TotalMinor != x.up {
				t.Errorf("the change asks %d, want %d", q.NowMinor, x.up)
			}
			f.Sound()
		})
	}
}

// Beside a set-up fee it counts what was given back: the days, the fee, or a share of both.
func TestWhatWasCreditedBesideASetupFee(t *testing.T) {
	for _, x := range []struct {
		name string
		of   sales.Credit
		up   int64 // of 19 days of 38.00, of which 19.00 of 30.00 are unused
	}{
		{"the days", sales.Credit{How: sales.CreditLines, QuantitiesE4: []int64{10_000, 0}}, 4560},
		{"the fee", sales.Credit{How: sales.CreditLines, QuantitiesE4: []int64{0, 10_000}}, 2280},
		{"three quarters of all", sales.Credit{How: sales.CreditAmount, AmountMinor: 7200}, 3660}, // 7.50 of the days are left
		{"all", sales.Credit{How: sales.CreditAll}, 4560},
	} {
		t.Run(x.name, func(t *testing.T) {
			f := newFirm(t)
			_, who := f.contact()
			pro := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.PriceMinor = "Formule Pro", 6000 })
			s := f.begun(who, f.plan(func(p *subscriptions.Plan) { p.SetupMinor, p.MoveTo = 5000, []string{pro.PublicID} }), subscriptions.Choice{})
			x.of.Key, x.of.InvoiceID, x.of.Reason, x.of.Send = f.Key(), s.FirstID, "Geste", sales.NoSend
			_, err := f.Sales.CreditInvoice(ctx, staff, x.of)
			f.Must(err)
			f.Move("2026-11-12")
			if q, _ := f.change(who, f.get(s), pro, subscriptions.Choice{}); q.NowMinor != x.up {
				t.Errorf("the change asks %d, want %d", q.NowMinor, x.up)
			}
			f.Sound()
		})
	}
}

// Who was given its period back by hand and takes less then is not charged for that.
func TestLessAfterACreditByHandCostsNothing(t *testing.T) {
	for rule, when := range map[string]string{subscriptions.DownCredit: subscriptions.Now, subscriptions.DownPeriodEnd: subscriptions.AtPeriodEnd} {
		t.Run(rule, func(t *testing.T) {
			f := newFirm(t)
			_, who := f.contact()
			less := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.PriceMinor = "Formule Mini", 1500 })
			s := f.begun(who, f.plan(func(p *subscriptions.Plan) { p.Downgrade, p.MoveTo = rule, []string{less.PublicID} }), subscriptions.Choice{})
			f.credited(s.FirstID, sales.CreditAll, 0)
			f.Move("2026-11-12")
			q, s := f.change(who, f.get(s), less, subscriptions.Choice{})
			if q.NowMinor != 0 || q.When != when || f.count("SELECT count(*) FROM documents") != 2 {
				t.Errorf("%+v", q)
			}
			f.Move("2026-12-01")
			f.pass()
			if s = f.get(s); s.Plan.NameFR != "Formule Mini" || s.Documents[0].TotalMinor != 1800 {
				t.Errorf("%+v", s)
			}
			f.Sound()
		})
	}
}

// A year of three seats for 360.00, from the twelfth day on 720.00, of 354 days of 365: 698.30
// less 349.15. Credited whole by hand, and ended on the same day: what is left is what the first
// invoice charged for those days, not for those that were used.
func TestAChangeCreditedByHandThenItsEnd(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	pro := f.plan(func(p *subscriptions.Plan) {
		p.NameFR, p.PriceMinor, p.Unit, p.SeatsMin, p.SeatsMax = "Formule Pro", 24000, recur.Year, 1, 10
	})
	s := f.begun(who, f.plan(func(p *subscriptions.Plan) {
		p.PriceMinor, p.Unit, p.SeatsMin, p.SeatsMax, p.MoveTo = 12000, recur.Year, 1, 10, []string{pro.PublicID}
	}), subscriptions.Choice{Seats: 3})
	f.Move("2026-11-12")
	q, s := f.change(who, s, pro, subscriptions.Choice{Seats: 3})
	if q.NowMinor != 41898 || q.TaxMinor != 6983 {
		t.Errorf("the change asks %+v", q)
	}
	f.pay(s.Documents[0].PublicID)
	f.credited(s.Documents[0].PublicID, sales.CreditAll, 0)
	if q, _ = f.cancelled(staff, f.get(s)); q.NowMinor != -41898 || q.TaxMinor != -6983 {
		t.Errorf("its end gives %d, of it VAT %d", q.NowMinor, q.TaxMinor)
	}
	f.Sound()
}

// A credit that is left is used on the invoice of a change before anything of it is charged.
func TestCreditsGoBeforeCharges(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	less := f.plan(nil)
	pro := f.plan(func(p *subscriptions.Plan) {
		p.NameFR, p.PriceMinor, p.MoveTo = "Formule Pro", 6000, []string{less.PublicID}
	})
	s := f.begun(who, pro, subscriptions.Choice{})
	f.Move("2026-11-12")
	_, s = f.change(who, s, less, subscriptions.Choice{}) // gives 19.00 back, 22.80 with tax
	due := int64(-1)
	f.runs.Made = func(ctx context.Context, tx *db.Tx, _ int64, documentID string) error {
		d, err := tx.DocumentByPublicID(ctx, documentID)
		if err != nil {
			return err
		}
		st, err := tx.Status(ctx, d.ID)
		due = st.DueMinor
		return err
	}
	f.Move("2026-11-13")
	if q, _ := f.change(staff, s, pro, subscriptions.Choice{}); q.NowMinor != 2160 || due != 0 {
		t.Errorf("the change asks %d, of which %d are due when it is charged", q.NowMinor, due)
	}
	f.Sound()
}

// While money is on its way the order stands: the customer cannot take it back, and it does not
// lapse although somebody asked for that before.
func TestAnOrderStandsWhileItsMoneyComes(t *testing.T) {
	for name, way := range map[string]struct{ begin, end string }{
		"announced": {"UPDATE document_status SET announced_at = '2026-11-01T09:00:00.000Z'", "UPDATE document_status SET announced_at = NULL"},
		"under way": {`INSERT INTO payment_intents (id, public_id, kind, customer_id, gateway, mode, idempotency_key, amount_minor, currency, state, created_at, updated_at)
			SELECT 1, 'under-way', 'pay', customer_id, 'practice', 'test', 'key-1', 3600, 'EUR', 'processing', '2026-11-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z' FROM documents LIMIT 1;
			INSERT INTO payment_intent_parts (intent_id, document_id, amount_minor) SELECT 1, id, 3600 FROM documents LIMIT 1`, "UPDATE payment_intents SET state = 'cancelled'"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFirm(t)
			_, who := f.contact()
			s := f.subscribe(who, f.plan(nil), subscriptions.Choice{})
			f.exec(way.begin)
			for _, by := range []actor.Actor{who, staff} {
				_, err := f.PreviewCancel(ctx, by, subscriptions.Cancel{PublicID: s.PublicID, Version: s.Version})
				f.WantFault(err, "fault.subscription.money_coming")
				_, err = f.Cancel(ctx, by, subscriptions.Cancel{Key: f.Key(), PublicID: s.PublicID, Version: s.Version})
				f.WantFault(err, "fault.subscription.money_coming")
			}
			f.Move("2026-12-05")
			lapse := "lapse/" + s.PublicID + "/2026-12-02"
			f.Must(f.Do(ctx, actor.Machine(), lapse)) // as the panel that was open since before
			f.want(f.get(s), subscription.Pending)
			f.exec(way.end)
			f.Must(f.Do(ctx, actor.Machine(), lapse))
			f.want(f.get(s), subscription.Ended)
			f.Sound()
		})
	}
}

// What is paid late begins late: the week that was paid is a whole week, and the invoice says
// how its days count.
func TestTheFirstPeriodBeginsWhenItIsPaid(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	s := f.subscribe(who, f.plan(func(p *subscriptions.Plan) { p.Unit = recur.Week }), subscriptions.Choice{})
	doc, err := f.Sales.PortalInvoice(ctx, who, s.FirstID)
	f.Must(err)
	if doc.Note == "" {
		t.Error("the first invoice does not say from when its days count")
	}
	f.Move("2026-11-13")
	f.pass()
	f.pay(s.FirstID)
	s = f.get(s)
	if f.want(s, subscription.Active); s.PaidFrom.String() != "2026-11-13" || s.PaidTo.String() != "2026-11-19" || s.NextOn.String() != "2026-11-20" || len(s.Documents) != 1 {
		t.Errorf("%+v", s)
	}
	q, _ := f.cancelled(staff, s)
	if q.NowMinor != -2571*12/10 { // six days of seven, of 30.00
		t.Errorf("%+v", q)
	}
	f.Sound()
}

func (f firm) cancelled(who actor.Actor, s subscriptions.Subscription) (subscriptions.Quote, subscriptions.Subscription) {
	f.T.Helper()
	return f.cancel(who, s, subscriptions.AtOnceCredit)
}

// Money that comes late is taken although a form could not be stored any more today.
func TestMoneyIsTakenWhateverTheFormLacks(t *testing.T) {
	f := newFirm(t)
	c, who := f.contact()
	s := f.subscribe(who, f.plan(nil), subscriptions.Choice{})
	f.Move("2026-11-13")
	f.exec("UPDATE customers SET archived_at = '2026-11-02T00:00:00.000Z', line1 = '', city = '' WHERE id = ?", c.ID)
	f.pay(s.FirstID)
	f.want(f.get(s), subscription.Active)
}

// A first invoice that owes nothing any more, because the firm credited it, waits for nothing.
func TestAFirstInvoiceCreditedByHand(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	s := f.subscribe(who, f.plan(nil), subscriptions.Choice{})
	f.credited(s.FirstID, sales.CreditAll, 0)
	s = f.get(s)
	if f.want(s, subscription.Ended); s.History[0].Kind != "ended" || s.History[0].Number == "" {
		t.Errorf("%+v", s.History)
	}
	_, other := f.contact()
	s = f.subscribe(other, f.plan(nil), subscriptions.Choice{})
	_, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: s.FirstID, AmountMinor: 3000, Method: "transfer"})
	f.Must(err)
	f.want(f.get(s), subscription.Pending)
	f.credited(s.FirstID, sales.CreditAmount, 600)
	s = f.get(s)
	if f.want(s, subscription.Active); s.NextOn.String() != "2026-12-01" {
		t.Errorf("%+v", s)
	}
	f.Sound()
}

// Days that were invoiced with VAT are given back with VAT, whatever is charged today.
func TestUnusedDaysBearTheirOwnTaxes(t *testing.T) {
	f := newFirm(t)
	c, who := f.contact()
	pro := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.PriceMinor = "Formule Pro", 6000 })
	s := f.begun(who, f.plan(func(p *subscriptions.Plan) { p.MoveTo = []string{pro.PublicID} }), subscriptions.Choice{})
	c.TaxRegime, c.Country, c.VATNumber, c.SIREN, c.Postcode = "eu", "DE", "DE136695976", "", "10115"
	_, err := f.Customers.Save(ctx, staff, f.Key(), c)
	f.Must(err)
	f.Move("2026-11-12")
	q, s := f.change(who, f.get(s), pro, subscriptions.Choice{})
	if q.NowMinor != 3800-2280 || q.TaxMinor != -380 {
		t.Errorf("%+v", q)
	}
	if n := f.count("SELECT total_tax_minor FROM documents WHERE kind = 'credit_note'"); n != 380 {
		t.Errorf("VAT undone: %d", n)
	}
	if n := f.count("SELECT total_incl_minor - total_tax_minor * 1000 FROM documents WHERE kind = 'invoice' ORDER BY id DESC LIMIT 1"); n != 3800 {
		t.Errorf("charged: %d", n)
	}
	if d := s.Documents[0]; d.DueMinor+s.Documents[1].DueMinor != q.NowMinor {
		t.Errorf("%+v", s.Documents)
	}
	if q, _ = f.cancelled(staff, s); q.NowMinor != -3600 { // eighteen days of nineteen, of 38.00 without tax
		t.Errorf("%+v", q)
	}
	f.Sound()
}

// The invoice that follows a trial is told with the set-up fee that it bears.
func TestTheInvoiceAfterATrialIsToldWhole(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	pro := f.plan(func(p *subscriptions.Plan) {
		p.NameFR, p.PriceMinor, p.TrialDays, p.SetupMinor = "Formule Pro", 6000, 14, 2000
	})
	s := f.subscribe(who, f.plan(func(p *subscriptions.Plan) {
		p.TrialDays, p.SetupMinor, p.MoveTo = 14, 5000, []string{pro.PublicID}
	}), subscriptions.Choice{})
	if n := f.count("SELECT json_extract(args, '$.first_minor') FROM mails WHERE kind = 'subscription_started'"); n != 9600 {
		t.Errorf("the mail says %d", n)
	}
	if s.NextMinor != 9600 || s.AmountMinor != 3600 {
		t.Errorf("next %d, each %d", s.NextMinor, s.AmountMinor)
	}
	q, s := f.change(who, s, pro, subscriptions.Choice{})
	if q.NextMinor != 9600 || q.EachMinor != 7200 || s.NextMinor != 9600 {
		t.Errorf("%d, %d, then %d", q.NextMinor, q.EachMinor, s.NextMinor)
	}
	f.Move("2026-11-15")
	f.pass()
	if s = f.get(s); s.Documents[0].TotalMinor != 9600 || s.NextMinor != 7200 {
		t.Errorf("%+v", s)
	}
}

// Changed in its trial to a plan without a set-up fee, none is asked, nor written down.
func TestSetupGoesWithItsPlan(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	free := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.TrialDays = "Sans frais", 14 })
	s := f.subscribe(who, f.plan(func(p *subscriptions.Plan) {
		p.TrialDays, p.SetupMinor, p.MoveTo = 14, 5000, []string{free.PublicID}
	}), subscriptions.Choice{})
	_, s = f.change(who, s, free, subscriptions.Choice{})
	f.Move("2026-11-15")
	f.pass()
	s = f.get(s)
	doc, err := f.Sales.PortalInvoice(ctx, who, s.Documents[0].PublicID)
	f.Must(err)
	if len(doc.Lines) != 1 || doc.DueMinor != 3600 {
		t.Errorf("%+v", doc.Lines)
	}
}

// A trial that nobody stayed after is no subscriber lost.
func TestATrialThatEndsIsNoChurn(t *testing.T) {
	f := newFirm(t)
	at := func(name string) actor.Actor {
		return officetest.Contact(f.Customer(name, func(c *customers.Customer) { c.SIREN = "732829320" }))
	}
	trial := f.plan(func(p *subscriptions.Plan) { p.TrialDays = 40 })
	s := f.subscribe(at("Essaie"), trial, subscriptions.Choice{})
	f.subscribe(at("Reste"), trial, subscriptions.Choice{}) // its first paid day is 11 December
	_, s = f.cancel(staff, s, subscriptions.AtPeriodEnd)
	if s.EndsOn.String() != "2026-12-10" {
		t.Fatalf("%+v", s)
	}
	for day, want := range map[string][3]int64{"2026-12-20": {0, 1, 0}, "2027-01-20": {1, 0, 0}} {
		f.Move(day)
		f.pass()
		n, err := f.Figures(ctx, staff)
		f.Must(err)
		if got := [3]int64{n.Began, n.Joined, n.Lost}; got != want {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
	}
}
