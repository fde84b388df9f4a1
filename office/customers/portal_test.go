package customers_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/outbox"
)

func syndics(t *testing.T, f *officetest.Firm) customers.Group {
	t.Helper()
	g, err := f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), customers.Group{Name: "Syndics"})
	f.Must(err)
	return g
}

func portalOf(f *officetest.Firm, g customers.Group) customers.GroupPortal {
	p, err := f.Customers.GroupPortalOf(officetest.Ctx, officetest.Staff, g.PublicID)
	f.Must(err)
	return p
}

func mailsOf(f *officetest.Firm, g customers.Group) customers.GroupMails {
	m, err := f.Customers.GroupMailsOf(officetest.Ctx, officetest.Staff, g.PublicID)
	f.Must(err)
	return m
}

// Every field of the tab comes back as it was saved, in both languages.
func TestPortalTabRoundTrip(t *testing.T) {
	f := officetest.New(t)
	g := syndics(t, f)
	p := portalOf(f, g)
	if len(p.Texts) != 8 || len(p.Formats) != 10 || len(p.Terms) != 0 || p.TaxFormat != "nine" {
		t.Fatalf("%+v", p)
	}
	for i := range p.Texts {
		x := &p.Texts[i]
		if x.FR != "" || x.EN != "" || x.ShippedFR == "" || x.ShippedEN == "" || x.ShippedFR == x.ShippedEN {
			t.Errorf("%+v", *x)
		}
		x.FR, x.EN = "**"+x.Field+"** à lire\n\n- un", x.Field+" to read"
	}
	p.TermsFR, p.TermsEN = "Conditions", "Terms"
	p.TaxFormat, p.TaxMask, p.EmailHelpURL = "free", "aa-nnn-x", "https://mail.example/aide"
	p.PasswordAlways, p.FactorWanted, p.Proposals = true, true, true
	p.Questions = []customers.GroupQuestion{
		{Kind: "choice", LabelFR: "Secteur ?", LabelEN: "Trade?", ChoicesFR: []string{"Bois", "Métal"}, ChoicesEN: []string{"Wood", "Metal"}, Mandatory: true},
		{Kind: "yes_no", LabelFR: "Déjà client ?", LabelEN: "Known?", ChoicesFR: []string{}, ChoicesEN: []string{}},
		{Kind: "text", LabelFR: "Autre", LabelEN: "Other", ChoicesFR: []string{}, ChoicesEN: []string{}},
	}
	key := f.Key()
	saved, err := f.Customers.SaveGroupPortal(officetest.Ctx, officetest.Staff, key, p)
	f.Must(err)
	if got := portalOf(f, g); !reflect.DeepEqual(got, saved) {
		t.Errorf("read %+v\nsaved %+v", got, saved)
	}
	if len(saved.Terms) != 1 || saved.Terms[0].ByName != officetest.Staff.Name || saved.Terms[0].FR != "Conditions" || saved.Version != p.Version+1 {
		t.Errorf("%+v", saved.Terms)
	}
	p.Terms, p.Version = saved.Terms, saved.Version
	for i, q := range saved.Questions {
		if q.PublicID == "" {
			t.Error("a question without an id")
		}
		p.Questions[i].PublicID = q.PublicID
	}
	if !reflect.DeepEqual(saved, p) {
		t.Errorf("saved %+v\nwant %+v", saved, p)
	}
	// What is said in the portal: the group's own, the program's where it is taken back.
	saved.Texts[0].EN, saved.Texts[1].FR = "", saved.Texts[1].ShippedFR
	saved, err = f.Customers.SaveGroupPortal(officetest.Ctx, officetest.Staff, f.Key(), saved)
	f.Must(err)
	f.Must(f.DB.Read(officetest.Ctx, func(q *gen.Queries) error {
		row, err := q.CustomerGroupByPublicID(officetest.Ctx, g.PublicID)
		if err != nil {
			return err
		}
		fr, err := customers.PortalTexts(officetest.Ctx, q, row.ID, "fr")
		if err != nil {
			return err
		}
		en, err := customers.PortalTexts(officetest.Ctx, q, row.ID, "en")
		if en["step_terms"] != saved.Texts[0].ShippedEN || fr["step_contact"] != saved.Texts[1].ShippedFR || !strings.HasPrefix(fr["step_terms"], "**step_terms**") {
			t.Errorf("%v %v", fr, en)
		}
		return err
	}))
	if saved.Texts[1].FR != "" {
		t.Error("the program's own words became the group's")
	}
}

