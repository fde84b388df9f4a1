package portal_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/edge/portal"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/payments"
	"comptoir/office/signing"
)

// TestRights asks every route as every kind of visitor and compares what became of it with the
// table that people read (docs/portal-access.md, -update writes it anew: read the difference as
// what somebody may do now and could not before). What is refused changes nothing in the file, and
// says the same of what exists and of what does not.
func TestRights(t *testing.T) {
	s := newStage(t)
	rows := rights()
	everyRouteIsAsked(t, rows)
	cells := map[string][]string{}
	for _, c := range columns() {
		s.back(s.base, s.began)
		v := c.come(s)
		s.fresh(t)
		image, at := dbtest.Keep(t, s.raw), s.clock()
		for _, r := range rows {
			cells[r.route] = append(cells[r.route], s.cell(t, c.name, v, r, image, at))
		}
	}
	compare(t, "../../docs/portal-access.md", rows, cells)
}

// column is a kind of visitor.
type column struct {
	name string
	come func(*stage) *visitor
}

func columns() []column {
	return []column{
		{"stranger", func(s *stage) *visitor { return s.visitor(s.server) }},
		{"mailed link", func(s *stage) *visitor { v := s.visitor(s.server); v.get(s.fill("/l/{link}")); return v }},
		{"other customer", func(s *stage) *visitor { return s.signedIn("bruno@boulange.example") }},
		{"secondary", func(s *stage) *visitor { return s.signedIn("denis@martin.example") }},
		{"secondary, quotes and files only", limitedSecond},
		{"primary", func(s *stage) *visitor { return s.signedIn("claire@martin.example") }},
		{"primary, an hour later", func(s *stage) *visitor {
			v := s.signedIn("claire@martin.example")
			s.turn(time.Hour)
			return v
		}},
		{"in the customer’s place", func(s *stage) *visitor { return s.standIn(s.visitor(s.server), s.claire) }},
		{"group closed", func(s *stage) *visitor {
			v := s.signedIn("claire@martin.example")
			s.group("portal_enabled = 0")
			return v
		}},
		{"code owed", func(s *stage) *visitor {
			withFactor(s, s.signedIn("claire@martin.example"))
			v := s.visitor(s.server)
			v.post("/connexion", "nom=claire%40martin.example&mot-de-passe="+good)
			return v
		}},
		{"factor to set up", func(s *stage) *visitor { s.group("factor_wanted = 1"); return s.signedIn("claire@martin.example") }},
		{"terms to accept", func(s *stage) *visitor {
			s.group("name = 'Ateliers'")
			_, err := s.raw.Exec("INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) SELECT id, 1, 'Payer à trente jours.', 'Pay.', 'Marie', ? FROM customer_groups WHERE public_id = 'group-of-tests-01'", db.Stamp(s.clock()))
			s.must(err)
			return s.signedIn("claire@martin.example")
		}},
		{"guest of a contract", func(s *stage) *visitor { v := s.visitor(s.server); v.get(s.signer); return v }},
		{"signs on the spot", func(s *stage) *visitor { v := s.visitor(s.server); v.get(s.fill("/sur-place/{spot}")); return v }},
		{"shown a contract", func(s *stage) *visitor { v := s.visitor(s.server); v.get(s.showContract(s.deal, 0)); return v }},
		{"shown one invoice", func(s *stage) *visitor { return s.scan(s.visitor(s.server), s.open) }},
	}
}

func limitedSecond(s *stage) *visitor {
	list, err := s.people.People(s.Context(), s.staff, s.claire.PublicID)
	s.must(err)
	i := slices.IndexFunc(list, func(p customers.Person) bool { return p.Email == "denis@martin.example" })
	s.must(s.people.SetAreas(s.Context(), s.staff, s.claire.PublicID, list[i].PublicID, list[i].Version, false, []string{"quotes", "files"}))
	return s.signedIn("denis@martin.example")
}

// stage is the company on which every cell is tried, and put back after each.
type stage struct {
	*firm
	server  *httptest.Server
	base    *dbtest.Image
	began   time.Time
	claires *visitor // Claire's own browser, whose forms are sent by everybody
	forms   map[string]string
	holes   []string // pairs for strings.NewReplacer
	secret  []byte   // of the second factor that was set up last
}

