package app_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- what authenticators use
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/office/payments"
	"comptoir/office/users"
)

// marker is something that was planted in the company, and where who may see it. A place is a method,
// a file's address without its own name, or "events".
type marker struct {
	name, text string
	seen       func(role actor.Role, place string) bool
}

func nowhere(actor.Role, string) bool { return false }

// places lets who has a permission see a marker there.
func places(may actor.Permission, at ...string) func(actor.Role, string) bool {
	return func(role actor.Role, place string) bool { return role.May(may) && slices.Contains(at, place) }
}

// readers are methods that change nothing and take more than looking.
var readers = []string{"Account.Entry", "Account.Me", "Account.Sessions", "System.Status", "System.CanBrowse", "Audit.Choices", "Audit.List", "Audit.Prove", "Privacy.Plan", "Provisioning.View", "Provisioning.Deliveries", "Lan.View", "Users.Candidates"}

// What a role is shown, by any method that reads, by lists handed over as files, by mails, notices,
// search and the stream of events: nothing of what only another permission opens.
func TestNothingLeaksByTheBackDoors(t *testing.T) {
	t.Parallel()
	p := apptest.Demo(t, apptest.Options{})
	calls := readingCalls(p)
	seat(t, p, actor.Principal)
	markers := plant(t, p)
	for _, role := range []actor.Role{actor.Principal, actor.Delegate, actor.Sales, actor.Bookkeeping, actor.Reader} {
		seat(t, p, role)
		found := map[string]map[string]bool{}
		look := func(place, text string) {
			for _, m := range markers {
				if !strings.Contains(text, m.text) {
					continue
				}
				if found[m.name] == nil {
					found[m.name] = map[string]bool{}
				}
				if !found[m.name][place] && !m.seen(role, place) {
					at := strings.Index(text, m.text)
					t.Errorf("%s sees %s by %s: …%s…", role, m.name, place, text[max(0, at-120):min(len(text), at+len(m.text)+40)])
				}
				found[m.name][place] = true
			}
		}
		events := listen(t, p)
		walkAs(t, p, role, calls, look)
		look("events", events())
		if role == actor.Principal { // the walk finds what is there to be found
			for name, place := range map[string]string{"the principal's phone": "Account.Me", "a colleague's address": "Users.List", "a customer's link": "Mail.Get", "a webhook's key": "Provisioning.View"} {
				if !found[name][place] {
					t.Errorf("%s does not stand in %s: the walk sees nothing", name, place)
				}
			}
		}
		colleagues(t, p, role)
	}
}

// colleagues: how somebody else signs in is told to who looks after users.
func colleagues(t *testing.T, p *apptest.Program, role actor.Role) {
	t.Helper()
	list, secured := apptest.Ask[[]app.UserRow](p, "Users.List"), 0
	for _, u := range list {
		if told := u.Email != "" || u.HasPassword || u.FactorOn || u.LastSeenAt != "" || u.InvitedUntil != ""; told && !u.Self && !role.May(actor.ManageUsers) {
			t.Errorf("%s sees how %s signs in: %+v", role, u.Name, u)
		}
		if u.FactorOn {
			secured++
		}
	}
	if role.May(actor.ManageUsers) != (secured > 0) {
		t.Errorf("%s sees %d second factors", role, secured)
	}
}

// readingCalls are the samples that change nothing.
func readingCalls(p *apptest.Program) (calls [][]any) {
	for _, s := range gather(p) {
		method := s[0].(string) //nolint:forcetypeassert,errcheck // names are literals of the samples
		if app.Rights()[method] == actor.Look && method != "Conversations.MarkRead" || slices.Contains(readers, method) {
			calls = append(calls, s)
		}
	}
	return calls
}

