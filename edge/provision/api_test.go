package provision_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/edge/provision"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/provisioning"
	"comptoir/office/sales"
)

// Every path and method of the file has a route with that scope, and every route stands in it.
func TestTheFileAndTheRoutesAgree(t *testing.T) {
	o := readFile(t)
	file := map[string]string{}
	for name, d := range o.operations(t) {
		file[name] = d.Scope
	}
	if routes := provision.RouteNames(); !maps.Equal(routes, file) {
		t.Errorf("routes %v\nfile %v", routes, file)
	}
	for _, k := range provisioning.Kinds() {
		if _, ok := o.Webhooks[k]; !ok {
			t.Errorf("the file says nothing of %s", k)
		}
	}
	if o.OpenAPI != "3.1.0" || len(o.Webhooks) != len(provisioning.Kinds()) {
		t.Errorf("%s, %d kinds of event", o.OpenAPI, len(o.Webhooks))
	}
}

// Every answer that the file knows of comes, and is as the file says (world.hold looks at each).
func TestEveryDocumentedAnswer(t *testing.T) {
	w := newWorld(t)
	w.accounts()
	w.documents()
	w.refusals()
	for name, d := range readFile(t).operations(t) {
		for status := range d.Responses {
			if status == "503" { // TestPapersAreFew
				continue
			}
			if !w.seen[name+" "+status] {
				t.Errorf("%s never answered %s", name, status)
			}
		}
	}
}

func (w *world) accounts() {
	made := w.call("POST", "/accounts", vernet).is(201)
	if at := made.Header().Get("Location"); at != "/api/v1/accounts/EV-001" {
		w.t.Errorf("Location %q", at)
	}
	a := made.account()
	if len(a.Contacts) != 1 || !a.Contacts[0].Primary || a.Contacts[0].Email != "compta@vernet.example" || a.State != "active" || a.Language != "fr" || a.Currency != "EUR" {
		w.t.Errorf("%+v", a)
	}
	w.call("POST", "/accounts", vernet).is(200)
	if list := w.call("GET", "/accounts", "").is(200); !strings.Contains(list.Body.String(), "Vernet") {
		w.t.Error(list.Body)
	}
	if got := w.call("GET", "/accounts/ev-001", "").is(200); got.Header().Get("ETag") != `"1"` { // whatever the case
		w.t.Errorf("ETag %s", got.Header().Get("ETag"))
	}
	p := w.call("PATCH", "/accounts/EV-001", `{"address":{"city":"Villeurbanne"},"language":"en"}`, "If-Match", `"1"`, "Content-Type", "application/merge-patch+json").is(200).account()
	if p.Address.City != "Villeurbanne" || p.Address.Line1 != "2 rue Haute" || p.Language != "en" || p.Version != 2 {
		w.t.Errorf("%+v", p)
	}
	r := w.call("PUT", "/accounts/EV-001", `{"name":"Vernet SAS","address":{"country":"FR"},"paymentTerms":{"days":45,"endOfMonth":true}}`, "If-Match", `"2"`).is(200).account()
	if r.Name != "Vernet SAS" || r.Email != "" || r.Address.City != "" || r.Language != "fr" || r.PaymentTerms != (provisioning.Terms{Days: 45, EndOfMonth: true}) || len(r.Contacts) != 1 || r.Number != a.Number {
		w.t.Errorf("%+v", r)
	}
	again := w.call("PATCH", "/accounts/EV-001", `{"contacts":[{"email":"COMPTA@vernet.example","name":"Léa Vernet"},{"name":"Tom","email":"tom@vernet.example"}]}`).is(200).account()
	if len(again.Contacts) != 2 || again.Contacts[0].ID != a.Contacts[0].ID || again.Contacts[0].Name != "Léa Vernet" {
		w.t.Errorf("%+v", again.Contacts)
	}
	if s := w.call("POST", "/accounts/EV-001/suspend", "").is(200).account(); s.State != "suspended" {
		w.t.Error(s.State)
	}
	v := w.call("POST", "/accounts/EV-001/suspend", "").is(200).account().Version // again: nothing more
	if s := w.call("POST", "/accounts/EV-001/resume", "{}").is(200).account(); s.State != "active" || s.Version != v+1 {
		w.t.Errorf("%s, version %d after %d", s.State, s.Version, v)
	}
	w.call("PUT", "/phone-system", `{"pbx":"Asterisk 20","provider":"Télécom du Rhône"}`).is(200)
}

