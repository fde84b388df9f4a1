package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

const (
	stripeFolder = "COMPTOIR_CRASH_STRIPE_FOLDER" // tells the test binary to be the one that is killed
	stripeURL    = "COMPTOIR_STRIPE_URL"          // where the program finds the imitation
	stripeHook   = "whsec_imitationOfStripe"
	markPath     = "/v1/mark/" // the program's own word to the test that a round begins
)

var stripePhases = []stripetest.Phase{stripetest.Before, stripetest.After, stripetest.Sent}

// executioner kills the program at one moment of one request of one round.
type executioner struct {
	mu     sync.Mutex
	target int // the round that it dies in, at its target-th moment
	round  int
	seen   int // requests of this round
	done   bool
	left   int // where it dies by chance: so many moments from its start, whatever they are
	kill   func()
}

func (x *executioner) see(r stripetest.Request, p stripetest.Phase) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.left > 0 {
		if x.left--; x.left == 0 {
			x.kill()
		}
		return
	}
	if n, ok := strings.CutPrefix(r.Path, markPath); ok {
		if p == stripetest.Before {
			x.round, _ = strconv.Atoi(n) // our own number
			x.seen = 0
			x.done = x.done || x.round > x.target // the round had fewer moments: all were tried
			if x.done {
				x.kill()
			}
		}
		return
	}
	if p == stripetest.Before {
		x.seen++
	}
	if x.round == x.target && x.seen == x.target/len(stripePhases)+1 && p == stripePhases[x.target%len(stripePhases)] {
		x.target++
		x.kill()
	}
}

// watch starts a program and has it at its mercy.
func (x *executioner) watch(cmd *exec.Cmd) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.kill = func() { _ = cmd.Process.Kill() } // it may be dead already
	return cmd.Start()
}

// at gives the round that is under way, and whether every moment had its death.
func (x *executioner) at() (round int, done bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return max(0, x.round), x.done
}

// spare lets the next program live for so many moments.
func (x *executioner) spare(moments int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.left = moments
}

// Killed at each moment of each request to Stripe, while a method is kept, an invoice is paid
// on a page, another by the kept method, and part is given back: what Stripe took and gave back
// is what stands in the books, each once.
func TestKilledAtEachStepOfStripe(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "company")
	stripe := stripetest.New(nil)
	defer stripe.Close()
	t.Setenv(stripeURL, stripe.URL)
	stripeFirm(t, folder)
	x := &executioner{round: -1}
	stripe.Watch(x.see)
	var told []string
	deaths := 0
	for _, done := x.at(); !done && !t.Failed() && deaths < 200; _, done = x.at() {
		told = append(told, stripeLife(t, x, folder)...)
		deaths++
	}
	stripe.Watch(nil)
	proveStripe(t, folder, stripe, told)
	stripe.Watch(x.see)
	if _, done := x.at(); deaths < 20 || !done {
		t.Errorf("%d deaths only", deaths)
	}
	rng := rand.New(rand.NewPCG(4, uint64(time.Now().UnixNano())))
	for range 25 { // and by chance: also while it finds out what became of what it had begun, with lines that break
		troubles := []stripetest.Trouble{{LoseRequest: true}, {LoseAnswer: true}, {Late: true}, {Status: 500}, {}}
		trouble := troubles[rng.IntN(len(troubles))]
		trouble.Method, trouble.Path = http.MethodPost, []string{"/v1/payment_intents", "/v1/refunds", "/v1/checkout", "/v1/customers"}[rng.IntN(4)]
		stripe.Befall(trouble)
		x.spare(1 + rng.IntN(40))
		told = append(told, stripeLife(t, x, folder)...)
		stripe.Arrive()
		if deaths++; t.Failed() {
			break
		}
	}
	stripe.Watch(nil)
	proveStripe(t, folder, stripe, told)
	kinds := map[string]int{}
	for _, line := range told {
		kinds[strings.Fields(line)[0]]++
	}
	if kinds["kept"] == 0 || kinds["paid"] == 0 || kinds["charged"] == 0 || kinds["refunded"] == 0 {
		t.Errorf("too little was at stake: %v", kinds)
	}
	t.Logf("%d deaths, acknowledged: %v", deaths, kinds)
}

