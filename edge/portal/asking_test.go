package portal_test

import (
	"fmt"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/edge/portal"
)

// TestAnOfficeAsks: people behind one address fill in their requests side by side, each with a typing
// error at every step, and nobody is told to wait; a machine that has codes mailed to everybody is.
func TestAnOfficeAsks(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.limits = portal.Limits{} })
	registering(f)
	s := f.serve()
	zoe, otto := f.visitor(s), f.visitor(s)
	both := func(path, formZoe, formOtto string, status int) {
		t.Helper()
		for v, form := range map[*visitor]string{zoe: formZoe, otto: formOtto} {
			if a := v.post(path, form); a.status != status {
				t.Fatalf("%s: %d %s", path, a.status, excerpt(a.body))
			}
		}
	}
	same := func(path, form string, status int) { t.Helper(); both(path, form, form, status) }
	forms := steps("zoe@lenoir.example")
	same("/inscription/detail", "version=1", 422)
	same("/inscription/detail", "version=1&conditions=1", 303)
	same("/demande/contact", "nom=", 422)
	for v, email := range map[*visitor]string{zoe: "zoe@lenoir.example", otto: "otto@lenoir.example"} {
		if a := v.post("/demande/contact", steps(email)["contact"]); a.status != 303 {
			t.Fatalf("%d %s", a.status, excerpt(a.body))
		}
		if a := v.post("/demande/code", "code=12345"); a.status != 422 {
			t.Fatalf("a wrong code: %d", a.status)
		}
		row := dbtest.Strings(f, f.raw, "SELECT public_id FROM access_requests WHERE email = '"+email+"'")
		if a := v.post("/demande/code", "code="+f.registration.Code(row[0], "1")); a.status != 303 {
			t.Fatalf("%d %s", a.status, excerpt(a.body))
		}
	}
	same("/demande/societe", "societe=", 422)
	same("/demande/societe", forms["societe"], 303)
	same("/demande/questions", forms["questions"], 303)
	same("/demande/envoi", "", 303)
	if n := f.count("SELECT count(*) FROM access_requests WHERE state = 'sent'"); n != 2 {
		t.Fatalf("%d sent", n)
	}

	statuses, before := map[int]int{}, f.count("SELECT count(*) FROM mails WHERE kind = 'signup_code'")
	for i := range 30 {
		v := f.visitor(s)
		statuses[v.post("/inscription/detail", "version=1&conditions=1").status]++
		for j := range 6 {
			f.turn(time.Second)
			statuses[v.post("/demande/contact", steps(fmt.Sprintf("n%d-%d@lenoir.example", i, j))["contact"]).status]++
		}
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'signup_code'") - before; n > 46 || n < 20 || statuses[429] == 0 { // 40, and one more after each rest
		t.Errorf("%d codes mailed for one address: %v", n, statuses)
	}
	if n := f.count("SELECT count(*) FROM access_requests"); n > 26 { // 20, and one more after each rest
		t.Errorf("%d requests of one address", n)
	}
	f.turn(4 * time.Hour) // the screen in the hall is free again
	if a := f.visitor(s).post("/inscription/detail", "version=1&conditions=1"); a.status != 303 {
		t.Errorf("hours later: %d", a.status)
	}
}
