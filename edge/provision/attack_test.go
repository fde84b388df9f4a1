package provision_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/edge/provision"
	"comptoir/office/officetest"
	"comptoir/office/provisioning"
)

// Whatever is wrong with a token, whoever shows it learns nothing: one answer, on every address,
// whether it is one or not.
func TestStrangersLearnNothing(t *testing.T) {
	w := newWorld(t)
	expired, err := w.office.CreateToken(officetest.Ctx, owner, provisioning.NewToken{Key: "key-expired-1", Name: "Bref", Scopes: []string{"accounts:read"}, Expires: w.firm.Now().Format("2006-01-02")})
	w.firm.Must(err)
	revoked, err := w.office.CreateToken(officetest.Ctx, owner, provisioning.NewToken{Key: "key-revoked-1", Name: "Repris", Scopes: []string{"accounts:read"}})
	w.firm.Must(err)
	w.firm.Must(w.office.RevokeToken(officetest.Ctx, owner, revoked.PublicID))
	w.call("GET", "/accounts", "", "Authorization", "Bearer "+expired.Secret).is(200)
	w.firm.MoveTo(w.firm.Now().AddDate(0, 0, 2))
	same := ""
	for _, token := range []string{"", "Bearer", "Bearer ", "Bearer x", "Bearer cpt_", "Bearer cpt_" + strings.Repeat("A", 43), "Bearer " + strings.Repeat("c", 8000), "Basic " + w.token, w.token, "Bearer " + expired.Secret, "Bearer " + revoked.Secret, "Bearer " + w.token[:len(w.token)-1], "Bearer cpt_' OR 1=1 --"} {
		for _, at := range [][2]string{{"GET", "/accounts"}, {"POST", "/accounts"}, {"GET", "/accounts/EV-001"}, {"GET", "/nothing"}, {"DELETE", "/accounts"}, {"OPTIONS", "/accounts"}, {"GET", "/documents/F-1/pdf"}} {
			got := w.call(at[0], at[1], "", "Authorization", token).is(401)
			if same == "" {
				same = got.Body.String()
			}
			if got.Body.String() != same || got.Header().Get("Allow") != "" || got.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("%q on %v: %s", token[:min(len(token), 20)], at, got.Body)
			}
			for name := range got.Header() {
				if strings.HasPrefix(name, "Access-Control") {
					t.Errorf("%s lets other pages read", name)
				}
			}
		}
	}
}

// The cookie of a signed-in browser opens nothing, and another page's origin is told nothing.
func TestNoCookieIsRead(t *testing.T) {
	w := newWorld(t)
	got := w.call("POST", "/accounts", vernet, "Authorization", "", "Cookie", "__Host-session="+w.token+"; comptoir-desk-8443="+w.token, "Origin", "https://evil.example").is(401)
	if len(got.Header().Values("Set-Cookie")) != 0 || got.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error(got.Header())
	}
	if got := w.call("GET", "/accounts", "", "Origin", "https://evil.example").is(200); got.Header().Get("Access-Control-Allow-Origin") != "" || got.Header().Get("Cache-Control") != "no-store" {
		t.Error(got.Header())
	}
}

// Off, the interface is not there: not even its documentation.
func TestOffItIsNotThere(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequest("GET", "http://127.0.0.1/api/v1/docs", nil)
	if !w.api.Takes(r) || w.api.Takes(httptest.NewRequest("GET", "http://127.0.0.1/apiary", nil)) {
		t.Error("what is taken")
	}
	w.firm.Must(w.office.SetOn(officetest.Ctx, owner, false))
	if w.api.Takes(r) {
		t.Error("off, and it still answers")
	}
	w.call("GET", "/accounts", "").is(401)
	w.firm.Must(w.office.SetOn(officetest.Ctx, owner, true))
	w.call("GET", "/accounts", "").is(200)
}

// A firm with a SPID is named by each call; another one, or none, is refused.
func TestTheSPIDIsNamed(t *testing.T) {
	w := newWorld(t)
	w.spid("EVATEL-77")
	w.call("POST", "/accounts", vernet).refused(403, "spid")
	w.call("POST", "/accounts", vernet, "Comptoir-SPID", "EVATEL-78").refused(403, "spid")
	w.call("POST", "/accounts", vernet, "Comptoir-SPID", "evatel-77").is(201)
	if n := dbtest.Int(t, dbtest.Raw(t, w.firm.Path), "SELECT count(*) FROM customers WHERE external_code <> ''"); n != 1 {
		t.Errorf("%d accounts", n)
	}
}

