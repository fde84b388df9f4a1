package privacy_test

import (
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/privacy"
)

// asked are the turns that the contact left without an answer, in the contract of its customer
// (made by contracts) and as an outside guest in another customer's, with all that hangs on them.
func (r room) asked(contact int64, at string) {
	r.T.Helper()
	other := r.Customer("Voisin", nil)
	sum, late := strings.Repeat("c", 64), "2099-01-01T00:00:00.000Z"
	for _, x := range []struct {
		q    string
		args []any
	}{
		{"INSERT INTO contract_watchers (contract_id, contact_id, added_at) VALUES (90,?,?)", []any{contact, at}},
		{"INSERT INTO contract_told (contract_id, contact_id, told_at) VALUES (91,?,?)", []any{contact, at}},
		{"INSERT INTO contract_parties (id, public_id, contract_id, kind, position, contact_id, capacity, created_at) VALUES (92,'cp2',91,'approval',1,?,?,?)", []any{contact, "Fille de M. Marqueterre", at}},
		{"INSERT INTO contract_rounds (id, public_id, contract_id, kind, n, ordered, digest, state, started_by, started_at) VALUES (92,'cr2',91,'approval',1,1,?,'open','Camille',?)", []any{sum, at}},
		{"INSERT INTO contract_turns (id, public_id, round_id, party_id, position, name, email, capacity, told_at) VALUES (92,'cx2',92,92,1,?,?,?,?)", []any{itsName, itsMail, "Fille de M. Marqueterre", at}},
		{"INSERT INTO contract_codes (turn_id, public_id, round, email, code_until, sent_at) VALUES (92,'co1',1,?,?,?)", []any{itsMail, at, at}},
		{"INSERT INTO contract_handoffs (id, public_id, contract_id, turn_id, by_name, language, token_hash, token_until, created_at) VALUES (92,'ch1',(SELECT r.contract_id FROM contract_turns t JOIN contract_rounds r ON r.id = t.round_id WHERE t.id = 92),92,'Camille','fr',?,?,?)", []any{sum, late, at}},
		{"INSERT INTO contract_sessions (public_id, token_hash, contract_id, handoff_id, user_agent, address, created_at, idle_until, expires_at) VALUES ('cs1',?,91,92,'Firefox','192.0.2.8',?,?,?)", []any{sum, at, late, late}},

		{"INSERT INTO contracts (id, public_id, number, title, title_key, customer_id, state, currency, in_portal, created_at, updated_at) VALUES (93,'ct3','CT-2026-0003','Caution','caution',?,'to_sign','EUR',1,?,?)", []any{other.ID, at, at}},
		{"INSERT INTO contract_guests (id, public_id, contract_id, name, email, language, token_hash, expires_at, created_at) VALUES (93,'cg1',93,?,?,'fr',?,?,?)", []any{itsName, strings.ToUpper(itsMail[:1]) + itsMail[1:], sum, late, at}},
		{"INSERT INTO contract_parties (id, public_id, contract_id, kind, position, guest_id, capacity, created_at) VALUES (93,'cp3',93,'approval',1,93,'témoin',?)", []any{at}},
		{"INSERT INTO contract_rounds (id, public_id, contract_id, kind, n, ordered, digest, state, started_by, started_at) VALUES (93,'cr3',93,'approval',1,1,?,'open','Camille',?)", []any{sum, at}},
		{"INSERT INTO contract_turns (id, public_id, round_id, party_id, position, name, email, told_at) VALUES (93,'cx3',93,93,1,?,?,?)", []any{itsName, itsMail, at}},
		{"INSERT INTO contract_comments (public_id, contract_id, guest_id, author_name, body, created_at) VALUES ('cc3',93,93,?,'Bien reçu',?)", []any{itsName, at}},
		{"INSERT INTO contract_sessions (public_id, token_hash, contract_id, guest_id, user_agent, address, created_at, idle_until, expires_at) VALUES ('cs2',?,93,93,'Firefox','192.0.2.9',?,?,?)", []any{strings.Repeat("d", 64), at, late, late}},
		{"INSERT INTO mails (id, public_id, key, kind, language, to_address, to_name, contract_id, guest_id, args, message_id, subject, state, next_attempt_at, created_at) VALUES (903,'m4','m4','contract_turn','fr',?,?,93,93,'{}','<m4@x>','Caution','sent','',?)", []any{itsMail, itsName, at}},
	} {
		r.exec(x.q, x.args...)
	}
}

