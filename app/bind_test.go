package app_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/catalog"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/office/payments"
	"comptoir/office/reminders"
)

// What crosses to the window stays within what Wails and JavaScript carry without loss
// (DESIGN, Wails as measured): TypeScript of the same shapes is generated from these methods.

type bound struct {
	name   string // Service.Method
	method reflect.Method
}

func boundMethods(t *testing.T) []bound {
	t.Helper()
	var list []bound
	for _, s := range app.New(app.Config{}).Services() {
		typ := reflect.TypeOf(s)
		for m := range typ.Methods() {
			list = append(list, bound{typ.Elem().Name() + "." + m.Name, m})
		}
	}
	if len(list) < 50 {
		t.Fatalf("%d bound methods: the services were not seen", len(list))
	}
	return list
}

// result is what the method answers besides its error; nil for nothing.
func (b bound) result() reflect.Type {
	if b.method.Type.NumOut() == 2 {
		return b.method.Type.Out(0)
	}
	return nil
}

func TestBoundMethodsCross(t *testing.T) {
	failure := reflect.TypeFor[error]()
	for _, b := range boundMethods(t) {
		typ := b.method.Type
		if n := typ.NumOut(); n < 1 || n > 2 || typ.Out(n-1) != failure {
			t.Errorf("%s: at most two results, the last an error; three give null", b.name)
			continue
		}
		if typ.IsVariadic() {
			t.Errorf("%s is variadic: such a call never settles", b.name)
		}
		for i := 1; i < typ.NumIn(); i++ { // 0 is the receiver
			crosses(t, b.name, typ.In(i), nil)
		}
		if r := b.result(); r != nil {
			crosses(t, b.name, r, nil)
		}
	}
}

var tagForm = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)

// crosses walks a type that goes over the wire.
func crosses(t *testing.T, where string, typ reflect.Type, seen []reflect.Type) {
	t.Helper()
	if slices.Contains(seen, typ) {
		t.Errorf("%s: %s contains itself", where, typ)
		return
	}
	seen = append(seen, typ)
	switch {
	case typ == reflect.TypeFor[time.Time]():
		t.Errorf("%s: time.Time; a date is a string", where)
		return
	case strings.HasPrefix(typ.PkgPath(), module+"/db"), strings.HasPrefix(typ.PkgPath(), "database/"):
		t.Errorf("%s: %s is a row of the database; give it a view", where, typ)
		return
	case typ.PkgPath() != "" && (typ.Implements(reflect.TypeFor[json.Marshaler]()) || typ.Implements(reflect.TypeFor[encoding.TextMarshaler]())):
		t.Errorf("%s: %s writes itself as JSON; the generated TypeScript would not know how", where, typ)
		return
	}
	switch typ.Kind() {
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
	case reflect.Pointer:
		if k := typ.Elem().Kind(); k == reflect.Interface || k == reflect.Pointer || k == reflect.Slice {
			t.Errorf("%s: %s", where, typ)
			return
		}
		crosses(t, where, typ.Elem(), seen)
	case reflect.Slice:
		if typ.Elem().Kind() == reflect.Uint8 {
			t.Errorf("%s: bytes arrive as base64 but are told as number[]", where)
			return
		}
		crosses(t, where, typ.Elem(), seen)
	case reflect.Struct:
		crossesStruct(t, where, typ, seen)
	default: // any, map, chan, func, float, unsigned, array, complex
		t.Errorf("%s: %s (%s) does not cross", where, typ, typ.Kind())
	}
}

func crossesStruct(t *testing.T, where string, typ reflect.Type, seen []reflect.Type) {
	t.Helper()
	if typ.Name() == "" {
		t.Errorf("%s: a struct without a name becomes any", where)
	}
	names := map[string]string{}
	for _, f := range reflect.VisibleFields(typ) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := where + " " + typ.Name() + "." + f.Name
		switch {
		case f.Anonymous && name == "":
			continue // its fields are among the visible ones
		case !f.IsExported() || name == "-":
			continue
		case !tagForm.MatchString(name):
			t.Errorf("%s: json name %q", at, name)
		case options != "":
			t.Errorf("%s: json option %q; what may be missing is null, figures are numbers", at, options)
		case names[name] != "":
			t.Errorf("%s: two fields called %q", at, name)
		}
		names[name] = f.Name
		crosses(t, at, f.Type, seen)
	}
}

