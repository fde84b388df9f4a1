package provision_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/provisioning"
)

// ear is an address that is told of events and answers as it is told to.
type ear struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	heard  []*http.Request
	bodies []string
}

func listen(t *testing.T) *ear {
	e := &ear{status: 204}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard, e.bodies = append(e.heard, r), append(e.bodies, string(b))
		if e.status == http.StatusFound {
			w.Header().Set("Location", e.URL+"/elsewhere")
		}
		w.WriteHeader(e.status)
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *ear) answers(status int) { e.mu.Lock(); e.status = status; e.mu.Unlock() }

func (w *world) hook(url string, events ...string) provisioning.Made {
	w.t.Helper()
	m, err := w.office.SaveWebhook(officetest.Ctx, owner, provisioning.SaveWebhook{Key: w.firm.Key(), URL: url, Events: events, On: true})
	w.firm.Must(err)
	return m
}

func (w *world) deliver() { w.t.Helper(); w.firm.Must(w.office.Deliver(officetest.Ctx)) }

type event struct {
	ID, Type string
	Sequence int64
	Data     map[string]map[string]any
}

// What happens in the firm is told, signed, each with its own id, in order.
func TestEventsAreTold(t *testing.T) {
	w := newWorld(t)
	e := listen(t)
	m := w.hook(e.URL, provisioning.Kinds()...)
	w.call("POST", "/accounts", vernet).is(201)
	w.call("PATCH", "/accounts/EV-001", `{"city":1}`).is(422)
	w.call("PATCH", "/accounts/EV-001", `{"phone":"+33 4 72 00 00 00"}`).is(200)
	w.call("POST", "/accounts/EV-001/suspend", "").is(200)
	c := w.firm.Customer("Durand", nil) // no account: not told
	d := w.firm.Issue(officetest.Form(c, officetest.Line(100_00)))
	_, err := w.firm.Payments.RecordPayment(officetest.Ctx, officetest.Staff, payments.RecordPayment{Key: w.firm.Key(), CustomerID: c.PublicID, AmountMinor: 120_00, ReceivedOn: w.firm.Now().Format(time.DateOnly), Method: "transfer",
		Parts: []payments.SplitPart{{DocumentID: d.PublicID, AmountMinor: 120_00}}})
	w.firm.Must(err)
	w.deliver()
	kinds, o := []string{}, readFile(t)
	for i, body := range e.bodies {
		var x event
		var v any
		if err := json.Unmarshal([]byte(body), &x); err != nil {
			t.Fatal(err)
		}
		w.firm.Must(json.Unmarshal([]byte(body), &v))
		for _, wrong := range o.check(map[string]any{"$ref": "#/components/schemas/Event"}, v, "") {
			t.Error(wrong)
		}
		kinds = append(kinds, x.Type)
		if r := e.heard[i]; r.Header.Get("Comptoir-Event-Id") != x.ID || x.Sequence != int64(i+1) || r.Header.Get("Comptoir-Signature") != provisioning.Sign(m.Secret, w.firm.Now(), []byte(body)) || r.Method != "POST" {
			t.Errorf("%s: %v", x.Type, r.Header)
		}
	}
	if got := strings.Join(kinds, " "); got != "account.created account.updated account.suspended invoice.issued payment.recorded" && got != "account.created account.updated account.suspended invoice.issued payment.recorded invoice.paid" {
		t.Error(got)
	}
	w.deliver()
	if len(e.bodies) != len(kinds) {
		t.Error("told twice")
	}
}

// Who becomes paid is told in the transaction that settles it.
func TestPaidIsTold(t *testing.T) {
	w := newWorld(t)
	e := listen(t)
	w.hook(e.URL, "invoice.paid")
	d := w.firm.Issue(officetest.Form(w.firm.Customer("Durand", nil), officetest.Line(100_00)))
	w.firm.Must(w.firm.DB.Write(officetest.Ctx, func(ctx context.Context, tx *db.Tx) error { return w.office.Settled(ctx, tx, []int64{d.ID}) }))
	w.deliver()
	if len(e.bodies) != 1 || !strings.Contains(e.bodies[0], d.Number) || !strings.Contains(e.bodies[0], `"type":"invoice.paid"`) {
		t.Error(e.bodies)
	}
}

// Whoever answers no is told again, later and later, the same words; then the button does.
func TestRetries(t *testing.T) {
	w := newWorld(t)
	e := listen(t)
	m := w.hook(e.URL, "account.created")
	e.answers(500)
	w.call("POST", "/accounts", vernet).is(201)
	for range 30 {
		w.deliver()
		w.firm.MoveTo(w.firm.Now().Add(13 * time.Hour))
	}
	rows, err := w.office.Deliveries(officetest.Ctx, owner, m.PublicID, 0)
	w.firm.Must(err)
	if len(rows) != 1 || rows[0].State != "failed" || rows[0].Attempts != 10 || rows[0].Status != 500 || len(e.bodies) != 10 {
		t.Fatalf("%+v after %d", rows, len(e.bodies))
	}
	e.answers(204)
	w.firm.Must(w.office.Redeliver(officetest.Ctx, owner, rows[0].PublicID))
	w.deliver()
	if len(e.bodies) != 11 || e.bodies[10] != e.bodies[0] {
		t.Errorf("%d told", len(e.bodies))
	}
}

