package payments_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

// safe is a vault in memory.
type safe struct {
	kept map[string]string
	gone bool // the keyring of another machine
}

func (s *safe) Keep(name, secret string) ([]byte, error) {
	s.kept[name] = secret
	return []byte{'R'}, nil
}

func (s *safe) Reveal(name string, _ []byte) (string, error) {
	secret, ok := s.kept[name]
	if !ok || s.gone {
		return "", errors.New("safe: not here")
	}
	return secret, nil
}

func (s *safe) Forget(name string, _ []byte) { delete(s.kept, name) }

// keyed is a gateway that keys open: sk_test_…, sk_live_….
type keyed struct {
	*officetest.Gateway
	keys    *payments.Keys
	says    error  // to whoever tries its keys
	account string // whose they are
	mute    bool
}

func (k *keyed) Ready(ctx context.Context) (string, bool) {
	mode := k.keys.Mode(ctx, "stripe")
	key, _, err := k.keys.Take(ctx, "stripe", mode)
	return mode, err == nil && key != ""
}

func (k *keyed) Whose(context.Context, string) (string, error) { return k.account, k.says }

func (k *keyed) Test(ctx context.Context, mode string) (payments.Account, error) {
	if k.says != nil {
		return payments.Account{}, k.says
	}
	a, err := k.Gateway.Test(ctx, mode)
	a.ID, a.Mute = k.account, k.mute
	return a, err
}

func (k *keyed) Name() string { return "stripe" }
func (k *keyed) KeyMode(key string) string {
	rest, ok := strings.CutPrefix(key, "sk_")
	if mode, _, found := strings.Cut(rest, "_"); ok && found {
		return mode
	}
	return ""
}
func (k *keyed) HookForm(secret string) bool { return strings.HasPrefix(secret, "whsec_") }

type keyRoom struct {
	*officetest.Firm
	room *payments.Service
	safe *safe
	g    *keyed
}

func newKeyRoom(t *testing.T) *keyRoom {
	t.Helper()
	f := officetest.New(t)
	s := &safe{kept: map[string]string{}}
	keys := payments.NewKeys(f.DB, s)
	f.Gateway.Both = true
	g := &keyed{Gateway: f.Gateway, keys: keys, account: "acct_1"}
	room := payments.New(payments.Deps{DB: f.DB, IDs: id.Seeded(7), Sales: f.Sales, Printer: officetest.Printer{}, Gateways: []payments.Gateway{g}, Keys: keys})
	return &keyRoom{f, room, s, g}
}

// typed keeps a key of each of the worlds, the first of them in use.
func (k *keyRoom) typed(modes ...string) {
	k.T.Helper()
	for _, mode := range modes {
		_, err := k.save(mode, "sk_"+mode+"_abcdefgh", "")
		k.Must(err)
	}
}

func (k *keyRoom) mode(mode string) {
	k.T.Helper()
	_, err := k.room.SetGatewayMode(ctx, staff, "stripe", mode)
	k.Must(err)
}

func (k *keyRoom) try() (payments.Intent, error) {
	c := k.Customer("Client", nil)
	d := k.Issue(form(c, line(10_000)))
	return k.room.StartPayment(ctx, officetest.Contact(c), payments.StartPayment{Key: k.Key(), DocumentID: d.PublicID, ExpectMinor: d.DueMinor, Gateway: "stripe"})
}

// begin opens a page on an invoice.
func (k *keyRoom) begin() payments.Intent {
	k.T.Helper()
	i, err := k.try()
	k.Must(err)
	return i
}

// demo makes the company one in which trials are allowed.
func (k *keyRoom) demo() { dbtest.Tamper(k.T, k.Path, "UPDATE company SET is_demo = 1") }

func (k *keyRoom) count(query string) int64 {
	k.T.Helper()
	return dbtest.Int(k.T, dbtest.Raw(k.T, k.Path), query)
}

func (k *keyRoom) save(mode, key, hook string) (payments.GatewayAccountView, error) {
	return k.room.SaveKeys(ctx, staff, payments.KeysChange{Gateway: "stripe", Mode: mode, Key: key, Hook: hook})
}

