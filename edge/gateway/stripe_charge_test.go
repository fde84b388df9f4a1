package gateway_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"comptoir/edge/gateway"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

func TestStripeKeepsAMethod(t *testing.T) {
	s := newShop(t)
	for number, want := range map[string]payments.KeptMethod{
		stripetest.Card:           {Kind: payments.KindCard, Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2029},
		stripetest.CardMastercard: {Kind: payments.KindCard, Brand: "mastercard", Last4: "4444", ExpMonth: 12, ExpYear: 2029},
		stripetest.CardHolderOnce: {Kind: payments.KindCard, Brand: "visa", Last4: "3155", ExpMonth: 12, ExpYear: 2029},
		stripetest.AccountFrench:  {Kind: payments.KindDebit, Brand: "FR", Last4: "2606"},
	} {
		key := "save-" + want.Last4
		k := s.kept(t, key, number)
		out := s.ask(t, s.attempt(payments.IntentSave, key, s.pageOf(t, key)))
		want.Token, want.CustomerRef = k.Token, k.CustomerRef
		if d := cmp.Diff(&want, out.Kept); d != "" {
			t.Error(d)
		}
	}
	for name, number := range map[string]string{"declined": stripetest.CardDeclined, "refused": stripetest.CardHolder} {
		out, err := s.g.Save(ctx, payments.SaveOrder{Order: order(name, 0)})
		if err != nil {
			t.Fatal(err)
		}
		if p := s.pay(t, out.Ref, number); p.Holder != "" {
			if _, err := s.Holder(p.Intent, false); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.ask(t, s.attempt(payments.IntentSave, name, out.Ref)); got.State != payments.NeedsAction || got.Kept != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	paid := s.open(t, "and-pay", true)
	s.pay(t, paid.Ref, stripetest.Card)
	if out := s.ask(t, s.attempt(payments.IntentPay, "and-pay", paid.Ref)); out.Kept == nil || out.Kept.Last4 != "4242" || out.CustomerRef == "" {
		t.Errorf("%+v", out)
	}
}

func (s *shop) pageOf(t *testing.T, key string) string {
	t.Helper()
	out, err := s.g.Ask(ctx, s.attempt(payments.IntentSave, key, ""))
	if err != nil || out.Ref == "" {
		t.Fatal(out, err)
	}
	return out.Ref
}

// A kept method is charged while the customer is away.
func TestStripeCharges(t *testing.T) {
	for name, want := range map[string]struct{ number, state, reason string }{
		"card":             {stripetest.Card, payments.Succeeded, ""},
		"kept with 3-D":    {stripetest.CardHolderOnce, payments.Succeeded, ""},
		"wants holder":     {stripetest.CardHolder, payments.NeedsAction, ""},
		"fails later":      {stripetest.CardFailsLater, payments.Declined, "gateway.reason.declined"},
		"debit":            {stripetest.Account, payments.Processing, ""},
		"disputed at once": {stripetest.CardDisputed, payments.Succeeded, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			out := s.charge(t, "k", s.kept(t, "save", want.number))
			if out.State != want.state || out.Reason != want.reason || out.Ref == "" {
				t.Fatalf("%+v", out)
			}
			again := s.ask(t, s.attempt(payments.IntentCharge, "k", out.Ref))
			if again.State != out.State || again.Reason != out.Reason || again.URL != out.URL || again.ChargeRef != out.ChargeRef && out.ChargeRef != "" {
				t.Errorf("asked: %+v, told: %+v", again, out)
			}
			if repeated := s.charge(t, "k", payments.KeptRef{Mode: payments.ModeTest, Token: tokenOf(t, s, out.Ref), CustomerRef: customerOf(t, s, out.Ref), Kind: kindOf(want.number)}); repeated.State != out.State || repeated.Ref != out.Ref {
				t.Errorf("repeated: %+v", repeated)
			}
			if n := len(s.Taken()); n > 1 {
				t.Errorf("%d charges", n)
			}
		})
	}
}

func tokenOf(t *testing.T, s *shop, intent string) string {
	t.Helper()
	token, ok := s.Field(intent, "payment_method").(string)
	if !ok {
		t.Fatal(intent)
	}
	return token
}

func customerOf(t *testing.T, s *shop, intent string) string {
	t.Helper()
	ref, ok := s.Field(intent, "customer").(string)
	if !ok {
		t.Fatal(intent)
	}
	return ref
}

func kindOf(number string) string {
	if number[0] >= 'A' {
		return payments.KindDebit
	}
	return payments.KindCard
}

// The bank wants the holder: the same charge goes on on the bank's page, or is given up.
func TestStripeChargeWantsTheHolder(t *testing.T) {
	for name, want := range map[string]struct {
		do    func(s *shop, intent string) error
		state string
	}{
		"confirms": {func(s *shop, id string) error { _, err := s.Holder(id, true); return err }, payments.Succeeded},
		"refuses":  {func(s *shop, id string) error { _, err := s.Holder(id, false); return err }, payments.Declined},
		"given up": {func(s *shop, id string) error {
			_, err := s.g.Cancel(ctx, s.attempt(payments.IntentCharge, "k", id))
			return err
		}, payments.Cancelled},
		"confirms, then given up": {func(s *shop, id string) error {
			_, err := s.Holder(id, true)
			_, cerr := s.g.Cancel(ctx, s.attempt(payments.IntentCharge, "k", id))
			return errors.Join(err, cerr)
		}, payments.Succeeded},
	} {
		s := newShop(t)
		out := s.charge(t, "k", s.kept(t, "save", stripetest.CardHolder))
		if out.State != payments.NeedsAction || !strings.HasPrefix(out.URL, s.URL+"/holder/") {
			t.Fatalf("%s: %+v", name, out)
		}
		if err := want.do(s, out.Ref); err != nil {
			t.Fatal(name, err)
		}
		got := s.ask(t, s.attempt(payments.IntentCharge, "k", out.Ref))
		if got.State != want.state || (got.State == payments.Declined) != (got.Reason == "gateway.reason.second_step_refused") {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// Without an address to come back to the customer cannot be sent anywhere.
	s := newShop(t)
	o := payments.ChargeOrder{Order: order("k", 120_00), Method: s.kept(t, "save", stripetest.CardHolder), OffSession: true}
	o.ReturnURL = ""
	if out, err := s.g.Charge(ctx, o); err != nil || out.State != payments.Declined || out.Reason != "gateway.reason.authentication_required" {
		t.Errorf("%+v %v", out, err)
	}
	o = payments.ChargeOrder{Order: order("there", 120_00), Method: s.kept(t, "save2", stripetest.CardHolder)} // the customer is there
	if out, err := s.g.Charge(ctx, o); err != nil || out.State != payments.NeedsAction || out.URL == "" {
		t.Errorf("%+v %v", out, err)
	}
}

// A debit takes days, and may fail at their end.
func TestStripeDebitTakesDays(t *testing.T) {
	for number, want := range map[string]struct{ state, reason string }{
		stripetest.Account:        {payments.Succeeded, ""},
		stripetest.AccountNoFunds: {payments.Declined, "gateway.reason.insufficient_funds"},
		stripetest.AccountRefuses: {payments.Declined, "gateway.reason.debit_not_authorized"},
	} {
		s := newShop(t)
		page := s.open(t, "page", false)
		p := s.pay(t, page.Ref, number)
		kept := s.charge(t, "kept", s.kept(t, "save", number))
		s.Pass(3 * 24 * time.Hour)
		for _, a := range []payments.Attempt{s.attempt(payments.IntentPay, "page", page.Ref), s.attempt(payments.IntentCharge, "kept", kept.Ref)} {
			if out := s.ask(t, a); out.State != payments.Processing || out.Kind != payments.KindDebit {
				t.Errorf("%+v", out)
			}
		}
		for _, id := range []string{p.Intent, kept.Ref} {
			if err := s.Settle(id); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range []payments.Attempt{s.attempt(payments.IntentPay, "page", page.Ref), s.attempt(payments.IntentCharge, "kept", kept.Ref)} {
			out := s.ask(t, a)
			if out.State != want.state || out.Reason != want.reason || (out.State == payments.Succeeded) != (out.FeeMinor == 35) {
				t.Errorf("%s: %+v", number, out)
			}
		}
	}
}

func TestStripeRefunds(t *testing.T) {
	s := newShop(t)
	k := s.kept(t, "save", stripetest.Card)
	paid := s.charge(t, "k", k)
	give := func(key string, minor int64) payments.Outcome {
		out, err := s.g.Refund(ctx, payments.RefundOrder{Order: order(key, minor), ChargeRef: paid.ChargeRef})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := give("r1", 20_00)
	if first.State != payments.Succeeded || first.TookMinor != 20_00 || first.ChargeRef != paid.ChargeRef {
		t.Errorf("%+v", first)
	}
	if again := give("r1", 20_00); again.Ref != first.Ref {
		t.Errorf("given back twice: %+v", again)
	}
	if other := give("r1", 30_00); other.Ref != first.Ref || other.TookMinor != 20_00 {
		t.Errorf("a key that came with another amount: %+v", other)
	}
	if asked := s.ask(t, s.attempt(payments.IntentRefund, "r1", first.Ref)); asked.State != payments.Succeeded {
		t.Errorf("%+v", asked)
	}
	atSite, err := s.RefundAtSite(paid.Ref, 30_00)
	if err != nil {
		t.Fatal(err)
	}
	out := s.ask(t, s.attempt(payments.IntentCharge, "k", paid.Ref))
	want := []payments.Refunded{{Ref: atSite, State: payments.Succeeded, AmountMinor: 30_00}, {Ref: first.Ref, Key: "r1", State: payments.Succeeded, AmountMinor: 20_00}}
	if d := cmp.Diff(want, out.Refunds); d != "" || out.State != payments.Succeeded || out.TookMinor != 120_00 {
		t.Errorf("%s %+v", d, out)
	}
	if err := s.EndRefund(first.Ref, false); err != nil { // the card is gone: it came back
		t.Fatal(err)
	}
	if asked := s.ask(t, s.attempt(payments.IntentRefund, "r1", first.Ref)); asked.State != payments.Declined || asked.Reason != "gateway.reason.refund_card_gone" {
		t.Errorf("%+v", asked)
	}
	give("r2", 90_00)
	if over := give("r3", 1_00); over.State != payments.Declined || over.Reason != "gateway.reason.refunded_already" {
		t.Errorf("%+v", over)
	}
	debit := s.charge(t, "debit", s.kept(t, "iban", stripetest.Account))
	if err := s.Settle(debit.Ref); err != nil {
		t.Fatal(err)
	}
	out, err = s.g.Refund(ctx, payments.RefundOrder{Order: order("r4", 1_00), ChargeRef: debit.ChargeRef})
	if err != nil || out.State != payments.Processing {
		t.Errorf("%+v %v", out, err)
	}
	if err := s.EndRefund(out.Ref, true); err != nil {
		t.Fatal(err)
	}
	if asked := s.ask(t, s.attempt(payments.IntentRefund, "r4", out.Ref)); asked.State != payments.Succeeded {
		t.Errorf("%+v", asked)
	}
}

func TestStripeDisputes(t *testing.T) {
	s := newShop(t)
	paid := s.charge(t, "k", s.kept(t, "save", stripetest.Card))
	id, err := s.Dispute(paid.Ref, "product_not_received")
	if err != nil {
		t.Fatal(err)
	}
	want := payments.Dispute{Ref: id, State: payments.DisputeOpen, AmountMinor: 120_00, WithdrawnMinor: 120_00, FeeMinor: 20_00, Reason: "gateway.dispute.not_received", AnswerBy: s.Now().AddDate(0, 0, 10)}
	check := func() {
		t.Helper()
		out := s.ask(t, s.attempt(payments.IntentCharge, "k", paid.Ref))
		if d := cmp.Diff([]payments.Dispute{want}, out.Disputes); d != "" || out.State != payments.Succeeded {
			t.Errorf("%s %s", out.State, d)
		}
	}
	check()
	if out, err := s.g.Refund(ctx, payments.RefundOrder{Order: order("r", 1_00), ChargeRef: paid.ChargeRef}); err != nil || out.Reason != "gateway.reason.refund_disputed" {
		t.Errorf("%+v %v", out, err)
	}
	if err := s.EndDispute(id, true); err != nil {
		t.Fatal(err)
	}
	want.State, want.WithdrawnMinor = payments.DisputeWon, 0
	check()
	if err := s.EndDispute(id, false); err != nil {
		t.Fatal(err)
	}
	want.State = payments.DisputeLost
	check()
}

// Detaching is done when the method is not there any more, however often it is asked.
func TestStripeDetaches(t *testing.T) {
	s := newShop(t)
	k := s.kept(t, "save", stripetest.Card)
	for range 2 {
		if err := s.g.Detach(ctx, k); err != nil {
			t.Error(err)
		}
	}
	if s.Field(k.Token, "customer") != nil {
		t.Error("still attached")
	}
	if out := s.charge(t, "k", k); out.State != payments.Declined {
		t.Errorf("%+v", out)
	}
	if err := s.g.Detach(ctx, payments.KeptRef{Mode: payments.ModeTest, Token: "pm_never", CustomerRef: "cus_never"}); err != nil {
		t.Error(err)
	}
	s.Befall(stripetest.Trouble{Status: http.StatusInternalServerError, Times: 2})
	if err := s.g.Detach(ctx, k); err == nil {
		t.Error("a detachment without an answer is done")
	}
}

// A customer that Stripe no longer knows is made anew.
func TestStripeCustomerIsGone(t *testing.T) {
	s := newShop(t)
	k := s.kept(t, "save", stripetest.Card)
	if err := s.ForgetCustomer(k.CustomerRef); err != nil {
		t.Fatal(err)
	}
	o := payments.CheckoutOrder{Order: order("k", 120_00)}
	o.Customer.Ref = k.CustomerRef
	for range 2 {
		out, err := s.g.Checkout(ctx, o)
		if err != nil || out.State != payments.NeedsAction || out.CustomerRef == k.CustomerRef || out.CustomerRef == "" {
			t.Errorf("%+v %v", out, err)
		}
	}
	if n := len(s.Pages()); n != 1 {
		t.Errorf("%d pages", n)
	}
	if out := s.charge(t, "charge", k); out.State != payments.Declined || out.Reason != "gateway.reason.method_unusable" {
		t.Errorf("%+v", out)
	}
}

// Every code by which a bank declines has words; those that would help a thief have the
// general ones (TestStolenCards), and so has a code that nobody knows yet.
func TestStripeDeclinesInWords(t *testing.T) {
	for codes, want := range map[[2]string]string{
		{"insufficient_funds", "card_declined"}: "gateway.reason.insufficient_funds", {"expired_card", "expired_card"}: "gateway.reason.expired_card", {"", "expired_card"}: "gateway.reason.expired_card",
		{"invalid_cvc", "card_declined"}: "gateway.reason.incorrect_cvc", {"do_not_honor", "card_declined"}: "gateway.reason.call_bank", {"try_again_later", "card_declined"}: "gateway.reason.try_later",
		{"withdrawal_count_limit_exceeded", "card_declined"}: "gateway.reason.limit_exceeded", {"revocation_of_authorization", "card_declined"}: "gateway.reason.revoked",
		{"authentication_required", "card_declined"}: "gateway.reason.authentication_required", {"testmode_decline", "card_declined"}: "gateway.reason.test_card", {"duplicate_transaction", "card_declined"}: "gateway.reason.duplicate",
		{"lost_card", "card_declined"}: "gateway.reason.declined_for_good", {"stolen_card", "card_declined"}: "gateway.reason.declined_for_good", {"pickup_card", "card_declined"}: "gateway.reason.declined_for_good",
		{"fraudulent", "card_declined"}: "gateway.reason.declined_for_good", {"merchant_blacklist", "card_declined"}: "gateway.reason.declined_for_good", {"generic_decline", "card_declined"}: "gateway.reason.declined",
		{"a_code_of_tomorrow", "another"}: "gateway.reason.declined", {"", ""}: "gateway.reason.declined",
	} {
		if got := gateway.ReasonOf(codes[0], codes[1]); got != want {
			t.Errorf("%v: %s, not %s", codes, got, want)
		}
	}
}