func (w *world) documents() {
	c := w.firm.Customer("Durand", nil)
	d := w.firm.Issue(officetest.Form(c, officetest.Line(100_00)))
	if got := w.call("GET", "/documents?kind=invoice&issuedFrom=2020-01-01&limit=5", "").is(200); !strings.Contains(got.Body.String(), d.Number) {
		w.t.Error(got.Body)
	}
	var x provisioning.Document
	w.call("GET", "/documents/"+d.Number, "").is(200).json(&x)
	if x.Totals.InclTaxMinor != d.Totals.TotalInclTax || len(x.Lines) == 0 || x.PDF != "/api/v1/documents/"+d.Number+"/pdf" {
		w.t.Errorf("%+v", x)
	}
	if pdf := w.call("GET", "/documents/"+d.Number+"/pdf", "").is(200); !strings.Contains(pdf.Header().Get("Content-Disposition"), "attachment") || pdf.Body.Len() == 0 {
		w.t.Error(pdf.Header())
	}
	_, err := w.firm.Payments.RecordPayment(officetest.Ctx, officetest.Staff, payments.RecordPayment{Key: w.firm.Key(), CustomerID: c.PublicID, AmountMinor: 120_00, ReceivedOn: w.firm.Now().Format("2006-01-02"), Method: "transfer",
		Parts: []payments.SplitPart{{DocumentID: d.PublicID, AmountMinor: 120_00}}})
	w.firm.Must(err)
	if got := w.call("GET", "/payments", "").is(200); !strings.Contains(got.Body.String(), d.Number) {
		w.t.Error(got.Body)
	}
}

// refusals asks each route for every refusal that the file knows of it.
func (w *world) refusals() {
	bad := func(method, path, body string) {
		w.call(method, path, body, "Authorization", "").refused(401, "token")
		w.call(method, path, body, "Authorization", "Bearer "+w.narrow(method+" "+path)).refused(403, "scope")
		w.call(method, path, body, "Comptoir-SPID", "AUTRE").refused(403, "spid")
		w.slow(method, path, body)
	}
	for _, x := range [][3]string{{"GET", "/accounts"}, {"POST", "/accounts", vernet}, {"GET", "/accounts/EV-001"}, {"PUT", "/accounts/EV-001", "{}"}, {"PATCH", "/accounts/EV-001", "{}"}, {"POST", "/accounts/EV-001/suspend"},
		{"POST", "/accounts/EV-001/resume"}, {"PUT", "/phone-system", "{}"}, {"GET", "/documents"}, {"GET", "/documents/F-1"}, {"GET", "/documents/F-1/pdf"}, {"GET", "/payments"}} {
		bad(x[0], x[1], x[2])
	}
	for _, x := range [][3]string{{"GET", "/accounts/none"}, {"PUT", "/accounts/none", `{"name":"x"}`}, {"PATCH", "/accounts/none", "{}"}, {"POST", "/accounts/none/suspend"}, {"POST", "/accounts/none/resume"},
		{"GET", "/documents?account=none"}, {"GET", "/documents/none"}, {"GET", "/documents/none/pdf"}, {"GET", "/payments?account=none"}} {
		w.call(x[0], x[1], x[2]).refused(404, "not_found")
	}
	for _, x := range [][2]string{{"POST", "/accounts"}, {"PUT", "/accounts/EV-001"}, {"PATCH", "/accounts/EV-001"}, {"PUT", "/phone-system"}} {
		w.call(x[0], x[1], `{"name":`).refused(400, "malformed")
		w.call(x[0], x[1], `{"name":"`+strings.Repeat("x", 70<<10)+`"}`).refused(413, "too_big")
		w.call(x[0], x[1], "name=x", "Content-Type", "application/x-www-form-urlencoded").refused(415, "not_json")
		w.call(x[0], x[1], `{"nom":"x"}`).refused(422, "form")
	}
	for _, act := range []string{"suspend", "resume"} { // a body is optional, not free
		path := "/accounts/EV-001/" + act
		w.call("POST", path, `{"why":"x"}`).refused(422, "form")
		w.call("POST", path, `{"reason":1}`).refused(422, "form")
		if places := w.call("POST", path, `{"reason":"`+strings.Repeat("é", 501)+`"}`).refused(422, "form"); len(places) != 1 || !strings.HasPrefix(places[0], "/reason ") {
			w.t.Errorf("%s: %q", act, places)
		}
		w.call("POST", path, `[1]`).refused(422, "form")
		w.call("POST", path, `{"reason":"x"}{}`).refused(400, "malformed")
		w.call("POST", path, `{"reason":"`+strings.Repeat("x", 70<<10)+`"}`).refused(413, "too_big")
		w.call("POST", path, "reason=x", "Content-Type", "application/x-www-form-urlencoded").refused(415, "not_json")
	}
	w.call("POST", "/accounts", strings.Replace(vernet, "Haute", "Basse", 1)).refused(409, "account_exists")
	w.call("PUT", "/phone-system", `{"pbx":"a","provider":"b"}`, "Idempotency-Key", "clef-1").is(200)
	w.call("PUT", "/phone-system", `{"pbx":"a","provider":"c"}`, "Idempotency-Key", "clef-1").refused(409, "command_reused")
	for _, m := range []string{"PUT", "PATCH"} {
		w.call(m, "/accounts/EV-001", `{"name":"x","address":{"country":"FR"}}`, "If-Match", `"1"`).refused(412, "stale")
		w.call(m, "/accounts/EV-001", `{}`, "If-Match", `1`).refused(400, "if_match")
	}
	for path, place := range map[string]string{"/accounts?limit=0": "limit range", "/accounts?cursor=x": "cursor cursor", "/accounts?updatedSince=hier": "updatedSince instant", "/accounts?page=2": "page unknown",
		"/documents?kind=quote": "kind choice", "/documents?issuedFrom=31/12": "issuedFrom not_a_date", "/payments?receivedTo=x": "receivedTo not_a_date", "/payments?cursor=!": "cursor cursor", "/payments?limit=1&limit=2": "limit twice"} {
		if got := w.call("GET", path, "").refused(422, "form"); !slices.Contains(got, place) {
			w.t.Errorf("%s: %v", path, got)
		}
	}
}