func TestKeysAreKeptAndNeverReadBack(t *testing.T) {
	k := newKeyRoom(t)
	v, err := k.save("live", " sk_live_abcdefghWXYZ ", "whsec_secret")
	k.Must(err)
	if v.Mode != "live" || !v.Worlds[1].HasKey || v.Worlds[1].Hint != "WXYZ" || !v.Worlds[1].HasHook || v.Worlds[0].HasKey {
		t.Errorf("%+v", v)
	}
	b, err := json.Marshal(v)
	k.Must(err)
	if strings.Contains(string(b), "abcdefgh") || strings.Contains(string(b), "whsec") {
		t.Errorf("read back: %s", b)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, k.Path), "SELECT count(*) FROM audit_log WHERE details LIKE '%abcdefgh%'"); n != 0 {
		t.Error("the key stands in the log")
	}
	key, hook, err := k.g.keys.Take(ctx, "stripe", "live")
	if err != nil || key != "sk_live_abcdefghWXYZ" || hook != "whsec_secret" || k.g.keys.Mode(ctx, "stripe") != "live" {
		t.Error(key, hook, err)
	}
	_, err = k.save("live", "sk_live_replacedABCD", "") // what is not typed stays
	k.Must(err)
	if key, hook, _ = k.g.keys.Take(ctx, "stripe", "live"); key != "sk_live_replacedABCD" || hook != "whsec_secret" {
		t.Error(key, hook)
	}
	k.safe.gone = true
	fresh := payments.NewKeys(k.DB, k.safe)
	if _, _, err := fresh.Take(ctx, "stripe", "live"); err == nil {
		t.Error("a key that is in no keyring of this machine was found")
	}
}

func TestKeysOfTheOtherWorldAreRefused(t *testing.T) {
	k := newKeyRoom(t)
	for _, c := range []struct{ mode, key, hook, field, fault string }{
		{"test", "sk_live_abcdefgh", "", "key", "fault.gateways.key_of_live"}, {"live", "sk_test_abcdefgh", "", "key", "fault.gateways.key_of_test"},
		{"test", "pk-test", "", "key", "fault.gateways.key_form"}, {"test", "", "", "key", "fault.required"}, {"test", "", "secret", "hook", "fault.gateways.hook_form"},
	} {
		_, err := k.save(c.mode, c.key, c.hook)
		k.WantField(err, c.field, c.fault)
	}
	if len(k.safe.kept) != 0 {
		t.Error("a refused key was kept", len(k.safe.kept))
	}
	if _, err := k.room.SaveKeys(ctx, staff, payments.KeysChange{Gateway: "gold", Mode: "test", Key: "sk_test_a"}); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

func TestModesAreChangedByWord(t *testing.T) {
	k := newKeyRoom(t)
	_, err := k.save("test", "sk_test_abcdefgh", "")
	k.Must(err)
	_, err = k.room.SetGatewayMode(ctx, staff, "stripe", "live")
	k.WantFault(err, "fault.gateways.no_key")
	v, err := k.save("live", "sk_live_abcdefgh", "")
	if err != nil || v.Mode != "test" {
		t.Error("live because its key was typed", v.Mode, err)
	}
	v, err = k.room.SetGatewayMode(ctx, staff, "stripe", "live")
	if err != nil || v.Mode != "live" || k.g.keys.Mode(ctx, "stripe") != "live" {
		t.Error(v.Mode, err)
	}
	v, err = k.room.RemoveKeys(ctx, staff, "stripe", "test")
	if err != nil || v.Worlds[0].HasKey || len(k.safe.kept) != 1 {
		t.Errorf("%+v %v", v, err)
	}
	if key, _, err := k.g.keys.Take(ctx, "stripe", "test"); err != nil || key != "" {
		t.Error(key, err)
	}
}

func TestKeysStayWhileSomethingIsUnderWay(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live")
	k.begin()
	_, err := k.room.RemoveKeys(ctx, staff, "stripe", "live")
	k.WantFault(err, "fault.gateways.under_way")
}

func TestTesterTellsStepByStep(t *testing.T) {
	k := newKeyRoom(t)
	_, err := k.room.TestGateway(ctx, staff, "stripe", "test")
	k.WantFault(err, "fault.gateways.no_key")
	_, err = k.save("test", "sk_test_abcdefgh", "")
	k.Must(err)
	steps, err := k.room.TestGateway(ctx, staff, "stripe", "test")
	k.Must(err)
	states := map[string]string{}
	for _, s := range steps {
		states[s.Name] = s.State
	}
	if states["key"] != "done" || states["account"] != "done" || states["events"] != "done" || states["hook"] != "skipped" || len(states) != 8 {
		t.Errorf("%v", states)
	}
	if v, err := k.room.GatewayAccount(ctx, staff, "stripe"); err != nil || v.TestedAt == "" {
		t.Errorf("%+v %v", v, err)
	}
	for advice, says := range map[string]error{"gateway.test.unreachable": errors.New("no network"), "fault.stripe_key_refused": fault.New(fault.Invalid, "fault.stripe_key_refused")} {
		k.g.says = says
		if steps, err = k.room.TestGateway(ctx, staff, "stripe", "test"); err != nil || len(steps) != 1 || steps[0].State != "failed" || steps[0].Advice != advice {
			t.Errorf("%+v %v", steps, err)
		}
	}
}
