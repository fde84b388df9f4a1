package portal_test

import (
	"crypto/hmac"
	"crypto/sha1" // RFC 6238
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/db"
	"comptoir/edge/portal"
	"comptoir/office/access"
)

// factorTables are the lines of second factors, user names and terms in the scenario tables.
func factorTables(t map[string][]scenario) {
	gets := []string{"/profil/second-facteur", "/profil/nom-utilisateur", "/conditions"}
	posts := []string{"/profil/second-facteur", "/profil/second-facteur/code", "/profil/second-facteur/secours", "/profil/second-facteur/fin", "/profil/nom-utilisateur", "/conditions"}
	for _, w := range []string{"stranger", "expired", "link"} {
		for _, p := range gets {
			t[w] = append(t[w], signIn(p))
		}
		for _, p := range posts {
			t[w] = append(t[w], scenario{method: "POST", path: p, form: "code=123456&termes=x&accord=1&nom=claire.d", status: 303, to: "/connexion"})
		}
	}
	t["stranger"] = append(t["stranger"],
		scenario{method: "GET", path: "/connexion/code", status: 303, to: "/connexion"},
		scenario{method: "POST", path: "/connexion/code", form: "code=123456&suite=%2Fprofil", status: 303, to: "/connexion?fait=code&suite=%2Fprofil"},
		scenario{method: "POST", path: "/connexion/code", form: "code=123456&suite=https%3A%2F%2Fevil.example", status: 303, to: "/connexion?fait=code&suite=%2F"},
		scenario{method: "GET", path: "/connexion?fait=code", status: 200, has: []string{"Trop de temps a passé", "Nom d’utilisateur oublié"}},
		scenario{method: "GET", path: "/nom-utilisateur/oublie", status: 200, has: []string{"Recevoir mon nom d’utilisateur"}},
		scenario{method: "POST", path: "/nom-utilisateur/oublie", form: "courriel=nobody%40nowhere.example", status: 200, has: []string{"Si cette adresse est connue ici"}},
		scenario{method: "POST", path: "/nom-utilisateur/oublie", form: "courriel=claire%40martin.example", status: 200, has: []string{"Si cette adresse est connue ici"}, not: []string{"Claire"}, mails: 1})
	t["password"] = append(t["password"],
		scenario{method: "GET", path: "/profil", status: 200, has: []string{"Votre compte n’est protégé que par le mot de passe.", `href="/profil/second-facteur"`}},
		scenario{method: "GET", path: "/connexion/code", status: 303, to: "/"},
		scenario{method: "GET", path: "/profil/second-facteur", status: 200, has: []string{"Configurer un second facteur"}, not: []string{"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 5", "clé dans l’application"}},
		scenario{method: "POST", path: "/profil/second-facteur/code", form: "code=123456", status: 303, to: "/profil/second-facteur"},
		scenario{method: "POST", path: "/profil/second-facteur", status: 303, to: "/profil/second-facteur", rows: "SELECT count(*) FROM contact_factors WHERE confirmed_at IS NULL"},
		scenario{method: "GET", path: "/profil/second-facteur", status: 200, has: []string{"Lisez ce code QR", "crispEdges"}},
		scenario{method: "POST", path: "/profil/second-facteur/code", form: "code=12", status: 422, has: []string{"Ce code n’est pas le bon."}, rows: "SELECT count(*) FROM contact_factors WHERE confirmed_at IS NULL"},
		scenario{method: "POST", path: "/profil/second-facteur/secours", status: 303, to: "/profil/second-facteur"},
		scenario{method: "POST", path: "/profil/second-facteur/fin", form: "ancien=Wrong-1-password&code=123456", status: 422},
		scenario{method: "GET", path: "/profil/nom-utilisateur", status: 200, has: []string{`value="claire@martin.example"`}},
		scenario{method: "POST", path: "/profil/nom-utilisateur", form: "nom=bruno%40boulange.example", status: 422, has: []string{"3 à 64 lettres", `value="bruno@boulange.example"`}},
		scenario{method: "POST", path: "/profil/nom-utilisateur", form: "nom=claire.dupont", status: 303, to: "/profil?fait=nom", rows: "SELECT count(*) FROM contact_credentials WHERE user_name = 'claire.dupont'"},
		scenario{method: "GET", path: "/conditions", status: 303, to: "/"},
		scenario{method: "POST", path: "/conditions", form: "termes=x&accord=1", status: 303, to: "/"})
}

var (
	typedKey     = regexp.MustCompile(`<span class="mono print">([A-Z2-7 ]+)</span>`)
	recoveryCode = regexp.MustCompile(`<span class="mono">([0-9a-z]{5}-[0-9a-z]{5})</span>`)
)