// stripeFirm makes a firm with one customer and its keys at Stripe.
func stripeFirm(t *testing.T, folder string) {
	t.Helper()
	ctx, who, key := context.Background(), actor.Shell("fr"), id.Random()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Company.Create(ctx, who, company.Create{Name: "Atelier Bois", Country: "FR", Language: "fr", Email: "atelier@bois.example"}); err != nil {
		t.Fatal(err)
	}
	firm, err := h.Company.Firm(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	firm.SIREN, firm.SIRET, firm.VATNumber, firm.LegalForm, firm.Registry = "100000009", "10000000900017", "FR88100000009", "SARL", "RCS Lyon"
	firm.Line1, firm.Postcode, firm.City = "1 rue du Bois", "69001", "Lyon"
	if _, err := h.Company.Save(ctx, who, firm); err != nil {
		t.Fatal(err)
	}
	c := customers.Customer{Kind: "company", Name: "Boulangerie Martin", Email: "compta@client.example", Language: "fr", Currency: "EUR", TaxRegime: "domestic", TermsDays: 30,
		Line1: "2 rue du Client", Postcode: "69002", City: "Lyon", Country: "FR",
		Contacts: []customers.Contact{{Name: "Claire Martin", Email: "contact@client.example", Language: "fr", IsPrimary: true, PortalAccess: true}}}
	if _, err := h.Customers.Save(ctx, who, key(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Payments.SaveKeys(ctx, who, payments.KeysChange{Gateway: "stripe", Mode: payments.ModeLive, Key: stripetest.LiveKey, Hook: stripeHook}); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(ctx); err != nil {
		t.Fatal(err)
	}
}

// stripeLife is one run of the program, from its start to its death.
func stripeLife(t *testing.T, x *executioner, folder string) (told []string) {
	t.Helper()
	round, _ := x.at()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilledPaying$")
	cmd.Env = append(os.Environ(), stripeFolder+"="+folder, "COMPTOIR_CRASH_STRIPE_ROUND="+strconv.Itoa(round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	cmd.Stderr = &problems
	dead := make(chan struct{})
	if err := x.watch(cmd); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(dead)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			told = append(told, lines.Text())
		}
	}()
	<-dead
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("ended by itself: %v\n%s\n%s", err, strings.Join(told, "\n"), problems.String())
	}
	return told
}

// TestBeKilledPaying is the program at work, in a process of its own.
func TestBeKilledPaying(t *testing.T) {
	folder := os.Getenv(stripeFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledAtEachStepOfStripe")
	}
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder, Log: logInto(t, folder)})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Payments.AskOpen(ctx); err != nil {
		t.Fatal(err)
	}
	d := stripeDesk{h: h, who: actor.Shell("fr"), customer: euroCustomer(t, h)}
	k := d.customer.Contacts[0]
	d.contact = actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: d.customer.ID, Trust: actor.TrustPassword, Lang: "fr"}
	first, err := strconv.Atoi(os.Getenv("COMPTOIR_CRASH_STRIPE_ROUND"))
	if err != nil {
		t.Fatal(err)
	}
	for d.round = first; ; d.round++ {
		if err := browse(ctx, http.MethodGet, os.Getenv(stripeURL)+markPath+strconv.Itoa(d.round), nil); err != nil {
			t.Fatal(err)
		}
		if err := d.work(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func euroCustomer(t *testing.T, h *app.House) customers.Customer {
	t.Helper()
	ctx := context.Background()
	found, err := h.Customers.Pick(ctx, actor.Machine(), "", 8)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if c, err := h.Customers.Get(ctx, actor.Machine(), f.PublicID); err != nil {
			t.Fatal(err)
		} else if c.Currency == "EUR" && len(c.Contacts) > 0 {
			return c
		}
	}
	t.Fatal("no customer in euros")
	return customers.Customer{}
}

// stripeDesk does the work of a round. Its keys are the round's: after a death the same is
// asked for again, as a person would who does not know whether it was done.
type stripeDesk struct {
	h        *app.House
	who      actor.Actor
	contact  actor.Actor
	customer customers.Customer
	round    int
}

var errNoEnd = errors.New("no end in sight")

const stripeBack = "http://127.0.0.1:1/pay/{id}"

// again does something under a key until it has ended well; an attempt that came to nothing
// is made anew, under a new key.
func (d stripeDesk) again(ctx context.Context, name string, do func(key string) (payments.Intent, error)) (payments.Intent, error) {
	for try := range 20 { // several troubles may come together
		i, err := do(fmt.Sprintf("round-%s-%d-%d", name, d.round, try))
		for step := 0; err == nil && step < 4; step++ {
			switch i.State {
			case payments.Succeeded:
				return i, nil
			case payments.NeedsAction:
				if err = customerPays(ctx, i.URL); err == nil {
					i, err = d.ask(ctx, i)
				}
			case payments.Unknown, payments.Created:
				i, err = d.ask(ctx, i)
			case payments.Cancelled, payments.Declined:
				step = 4
			}
		}
		if err != nil {
			return i, fmt.Errorf("%s: %s: %w", name, i.State, err)
		}
	}
	return payments.Intent{}, fmt.Errorf("%s: %w", name, errNoEnd)
}

func (d stripeDesk) ask(ctx context.Context, i payments.Intent) (payments.Intent, error) {
	return d.h.Payments.AskAbout(ctx, d.who, i.PublicID)
}

// customerPays types a card on Stripe's page; one that was paid on is closed.
func customerPays(ctx context.Context, page string) error {
	return browse(ctx, http.MethodPost, page, url.Values{"number": {stripetest.Card}})
}

func browse(ctx context.Context, method, page string, form url.Values) error {
	r, err := http.NewRequestWithContext(ctx, method, page, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Do(r)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func (d stripeDesk) work(ctx context.Context) error {
	kept, err := d.again(ctx, "save", func(key string) (payments.Intent, error) {
		return d.h.Payments.SaveMethod(ctx, d.contact, payments.SaveMethod{Key: key, Gateway: "stripe", ReturnURL: stripeBack})
	})
	if err != nil {
		return err
	}
	tell("kept %s", kept.PublicID)
	invoice, err := d.invoice(ctx, 1)
	if err != nil {
		return err
	}
	paid, err := d.again(ctx, "pay", func(key string) (payments.Intent, error) {
		return d.h.Payments.StartPayment(ctx, d.contact, payments.StartPayment{Key: key, DocumentID: invoice.PublicID, ExpectMinor: invoice.TotalMinor, Gateway: "stripe", ReturnURL: stripeBack})
	})
	if err != nil {
		return err
	}
	tell("paid %s %s %d", paid.PublicID, invoice.Number, paid.AmountMinor)
	if kept.Method == nil {
		return fmt.Errorf("no method was kept by %s", kept.PublicID)
	}
	if invoice, err = d.invoice(ctx, 2); err != nil {
		return err
	}
	charged, err := d.again(ctx, "charge", func(key string) (payments.Intent, error) {
		return d.h.Payments.ChargeKept(ctx, d.who, payments.ChargeKept{Key: key, DocumentID: invoice.PublicID, MethodID: kept.Method.PublicID})
	})
	if err != nil {
		return err
	}
	tell("charged %s %s %d", charged.PublicID, invoice.Number, charged.AmountMinor)
	refunded, err := d.again(ctx, "refund", func(key string) (payments.Intent, error) {
		return d.h.Payments.RefundByGateway(ctx, d.who, payments.Refund{Key: key, PaymentID: charged.PaymentID, AmountMinor: 5_00, FromInvoices: true})
	})
	if err != nil {
		return err
	}
	tell("refunded %s %s %d", refunded.PublicID, invoice.Number, refunded.AmountMinor)
	return d.paidBeside(ctx)
}

// paidBeside records a transfer for an invoice while a customer has Stripe's page for it open:
// the page is closed, and the customer who comes too late pays nothing.
func (d stripeDesk) paidBeside(ctx context.Context) error {
	invoice, err := d.invoice(ctx, 3)
	if err != nil {
		return err
	}
	page, err := d.h.Payments.StartPayment(ctx, d.contact, payments.StartPayment{Key: fmt.Sprintf("round-open-%d", d.round), DocumentID: invoice.PublicID, ExpectMinor: invoice.TotalMinor, Gateway: "stripe", ReturnURL: stripeBack})
	if _, refused := fault.As(err); err != nil && !refused { // refused: what a life before this one opened is over
		return err
	}
	if _, err := d.h.Payments.Record(ctx, d.who, payments.Record{Key: fmt.Sprintf("round-transfer-%d", d.round), DocumentID: invoice.PublicID, Method: "transfer", Anyway: true}); err != nil {
		return err
	}
	if err := d.h.Payments.ClosePages(ctx); err != nil {
		return err
	}
	if page.URL != "" {
		if err := customerPays(ctx, page.URL); err != nil {
			return err
		}
	}
	if page.PublicID != "" {
		tell("closed %s", page.PublicID)
	}
	return nil
}

// invoice issues the invoice of a step, or finds the one that was issued before the death.
func (d stripeDesk) invoice(ctx context.Context, step int) (sales.Issued, error) {
	key := fmt.Sprintf("round-invoice-%d-%d", d.round, step)
	form := sales.Draft{CustomerID: d.customer.PublicID, Currency: d.customer.Currency, Language: d.customer.Language, TermsDays: 30, Allowances: []sales.DraftAllowance{},
		Lines: []sales.DraftLine{{Description: "Pose", Nature: "services", QuantityE4: 10_000, Unit: "C62", UnitPriceE4: int64(100+d.round*10+step) * 10_000}}}
	return d.h.Sales.IssueForm(ctx, d.who, form, sales.Issue{Key: key, How: sales.ByHand})
}

// proveStripe opens the company as the next start would: the books are sound, and say what
// Stripe says.
func proveStripe(t *testing.T, folder string, stripe *stripetest.Fake, told []string) {
	t.Helper()
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Payments.AskOpen(ctx); err != nil {
		t.Error(err)
	}
	if err := h.Payments.ClosePages(ctx); err != nil {
		t.Error(err)
	}
	if r, err := h.Check(ctx, actor.Shell("fr"), "fr"); err != nil || !r.Sound {
		t.Errorf("%v %v", r.Faults, err)
	}
	everyExport(t, h, folder)
	if err := h.Close(ctx); err != nil {
		t.Error(err)
	}
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	taken := stripe.Taken()
	for _, m := range taken {
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM payments WHERE gateway = 'stripe' AND gateway_ref = ? AND amount_minor = ?", m.Intent, m.TakenMinor); n != 1 {
			t.Errorf("%s of %s is in the books %d times", m.Intent, m.Key, n)
		}
		if back := dbtest.Int(t, raw, "SELECT coalesce(sum(r.amount_minor), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.gateway = 'stripe' AND p.gateway_ref = ? AND NOT EXISTS (SELECT 1 FROM gateway_disputes d WHERE r.gateway_ref = d.ref OR r.gateway_ref GLOB d.ref || '[/#]*')", m.Intent); back != m.GivenBackMinor {
			t.Errorf("of %s %d went back, in the books %d", m.Intent, m.GivenBackMinor, back)
		}
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM payments WHERE gateway = 'stripe' AND NOT EXISTS (SELECT 1 FROM gateway_disputes d WHERE gateway_ref = d.ref || '-back' OR gateway_ref GLOB d.ref || '/*-back')"); n != int64(len(taken)) {
		t.Errorf("Stripe took %d times, the books say %d", len(taken), n)
	}
	for _, line := range told {
		w := strings.Fields(line)
		if w[0] == "closed" && dbtest.Int(t, raw, "SELECT count(*) FROM payment_intents WHERE public_id = ? AND (state = 'cancelled' AND watched = 0 OR state = 'succeeded')", w[1]) != 1 {
			t.Errorf("its page is open: %s", line)
		}
		if len(w) == 4 && dbtest.Int(t, raw, "SELECT count(*) FROM payment_intents WHERE public_id = ? AND state = 'succeeded' AND amount_minor = ?", w[1], w[3]) != 1 {
			t.Errorf("acknowledged, and not there: %s", line)
		}
	}
	noNumbers(t, folder)
}