func TestNoTwoBoundStructsShareAName(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range app.New(app.Config{}).Services() {
		name := reflect.TypeOf(s).Elem().Name()
		if seen[name] {
			t.Errorf("two services called %s", name)
		}
		seen[name] = true
	}
}

// New wires and touches nothing: bindings are generated while main runs.
func TestNewTouchesNothing(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("XDG_CONFIG_HOME", "")
	a := app.New(app.Config{})
	a.Services()
	a.Handler()
	empty(t, home)
}

// ids are what sample arguments name: of the demo company, or of nothing.
type ids struct {
	inviteRun, shown                                                                                    string
	draft, issued, open, customer, item, payment, announcement, mail, arrived, series, pattern, contact string
	late                                                                                                reminders.Chosen
	version, itemVersion, customerVersion, spareVersion                                                 int64
	spare                                                                                               string // an item that nothing else touches
	policy                                                                                              reminders.Policy
	group                                                                                               customers.Group
}

const maxExact = 1<<53 - 1

// softPolicy is a policy of reminders that anybody may save.
var softPolicy = reminders.Policy{Name: "Très douce", Levels: []reminders.Level{{Days: 20}}}

// sample arguments of every bound method. A method without a line fails TestEveryMethodAnswers.
// They run from the top: first what only reads, then what writes, then what closes.
func samples(x ids, firm company.Firm, c customers.Customer, it catalog.Item, d app.Draft, m outbox.Settings, portal company.Portal) [][]any {
	q := app.ListQuery{Limit: 20}
	return [][]any{
		{"System.Status"}, {"System.CanBrowse"}, {"System.BrowseFolder"}, {"System.Search", "a"}, {"System.Notifications"},
		{"Home.View"},
		{"Invoices.List", q}, {"Invoices.Get", x.issued}, {"Invoices.Get", x.draft}, {"Invoices.Edit", "", x.customer}, {"Invoices.Edit", x.draft, ""}, {"Invoices.Compute", d},
		{"Customers.List", q}, {"Customers.Find", "a"}, {"Customers.Get", ""}, {"Customers.Get", x.customer}, {"Customers.Regime", "FR", "", "company", ""},
		{"Items.List", q}, {"Items.Find", "", "EUR", ""}, {"Items.Get", ""}, {"Items.Get", x.item}, {"Items.Taxes"}, {"Items.Units"},
		{"Payments.List", q}, {"Payments.Get", x.payment}, {"Payments.Announcements"},
		{"Payments.Refunds", q}, {"Payments.Propose", payments.Ask{CustomerID: x.customer, AmountMinor: 5_000, Auto: true}}, {"Payments.Balances", x.customer},
		{"Mail.List", q}, {"Mail.Get", x.mail}, {"Mail.Arrived"}, {"Mail.ArrivedMail", x.arrived},
		{"Books.TrialBalance", "", ""}, {"Books.Entries", app.EntryQuery{}}, {"Books.Ledger", app.LedgerQuery{Account: "411000"}}, {"Books.Check"},
		{"Portal.View"}, {"Invitations.Look", customers.InviteQuery{All: true}}, {"Invitations.Run", x.inviteRun}, {"Portal.Shown", x.shown}, {"Portal.QR", "http://127.0.0.1:8080/"},
		{"Reminders.Policies"}, {"Reminders.Plan", reminders.PlanQuery{}}, {"Reminders.State", x.issued}, {"Reminders.OfCustomer", x.customer}, {"Reminders.Look", []reminders.Chosen{x.late}},
		{"Reminders.Sample", reminders.Sample{Policy: softPolicy, Level: 1, Lang: "en"}}, {"Groups.List"}, {"Groups.Get", ""}, {"Groups.Rules", ""}, {"Groups.PriceLists"},
		{"Settings.Company"}, {"Settings.Series"}, {"Settings.Mail"}, {"Settings.Portal"}, {"Settings.Countries"},
		{"Settings.TestMail", outbox.SettingsChange{Settings: m}},

		{"System.SetPreferences", "fr", "dark"}, {"System.MarkNotificationsRead"},
		{"Settings.SaveCompany", firm}, {"Settings.SetLogo", "bm8gaW1hZ2U="}, {"Settings.SavePattern", x.series, x.pattern},
		{"Settings.SaveMail", outbox.SettingsChange{Settings: m}}, {"Settings.SavePortal", portal}, {"Portal.SetOn", true}, {"Portal.OpenAs", x.customer, ""}, {"Invitations.Send", customers.InviteQuery{IDs: []string{x.customer}}, "key-bind-invite"}, {"Invitations.Cancel", x.inviteRun}, {"Portal.Show", x.open, ""}, {"Portal.EndShown", x.shown},
		{"Customers.Save", c, "key-bind-customer"}, {"Customers.Invite", x.customer, x.contact}, {"Customers.RevokeLinks", x.customer, x.contact}, {"Customers.SetArchived", x.customer, x.customerVersion, true},
		{"Reminders.SavePolicy", softPolicy, "key-bind-policy"}, {"Reminders.DeletePolicy", x.policy.PublicID, x.policy.Version}, {"Reminders.Try", reminders.Sample{Policy: softPolicy, Level: 1, Lang: "fr"}, "key-bind-try"},
		{"Reminders.SaveRate", reminders.Rate{From: "2027-01-01", RatePCM: 12_150}}, {"Reminders.DeleteRate", "2027-01-01"}, {"Reminders.SetExempt", x.issued, true}, {"Reminders.SetExempt", x.issued, false},
		{"Reminders.Send", []reminders.Chosen{x.late}, "key-bind-remind"}, {"Reminders.InvoiceFees", x.late.DocumentID, "key-bind-fees"},
		{"Groups.Save", customers.Group{Name: "Grands comptes"}, "key-bind-group"}, {"Groups.Delete", x.group.PublicID, x.group.Version},
		{"Items.Save", it, "key-bind-item"}, {"Items.SetArchived", x.spare, x.spareVersion, true},
		{"Invoices.Save", d, "key-bind-save"}, {"Invoices.Duplicate", x.issued, "key-bind-duplicate"},
		{"Invoices.MarkSent", x.draft, x.version, "key-bind-sent"}, {"Invoices.Send", x.issued, int64(0), "key-bind-send"},
		{"Invoices.ConfirmTransfer", payments.Confirmed{AnnouncementID: x.announcement, Key: "key-bind-confirm"}}, {"Invoices.DismissTransfer", x.announcement, ""},
		{"Invoices.RecordPayment", app.PaymentForm{Key: "key-bind-record", InvoiceID: x.open, AmountMinor: 100, Method: "cheque", ReceivedOn: "2026-11-20"}}, {"Invoices.MarkPaid", x.open, int64(0), "key-bind-paid"},
		{"Invoices.DeleteDraft", x.draft, int64(1)},
		{"Mail.Resend", x.mail, "key-bind-resend"}, {"Mail.SendNow", x.mail}, {"Mail.Cancel", x.mail},

		{"System.Retry"}, {"System.CloseCompany"}, {"System.Open", ""},
		{"System.Create", app.NewCompany{Key: "key-bind-create", Name: "Seconde", Country: "CA", Language: "en", Email: "b@example.org"}},
		{"System.OpenDemo"},
	}
}