// narrow gives a token of every scope but the one that a route wants.
func (w *world) narrow(name string) string {
	for route, scope := range provision.RouteNames() {
		m, pattern, _ := strings.Cut(route, " ")
		n, path, _ := strings.Cut(name, " ")
		if a, b := strings.Split(pattern, "/"), strings.Split(path, "/"); m == n && len(a) == len(b) && a[1] == b[1] && (len(a) < 4 || a[3] == b[3]) {
			return w.grant(slices.DeleteFunc(provisioning.Scopes(), func(s provisioning.Scope) bool { return string(s) == scope })...)
		}
	}
	w.t.Fatal(name)
	return ""
}

// slow asks until it is told to wait: an interface with narrow limits over the same office.
func (w *world) slow(method, path, body string) {
	wide := w.api
	defer func() { w.api = wide }()
	w.api = provision.New(provision.Deps{Office: w.office, Clock: w.firm.Now, Limits: provision.Limits{Address: provision.Rate{PerSecond: 0.1, Burst: 1}}})
	w.call(method, path, body, "Authorization", "")
	if got := w.call(method, path, body); got.Header().Get("Retry-After") == "" {
		w.t.Error("no Retry-After")
	} else {
		got.refused(429, "too_many")
	}
}

// What is wrong in a body is said beside its place, in the caller's language.
func TestFieldsAreRefusedBesideTheirPlace(t *testing.T) {
	w := newWorld(t)
	for body, want := range map[string][]string{
		`{"externalCode":"a b","name":"X","address":{"country":"FR"}}`: {"/externalCode external_code"},
		`{"name":"X"}`: {"/externalCode required"},
		`{"externalCode":"A1","name":"","address":{"country":"FR","postcode":"123"},"email":"x"}`:                  {"/name required", "/email email", "/address/postcode postal_code"},
		`{"externalCode":"A1","name":"X","address":{"country":"FR"},"contacts":[{"name":"A","email":"non"}]}`:      {"/contacts/0/email email"},
		`{"externalCode":"A1","name":"X","paymentTerms":{"days":900},"address":{"country":"FR"}}`:                  {"/paymentTerms/days range"},
		`{"externalCode":"A1","name":"X","name":"Y","address":{"country":"FR"}}`:                                   {"/name twice"},
		`{"externalCode":"A1","Name":"X","address":{"ville":"Lyon"}}`:                                              {"/Name unknown", "/address/ville unknown"},
		`{"externalCode":7,"name":null,"address":[],"contacts":{},"paymentTerms":{"days":1.5,"endOfMonth":"oui"}}`: {"/externalCode kind", "/name kind", "/address kind", "/contacts kind", "/paymentTerms/days integer", "/paymentTerms/endOfMonth kind"},
		`{"externalCode":"A1","name":"X","vatNumber":"FR00000000000","address":{"country":"FR"},"currency":"XXQ"}`: {"/vatNumber vat", "/currency choice"},
		`{"externalCode":"A1","name":"X","address":{"country":"FR"},"state":"suspended","version":9}`:              {"/state unknown", "/version unknown"},
	} {
		got := w.call("POST", "/accounts", body).refused(422, "form")
		for _, place := range want {
			if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, strings.Fields(place)[0]+" ") }) {
				t.Errorf("%s\n  %v, want %s", body, got, place)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s\n  %v, want %v", body, got, want)
		}
	}
	fr, en := w.call("GET", "/accounts/none", "", "Accept-Language", "fr"), w.call("GET", "/accounts/none", "", "Accept-Language", "en-CA")
	if fr.Body.String() == en.Body.String() || en.Header().Get("Content-Language") != "en" {
		t.Errorf("one language: %s", fr.Body)
	}
}

