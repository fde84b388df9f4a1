package registration_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/accepted"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/outbox"
	"comptoir/office/registration"
)

var ctx = officetest.Ctx

const password = "Brouette-7-coquelicots"

// room is the room of strangers beside a firm.
type room struct {
	*officetest.Firm
	*registration.Service
}

func newRoom(t testing.TB) room {
	f := officetest.New(t)
	s := registration.New(registration.Deps{DB: f.DB, IDs: id.Seeded(5), Key: []byte(strings.Repeat("k", 32)), Customers: f.Customers, Access: f.Access})
	return room{Firm: f, Service: s}
}

func (r room) rows(query string) []string {
	r.T.Helper()
	return dbtest.Strings(r.T, dbtest.Raw(r.T, r.Path), query)
}

func (r room) count(query string) int64 { return dbtest.Int(r.T, dbtest.Raw(r.T, r.Path), query) }

// start is a form that is right; fn changes it.
func (r room) start(email string, fn func(*registration.Start)) registration.Start {
	r.T.Helper()
	token, err := r.NewToken()
	r.Must(err)
	in := registration.Start{Token: token, CameBy: "link", For: "Panier", Password: password, Accepted: true,
		Form:  customers.Newcomer{Kind: "company", Company: "Crèmerie Lenoir", Name: "Zoé Lenoir", Email: email, Language: "fr", SIREN: "552100554", Line1: "3 quai Vert", Postcode: "69001", City: "Lyon", Country: "FR", Currency: "EUR"},
		Terms: accepted.Terms{Words: "J’accepte.\n\nConditions de vente.", Lang: "fr", Address: "192.0.2.7"}}
	if fn != nil {
		fn(&in)
	}
	return in
}

func (r room) code(email string) string {
	r.T.Helper()
	row := r.rows("SELECT public_id || '/' || round FROM registrations WHERE email = '" + email + "' ORDER BY id DESC LIMIT 1")
	ref, round, _ := strings.Cut(row[0], "/")
	return r.Code(ref, round)
}

func (r room) confirm(token, code string) (access.Session, error) {
	return r.Confirm(ctx, token, code, access.Browser{Address: "192.0.2.7"})
}

// Nothing is made before the code; the right one makes the customer with what was accepted, once.
func TestRegistering(t *testing.T) {
	r := newRoom(t)
	in := r.start("zoe@lenoir.example", nil)
	r.Must(r.Begin(ctx, in))
	r.Must(r.Begin(ctx, in)) // the second click of two
	if n := r.count("SELECT count(*) FROM mails WHERE kind = 'signup_code'"); n != 1 {
		t.Errorf("%d codes", n)
	}
	if n := r.count("SELECT count(*) FROM customers"); n != 0 {
		t.Errorf("%d customers before the code", n)
	}
	v, err := r.Get(ctx, in.Token)
	r.Must(err)
	if v.Email != "zoe@lenoir.example" || v.Tries != registration.CodeMost || v.Done || v.CameBy != "link" {
		t.Errorf("%+v", v)
	}
	code := r.code("zoe@lenoir.example")
	session, err := r.confirm(in.Token, " "+code[:3]+" "+code[3:]+" ")
	r.Must(err)
	if session.Actor.CustomerID == 0 {
		t.Errorf("%+v", session)
	}
	again, err := r.confirm(in.Token, code)
	r.Must(err)
	if again.Actor.CustomerID != session.Actor.CustomerID || r.count("SELECT count(*) FROM customers") != 1 {
		t.Errorf("the second time: %+v", again)
	}
	words := r.rows("SELECT words || '|' || lang || '|' || hash || '|' || address FROM accepted_terms WHERE subscription_id IS NULL")
	if want := in.Terms.Words + "|fr|" + in.Terms.Hash() + "|192.0.2.7"; len(words) != 1 || words[0] != want {
		t.Errorf("%q", words)
	}
	if n := r.count("SELECT count(*) FROM notifications WHERE kind = 'customer_registered'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	if n := r.count("SELECT count(*) FROM registrations WHERE password_hash LIKE '%" + password + "%' OR form LIKE '%" + password + "%'"); n != 0 {
		t.Error("the password is kept")
	}
}

// Anybody may have a code mailed to any mailbox: the words that go there are the firm's own.
func TestNoWordsOfStrangersAreMailed(t *testing.T) {
	r := newRoom(t)
	const lure = "1000 EUR gratuits, http://evil.example"
	names := func(in *registration.Start) { in.Form.Name, in.Form.Company = lure, lure }
	in := r.start("victim@mailbox.example", names)
	r.Must(r.Begin(ctx, in))
	r.Move("2027-01-04")
	in.Token = r.start("", nil).Token
	r.Must(r.Begin(ctx, in))
	r.Customer("Martin", func(c *customers.Customer) { c.Contacts[0].Email = "known@mailbox.example" })
	r.Must(r.Begin(ctx, r.start("known@mailbox.example", names)))
	if n := r.count("SELECT count(*) FROM mails WHERE kind LIKE 'signup_%'"); n != 3 {
		t.Errorf("%d mails", n)
	}
	if n := r.count("SELECT count(*) FROM mails WHERE kind LIKE 'signup_%' AND (to_name <> '' OR args LIKE '%evil%')"); n != 0 {
		t.Errorf("%d say what a stranger typed", n)
	}
}

