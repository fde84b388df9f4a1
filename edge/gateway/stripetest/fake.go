// Package stripetest is a stateful imitation of the part of Stripe's HTTP interface that this
// program uses, with the customer, the bank and Stripe's own site as methods and as pages.
//
// What lives here: pages to pay on, intents, kept methods, refunds, disputes, events, webhooks,
// idempotency keys with their 24 hours, answers that are lost, late or refused. What must not:
// Stripe's library (the other side of the wire is written from its documents) and anything of
// the program. Called by tests of the gateway and of the whole program, and by trials by hand.
package stripetest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// The keys that a Fake knows.
const (
	TestKey = "sk_test_imitationOfStripe"
	LiveKey = "sk_live_imitationOfStripe"
)

// keyLife is how long an idempotency key is remembered.
const keyLife = 24 * time.Hour

// Request is a request as it came.
type Request struct {
	Method, Path, Key string
	Form              url.Values
	Replayed          bool // answered from what its key had brought before
}

// Phase is a moment of a request.
type Phase string

// The moments at which a watcher is called.
const (
	Before Phase = "before" // it came, nothing is done
	After  Phase = "after"  // it is done, the answer is not sent
	Sent   Phase = "sent"   // the answer is on its way
)

// Fake is a Stripe of its own. Make it with New.
type Fake struct {
	// URL is where it answers; New starts a server.
	URL string

	clock  func() time.Time
	server *httptest.Server

	mu       sync.Mutex
	watcher  func(Request, Phase)
	objects  map[string]object
	order    []string // ids, as they were made
	count    int
	keys     map[string]*remembered
	natures  map[string]nature // of payment methods: what comes of a charge
	troubles []*Trouble
	late     []func()
	log      []Request
	hook     hook
	account  object
	lateFees bool
	untold   [][2]string // charges, and the movements of the balance that they do not show yet
}

// remembered is what an idempotency key brought.
type remembered struct {
	path, body string
	at         time.Time
	running    bool
	status     int
	answer     []byte
}

// New starts a Stripe; clock nil is the machine's. End it with Close.
func New(clock func() time.Time) *Fake {
	if clock == nil {
		clock = time.Now
	}
	f := &Fake{clock: clock, objects: map[string]object{}, keys: map[string]*remembered{}, natures: map[string]nature{}, account: newAccount()}
	f.server = httptest.NewServer(f)
	f.URL = f.server.URL
	return f
}

// Close ends the server.
func (f *Fake) Close() { f.server.Close() }

// Requests gives what came so far.
func (f *Fake) Requests() []Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.log)
}

func newAccount() object {
	return object{"id": "acct_imitation", "object": "account", "country": "FR", "default_currency": "eur", "charges_enabled": true, "payouts_enabled": true,
		"business_profile": object{"name": "Maison Imitation"}, "settings": object{"dashboard": object{"display_name": "Maison Imitation SARL"}},
		"capabilities": object{"card_payments": "active", "sepa_debit_payments": "active"}}
}

// SetAccount changes a field of the account.
func (f *Fake) SetAccount(field string, value any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.account[field] = value
}

// ServeHTTP answers the interface below /v1/ and shows the pages.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/v1/") {
		f.servePages(w, r)
		return
	}
	if err := r.ParseForm(); err != nil {
		f.write(w, badRequest("", "", "unreadable form"), false)
		return
	}
	q := Request{Method: r.Method, Path: r.URL.Path, Key: r.Header.Get("Idempotency-Key"), Form: maps.Clone(r.Form)}
	f.see(q, Before)
	trouble := f.troubleFor(q)
	if trouble.early(w, r) {
		return
	}
	secret, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if trouble != nil && trouble.Late {
		f.mu.Lock()
		f.late = append(f.late, func() { f.handle(q, secret) })
		f.mu.Unlock()
		hangUp(w)
		return
	}
	a, replayed := f.handle(q, secret)
	q.Replayed = replayed
	f.see(q, After)
	if trouble != nil && trouble.LoseAnswer {
		hangUp(w)
		return
	}
	f.write(w, a, replayed)
	f.see(q, Sent)
}

// Watch lets fn see each request at each moment; it may take as long as it likes. nil ends it.
func (f *Fake) Watch(fn func(Request, Phase)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watcher = fn
}

func (f *Fake) see(q Request, p Phase) {
	f.mu.Lock()
	fn := f.watcher
	f.mu.Unlock()
	if fn != nil {
		fn(q, p)
	}
}

// answer is what a request comes to.
type answer struct {
	status int
	body   object
	kept   bool // remembered under the request's key
}

func (f *Fake) write(w http.ResponseWriter, a answer, replayed bool) {
	b, err := json.Marshal(a.body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", "req_imitation")
	if f.clock != nil {
		w.Header().Set("Date", f.clock().UTC().Format(http.TimeFormat))
	}
	if replayed {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(b) // whoever does not wait for it asks again
}

// handle does one request, or answers what its key brought before.
func (f *Fake) handle(q Request, secret string) (a answer, replayed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	live, ok := modeOf(secret)
	if !ok { // as Stripe does: with the end of the key
		a = failure(http.StatusUnauthorized, "invalid_request_error", "", "", "Invalid API Key provided: "+masked(secret))
		return a, false
	}
	defer func() {
		q.Replayed = replayed
		f.log = append(f.log, q)
	}()
	c := &call{f: f, live: live, form: q.Form, now: f.clock()}
	if q.Method == http.MethodGet || q.Key == "" {
		return c.answer(q.Method, q.Path), false
	}
	name, body := secret+" "+q.Key, q.Form.Encode()
	if k := f.keys[name]; k != nil && c.now.Sub(k.at) < keyLife {
		switch {
		case k.running:
			return failure(http.StatusConflict, "idempotency_error", "idempotency_key_in_use", "", "another request with this key is under way"), false
		case k.path != q.Path:
			return failure(http.StatusBadRequest, "idempotency_error", "", "", "Keys for idempotent requests can only be used for the same endpoint they were first used for"), false
		case k.body != body:
			return failure(http.StatusBadRequest, "idempotency_error", "", "", "Keys for idempotent requests can only be used with the same parameters they were first used with"), false
		}
		var kept object
		if err := json.Unmarshal(k.answer, &kept); err != nil {
			panic(err)
		}
		return answer{status: k.status, body: kept}, true
	}
	a = c.answer(q.Method, q.Path)
	if a.kept {
		b, err := json.Marshal(a.body)
		if err != nil {
			panic(err)
		}
		f.keys[name] = &remembered{path: q.Path, body: body, at: c.now, status: a.status, answer: b}
	}
	return a, false
}

// HoldKey makes a key one whose first request is still at work, until it is let go.
func (f *Fake) HoldKey(key string) (letGo func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := TestKey + " " + key
	f.keys[name] = &remembered{running: true, at: f.clock()}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.keys, name)
	}
}

func modeOf(secret string) (live, ok bool) {
	return secret == LiveKey, secret == TestKey || secret == LiveKey
}

func masked(secret string) string {
	if len(secret) < 12 {
		return "****"
	}
	return secret[:8] + "****" + secret[len(secret)-4:]
}