func newStage(t *testing.T) *stage {
	t.Helper()
	f := newFirm(t, selling, contractsToo, chatting)
	f.offers()
	f.credits()
	f.allow()
	registering(f)
	f.announce()
	_, err := f.raw.Exec("UPDATE customer_groups SET uploads_allowed = 1 WHERE name = 'Avertis'") // as allow says of who is in no group
	f.must(err)
	s := &stage{firm: f, server: f.serve()}
	s.secondContacts()
	s.claires = f.byPassword(s.server)
	intent := f.intentThat(s.claires, "")
	f.keep(s.claires, "rights-keep-01", "approved")
	kept := f.keep(s.claires, "rights-keep-02", "second_step")
	p, err := f.payments.RecordPayment(t.Context(), f.staff, payments.RecordPayment{Key: "rights-ahead-1", CustomerID: f.claire.PublicID, AmountMinor: 10_000, Method: "transfer", Parts: []payments.SplitPart{{DocumentID: f.late, AmountMinor: 5_000}}})
	f.must(err)
	back, err := f.payments.Refund(t.Context(), f.staff, payments.Refund{Key: "rights-refund-1", PaymentID: p.PublicID, AmountMinor: 3_000, Method: "transfer"})
	f.must(err)
	s.signedIn("claire@martin.example")
	session := dbtest.Strings(t, f.raw, "SELECT public_id FROM portal_sessions ORDER BY id DESC LIMIT 1")[0]
	v := f.visitor(s.server)
	v.post("/inscription/detail", "version=1&conditions=1")
	v.post("/demande/contact", steps("zoe@lenoir.example")["contact"])
	talk, paper := f.talk()
	s.holes = []string{"{chat}", talk, "{chat-file}", paper, "{intent}", intent, "{kept}", kept, "{refund}", back.PublicID, "{session}", session, "{code}", f.requestCode(), "{due}", digitsOf(f, f.open),
		"{request}", f.registration.RequestToken(dbtest.Strings(t, f.raw, "SELECT public_id FROM access_requests")[0]),
		"{spot}", strings.TrimPrefix(f.handOff(f.roundOf(f.asClaire(), f.toSign, signing.Signature).TurnID), "/sur-place/"), "{deal}", f.deal, "{to-sign}", f.toSign, "{plan-file}", f.shownPaper, "{lease}", f.roundOf(f.asClaire(), f.toSign, signing.Signature).Documents[0].VersionID, "{guest}", strings.TrimPrefix(f.signer, "/c/"),
		"{approval}", answerForm(f.round(f.asClaire(), signing.Approval), "rights-approve"), "{signature}", answerForm(f.roundOf(f.asClaire(), f.toSign, signing.Signature), "rights-sign-1"), "{consent}", f.roundOf(f.asClaire(), f.toSign, signing.Signature).Consent.Version,
		"{third}", dbtest.Strings(t, f.raw, "SELECT public_id FROM contacts WHERE email = 'gaston@martin.example'")[0],
		"{link}", strings.TrimPrefix(f.linkTo(f.open), "/l/"), "{old}", strings.TrimPrefix(f.expiredLink(), "/l/"), "{password}", strings.TrimPrefix(f.newPasswordLink(f.claire), "/p/")}
	_, err = f.raw.Exec("UPDATE customer_groups SET public_id = 'groupofrights' WHERE public_id = 'detail'")
	f.must(err)
	s.forms = map[string]string{}
	for _, r := range rights() {
		if r.page != "" {
			s.forms[r.route] = hiddenFields(t, s.claires.get(s.fill(r.page)).body, s.pathOf(r)).Encode()
		}
	}
	s.base, s.began = dbtest.Keep(t, f.raw), f.clock()
	return s
}

// secondContacts gives Claire's company Denis, who has a password, and Gaston, who has none.
func (s *stage) secondContacts() {
	c, err := s.people.Get(s.Context(), s.staff, s.claire.PublicID)
	s.must(err)
	c.Contacts = append(c.Contacts, customers.Contact{Name: "Denis Roy", Email: "denis@martin.example", Language: "fr", PortalAccess: true}, customers.Contact{Name: "Gaston Roy", Email: "gaston@martin.example", Language: "fr", PortalAccess: true})
	_, err = s.people.Save(s.Context(), s.staff, "rights-contacts", c)
	s.must(err)
	for _, email := range []string{"denis@martin.example", "bruno@boulange.example"} {
		n := dbtest.Int(s, s.raw, "SELECT id FROM contacts WHERE email = ?", email)
		s.must(s.db.Write(s.Context(), func(ctx context.Context, tx *db.Tx) error { return s.access.InvitePassword(ctx, tx, n) }))
		v := s.visitor(s.server)
		v.get(s.passwordLink())
		v.post("/mot-de-passe", "mot-de-passe="+good)
	}
}

func (s *stage) signedIn(email string) *visitor {
	s.Helper()
	v := s.visitor(s.server)
	if a := v.post("/connexion", "nom="+url.QueryEscape(email)+"&mot-de-passe="+good); a.status != http.StatusSeeOther || v.cookie() == "" {
		s.Fatalf("%s: %d %s", email, a.status, excerpt(a.body))
	}
	return v
}

