package payments_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

func (k *keyRoom) lacks() string {
	k.T.Helper()
	w, err := k.room.WaySettings(ctx, staff)
	k.Must(err)
	for _, x := range w.Ways {
		if x.Way == "stripe" {
			return x.Lacks
		}
	}
	return "no way"
}

func (k *keyRoom) saves() int {
	k.T.Helper()
	t, err := k.room.PortalTerms(ctx)
	k.Must(err)
	return len(t.Saves)
}

// Test keys in a real company: its customers see nothing of it, Tester works.
func TestTrialsAreTheDemosAlone(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("test")
	if _, err := k.try(); err == nil {
		t.Error("a test card would settle an invoice")
	} else {
		k.WantFault(err, "fault.gateway_gone")
	}
	if k.lacks() != "test" || k.saves() != 0 {
		t.Errorf("lacks %q, %d ways to keep a method", k.lacks(), k.saves())
	}
	c := k.Customer("Marie", nil)
	d := k.Issue(form(c, line(10_000)))
	ways, err := k.room.PortalOffer(ctx, officetest.Contact(c), payments.PayAsk{DocumentIDs: []string{d.PublicID}})
	k.Must(err)
	for _, w := range ways.Ways {
		if w.Way == "stripe" {
			t.Errorf("offered: %+v", w)
		}
	}
	if steps, err := k.room.TestGateway(ctx, staff, "stripe", "test"); err != nil || steps[0].State != "done" {
		t.Errorf("%+v %v", steps, err)
	}
	k.demo()
	if i := k.begin(); i.Mode != payments.ModeTest || k.lacks() != "" || k.saves() != 1 {
		t.Errorf("not in the demo either: %+v, lacks %q", i, k.lacks())
	}
	k.typed("live")
	k.mode("live")
	if k.lacks() != "" || k.begin().Mode != payments.ModeLive {
		t.Error("live keys are not offered")
	}
}

// Whatever begins a trial in a real company: it ends as a refusal, nothing is booked, nothing is
// kept, the firm is told once, and the log says so.
func TestATrialSettlesNothing(t *testing.T) {
	k := newKeyRoom(t)
	var log bytes.Buffer
	k.room.Log = slog.New(slog.NewTextHandler(&log, nil))
	k.demo()
	k.typed("test")
	k.allowSaving()
	i := k.begin()
	kept := k.Customer("Marie", nil)
	save, err := k.room.SaveMethod(ctx, officetest.Contact(kept), payments.SaveMethod{Key: k.Key(), Gateway: "stripe"})
	k.Must(err)
	dbtest.Tamper(t, k.Path, "UPDATE company SET is_demo = 0")
	for _, x := range []payments.Intent{i, save} {
		k.Gateway.End("intent-"+x.PublicID, payments.NeedsAction, payments.Succeeded)
		for range 2 {
			got, err := k.room.AskAbout(ctx, staff, x.PublicID)
			if err != nil || got.State != payments.Declined || got.Reason != "gateway.reason.trial" || got.PaymentID != "" || got.Method != nil {
				t.Errorf("%+v %v", got, err)
			}
		}
	}
	if k.count("SELECT count(*) FROM payments") != 0 || k.count("SELECT count(*) FROM kept_methods") != 0 || k.count("SELECT count(*) FROM notifications WHERE kind = 'trial_not_booked'") != 2 {
		t.Error("booked, kept, or not told once of each")
	}
	if !strings.Contains(log.String(), "not booked") {
		t.Errorf("log: %s", log.String())
	}
	k.Sound()
}

func (k *keyRoom) allowSaving() { dbtest.Tamper(k.T, k.Path, "UPDATE pay_settings SET save = 1") }

