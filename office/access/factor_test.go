package access_test

import (
	"bytes"
	"encoding/base32"
	"errors"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/access"
)

// box seals as the key file does, in shape: the name is bound in, and what is in it is not to be
// read. The real one has its tests in edge/keys.
type box struct{}

func (box) Seal(name string, secret []byte) ([]byte, error) {
	return append([]byte("sealed:"+name+":"), flip(secret)...), nil
}

func (box) Open(name string, sealed []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte("sealed:"+name+":"))
	if !ok {
		return nil, errors.New("not sealed under that name")
	}
	return flip(rest), nil
}

func flip(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] ^ 0x5a
	}
	return out
}

// RFC 6238, appendix B, the lines of SHA-1, to six digits.
func TestCodesAreThoseOfTheRFC(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := access.TOTP(secret, time.Unix(at, 0)); got != want {
			t.Errorf("%d: %s, want %s", at, got, want)
		}
	}
}

// app is the contact's authenticator.
type app struct {
	*house
	secret []byte
}

func (a app) code() string { return access.TOTP(a.secret, a.clock()) }

// factor sets a second factor up for a session.
func (h *house) factor(s access.Session) (app, access.Session, []string) {
	h.Helper()
	h.must(h.BeginFactor(h.Context(), s.Actor))
	f, err := h.Factor(h.Context(), s.Actor)
	h.must(err)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(f.Secret)
	h.must(err)
	a := app{h, secret}
	next, codes, err := h.ConfirmFactor(h.Context(), s.Actor, a.code(), "Phone")
	h.must(err)
	h.turn(30 * time.Second)
	return a, next, codes
}

func (h *house) half() string {
	h.Helper()
	s, err := h.SignIn(h.Context(), "ann@atelier.example", good, access.Browser{Address: "192.0.2.1"})
	h.must(err)
	if s.Half == "" || s.Token != "" {
		h.Fatalf("half %q, token %q", s.Half, s.Token)
	}
	return s.Half
}

func TestFactorFromSettingUpToSigningIn(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	first := h.password(h.ann)
	other := h.password(h.bob)
	if f, err := h.Factor(ctx, first.Actor); err != nil || f.On || f.Secret != "" {
		t.Fatalf("before: %+v %v", f, err)
	}
	h.must(h.BeginFactor(ctx, first.Actor))
	if s, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{}); err != nil || s.Half != "" {
		t.Fatalf("a secret that was only shown counts already: %+v %v", s, err)
	}
	if _, _, err := h.ConfirmFactor(ctx, first.Actor, "000000", ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong first code: %v", err)
	}
	a, now, codes := h.factor(first)
	if now.Actor.Trust != actor.TrustSecondFactor || now.Token == "" || len(codes) != 10 {
		t.Fatalf("%+v, %d codes", now.Actor, len(codes))
	}
	if _, err := h.Resume(ctx, first.Token, ""); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("a session of the password alone goes on: %v", err)
	}
	if _, err := h.Resume(ctx, other.Token, ""); err != nil {
		t.Errorf("another contact's session ended: %v", err)
	}
	half := h.half()
	if _, err := h.Resume(ctx, half, ""); err == nil {
		t.Error("half a sign-in is a session")
	}
	s, err := h.EnterCode(ctx, half, a.code(), access.Browser{Address: "192.0.2.1"})
	h.must(err)
	if s.Actor.Trust != actor.TrustSecondFactor || s.Device == "" {
		t.Errorf("%+v", s)
	}
	back, err := h.Resume(ctx, s.Token, "")
	h.must(err)
	if back.Actor.Trust != actor.TrustSecondFactor {
		t.Errorf("resumed with trust %d", back.Actor.Trust)
	}
	// The secret is not in the file, nor are the codes.
	for _, stored := range dbtest.Strings(t, h.raw, "SELECT CAST(secret AS TEXT) FROM contact_factors UNION ALL SELECT code_hash FROM recovery_codes") {
		if strings.Contains(stored, string(a.secret)) || strings.Contains(stored, codes[0]) {
			t.Error("the file holds a secret in clear")
		}
	}
	if n := h.int("SELECT count(*) FROM mails WHERE kind = 'portal_factor'"); n != 1 {
		t.Errorf("%d mails tell of it", n)
	}
}