// fresh makes the tokens that live for minutes only.
func (s *stage) fresh(t *testing.T) {
	t.Helper()
	as, err := s.access.StandInPath(t.Context(), s.marie("fr"), access.StandIn{CustomerID: s.bruno.PublicID})
	s.must(err)
	shown, _ := s.show(s.late)
	s.holes = append([]string{"{as}", strings.TrimPrefix(as, "/au-nom/"), "{shown}", strings.TrimPrefix(shown, "/montre/")}, s.holes...)
}

func (s *stage) fill(text string) string {
	return s.fillIn(strings.NewReplacer(s.holes...).Replace(text))
}

func (s *stage) back(image *dbtest.Image, at time.Time) {
	if !image.Same(s) {
		image.Put(s)
	}
	s.mu.Lock()
	s.now = at
	s.mu.Unlock()
	s.must(s.db.Write(s.Context(), func(_ context.Context, tx *db.Tx) error { s.access.Forget(tx); return nil }))
}

// pathOf is the address that a row asks for.
func (s *stage) pathOf(r right) string {
	_, path, _ := strings.Cut(r.route, " ")
	for name, fill := range r.holes {
		path = strings.Replace(path, name, fill, 1)
	}
	if r.path != "" {
		path = r.path
	}
	return s.fill(path)
}

// passing are rows that come and go with visits and tries; they say nothing about anybody's affairs.
var passing = []string{"portal_sessions", "portal_visits", "sign_in_failures", "portal_days"}

// cell asks one route as one visitor, and leaves the company as it was.
func (s *stage) cell(t *testing.T, who string, v *visitor, r right, image *dbtest.Image, at time.Time) string {
	t.Helper()
	cookies := v.jar()
	secret := s.secret
	restore := func() {
		s.back(image, at)
		s.secret = secret
		jar, err := cookiejar.New(nil)
		s.must(err)
		u, err := url.Parse(v.server.URL)
		s.must(err)
		jar.SetCookies(u, cookies)
		v.client.Jar = jar
	}
	defer restore()
	method, _, _ := strings.Cut(r.route, " ")
	path, id, form := s.pathOf(r), "", s.fill(r.form)
	for _, fill := range r.holes {
		id = s.fill(fill)
	}
	form = strings.Trim(s.forms[r.route]+"&"+form, "&")
	before := image
	if r.first != nil {
		form = strings.Trim(form+"&"+r.first(s, v), "&")
		before = dbtest.Keep(t, s.raw)
	}
	ask := func(path string) answer {
		switch {
		case r.send != nil:
			return r.send(v, path)
		case method == http.MethodPost:
			return v.post(path, form)
		}
		return v.get(path)
	}
	a := ask(path)
	got := outcome(r.route, a)
	guarded(t, r.route, a)
	name := fmt.Sprintf("%s as %s", r.route, who)
	shut := got != "open" && got != "refused" && got != "code" // code: the password was right, or is a new one
	does := method == http.MethodPost && got == "open" && !r.still && who == "primary" && r.route != "POST /deconnexion"
	var changed []string
	if shut || does {
		changed = before.Changed(t, passing...)
	}
	switch {
	case shut && len(changed) > 0:
		t.Errorf("%s is refused (%s) and changes %v", name, got, changed)
	case does && len(changed) == 0:
		t.Errorf("%s is open and does nothing: %d %s", name, a.status, a.header.Get("Location"))
	case strings.HasPrefix(got, "status"):
		t.Errorf("%s: %s %s", name, got, excerpt(a.body))
	}
	if id != "" && tellsNothing(r, who, got) {
		restore()
		if r.first != nil {
			r.first(s, v)
		}
		unknown := elsewhereID(id)
		b := ask(strings.Replace(path, id, unknown, 1))
		if diff := cmp.Diff(told(a, id), told(b, unknown)); diff != "" {
			t.Errorf("%s tells what exists from what does not:\n%s", name, diff)
		}
	}
	return got
}

// tellsNothing: an answer that must be the same where nothing has that id. Who holds a token may
// be told that it is spent, and a company what it did wrong with its own.
func tellsNothing(r right, who, got string) bool {
	switch got {
	case "open", "confirm", "spent", "code":
		return false
	case "refused":
		return r.holes["{id}"] != "" && who == "other customer"
	}
	return true
}

// elsewhereID is an id of the same shape that nothing has.
func elsewhereID(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r < 'z', r >= 'A' && r < 'Z', r >= '2' && r < '7':
			return r + 1
		}
		return r
	}, id)
}