// Keys that are refused: said as what it is, logged once an hour, told to the firm once, and
// nobody is offered the way until they are tried again.
func TestRefusedKeysAreTold(t *testing.T) {
	k := newKeyRoom(t)
	var log bytes.Buffer
	k.room.Log = slog.New(slog.NewTextHandler(&log, nil))
	k.typed("live")
	refused := errors.Join(payments.ErrNotSent, payments.ErrKeysRefused, errors.New(`answer 401, request "req_1"`))
	k.Gateway.Set(func(g *officetest.Gateway) { g.Fails = refused })
	if i := k.begin(); i.State != payments.Cancelled || i.Reason != "gateway.reason.not_set_up" {
		t.Errorf("%+v", i)
	}
	_, err := k.try()
	k.WantFault(err, "fault.gateway_gone")
	if k.lacks() != "refused" || k.saves() != 0 || k.count("SELECT count(*) FROM notifications WHERE kind = 'gateway_refused'") != 1 {
		t.Errorf("lacks %q", k.lacks())
	}
	for n := range 3 {
		k.Gateway.Set(func(g *officetest.Gateway) {
			g.Fails = errors.Join(payments.ErrNotSent, payments.ErrKeysRefused, errors.New(`answer 401, request "req_`+strings.Repeat("x", n+2)+`"`))
		})
		k.Must(k.room.AskOpen(ctx))
	}
	if n := strings.Count(log.String(), "answer 401"); n != 1 {
		t.Errorf("logged %d times: %s", n, log.String())
	}
	k.MoveTo(k.Now().Add(2 * time.Hour))
	k.Must(k.room.AskOpen(ctx))
	if n := strings.Count(log.String(), "answer 401"); n != 2 {
		t.Errorf("logged %d times in three hours", n)
	}
	v, err := k.room.GatewayAccount(ctx, staff, "stripe")
	if err != nil || v.Worlds[1].Refused == "" || v.Worlds[0].Refused != "" {
		t.Errorf("%+v %v", v, err)
	}
	k.Gateway.Set(func(g *officetest.Gateway) { g.Fails = nil })
	if _, err := k.room.TestGateway(ctx, staff, "stripe", "live"); err != nil || k.lacks() != "" {
		t.Errorf("%v, lacks %q", err, k.lacks())
	}
	k.begin()
}

// What was the matter is said as what it was.
func TestWhyAnOrderWasNotMade(t *testing.T) {
	for reason, why := range map[string]error{"gateway.reason.not_set_up": payments.ErrBadOrder, "gateway.reason.clock": errors.Join(payments.ErrBadOrder, payments.ErrClock), "gateway.reason.unreachable": payments.ErrUnreached} {
		k := newKeyRoom(t)
		k.typed("live")
		k.Gateway.Set(func(g *officetest.Gateway) { g.Fails = errors.Join(payments.ErrNotSent, why) })
		if i := k.begin(); i.State != payments.Cancelled || i.Reason != reason || k.lacks() != "" {
			t.Errorf("%v: %+v", why, i)
		}
	}
}

// A key without the right to read events takes money all the same; the firm is told once.
func TestMuteKeys(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live")
	k.g.mute = true
	k.Gateway.Set(func(g *officetest.Gateway) { g.NewsFails = payments.ErrKeysRefused })
	for range 2 {
		k.Must(k.room.AskOpen(ctx))
		k.MoveTo(k.Now().Add(10 * time.Minute))
	}
	v, err := k.room.GatewayAccount(ctx, staff, "stripe")
	if err != nil || !v.Worlds[1].Mute || k.lacks() != "" || k.count("SELECT count(*) FROM notifications WHERE kind = 'gateway_mute'") != 1 {
		t.Errorf("%+v %v, lacks %q", v, err, k.lacks())
	}
	steps, err := k.room.TestGateway(ctx, staff, "stripe", "live")
	k.Must(err)
	for _, s := range steps {
		if s.Name == "events" && (s.State != "failed" || s.Advice != "gateway.test.mute") {
			t.Errorf("%+v", s)
		}
	}
	k.Gateway.Set(func(g *officetest.Gateway) { g.NewsFails = nil })
	k.Must(k.room.AskOpen(ctx))
	if v, err = k.room.GatewayAccount(ctx, staff, "stripe"); err != nil || v.Worlds[1].Mute {
		t.Errorf("%+v %v", v, err)
	}
}

