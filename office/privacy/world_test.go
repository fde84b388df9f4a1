package privacy_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/chat"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/privacy"
	"comptoir/office/sales"
)

// What marks the contact wherever it stands: words that nothing else in the file has.
const (
	itsName  = "Zénobie Marqueterre"
	itsMail  = "zenobie@marqueterre.example"
	itsPhone = "+33 6 99 88 77 66"
	itsUser  = "zeno.marque"
)

var marks = []string{"Marqueterre", "marqueterre", "MARQUETERRE", "zenobie@", "99 88 77 66", "zeno.marque"}

type room struct {
	*officetest.Firm
	*privacy.Service
}

func open(t *testing.T) room {
	f := officetest.New(t)
	return room{f, privacy.New(privacy.Deps{DB: f.DB, Open: f.Files.Open, Close: f.Access.CloseContact, Names: f.Access.ForgetNames, Index: customers.Reindex,
		Paper: func(ctx context.Context, id string) (sales.File, error) {
			return f.Sales.PDF(ctx, officetest.Staff, id)
		}})}
}

func (r room) raw() *sql.DB { return dbtest.Raw(r.T, r.Path) }

func (r room) exec(q string, args ...any) {
	r.T.Helper()
	if _, err := r.raw().Exec(q, args...); err != nil {
		r.T.Fatalf("%s: %v", q, err)
	}
}

// everywhere makes a company with the marked contact and another one, and puts the marked one
// into every place of the file that can name a person: by the use cases where the house is small
// enough, else row by row.
func (r room) everywhere() (c customers.Customer, contactID string) {
	r.T.Helper()
	c = r.Customer("Atelier Sobre", func(c *customers.Customer) {
		c.Email, c.Phone, c.Notes, c.ShipName = itsMail, itsPhone, "Rappeler "+itsName+" le lundi", "Chez "+itsName
		c.Contacts = []customers.Contact{{Name: itsName, Email: itsMail, Phone: itsPhone, Language: "fr", PortalAccess: true},
			{Name: "Paul Discret", Email: "paul@sobre.example", Language: "fr", IsPrimary: true, PortalAccess: true}}
	})
	i := slices.IndexFunc(c.Contacts, func(k customers.Contact) bool { return k.Name == itsName })
	k := c.Contacts[i]
	c.Contacts[0], c.Contacts[i] = c.Contacts[i], c.Contacts[0]
	who := officetest.Contact(c)
	invoice := r.Issue(officetest.Form(c, officetest.Line(12_000)))
	draft := officetest.Form(c, officetest.Line(5_000))
	draft.Note, draft.PrivateNote = "Pour "+itsName, "Voir avec "+itsMail
	r.Draft(draft)
	for _, pass := range []string{"wrong-Password-1", "wrong-Password-2"} {
		_, _ = r.Access.SignIn(officetest.Ctx, itsMail, pass, access.Browser{Address: "192.0.2.7"})
	}
	talk := chat.New(chat.Deps{DB: r.DB, IDs: id.Seeded(7), Sales: r.Sales, Changed: func(...string) {}})
	_, err := talk.Ask(officetest.Ctx, who, chat.Question{Key: r.Key(), DocumentID: invoice.PublicID, Body: "Appelez-moi au " + itsPhone + ".\n" + itsName})
	r.Must(err)
	r.rows(c.ID, k.ID, invoice.ID)
	return c, k.PublicID
}

