package users_test

import (
	"context"
	"database/sql"
	"encoding/base32"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/users"
)

const (
	good  = "Rabot-Chêne-41"
	other = "Copeaux-Frêne-52"
)

var here = users.From{Door: users.LAN, Address: "192.168.1.20", UserAgent: "Firefox"}

// box is a seal that anybody could open; the key file's is tried in edge/keys.
type box struct{}

func (box) Seal(name string, secret []byte) ([]byte, error) {
	return append([]byte(name+"\x00"), secret...), nil
}
func (box) Open(name string, sealed []byte) ([]byte, error) {
	secret, ok := strings.CutPrefix(string(sealed), name+"\x00")
	if !ok {
		return nil, errors.New("another name")
	}
	return []byte(secret), nil
}

// firm is a company with its principal, a mail server, and a clock to turn.
type firm struct {
	*testing.T
	*users.Service
	mu    sync.Mutex
	now   time.Time
	db    *db.DB
	raw   *sql.DB
	cust  *customers.Service
	ended int
}

func (f *firm) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *firm) turn(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func newFirm(t *testing.T) *firm {
	t.Helper()
	f := &firm{T: t, now: dbtest.Instant}
	path := dbtest.File(t)
	f.db, f.raw = dbtest.Open(t, path, db.Options{Clock: f.clock}), dbtest.Raw(t, path)
	ids := id.Seeded(11)
	door := access.New(access.Deps{DB: f.db, IDs: ids, Key: []byte(strings.Repeat("k", 32)), Hashing: 4, Seal: box{}})
	f.Service = users.New(users.Deps{DB: f.db, IDs: ids, Access: door, Ended: func() { f.mu.Lock(); f.ended++; f.mu.Unlock() }})
	none := func(context.Context, *db.Tx, string) error { return nil }
	f.must(company.New(f.db, ids, none, nil).Create(t.Context(), actor.Machine(), company.Create{Name: "Menuiserie Vasseur", Country: "FR", Language: "fr", Email: "eve@vasseur.example"}))
	f.cust = customers.New(f.db, ids, door.CloseContact).Ending(door.EndSessions)
	f.exec("UPDATE mail_settings SET host = 'mail.vasseur.example'")
	return f
}

func (f *firm) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *firm) exec(statement string, args ...any) {
	f.Helper()
	_, err := f.raw.ExecContext(f.Context(), statement, args...)
	f.must(err)
}

func (f *firm) int(query string, args ...any) (n int64) {
	f.Helper()
	f.must(f.raw.QueryRowContext(f.Context(), query, args...).Scan(&n))
	return n
}

func (f *firm) text(query string, args ...any) (s string) {
	f.Helper()
	f.must(f.raw.QueryRowContext(f.Context(), query, args...).Scan(&s))
	return s
}

// key is what a fault's key is, or the key beside its first field.
func key(err error) string {
	e, ok := fault.As(err)
	if !ok {
		return ""
	}
	if len(e.Fields) > 0 {
		return e.Fields[0].Path + " " + e.Fields[0].Key
	}
	return e.Key
}

func (f *firm) refused(err error, want string) {
	f.Helper()
	if key(err) != want {
		f.Errorf("%v (%s), want %s", err, key(err), want)
	}
}

// principal gives the principal with a password and a session.
func (f *firm) principal() actor.Actor {
	f.Helper()
	lone, err := f.Lone(f.Context())
	f.must(err)
	s, err := f.ChangePassword(f.Context(), lone, users.PasswordChange{Password: good, Again: good}, here)
	f.must(err)
	return s.Actor
}

// hire makes a user of a role who has chosen a password, and gives it signed in.
func (f *firm) hire(by actor.Actor, name string, role actor.Role) (actor.Actor, users.User) {
	f.Helper()
	email := strings.ToLower(name) + "@vasseur.example"
	made, err := f.Create(f.Context(), by, users.Form{Name: name, Email: email, Language: "fr", Role: role}, "key-hire-"+name)
	f.must(err)
	s, err := f.ChoosePassword(f.Context(), f.mailed(email), good, good, here)
	f.must(err)
	return s.Actor, f.user(made.UserID)
}

func (f *firm) user(publicID string) users.User {
	f.Helper()
	list, err := f.List(f.Context(), actor.Machine())
	f.must(err)
	for _, u := range list {
		if u.PublicID == publicID {
			return u
		}
	}
	f.Fatalf("no user %s", publicID)
	return users.User{}
}

// mailed is the token of the newest link that went to an address.
func (f *firm) mailed(to string) string {
	f.Helper()
	return f.Token(f.text("SELECT json_extract(args, '$.user_link') FROM mails WHERE kind = 'user_link' AND to_address = ? ORDER BY id DESC LIMIT 1", to))
}