// The keys of another account: refused while anything is open with the one before, else by word,
// and what only that one knew is given up.
func TestKeysOfAnotherAccount(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live")
	k.allowSaving()
	c := k.Customer("Marie", nil)
	i, err := k.room.SaveMethod(ctx, officetest.Contact(c), payments.SaveMethod{Key: k.Key(), Gateway: "stripe"})
	k.Must(err)
	k.g.account = "acct_2"
	change := payments.KeysChange{Gateway: "stripe", Mode: "live", Key: "sk_live_otheraccount"}
	_, err = k.room.SaveKeys(ctx, staff, change)
	k.WantFault(err, "fault.gateways.other_account_open")
	k.Gateway.End("intent-"+i.PublicID, payments.NeedsAction, payments.Succeeded)
	_, err = k.room.AskAbout(ctx, staff, i.PublicID)
	k.Must(err)
	_, err = k.room.SaveKeys(ctx, staff, change)
	k.WantFault(err, "fault.gateways.other_account")
	if key, _, err := k.keys().Take(ctx, "stripe", "live"); err != nil || key != "sk_live_abcdefgh" || len(k.safe.kept) != 1 {
		t.Errorf("a key that was not taken is in force: %q %v, %d kept", key, err, len(k.safe.kept))
	}
	change.OtherAccount = true
	_, err = k.room.SaveKeys(ctx, staff, change)
	k.Must(err)
	if kept, err := k.room.KeptMethods(ctx, staff, c.PublicID); err != nil || len(kept) != 0 {
		t.Errorf("%+v %v", kept, err)
	}
	if k.count("SELECT count(*) FROM gateway_customers") != 0 || k.count("SELECT count(*) FROM kept_methods WHERE detach_owed = 1") != 0 || k.count("SELECT count(*) FROM mails WHERE kind = 'method_removed'") != 1 {
		t.Error("what the account before knew is not given up, or not told")
	}
	k.typed("live") // the same account from now on
	k.Sound()
}

// Typed without a network: the Tester finds out whose they are, and until that is settled they
// are not used.
func TestAnotherAccountIsFoundByTheTester(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live")
	k.g.account, k.g.says = "acct_2", payments.ErrUnreached
	k.typed("live")
	k.g.says = nil
	steps, err := k.room.TestGateway(ctx, staff, "stripe", "live")
	if err != nil || steps[1].State != "failed" || steps[1].Advice != "gateway.test.other_account" || k.lacks() != "refused" {
		t.Errorf("%+v %v, lacks %q", steps, err, k.lacks())
	}
	_, err = k.try()
	k.WantFault(err, "fault.gateway_gone")
	_, err = k.room.SaveKeys(ctx, staff, payments.KeysChange{Gateway: "stripe", Mode: "live", Key: "sk_live_abcdefgh", OtherAccount: true})
	if err != nil || k.lacks() != "" {
		t.Errorf("%v, lacks %q", err, k.lacks())
	}
}

// An attempt that its gateway does not know any more: never guessed, told after a day, ended by
// the firm alone.
func TestAnAttemptThatIsMissing(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live")
	i := k.begin()
	k.Gateway.End("intent-"+i.PublicID, payments.NeedsAction, payments.Processing)
	_, err := k.room.AskAbout(ctx, staff, i.PublicID)
	k.Must(err)
	_, err = k.room.CloseAttempt(ctx, staff, i.PublicID, "")
	k.WantField(err, "why", "fault.required")
	_, err = k.room.CloseAttempt(ctx, staff, i.PublicID, "Il a changé d'avis")
	k.WantFault(err, "fault.gateways.cannot_close") // a debit is on its way
	k.Gateway.Set(func(g *officetest.Gateway) { g.Fails = errors.Join(payments.ErrNotSent, payments.ErrMissing) })
	for range 5 {
		k.Must(k.room.AskOpen(ctx))
		k.MoveTo(k.Now().Add(9 * time.Hour))
	}
	if got, err := k.room.StaffIntent(ctx, staff, i.PublicID); err != nil || got.State != payments.Processing || k.count("SELECT count(*) FROM notifications WHERE kind = 'attempt_missing'") != 1 {
		t.Errorf("%+v %v: %d notices", got, err, k.count("SELECT count(*) FROM notifications WHERE kind = 'attempt_missing'"))
	}
	got, err := k.room.CloseAttempt(ctx, staff, i.PublicID, "Autre compte Stripe")
	if err != nil || got.State != payments.Cancelled || k.count("SELECT count(*) FROM audit_log WHERE action = 'payment.attempt_closed' AND details LIKE '%Autre compte Stripe%'") != 1 {
		t.Errorf("%+v %v", got, err)
	}
	_, err = k.room.CloseAttempt(ctx, staff, i.PublicID, "encore")
	k.WantFault(err, "fault.gateways.ended")
	if _, err := k.room.RemoveKeys(ctx, staff, "stripe", "live"); err != nil {
		t.Error(err)
	}
}

