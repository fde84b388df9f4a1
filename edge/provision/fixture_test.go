package provision_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/edge/keys"
	"comptoir/edge/provision"
	"comptoir/office/company"
	"comptoir/office/officetest"
	"comptoir/office/provisioning"
)

var owner = actor.Actor{Kind: actor.Staff, ID: 1, Name: "Camille", Role: actor.Principal, Lang: "fr"}

// world is a firm at work with its interface on, a token of every scope and one of each.
type world struct {
	t      *testing.T
	firm   *officetest.Firm
	office *provisioning.Service
	api    *provision.API
	token  string
	seen   map[string]bool // "GET /accounts 200": answers that were held against the file
}

func newWorld(t *testing.T) *world {
	t.Helper()
	f := officetest.New(t)
	sealer, err := keys.Create(t.TempDir())
	f.Must(err)
	w := &world{t: t, firm: f, seen: map[string]bool{}}
	w.office = provisioning.New(provisioning.Deps{DB: f.DB, IDs: func() string { return strings.ToLower(rand.Text()) }, Customers: f.Customers, Company: f.Company, Sales: f.Sales, Payments: f.Payments, Seal: sealer, Sender: provision.NewCarrier()})
	w.api = provision.New(provision.Deps{Office: w.office, Clock: f.Now, Limits: provision.Limits{Address: provision.Rate{PerSecond: 1, Burst: 100000}, Token: provision.Rate{PerSecond: 1, Burst: 100000}, Guess: provision.Rate{PerSecond: 1, Burst: 100000}}})
	w.token = w.grant(provisioning.Scopes()...)
	return w
}

// grant makes a token with these scopes.
func (w *world) grant(scopes ...provisioning.Scope) string {
	w.t.Helper()
	names := []string{}
	for _, s := range scopes {
		names = append(names, string(s))
	}
	m, err := w.office.CreateToken(officetest.Ctx, owner, provisioning.NewToken{Key: rand.Text(), Name: "Programme tiers", Scopes: names})
	w.firm.Must(err)
	return m.Secret
}

// change sets the firm's SPID.
func (w *world) spid(s string) { w.firm.Change(func(c *company.Firm) { c.SPID = s }) }

type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// call asks with the world's token; headers come as name, value pairs.
func (w *world) call(method, path, body string, headers ...string) answer {
	w.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = bytes.NewBufferString(body)
	}
	r := httptest.NewRequest(method, "http://127.0.0.1:8443"+provision.Base+path, reader)
	r.RemoteAddr = "192.0.2.7:5555"
	r.Header.Set("Authorization", "Bearer "+w.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	a := answer{rec, w.t}
	w.hold(method, path, a)
	return a
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	return a
}

func (a answer) json(v any) answer {
	a.t.Helper()
	if err := json.Unmarshal(a.Body.Bytes(), v); err != nil {
		a.t.Fatalf("%v: %s", err, a.Body)
	}
	return a
}

// account reads the answer as an account.
func (a answer) account() (x provisioning.Account) { a.t.Helper(); a.json(&x); return x }

type problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Pointer, Parameter, Code, Detail string
	} `json:"errors"`
}

// refused reads the answer as a problem with this code, and the places that it names.
func (a answer) refused(status int, code string) (places []string) {
	a.t.Helper()
	a.is(status)
	var p problem
	a.json(&p)
	if p.Code != code || a.Header().Get("Content-Type") != "application/problem+json" || p.Detail == "" || strings.Contains(p.Detail, "⟦") {
		a.t.Fatalf("problem %s (%s), want %s: %s", p.Code, a.Header().Get("Content-Type"), code, a.Body)
	}
	places = []string{}
	for _, e := range p.Errors {
		places = append(places, e.Pointer+e.Parameter+" "+e.Code)
	}
	return places
}

const vernet = `{"externalCode":"EV-001","name":"Vernet SARL","email":"compta@vernet.example","address":{"line1":"2 rue Haute","postcode":"69002","city":"Lyon","country":"FR"}}`
