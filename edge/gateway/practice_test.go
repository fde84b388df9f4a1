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

func charge(key, answer string) payments.Charge {
	return payments.Charge{Key: key, AmountMinor: 120_00, Currency: "EUR", Answer: answer}
}

func must(t *testing.T, p *gateway.Practice, c payments.Charge) payments.Outcome {
	t.Helper()
	out, err := p.Charge(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCards(t *testing.T) {
	for card, want := range map[string]payments.Outcome{
		"approved": {State: payments.Succeeded}, "declined": {State: payments.Declined, Reason: "gateway.reason.declined"}, "": {State: payments.Declined, Reason: "gateway.reason.declined"},
		"never heard of": {State: payments.Declined, Reason: "gateway.reason.declined"}, "second_step": {State: payments.NeedsAction},
	} {
		p := gateway.NewPractice(t.TempDir())
		out := must(t, p, charge("intent-1", card))
		if want.Ref = "practice-intent-1"; out != want {
			t.Errorf("%q: %+v, want %+v", card, out, want)
		}
		if out.Reason != "" && (!locale.Has("fr", out.Reason) || !locale.Has("en", out.Reason)) {
			t.Errorf("%s has no text", out.Reason)
		}
		if asked, err := p.Ask(ctx, "intent-1"); err != nil || asked != out {
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
		if again := must(t, p, charge("intent-1", card)); again != first {
			t.Errorf("%s: %+v", card, again)
		}
	}
	if declined := must(t, p, charge("intent-2", "declined")); must(t, p, charge("intent-2", "approved")) != declined {
		t.Error("a declined charge was charged by its own key")
	}
	for _, other := range []payments.Charge{{Key: "intent-1", AmountMinor: 1, Currency: "EUR", Answer: "approved"}, {Key: "intent-1", AmountMinor: 120_00, Currency: "CAD", Answer: "approved"}} {
		if out, err := p.Charge(ctx, other); err == nil || out != (payments.Outcome{}) {
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
		if settled := must(t, p, charge("intent-1", "refuse")); settled != out || settled.State != want {
			t.Errorf("%q: a settled charge moved: %+v", answer, settled)
		}
	}
}

// The card that times out is charged, but nobody is told: only asking finds out, also after
// a restart of the program.
func TestTimeoutThenAsk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "practice-payments")
	if _, err := gateway.NewPractice(dir).Charge(ctx, charge("intent-1", "timeout")); !errors.Is(err, gateway.ErrNoAnswer) {
		t.Fatal(err)
	}
	p := gateway.NewPractice(dir)
	if out, err := p.Ask(ctx, "intent-1"); err != nil || out.State != payments.Succeeded || out.Ref != "practice-intent-1" {
		t.Errorf("%+v %v", out, err)
	}
	if out := must(t, p, charge("intent-1", "declined")); out.State != payments.Succeeded {
		t.Errorf("charged again: %+v", out)
	}
	if out, err := p.Ask(ctx, "intent-2"); err != nil || out.State != payments.Cancelled {
		t.Errorf("a charge never heard of: %+v %v", out, err)
	}
}

func TestKeysStayInTheFolder(t *testing.T) {
	dir := t.TempDir()
	p := gateway.NewPractice(filepath.Join(dir, "practice-payments"))
	for _, key := range []string{"", "../key", "a/b", "a\\b", "a.json", "é", strings.Repeat("x", 101), "a\n"} {
		if _, err := p.Charge(ctx, charge(key, "approved")); err == nil {
			t.Errorf("%q was charged", key)
		}
		if _, err := p.Ask(ctx, key); err == nil {
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
	if out, err := p.Ask(ctx, "intent-1"); err != nil || out.State != payments.Cancelled {
		t.Errorf("%+v %v", out, err)
	}
	must(t, p, charge("intent-1", "approved"))
	if err := os.WriteFile(filepath.Join(dir, "intent-1.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var syntax *json.SyntaxError
	if _, err := p.Charge(ctx, charge("intent-1", "approved")); !errors.As(err, &syntax) {
		t.Errorf("%v", err)
	}
	if _, err := p.Ask(ctx, "intent-1"); !errors.As(err, &syntax) {
		t.Errorf("%v", err)
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := gateway.NewPractice(dir).Charge(ctx, charge("intent-1", "approved")); err == nil {
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
			out, err := p.Charge(ctx, charge("intent-1", card))
			if outcomes[i] = out; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, out := range outcomes {
		if out != outcomes[0] {
			t.Errorf("two ends of one charge: %+v and %+v", out, outcomes[0])
		}
	}
}