// rows are those of rooms that are not wired here, and of states that take days to come about.
func (r room) rows(customer, contact, document int64) {
	r.T.Helper()
	sum, at := strings.Repeat("a", 64), "2026-11-20T10:00:00.000Z"
	json := fmt.Sprintf(`{"contact":%q,"email":%q,"text":"de %s, %s"}`, itsName, itsMail, itsName, itsPhone)
	signature, err := r.Files.Put([]byte("a picture"), "image/png")
	r.Must(err)
	for _, x := range []struct {
		q    string
		args []any
	}{
		{"INSERT INTO files (sha256, size, media_type, created_at) VALUES (?,?,'image/png',?)", []any{signature.SHA256, signature.Size, at}},
		{"INSERT INTO contact_credentials (contact_id, user_name, password_hash, changed_at) VALUES (?,?,'x',?)", []any{contact, itsUser, at}},
		{"INSERT INTO contact_factors (contact_id, secret, confirmed_at, created_at) VALUES (?,x'00',?,?)", []any{contact, at, at}},
		{"INSERT INTO recovery_codes (contact_id, code_hash) VALUES (?,?)", []any{contact, sum}},
		{"INSERT INTO contact_emails (contact_id, public_id, email, round, tries, code_until, created_at) VALUES (?,'wait','autre.zenobie@marqueterre.example',1,0,?,?)", []any{contact, at, at}},
		{"INSERT INTO contact_proposals (public_id, customer_id, contact_id, by_contact, field, before, after, state, decided_at, created_at) VALUES ('p1',?,?,?,'name','Z. Marqueterre',?,'accepted',?,?)", []any{customer, contact, contact, itsName, at, at}},
		{"INSERT INTO contact_proposals (public_id, customer_id, by_contact, field, before, after, state, created_at) VALUES ('p2',?,?,'email','',?,'waiting',?)", []any{customer, contact, itsMail, at}},
		{"INSERT INTO customer_changes (change, customer_id, contact_id, field, before, after) VALUES ('h1',?,?,'phone',?,'')", []any{customer, contact, itsPhone}},
		{"INSERT INTO customer_changes (change, customer_id, by_contact, field, before, after) VALUES ('h2',?,?,'email','',?)", []any{customer, contact, itsMail}},
		{"INSERT INTO customer_changes (change, customer_id, contact_id, field, before, after) SELECT 'h3', ?, id, 'name', 'Un autre', name FROM contacts WHERE name = 'Paul Discret'", []any{customer}},
		{"INSERT INTO portal_links (id, public_id, kind, token_hash, contact_id, document_id, expires_at, created_at) VALUES (900,'l1','document',?,?,?,?,?)", []any{sum, contact, document, at, at}},
		{"INSERT INTO portal_sessions (token_hash, public_id, contact_id, trust, link_id, user_agent, address, created_at, seen_at, idle_until, expires_at) VALUES (?,'s1',?,2,900,'Firefox','192.0.2.7',?,?,?,?)", []any{sum, contact, at, at, "2099-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"}},
		{"INSERT INTO registrations (public_id, token_hash, came_by, email, form, password_hash, terms_words, terms_lang, terms_hash, terms_at, known, round, code_until, contact_id, address, created_at, expires_at) VALUES ('r1',?,'x',?,?,'x','Nos conditions','fr',?,?,0,1,?,?,'192.0.2.7',?,?)", []any{sum, itsMail, json, sum, at, at, contact, at, at}},
		{"INSERT INTO customer_groups (id, public_id, name, created_at, updated_at) VALUES (90,'g1','Groupe',?,?)", []any{at, at}},
		{"INSERT INTO group_terms (id, group_id, version, words_fr, words_en, by_name, at) VALUES (90,90,1,'Nos conditions','Our terms','Ana',?)", []any{at}},
		{"INSERT INTO group_questions (id, public_id, group_id, position, kind, label_fr, label_en, mandatory) VALUES (90,'q1',90,1,'text','Qui','Who',1)", nil},
		{"INSERT INTO terms_accepted (terms_id, contact_id, lang, address, at) VALUES (90,?,'fr','192.0.2.7',?)", []any{contact, at}},
		{"INSERT INTO accepted_terms (customer_id, contact_id, words, lang, hash, at, address) VALUES (?,?,'Nos conditions','fr',?,?,'192.0.2.7')", []any{customer, contact, sum, at}},
		{"INSERT INTO access_requests (id, public_id, group_id, token_hash, state, language, form, email, email_proved, user_name, sent_at, decided_at, decided_by, words, customer_id, contact_id, created_at, updated_at, expires_at) VALUES (90,'d1',90,?,'approved','fr',?,?,?,?,?,?,'Ana',?,?,?,?,?,?)", []any{sum, json, itsMail, at, itsUser, at, at, "Bonjour " + itsName, customer, contact, at, at, at}},
		{"INSERT INTO access_answers (request_id, question_id, answer) VALUES (90,90,?)", []any{itsName}},
		{"INSERT INTO mails (id, public_id, key, kind, language, to_address, to_name, customer_id, contact_id, link_id, args, message_id, subject, state, next_attempt_at, last_answer, created_at) VALUES (900,'m1','m1','access','fr',?,?,?,?,900,?,'<m1@x>',?,'queued',?,?,?)", []any{itsMail, itsName, customer, contact, json, "Bonjour " + itsName, at, "550 <" + itsMail + "> unknown", at}},
		{"INSERT INTO mails (id, public_id, key, kind, language, to_address, to_name, args, message_id, subject, state, next_attempt_at, created_at) VALUES (901,'m2','m2','signup_code','fr',?,'','{}','<m2@x>','Code','sent',?,?)", []any{strings.ToUpper(itsMail[:1]) + itsMail[1:], at, at}},
		{"INSERT INTO mails (id, public_id, key, kind, language, to_address, to_name, customer_id, args, message_id, subject, state, next_attempt_at, created_at) VALUES (902,'m3','m3','question_asked','fr','atelier@bois.example','',?,?,'<m3@x>',?,'sent',?,?)", []any{customer, json, "Question de " + itsName, at, at}},
		{"INSERT INTO mail_attempts (mail_id, at, outcome, answer) VALUES (900,?,'refused',?)", []any{at, "550 <" + itsMail + "> unknown"}},
		{"INSERT INTO notifications (at, kind, args) VALUES (?,'change_proposed',?)", []any{at, json}},
		{"INSERT INTO jobs (key, kind, payload, state, run_at, created_at, last_error) VALUES ('j1','access_forgotten',?,'failed',?,?,?)", []any{json, at, at, "no such address " + itsMail}},
		{"INSERT INTO commands (key, kind, body_hash, result, created_at) VALUES ('command-x','x',?,?,?)", []any{sum, json, at}},
		{"INSERT INTO shared_files (public_id, customer_id, name, note, sha256, size, media_type, contact_id, author_name, created_at) VALUES ('f1',?,?,?,?,?,'image/png',?,?,?)", []any{customer, "CV " + itsName + ".png", "De " + itsName, signature.SHA256, signature.Size, contact, itsName, at}},
		{"INSERT INTO kept_methods (id, public_id, customer_id, gateway, mode, token, kind, last4, added_by, contact_id, created_at) VALUES (90,'k1',?,'practice','test','pm_x','card','4242',?,?,?)", []any{customer, itsName, contact, at}},
		{"INSERT INTO charge_consents (method_id, customer_id, contact_id, given_by, language, words, given_at) VALUES (90,?,?,?,'fr','Oui',?)", []any{customer, contact, itsName, at}},
		{"INSERT INTO payment_intents (public_id, kind, customer_id, contact_id, document_id, gateway, mode, idempotency_key, amount_minor, currency, state, details, created_at, updated_at) VALUES ('i1','pay',?,?,?,'practice','test','i1',100,'EUR','declined',?,?,?)", []any{customer, contact, document, `{"by":"` + itsName + `","back":"/x"}`, at, at}},
		{"INSERT INTO recurring_invoices (public_id, state, customer_id, form, currency, rule, created_at, updated_at) VALUES ('c1','draft',?,?,'EUR','FREQ=MONTHLY',?,?)", []any{customer, `{"note":"Pour ` + itsName + `","lines":[{"quantityE4":10000}]}`, at, at}},
		{"INSERT INTO portal_stand_ins (public_id, customer_id, contact_id, user_id, by_name, language, token_hash, token_until, created_at) VALUES ('t1',?,?,1,'Camille','fr',?,?,?)", []any{customer, contact, sum, at, at}},
		{"INSERT INTO shown_documents (public_id, document_id, contact_id, token_hash, token_until, by_name, language, created_at) VALUES ('w1',?,?,?,?,'Camille','fr',?)", []any{document, contact, sum, at, at}},
		{"INSERT INTO notices (id, public_id, title_fr, title_en, body_fr, body_en, everyone, importance, pinned, by_mail, published_at, created_at, updated_at) VALUES (90,'a1','Fermeture','','','',1,'info',0,0,?,?,?)", []any{at, at, at}},
		{"INSERT INTO notice_reads (notice_id, contact_id, seen_at, dismissed_at) VALUES (90,?,?,?)", []any{contact, at, at}},
		{"INSERT INTO quote_decisions (public_id, document_id, decision, decided_at, decided_on, contact_id, name, total_minor, signature_sha256, document_hash) VALUES ('q1',?,'approved',?,'2026-11-20',?,?,100,?,?)", []any{document, at, contact, itsName, signature.SHA256, sum}},
		{"INSERT INTO mandates (public_id, customer_id, rum, ics, scheme, notice_days, state, how, debtor_name, iban, signed_on, signed_at, signed_by, contact_id, created_at) VALUES ('n1',?,'RUM1','FR00','CORE',2,'signed','portal','Atelier Sobre','FR76','2026-11-20',?,?,?,?)", []any{customer, at, itsName, contact, at}},
	} {
		r.exec(x.q, x.args...)
	}
	r.contracts(customer, contact, signature.SHA256, at)
	r.asked(contact, at)
}

