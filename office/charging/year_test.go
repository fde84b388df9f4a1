package charging_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/catchup"
	"comptoir/office/charging"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/recurring"
	"comptoir/office/sales"
)

// wall is the machine's wall clock: the bubble's, but for sleeps and for what somebody set.
type wall struct {
	mu     sync.Mutex
	offset time.Duration
}

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.offset)
}

func (w *wall) shift(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offset += d
}

// program is one start of the program on a file, with two workers.
type program struct {
	db        *db.DB
	payments  *payments.Service
	recurring *recurring.Service
	charging  []*charging.Service
	catchup   *catchup.Service
	quit      chan struct{}
	loops     sync.WaitGroup
}

// wire makes the rooms; nothing runs yet.
func wire(t testing.TB, path string, w *wall, g payments.Gateway, seed uint64) *program {
	t.Helper()
	p := &program{quit: make(chan struct{})}
	var err error
	if p.db, err = db.Open(ctx, path, db.Options{Clock: w.now}); err != nil {
		t.Fatal(err)
	}
	ids := id.Seeded(seed)
	door := access.New(access.Deps{DB: p.db, IDs: ids, Key: []byte("0123456789abcdef0123456789abcdef")})
	link := func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
		return door.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
	}
	s := sales.New(sales.Deps{DB: p.db, IDs: ids, Files: files.New(filepath.Join(filepath.Dir(path), "files"), true), Printer: officetest.Printer{}, IssueLink: link})
	p.payments = payments.New(payments.Deps{DB: p.db, IDs: ids, Sales: s, Printer: officetest.Printer{}, Gateways: []payments.Gateway{g},
		Settled: func(ctx context.Context, tx *db.Tx, list []int64) error { return p.charging[0].Settled(ctx, tx, list) }})
	for range 2 {
		p.charging = append(p.charging, charging.New(charging.Deps{DB: p.db, IDs: ids, Sales: s, Payments: p.payments, IssueLink: link}))
	}
	p.payments.Saving = p.charging[0].Saving
	p.recurring = recurring.New(recurring.Deps{DB: p.db, IDs: ids, Sales: s, Made: p.charging[0].Made})
	p.catchup = catchup.New(catchup.Deps{DB: p.db, Sources: []catchup.Source{p.recurring, p.charging[0].Source()}, Steady: time.Now})
	return p
}

func start(t testing.TB, path string, w *wall, g payments.Gateway, seed uint64) *program {
	t.Helper()
	p := wire(t, path, w, g, seed)
	p.catchup.Start(ctx)
	for i, c := range p.charging {
		p.loops.Go(func() {
			tick := time.NewTicker(time.Duration(5+i) * time.Hour)
			defer tick.Stop()
			for {
				if err := p.payments.AskOpen(ctx); err != nil {
					t.Errorf("asking: %v", err)
				}
				if err := c.Round(ctx); err != nil {
					t.Errorf("round: %v", err)
				}
				select {
				case <-tick.C:
				case <-p.quit:
					return
				}
			}
		})
	}
	return p
}

func (p *program) stop(t testing.TB) {
	t.Helper()
	close(p.quit)
	p.loops.Wait()
	p.catchup.Stop()
	if err := p.db.Close(); err != nil {
		t.Fatal(err)
	}
}

// settle says yes to everything that is held, and notes of which documents charges were.
func (p *program) settle(t testing.TB, allowed map[string]bool) {
	t.Helper()
	held, err := p.catchup.Held(ctx, staff)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, x := range held {
		list = append(list, x.ID())
		if doc, ok := strings.CutPrefix(x.ID(), "charging:"); ok {
			doc, _, _ = strings.Cut(doc, ":")
			allowed[doc] = true
		}
	}
	if len(list) == 0 {
		return
	}
	if err := p.catchup.Settle(ctx, staff, list, false); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

var answers = []officetest.Said{{State: payments.Succeeded}, {State: payments.Succeeded}, {State: payments.Succeeded}, {State: payments.Declined, Reason: "gateway.reason.declined"}, {State: payments.Declined, Reason: "gateway.reason.declined"},
	{State: payments.Declined, Reason: "gateway.reason.declined_for_good"}, {State: payments.Succeeded, Silent: true}, {State: payments.Declined, Reason: "gateway.reason.declined", Silent: true}, {State: payments.NeedsAction}}

// A year with sleeps of weeks, restarts, a clock that is set back, both changes of the hour,
// two workers at once, a gateway that is down for days and answers whatever it likes: money
// is taken at most once an invoice, never long after its day without a person's word, and
// nothing is forgotten.
func TestAYear(t *testing.T) {
	for seed := range uint64(1) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			path := layYear(t)
			synctest.Test(t, func(t *testing.T) { aYear(t, path, seed) })
		})
	}
}

// layYear makes a firm with five customers who are charged every month.
func layYear(t testing.TB) string {
	f := newFirm(t)
	for i := range 5 {
		c := f.Customer(fmt.Sprintf("Client %d", i), func(c *customers.Customer) { c.SIREN = "100000009" })
		f.keep(c, 0, 0)
		f.monthly(c, civil.MustParse("2026-12-02").AddDays(6*i).String(), func(x *recurring.Template) { x.Form.TermsDays = int64(5 * i) })
	}
	f.Must(f.DB.Close())
	return f.Path
}

