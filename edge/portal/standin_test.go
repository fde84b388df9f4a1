package portal_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/edge/portal"
	"comptoir/office/access"
	"comptoir/office/attachments"
	"comptoir/office/charging"
	"comptoir/office/chat"
	"comptoir/office/customers"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/office/sepa"
	"comptoir/office/subscriptions"
)

// marie is somebody of the firm at her desk.
func (f *firm) marie(lang string) actor.Actor {
	return actor.Actor{Kind: actor.Staff, ID: dbtest.Int(f, f.raw, "SELECT min(id) FROM users"), Role: actor.Principal, Name: "Marie Vasseur", Lang: lang}
}

// standIn is her browser with the portal open as a customer.
func (f *firm) standIn(v *visitor, c customers.Customer) *visitor {
	f.Helper()
	path, err := f.access.StandInPath(f.Context(), f.marie(v.lang), access.StandIn{CustomerID: c.PublicID})
	f.must(err)
	if a := v.get(path); a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
		f.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	return v
}

// charges makes the room that files consents.
func (f *firm) charges() *charging.Service {
	c := charging.New(charging.Deps{DB: f.db, IDs: id.Seeded(78), Sales: f.sales, Payments: f.payments,
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
			return f.access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
		}})
	f.portal.Charging, f.payments.Saving = c, c.Saving
	return c
}

// TestStandInsAreInTheTable: what somebody of the firm may do in a customer's place is what the
// table of rights says (TestRights), and the list of routes names nothing else.
func TestStandInsAreInTheTable(t *testing.T) {
	known := map[string]bool{}
	for _, r := range portal.Routes() {
		known[r.Pattern] = true
	}
	for route, open := range portal.StandIns() {
		if !known[route] || !open {
			t.Errorf("%s is no route", route)
		}
	}
}

// The banner stands on every page, in the reader's language; looking leaves no trace of the
// customer, and what is one's own is not offered.
func TestStandInLooks(t *testing.T) {
	for lang, words := range map[string][]string{
		"fr": {"Marie Vasseur, vous êtes dans le portail à la place de Claire Dupont (Atelier Martin).", "Quitter le portail de ce client"},
		"en": {"Marie Vasseur, you are in the portal in the place of Claire Dupont (Atelier Martin).", "Leave this customer’s portal"},
	} {
		t.Run(lang, func(t *testing.T) {
			f := newFirm(t, selling)
			f.offers()
			f.credits()
			_, err := f.chat.Answer(t.Context(), f.staff, chat.Question{Key: "answer-as-1234", DocumentID: f.open, Body: "Nous arrivons lundi."})
			f.must(err)
			v := f.visitor(f.serve())
			v.lang = lang
			f.standIn(v, f.claire)
			const seen = "SELECT (SELECT count(*) FROM document_status WHERE viewed_at IS NOT NULL) * 1000000 + (SELECT count(*) FROM shared_files WHERE seen_at IS NOT NULL) * 1000 + (SELECT count(*) FROM document_messages WHERE read_at IS NOT NULL)"
			before, notices, views := dbtest.Int(t, f.raw, seen), dbtest.Int(t, f.raw, "SELECT count(*) FROM notifications"), f.portal.State(t.Context()).Views
			for _, path := range []string{"/", "/factures", "/factures/{open}", "/factures/{open}/payer", "/payer?f={open}&f={part}", "/paiements", "/paiements/{payment}", "/recurrentes", "/credits", "/devis", "/devis/{q:quote}", "/mandats", "/mandats/{m:own}", "/abonnements", "/releves", "/documents", "/modes-de-paiement", "/factures/unknown"} {
				a := v.get(f.fillIn(path))
				for _, w := range words {
					if !strings.Contains(a.body, w) {
						t.Errorf("%s (%d) lacks %q", path, a.status, w)
					}
				}
				if a.status != 200 && path != "/factures/unknown" {
					t.Errorf("%s: %d", path, a.status)
				}
				for _, no := range []string{"/approuver\"", "/refuser\"", "/signature\"", "/revocation\"", "/question\"", "/virement\"", "href=\"/profil\"", "enctype="} {
					if strings.Contains(a.body, no) {
						t.Errorf("%s offers %s", path, no)
					}
				}
			}
			for _, path := range []string{"/factures/{open}/pdf", "/documents/{file}", "/devis/{q:quote}/pdf"} {
				if a := v.get(f.fillIn(path)); a.status != 200 {
					t.Errorf("%s: %d", path, a.status)
				}
			}
			if a := v.post("/factures/zip", "id="+f.open+"&id="+f.part); a.status != 200 {
				t.Errorf("zip: %d", a.status)
			}
			if a := v.get("/factures/" + f.foreign); a.status != 404 {
				t.Errorf("another customer's invoice: %d", a.status)
			}
			if n := dbtest.Int(t, f.raw, seen); n != before {
				t.Errorf("marks of the customer moved from %d to %d", before, n)
			}
			if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM notifications"); n != notices {
				t.Errorf("%d notices of what the customer did", n-notices)
			}
			if n := f.portal.State(t.Context()).Views; n != views {
				t.Errorf("%d views counted", n-views)
			}
			if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM audit_log WHERE actor_name = 'Marie Vasseur' AND actor_kind <> 'staff'"); n != 0 {
				t.Errorf("%d rows of the log name her as a contact", n)
			}
			if a := v.post("/deconnexion", ""); a.header.Get("Location") != "/connexion?fait=sortie" {
				t.Errorf("leaving: %d", a.status)
			}
			if a := v.get("/factures"); a.status != 303 {
				t.Errorf("after leaving: %d", a.status)
			}
		})
	}
}