// contracts are one that is typed still, and one that the contact signed.
func (r room) contracts(customer, contact int64, sha, at string) {
	r.T.Helper()
	sum := strings.Repeat("b", 64)
	for _, x := range []struct {
		q    string
		args []any
	}{
		{"INSERT INTO contracts (id, public_id, number, title, title_key, customer_id, state, currency, description, notes, created_at, updated_at) VALUES (90,'ct1','CT-2026-0001','Bail','bail',?,'draft','EUR',?,?,?,?)", []any{customer, "Entre nous et " + itsName, "Relancer " + itsName, at, at}},
		{"INSERT INTO contract_milestones (public_id, contract_id, position, title, created_at) VALUES ('jm1',90,1,?,?)", []any{"Clefs pour " + itsName, at}},
		{"INSERT INTO contract_files (id, public_id, contract_id, name, created_at) VALUES (90,'cf1',90,?,?)", []any{"Note " + itsName + ".png", at}},
		{"INSERT INTO contract_centres (contract_id, kind, message) VALUES (90,'signature',?)", []any{"Bonjour " + itsName}},
		{"INSERT INTO contracts (id, public_id, number, title, title_key, customer_id, state, currency, in_portal, requester_id, signed_on, created_at, updated_at) VALUES (91,'ct2','CT-2026-0002','Bail','bail',?,'signed','EUR',1,?,'2026-11-20',?,?)", []any{customer, contact, at, at}},
		{"INSERT INTO contract_comments (public_id, contract_id, contact_id, author_name, body, created_at) VALUES ('cc1',91,?,?,?,?)", []any{contact, itsName, "Appelez " + itsName, at}},
		{"INSERT INTO contract_files (id, public_id, contract_id, name, in_portal, sealed, created_at) VALUES (91,'cf2',91,?,1,1,?)", []any{"Bail " + itsName + ".png", at}},
		{"INSERT INTO contract_file_versions (id, public_id, file_id, n, name, sha256, size, media_type, author_name, created_at) VALUES (91,'cv2',91,1,?,?,9,'image/png','',?)", []any{"Bail " + itsName + ".png", sha, at}},
		{"INSERT INTO contract_parties (id, public_id, contract_id, kind, position, contact_id, created_at) VALUES (90,'cp1',91,'signature',1,?,?)", []any{contact, at}},
		{"INSERT INTO contract_rounds (id, public_id, contract_id, kind, n, ordered, digest, state, message, started_by, started_at) VALUES (90,'cr1',91,'signature',1,1,?,'open',?,'Camille',?)", []any{sum, "Merci " + itsName, at}},
		{"INSERT INTO contract_round_files (round_id, position, version_id, pages, sealed_ref) VALUES (90,1,91,1,91)", nil},
		{"INSERT INTO contract_turns (id, public_id, round_id, party_id, position, name, email, told_at, decision, decided_at) VALUES (90,'cx1',90,90,1,?,?,?,'signed',?)", []any{itsName, itsMail, at, at}},
		{"INSERT INTO contract_signatures (turn_id, typed_name, email, address, user_agent, consent_version, consent_text, language, method, proved_at, time_zone, digest, signed_at) VALUES (90,?,?,'192.0.2.7','Firefox','1','Oui','fr','mail_code',?,'Europe/Paris',?,?)", []any{itsName, itsMail, at, sum, at}},
		{"INSERT INTO contract_evidence (round_id, document, n, at, kind, turn_id, data, hash) VALUES (90,1,1,?,'signed',90,?,?)", []any{at, `{"name":"` + itsName + `"}`, sum}},
	} {
		r.exec(x.q, x.args...)
	}
}

// found names every column in which one of the marks stands, the word index and the bytes of
// the files included.
func (r room) found() (places []string) {
	r.T.Helper()
	raw := r.raw()
	for _, table := range dbtest.Strings(r.T, raw, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'search_fts'") {
		for _, column := range dbtest.Strings(r.T, raw, "SELECT name FROM pragma_table_info(?)", table) {
			for _, m := range marks {
				if dbtest.Int(r.T, raw, fmt.Sprintf("SELECT count(*) FROM %q WHERE instr(CAST(%q AS BLOB), CAST(? AS BLOB)) > 0", table, column), m) > 0 {
					places = append(places, table+"."+column)
					break
				}
			}
		}
	}
	slices.Sort(places)
	return places
}

// bytesOf are the places of the file, and of what lies beside it, where the mark is left in bytes.
func (r room) bytesOf(mark string) (n int) {
	r.T.Helper()
	for _, end := range []string{"", "-wal"} {
		f, err := os.Open(r.Path + end)
		if err != nil {
			continue
		}
		b, err := io.ReadAll(f)
		r.Must(err)
		r.Must(f.Close())
		n += strings.Count(string(b), mark)
	}
	return n
}