// What cannot be is refused beside its field, and written nowhere.
func TestRefused(t *testing.T) {
	r := newRoom(t)
	for path, x := range map[string]struct {
		fn  func(*registration.Start)
		key string
	}{
		"terms":    {func(in *registration.Start) { in.Accepted = false }, "fault.signup.terms"},
		"email":    {func(in *registration.Start) { in.Form.Email = "" }, "fault.required"},
		"siren":    {func(in *registration.Start) { in.Form.SIREN = "" }, "fault.required"},
		"line1":    {func(in *registration.Start) { in.Form.Line1 = "" }, "fault.required"},
		"password": {func(in *registration.Start) { in.Password = "court" }, ""},
	} {
		err := r.Begin(ctx, r.start("zoe@lenoir.example", x.fn))
		if x.key != "" {
			r.WantField(err, path, x.key)
		} else if err == nil {
			t.Errorf("%s: taken", path)
		}
	}
	r.WantField(r.Begin(ctx, r.start("zoe@lenoir.example", func(in *registration.Start) { in.Terms.Words = "" })), "terms", "fault.signup.terms")
	r.WantField(r.Begin(ctx, r.start("zoe@lenoir.example", func(in *registration.Start) { in.Terms.Shown = strings.Repeat("0", 64) })), "terms", "fault.subscription.terms_changed")
	r.WantFault(r.Begin(ctx, registration.Start{Token: "short"}), registration.ErrNone.Key)
	if n := r.count("SELECT count(*) FROM registrations") + r.count("SELECT count(*) FROM mails"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// Five tries, ten minutes; a new code makes the old one worthless.
func TestCodes(t *testing.T) {
	r := newRoom(t)
	in := r.start("zoe@lenoir.example", nil)
	r.Must(r.Begin(ctx, in))
	first := r.code("zoe@lenoir.example")
	wrong := "000000"
	if first == wrong {
		wrong = "000001"
	}
	for i := range registration.CodeMost {
		want := registration.ErrWrong.Key
		if i == registration.CodeMost-1 {
			want = registration.ErrDead.Key
		}
		_, err := r.confirm(in.Token, wrong)
		r.WantFault(err, want)
	}
	_, err := r.confirm(in.Token, first)
	r.WantFault(err, registration.ErrDead.Key)
	r.Must(r.Resend(ctx, in.Token, "Panier"))
	r.MoveTo(r.Now().Add(registration.CodeLife))
	_, err = r.confirm(in.Token, r.code("zoe@lenoir.example"))
	r.WantFault(err, registration.ErrDead.Key)
	r.MoveTo(r.Now().Add(time.Hour))
	r.Must(r.Resend(ctx, in.Token, "Panier"))
	second := r.code("zoe@lenoir.example")
	if second != first {
		_, err = r.confirm(in.Token, first)
		r.WantFault(err, registration.ErrWrong.Key)
	}
	_, err = r.confirm(in.Token, second)
	r.Must(err)
	r.MoveTo(r.Now().Add(registration.Life))
	_, err = r.Get(ctx, in.Token)
	r.WantFault(err, registration.ErrNone.Key)
}

// Who is known gets another mail and no code: with an access how to sign in, without one the word
// that the firm opens it, of which the firm hears once a day. Who was archived is nobody.
func TestKnown(t *testing.T) {
	r := newRoom(t)
	contact := func(email string, portal bool) {
		r.Customer("Client "+email, func(c *customers.Customer) {
			c.Contacts = []customers.Contact{{Name: "Odile", Email: email, Language: "fr", IsPrimary: true, PortalAccess: portal}}
		})
	}
	contact("with@client.example", true)
	contact("without@client.example", false)
	contact("gone@client.example", true)
	if _, err := dbtest.Raw(t, r.Path).Exec("UPDATE contacts SET archived_at = '2026-01-01T00:00:00.000Z' WHERE email = 'gone@client.example'"); err != nil {
		t.Fatal(err)
	}
	for email, kind := range map[string]string{"WITH@client.example": "signup_known", "without@client.example": "signup_on_file", "gone@client.example": "signup_code"} {
		in := r.start(email, nil)
		r.Must(r.Begin(ctx, in))
		if got := r.rows("SELECT kind FROM mails WHERE to_address = '" + email + "'"); len(got) != 1 || got[0] != kind {
			t.Errorf("%s: %v", email, got)
		}
		_, err := r.confirm(in.Token, r.code(email))
		if kind == "signup_code" {
			r.Must(err)
		} else {
			r.WantFault(err, registration.ErrWrong.Key)
		}
	}
	for i, days := range []int{0, 0, 2} {
		r.MoveTo(r.Now().Add(time.Duration(days)*24*time.Hour + time.Minute))
		r.Must(r.Begin(ctx, r.start("without@client.example", nil)))
		r.jobs()
		want := int64(1 + i/2)
		if n := r.count("SELECT count(*) FROM notifications WHERE kind = 'signup_on_file'"); n != want {
			t.Errorf("notices after %s: %d, want %d", strconv.Itoa(i), n, want)
		}
	}
}

// jobs does what a registration left to be done after its answer.
func (r room) jobs() {
	r.T.Helper()
	w := outbox.NewWorker(outbox.Config{DB: r.DB})
	w.Handle(registration.JobOnFile, r.RunOnFile)
	_, err := w.RunJobs(ctx)
	r.Must(err)
}

// off puts a customer into a group that does not use the portal.
func (r room) off(email string) {
	r.T.Helper()
	raw := dbtest.Raw(r.T, r.Path)
	for _, statement := range []string{
		"INSERT INTO customer_groups (public_id, name, portal_enabled, created_at, updated_at) SELECT 'group-that-is-off', 'Sans portail', 0, '2026-11-01T08:00:00.000Z', '2026-11-01T08:00:00.000Z' WHERE NOT EXISTS (SELECT 1 FROM customer_groups WHERE public_id = 'group-that-is-off')",
		"UPDATE customers SET group_id = (SELECT id FROM customer_groups WHERE public_id = 'group-that-is-off') WHERE id IN (SELECT customer_id FROM contacts WHERE email = '" + email + "')",
	} {
		if _, err := raw.Exec(statement); err != nil {
			r.T.Fatal(err)
		}
	}
}

// A contact whose group does not use the portal has no access, whatever its card says: it is not
// told to sign in, and no session is opened that would be refused at the next page.
func TestKnownInAGroupThatIsOff(t *testing.T) {
	r := newRoom(t)
	r.Customer("Client", func(c *customers.Customer) {
		c.Contacts = []customers.Contact{{Name: "Odile", Email: "off@client.example", Language: "fr", IsPrimary: true, PortalAccess: true}}
	})
	r.off("off@client.example")
	in := r.start("off@client.example", nil)
	r.Must(r.Begin(ctx, in))
	if got := r.rows("SELECT kind FROM mails WHERE to_address = 'off@client.example'"); len(got) != 1 || got[0] != "signup_on_file" {
		t.Errorf("%v", got)
	}
	_, err := r.confirm(in.Token, r.code("off@client.example"))
	r.WantFault(err, registration.ErrWrong.Key)

	in = r.start("zoe@lenoir.example", nil)
	r.Must(r.Begin(ctx, in))
	code := r.code("zoe@lenoir.example")
	_, err = r.confirm(in.Token, code)
	r.Must(err)
	r.off("zoe@lenoir.example")
	before := r.count("SELECT count(*) FROM portal_sessions")
	_, err = r.confirm(in.Token, code)
	r.WantFault(err, registration.ErrNone.Key)
	if n := r.count("SELECT count(*) FROM portal_sessions"); n != before {
		t.Errorf("%d sessions were opened", n-before)
	}
}

// A VAT number of another member state changes no tax before the firm has looked at it.
func TestVATNumberIsLookedAtFirst(t *testing.T) {
	r := newRoom(t)
	for email, form := range map[string]struct {
		country, vat, siren string
		notices             int64
	}{"de@lenoir.example": {"DE", "DE136695976", "", 1}, "fr@lenoir.example": {"FR", "FR96552100554", "552100554", 0}} {
		in := r.start(email, func(in *registration.Start) {
			in.Form.Country, in.Form.VATNumber, in.Form.SIREN = form.country, form.vat, form.siren
			if form.country == "DE" {
				in.Form.Postcode, in.Form.City = "10115", "Berlin"
			}
		})
		before := r.count("SELECT count(*) FROM notifications WHERE kind = 'vat_to_check'")
		r.Must(r.Begin(ctx, in))
		_, err := r.confirm(in.Token, r.code(email))
		r.Must(err)
		if got := r.rows("SELECT tax_regime FROM customers WHERE vat_number = '" + form.vat + "'"); len(got) != 1 || got[0] != "domestic" {
			t.Errorf("%s: %v", form.country, got)
		}
		if n := r.count("SELECT count(*) FROM notifications WHERE kind = 'vat_to_check'") - before; n != form.notices {
			t.Errorf("%s: %d notices", form.country, n)
		}
	}
}

// Two forms of one address: the first code makes the customer, the second is told that it is known.
func TestTwoFormsOfOneAddress(t *testing.T) {
	r := newRoom(t)
	one, two := r.start("zoe@lenoir.example", nil), r.start("zoe@lenoir.example", nil)
	r.Must(r.Begin(ctx, one))
	first := r.code("zoe@lenoir.example")
	r.Must(r.Begin(ctx, two))
	second := r.code("zoe@lenoir.example")
	_, err := r.confirm(one.Token, first)
	r.Must(err)
	_, err = r.confirm(two.Token, second)
	r.WantFault(err, registration.ErrKnown.Key)
	if n := r.count("SELECT count(*) FROM customers"); n != 1 {
		t.Errorf("%d customers", n)
	}
}