// A method of payment told by telephone: kept in the customer's place, with who did it for
// whom, and the customer is told.
func TestStandInKeepsAMethodAndPays(t *testing.T) {
	f := newFirm(t)
	room := f.charges()
	v := f.standIn(f.visitor(f.serve()), f.claire)
	id := f.keep(v, "save-as-123456", "approved")
	kept, err := f.payments.KeptMethods(t.Context(), f.staff, f.claire.PublicID)
	f.must(err)
	if len(kept) != 1 || kept[0].PublicID != id || kept[0].AddedBy != "Marie Vasseur" {
		t.Fatalf("%+v", kept)
	}
	c, err := room.ConsentOf(t.Context(), f.staff, kept[0].ID)
	f.must(err)
	if c.GivenBy != "Marie Vasseur, pour Claire Dupont (Atelier Martin) et à sa demande" || !strings.Contains(c.Words, "Menuiserie Vasseur") {
		t.Errorf("%+v", c)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails WHERE kind = 'method_added' AND to_address = 'claire@martin.example' AND args LIKE '%Marie Vasseur%'"); n != 1 {
		t.Errorf("%d mails tell the customer", n)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM audit_log WHERE action = 'method.kept' AND actor_kind = 'staff' AND actor_name = 'Marie Vasseur' AND json_extract(details, '$.as_customer') = ?", f.claire.ID); n != 1 {
		t.Error("the log does not name her")
	}
	form := formOf(t, v.get("/factures/"+f.open+"/payer").body, "/factures/"+f.open+"/paiement")
	a := v.post("/factures/"+f.open+"/paiement", form.Encode())
	if to := a.header.Get("Location"); !strings.HasPrefix(to, "/paiements/") || digitsOf(f, f.open) != "0" {
		t.Errorf("paying leads to %s %s", to, excerpt(a.body))
	}
	second := f.keep(v, "save-as-223456", "second_step")
	if a := v.post("/modes-de-paiement/"+second+"/defaut", ""); a.header.Get("Location") != "/modes-de-paiement?fait=defaut" {
		t.Errorf("%d", a.status)
	}
	if a := v.post("/modes-de-paiement/"+id+"/suppression", ""); a.header.Get("Location") != "/modes-de-paiement?fait=retire" {
		t.Errorf("%d", a.status)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails WHERE kind = 'method_removed' AND args LIKE '%Marie Vasseur%'"); n != 1 {
		t.Errorf("%d mails about the one that was given up", n)
	}
}

