package charging_test

import (
	"context"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/access"
	"comptoir/office/charging"
	"comptoir/office/customers"
	"comptoir/office/due"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/rules/recur"
)

var (
	ctx   = officetest.Ctx
	staff = officetest.Staff
)

// firm is a firm that charges.
type firm struct {
	*officetest.Firm
	*charging.Service
	recurring *recurring.Service
}

func newFirm(t testing.TB) *firm {
	t.Helper()
	f := &firm{Firm: officetest.New(t)}
	f.Gateway.Before = nil
	ids := id.Seeded(7)
	f.Service = charging.New(charging.Deps{DB: f.DB, IDs: ids, Sales: f.Sales, Payments: f.Payments,
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
			return f.Access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
		}})
	f.recurring = recurring.New(recurring.Deps{DB: f.DB, IDs: ids, Sales: f.Sales, Made: f.Made})
	f.Payments.Settled, f.Payments.Saving = f.Settled, f.Service.Saving
	f.Move("2026-12-01")
	return f
}

// keep has a customer keep a card, good until the end of that month.
func (f *firm) keep(c customers.Customer, year, month int) payments.Kept {
	f.T.Helper()
	who := officetest.Contact(c)
	i, err := f.Payments.SaveMethod(ctx, who, payments.SaveMethod{Key: f.Key(), Gateway: "practice", ReturnURL: "https://portal.example/reglement/{id}"})
	f.Must(err)
	i, err = f.Payments.ContinuePayment(ctx, who, payments.ContinuePayment{IntentID: i.PublicID, Answer: "approved"})
	f.Must(err)
	if i.State != payments.Succeeded {
		f.T.Fatalf("kept: %+v", i)
	}
	if year != 0 {
		f.exec("UPDATE kept_methods SET exp_year = ?, exp_month = ? WHERE id = ?", year, month, i.Method.ID)
	}
	list, err := f.Payments.KeptMethods(ctx, staff, c.PublicID)
	f.Must(err)
	for _, k := range list {
		if k.PublicID == i.Method.PublicID {
			return k
		}
	}
	f.T.Fatal("no method")
	return payments.Kept{}
}

func (f *firm) exec(query string, args ...any) {
	f.T.Helper()
	raw := dbtest.Raw(f.T, f.Path)
	defer func() { _ = raw.Close() }()
	_, err := raw.Exec(query, args...)
	f.Must(err)
}

// monthly lets a template run that is charged; terms as given.
func (f *firm) monthly(c customers.Customer, start string, change func(*recurring.Template)) recurring.View {
	f.T.Helper()
	form := officetest.Form(c, officetest.Line(10_000))
	form.TermsDays = 14
	x := recurring.Template{Form: form, When: recur.Choice{Unit: recur.Month, Every: 1, Day: civil.MustParse(start).Day}, Billed: recur.Ahead, StartOn: start, AutoSend: true, AutoCharge: true}
	if change != nil {
		change(&x)
	}
	v, err := f.recurring.Activate(ctx, staff, f.Key(), x)
	f.Must(err)
	return v
}

// day moves the clock and does what the calendar lets go, as a machine that never sleeps.
func (f *firm) day(on string) {
	f.T.Helper()
	f.Move(on)
	f.pass()
}

func (f *firm) pass() {
	f.T.Helper()
	on := civil.MustParse(f.Now().Format("2006-01-02"))
	for _, s := range []interface {
		Due(context.Context, civil.Date) ([]due.Item, error)
		Do(context.Context, actor.Actor, string) error
	}{f.recurring, f.Source()} {
		items, err := s.Due(ctx, on)
		f.Must(err)
		for _, x := range items {
			f.Must(s.Do(ctx, actor.Machine(), x.Key))
		}
	}
	f.Must(f.Payments.AskOpen(ctx))
	f.Must(f.Round(ctx))
}

// days passes every day up to and with one.
func (f *firm) days(to string) {
	f.T.Helper()
	for d := civil.MustParse(f.Now().Format("2006-01-02")).AddDays(1); !d.After(civil.MustParse(to)); d = d.AddDays(1) {
		f.day(d.String())
	}
}

// invoice gives the public id of the newest invoice.
func (f *firm) invoice() (publicID string) {
	f.T.Helper()
	f.Must(f.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentByID(ctx, int64(f.count("SELECT max(id) FROM documents")))
		publicID = row.PublicID
		return err
	}))
	return publicID
}

func (f *firm) count(query string) int {
	f.T.Helper()
	raw := dbtest.Raw(f.T, f.Path)
	defer func() { _ = raw.Close() }()
	return int(dbtest.Int(f.T, raw, query))
}

// story tells the attempts at an invoice, the oldest first: "2026-12-15 declined".
func (f *firm) story(publicID string) string {
	f.T.Helper()
	c, err := f.OfInvoice(ctx, staff, publicID)
	f.Must(err)
	var list []string
	for _, a := range c.Attempts {
		list = append([]string{a.On.String() + " " + a.State}, list...)
	}
	return strings.Join(list, ", ")
}

func (f *firm) wantStory(publicID, want string) {
	f.T.Helper()
	if got := f.story(publicID); got != want {
		f.T.Errorf("story:\n got %s\nwant %s", got, want)
	}
}

// say arms the gateway with answers to charges.
func (f *firm) say(states ...string) {
	for _, s := range states {
		x := officetest.Said{State: s}
		if s == payments.Declined {
			x.Reason = "gateway.reason.declined"
		}
		if reason, ok := strings.CutPrefix(s, "declined "); ok {
			x = officetest.Said{State: payments.Declined, Reason: "gateway.reason." + reason}
		}
		if state, ok := strings.CutPrefix(s, "silent "); ok {
			x = officetest.Said{State: state, Silent: true}
		}
		f.Gateway.Next = append(f.Gateway.Next, x)
	}
}

// charged is how often the customer's money was taken.
func (f *firm) charged() (n int) {
	for _, a := range f.Gateway.Known {
		if a.Kind == payments.IntentCharge && a.State == payments.Succeeded {
			n++
		}
	}
	return n
}

func (f *firm) issue(d sales.Document) {
	f.T.Helper()
	_, err := f.Sales.Issue(ctx, staff, sales.Issue{Key: f.Key(), PublicID: d.PublicID, Version: d.Version, How: sales.ByHand})
	f.Must(err)
}