// The same POST ten times at once makes one customer.
func TestTenAtOnceMakeOne(t *testing.T) {
	w := newWorld(t)
	codes := make([]int, 10)
	var group sync.WaitGroup
	var one sync.Mutex
	for i := range codes {
		group.Go(func() {
			_, made, err := w.office.CreateAccount(officetest.Ctx, w.caller(), "", change("P-1", "Parallèle"))
			one.Lock()
			defer one.Unlock()
			codes[i] = 200
			if made {
				codes[i] = 201
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := dbtest.Int(t, dbtest.Raw(t, w.firm.Path), "SELECT count(*) FROM customers WHERE external_code = 'P-1'"); n != 1 {
		t.Errorf("%d customers: %v", n, codes)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, w.firm.Path), "SELECT count(*) FROM audit_log WHERE action = 'customer.created' AND actor_name = 'API · Programme tiers'"); n != 1 {
		t.Errorf("%d lines of the log", n)
	}
}

func change(code, name string) provisioning.Change {
	country := "FR"
	return provisioning.Change{ExternalCode: &code, Name: &name, Address: &provisioning.AddressChange{Country: &country}}
}

func (w *world) caller() provisioning.Caller {
	c, err := w.office.Authenticate(officetest.Ctx, w.token, "192.0.2.1", "fr")
	w.firm.Must(err)
	return c
}

// A page ends where the next begins, and what changed since is found.
func TestAccountsPage(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.call("POST", "/accounts", fmt.Sprintf(`{"externalCode":"N%d","name":"Client %d","address":{"country":"FR"}}`, i, i)).is(201)
	}
	seen, cursor := []string{}, ""
	for range 10 {
		var p struct {
			Items      []provisioning.Account
			NextCursor string
		}
		w.call("GET", "/accounts?limit=2&cursor="+cursor, "").is(200).json(&p)
		for _, a := range p.Items {
			seen = append(seen, a.ExternalCode)
		}
		if cursor = p.NextCursor; cursor == "" {
			break
		}
	}
	if strings.Join(seen, " ") != "N0 N1 N2 N3 N4" {
		t.Error(seen)
	}
	if got := w.call("GET", "/accounts?updatedSince=2100-01-01T00:00:00Z", "").is(200); !strings.Contains(got.Body.String(), `"items":[]`) {
		t.Error(got.Body)
	}
}

// Papers are drawn a few at a time; whoever comes then is told when to come again.
func TestPapersAreFew(t *testing.T) {
	w := newWorld(t)
	held := &holding{Service: w.office, in: make(chan struct{}), out: make(chan struct{})}
	w.api = provision.New(provision.Deps{Office: held, Clock: w.firm.Now, Limits: provision.Limits{Drawing: 1}})
	first := make(chan int)
	go func() { first <- w.call("GET", "/documents/F-1/pdf", "").Code }()
	<-held.in
	if got := w.call("GET", "/documents/F-1/pdf", ""); got.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	} else {
		got.refused(503, "busy")
	}
	close(held.out)
	if code := <-first; code != 404 {
		t.Errorf("the first got %d", code)
	}
}

type holding struct {
	*provisioning.Service
	in, out chan struct{}
}

// PDF waits until the test lets go.
func (h *holding) PDF(ctx context.Context, c provisioning.Caller, number string) (sales.File, error) {
	h.in <- struct{}{}
	<-h.out
	return sales.File{}, fault.New(fault.NotFound, "fault.not_found")
}
