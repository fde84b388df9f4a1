package app_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// stripeShop is a firm with Stripe, both at one clock.
type stripeShop struct {
	t      *testing.T
	folder string
	stripe *stripetest.Fake
	stripeDesk

	mu    sync.Mutex
	at    time.Time
	heard int // events that were sent
}

func (s *stripeShop) now() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.at }

func (s *stripeShop) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

func newStripeShop(t *testing.T) *stripeShop {
	t.Helper()
	ctx := context.Background()
	s := &stripeShop{t: t, folder: filepath.Join(t.TempDir(), "company"), at: time.Now().Truncate(time.Second)}
	s.stripe = stripetest.New(s.now)
	t.Cleanup(s.stripe.Close)
	t.Setenv(stripeURL, s.stripe.URL)
	stripeFirm(t, s.folder)
	s.open()
	t.Cleanup(func() {
		if r, err := s.h.Check(ctx, actor.Shell("fr"), "fr"); err != nil || !r.Sound {
			t.Errorf("%v %v", r.Faults, err)
		}
		s.shut()
		proveStripe(t, s.folder, s.stripe, nil)
	})
	s.who, s.customer = actor.Shell("fr"), euroCustomer(t, s.h)
	k := s.customer.Contacts[0]
	s.contact = actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: s.customer.ID, Trust: actor.TrustPassword, Lang: "fr"}
	return s
}