// The tab is saved whole or not at all, and not over what somebody else saved.
func TestPortalTabAllOrNothing(t *testing.T) {
	f := officetest.New(t)
	g := syndics(t, f)
	before := portalOf(f, g)
	p := portalOf(f, g)
	p.Texts[0].FR, p.TermsFR, p.EmailHelpURL, p.TaxFormat, p.TaxMask = "Nouveau", "Seulement en français", "javascript:alert(1)", "free", "--"
	p.Questions = []customers.GroupQuestion{{Kind: "choice", LabelFR: "Un", LabelEN: "", ChoicesFR: []string{"a", "a"}, ChoicesEN: []string{"b"}}}
	_, err := f.Customers.SaveGroupPortal(officetest.Ctx, officetest.Staff, f.Key(), p)
	got := map[string]string{}
	if e, ok := fault.As(err); ok {
		for _, x := range e.Fields {
			got[x.Path] = x.Key
		}
	}
	want := map[string]string{"termsEn": "fault.group.both_languages", "emailHelpUrl": "fault.group.web_address", "taxMask": "fault.taxid.mask", "questions.0.labelEn": "fault.required",
		"questions.0.choicesFr": "fault.group.choice_twice", "questions.0.choicesEn": "fault.group.both_languages"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("refused %v\nwant %v", got, want)
	}
	if after := portalOf(f, g); !reflect.DeepEqual(before, after) {
		t.Errorf("half of it was saved: %+v", after)
	}
	good := portalOf(f, g)
	good.Texts[0].FR = "Un"
	_, err = f.Customers.SaveGroupPortal(officetest.Ctx, officetest.Staff, f.Key(), good)
	f.Must(err)
	good.Texts[0].FR = "Deux" // with the version that the first one had
	_, err = f.Customers.SaveGroupPortal(officetest.Ctx, officetest.Staff, f.Key(), good)
	f.WantFault(err, "fault.stale")
	foreign := portalOf(f, g)
	foreign.Texts[0].FR, foreign.Questions = "Trois", []customers.GroupQuestion{{PublicID: "of-another-group", Kind: "text", LabelFR: "a", LabelEN: "a"}}
	_, err = f.Customers.SaveGroupPortal(officetest.Ctx, officetest.Staff, f.Key(), foreign)
	f.WantFault(err, "fault.stale")
	if portalOf(f, g).Texts[0].FR != "Un" {
		t.Error("texts were saved although a question was refused")
	}
	contact := actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustPassword}
	if _, err := f.Customers.SaveGroupPortal(officetest.Ctx, contact, f.Key(), good); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact: %v", err)
	}
}

// New terms are a new version where their words changed, and only there.
func TestTermsVersions(t *testing.T) {
	f := officetest.New(t)
	g := syndics(t, f)
	for i, x := range []struct {
		fr, en   string
		versions int
	}{{"", "", 0}, {"A", "A", 1}, {"A", "A", 1}, {" A\n", "A", 1}, {"A", "B", 2}, {"", "", 3}, {"A", "B", 4}} {
		p := portalOf(f, g)
		p.TermsFR, p.TermsEN, p.Proposals = x.fr, x.en, !p.Proposals
		saved, err := f.Customers.SaveGroupPortal(officetest.Ctx, officetest.Staff, f.Key(), p)
		f.Must(err)
		if len(saved.Terms) != x.versions || x.versions > 0 && saved.Terms[0].Version != int64(x.versions) {
			t.Errorf("%d: %+v", i, saved.Terms)
		}
	}
}