func aYear(t *testing.T, path string, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 11))
	w, g, allowed := &wall{}, officetest.NewGateway(), map[string]bool{}
	w.shift(time.Until(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)))
	end := time.Date(2027, 12, 1, 9, 0, 0, 0, time.UTC)
	p := start(t, path, w, g, seed+100)
	for w.now().Before(end) {
		<-time.After(24 * time.Hour)
		synctest.Wait()
		if len(g.Next) < 3 {
			g.Next = append(g.Next, answers[rng.IntN(len(answers))])
		}
		switch n := rng.IntN(100); {
		case n < 5:
			w.shift(time.Duration(1+rng.IntN(25)) * 24 * time.Hour)
		case n < 7:
			w.shift(-30 * time.Hour)
		case n < 10:
			p.stop(t)
			p = start(t, path, w, g, seed*1000+uint64(w.now().Unix()))
		case n < 14:
			g.Set(func(g *officetest.Gateway) { g.Down = !g.Down })
		case n < 18:
			payOne(t, p, path, rng)
		case n < 45:
			p.settle(t, allowed)
		}
	}
	g.Set(func(g *officetest.Gateway) { g.Down, g.Next = false, nil })
	for range 45 { // everything that is begun comes to its end
		<-time.After(24 * time.Hour)
		synctest.Wait()
		p.settle(t, allowed)
	}
	p.stop(t)
	prove(t, path, g, allowed)
}

// payOne pays an open invoice by transfer.
func payOne(t *testing.T, p *program, path string, rng *rand.Rand) {
	raw := dbtest.Raw(t, path)
	open := dbtest.Strings(t, raw, "SELECT d.public_id FROM documents d JOIN document_status s ON s.document_id = d.id WHERE s.due_minor > 0 AND d.kind = 'invoice' ORDER BY d.id")
	_ = raw.Close()
	if len(open) == 0 {
		return
	}
	// An attempt under way refuses it: nobody pays twice.
	_, _ = p.payments.Record(ctx, staff, payments.Record{Key: fmt.Sprintf("by-hand-%d", rng.Uint64()), DocumentID: open[rng.IntN(len(open))], Method: "transfer"})
}

func prove(t *testing.T, path string, g *officetest.Gateway, allowed map[string]bool) {
	t.Helper()
	raw := dbtest.Raw(t, path)
	defer func() { _ = raw.Close() }()
	is := func(want int64, what, query string, args ...any) {
		t.Helper()
		if n := dbtest.Int(t, raw, query, args...); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	is(0, "invoices charged twice", "SELECT count(*) FROM (SELECT p.document_id FROM payment_intents i JOIN payment_intent_parts p ON p.intent_id = i.id WHERE i.kind = 'charge' AND i.state = 'succeeded' GROUP BY p.document_id HAVING count(*) > 1)")
	taken := int64(0)
	for _, a := range g.Known {
		if a.State == payments.Succeeded {
			taken++
		}
	}
	is(taken, "payments in the books", "SELECT count(*) FROM payments WHERE gateway = 'practice'")
	is(taken, "attempts that succeeded", "SELECT count(*) FROM charge_attempts WHERE state = 'succeeded'")
	is(0, "paid twice", "SELECT count(*) FROM document_status WHERE paid_minor > 12000")
	is(0, "invoices without an attempt", "SELECT count(*) FROM recurring_runs r JOIN documents d ON d.public_id = r.document_ref WHERE d.state = 'issued' AND NOT EXISTS (SELECT 1 FROM charge_attempts a WHERE a.document_id = d.id)")
	is(0, "charged before its day", "SELECT count(*) FROM charge_attempts a JOIN payment_intents i ON i.id = a.intent_id WHERE a.by_hand = 0 AND date(i.created_at, '+2 hours') < a.due_on")
	is(0, "forgotten", "SELECT count(*) FROM charge_attempts WHERE state IN ('planned','ready','calling','unknown','processing') AND due_on < '2027-12-20'")
	is(0, "due, and the last word is none", `SELECT count(*) FROM charge_attempts a JOIN document_status s ON s.document_id = a.document_id WHERE s.due_minor > 0
	  AND a.number = (SELECT max(b.number) FROM charge_attempts b WHERE b.document_id = a.document_id) AND NOT (a.state IN ('planned','ready') OR a.state = 'declined' AND (a.step = 4 OR a.reason IN ('gateway.reason.declined_for_good', 'gateway.reason.authentication_required')))`)
	for _, doc := range dbtest.Strings(t, raw, "SELECT DISTINCT a.document_id FROM charge_attempts a JOIN payment_intents i ON i.id = a.intent_id WHERE julianday(date(i.created_at)) - julianday(a.due_on) > 4") {
		if !allowed[doc] {
			t.Errorf("document %s was charged late, and nobody was asked", doc)
		}
	}
	runs := dbtest.Int(t, raw, "SELECT count(*) FROM recurring_runs")
	t.Logf("%d invoices, %d attempts, %d taken, %d allowed by a person", runs, dbtest.Int(t, raw, "SELECT count(*) FROM charge_attempts"), taken, len(allowed))
	if runs < 60 {
		t.Errorf("only %d invoices", runs)
	}
}
