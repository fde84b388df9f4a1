package signing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/control"
	"comptoir/office/sales"
	"comptoir/office/signing"
)

// proven gives what the check finds about contracts, in a copy of the company's file in which the
// statements were run with all triggers down: "key contract round n". All has words.
func (r *room) proven(t *testing.T, statements ...string) []string {
	t.Helper()
	r.Must(r.DB.Sync(ctx))
	image, err := os.ReadFile(r.Path)
	r.Must(err)
	path := filepath.Join(t.TempDir(), "company.db")
	r.Must(os.WriteFile(path, image, 0o600))
	dbtest.Tamper(t, path, statements...)
	report, err := control.New(dbtest.Open(t, path, db.Options{Clock: r.DB.Now}), sales.Hash, nil).Check(ctx, clerk, nil)
	r.Must(err)
	found := []string{}
	for _, f := range report.Faults {
		found = append(found, strings.TrimSuffix(strings.TrimSpace(fmt.Sprint(strings.TrimPrefix(f.Key, "control."), " ", f.Args["kind"], " ", f.Args["round"], " ", f.Args["n"])), " <nil>"))
		for _, lang := range []string{"fr", "en"} {
			if text := locale.T(lang, f.Key, f.Args); text == f.Key || strings.ContainsAny(text, "{}") || strings.Contains(text, "  ") || strings.Contains(text, "<nil>") {
				t.Errorf("%s %s: %q", lang, f.Key, text)
			}
		}
	}
	if report.Counted["events"] != r.count("SELECT count(*) FROM contract_evidence") && len(statements) == 0 {
		t.Errorf("counted %v", report.Counted)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// lived is a firm with rounds of every end: done and sealed with two documents, begun again,
// refused, cancelled, open.
func lived(t *testing.T) *room {
	t.Helper()
	r := newRoom(t)
	r.add("Annexe.pdf", "%PDF-1.7 annexe")
	r.start(signing.Approval, true, "0", "1")
	claire, sam := r.contact(0), r.contact(1)
	_, err := r.Approve(ctx, claire, r.say(r.mine(claire, signing.Approval)))
	r.Must(err)
	r.Must(r.rewrite("%PDF-1.7 deux")) // round 2
	_, err = r.Approve(ctx, claire, r.say(r.mine(claire, signing.Approval)))
	r.Must(err)
	_, err = r.Approve(ctx, sam, r.say(r.mine(sam, signing.Approval)))
	r.Must(err)
	c := r.start(signing.Signature, true, "0", "1")
	_, err = r.CancelRound(ctx, clerk, r.Key(), c.Round.ID)
	r.Must(err)
	r.start(signing.Signature, true)
	_, err = r.Sign(ctx, claire, r.form(r.mine(claire, signing.Signature), signing.ByPassword))
	r.Must(err)
	_, err = r.Sign(ctx, sam, r.form(r.mine(sam, signing.Signature), signing.ByPassword))
	r.Must(err)
	r.work()
	r.another()
	r.start(signing.Signature, true, "0")
	in := r.say(r.mine(claire, signing.Signature))
	in.Reason = "Trop cher."
	_, err = r.Refuse(ctx, claire, in)
	r.Must(err)
	r.start(signing.Signature, true)
	return r
}

// Whoever changes what was said and proven in a round, the triggers taken down, is found and the
// round is named; a company in which nothing was changed is sound.
func TestTheEvidenceIsChecked(t *testing.T) {
	r := lived(t)
	if r.count("SELECT count(*) FROM contract_rounds WHERE sealed_at IS NOT NULL") != 1 || r.count("SELECT count(DISTINCT state) FROM contract_rounds") != 5 {
		t.Fatal("not all rounds were lived through")
	}
	const sealed = "(SELECT id FROM contract_rounds WHERE sealed_at IS NOT NULL)"
	for _, c := range []struct{ name, sql, want string }{
		{"nothing", "UPDATE contract_rounds SET message = 'x'", ""},
		{"one event", "UPDATE contract_evidence SET data = replace(data, 'Firefox', 'Chrome') WHERE kind = 'signed' AND document = 1 AND n = (SELECT min(n) FROM contract_evidence WHERE kind = 'signed')", "evidence.changed signature 2 N"},
		{"one event that is no JSON object", "UPDATE contract_evidence SET data = '[]' WHERE round_id = 1 AND n = 2", "evidence.changed approval 1 2"},
		{"the hash of one", "UPDATE contract_evidence SET hash = '" + strings.Repeat("0", 64) + "' WHERE round_id = 1 AND n = 2", "evidence.changed approval 1 2; evidence.missing approval 1 3"},
		{"one taken out", "DELETE FROM contract_evidence WHERE round_id = 1 AND n = 2", "evidence.missing approval 1 3"},
		{"the first one taken out", "DELETE FROM contract_evidence WHERE round_id = 1 AND n = 1", "evidence.missing approval 1 2; rounds.chain approval 1"},
		{"the last one taken out", "DELETE FROM contract_evidence WHERE kind = 'completed' AND document = 1", "rounds.chain signature 2"},
		{"a chain taken out", "DELETE FROM contract_evidence WHERE document = 1 AND round_id = " + sealed, "rounds.answer signature 2; rounds.chain signature 2"},
		{"the day of one", "UPDATE contract_evidence SET at = '2020-01-01T00:00:00.000Z' WHERE round_id = 1 AND n = 1", "evidence.other approval 1 1"},
		{"whom it is about", "UPDATE contract_evidence SET turn_id = NULL WHERE kind = 'signed' AND document = 0 AND turn_id = (SELECT max(turn_id) FROM contract_signatures)", "evidence.other signature 2 N; rounds.answer signature 2; rounds.event signature 2"},
		{"the document of a round", "UPDATE contract_round_files SET version_id = 1 WHERE position = 1 AND round_id = " + sealed, "evidence.other signature 2 N; rounds.documents signature 2"},
		{"an answer", "UPDATE contract_turns SET decision = 'approved' WHERE decision = 'refused'", "rounds.answer signature 1; rounds.event signature 1"},
		{"the time of an answer", "UPDATE contract_turns SET decided_at = '2020' WHERE round_id = 1 AND decision IS NOT NULL", "rounds.answer approval 1"},
		{"an answer taken back", "UPDATE contract_turns SET decision = NULL, decided_at = NULL WHERE round_id = " + sealed, "rounds.done signature 2; rounds.event signature 2; rounds.signature signature 2"},
		{"an answer from nowhere", "UPDATE contract_turns SET decision = 'signed', decided_at = '2026' WHERE round_id = (SELECT id FROM contract_rounds WHERE state = 'open')", "rounds.answer signature 2; rounds.signature signature 2"},
		{"a signature", "DELETE FROM contract_signatures", "rounds.signature signature 2"},
		{"what was signed", "UPDATE contract_signatures SET digest = '" + strings.Repeat("0", 64) + "'", "rounds.signature signature 2"},
		{"an end", "UPDATE contract_rounds SET state = 'done' WHERE state = 'cancelled'", "rounds.chain signature 1; rounds.done signature 1"},
		{"a sealed paper", "UPDATE contract_round_files SET sealed_ref = NULL WHERE position = 1", "rounds.sealed signature 2"},
		{"a paper that is not sealed", "UPDATE contract_files SET sealed = 0", "rounds.sealed signature 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var found []string
			for _, f := range r.proven(t, c.sql) {
				if strings.HasSuffix(c.want, " N") || strings.Contains(c.want, " N;") { // which event it is does not matter
					if words := strings.Fields(f); len(words) == 4 {
						f = strings.Join(words[:3], " ") + " N"
					}
				}
				found = append(found, f)
			}
			if got := strings.Join(slices.Compact(found), "; "); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}