// The six mails come back as they were saved; a mail that says what the program says is the
// program's.
func TestMailsTabRoundTrip(t *testing.T) {
	f := officetest.New(t)
	g := syndics(t, f)
	m := mailsOf(f, g)
	if len(m.Mails) != 6 || len(m.Placeholders) != 7 || !m.InviteOthers || !m.TellNewPrimary || !m.TellOldPrimary {
		t.Fatalf("%+v", m)
	}
	m.RequestsTo, m.MailsFrom, m.InviteOthers, m.TellNewPrimary, m.TellOldPrimary = "demandes@firm.example", "portail@firm.example", false, false, false
	for i := range m.Mails {
		x := &m.Mails[i]
		if x.ShippedSubjectFR == "" || x.ShippedBodyFR == "" || x.ShippedSubjectEN == "" || x.ShippedBodyEN == "" || strings.Contains(x.ShippedBodyFR+x.ShippedBodyEN, "{contact}") {
			t.Errorf("%+v", *x)
		}
		x.SubjectFR, x.BodyFR, x.SubjectEN, x.BodyEN = "Objet {{firm.name}}", "Bonjour {{contact.name}} {{link}}", "Subject "+x.Kind, "Hello {{ user.name }}"
	}
	saved, err := f.Customers.SaveGroupMails(officetest.Ctx, officetest.Staff, f.Key(), m)
	f.Must(err)
	m.Version++
	if !reflect.DeepEqual(saved, m) || !reflect.DeepEqual(mailsOf(f, g), m) {
		t.Errorf("saved %+v\nwant %+v", saved, m)
	}
	saved.Mails[0].SubjectFR, saved.Mails[0].BodyFR = saved.Mails[0].ShippedSubjectFR, ""
	again, err := f.Customers.SaveGroupMails(officetest.Ctx, officetest.Staff, f.Key(), saved)
	f.Must(err)
	if x := again.Mails[0]; x.SubjectFR != "" || x.BodyFR != "" || x.BodyEN == "" {
		t.Errorf("%+v", x)
	}
}

// An unknown placeholder is refused with its name and where it stands, and nothing is saved.
func TestUnknownPlaceholder(t *testing.T) {
	f := officetest.New(t)
	g := syndics(t, f)
	m := mailsOf(f, g)
	m.RequestsTo = "demandes@firm.example"
	m.Mails[0].BodyFR, m.Mails[5].SubjectEN = "Bonjour\nvoici {{contact.nmae}}", "Go {{link}}"
	_, err := f.Customers.SaveGroupMails(officetest.Ctx, officetest.Staff, f.Key(), m)
	e, ok := fault.As(err)
	if !ok || len(e.Fields) != 2 {
		t.Fatalf("%v", err)
	}
	for _, x := range e.Fields {
		switch x.Path {
		case "mails.invited.bodyFr":
			if x.Key != "fault.placeholder" || x.Args["name"] != "contact.nmae" || x.Args["line"] != 2 || x.Args["column"] != 7 {
				t.Errorf("%+v", x)
			}
		case "mails.password.subjectEn":
			if x.Args["name"] != "link" {
				t.Errorf("%+v", x)
			}
		default:
			t.Errorf("%+v", x)
		}
	}
	if mailsOf(f, g).RequestsTo != "" {
		t.Error("half of the tab was saved")
	}
}