// Codes that a person may see; anything else is a fault of ours.
var ordinary = []string{"invalid", "not_found", "forbidden", "conflict", "unavailable"}

func TestEveryMethodAnswers(t *testing.T) {
	for name, start := range map[string]func() *apptest.Program{
		"no company":    func() *apptest.Program { return apptest.Start(t, withDemo(t)) },
		"empty company": func() *apptest.Program { return apptest.Fresh(t, withDemo(t)) },
		"demo company":  func() *apptest.Program { return apptest.Demo(t, apptest.Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			p := start()
			answered, refused := 0, 0
			methods := map[string]bound{}
			for _, b := range boundMethods(t) {
				methods[b.name] = b
			}
			left := map[string]bool{}
			for n := range methods {
				left[n] = true
			}
			for _, s := range gather(p) {
				method := s[0].(string) //nolint:forcetypeassert,errcheck // names are literals of this file
				b, known := methods[method]
				if !known {
					t.Errorf("%s is no bound method", method)
					continue
				}
				delete(left, method)
				raw, shown := p.Try(method, s[1:]...)
				if shown != nil {
					refused++
					t.Logf("%s: %s", method, shown.Key)
					if !slices.Contains(ordinary, shown.Code) || shown.Message == "" || strings.Contains(shown.Message, shown.Key) {
						t.Errorf("%s: %s %s %q\n%s", method, shown.Code, shown.Key, shown.Message, p.Log.Tail())
					}
					continue
				}
				answered++
				fits(t, method, b.result(), raw)
			}
			for n := range left {
				t.Errorf("%s has no sample arguments: add them to samples", n)
			}
			t.Logf("%d answered, %d refused in words", answered, refused)
			if name == "demo company" && refused > 11+withoutRound+withoutLink {
				t.Errorf("%d of %d samples were refused on the demo company: their arguments no longer fit", refused, answered+refused)
			}
			if bytes.Contains([]byte(p.Log.String()), []byte("panic")) {
				t.Errorf("a method panicked\n%s", p.Log.Tail())
			}
		})
	}
}

