package app_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/demo"
	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/edge/gateway"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

const (
	stepFolder = "COMPTOIR_STEP_FOLDER" // tells the test binary to be the one that dies
	stepAt     = "COMPTOIR_STEP_AT"     // at which moment; "never": it goes to its end
)

// death comes at one moment of a program's life, by a kill.
type death struct {
	at   int64 // 0: never
	seen atomic.Int64
}

// deathAt reads at which moment the test binary is to die.
func deathAt() *death {
	at, _ := strconv.ParseInt(os.Getenv(stepAt), 10, 64) // "never" is 0
	return &death{at: at}
}

// moment is one at which it may come.
func (d *death) moment() {
	if d.seen.Add(1) == d.at {
		tell("dead %d", d.at)
		p, err := os.FindProcess(os.Getpid())
		if err == nil {
			_ = p.Kill()
		}
		select {} // until it comes
	}
}

// dying is the practice gateway of a program that is killed at one moment: before the n-th
// call, or after it was carried out and before anybody hears of it.
type dying struct {
	*gateway.Practice
	*death
}

// around marks the two moments of a call.
func around[O any](d *dying, o O, call func(context.Context, O) (payments.Outcome, error)) (payments.Outcome, error) {
	d.moment()
	out, err := call(context.Background(), o)
	d.moment()
	return out, err
}

func (d *dying) Checkout(_ context.Context, o payments.CheckoutOrder) (payments.Outcome, error) {
	return around(d, o, d.Practice.Checkout)
}

func (d *dying) Save(_ context.Context, o payments.SaveOrder) (payments.Outcome, error) {
	return around(d, o, d.Practice.Save)
}

func (d *dying) Charge(_ context.Context, o payments.ChargeOrder) (payments.Outcome, error) {
	return around(d, o, d.Practice.Charge)
}

func (d *dying) Refund(_ context.Context, o payments.RefundOrder) (payments.Outcome, error) {
	return around(d, o, d.Practice.Refund)
}

func (d *dying) Ask(_ context.Context, a payments.Attempt) (payments.Outcome, error) {
	return around(d, a, d.Practice.Ask)
}

func (d *dying) Answer(_ context.Context, a payments.Attempt, answer string) (payments.Outcome, error) {
	return around(d, a, func(ctx context.Context, a payments.Attempt) (payments.Outcome, error) {
		return d.Practice.Answer(ctx, a, answer)
	})
}

func (d *dying) Detach(ctx context.Context, k payments.KeptRef) error {
	d.moment()
	err := d.Practice.Detach(ctx, k)
	d.moment()
	return err
}

// Killed at each moment of each call to a gateway, then started again with the same commands:
// every invoice is paid once, the refund is given once, the books are sound.
func TestKilledAtEachStepOfAGateway(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	pristine := filepath.Join(t.TempDir(), "company")
	if _, err := app.MakeDemo(ctx, app.DemoOptions{Folder: pristine, Now: time.Now(), Options: demo.Options{Documents: 5, Customers: 4}}); err != nil {
		t.Fatal(err)
	}
	died := 0
	for at := 1; ; at++ {
		folder := filepath.Join(t.TempDir(), "company")
		if err := os.CopyFS(folder, os.DirFS(pristine)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		dead, _ := stepLife(t, "TestDieAtAStep", folder, strconv.Itoa(at))
		if !dead {
			break // there are fewer moments: all were tried
		}
		died++
		if dead, _ := stepLife(t, "TestDieAtAStep", folder, "never"); dead {
			t.Fatalf("moment %d: died for no reason", at)
		}
		proveSteps(t, folder, at)
		if t.Failed() {
			t.Fatalf("after death at moment %d", at)
		}
	}
	if died < 14 {
		t.Errorf("only %d moments", died)
	}
	t.Logf("%d moments, a death at each", died)
}

// stepLife lets a program live, a test of this binary, and tells whether it was killed and what it
// said before.
func stepLife(t *testing.T, program, folder, at string) (dead bool, said string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+program+"$", "-test.v")
	cmd.Env = append(os.Environ(), stepFolder+"="+folder, stepAt+"="+at)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false, string(out)
	}
	if !strings.Contains(string(out), "dead "+at+"\n") {
		t.Fatalf("moment %s: ended by itself: %v\n%s", at, err, out)
	}
	return true, string(out)
}

// TestDieAtAStep is the program, in a process of its own.
func TestDieAtAStep(t *testing.T) {
	folder := os.Getenv(stepFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledAtEachStepOfAGateway")
	}
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(ctx) }()
	d := &dying{Practice: gateway.NewPractice(filepath.Join(folder, "practice-payments")), death: deathAt()}
	for i, g := range h.Payments.Gateways {
		if g.Name() == d.Name() {
			h.Payments.Gateways[i] = d
		}
	}
	if err := h.Payments.AskOpen(ctx); err != nil { // what Start does
		t.Fatal(err)
	}
	if err := steps(ctx, h); err != nil {
		t.Fatal(err)
	}
}

