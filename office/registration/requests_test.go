package registration_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/registration"
)

// group is a group of customers with terms, a question, and a tax number of nine characters.
func (r room) group(free bool) string {
	r.T.Helper()
	for _, q := range []string{
		"INSERT INTO customer_groups (public_id, name, portal_enabled, requests_to, created_at, updated_at) VALUES ('groupe', 'Détaillants', 1, 'acces@firme.example', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
		"INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) SELECT id, 1, 'Nos conditions', 'Our terms', 'Ana', '2026-01-01T00:00:00.000Z' FROM customer_groups WHERE public_id = 'groupe'",
		"INSERT INTO group_questions (public_id, group_id, position, kind, label_fr, label_en, choices_fr, choices_en, mandatory) SELECT 'quoi', id, 1, 'choice', 'Activité', 'Trade', '[\"Vente\",\"Service\"]', '[\"Retail\",\"Service\"]', 1 FROM customer_groups WHERE public_id = 'groupe'",
	} {
		r.exec(q)
	}
	if free {
		r.exec("UPDATE portal_settings SET free_group_id = (SELECT id FROM customer_groups WHERE public_id = 'groupe')")
	}
	return "groupe"
}

func (r room) exec(q string) {
	r.T.Helper()
	if _, err := dbtest.Raw(r.T, r.Path).Exec(q); err != nil {
		r.T.Fatalf("%s: %v", q, err)
	}
}

func typed(email string) registration.Typed {
	return registration.Typed{Accepted: true, TermsVersion: 1, Lang: "fr", Address: "192.0.2.9", Answers: map[string]string{"quoi": "Vente"},
		Form: registration.RequestForm{Name: "Zoé Lenoir", Email: email, Language: "fr", UserName: "zoe.lenoir", Company: "Crèmerie Lenoir", TaxID: "ab1 234-567", Line1: "3 quai Vert", Postcode: "69001", City: "Lyon", Country: "FR"}}
}

func (r room) requestCode() string {
	r.T.Helper()
	row := r.rows("SELECT public_id || '/' || round FROM access_requests ORDER BY id DESC LIMIT 1")
	ref, round, _ := strings.Cut(row[0], "/")
	return r.Code(ref, round)
}

// filled is a request with all its steps and a proved mailbox, not sent yet.
func (r room) filled(group, email string) string {
	r.T.Helper()
	token, err := r.BeginRequest(ctx, group, typed(email))
	r.Must(err)
	for _, s := range []registration.Step{registration.StepContact, registration.StepCompany, registration.StepQuestions} {
		r.Must(r.SaveStep(ctx, token, s, typed(email)))
	}
	r.Must(r.ProveCode(ctx, token, r.requestCode()))
	return token
}

func missing(v registration.Request) string {
	keys := []string{}
	for _, m := range v.Missing {
		keys = append(keys, strings.TrimPrefix(m.Key, "portal.register.missing."))
	}
	return strings.Join(keys, " ")
}