// withDemo is a home where System.OpenDemo finds its company made.
func withDemo(t *testing.T) apptest.Options {
	t.Helper()
	home := t.TempDir()
	apptest.CopyDemo(t, filepath.Join(home, "demo"))
	return apptest.Options{Home: home}
}

// gather finds ids of the open company for the samples; without one they name nothing.
func gather(p *apptest.Program) [][]any {
	x := ids{draft: "none", issued: "none", open: "none", customer: "none", item: "none", payment: "none", announcement: "none", mail: "none", arrived: "none", inviteRun: "none", shown: "none"}
	firm, c, it, d, m, portal := company.Firm{}, customers.Customer{}, catalog.Item{}, app.Draft{}, outbox.Settings{}, company.Portal{}
	if apptest.Ask[app.Status](p, "System.Status").State != app.StateOpen {
		return slices.Concat(auditSamples(), contractSamples(p, x), signingSamples(p, x), contractMoneySamples(p, x), contractFileSamples(p), sharingSamples(p, x), quoteSamples(p), statementSamples(p, x), recurringSamples(p, x, d), subscriptionSamples(p, x), creditSamples(p, x), catalogueSamples(p, x), settlementSamples(p, x), sharedSamples(p, x), sepaSamples(p, x), gatewaySamples(p, x), chargingSamples(p, x), requestSamples(p), privacySamples(p), userSamples(p), contactSamples(p), hoursSamples(p), chatSamples(p), firmSamples(p), noticeSamples(p), provisioningSamples(p, x), groupSamples(p, false), samples(x, firm, c, it, d, m, portal))
	}
	firm, m = apptest.Ask[company.Firm](p, "Settings.Company"), apptest.Ask[outbox.Settings](p, "Settings.Mail")
	portal = apptest.Ask[company.Portal](p, "Settings.Portal")
	portal.Address, portal.Port = "127.0.0.1", 0
	c, it = apptest.Ask[customers.Customer](p, "Customers.Get", ""), apptest.Ask[app.ItemView](p, "Items.Get", "").Item
	c.Name, it.Name, it.Code = "Nouveau", "Nouveau", "NEW-1"
	for _, r := range apptest.Ask[app.CustomerList](p, "Customers.List", app.ListQuery{Limit: 1}).Rows {
		x.customer, x.customerVersion = r.PublicID, r.Version
		for _, k := range apptest.Ask[customers.Customer](p, "Customers.Get", r.PublicID).Contacts {
			x.contact = k.PublicID
		}
	}
	for _, r := range apptest.Ask[app.ItemList](p, "Items.List", app.ListQuery{Limit: 1}).Rows {
		x.item, x.itemVersion = r.PublicID, r.Version
	}
	spare := it
	spare.Name, spare.Code, spare.UnitPriceE4 = "De passage", "SPARE-1", 0
	kept := apptest.Ask[app.ItemView](p, "Items.Save", spare, "key-gather-spare").Item
	x.spare, x.spareVersion = kept.PublicID, kept.Version
	x.policy = apptest.Ask[reminders.Policy](p, "Reminders.SavePolicy", reminders.Policy{Name: "De passage", Levels: softPolicy.Levels}, "key-gather-policy")
	x.group = apptest.Ask[customers.Group](p, "Groups.Save", customers.Group{Name: "De passage"}, "key-gather-group")
	for state, into := range map[string]*string{"draft": &x.draft, "paid": &x.issued, "overdue": &x.open} {
		for _, r := range apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{State: state, Limit: 1}).Rows {
			*into = r.ID
			if state == "draft" {
				x.version = r.Version
			}
		}
	}
	if x.customer != "none" {
		x.inviteRun = apptest.Ask[string](p, "Invitations.Send", customers.InviteQuery{IDs: []string{x.customer}}, "key-gather-invite")
	}
	if x.open != "none" {
		x.shown = apptest.Ask[app.ShownDocument](p, "Portal.Show", x.open, "").ID
	}
	for _, m := range apptest.Ask[app.ReminderPlan](p, "Reminders.Plan", reminders.PlanQuery{}).Mails {
		x.late = reminders.Chosen{DocumentID: m.Documents[0].ID, Level: m.Documents[0].Level}
	}
	for _, r := range apptest.Ask[app.PaymentList](p, "Payments.List", app.ListQuery{Limit: 1}).Rows {
		x.payment = r.PublicID
	}
	for _, r := range apptest.Ask[app.MailList](p, "Mail.List", app.ListQuery{Limit: 1}).Rows {
		x.mail = r.ID
	}
	customerOfDraft := ""
	if x.customer != "none" {
		customerOfDraft = x.customer
	}
	for _, a := range apptest.Ask[[]payments.Announcement](p, "Payments.Announcements") {
		x.announcement = a.PublicID
	}
	for _, s := range apptest.Ask[[]company.Series](p, "Settings.Series") {
		x.series, x.pattern = s.Kind, s.Pattern
	}
	d = apptest.Ask[app.Editor](p, "Invoices.Edit", "", customerOfDraft).Draft
	d.Lines = []app.DraftLine{{Description: "Une heure", Nature: "services", QuantityE4: 1_0000, Unit: "HUR", UnitPriceE4: 60_0000, Taxes: []string{}}}
	return slices.Concat(auditSamples(), contractSamples(p, x), signingSamples(p, x), contractMoneySamples(p, x), contractFileSamples(p), sharingSamples(p, x), quoteSamples(p), statementSamples(p, x), recurringSamples(p, x, d), subscriptionSamples(p, x), creditSamples(p, x), catalogueSamples(p, x), settlementSamples(p, x), sharedSamples(p, x), sepaSamples(p, x), gatewaySamples(p, x), chargingSamples(p, x), requestSamples(p), privacySamples(p), userSamples(p), contactSamples(p), hoursSamples(p), chatSamples(p), firmSamples(p), noticeSamples(p), provisioningSamples(p, x), groupSamples(p, true), samples(x, firm, c, it, d, m, portal))
}