// plant puts secrets into the company, as the principal would.
func plant(t *testing.T, p *apptest.Program) []marker {
	t.Helper()
	h, shell := p.App.House(), actor.Shell("fr")
	var list []marker
	mark := func(name, text string, seen func(actor.Role, string) bool) {
		t.Helper()
		if len(text) < 6 {
			t.Fatalf("%s: %q", name, text)
		}
		list = append(list, marker{name, text, seen})
	}
	// The desk: phone, addresses, links, second factor, recovery.
	me := apptest.Ask[app.AccountView](p, "Account.Me")
	p.Do("Account.Save", app.AccountForm{Name: me.Name, Phone: "+33 4 65 71 98 76", Language: "fr", Version: me.Version})
	mark("the principal's phone", apptest.Ask[app.AccountView](p, "Account.Me").Phone, places(actor.ManageAdministrators, "Account.Me"))
	p.Do("Account.Prove", seatPassword, "")
	mark("the code of the account", apptest.Ask[string](p, "Account.MakeRecoveryCode"), nowhere)
	forUsers := func(role actor.Role, place string) bool { // an asked signer's address stands in the contract
		return role.May(actor.Contracting) && place == "Signing.Candidates" ||
			role.May(actor.ManageUsers) && slices.Contains([]string{"Users.List", "Users.Candidates", "Mail.List", "Mail.Get", "/files/mails/", "/files/lists/mails"}, place)
	}
	made := apptest.Ask[app.UserMade](p, "Users.Create", users.Form{Name: "Thérèse Gardée", Email: "therese@marker.example", Language: "fr", Role: actor.Delegate}, "key-leaks-user")
	mark("a colleague's address", "therese@marker.example", forUsers)
	p.Do("Account.ChangeEmail", seatPassword, "wished@marker.example")
	mark("the address that the principal wishes", "wished@marker.example", func(role actor.Role, place string) bool {
		return forUsers(role, place) || role == actor.Principal && place == "Account.Me"
	})
	p.Do("Account.Forgotten", me.Email)
	_, link, err := h.Users.ResetAtMachine(t.Context(), shell, "therese@marker.example", true)
	if err != nil {
		t.Fatal(err)
	}
	session, err := h.Users.ChoosePassword(t.Context(), h.Users.Token(link.PublicID), seatPassword, seatPassword, users.From{Door: users.Window})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := h.Users.BeginFactor(t.Context(), session.Actor)
	if err != nil {
		t.Fatal(err)
	}
	_, codes, err := h.Users.ConfirmFactor(t.Context(), session.Actor, authenticator(t, p, secret.Typed), users.From{Door: users.Window})
	if err != nil {
		t.Fatal(err)
	}
	mark("the secret of a second factor", secret.Typed, nowhere)
	mark("a code of recovery", codes[0], nowhere)
	if _, err := h.Users.Create(t.Context(), shell, users.Form{Name: "Invité", Email: "invite@marker.example", Language: "fr", Role: actor.Reader}, "key-leaks-invited"); err != nil {
		t.Fatal(err)
	}
	if made.Token != "" {
		mark("the link that a window showed once", made.Token, nowhere)
	}
	raw := dbtest.Raw(t, filepath.Join(h.Folder, "comptoir.db"))
	for i, id := range dbtest.Strings(t, raw, "SELECT public_id FROM user_links") {
		mark(fmt.Sprintf("a user's link %d", i), h.Users.Token(id), nowhere)
	}
	return append(list, plantOutside(t, p)...)
}

// plantOutside puts in what opens doors outside: servers, gateways, interfaces, customers' links.
func plantOutside(t *testing.T, p *apptest.Program) []marker {
	t.Helper()
	password := "mot-de-passe-smtp-4711"
	m := apptest.Ask[outbox.Settings](p, "Settings.Mail")
	m.Host, m.Port, m.Security, m.Auth, m.UserName = "smtp.marker.example", 465, "tls", "plain", "expediteur"
	p.Do("Settings.SaveMail", outbox.SettingsChange{Settings: m, Password: &password})
	token := apptest.Ask[app.APISecret](p, "Provisioning.CreateToken", app.APITokenForm{Key: "key-leaks-token", Name: "Jeton", Scopes: []string{"accounts:read"}}).Secret
	hook := apptest.Ask[app.APISecret](p, "Provisioning.SaveWebhook", app.APIWebhookForm{Key: "key-leaks-hook", URL: "https://hook.marker.example/a?key=cle-du-crochet", Events: []string{"invoice.paid"}, On: true}).Secret
	const key = "sk_test_marker0123456789abcdef"
	if _, shown := p.Try("Gateways.SaveKeys", payments.KeysChange{Gateway: "stripe", Mode: "test", Key: key}); shown != nil {
		t.Logf("keys: %s", shown.Key)
	}
	list := []marker{{"the mail server's password", password, nowhere}, {"a token of the interface", token, nowhere}, {"a webhook's secret", hook, nowhere},
		{"a webhook's key", "cle-du-crochet", places(actor.Configure, "Provisioning.View")}, {"a gateway's key", key, nowhere}}
	for _, r := range apptest.Ask[app.CustomerList](p, "Customers.List", app.ListQuery{Limit: 20}).Rows {
		for _, k := range apptest.Ask[customers.Customer](p, "Customers.Get", r.PublicID).Contacts {
			p.Try("Customers.Invite", r.PublicID, k.PublicID) // who has no address or no access is not invited
		}
	}
	opened := places(actor.Invite, "Mail.Get", "/files/mails/", "Invoices.Get", "Quotes.Get")
	for _, mail := range mailsOf(p, 200) {
		for _, door := range doors.FindAllString(apptest.Ask[app.MailView](p, "Mail.Get", mail).Text, -1) {
			list = append(list, marker{"a customer's link", door, opened})
		}
	}
	if len(list) < 10 {
		t.Errorf("%d markers: no link of a customer was found", len(list))
	}
	return list
}