// The five steps in order; each may be come back to, and what is missing is said until it is sent.
func TestRequest(t *testing.T) {
	r := newRoom(t)
	group := r.group(false)
	token, err := r.BeginRequest(ctx, group, typed(""))
	r.Must(err)
	look := func(want string) registration.Request {
		t.Helper()
		v, err := r.LoadRequest(ctx, token, "en", registration.StepStatus)
		r.Must(err)
		if missing(v) != want {
			t.Errorf("missing %q, want %q", missing(v), want)
		}
		return v
	}
	look("contact company questions")
	in := typed("zoe@lenoir.example")
	r.Must(r.SaveStep(ctx, token, registration.StepContact, in))
	look("email company questions")
	r.WantFault(r.ProveCode(ctx, token, "12"), registration.ErrWrong.Key)
	r.Must(r.ProveCode(ctx, token, r.requestCode()))
	look("company questions")
	r.WantFault(r.Submit(ctx, token), registration.ErrIncomplete.Key)
	r.Must(r.SaveStep(ctx, token, registration.StepCompany, in))
	r.Must(r.SaveStep(ctx, token, registration.StepQuestions, in))
	if v := look(""); v.Form.TaxID != "AB1234567" || v.Questions[0].Answer != "Retail" || !v.EmailProved {
		t.Errorf("%+v", v)
	}
	r.Must(r.Submit(ctx, token))
	r.WantFault(r.Submit(ctx, token), registration.ErrSettled.Key)
	r.WantFault(r.SaveStep(ctx, token, registration.StepCompany, in), registration.ErrSettled.Key)
	got := r.rows("SELECT state || ' ' || tax_key || ' ' || user_name || ' ' || terms_lang || ' ' || terms_address || ' ' || email FROM access_requests")
	if want := "sent AB1234567 zoe.lenoir fr 192.0.2.9 zoe@lenoir.example"; len(got) != 1 || got[0] != want {
		t.Errorf("%q", got)
	}
	if got := strings.Join(r.rows("SELECT kind || ' ' || to_address FROM mails ORDER BY id"), ", "); got != "signup_code zoe@lenoir.example, request_begun zoe@lenoir.example, request_arrived acces@firme.example, request_sent zoe@lenoir.example" {
		t.Error(got)
	}
	if n := r.count("SELECT count(*) FROM notifications WHERE kind = 'request_arrived'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	if n := r.count("SELECT count(*) FROM access_requests WHERE token_hash LIKE '%" + token + "%' OR form LIKE '%" + token + "%'"); n != 0 {
		t.Error("the reference is kept")
	}
	r.Must(r.Withdraw(ctx, token))
	if n := r.count("SELECT count(*) FROM access_requests WHERE state = 'withdrawn'"); n != 1 {
		t.Error("not withdrawn")
	}
}

// What cannot be is refused beside its field, and nothing of the step is kept.
func TestRequestRefused(t *testing.T) {
	r := newRoom(t)
	group := r.group(false)
	no := typed("")
	no.Accepted = false
	_, err := r.BeginRequest(ctx, group, no)
	r.WantField(err, "terms", "fault.signup.terms")
	no = typed("")
	no.TermsVersion = 0
	_, err = r.BeginRequest(ctx, group, no)
	r.WantField(err, "terms", "fault.subscription.terms_changed")
	_, err = r.BeginRequest(ctx, "nulle-part", typed(""))
	r.WantFault(err, "fault.not_found")
	token, err := r.BeginRequest(ctx, group, typed(""))
	r.Must(err)
	for _, x := range []struct {
		step      registration.Step
		fn        func(*registration.Typed)
		path, key string
	}{
		{registration.StepContact, func(in *registration.Typed) { in.Form.Name = " " }, "name", "fault.required"},
		{registration.StepContact, func(in *registration.Typed) { in.Form.Name = "\u200b\u200d\u3164" }, "name", "fault.required"},
		{registration.StepCompany, func(in *registration.Typed) { in.Form.Company = "\u2800\ufeff\u0301" }, "company", "fault.required"},
		{registration.StepContact, func(in *registration.Typed) { in.Form.Name = "Gagné : http://evil.example" }, "name", "fault.register.name_address"},
		{registration.StepCompany, func(in *registration.Typed) { in.Form.Company = "[clic](https://evil.example)" }, "company", "fault.register.name_address"},
		{registration.StepContact, func(in *registration.Typed) { in.Form.Email = "" }, "email", "fault.required"},
		{registration.StepContact, func(in *registration.Typed) { in.Form.Language = "de" }, "language", "fault.choice"},
		{registration.StepContact, func(in *registration.Typed) { in.Form.UserName = "someone@else.example" }, "userName", "fault.register.user_name"},
		{registration.StepCompany, func(in *registration.Typed) { in.Form.TaxID = "123" }, "taxId", "fault.taxid.shape"},
		{registration.StepCompany, func(in *registration.Typed) { in.Form.Company = "" }, "company", "fault.required"},
		{registration.StepCompany, func(in *registration.Typed) { in.Form.Line1 = "" }, "line1", "fault.required"},
		{registration.StepQuestions, func(in *registration.Typed) { in.Answers = nil }, "answers.quoi", "fault.required"},
		{registration.StepQuestions, func(in *registration.Typed) { in.Answers["quoi"] = "Retail" }, "answers.quoi", "fault.choice"},
	} {
		in := typed("zoe@lenoir.example")
		x.fn(&in)
		r.WantField(r.SaveStep(ctx, token, x.step, in), x.path, x.key)
	}
	if n := r.count("SELECT count(*) FROM mails") + r.count("SELECT count(*) FROM access_answers") + r.count("SELECT count(*) FROM access_requests WHERE email <> '' OR tax_key <> ''"); n != 0 {
		t.Errorf("%d rows", n)
	}
	r.exec("UPDATE customer_groups SET portal_enabled = 0 WHERE public_id = 'groupe'")
	_, err = r.LoadRequest(ctx, token, "fr", registration.StepContact)
	r.WantFault(err, registration.ErrNoRequest.Key)
}