// fits compares an answer with the Go type behind it: no list is null, no figure is beyond
// what JavaScript holds exactly.
func fits(t *testing.T, method string, typ reflect.Type, raw json.RawMessage) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Errorf("%s: %v in %.200s", method, err, raw)
		return
	}
	if typ == nil {
		if v != nil {
			t.Errorf("%s answers %.200s though it has no result", method, raw)
		}
		return
	}
	for _, fault := range misfits(method, typ, v) {
		t.Error(fault)
	}
}

func misfits(where string, typ reflect.Type, v any) []string {
	switch typ.Kind() {
	case reflect.Pointer:
		if v == nil {
			return nil
		}
		return misfits(where, typ.Elem(), v)
	case reflect.Slice:
		list, ok := v.([]any)
		if !ok {
			return []string{fmt.Sprintf("%s: a list is %v", where, v)}
		}
		var faults []string
		for i, x := range list {
			faults = append(faults, misfits(fmt.Sprintf("%s[%d]", where, i), typ.Elem(), x)...)
		}
		return faults
	case reflect.Struct:
		m, ok := v.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: an object is %v", where, v)}
		}
		var faults []string
		for _, f := range reflect.VisibleFields(typ) {
			name := f.Tag.Get("json")
			if name == "" || name == "-" || !f.IsExported() {
				continue
			}
			x, there := m[name]
			if !there {
				faults = append(faults, where+"."+name+" is missing")
				continue
			}
			faults = append(faults, misfits(where+"."+name, f.Type, x)...)
		}
		return faults
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, ok := v.(json.Number)
		if !ok {
			return []string{fmt.Sprintf("%s: a figure is %v", where, v)}
		}
		if i, err := n.Int64(); err != nil || math.Abs(float64(i)) > maxExact {
			return []string{fmt.Sprintf("%s: %s is not exact in JavaScript", where, n)}
		}
	}
	return nil
}

func TestOnlyBoundMethodsAreServed(t *testing.T) {
	p := apptest.Start(t, apptest.Options{})
	for _, name := range []string{"System.Nope", "Nope.Status", "System.status", "System", "System.", ".Status", "App.Stop", "System.Status.x", "desk.open"} {
		if status, _ := p.Raw(name, "[]"); status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", name, status)
		}
	}
}
