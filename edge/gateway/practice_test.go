package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"comptoir/core/locale"
	"comptoir/edge/gateway"
	"comptoir/office/payments"
)

var ctx = context.Background()

// act is one answer on the practice page.
type act struct {
	payments.Order
	answer string
}

func charge(key, answer string) act {
	return act{payments.Order{Key: key, Mode: payments.ModeTest, IntentID: "abc", AmountMinor: 120_00, Currency: "EUR", Customer: payments.Payer{PublicID: "c1"}}, answer}
}

func attempt(key string) payments.Attempt {
	return payments.Attempt{Kind: payments.IntentPay, Key: key, Mode: payments.ModeTest}
}

// pay opens the page and answers on it.
func pay(p *gateway.Practice, c act) (payments.Outcome, error) {
	if out, err := p.Checkout(ctx, payments.CheckoutOrder{Order: c.Order}); err != nil {
		return out, err
	}
	return p.Answer(ctx, attempt(c.Key), c.answer)
}

func must(t *testing.T, p *gateway.Practice, c act) payments.Outcome {
	t.Helper()
	out, err := pay(p, c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// same compares what two outcomes say of an attempt.
func same(a, b payments.Outcome) bool {
	return a.State == b.State && a.Ref == b.Ref && a.Reason == b.Reason
}

func TestCards(t *testing.T) {
	for card, want := range map[string]payments.Outcome{
		"approved": {State: payments.Succeeded}, "declined": {State: payments.Declined, Reason: "gateway.reason.declined"}, "": {State: payments.Declined, Reason: "gateway.reason.declined"},
		"never heard of": {State: payments.Declined, Reason: "gateway.reason.declined"}, "second_step": {State: payments.NeedsAction},
	} {
		p := gateway.NewPractice(t.TempDir())
		out := must(t, p, charge("intent-1", card))
		if want.Ref = "practice-intent-1"; !same(out, want) || out.URL != "" || (out.Step == payments.StepConfirm) != (out.State == payments.NeedsAction) {
			t.Errorf("%q: %+v, want %+v", card, out, want)
		}
		if out.Reason != "" && (!locale.Has("fr", out.Reason) || !locale.Has("en", out.Reason)) {
			t.Errorf("%s has no text", out.Reason)
		}
		if asked, err := p.Ask(ctx, attempt("intent-1")); err != nil || !same(asked, out) {
			t.Errorf("%q asked: %+v %v", card, asked, err)
		}
	}
}

// The same key is the same charge, whatever card comes with it and however often.
func TestAKeyChargesOnce(t *testing.T) {
	dir := t.TempDir()
	p := gateway.NewPractice(dir)
	first := must(t, p, charge("intent-1", "approved"))
	for _, card := range []string{"approved", "declined", "second_step", "confirm", "refuse"} {
		if again := must(t, p, charge("intent-1", card)); !same(again, first) {
			t.Errorf("%s: %+v", card, again)
		}
	}
	if declined := must(t, p, charge("intent-2", "declined")); !same(must(t, p, charge("intent-2", "approved")), declined) {
		t.Error("a declined charge was charged by its own key")
	}
	less, foreign := charge("intent-1", "approved"), charge("intent-1", "approved")
	less.AmountMinor, foreign.Currency = 1, "CAD"
	for _, other := range []act{less, foreign} {
		if out, err := pay(p, other); err == nil || out.State != "" {
			t.Errorf("%+v: %+v %v", other, out, err)
		}
	}
}

func TestSecondStep(t *testing.T) {
	for answer, want := range map[string]string{"confirm": payments.Succeeded, "refuse": payments.Declined, "": payments.NeedsAction, "approved": payments.NeedsAction, "second_step": payments.NeedsAction} {
		p := gateway.NewPractice(t.TempDir())
		must(t, p, charge("intent-1", "second_step"))
		out := must(t, p, charge("intent-1", answer))
		if out.State != want || (want == payments.Declined) != (out.Reason == "gateway.reason.second_step_refused") {
			t.Errorf("%q: %+v", answer, out)
		}
		if want == payments.NeedsAction { // asked again until it is answered
			out = must(t, p, charge("intent-1", "confirm"))
			want = payments.Succeeded
		}
		if settled := must(t, p, charge("intent-1", "refuse")); !same(settled, out) || settled.State != want {
			t.Errorf("%q: a settled charge moved: %+v", answer, settled)
		}
	}
}

// The card that times out is charged, but nobody is told: only asking finds out, also after
// a restart of the program.
func TestTimeoutThenAsk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "practice-payments")
	if _, err := pay(gateway.NewPractice(dir), charge("intent-1", "timeout")); !errors.Is(err, gateway.ErrNoAnswer) || !errors.Is(err, payments.ErrUnreached) {
		t.Fatal(err)
	}
	p := gateway.NewPractice(dir)
	if out, err := p.Ask(ctx, attempt("intent-1")); err != nil || out.State != payments.Succeeded || out.Ref != "practice-intent-1" {
		t.Errorf("%+v %v", out, err)
	}
	if out := must(t, p, charge("intent-1", "declined")); out.State != payments.Succeeded {
		t.Errorf("charged again: %+v", out)
	}
	if out, err := p.Ask(ctx, attempt("intent-2")); err != nil || out.State != payments.Cancelled {
		t.Errorf("a charge never heard of: %+v %v", out, err)
	}
}