// Another address is proved anew; a known one, a known number and a known user name change nothing.
func TestRequestTellsNothing(t *testing.T) {
	r := newRoom(t)
	group := r.group(false)
	r.Customer("Martin", func(c *customers.Customer) {
		c.SIREN = "732829320"
		c.Contacts = []customers.Contact{{Name: "Odile", Email: "odile@martin.example", Language: "fr", IsPrimary: true, PortalAccess: true}}
	})
	seen := map[string]string{}
	for _, email := range []string{"odile@martin.example", "nobody@martin.example"} {
		token, err := r.BeginRequest(ctx, group, typed(""))
		r.Must(err)
		in := typed(email)
		in.Form.TaxID, in.Form.UserName = "732829320", email
		for _, s := range []registration.Step{registration.StepContact, registration.StepCompany, registration.StepQuestions} {
			r.Must(r.SaveStep(ctx, token, s, in))
		}
		r.Must(r.ProveCode(ctx, token, r.requestCode()))
		r.Must(r.Submit(ctx, token))
		v, err := r.LoadRequest(ctx, token, "fr", registration.StepStatus)
		r.Must(err)
		v.PublicID, v.SentAt, v.Terms.AcceptedAt, v.Form.Email, v.Form.UserName = "", "", "", "", ""
		seen[email] = fmt.Sprintf("%+v", v) + strings.Join(r.rows("SELECT kind FROM mails WHERE to_address = '"+email+"' ORDER BY id"), ",")
	}
	if seen["odile@martin.example"] != seen["nobody@martin.example"] {
		t.Errorf("%s\n%s", seen["odile@martin.example"], seen["nobody@martin.example"])
	}
	token := r.filled(group, "zoe@lenoir.example")
	r.Must(r.SaveStep(ctx, token, registration.StepContact, typed("autre@lenoir.example")))
	v, err := r.LoadRequest(ctx, token, "fr", registration.StepStatus)
	r.Must(err)
	if v.EmailProved || missing(v) != "email" {
		t.Errorf("%+v", v)
	}
}