func (s *stripeShop) open() {
	s.t.Helper()
	h, err := app.OpenHouse(context.Background(), app.HouseOptions{Folder: s.folder, Clock: s.now, Log: logInto(s.t, s.folder)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.h = h
}

func (s *stripeShop) shut() {
	s.t.Helper()
	if err := s.h.Close(context.Background()); err != nil {
		s.t.Error(err)
	}
}

// hear sends what Stripe has to tell since the last time: each event twice, the newest first.
func (s *stripeShop) hear() {
	s.t.Helper()
	events := s.stripe.Events()[s.heard:]
	s.heard += len(events)
	slices.Reverse(events)
	for _, e := range slices.Concat(events, events) {
		s.send(e)
	}
}

func (s *stripeShop) send(e stripetest.Event) {
	s.t.Helper()
	payload, signature := s.stripe.Signed(e.ID, s.now(), stripeHook)
	if err := s.h.Payments.Hear(context.Background(), "stripe", payload, signature); err != nil {
		s.t.Errorf("%s: %v", e.Kind, err)
	}
	if err := s.h.Payments.Heed(context.Background()); err != nil { // as the company's own round does, when it is woken
		s.t.Errorf("%s: %v", e.Kind, err)
	}
}

// page opens Stripe's page for a new invoice.
func (s *stripeShop) page(step int, save bool) (sales.Issued, payments.Intent) {
	s.t.Helper()
	d, err := s.invoice(context.Background(), step)
	if err != nil {
		s.t.Fatal(err)
	}
	i, err := s.h.Payments.StartPayment(context.Background(), s.contact, payments.StartPayment{Key: "start-payment-" + d.Number, DocumentID: d.PublicID, ExpectMinor: d.TotalMinor, Gateway: "stripe", Save: save, ReturnURL: stripeBack})
	if err != nil || i.State != payments.NeedsAction || i.URL == "" {
		s.t.Fatalf("%+v %v", i, err)
	}
	return d, i
}

func (s *stripeShop) pay(number string) string {
	s.t.Helper()
	pages := s.stripe.Pages()
	p, err := s.stripe.Pay(pages[len(pages)-1], number)
	if err != nil || p.Declined != "" {
		s.t.Fatal(p, err)
	}
	return p.Intent
}

func (s *stripeShop) state(i payments.Intent) payments.Intent {
	s.t.Helper()
	got, err := s.h.Payments.StaffIntent(context.Background(), s.who, i.PublicID)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

func (s *stripeShop) due(d sales.Issued) int64 {
	s.t.Helper()
	raw := dbtest.Raw(s.t, filepath.Join(s.folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	return dbtest.Int(s.t, raw, "SELECT s.due_minor FROM document_status s JOIN documents d ON d.id = s.document_id WHERE d.public_id = ?", d.PublicID)
}

func (s *stripeShop) want(i payments.Intent, state string, d sales.Issued, due int64) payments.Intent {
	s.t.Helper()
	got := s.state(i)
	if got.State != state || s.due(d) != due {
		s.t.Errorf("%s is %s %s, %d due of %s; wanted %s, %d", got.Kind, got.State, got.Reason, s.due(d), d.Number, state, due)
	}
	return got
}

// Webhooks that come twice, backwards, and some before the answer: each payment, refund and
// dispute stands in the books once.
func TestStripeWebhooksAndTheBooks(t *testing.T) {
	ctx := context.Background()
	s := newStripeShop(t)
	d, i := s.page(1, true)
	s.hear()
	s.want(i, payments.NeedsAction, d, d.TotalMinor)
	intent := s.pay(stripetest.Card)
	s.hear()
	paid := s.want(i, payments.Succeeded, d, 0)
	if paid.Method == nil || paid.Method.Last4 != "4242" {
		t.Fatalf("%+v", paid.Method)
	}

	refund, err := s.stripe.RefundAtSite(intent, 10_00)
	if err != nil || refund == "" {
		t.Fatal(refund, err)
	}
	s.hear()
	s.want(i, payments.Succeeded, d, 10_00)

	e, err := s.invoice(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	var early sync.WaitGroup
	s.stripe.Watch(func(r stripetest.Request, p stripetest.Phase) { // it is charged, and told, before it is answered
		if p == stripetest.After && r.Method == "POST" && r.Path == "/v1/payment_intents" {
			early.Go(s.hear)
		}
	})
	charged, err := s.h.Payments.ChargeKept(ctx, s.who, payments.ChargeKept{Key: "charge-the-kept", DocumentID: e.PublicID, MethodID: paid.Method.PublicID})
	early.Wait()
	s.stripe.Watch(nil)
	if err != nil || charged.State != payments.Succeeded {
		t.Fatalf("%+v %v", charged, err)
	}
	s.want(charged, payments.Succeeded, e, 0)

	taken := s.stripe.Taken()
	dispute, err := s.stripe.Dispute(taken[len(taken)-1].Intent, "fraudulent")
	if err != nil {
		t.Fatal(err)
	}
	s.hear()
	s.want(charged, payments.Succeeded, e, e.TotalMinor)
	if err := s.stripe.EndDispute(dispute, true); err != nil {
		t.Fatal(err)
	}
	s.hear()
	raw := dbtest.Raw(t, filepath.Join(s.folder, "comptoir.db"))
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM gateway_disputes WHERE state = 'won' AND refund_id IS NOT NULL AND back_payment_id IS NOT NULL"); n != 1 {
		t.Errorf("%d disputes won", n)
	}
	if err := raw.Close(); err != nil {
		t.Error(err)
	}
	payload, _ := s.stripe.Signed(s.stripe.Events()[0].ID, s.now(), stripeHook)
	if err := s.h.Payments.Hear(ctx, "stripe", payload, stripetest.Sign(payload, s.now(), "whsec_somebodyElse")); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

// No webhook reaches the machine: it asks, and debits end after days, well or not.
func TestStripeIsAskedWithoutWebhooks(t *testing.T) {
	ctx := context.Background()
	s := newStripeShop(t)
	ask := func(after time.Duration) {
		t.Helper()
		s.pass(after)
		if err := s.h.Payments.AskOpen(ctx); err != nil {
			t.Error(err)
		}
	}
	good, first := s.page(1, false)
	debit := s.pay(stripetest.Account)
	bad, second := s.page(2, false)
	failing := s.pay(stripetest.AccountNoFunds)
	ask(time.Minute)
	s.want(first, payments.Processing, good, good.TotalMinor)
	s.want(second, payments.Processing, bad, bad.TotalMinor)
	left, third := s.page(3, false)
	for _, id := range []string{debit, failing} {
		if err := s.stripe.Settle(id); err != nil {
			t.Fatal(err)
		}
	}
	ask(3 * 24 * time.Hour)
	s.want(first, payments.Succeeded, good, 0)
	if got := s.want(second, payments.Declined, bad, bad.TotalMinor); got.Reason != "gateway.reason.insufficient_funds" {
		t.Errorf("%+v", got)
	}
	s.want(third, payments.Cancelled, left, left.TotalMinor) // its page had its hour
	refund, err := s.stripe.RefundAtSite(debit, 20_00)
	if err != nil {
		t.Fatal(err)
	}
	ask(24 * time.Hour)
	s.want(first, payments.Succeeded, good, 0) // to an account it takes its time
	if err := s.stripe.EndRefund(refund, true); err != nil {
		t.Fatal(err)
	}
	ask(24 * time.Hour)
	s.want(first, payments.Succeeded, good, 20_00)
}