func TestKeysStayInTheFolder(t *testing.T) {
	dir := t.TempDir()
	p := gateway.NewPractice(filepath.Join(dir, "practice-payments"))
	for _, key := range []string{"", "../key", "a/b", "a\\b", "a.json", "é", strings.Repeat("x", 101), "a\n"} {
		if _, err := pay(p, charge(key, "approved")); err == nil {
			t.Errorf("%q was charged", key)
		}
		if _, err := p.Ask(ctx, attempt(key)); err == nil {
			t.Errorf("%q was asked about", key)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("%v %v", entries, err)
	}
}

// What a crash left half done is no charge, and a file that cannot be read is never guessed.
func TestLeftoversAndDamage(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".new-123"), []byte(`{"key":"intent-1"`), 0o600); err != nil {
		t.Fatal(err)
	}
	p := gateway.NewPractice(dir)
	if out, err := p.Ask(ctx, attempt("intent-1")); err != nil || out.State != payments.Cancelled {
		t.Errorf("%+v %v", out, err)
	}
	must(t, p, charge("intent-1", "approved"))
	if err := os.WriteFile(filepath.Join(dir, "intent-1.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var syntax *json.SyntaxError
	if _, err := pay(p, charge("intent-1", "approved")); !errors.As(err, &syntax) {
		t.Errorf("%v", err)
	}
	if _, err := p.Ask(ctx, attempt("intent-1")); !errors.As(err, &syntax) {
		t.Errorf("%v", err)
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := pay(gateway.NewPractice(dir), charge("intent-1", "approved")); err == nil {
		t.Errorf("charged without a trace: %+v", out)
	}
}

func TestManyAtOnce(t *testing.T) {
	p := gateway.NewPractice(t.TempDir())
	outcomes := make([]payments.Outcome, 20)
	var all sync.WaitGroup
	for i := range outcomes {
		all.Go(func() {
			card := "approved"
			if i%2 == 1 {
				card = "declined"
			}
			out, err := pay(p, charge("intent-1", card))
			if outcomes[i] = out; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, out := range outcomes {
		if !same(out, outcomes[0]) {
			t.Errorf("two ends of one charge: %+v and %+v", out, outcomes[0])
		}
	}
}

// A card that was kept does as it does on the page; without its holder a second step is a no.
func TestKeptCards(t *testing.T) {
	for card, want := range map[string]struct{ state, later, alone string }{
		"approved": {payments.Succeeded, payments.Succeeded, payments.Succeeded}, "second_step": {payments.NeedsAction, payments.NeedsAction, payments.Declined}, "debit": {payments.Succeeded, payments.Processing, payments.Processing},
	} {
		p := gateway.NewPractice(t.TempDir())
		if _, err := p.Save(ctx, payments.SaveOrder{Order: charge("intent-1", "").Order}); err != nil {
			t.Fatal(err)
		}
		out, err := p.Answer(ctx, attempt("intent-1"), card)
		if err != nil || out.State != want.state {
			t.Fatalf("%s: %+v %v", card, out, err)
		}
		if out.State == payments.NeedsAction {
			if out, err = p.Answer(ctx, attempt("intent-1"), "confirm"); err != nil {
				t.Fatal(err)
			}
		}
		if out.Kept == nil || len(out.Kept.Last4) != 4 || out.Kept.CustomerRef == "" || out.CustomerRef != out.Kept.CustomerRef {
			t.Fatalf("%s: %+v", card, out.Kept)
		}
		kept := payments.KeptRef{Mode: payments.ModeTest, Token: out.Kept.Token, Kind: out.Kept.Kind}
		for _, x := range []struct {
			alone bool
			want  string
		}{{false, want.later}, {true, want.alone}} {
			o := charge("charge-"+card+map[bool]string{true: "-alone"}[x.alone], "").Order
			got, err := p.Charge(ctx, payments.ChargeOrder{Order: o, Method: kept, OffSession: x.alone})
			if err != nil || got.State != x.want {
				t.Errorf("%s, alone %v: %+v %v", card, x.alone, got, err)
			}
			if got.Reason != "" && !locale.Has("fr", got.Reason) {
				t.Errorf("%s has no text", got.Reason)
			}
		}
	}
}

// A charge is given back in parts, each once, never more than it took; its charge tells of it.
func TestRefunds(t *testing.T) {
	p := gateway.NewPractice(t.TempDir())
	taken := must(t, p, charge("intent-1", "approved"))
	give := func(key string, minor int64) payments.Outcome {
		t.Helper()
		o := charge(key, "").Order
		o.AmountMinor = minor
		out, err := p.Refund(ctx, payments.RefundOrder{Order: o, ChargeRef: taken.Ref})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct {
		key   string
		minor int64
		want  string
	}{{"refund-1", 50_00, payments.Succeeded}, {"refund-1", 50_00, payments.Succeeded}, {"refund-2", 70_01, payments.Declined}, {"refund-3", 70_00, payments.Succeeded}, {"refund-4", 1, payments.Declined}} {
		if out := give(c.key, c.minor); out.State != c.want {
			t.Errorf("%s of %d: %+v", c.key, c.minor, out)
		}
	}
	out, err := p.Ask(ctx, attempt("intent-1"))
	if err != nil || len(out.Refunds) != 2 || out.Refunds[0].Key != "refund-1" || out.Refunds[1].AmountMinor != 70_00 {
		t.Errorf("%+v %v", out.Refunds, err)
	}
}

// A debit is under way until it was asked about twice; a page that is closed is not paid on.
func TestDebitAndClosedPage(t *testing.T) {
	p := gateway.NewPractice(t.TempDir())
	must(t, p, charge("intent-1", "debit"))
	for _, want := range []string{payments.Processing, payments.Succeeded, payments.Succeeded} {
		if out, err := p.Ask(ctx, attempt("intent-1")); err != nil || out.State != want {
			t.Errorf("%+v %v, want %s", out, err, want)
		}
	}
	if _, err := p.Checkout(ctx, payments.CheckoutOrder{Order: charge("intent-2", "").Order}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if out, err := p.Cancel(ctx, attempt("intent-2")); err != nil || out.State != payments.Cancelled {
			t.Errorf("%+v %v", out, err)
		}
	}
	if out := must(t, p, charge("intent-2", "approved")); out.State != payments.Cancelled {
		t.Errorf("a closed page was paid on: %+v", out)
	}
	if out, err := p.Cancel(ctx, attempt("intent-1")); err != nil || out.State != payments.Succeeded {
		t.Errorf("money that moved was called off: %+v %v", out, err)
	}
}

// It has no live world.
func TestPracticeIsNeverLive(t *testing.T) {
	p := gateway.NewPractice(t.TempDir())
	o := charge("intent-1", "").Order
	o.Mode = payments.ModeLive
	if _, err := p.Checkout(ctx, payments.CheckoutOrder{Order: o}); !errors.Is(err, payments.ErrOtherMode) {
		t.Error(err)
	}
	a := attempt("intent-1")
	a.Mode = payments.ModeLive
	if _, err := p.Ask(ctx, a); !errors.Is(err, payments.ErrOtherMode) {
		t.Error(err)
	}
}