// setUp gives the visitor a second factor and returns its secret and codes of recovery.
func (v *visitor) setUp() (secret []byte, recovery []string) {
	v.Helper()
	v.post("/profil/second-facteur", "")
	page := v.get("/profil/second-facteur").body
	m := typedKey.FindStringSubmatch(html.UnescapeString(page))
	if m == nil {
		v.Fatal("no key to type: " + excerpt(page))
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(m[1], " ", ""))
	v.must(err)
	a := v.post("/profil/second-facteur/code", "code="+totp(secret, v.clock()))
	for _, c := range recoveryCode.FindAllStringSubmatch(a.body, -1) {
		recovery = append(recovery, c[1])
	}
	if a.status != http.StatusOK || len(recovery) != 10 {
		v.Fatalf("%d, %d codes: %s", a.status, len(recovery), excerpt(a.body))
	}
	v.turn(30 * time.Second)
	return secret, recovery
}

func TestSignInWithTwoFactors(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byPassword(s)
	secret, recovery := v.setUp()
	if a := v.get("/profil"); a.status != 200 || !strings.Contains(a.body, "Mot de passe et code") {
		t.Errorf("the browser that set it up: %d", a.status)
	}
	if a := v.get("/profil/second-facteur"); strings.Contains(a.body, recovery[0]) || strings.Contains(a.body, "Lisez ce code QR") {
		t.Error("codes or key are shown a second time")
	}
	n := f.visitor(s)
	a := n.post("/connexion", "nom=claire%40martin.example&mot-de-passe="+good+"&suite=%2Fprofil")
	if a.status != 303 || a.header.Get("Location") != "/connexion/code?suite=%2Fprofil" || n.cookie() != "" {
		t.Fatalf("%d %s, session %q", a.status, a.header.Get("Location"), n.cookie())
	}
	for _, path := range []string{"/", "/profil", "/factures"} {
		if a := n.get(path); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/connexion") {
			t.Errorf("half signed in: %s gives %d", path, a.status)
		}
	}
	if a := n.post("/connexion/code", "code=000000&suite=%2Fprofil"); a.status != 422 || !strings.Contains(a.body, "Ce code n’est pas le bon.") || !strings.Contains(a.body, `value="/profil"`) {
		t.Errorf("wrong code: %d", a.status)
	}
	if a := n.post("/connexion/code", "code="+totp(secret, f.clock())+"&suite=%2Fprofil"); a.status != 303 || a.header.Get("Location") != "/profil" {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	if a := n.get("/profil"); a.status != 200 {
		t.Errorf("%d", a.status)
	}
	lost := f.visitor(s)
	lost.post("/connexion", "nom=claire%40martin.example&mot-de-passe="+good)
	if a := lost.post("/connexion/code", "code="+recovery[0]); a.status != 303 || a.header.Get("Location") != "/" {
		t.Errorf("code of recovery: %d %s", a.status, excerpt(a.body))
	}
	// What asks for the password again asks for the code as well.
	f.turn(access.ProofLife)
	if a := n.post("/profil/second-facteur/secours", ""); a.status != 403 || !strings.Contains(a.body, `name="preuve-code"`) {
		t.Errorf("proof: %d %s", a.status, excerpt(a.body))
	}
	if a := n.post("/profil/second-facteur/secours", "preuve="+good); a.status != 422 {
		t.Errorf("proved by the password alone: %d", a.status)
	}
	if a := n.post("/profil/second-facteur/secours", "preuve="+good+"&preuve-code="+totp(secret, f.clock())); a.status != 200 || len(recoveryCode.FindAllString(a.body, -1)) != 10 {
		t.Errorf("proved by both: %d %s", a.status, excerpt(a.body))
	}
	f.turn(30 * time.Second)
	if a := n.post("/profil/second-facteur/fin", "ancien=Wrong-1-password&code="+totp(secret, f.clock())); a.status != 422 || !strings.Contains(a.body, "actuel") {
		t.Errorf("off without the password: %d", a.status)
	}
	if a := n.post("/profil/second-facteur/fin", "ancien="+good+"&code=000000"); a.status != 422 || !strings.Contains(a.body, "Ce code n’est pas le bon.") {
		t.Errorf("off without a code: %d", a.status)
	}
	if a := n.post("/profil/second-facteur/fin", "ancien="+good+"&code="+totp(secret, f.clock())); a.status != 303 || a.header.Get("Location") != "/profil/second-facteur?fait=arret" {
		t.Errorf("off: %d %s", a.status, excerpt(a.body))
	}
	if a := n.get("/profil/second-facteur?fait=arret"); a.status != 200 || !strings.Contains(a.body, "Le second facteur est désactivé") {
		t.Errorf("after: %d", a.status)
	}
}