// A customer without contact or address works as well; nobody is there to be told.
func TestStandInForACustomerWithoutContact(t *testing.T) {
	f := newFirm(t)
	room := f.charges()
	c, err := f.people.Blank(t.Context(), f.staff)
	f.must(err)
	c.Name, c.Kind, c.Line1, c.Postcode, c.City, c.Country, c.Language = "Madame Sans-Courriel", "person", "3 rue Basse", "69001", "Lyon", "FR", "fr"
	c.Contacts = []customers.Contact{}
	c, err = f.people.Save(t.Context(), f.staff, "customer-nobody", c)
	f.must(err)
	d := f.newDraft(c, "nobody", 5000)
	_, err = f.sales.Issue(t.Context(), f.staff, sales.Issue{Key: "issue-nobody-1", PublicID: d.PublicID, Version: d.Version, How: sales.ByHand})
	f.must(err)
	v := f.standIn(f.visitor(f.serve()), c)
	if a := v.get("/"); a.status != 200 || !strings.Contains(a.body, "à la place de Madame Sans-Courriel.") {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
	mails := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails")
	id := f.keep(v, "save-nobody-123", "approved")
	kept, err := f.payments.KeptMethods(t.Context(), f.staff, c.PublicID)
	f.must(err)
	if len(kept) != 1 || kept[0].PublicID != id || kept[0].AddedBy != "Marie Vasseur" {
		t.Fatalf("%+v", kept)
	}
	consent, err := room.ConsentOf(t.Context(), f.staff, kept[0].ID)
	f.must(err)
	if consent.GivenBy != "Marie Vasseur, pour Madame Sans-Courriel et à sa demande" {
		t.Errorf("%+v", consent)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails"); n != mails {
		t.Errorf("%d mails to nobody", n-mails)
	}
}

// The token opens once; guessed, used and old ones say so and open nothing.
func TestStandInToken(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	path, err := f.access.StandInPath(t.Context(), f.marie("fr"), access.StandIn{CustomerID: f.claire.PublicID})
	f.must(err)
	v := f.visitor(s)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, s.URL+path, http.NoBody)
	f.must(err)
	if a := v.do(r); a.status != 200 || v.cookie() != "" {
		t.Errorf("HEAD: %d", a.status)
	}
	if a := v.get(path); a.status != 303 || v.cookie() == "" {
		t.Errorf("%d", a.status)
	}
	again := f.visitor(s)
	if a := again.get(path); a.status != http.StatusGone || again.cookie() != "" {
		t.Errorf("a second time: %d", a.status)
	}
	if a := again.get("/au-nom/" + strings.Repeat("A", 43)); a.status != 404 || again.cookie() != "" {
		t.Errorf("a guess: %d", a.status)
	}
	path, err = f.access.StandInPath(t.Context(), f.marie("fr"), access.StandIn{CustomerID: f.claire.PublicID})
	f.must(err)
	f.turn(time.Minute)
	if a := again.get(path); a.status != http.StatusGone || again.cookie() != "" {
		t.Errorf("after a minute: %d", a.status)
	}
	f.turn(access.StandInIdle)
	if a := v.get("/factures"); a.status != 303 {
		t.Errorf("after half an hour: %d", a.status)
	}
}

// The use cases refuse by themselves, whatever the list of routes says.
func TestStandInIsRefusedByTheUseCases(t *testing.T) {
	f := newFirm(t, selling)
	f.offers()
	ctx := t.Context()
	path, err := f.access.StandInPath(ctx, f.marie("fr"), access.StandIn{CustomerID: f.claire.PublicID})
	f.must(err)
	s, err := f.access.OpenStandIn(ctx, strings.TrimPrefix(path, "/au-nom/"), "127.0.0.1")
	f.must(err)
	who := s.Actor
	_, approved := f.sales.ApproveQuote(ctx, who, sales.Approval{PublicID: f.quotes["quote"].PublicID, Hash: f.quotes["quote"].Hash, Name: "Claire Dupont"})
	_, refused := f.sales.RefuseQuote(ctx, who, sales.Refusal{PublicID: f.quotes["quote"].PublicID, Hash: f.quotes["quote"].Hash, Name: "Claire Dupont"})
	_, asked := f.chat.Ask(ctx, who, chat.Question{Key: "as-ask-12345", DocumentID: f.open, Body: "Bonjour"})
	_, ordered := f.subscriptions.Subscribe(ctx, who, subscriptions.Subscribe{Key: "as-order-1234"})
	_, changed := f.subscriptions.Change(ctx, who, subscriptions.Change{Key: "as-change-123", PublicID: f.subs["own"]})
	_, cancelled := f.subscriptions.Cancel(ctx, who, subscriptions.Cancel{Key: "as-cancel-123", PublicID: f.subs["own"]})
	_, kept := f.subscriptions.TakeBack(ctx, who, "as-keep-12345", f.subs["own"], 1)
	_, tried := f.subscriptions.StartTrial(ctx, who, f.subs["own"])
	for name, err := range map[string]error{
		"approve": approved, "refuse": refused, "ask": asked, "order": ordered, "change": changed, "cancel": cancelled, "keep": kept, "trial": tried,
		"sign": f.sepa.SignMandate(ctx, who, sepa.Sign{PublicID: f.mandates["own"]}), "revoke": f.sepa.PortalRevoke(ctx, who, f.mandates["own"]),
		"announce": f.payments.AnnounceTransfer(ctx, who, payments.AnnounceTransfer{Key: "as-announce-1", DocumentID: f.open}),
		"files":    f.files.HandOver(ctx, who, attachments.HandOver{Key: "as-files-1234", Files: []attachments.Staged{{Name: "x.pdf"}}}),
	} {
		if !errors.Is(err, actor.ErrStandIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