var nonces = regexp.MustCompile(`<span class="mono">[A-Z2-7]{8}</span>`)

// told is everything that an answer says, without the id that was asked for and what is random.
func told(a answer, id string) string {
	lines := []string{fmt.Sprint(a.status)}
	for name, values := range a.header {
		if name == "Date" {
			continue
		}
		for _, value := range values {
			if name == "Set-Cookie" {
				value = regexp.MustCompile(`=[^;]*`).ReplaceAllString(value, "=…")
			}
			lines = append(lines, name+": "+value)
		}
	}
	slices.Sort(lines)
	return strings.ReplaceAll(strings.Join(lines, "\n")+"\n"+nonces.ReplaceAllString(steady(a.body), "…"), id, "{id}")
}

// outcome names what became of a request, in the words of the table.
func outcome(route string, a answer) string {
	says := func(text string) bool { return strings.Contains(a.body, text) }
	to := a.header.Get("Location")
	switch {
	case a.status == http.StatusForbidden && says(`id="garde-`) && says(`action="/connexion"`): // with what was typed: keep.go
		return "sign-in"
	case a.status == http.StatusForbidden && says(`id="garde-`) && says(`action="/conditions"`):
		return "terms"
	case a.status == http.StatusForbidden && says(`id="garde-`) && says(`action="/profil/second-facteur"`):
		return "factor"
	case a.status == http.StatusOK && says(`action="/l/`), a.status == http.StatusOK && says(`action="/c/`):
		return "confirm"
	case a.status == http.StatusOK, a.status == http.StatusSeeOther && strings.Contains(to, "fait=sortie"):
		return "open"
	case a.status == http.StatusSeeOther && strings.HasPrefix(to, "/connexion/code"):
		return "code"
	case a.status == http.StatusSeeOther && strings.HasPrefix(to, "/connexion"):
		return "sign-in"
	case a.status == http.StatusSeeOther && strings.HasPrefix(to, "/conditions") && !strings.HasSuffix(route, "/conditions"):
		return "terms"
	case a.status == http.StatusSeeOther && to == "/profil/second-facteur" && !strings.Contains(route, "/second-facteur"):
		return "factor"
	case a.status == http.StatusSeeOther:
		return "open"
	case a.status == http.StatusNotFound:
		return "not found"
	case a.status == http.StatusGone:
		return "spent"
	case a.status == http.StatusForbidden:
		for words, name := range map[string]string{"Confirmez que c’est vous": "proof", "ne vous est pas ouverte": "area", "lui seul peut le faire": "stand-in", "Seul le document qui vous est montré": "shown", "Seul le contact principal": "primary"} {
			if says(words) {
				return name
			}
		}
		return "forbidden"
	case a.status == http.StatusConflict, a.status == http.StatusUnprocessableEntity, a.status == http.StatusBadRequest, a.status == http.StatusTooManyRequests:
		return "refused"
	}
	return fmt.Sprintf("status %d", a.status)
}

// files are asked for without a session: nobody is asked who comes.
var staticFiles = []string{"GET /confiance/ca.crt", "GET /static/{name}", "GET /logo", "GET /favicon.ico", "GET /robots.txt"}

func everyRouteIsAsked(t *testing.T, rows []right) {
	t.Helper()
	asked := map[string]bool{}
	for _, f := range staticFiles {
		asked[f] = true
	}
	for _, r := range rows {
		if asked[r.route] {
			t.Errorf("%s stands in the table twice", r.route)
		}
		asked[r.route] = true
	}
	for _, r := range portal.Routes() {
		if !asked[r.Pattern] {
			t.Errorf("%s is not in the table of rights", r.Pattern)
		}
		delete(asked, r.Pattern)
	}
	for route := range asked {
		t.Errorf("%s is no route", route)
	}
}

// compare holds the paper against what was seen.
func compare(t *testing.T, file string, rows []right, cells map[string][]string) {
	t.Helper()
	const begin, end = "<!-- table -->\n", "<!-- end of table -->\n"
	var b strings.Builder
	classes := map[string]string{}
	for _, r := range portal.Routes() {
		classes[r.Pattern] = r.Class
	}
	b.WriteString("| Address | limit |")
	for _, c := range columns() {
		b.WriteString(" " + c.name + " |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(columns())) + "\n")
	for _, r := range rows {
		b.WriteString("| `" + r.route + "` | " + classes[r.route] + " | " + strings.Join(cells[r.route], " | ") + " |\n")
	}
	paper, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(paper), begin)
	table, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the table", file)
	}
	if *update {
		if err := os.WriteFile(file, []byte(head+begin+b.String()+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(table, "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("%s (-written +seen):\n%s", file, diff)
	}
}