// steps is one customer's life with a gateway, each command with its own key: after a death the
// same commands are given again.
func steps(ctx context.Context, h *app.House) error {
	who := actor.Shell("fr")
	found, err := h.Customers.Pick(ctx, actor.Machine(), "", 1)
	if err != nil || len(found) == 0 {
		return errors.Join(err, errors.New("no customer"))
	}
	c, err := h.Customers.Get(ctx, who, found[0].PublicID)
	if err != nil {
		return err
	}
	k := c.Contacts[0]
	contact := actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: c.ID, Trust: actor.TrustPassword, Lang: "fr"}
	var docs []sales.Issued
	for n := range 2 {
		form := sales.Draft{CustomerID: c.PublicID, Currency: c.Currency, Language: c.Language, TermsDays: 30, Allowances: []sales.DraftAllowance{},
			Lines: []sales.DraftLine{{Description: "Pose", Nature: "services", QuantityE4: 10_000, Unit: "C62", UnitPriceE4: 1_000_000}}}
		d, err := h.Sales.IssueForm(ctx, who, form, sales.Issue{Key: fmt.Sprintf("step-issue-%d", n), How: sales.ByHand})
		if err != nil {
			return err
		}
		docs = append(docs, d)
	}
	paid, err := payOnPage(ctx, h, contact, payments.StartPayment{Key: "step-start-1", DocumentID: docs[0].PublicID, ExpectMinor: docs[0].TotalMinor, Gateway: "practice", Save: true})
	if err != nil {
		return err
	}
	if _, err := chargeAgain(ctx, h, who, payments.ChargeKept{Key: "step-charge-1", DocumentID: docs[1].PublicID}); err != nil {
		return err
	}
	refund := payments.Refund{Key: "step-refund-1", PaymentID: paid, AmountMinor: 1_234, FromInvoices: true}
	given, err := h.Payments.RefundByGateway(ctx, who, refund)
	if err == nil && given.State == payments.Cancelled {
		refund.Key += "-again"
		_, err = h.Payments.RefundByGateway(ctx, who, refund)
	}
	if err != nil {
		return err
	}
	save := payments.SaveMethod{Key: "step-save-1", Gateway: "practice"}
	saved, err := h.Payments.SaveMethod(ctx, contact, save)
	if err == nil && saved.State == payments.Cancelled {
		save.Key += "-again"
		saved, err = h.Payments.SaveMethod(ctx, contact, save)
	}
	if err == nil && saved.State == payments.NeedsAction {
		saved, err = h.Payments.ContinuePayment(ctx, contact, payments.ContinuePayment{IntentID: saved.PublicID, Answer: "approved"})
	}
	if err != nil {
		return err
	}
	if saved.Method == nil {
		return fmt.Errorf("nothing kept: %+v", saved)
	}
	if err := h.Payments.DeleteMethod(ctx, contact, saved.Method.PublicID); !fault.Is(err, fault.NotFound) { // or it was given up in a former life
		return err
	}
	return nil
}

// payOnPage pays, whatever a former life left.
func payOnPage(ctx context.Context, h *app.House, who actor.Actor, in payments.StartPayment) (paymentID string, err error) {
	i, err := h.Payments.StartPayment(ctx, who, in)
	if err == nil && i.State == payments.Cancelled { // it died before the gateway heard of it
		in.Key += "-again"
		i, err = h.Payments.StartPayment(ctx, who, in)
	}
	if err == nil && i.State == payments.NeedsAction {
		i, err = h.Payments.ContinuePayment(ctx, who, payments.ContinuePayment{IntentID: i.PublicID, Answer: "approved"})
	}
	if err == nil && i.PaymentID == "" {
		err = fmt.Errorf("not paid: %+v", i)
	}
	return i.PaymentID, err
}

func chargeAgain(ctx context.Context, h *app.House, who actor.Actor, in payments.ChargeKept) (payments.Intent, error) {
	i, err := h.Payments.ChargeKept(ctx, who, in)
	if err == nil && i.State == payments.Cancelled {
		in.Key += "-again"
		i, err = h.Payments.ChargeKept(ctx, who, in)
	}
	if err == nil && i.State != payments.Succeeded {
		err = fmt.Errorf("not charged: %+v", i)
	}
	return i, err
}

// proveSteps: everything happened, once.
func proveSteps(t *testing.T, folder string, at int) {
	t.Helper()
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := h.Payments.AskOpen(ctx); err != nil {
			t.Error(err)
		}
	}
	r, err := h.Check(ctx, actor.Shell("fr"), "fr")
	if err != nil || !r.Sound {
		t.Errorf("moment %d: %v %v", at, r.Faults, err)
	}
	if err := h.Close(ctx); err != nil {
		t.Error(err)
	}
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	for query, want := range map[string]int64{
		"SELECT count(*) FROM payments p JOIN payment_intents i ON i.payment_id = p.id WHERE i.mode = 'test' AND i.kind = 'pay' AND i.save_method = 1": 1,
		"SELECT count(*) FROM payment_intents WHERE kind = 'charge' AND state = 'succeeded'":                                                           1,
		"SELECT count(*) FROM refunds WHERE gateway = 'practice' AND amount_minor = 1234":                                                              1,
		"SELECT count(*) FROM payment_intents WHERE kind = 'refund' AND state = 'succeeded'":                                                           1,
		"SELECT count(*) FROM kept_methods WHERE deleted_at = ''":                                                                                      1,
		"SELECT count(*) FROM kept_methods WHERE deleted_at <> '' AND token = '' AND detach_owed = 0":                                                  1,
		"SELECT count(*) FROM payment_intents WHERE state IN ('created','unknown','processing')":                                                       0,
		"SELECT count(*) FROM (SELECT 1 FROM payments WHERE gateway_ref <> '' GROUP BY gateway, gateway_ref HAVING count(*) > 1)":                      0,
	} {
		if n := dbtest.Int(t, raw, query); n != want {
			t.Errorf("moment %d: %d, want %d: %s", at, n, want, query)
		}
	}
}