// A page that waits is ended at the gateway; who was quicker has paid.
func TestAPageIsClosedByHand(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live")
	left, paid := k.begin(), k.begin()
	k.Gateway.End("intent-"+paid.PublicID, payments.NeedsAction, payments.Succeeded)
	if got, err := k.room.CloseAttempt(ctx, staff, left.PublicID, "Payé au comptoir"); err != nil || got.State != payments.Cancelled || k.Gateway.Known["intent-"+left.PublicID].State != payments.Cancelled {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := k.room.CloseAttempt(ctx, staff, paid.PublicID, "Payé au comptoir"); err != nil || got.State != payments.Succeeded || got.PaymentID == "" {
		t.Errorf("%+v %v", got, err)
	}
}

// A page that was closed by hand while its gateway did not answer is closed there as soon as it
// does, however often it was asked about before.
func TestAPageClosedByHandIsClosedLater(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	dbtest.Tamper(t, b.Path, "UPDATE payment_intents SET asks = 20")
	b.Payments.Gateways = []payments.Gateway{&slow{Gateway: b.Gateway, wait: func(context.Context) error { return payments.ErrUnreached }}}
	if got, err := b.Payments.CloseAttempt(ctx, staff, i.PublicID, "Payé au comptoir"); err != nil || got.State != payments.Cancelled {
		t.Errorf("%+v %v", got, err)
	}
	b.Payments.Gateways = []payments.Gateway{b.Gateway}
	b.Must(b.Payments.ClosePages(ctx))
	if b.Gateway.Known["intent-"+i.PublicID].State != payments.Cancelled {
		t.Error("it can still be paid on")
	}
}

// Pages that were given up and not closed yet, and methods that are still to be forgotten, keep
// the keys that they need.
func TestKeysStayForWhatIsOwed(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live")
	k.begin()
	dbtest.Tamper(t, k.Path, "UPDATE payment_intents SET state = 'cancelled', watched = 1")
	_, err := k.room.RemoveKeys(ctx, staff, "stripe", "live")
	k.WantFault(err, "fault.gateways.under_way")
	dbtest.Tamper(t, k.Path, "UPDATE payment_intents SET watched = 0", "INSERT INTO kept_methods (public_id, customer_id, gateway, mode, token, kind, last4, created_at, deleted_at, detach_owed) VALUES ('k1', 1, 'stripe', 'live', 'pm_x', 'card', '4242', '', 'x', 1)")
	_, err = k.room.RemoveKeys(ctx, staff, "stripe", "live")
	k.WantFault(err, "fault.gateways.under_way")
	k.Must(k.room.AskOpen(ctx))
	if _, err = k.room.RemoveKeys(ctx, staff, "stripe", "live"); err != nil || len(k.safe.kept) != 0 {
		t.Errorf("%v, %d kept", err, len(k.safe.kept))
	}
}

// A write that fails leaves the key in force that was.
func TestAKeyThatCannotBeWritten(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live")
	dbtest.Tamper(t, k.Path, "CREATE TRIGGER full BEFORE UPDATE ON gateway_accounts BEGIN SELECT RAISE(ABORT, 'full'); END")
	if _, err := k.save("live", "sk_live_replacedABCD", "whsec_secret"); err == nil {
		t.Fatal("written")
	}
	if key, hook, err := k.keys().Take(ctx, "stripe", "live"); err != nil || key != "sk_live_abcdefgh" || hook != "" || len(k.safe.kept) != 1 {
		t.Errorf("%q %q %v, %d kept", key, hook, err, len(k.safe.kept))
	}
}

// A secret of a webhook is tried by the gateway alone: the Tester says when it called last.
func TestTheSecretOfAWebhookIsNotTriedByTyping(t *testing.T) {
	k := newKeyRoom(t)
	_, err := k.save("live", "sk_live_abcdefgh", "whsec_secret")
	k.Must(err)
	hook := func() payments.KeyStep {
		steps, err := k.room.TestGateway(ctx, staff, "stripe", "live")
		k.Must(err)
		return steps[len(steps)-1]
	}
	if s := hook(); s.Name != "hook" || s.State != "skipped" || s.Advice != "gateway.test.hook_untried" {
		t.Errorf("%+v", s)
	}
	k.Must(k.room.Hear(ctx, "stripe", []byte("evt_1 nobody x"), "good"))
	if s := hook(); s.State != "done" || s.At == "" {
		t.Errorf("%+v", s)
	}
	_, err = k.save("live", "", "whsec_another")
	k.Must(err)
	if s := hook(); s.State != "skipped" {
		t.Errorf("another secret counts as tried: %+v", s)
	}
}

func (k *keyRoom) keys() *payments.Keys { return k.g.keys }