func TestSignIn(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	s, err := f.SignIn(t.Context(), "EVE@vasseur.example ", good, here)
	f.must(err)
	who, err := f.Resume(t.Context(), s.Token, here)
	f.must(err)
	if who.ID != p.ID || who.Role != actor.Principal || who.Stale || len(s.Token) != 43 {
		t.Errorf("%+v", who)
	}
	if n := f.int("SELECT count(*) FROM user_sessions WHERE token_hash = ? OR instr(token_hash, ?) > 0", s.Token, s.Token); n != 0 {
		t.Error("the file holds the token itself")
	}
	for name, c := range map[string][2]string{"wrong password": {"eve@vasseur.example", "nope"}, "unknown": {"nobody@vasseur.example", good}, "empty": {"", ""}, "far too long": {"eve@vasseur.example", strings.Repeat("x", 500)}} {
		if _, err := f.SignIn(t.Context(), c[0], c[1], here); err != access.ErrSignIn { //nolint:errorlint // the very same answer
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := f.int("SELECT count(*) FROM audit_log WHERE action = 'user.sign_in_failed'"); n != 2 {
		t.Errorf("%d failed sign-ins in the log", n)
	}
	if n := f.int("SELECT count(*) FROM audit_log WHERE instr(details || actor_name, 'nobody') > 0 OR instr(details, 'nope') > 0"); n != 0 {
		t.Error("the log keeps what strangers typed")
	}
	f.turn(users.ProofLife)
	if who, err = f.Resume(t.Context(), s.Token, here); err != nil || !who.Stale {
		t.Errorf("a password of %s ago still counts: %+v %v", users.ProofLife, who, err)
	}
}

// Known and unknown names cost the same: the same rows, and the hash of the same size.
func TestUnknownNamesCostTheSame(t *testing.T) {
	f := newFirm(t)
	f.principal()
	work := func(email string) (rows int64, bytes uint64) {
		var before, after runtime.MemStats
		count := "SELECT (SELECT count(*) FROM audit_log) + (SELECT COALESCE(sum(failures), 0) FROM sign_in_failures)"
		n := f.int(count)
		runtime.ReadMemStats(&before)
		if _, err := f.SignIn(t.Context(), email, "Quelconque-1", here); err == nil {
			t.Fatal("let in")
		}
		runtime.ReadMemStats(&after)
		return f.int(count) - n, after.TotalAlloc - before.TotalAlloc
	}
	knownRows, known := work("eve@vasseur.example")
	unknownRows, unknown := work("personne@vasseur.example")
	if const19 := uint64(19 << 20); known < const19 || unknown < const19 || knownRows != unknownRows {
		t.Errorf("known: %d rows, %d bytes; unknown: %d rows, %d bytes", knownRows, known, unknownRows, unknown)
	}
}

func TestThrottle(t *testing.T) {
	f := newFirm(t)
	f.principal()
	from := users.From{Door: users.LAN, Address: "192.168.1.66"}
	for range 5 {
		if _, err := f.SignIn(t.Context(), "eve@vasseur.example", "Faux-Mot-1", from); !errors.Is(err, access.ErrSignIn) {
			t.Fatal(err)
		}
	}
	if _, err := f.SignIn(t.Context(), "eve@vasseur.example", good, from); !fault.Is(err, fault.TooMany) {
		t.Errorf("the sixth try from one place: %v", err)
	}
	logged := f.int("SELECT count(*) FROM audit_log WHERE action = 'user.sign_in_failed'")
	for range 50 {
		if _, err := f.SignIn(t.Context(), "eve@vasseur.example", "Faux-Mot-1", from); !fault.Is(err, fault.TooMany) {
			t.Fatal(err)
		}
	}
	if n := f.int("SELECT count(*) FROM audit_log WHERE action = 'user.sign_in_failed'"); n != logged {
		t.Errorf("turned away and logged all the same: %d then %d", logged, n)
	}
	if _, err := f.SignIn(t.Context(), "eve@vasseur.example", good, here); err != nil {
		t.Errorf("the owner elsewhere is kept out: %v", err)
	}
	for i := range 40 { // many names from one address rest as well
		_, err := f.SignIn(t.Context(), "x"+string(rune('a'+i%26))+string(rune('a'+i/26))+"@vasseur.example", "Faux-Mot-1", from)
		if i == 39 && !fault.Is(err, fault.TooMany) {
			t.Errorf("the fortieth name of one address: %v", err)
		}
	}
	f.turn(20 * time.Minute)
	if _, err := f.SignIn(t.Context(), "eve@vasseur.example", good, from); err != nil {
		t.Errorf("after the rest: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	f := newFirm(t)
	f.principal()
	in := func() users.Session {
		s, err := f.SignIn(t.Context(), "eve@vasseur.example", good, here)
		f.must(err)
		return s
	}
	gone := func(what string, s users.Session) {
		t.Helper()
		if _, err := f.Resume(t.Context(), s.Token, here); !errors.Is(err, users.ErrSignInNeeded) || f.Stands(t.Context(), s.Token, here.Door) {
			t.Errorf("%s: the session goes on (%v)", what, err)
		}
	}
	out := in()
	f.must(f.SignOut(t.Context(), out.Actor))
	gone("signed out", out)

	a, b := in(), in()
	f.must(f.EndOthers(t.Context(), a.Actor))
	gone("ended from elsewhere", b)
	list, err := f.Sessions(t.Context(), a.Actor)
	f.must(err)
	if len(list) != 1 || !list[0].Current || list[0].Address != here.Address {
		t.Errorf("%+v", list)
	}
	b = in()
	fresh, err := f.ChangePassword(t.Context(), a.Actor, users.PasswordChange{Old: good, Password: other, Again: other}, here)
	f.must(err)
	gone("password changed", a)
	gone("password changed elsewhere", b)
	if _, err := f.Resume(t.Context(), fresh.Token, here); err != nil {
		t.Errorf("the session that changed it: %v", err)
	}
	if f.EndSession(t.Context(), fresh.Actor, "another's") == nil {
		t.Error("a session of nobody was ended")
	}
	f.turn(users.SessionIdle)
	gone("idle", fresh)
	for _, forged := range []string{"", "x", strings.Repeat("A", 43), fresh.Token + "A"} {
		gone("forged", users.Session{Token: forged})
	}
}

func TestPasswordsAreJudged(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	for in, want := range map[users.PasswordChange]string{
		{Old: "faux", Password: other, Again: other}:               "old fault.password_old",
		{Old: good, Password: "Ab1-", Again: "Ab1-"}:               "password fault.password_short",
		{Old: good, Password: "sansclasse", Again: "sansclasse"}:   "password fault.password_classes",
		{Old: good, Password: "Password1!", Again: "Password1!"}:   "password fault.password_common",
		{Old: good, Password: "Vasseur-12!", Again: "Vasseur-12!"}: "password fault.password_context",
		{Old: good, Password: other, Again: other + "x"}:           "again fault.password_again",
	} {
		_, err := f.ChangePassword(t.Context(), p, in, here)
		f.refused(err, want)
	}
	if n := f.int("SELECT count(*) FROM audit_log WHERE instr(details, ?) > 0", other); n != 0 {
		t.Error("a password stands in the log")
	}
}

func TestForgotten(t *testing.T) {
	f := newFirm(t)
	f.principal()
	for _, email := range []string{"eve@vasseur.example", "inconnue@vasseur.example"} {
		mailed, err := f.Forgot(t.Context(), email, here)
		if err != nil || !mailed {
			t.Errorf("%s: %v %v", email, mailed, err)
		}
	}
	if n := f.int("SELECT count(*) FROM jobs WHERE kind = 'user_forgotten'"); n != 2 {
		t.Errorf("%d look-ups: known and unknown do not cost the same", n)
	}
	run := func(email string) {
		t.Helper()
		f.must(f.RunForgotten(t.Context(), []byte(`{"typed":"`+email+`"}`)))
	}
	run("inconnue@vasseur.example")
	if n := f.int("SELECT count(*) FROM mails"); n != 0 {
		t.Errorf("%d mails to nobody", n)
	}
	run("eve@vasseur.example")
	token := f.mailed("eve@vasseur.example")
	run("eve@vasseur.example") // at once again: bounded
	if n := f.int("SELECT count(*) FROM mails WHERE kind = 'user_link'"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if n := f.int("SELECT count(*) FROM mails WHERE instr(args, ?) > 0", token); n != 0 {
		t.Error("the token stands in the file")
	}
	told := "SELECT count(*) FROM mails WHERE kind = 'user_told' AND to_address = 'eve@vasseur.example' AND json_extract(args, '$.what') = 'password'"
	if n := f.int(told); n != 0 {
		t.Errorf("told %d times that a first password was chosen", n)
	}
	s, err := f.ChoosePassword(t.Context(), token, other, other, here)
	f.must(err)
	if _, err := f.Resume(t.Context(), s.Token, here); err != nil {
		t.Error(err)
	}
	if n := f.int(told); n != 1 {
		t.Errorf("told %d times that the password changed", n)
	}
	_, err = f.ChoosePassword(t.Context(), token, good, good, here)
	f.refused(err, "fault.link_used")
	_, err = f.ChoosePassword(t.Context(), strings.Repeat("A", 43), good, good, here)
	f.refused(err, "fault.link_unknown")
	f.turn(3 * time.Hour)
	run("eve@vasseur.example")
	late := f.mailed("eve@vasseur.example")
	f.turn(users.PasswordLife)
	_, err = f.ChoosePassword(t.Context(), late, good, good, here)
	f.refused(err, "fault.link_expired")
}

// One link, clicked twice at the same moment, sets one password.
func TestALinkOpensOnce(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	made, err := f.Create(t.Context(), p, users.Form{Name: "Léa", Email: "lea@vasseur.example", Language: "fr", Role: actor.Sales}, "key-hire-lea")
	f.must(err)
	if again, err := f.Create(t.Context(), p, users.Form{Name: "Léa", Email: "lea@vasseur.example", Language: "fr", Role: actor.Sales}, "key-hire-lea"); err != nil || again != made {
		t.Errorf("the second click: %+v %v", again, err)
	}
	token := f.mailed("lea@vasseur.example")
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = f.ChoosePassword(context.Background(), token, good, good, here) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if key(err) != "fault.link_used" && key(err) != "fault.link_unknown" {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d clicks set a password", won, len(errs))
	}
}

func TestRecoveryCode(t *testing.T) {
	f := newFirm(t)
	f.exec("UPDATE mail_settings SET host = ''")
	lone, err := f.Lone(t.Context())
	f.must(err)
	code, err := f.MakeRecovery(t.Context(), lone)
	f.must(err)
	p := f.principal()
	if mailed, err := f.Forgot(t.Context(), "eve@vasseur.example", here); mailed || err != nil {
		t.Errorf("mailed without a server: %v %v", mailed, err)
	}
	_, _, err = f.Recover(t.Context(), "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa", other, other, here)
	f.refused(err, "code fault.users.recovery")
	_, _, err = f.Recover(t.Context(), code, other, "autre", here)
	f.refused(err, "again fault.password_again")
	s, next, err := f.Recover(t.Context(), " "+strings.ToUpper(code), other, other, here)
	f.must(err)
	if s.Actor.ID != p.ID || next == "" || next == code {
		t.Errorf("%+v %q", s.Actor, next)
	}
	_, _, err = f.Recover(t.Context(), code, good, good, here)
	f.refused(err, "code fault.users.recovery")
	if _, _, err := f.Recover(t.Context(), next, good, good, here); err != nil {
		t.Errorf("the next code: %v", err)
	}
	if n := f.int("SELECT count(*) FROM audit_log WHERE action = 'user.recovery_failed'"); n != 2 {
		t.Errorf("%d", n)
	}
}

// codeOf is what an authenticator shows for a secret that was typed into it.
func (f *firm) codeOf(typed string, at time.Time) string {
	f.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(typed)
	f.must(err)
	return totp(secret, at)
}

func TestSecondFactor(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	shown, err := f.BeginFactor(t.Context(), p)
	f.must(err)
	if f.int("SELECT count(*) FROM user_factors WHERE instr(CAST(secret AS TEXT), ?) > 0", shown.Typed) != 0 || !strings.Contains(shown.URI, "secret="+shown.Typed) {
		t.Error("the secret is stored as it is shown, or the address lacks it")
	}
	_, _, err = f.ConfirmFactor(t.Context(), p, "000000", here)
	f.refused(err, "code fault.factor_code")
	on, codes, err := f.ConfirmFactor(t.Context(), p, f.codeOf(shown.Typed, f.clock()), here)
	f.must(err)
	if len(codes) != 10 || on.Actor.Trust != actor.TrustSecondFactor {
		t.Errorf("%d codes, %+v", len(codes), on.Actor)
	}
	half, err := f.SignIn(t.Context(), "eve@vasseur.example", good, here)
	f.must(err)
	if half.Token != "" || half.Half == "" {
		t.Fatalf("a password alone opened a session: %+v", half)
	}
	_, err = f.EnterCode(t.Context(), half.Half, f.codeOf(shown.Typed, f.clock()), here) // the step of the first code
	f.refused(err, "code fault.factor_used")
	f.turn(time.Minute)
	if s, err := f.EnterCode(t.Context(), half.Half, f.codeOf(shown.Typed, f.clock()), here); err != nil || s.Token == "" {
		t.Errorf("%v", err)
	}
	half, err = f.SignIn(t.Context(), "eve@vasseur.example", good, here)
	f.must(err)
	if _, err := f.EnterCode(t.Context(), half.Half, codes[3], here); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	_, err = f.EnterCode(t.Context(), half.Half, codes[3], here)
	f.refused(err, "code fault.factor_code")
	_, err = f.EnterCode(t.Context(), half.Half+"x", codes[4], here)
	f.refused(err, "fault.half_signed_in")
	off, err := f.DropFactor(t.Context(), on.Actor, good, codes[5], here)
	f.must(err)
	if off.Token == "" || f.int("SELECT count(*) FROM user_factors") != 0 {
		t.Errorf("%+v", off)
	}
}