// Offline for days nothing is lost or counted; after a week the firm is told and nothing more is
// tried, until somebody saves the address.
func TestOutOfReach(t *testing.T) {
	w := newWorld(t)
	e := listen(t)
	m := w.hook(e.URL+"/events?token=open-sesame", "account.created")
	e.Close()
	w.call("POST", "/accounts", vernet).is(201)
	for range 3 * 24 {
		w.deliver()
		w.firm.MoveTo(w.firm.Now().Add(time.Hour))
	}
	list, err := w.office.Webhooks(officetest.Ctx, owner)
	w.firm.Must(err)
	rows, err := w.office.Deliveries(officetest.Ctx, owner, m.PublicID, 0)
	w.firm.Must(err)
	if list[0].State != "on" || list[0].FailingSince == "" || rows[0].State != "queued" || rows[0].Attempts != 0 || rows[0].Why != "fault.api.hook_silent" {
		t.Errorf("%+v %+v", list, rows)
	}
	for range 5 * 24 {
		w.deliver()
		w.firm.MoveTo(w.firm.Now().Add(time.Hour))
	}
	list, err = w.office.Webhooks(officetest.Ctx, owner)
	w.firm.Must(err)
	if n := dbtest.Int(t, dbtest.Raw(t, w.firm.Path), "SELECT count(*) FROM notifications WHERE kind = 'webhook_off'"); list[0].State != "failing" || n != 1 {
		t.Errorf("%+v, told %d times", list, n)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, w.firm.Path), "SELECT count(*) FROM notifications WHERE kind = 'webhook_off' AND (instr(args, 'open-sesame') > 0 OR instr(args, 'http') = 0)"); n != 0 {
		t.Error("everybody reads what opens the other program")
	}
	back := listen(t)
	_, err = w.office.SaveWebhook(officetest.Ctx, owner, provisioning.SaveWebhook{PublicID: m.PublicID, URL: back.URL, Events: []string{"account.created"}, On: true, Version: list[0].Version})
	w.firm.Must(err)
	w.deliver()
	if len(back.bodies) != 1 {
		t.Errorf("%d told after the address came back", len(back.bodies))
	}
}

// No redirect is followed; addresses that only the machine's link knows are never called; an
// address is judged before it is kept.
func TestWhereEventsGo(t *testing.T) {
	w := newWorld(t)
	e := listen(t)
	w.hook(e.URL, "account.created")
	e.answers(http.StatusFound)
	link := w.hook("http://169.254.169.254/latest/meta-data", "account.created")
	w.call("POST", "/accounts", vernet).is(201)
	w.deliver()
	if len(e.bodies) != 1 || e.heard[0].URL.Path != "/" {
		t.Errorf("%d calls", len(e.bodies))
	}
	rows, err := w.office.Deliveries(officetest.Ctx, owner, link.PublicID, 0)
	w.firm.Must(err)
	if rows[0].Why != "fault.api.hook_refused" {
		t.Errorf("%+v", rows)
	}
	for _, url := range []string{"", "ftp://x", "//x", "http://", "https://a:b@x/", "javascript:alert(1)", "http://x/#y", "file:///etc/passwd"} {
		if _, err := w.office.SaveWebhook(officetest.Ctx, owner, provisioning.SaveWebhook{Key: w.firm.Key(), URL: url, Events: []string{"account.created"}}); !fault.HasField(err, "url") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// Keys of calls are forgotten after thirty days and not before; the external code still keeps the account single.
func TestKeysAreForgotten(t *testing.T) {
	w := newWorld(t)
	keys := func() int64 { return dbtest.Int(t, dbtest.Raw(t, w.firm.Path), "SELECT count(*) FROM api_keys") }
	w.call("POST", "/accounts", vernet, "Idempotency-Key", "clef-1").is(201)
	w.firm.MoveTo(w.firm.Now().Add(29 * 24 * time.Hour))
	w.firm.Must(w.office.Tidy(officetest.Ctx))
	other := strings.Replace(vernet, "EV-001", "EV-002", 1)
	if n := keys(); n != 1 {
		t.Fatalf("%d keys after 29 days", n)
	}
	w.call("POST", "/accounts", other, "Idempotency-Key", "clef-1").refused(409, "command_reused")
	w.firm.MoveTo(w.firm.Now().Add(2 * 24 * time.Hour))
	w.firm.Must(w.office.Tidy(officetest.Ctx))
	if n := keys(); n != 0 {
		t.Fatalf("%d keys after 31 days", n)
	}
	w.call("POST", "/accounts", vernet, "Idempotency-Key", "clef-1").is(200)
	w.call("POST", "/accounts", strings.Replace(vernet, "Vernet SARL", "Vernet SA", 1)).refused(409, "account_exists")
}
