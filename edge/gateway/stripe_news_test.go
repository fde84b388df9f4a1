package gateway_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/edge/gateway"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

func TestStripeHears(t *testing.T) {
	s := newShop(t)
	s.keys[payments.ModeTest] = gateway.StripeKeys{Secret: stripetest.TestKey, Hooks: []string{"whsec_old", hookSecret}}
	page := s.open(t, "k", false)
	paid := s.pay(t, page.Ref, stripetest.Card)
	refund, err := s.RefundAtSite(paid.Intent, 10_00)
	if err != nil {
		t.Fatal(err)
	}
	dispute, err := s.Dispute(paid.Intent, "fraudulent")
	if err != nil {
		t.Fatal(err)
	}
	if refund == "" || dispute == "" {
		t.Fatal(refund, dispute)
	}
	heard := map[string]payments.Event{}
	for _, e := range s.Events() {
		for _, secret := range []string{"whsec_old", hookSecret} {
			payload, signature := s.Signed(e.ID, s.Now(), "whsec_somebody", secret)
			got, err := s.g.Hear(ctx, payload, signature)
			if err != nil || got.ID != e.ID || got.Kind != e.Kind || got.Mode != payments.ModeTest {
				t.Fatalf("%+v: %+v %v", e, got, err)
			}
			heard[e.Kind] = got
		}
	}
	for kind, want := range map[string]payments.Event{
		"checkout.session.completed": {Key: "k", Ref: page.Ref}, "payment_intent.succeeded": {Key: "k", Ref: paid.Intent}, "charge.refunded": {Key: "k", Ref: paid.Intent},
		"refund.created": {Ref: paid.Intent}, "charge.dispute.created": {Ref: paid.Intent},
	} {
		if got := heard[kind]; got.Key != want.Key || got.Ref != want.Ref {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	if n := len(heard); n < 7 {
		t.Errorf("%d kinds", n)
	}
}

func TestStripeHearsNobodyElse(t *testing.T) {
	s := newShop(t)
	s.pay(t, s.open(t, "k", false).Ref, stripetest.Card)
	id := s.Events()[0].ID
	payload, good := s.Signed(id, s.Now(), hookSecret)
	changed := append([]byte{' '}, payload...)
	live := []byte(strings.ReplaceAll(string(payload), `"livemode":false`, `"livemode":true`))
	for name, x := range map[string]struct {
		payload   []byte
		signature string
	}{
		"none": {payload, ""}, "nonsense": {payload, "t=,v1=zz"}, "no time": {payload, "v1=" + strings.Split(good, "v1=")[1]}, "of somebody": {payload, stripetest.Sign(payload, s.Now(), "whsec_somebody")},
		"changed": {changed, good}, "old": {payload, stripetest.Sign(payload, s.Now().Add(-6*time.Minute), hookSecret)}, "old, behind a new time": {payload, fmt.Sprintf("t=%d,", s.Now().Unix()) + stripetest.Sign(payload, s.Now().Add(-6*time.Minute), hookSecret)},
		"old, before a new time": {payload, stripetest.Sign(payload, s.Now().Add(-6*time.Minute), hookSecret) + fmt.Sprintf(",t=%d", s.Now().Unix())},
		"of the future":          {payload, stripetest.Sign(payload, s.Now().Add(6*time.Minute), hookSecret)},
		"no event":               {[]byte(`{"id":"x"}`), stripetest.Sign([]byte(`{"id":"x"}`), s.Now(), hookSecret)}, "no JSON": {[]byte(`{`), stripetest.Sign([]byte(`{`), s.Now(), hookSecret)},
		"live, signed by the test secret": {live, stripetest.Sign(live, s.Now(), hookSecret)}, "by an empty secret": {payload, stripetest.Sign(payload, s.Now(), "")},
	} {
		got, err := s.g.Hear(ctx, x.payload, x.signature)
		if !fault.Is(err, fault.Invalid) || got != (payments.Event{}) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if _, err := s.g.Hear(ctx, payload, stripetest.Sign(payload, s.Now().Add(-4*time.Minute), hookSecret)); err != nil {
		t.Error(err)
	}
	s.keys = map[string]gateway.StripeKeys{payments.ModeTest: {Hooks: []string{""}}}
	if _, err := s.g.Hear(ctx, payload, stripetest.Sign(payload, s.Now(), "")); err == nil {
		t.Error("without a secret anybody is heard")
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("hearing asked somebody: %d requests", n)
	}
}

// News are read without a gap, and with the same ids as webhooks have.
func TestStripeNews(t *testing.T) {
	s := newShop(t)
	// Nothing ever happened: what does is read from this hour on, and not from three days before it is.
	if events, next, err := s.g.News(ctx, payments.ModeTest, ""); err != nil || len(events) != 0 || next != strconv.FormatInt(s.Now().Unix(), 10) {
		t.Error(events, next, err)
	}
	seen := map[string]int{}
	cursor, last := "", ""
	read := func() {
		t.Helper()
		events, next, err := s.g.News(ctx, payments.ModeTest, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			seen[e.ID]++
			last = e.ID
		}
		cursor = next
	}
	for i := range 60 {
		s.pay(t, s.open(t, fmt.Sprint("k", i), false).Ref, stripetest.Card)
		if i%20 == 19 {
			read()
		}
		s.Pass(30 * time.Second)
	}
	s.Pass(40 * 24 * time.Hour)
	read()
	for i, e := range s.Events() {
		wanted := e.Kind == "checkout.session.completed" || e.Kind == "payment_intent.succeeded"
		if wanted && seen[e.ID] == 0 {
			t.Errorf("event %d, %s, was missed", i, e.Kind)
		}
		if e.Kind == "payment_intent.created" && seen[e.ID] > 0 {
			t.Error("what is not ours was read")
		}
	}
	if all := s.Events(); last != all[len(all)-1].ID {
		t.Error("not in order")
	}
	s.Befall(stripetest.Trouble{Path: "/v1/events", Status: 500})
	if _, next, err := s.g.News(ctx, payments.ModeTest, cursor); err == nil || next != cursor {
		t.Error("the cursor moved over news that were not read", next, err)
	}
}