// What the contact was asked and left without an answer, and what let it in, goes; what it decided stands.
func TestContractsOfTheErased(t *testing.T) {
	r := open(t)
	_, contact := r.everywhere()
	p, err := r.Plan(officetest.Ctx, officetest.Staff, contact)
	r.Must(err)
	asked := int64(0)
	for _, g := range p.Goes {
		if g.Kind == "contracts" {
			asked = g.Count
		}
	}
	if asked != 4 { // two turns, one invitation, one contract that it watches
		t.Errorf("the plan tells of %d: %v", asked, p.Goes)
	}
	_, err = r.Erase(officetest.Ctx, officetest.Staff, r.Key(), privacy.Erase{ContactID: contact, Version: p.Version, Typed: itsName})
	r.Must(err)
	raw := r.raw()
	for q, want := range map[string]int64{
		"SELECT count(*) FROM contract_sessions":                                                                                   0,
		"SELECT count(*) FROM contract_codes":                                                                                      0,
		"SELECT count(*) FROM contract_watchers":                                                                                   0,
		"SELECT count(*) FROM contract_told":                                                                                       0,
		"SELECT count(*) FROM contract_handoffs WHERE ended_at IS NULL":                                                            0,
		"SELECT count(*) FROM contract_turns WHERE decision IS NULL AND name = 'Contact effacé' AND email = ''":                    2,
		"SELECT count(*) FROM contract_turns WHERE decision = 'signed' AND name = '" + itsName + "' AND email = '" + itsMail + "'": 1,
		"SELECT count(*) FROM contract_signatures WHERE typed_name = '" + itsName + "' AND email = '" + itsMail + "' AND address <> '' AND user_agent <> ''": 1,
		"SELECT count(*) FROM contract_parties WHERE removed_at IS NULL":                                                                                     3,
		"SELECT count(*) FROM contract_guests WHERE name = 'Contact effacé' AND email = 'cg1@erased.invalid' AND revoked_at IS NOT NULL":                     1,
		"SELECT count(*) FROM contract_comments WHERE author_name = 'Contact effacé'":                                                                        2,
		"SELECT count(*) FROM contract_rounds WHERE message = 'Merci Contact effacé'":                                                                        1,
	} {
		if got := dbtest.Int(t, raw, q); got != want {
			t.Errorf("%s: %d, want %d", q, got, want)
		}
	}
}

// A guest of the same address who decided is named by the evidence: its invitation ends, its name
// stays. One whose address another contact has too may be that other one, and is left alone.
func TestGuestsThatAreLeft(t *testing.T) {
	for _, shared := range []bool{false, true} {
		r := open(t)
		_, contact := r.everywhere()
		want := "SELECT count(*) FROM contract_guests WHERE name = '" + itsName + "' AND revoked_at IS NOT NULL"
		if shared {
			r.Customer("Homonyme", func(c *customers.Customer) { c.Contacts[0].Email = itsMail })
			want = "SELECT count(*) FROM contract_guests WHERE name = '" + itsName + "' AND revoked_at IS NULL"
		} else {
			r.exec("UPDATE contract_turns SET decision = 'approved', decided_at = '2026-11-20T10:00:00.000Z' WHERE id = 93")
		}
		p, err := r.Plan(officetest.Ctx, officetest.Staff, contact)
		r.Must(err)
		_, err = r.Erase(officetest.Ctx, officetest.Staff, r.Key(), privacy.Erase{ContactID: contact, Version: p.Version, Typed: itsName})
		r.Must(err)
		if n := dbtest.Int(t, r.raw(), want); n != 1 {
			t.Errorf("shared %v: the guest is not as it should be", shared)
		}
	}
}

// The archive tells the signature with what proves it, the part asked for and the session on the spot.
func TestExportOfContracts(t *testing.T) {
	r := open(t)
	_, contact := r.everywhere()
	e, err := r.Export(officetest.Ctx, officetest.Staff, contact)
	r.Must(err)
	_, data := r.archive(e)
	list, _ := data["contract_decisions"].([]any)
	if len(list) != 2 {
		t.Fatalf("%d turns", len(list))
	}
	signed, _ := list[0].(map[string]any)
	for field, want := range map[string]any{"decision": "signed", "signed_as": itsName, "code_to": itsMail, "address": "192.0.2.7", "device": "Firefox", "method": "mail_code", "time_zone": "Europe/Paris"} {
		if signed[field] != want {
			t.Errorf("%s: %v, want %v", field, signed[field], want)
		}
	}
	if chain, ok := signed["evidence"].([]any); !ok || len(chain) != 1 {
		t.Errorf("evidence: %v", signed["evidence"])
	}
	requests, _ := data["requests"].([]any)
	first, _ := requests[0].(map[string]any)
	if answers, ok := first["answers"].([]any); !ok || len(answers) != 1 {
		t.Errorf("answers: %v", first["answers"])
	}
	for section, n := range map[string]int{"contract_parts": 2, "contract_sessions": 1} {
		if rows, ok := data[section].([]any); !ok || len(rows) != n {
			t.Errorf("%s: %v, want %d", section, data[section], n)
		}
	}
}