// inGroup makes a customer of a group (nil: of none) with a contact that has a password link
// and a session of that customer's document link.
func inGroup(t *testing.T, f *officetest.Firm, g *customers.Group, name string) (contactID int64, session access.Session) {
	t.Helper()
	c := f.Customer(name, nil)
	if g != nil {
		c.GroupID = g.PublicID
		var err error
		c, err = f.Customers.Save(officetest.Ctx, officetest.Staff, f.Key(), c)
		f.Must(err)
	}
	contactID = c.Contacts[0].ID
	f.Must(f.DB.Write(officetest.Ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		session, err = f.Access.Admit(ctx, tx, access.Newcomer{ContactID: contactID, CustomerID: c.ID, Name: name, Email: c.Contacts[0].Email, Lang: "fr"}, access.Browser{})
		return err
	}))
	return contactID, session
}

// Closing the portal for a group is told first, ends the sessions of its contacts at once and
// deletes nothing; another group's contacts are not touched.
func TestPortalOff(t *testing.T) {
	f := officetest.New(t)
	g := syndics(t, f)
	_, session := inGroup(t, f, &g, "Dedans")
	_, free := inGroup(t, f, nil, "Dehors")
	here := func(s access.Session) error {
		_, err := f.Access.Resume(officetest.Ctx, s.Token, "")
		return err
	}
	f.Must(here(session))
	f.Must(here(free))
	off, err := f.Customers.PortalOff(officetest.Ctx, officetest.Staff, g.PublicID)
	f.Must(err)
	if off != (customers.PortalOff{Contacts: 1, Sessions: 1}) {
		t.Errorf("%+v", off)
	}
	raw := dbtest.Raw(t, f.Path)
	count := func(what string) (n int) {
		f.Must(raw.QueryRow("SELECT count(*) FROM " + what).Scan(&n))
		return n
	}
	contacts := count("contacts WHERE portal_access = 1 AND archived_at IS NULL")
	no := false
	list, err := f.Customers.Groups(officetest.Ctx, officetest.Staff)
	f.Must(err)
	g = list[len(list)-1]
	g.PortalEnabled = &no
	g, err = f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), g)
	f.Must(err)
	if here(session) == nil || count("portal_sessions") != 1 {
		t.Error("a session went on")
	}
	f.Must(here(free))
	if count("contacts WHERE portal_access = 1 AND archived_at IS NULL") != contacts {
		t.Error("contacts lost their access")
	}
	m := mailsOf(f, g)
	_, err = f.Customers.SaveGroupMails(officetest.Ctx, officetest.Staff, f.Key(), m)
	f.WantFault(err, "fault.group.portal_off")
	yes := true
	g.PortalEnabled = &yes
	_, err = f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), g)
	f.Must(err)
	f.Must(here(free))
}

// The words of a mail are the group's, else the program's, with the sender of the group.
func TestAccessMail(t *testing.T) {
	f := officetest.New(t)
	g := syndics(t, f)
	m := mailsOf(f, g)
	m.MailsFrom = "portail@firm.example"
	m.Mails[5].SubjectFR, m.Mails[5].BodyFR = "Pour {{contact.name}}", "Chez {{customer.name}} : {{link}} ({{expires}})"
	_, err := f.Customers.SaveGroupMails(officetest.Ctx, officetest.Staff, f.Key(), m)
	f.Must(err)
	c := f.Customer("Bois & Fils", nil)
	c.GroupID = g.PublicID
	c, err = f.Customers.Save(officetest.Ctx, officetest.Staff, f.Key(), c)
	f.Must(err)
	values := map[string]string{"contact.name": "Ann *", "expires": customers.ExpiresIn("fr", access.PasswordLinkLife)}
	f.Must(f.DB.Read(officetest.Ctx, func(q *gen.Queries) error {
		subject, body, from, err := customers.AccessMail(officetest.Ctx, q, c.ID, customers.MailPassword, "fr", values)
		if subject != "Pour Ann *" || !strings.Contains(body, "{{link}} (30 minutes)") || !strings.Contains(body, "Fils") || from != "portail@firm.example" {
			t.Errorf("%q %q %q", subject, body, from)
		}
		if err != nil {
			return err
		}
		subject, body, _, err = customers.AccessMail(officetest.Ctx, q, c.ID, customers.MailPassword, "en", values)
		if !strings.HasPrefix(subject, "Choose your password") || strings.Contains(body, "{{") {
			t.Errorf("%q %q", subject, body)
		}
		return err
	}))
	look, err := f.Customers.LookMail(officetest.Ctx, officetest.Staff, customers.MailSample{GroupID: g.PublicID, Kind: customers.MailUserName, Lang: "fr", ContactID: c.Contacts[0].PublicID})
	f.Must(err)
	if look.Kind != outbox.Access || look.ToName != c.Contacts[0].Name || look.Args["sender"] != "portail@firm.example" || !strings.Contains(look.Args["body"], `contact\@client`) {
		t.Errorf("%+v", look)
	}
	key := f.Key()
	for range 2 {
		to, err := f.Customers.TryMail(officetest.Ctx, officetest.Staff, key, customers.MailSample{GroupID: g.PublicID, Kind: customers.MailInvited, Lang: "en", Subject: "Hi", Body: "There"})
		f.Must(err)
		if to == "" {
			t.Error("to nobody")
		}
	}
	var n int
	var args string
	f.Must(dbtest.Raw(t, f.Path).QueryRow("SELECT count(*), max(args) FROM mails WHERE kind = 'access'").Scan(&n, &args))
	if n != 1 || !strings.Contains(args, "[Test] Hi") {
		t.Errorf("%d %s", n, args)
	}
}