// group puts Claire's customer into a group with such switches.
func (f *firm) group(set string) {
	f.Helper()
	for _, s := range []string{
		"INSERT OR IGNORE INTO customer_groups (public_id, name, created_at, updated_at) VALUES ('group-of-tests-01', 'Ateliers', '2026-11-01T08:00:00.000Z', '2026-11-01T08:00:00.000Z')",
		fmt.Sprintf("UPDATE customers SET group_id = (SELECT id FROM customer_groups WHERE public_id = 'group-of-tests-01') WHERE id = %d", f.claire.ID),
		"UPDATE customer_groups SET " + set + " WHERE public_id = 'group-of-tests-01'",
	} {
		_, err := f.raw.ExecContext(f.Context(), s)
		f.must(err)
	}
}

// Whoever signed in and owes something reaches nothing else; a mailed link reads and pays.
func TestWhoOwesReachesNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		owe  func(*firm)
		to   string
		free []string
	}{
		"terms": {func(f *firm) {
			f.group("name = 'Ateliers'")
			_, err := f.raw.ExecContext(f.Context(), "INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) SELECT id, 1, 'Payer à **trente** jours.', 'Pay in thirty days.', 'Marie', ? FROM customer_groups WHERE public_id = 'group-of-tests-01'", db.Stamp(f.clock()))
			f.must(err)
		}, "/conditions", []string{"GET /conditions", "POST /conditions"}},
		"factor": {func(f *firm) { f.group("factor_wanted = 1") }, "/profil/second-facteur", []string{"GET /profil/second-facteur", "POST /profil/second-facteur", "POST /profil/second-facteur/code"}},
	} {
		f := newFirm(t)
		c.owe(f)
		s := f.serve()
		v := f.byPassword(s)
		tried := 0
		for _, route := range portal.Routes() {
			r := route.Pattern
			method, pattern, _ := strings.Cut(r, " ")
			if !route.Private || slices.Contains(c.free, r) {
				continue
			}
			tried++
			path := strings.NewReplacer("{$}", "", "{id}", f.open, "{token}", "x").Replace(pattern)
			a := v.get(path)
			if method == http.MethodPost {
				a = v.post(path, "cle=abcdefgh1234")
			}
			if a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), c.to) {
				t.Errorf("%s: %s gives %d %s", name, r, a.status, a.header.Get("Location"))
			}
		}
		if tried < 60 {
			t.Errorf("%s: only %d routes were tried", name, tried)
		}
		l := f.visitor(s)
		l.get(f.linkTo(f.open))
		for _, path := range []string{"/factures/" + f.open, "/factures/" + f.open + "/payer"} {
			if a := l.get(path); a.status != 200 {
				t.Errorf("%s: a mailed link: %s gives %d", name, path, a.status)
			}
		}
		if a := v.post("/deconnexion", ""); a.status != 303 || v.cookie() != "" {
			t.Errorf("%s: signing out: %d", name, a.status)
		}
	}
}

func TestTermsAreAcceptedOnThePage(t *testing.T) {
	f := newFirm(t)
	f.group("name = 'Ateliers'")
	_, err := f.raw.ExecContext(t.Context(), "INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) SELECT id, 1, 'Payer à trente jours. <script>x</script>', 'Pay.', 'Marie', ? FROM customer_groups WHERE public_id = 'group-of-tests-01'", db.Stamp(f.clock()))
	f.must(err)
	v := f.byPassword(f.serve())
	if a := v.get("/factures?etat=retard"); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/conditions?suite=%2Ffactures") {
		t.Fatalf("%d %s", a.status, a.header.Get("Location"))
	}
	a := v.get("/conditions?suite=%2Ffactures")
	shown := access.Terms{Words: "Payer à trente jours. <script>x</script>"}.Hash()
	if a.status != 200 || !strings.Contains(a.body, shown) || !strings.Contains(a.body, "Payer à trente jours.") || strings.Contains(a.body, "<script>x") {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	if a := v.post("/conditions", "termes="+shown+"&suite=%2Ffactures"); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/conditions") {
		t.Errorf("without the tick: %d %s", a.status, a.header.Get("Location"))
	}
	if a := v.post("/conditions", "termes="+access.Terms{Words: "Payer comptant."}.Hash()+"&accord=1"); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/conditions") {
		t.Errorf("words that were not shown: %d %s", a.status, a.header.Get("Location"))
	}
	if a := v.post("/conditions", "termes="+shown+"&accord=1&suite=%2Ffactures"); a.status != 303 || a.header.Get("Location") != "/factures" {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	if a := v.get("/factures"); a.status != 200 {
		t.Errorf("after: %d", a.status)
	}
}

// totp is what an authenticator shows (RFC 6238): written apart from the program, that each checks the other.
func totp(secret []byte, at time.Time) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(at.Unix()/30))
	m := hmac.New(sha1.New, secret)
	m.Write(counter[:])
	sum := m.Sum(nil)
	off := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[off:off+4])&0x7fffffff)%1000000)
}