// Five tries end a code; many mails to one address have to wait; a draft is forgotten.
func TestRequestLimits(t *testing.T) {
	r := newRoom(t)
	group := r.group(false)
	token, err := r.BeginRequest(ctx, group, typed(""))
	r.Must(err)
	r.Must(r.SaveStep(ctx, token, registration.StepContact, typed("zoe@lenoir.example")))
	for i := range registration.CodeMost {
		want := registration.ErrWrong.Key
		if i == registration.CodeMost-1 {
			want = registration.ErrDead.Key
		}
		r.WantFault(r.ProveCode(ctx, token, "1"), want)
	}
	r.WantFault(r.ProveCode(ctx, token, r.requestCode()), registration.ErrDead.Key)
	r.Must(r.SendCode(ctx, token))
	r.Must(r.SendCode(ctx, token)) // the second click of two
	r.MoveTo(r.Now().Add(time.Minute))
	r.Must(r.SendCode(ctx, token))
	r.MoveTo(r.Now().Add(time.Minute))
	r.WantFault(r.SendCode(ctx, token), "fault.signup.wait")
	if n := r.count("SELECT count(*) FROM mails WHERE kind = 'signup_code'"); n != 3 {
		t.Errorf("%d mails", n)
	}
	r.MoveTo(r.Now().Add(registration.UnprovedLife))
	_, err = r.LoadRequest(ctx, token, "fr", registration.StepContact)
	r.WantFault(err, registration.ErrNoRequest.Key)
	_, err = r.BeginRequest(ctx, group, typed(""))
	r.Must(err)
	if n := r.count("SELECT count(*) FROM access_requests"); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// Inscription libre: a proved mailbox that nobody has makes a customer of the group at once, with a
// link to its password; one that somebody has goes to the firm. The visitor sees the same.
func TestFreeRegistration(t *testing.T) {
	r := newRoom(t)
	group := r.group(true)
	r.Customer("Martin", func(c *customers.Customer) {
		c.Contacts = []customers.Contact{{Name: "Odile", Email: "odile@martin.example", Language: "fr", IsPrimary: true, PortalAccess: true}}
	})
	for email, want := range map[string]string{"zoe@lenoir.example": "approved", "odile@martin.example": "sent"} {
		r.Must(r.Submit(ctx, r.filled(group, email)))
		if got := r.rows("SELECT state FROM access_requests WHERE email = '" + email + "'"); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v", email, got)
		}
		if n := r.count("SELECT count(*) FROM mails WHERE to_address = '" + email + "'"); n != 3 {
			t.Errorf("%s: %d mails", email, n)
		}
	}
	made := r.rows("SELECT c.name || '|' || g.public_id || '|' || k.email || '|' || k.portal_access || '|' || k.is_primary FROM access_requests r JOIN customers c ON c.id = r.customer_id JOIN customer_groups g ON g.id = c.group_id JOIN contacts k ON k.id = r.contact_id")
	if want := "Crèmerie Lenoir|groupe|zoe@lenoir.example|1|1"; len(made) != 1 || made[0] != want {
		t.Errorf("%q", made)
	}
	if n := r.count("SELECT count(*) FROM terms_accepted WHERE address = '192.0.2.9' AND lang = 'fr'"); n != 1 {
		t.Errorf("%d accepted terms", n)
	}
}

// The reference is of this house's key: another key gives another one.
func TestRequestToken(t *testing.T) {
	one := registration.New(registration.Deps{IDs: id.Seeded(1), Key: []byte(strings.Repeat("k", 32))})
	two := registration.New(registration.Deps{IDs: id.Seeded(1), Key: []byte(strings.Repeat("l", 32))})
	a, b := one.RequestToken("demande"), two.RequestToken("demande")
	if len(a) != 43 || a == b || a == one.RequestToken("autre") || a != one.RequestToken("demande") {
		t.Errorf("%s %s", a, b)
	}
}

// A proof is of one mailbox: a letter that only looks or folds alike is another address.
func TestAProofIsOfOneMailbox(t *testing.T) {
	r := newRoom(t)
	token := r.filled(r.group(false), "\u017foe@lenoir.example")
	for _, x := range []struct {
		email  string
		proved bool
	}{{"\u017foe@LENOIR.example", true}, {"soe@lenoir.example", false}} {
		r.Must(r.SaveStep(ctx, token, registration.StepContact, typed(x.email)))
		v, err := r.LoadRequest(ctx, token, "fr", registration.StepStatus)
		r.Must(err)
		if v.EmailProved != x.proved {
			t.Errorf("%s: %v", x.email, v.EmailProved)
		}
	}
	r.WantFault(r.Submit(ctx, token), registration.ErrIncomplete.Key)
}