// Every body that may be saved can be queued, however its characters are written in the file, and
// however long what its placeholders stand for is.
func TestEveryBodyThatIsSavedGoesOut(t *testing.T) {
	f := officetest.New(t)
	g := syndics(t, f)
	c := f.Customer("Martin", nil)
	c.GroupID, c.Contacts[0].Name, c.Contacts[0].Email = g.PublicID, strings.Repeat("<", 100), strings.Repeat("a", 60)+"@"+strings.Repeat(strings.Repeat("b", 60)+".", 3)+"example"
	c, err := f.Customers.Save(officetest.Ctx, officetest.Staff, f.Key(), c)
	f.Must(err)
	for i, body := range []string{strings.Repeat("<", 10_000), strings.Repeat("🪵", 10_000), strings.Repeat("{{contact.name}}", 10_000/16), strings.Repeat("{{user.name}}", 10_000/13)} {
		m := mailsOf(f, g)
		m.Mails[0].BodyFR = body
		_, err := f.Customers.SaveGroupMails(officetest.Ctx, officetest.Staff, f.Key(), m)
		f.Must(err)
		if err := f.Access.Invite(officetest.Ctx, officetest.Staff, c.Contacts[0].ID); err != nil {
			t.Errorf("%.20s…: %v", body, err)
		}
		if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM mails WHERE length(json_extract(args, '$.body')) >= 9900"); n != int64(i+1) {
			t.Errorf("%.20s…: %d mails", body, n)
		}
	}
}

// Moving a customer into a group without the portal ends its sessions at once, those in memory too.
func TestMovedIntoAGroupThatIsOff(t *testing.T) {
	f := officetest.New(t)
	no := false
	g, err := f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), customers.Group{Name: "Sans portail", PortalEnabled: &no})
	f.Must(err)
	_, session := inGroup(t, f, nil, "Dehors")
	_, err = f.Access.Resume(officetest.Ctx, session.Token, "")
	f.Must(err)
	found, err := f.Customers.Pick(officetest.Ctx, officetest.Staff, "", 5)
	f.Must(err)
	c, err := f.Customers.Get(officetest.Ctx, officetest.Staff, found[0].PublicID)
	f.Must(err)
	c.GroupID = g.PublicID
	_, err = f.Customers.Save(officetest.Ctx, officetest.Staff, f.Key(), c)
	f.Must(err)
	if _, err := f.Access.Resume(officetest.Ctx, session.Token, ""); err == nil {
		t.Error("the session went on")
	}
}
