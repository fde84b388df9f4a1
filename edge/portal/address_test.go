package portal_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/office/access"
)

// mailedCode is the code in the newest mail to the address that Claire wants.
func (f *firm) mailedCode() string {
	f.Helper()
	row := dbtest.Strings(f, f.raw, "SELECT json_extract(args, '$.change') || '/' || json_extract(args, '$.round') FROM mails WHERE kind = 'email_code' ORDER BY id DESC LIMIT 1")
	if len(row) == 0 {
		f.Fatal("no code was mailed")
	}
	change, round, _ := strings.Cut(row[0], "/")
	return f.access.EmailCode(change, round)
}

// signsIn is another browser that comes in with a name and Claire's password.
func (v *visitor) signsIn(name string) (*visitor, answer) {
	v.Helper()
	other := v.visitor(v.server)
	return other, other.post("/connexion", url.Values{"nom": {name}, "mot-de-passe": {good}}.Encode())
}

const clairesAddress = "SELECT email FROM contacts WHERE name = 'Claire Dupont'"

// TestAnotherAddress: nothing changes before the code comes back, which may be guessed five times.
// Then the old mailbox is told, what lies in it and every other session opens nothing, and the
// password goes with the new address.
func TestAnotherAddress(t *testing.T) {
	const old, wanted = "claire@martin.example", "claire@neuve.example"
	f := newFirm(t)
	v := f.byPassword(f.serve())
	elsewhere, a := v.signsIn(old)
	if a.status != http.StatusSeeOther {
		t.Fatal(a.status, excerpt(a.body))
	}
	link := f.linkTo(f.open)
	stands := func(want string) {
		t.Helper()
		if got := dbtest.Strings(t, f.raw, clairesAddress); !slices.Equal(got, []string{want}) {
			t.Fatalf("her address is %q", got)
		}
	}
	ask := func() {
		t.Helper()
		if a := v.post("/profil/courriel", "email="+url.QueryEscape(wanted)); a.status != http.StatusSeeOther {
			t.Fatal(a.status, excerpt(a.body))
		}
	}
	code := func(c string) answer { return v.post("/profil/courriel/code", "code="+c) }
	ask()
	right := f.mailedCode()
	if got := dbtest.Strings(t, f.raw, "SELECT to_address || ' ' || language FROM mails WHERE kind = 'email_code'"); !slices.Equal(got, []string{wanted + " fr"}) {
		t.Errorf("the code went to %q", got)
	}
	wrong := "000000"
	if right == wrong {
		wrong = "111111"
	}
	for range 5 {
		if a := code(wrong); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "pas le code") {
			t.Errorf("%d %s", a.status, excerpt(a.body))
		}
	}
	if a := code(right); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the right code after five wrong ones: %d", a.status)
	}
	stands(old)
	f.turn(10 * time.Minute)
	ask()
	if again := f.mailedCode(); again == right {
		t.Error("the same code twice")
	} else if code(right).status != http.StatusUnprocessableEntity {
		t.Error("the code of an older mail counts")
	}
	f.turn(16 * time.Minute)
	if a := code(f.mailedCode()); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a code that is too old: %d", a.status)
	}
	stands(old)
	v = f.again(v)
	f.turn(time.Hour)
	v = f.again(v)
	ask()
	right = f.mailedCode()
	if a := code(" " + right[:3] + " " + right[3:]); a.status != http.StatusOK || !strings.Contains(a.body, wanted) {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	stands(wanted)
	if a := code(right); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a code twice: %d", a.status)
	}
	if got := dbtest.Strings(t, f.raw, "SELECT to_address || ' ' || json_extract(args, '$.email') FROM mails WHERE kind = 'email_changed'"); !slices.Equal(got, []string{old + " " + wanted}) {
		t.Errorf("told: %q", got)
	}
	if a := v.get("/profil"); a.status != http.StatusOK {
		t.Errorf("the session that changed it: %d", a.status)
	}
	if a := elsewhere.get("/profil"); a.status != http.StatusSeeOther || a.header.Get("Location") == "" {
		t.Errorf("another session: %d", a.status)
	}
	reader := f.visitor(v.server)
	if a := reader.follow(reader.get(link)); strings.Contains(a.body, "FA-") {
		t.Errorf("a link of the old mailbox opens: %d %s", a.status, excerpt(a.body))
	}
	if _, a := v.signsIn(old); a.status == http.StatusSeeOther {
		t.Error("the old address signs in")
	}
	if _, a := v.signsIn(wanted); a.status != http.StatusSeeOther {
		t.Errorf("the new address does not sign in: %d %s", a.status, excerpt(a.body))
	}
	list, _, err := f.people.History(t.Context(), f.staff, f.claire.PublicID, "")
	f.must(err)
	if h := list[0]; h.Action != "customer.changed_by_contact" || len(h.Changes) != 1 || h.Changes[0].Before != old || h.Changes[0].After != wanted {
		t.Errorf("%+v", h)
	}
}

// again signs Claire in anew, with the password she has.
func (f *firm) again(v *visitor) *visitor {
	f.Helper()
	other, a := v.signsIn("claire@martin.example")
	if a.status != http.StatusSeeOther {
		f.Fatal(a.status, excerpt(a.body))
	}
	return other
}

// TestPasswordIsAskedForAgainAboutPeople: whom the primary contact invites or removes, and another
// address: with a password given too long ago nothing is done, and what was typed stays.
func TestPasswordIsAskedForAgainAboutPeople(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	if a := v.post("/contacts", "cle=proof-people-0&nom=Denis+Roy&courriel=denis%40martin.example&langue=fr&parties=tout"); a.status != http.StatusOK {
		t.Fatal(a.status, excerpt(a.body))
	}
	denis := dbtest.Strings(t, f.raw, "SELECT public_id FROM contacts WHERE email = 'denis@martin.example'")[0]
	for _, act := range []struct{ path, form, rows string }{
		{"/contacts", "cle=proof-people-1&nom=Eve+Roy&courriel=eve%40martin.example&langue=en&parties=choix&partie=quotes&partie=files", `SELECT count(*) FROM contacts WHERE areas = '["quotes","files"]'`},
		{"/contacts/" + denis + "/retrait", "", "SELECT count(*) FROM contacts WHERE archived_at IS NOT NULL"},
		{"/profil/courriel", "email=claire%40neuve.example", "SELECT count(*) FROM mails WHERE kind = 'email_code'"},
	} {
		before := dbtest.Int(t, f.raw, act.rows)
		f.turn(access.ProofLife)
		values := proofForm(t, v.post(act.path, act.form), act.path)
		typed, err := url.ParseQuery(act.form)
		f.must(err)
		if values.Encode() != typed.Encode() {
			t.Errorf("%s: kept %v of %v", act.path, values, typed)
		}
		values.Set("preuve", "Wrong-1-password")
		values = proofForm(t, v.post(act.path, values.Encode()), act.path)
		if n := dbtest.Int(t, f.raw, act.rows); n != before {
			t.Errorf("%s: done without the password", act.path)
		}
		values.Set("preuve", good)
		if a := v.post(act.path, values.Encode()); a.status >= 400 {
			t.Errorf("%s: %d %s", act.path, a.status, excerpt(a.body))
		}
		if n := dbtest.Int(t, f.raw, act.rows); n != before+1 {
			t.Errorf("%s: not done with the password", act.path)
		}
	}
}