func TestAStepCountsOnceAndOnlyNearNow(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, _, _ := h.factor(h.password(h.ann))
	from := access.Browser{Address: "192.0.2.1"}
	code := a.code()
	_, err := h.EnterCode(ctx, h.half(), code, from)
	h.must(err)
	if _, err := h.EnterCode(ctx, h.half(), code, from); key(err) != "fault.factor_used" {
		t.Errorf("a code worked twice: %v", err)
	}
	for name, c := range map[string]struct {
		off time.Duration
		key string
	}{"one step behind": {30 * time.Second, ""}, "two steps behind": {60 * time.Second, "fault.factor_code"}, "one step ahead": {-30 * time.Second, ""}, "two steps ahead": {-60 * time.Second, "fault.factor_code"}} {
		h.turn(5 * time.Minute)
		code := access.TOTP(a.secret, h.clock().Add(-c.off))
		if _, err := h.EnterCode(ctx, h.half(), code, from); key(err) != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// key is that of the first field that was refused, or of the refusal, "" for none.
func key(err error) string {
	e, ok := fault.As(err)
	if !ok {
		return ""
	}
	for _, f := range e.Fields {
		return f.Key
	}
	return e.Key
}

func TestHalfASignInIsWorthLittle(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, now, _ := h.factor(h.password(h.ann))
	half := h.half()
	for name, c := range map[string]string{"none": "", "a guess": strings.Repeat("a", 60), "cut": half[:len(half)-1], "another's": "x" + half, "long": strings.Repeat("a.", 500)} {
		if _, err := h.EnterCode(ctx, c, a.code(), access.Browser{}); !errors.Is(err, access.ErrHalf) {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.turn(access.CodeTime)
	if _, err := h.EnterCode(ctx, half, a.code(), access.Browser{}); !errors.Is(err, access.ErrHalf) {
		t.Errorf("out of time: %v", err)
	}
	half = h.half()
	h.turn(30 * time.Second) // a code counts once
	_, err := h.ChangePassword(ctx, now.Actor, good, "Autre-chose-77-bleue", a.code(), "")
	h.must(err)
	if _, err := h.EnterCode(ctx, half, a.code(), access.Browser{}); !errors.Is(err, access.ErrHalf) {
		t.Errorf("after a new password: %v", err)
	}
}

// A session of two factors gives a new password for both of them, each wrong one counted.
func TestChangePasswordAsksForTheCode(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, now, recovery := h.factor(h.password(h.ann))
	h.turn(30 * time.Second)
	for name, code := range map[string]string{"none": "", "a guess": "000000", "an old one": access.TOTP(a.secret, h.clock().Add(-time.Hour))} {
		if _, err := h.ChangePassword(ctx, now.Actor, good, "Autre-chose-77-bleue", code, ""); key(err) != "fault.factor_code" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.ChangePassword(ctx, now.Actor, "Wrong-password-1", "Autre-chose-77-bleue", a.code(), ""); !fault.HasField(err, "old") {
		t.Errorf("with a code and no password: %v", err)
	}
	if _, err := h.ChangePassword(ctx, now.Actor, good, "faible", a.code(), ""); !fault.HasField(err, "password") {
		t.Errorf("a weak one: %v", err)
	}
	s, err := h.ChangePassword(ctx, now.Actor, good, "Autre-chose-77-bleue", a.code(), "")
	h.must(err)
	if s.Actor.Trust != actor.TrustSecondFactor {
		t.Errorf("the session goes on with trust %d", s.Actor.Trust)
	}
	if _, err := h.ChangePassword(ctx, s.Actor, "Autre-chose-77-bleue", good, a.code(), ""); key(err) != "fault.factor_used" {
		t.Errorf("the same code: %v", err)
	}
	s, err = h.ChangePassword(ctx, s.Actor, "Autre-chose-77-bleue", good, recovery[0], "")
	h.must(err)
	for range 6 {
		_, err = h.ChangePassword(ctx, s.Actor, good, "Autre-chose-77-bleue", "000000", "")
	}
	if !fault.Is(err, fault.TooMany) {
		t.Errorf("guesses at it: %v", err)
	}
}

// A mailbox is one factor: who reads the mail of a forgotten password has not the phone.
func TestANewPasswordStillOwesTheCode(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, now, _ := h.factor(h.password(h.ann))
	token, _ := h.link(h.ann, access.PasswordLink)
	s, err := h.ChoosePassword(ctx, token, "Autre-chose-77-bleue", "192.0.2.9", "Thief")
	h.must(err)
	if s.Token != "" || s.Half == "" {
		t.Fatalf("a mailed link alone opened %+v", s)
	}
	if _, err := h.Resume(ctx, now.Token, ""); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("the old session goes on: %v", err)
	}
	_, err = h.EnterCode(ctx, s.Half, a.code(), access.Browser{})
	h.must(err)
}

func TestRecoveryCodes(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	_, now, codes := h.factor(h.password(h.ann))
	from := access.Browser{Address: "192.0.2.1"}
	typed := strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))
	s, err := h.EnterCode(ctx, h.half(), typed, from)
	h.must(err)
	if _, err := h.EnterCode(ctx, h.half(), codes[3], from); key(err) != "fault.factor_code" {
		t.Errorf("a code of recovery worked twice: %v", err)
	}
	if f, err := h.Factor(ctx, s.Actor); err != nil || f.Left != 9 {
		t.Errorf("%d left, %v", f.Left, err)
	}
	if n := h.int("SELECT count(*) FROM audit_log WHERE action = 'contact.factor_recovery'"); n != 1 {
		t.Errorf("%d rows tell of it", n)
	}
	more, err := h.RenewRecovery(ctx, now.Actor)
	h.must(err)
	if _, err := h.EnterCode(ctx, h.half(), codes[4], from); key(err) != "fault.factor_code" {
		t.Errorf("an old code opens: %v", err)
	}
	_, err = h.EnterCode(ctx, h.half(), more[0], from)
	h.must(err)
	seen := map[string]bool{}
	for _, c := range append(codes, more...) {
		seen[c] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d different codes of 20", len(seen))
	}
}

// Wrong codes rest by address first: who knows the password and guesses codes elsewhere does not
// keep the owner's browser out.
func TestGuessedCodesDoNotShutTheOwnerOut(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, now, _ := h.factor(h.password(h.ann))
	half := h.half()
	tries := 0
	for i := range 60 {
		_, err := h.EnterCode(ctx, half, "000000", access.Browser{Address: "192.0.2." + string(rune('a'+i%26))})
		if fault.Is(err, fault.Invalid) {
			tries++
		}
	}
	if tries != 20 {
		t.Errorf("%d codes were looked at, 20 are free", tries)
	}
	if _, err := h.EnterCode(ctx, half, a.code(), access.Browser{Address: "203.0.113.1"}); !fault.Is(err, fault.TooMany) {
		t.Errorf("a browser nobody knows need not wait: %v", err)
	}
	if _, err := h.EnterCode(ctx, half, a.code(), access.Browser{Address: "203.0.113.1", Device: now.Device}); err != nil {
		t.Errorf("the owner's own browser has to wait: %v", err)
	}
}

func TestProofAsksForBothFactors(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, now, _ := h.factor(h.password(h.ann))
	h.turn(access.ProofLife)
	r, err := h.Resume(ctx, now.Token, "")
	h.must(err)
	if err := h.BeginFactor(ctx, r.Actor); !errors.Is(err, actor.ErrProof) {
		t.Errorf("begun without proof: %v", err)
	}
	if _, err := h.Prove(ctx, r.Actor, good, ""); key(err) != "fault.factor_code" {
		t.Errorf("the password alone: %v", err)
	}
	if _, err := h.Prove(ctx, r.Actor, "Wrong-1-password", a.code()); !fault.Is(err, fault.Invalid) {
		t.Errorf("the code alone: %v", err)
	}
	who, err := h.Prove(ctx, r.Actor, good, a.code())
	h.must(err)
	if who.Stale {
		t.Error("still to be proved")
	}
}

func TestFactorOff(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, now, _ := h.factor(h.password(h.ann))
	if err := h.BeginFactor(ctx, now.Actor); !errors.Is(err, access.ErrFactorOn) {
		t.Errorf("another secret over one that counts: %v", err)
	}
	if _, err := h.DropFactor(ctx, now.Actor, "Wrong-1-password", a.code(), ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("without the password: %v", err)
	}
	if _, err := h.DropFactor(ctx, now.Actor, good, "123456", ""); key(err) != "fault.factor_code" {
		t.Errorf("without a code: %v", err)
	}
	s, err := h.DropFactor(ctx, now.Actor, good, a.code(), "")
	h.must(err)
	if s.Actor.Trust != actor.TrustPassword || s.Token == "" {
		t.Errorf("%+v", s)
	}
	if s, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{}); err != nil || s.Token == "" {
		t.Errorf("after: %+v %v", s, err)
	}
	if n := h.int("SELECT count(*) FROM recovery_codes"); n != 0 {
		t.Errorf("%d codes are left", n)
	}
}

// The phone and the codes are gone: the firm takes the factor away, and the contact hears of it.
func TestTheFirmResets(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	_, now, _ := h.factor(h.password(h.ann))
	id := dbtest.Strings(t, h.raw, "SELECT public_id FROM contacts WHERE email = 'ann@atelier.example'")[0]
	if err := h.ResetFactor(ctx, now.Actor, id); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact resets: %v", err)
	}
	h.must(h.ResetFactor(ctx, h.staff, id))
	if _, err := h.Resume(ctx, now.Token, ""); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("the session goes on: %v", err)
	}
	if s, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{}); err != nil || s.Token == "" {
		t.Errorf("%+v %v", s, err)
	}
	if n := h.int("SELECT count(*) FROM mails WHERE kind = 'portal_factor' AND to_address = 'ann@atelier.example'"); n != 2 {
		t.Errorf("%d mails, want one when it came and one when it went", n)
	}
	if n := h.int("SELECT count(*) FROM audit_log WHERE action = 'contact.factor_reset'"); n != 1 {
		t.Errorf("%d rows", n)
	}
	if err := h.ResetFactor(ctx, h.staff, id); !errors.Is(err, access.ErrFactorOff) {
		t.Errorf("a second time: %v", err)
	}
	if err := h.ResetFactor(ctx, h.staff, "nobody"); !fault.Is(err, fault.NotFound) {
		t.Errorf("nobody: %v", err)
	}
}