// Bodies made to hurt are refused in words, and nothing of them stays.
func TestBodiesThatHurt(t *testing.T) {
	w := newWorld(t)
	for name, x := range map[string]struct {
		body   string
		status int
	}{
		"deep": {strings.Repeat(`{"address":`, 2000) + "1" + strings.Repeat("}", 2000), 400}, "deep list": {strings.Repeat("[", 5000), 400}, "huge": {`{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
		"two": {vernet + vernet, 400}, "nothing": {" ", 400}, "text": {`"x"`, 422}, "null": {"null", 422}, "list": {"[]", 422}, "number": {`{"paymentTerms":{"days":1e400}}`, 422}, "NUL": {`{"externalCode":"A\u0000","name":"x","address":{"country":"FR"}}`, 422},
		"SQL": {`{"externalCode":"x'; DROP TABLE customers; --","name":"x","address":{"country":"FR"}}`, 422}, "dots": {`{"externalCode":"../../etc","name":"x","address":{"country":"FR"}}`, 422},
		"many names": {"{" + strings.Repeat(`"a":1,`, 9000) + `"b":1}`, 422}, "mass assignment": {`{"externalCode":"A","name":"x","groupId":"g","notes":"n","address":{"country":"FR"}}`, 422},
	} {
		if got := w.call("POST", "/accounts", x.body); got.Code != x.status {
			t.Errorf("%s: %d, want %d: %.200s", name, got.Code, x.status, got.Body)
		}
	}
	for _, code := range []string{"%27%20OR%201=1", "..%2F..", "%00", strings.Repeat("a", 5000), "%F0%9F%98%80"} {
		w.call("GET", "/accounts/"+code, "").refused(404, "not_found")
	}
	if n := dbtest.Int(t, dbtest.Raw(t, w.firm.Path), "SELECT count(*) FROM customers"); n != 0 {
		t.Errorf("%d customers", n)
	}
}

// A code of another case is the same account; a customer of the firm without a code is none.
func TestAccountsAreThoseWithACode(t *testing.T) {
	w := newWorld(t)
	own := w.firm.Customer("À la main", nil)
	w.call("POST", "/accounts", vernet).is(201)
	w.call("POST", "/accounts", strings.Replace(vernet, "EV-001", "ev-001", 1)).refused(409, "account_exists")
	w.call("GET", "/accounts/"+own.PublicID, "").refused(404, "not_found")
	w.call("GET", "/accounts/"+own.Number, "").refused(404, "not_found")
	if got := w.call("GET", "/accounts", "").is(200); strings.Contains(got.Body.String(), "À la main") {
		t.Error(got.Body)
	}
	w.call("PATCH", "/accounts/EV-001", `{"contacts":[{"id":"`+own.Contacts[0].PublicID+`","name":"Volé"}]}`).is(404)
	w.call("POST", "/accounts", vernet, "Idempotency-Key", "k1").is(200)
	w.call("POST", "/accounts", strings.Replace(vernet, "EV-001", "EV-002", 1), "Idempotency-Key", "k1").refused(409, "command_reused")
}

// A token is told once, kept as its hash only, and is no part of the audit log.
func TestTheTokenIsNowhere(t *testing.T) {
	w := newWorld(t)
	_, err := w.office.CreateToken(officetest.Ctx, owner, provisioning.NewToken{Key: "key-told-once", Name: "Un", Scopes: []string{"accounts:read"}})
	w.firm.Must(err)
	again, err := w.office.CreateToken(officetest.Ctx, owner, provisioning.NewToken{Key: "key-told-once", Name: "Un", Scopes: []string{"accounts:read"}})
	if f, ok := fault.As(err); !ok || f.Key != "fault.api.told_once" || again.Secret != "" {
		t.Errorf("%+v %v", again, err)
	}
	raw := dbtest.Raw(t, w.firm.Path)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM api_tokens WHERE instr(token_hash || hint || name || scopes, ?) > 0 OR token_hash = ?", w.token, w.token); n != 0 {
		t.Error("the token stands in its row")
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM audit_log WHERE instr(details, substr(?, 5)) > 0", w.token); n != 0 {
		t.Error("the token stands in the log")
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM audit_log WHERE action = 'api.token_made'"); n != 2 {
		t.Errorf("%d lines", n)
	}
	w.call("GET", "/accounts", "").is(200)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM api_tokens WHERE last_used_address = '192.0.2.7'"); n != 1 {
		t.Error("its use was not noted")
	}
}

// Who guesses is slowed down; who shows a good token from the same address is not.
func TestGuessing(t *testing.T) {
	w := newWorld(t)
	w.api = provision.New(provision.Deps{Office: w.office, Clock: w.firm.Now, Limits: provision.Limits{Guess: provision.Rate{PerSecond: 0.01, Burst: 3}}})
	for i := range 5 {
		want := 401
		if i >= 3 {
			want = 429
		}
		w.call("GET", "/accounts", "", "Authorization", "Bearer cpt_wrong").is(want)
	}
	w.call("GET", "/accounts", "").is(200)
}

// One device has a whole network of IPv6 addresses: together they are one who guesses.
func TestGuessingFromManyAddresses(t *testing.T) {
	w := newWorld(t)
	w.api = provision.New(provision.Deps{Office: w.office, Clock: w.firm.Now, Limits: provision.Limits{Guess: provision.Rate{PerSecond: 0.01, Burst: 3}}})
	from := func(address string) int {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1/api/v1/accounts", http.NoBody)
		r.RemoteAddr = address
		got := httptest.NewRecorder()
		w.api.ServeHTTP(got, r)
		return got.Code
	}
	for i, address := range []string{"[2001:db8:1:2::1]:5555", "[2001:db8:1:2::2]:5555", "[2001:db8:1:2:ffff::3]:1", "[2001:db8:1:2:a:b:c:d]:9"} {
		if got, want := from(address), map[bool]int{true: 401, false: 429}[i < 3]; got != want {
			t.Errorf("%s: %d, want %d", address, got, want)
		}
	}
	for _, address := range []string{"[2001:db8:1:3::1]:5555", "192.0.2.9:1", "[::ffff:192.0.2.10]:1", "nonsense"} {
		if got := from(address); got != 401 {
			t.Errorf("%s: %d", address, got)
		}
	}
}

// A suspended account's contacts are shut out at once, and come back as they were.
func TestSuspendedContactsAreShutOut(t *testing.T) {
	w := newWorld(t)
	w.call("POST", "/accounts", vernet).is(201)
	raw := dbtest.Raw(t, w.firm.Path)
	in := func() int64 { return dbtest.Int(t, raw, "SELECT count(*) FROM contacts_let_in") }
	before := in()
	w.call("POST", "/accounts/EV-001/suspend", `{"reason":"Impayés de l’été"}`).is(200)
	w.call("POST", "/accounts/EV-001/suspend", `{"reason":"encore"}`).is(200) // it is: nothing more
	if n := in(); n != before-1 {
		t.Errorf("%d let in, %d before", n, before)
	}
	w.call("PATCH", "/accounts/EV-001", `{"contacts":[{"email":"compta@vernet.example","name":"Léa","portalAccess":true}]}`).is(200)
	if n := in(); n != before-1 {
		t.Error("a change let them in again")
	}
	w.call("POST", "/accounts/EV-001/resume", `{"reason":" Tout est payé "}`).is(200)
	if n := in(); n != before {
		t.Errorf("%d let in, %d before", n, before)
	}
	w.call("POST", "/accounts/EV-001/suspend", "").is(200) // a body is optional
	w.call("POST", "/accounts/EV-001/resume", "{}", "Content-Type", "").is(200)
	if got := dbtest.Strings(t, raw, "SELECT after FROM customer_changes WHERE field = 'suspension' ORDER BY id"); !slices.Equal(got, []string{"Impayés de l’été", "Tout est payé"}) {
		t.Errorf("kept in the history: %q", got)
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM audit_log WHERE instr(details, 'Impay') > 0"); n != 0 {
		t.Errorf("%d times in the audit log, which names fields only", n)
	}
}

// The page and the file want no token, say the same in both languages, and run nothing.
func TestThePage(t *testing.T) {
	w := newWorld(t)
	fr := w.call("GET", "/docs?lang=fr", "", "Authorization", "").is(200).Body.String()
	en := w.call("GET", "/docs", "", "Authorization", "", "Accept-Language", "en").is(200).Body.String()
	if !strings.Contains(fr, "Interface") && !strings.Contains(fr, "interface d’approvisionnement") || !strings.Contains(en, "provisioning interface") || strings.Contains(fr+en, "<script") || strings.Contains(fr+en, "style=") || strings.Contains(fr+en, "⟦") {
		t.Error("the page")
	}
	for route := range provision.RouteNames() {
		method, pattern, _ := strings.Cut(route, " ")
		if words := method + " " + provision.Base + pattern; !strings.Contains(fr, words) || !strings.Contains(en, words) {
			t.Errorf("the page says nothing of %s", words)
		}
	}
	w.call("GET", "/openapi.json", "", "Authorization", "").is(200)
}

// Addresses that tell a machine's secrets to whoever asks from it are never called, however they are written.
func TestNoEventGoesToTheMachinesLink(t *testing.T) {
	c := provision.NewCarrier()
	for _, address := range []string{"169.254.169.254", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b::169.254.169.254]", "[fd00:ec2::254]", "100.100.100.200", "[fe80::1]", "[fe80::1%25lo]",
		"0.0.0.0", "[::]", "[::ffff:0.0.0.0]", "224.0.0.1", "[ff02::1]"} {
		if status, why := c.Send(t.Context(), provisioning.Message{URL: "http://" + address + ":80/latest/meta-data", EventID: "e", Kind: "ping", Body: []byte("{}")}); status != 0 || why != "fault.api.hook_refused" {
			t.Errorf("%s: %d %s", address, status, why)
		}
	}
}