// doors are the one-time and personal links in a mail to a customer.
var doors = regexp.MustCompile(`/(?:l|a|c|d|f|p|acces|lien|inscription/r)/[A-Za-z0-9_-]{20,}`)

func mailsOf(p *apptest.Program, most int) (list []string) {
	for _, r := range apptest.Ask[app.MailList](p, "Mail.List", app.ListQuery{Limit: most}).Rows {
		list = append(list, r.ID)
	}
	return list
}

// walkAs shows look whatever a role is told.
func walkAs(t *testing.T, p *apptest.Program, role actor.Role, calls [][]any, look func(place, text string)) {
	t.Helper()
	ask := func(method string, args ...any) {
		t.Helper()
		raw, shown := p.Try(method, args...)
		b, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(method, "Mail.Arrived") { // the box of the practice company is that of everybody out there
			look(method, plainJSON(t, raw)+string(b))
		}
	}
	for _, s := range calls {
		method := s[0].(string) //nolint:forcetypeassert,errcheck // names are literals of the samples
		if may := app.Rights()[method]; may == app.Everyone || role.May(may) {
			ask(method, s[1:]...)
		}
	}
	for _, words := range []string{"marker", "therese", "Gardée", "wished", "98 76", "smtp", "Jeton", "lien"} {
		ask("System.Search", words)
		ask("Mail.List", app.ListQuery{Words: words, Limit: 200})
		ask("Conversations.List", app.ListQuery{Words: words, Limit: 200})
	}
	for _, id := range mailsOf(p, 120) {
		ask("Mail.Get", id)
		_, eml := p.File("/files/mails/" + id + ".eml")
		look("/files/mails/", unfolded(string(eml)))
	}
	if role.May(actor.Inspect) {
		for cursor := ""; ; {
			page := apptest.Ask[app.AuditPage](p, "Audit.List", app.AuditQuery{Limit: 500, Cursor: cursor})
			b, err := json.Marshal(page)
			if err != nil {
				t.Fatal(err)
			}
			look("Audit.List", plainJSON(t, b))
			if cursor = page.Next; cursor == "" {
				break
			}
		}
	}
	for _, name := range app.ListFiles() {
		_, content := p.File("/files/lists/" + name + ".csv")
		look("/files/lists/"+name, string(content))
	}
}

// plainJSON is an answer without the escapes of HTML.
func plainJSON(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	return strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(string(raw))
}

// unfolded takes the breaks of quoted-printable out of a message.
func unfolded(eml string) string {
	return strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(eml)
}

var topicForm = regexp.MustCompile(`^data: \{"data":\[\{"topics":\["[a-z_*]+"(,"[a-z_*]+")*\]\}\],"name":"changed"\}$`)

// listen hears the stream of events until its answer is asked for: notices name topics, and nothing else.
func listen(t *testing.T, p *apptest.Program) func() string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.Base()+"/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.Browser().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(resp.Body)
	if first, err := lines.ReadString('\n'); err != nil || first != ": open\n" {
		t.Fatalf("%q %v", first, err)
	}
	heard, done := []string{}, make(chan struct{})
	go func() {
		defer close(done)
		for {
			line, err := lines.ReadString('\n')
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, ":") {
				heard = append(heard, line)
			}
			if err != nil || strings.Contains(line, `"theend"`) {
				return
			}
		}
	}()
	return func() string {
		app.Tell(p.App, "theend")
		<-done
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
		for _, line := range heard {
			if !topicForm.MatchString(line) {
				t.Errorf("the stream tells more than topics: %s", line)
			}
		}
		return strings.Join(heard, "\n")
	}
}

// authenticator gives the code of a secret that was typed into it.
func authenticator(t *testing.T, p *apptest.Program, typed string) string {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(typed)
	if err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha1.New, secret)
	_ = binary.Write(m, binary.BigEndian, p.App.House().DB.Now().Unix()/30) // a hash takes everything
	sum := m.Sum(nil)
	at := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}
