package portal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/signing"
)

// What the page of a contract asks of the file does not grow with what the contract holds: two hundred attachments in
// folders, two hundred messages, a hundred milestones, twenty rounds.
func TestAFullContractAsksNoMore(t *testing.T) {
	driver, work := dbtest.Counted(t)
	f := newFirmOn(t, driver, contractsToo)
	v := f.byPassword(f.serve())
	path := "/contrats/" + f.deal
	v.get(path) // its statements are prepared
	before := v.get(path)
	few := work.Of(func() { before = v.get(path) })
	for n := range 20 { // a round is given up and begun again
		f.anotherRound(fmt.Sprint(n))
	}
	of := "(SELECT id FROM contracts WHERE public_id = '" + f.deal + "')"
	upTo := func(n int) string {
		return fmt.Sprintf("WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < %d) ", n)
	}
	dbtest.Tamper(f, f.db.Path(),
		upTo(20)+"INSERT INTO contract_folders (public_id, contract_id, name, in_portal, created_at) SELECT 'folder' || n, "+of+", 'Dossier ' || n, 1, '' FROM i",
		upTo(200)+"INSERT INTO contract_files (id, public_id, contract_id, folder_id, name, in_portal, created_at) SELECT 9000 + n, 'file' || n, "+of+", (SELECT id FROM contract_folders WHERE public_id = 'folder' || (n % 20 + 1)), 'Annexe ' || n || '.pdf', 1, '' FROM i",
		upTo(200)+"INSERT INTO contract_file_versions (public_id, file_id, n, sha256, size, media_type, name, author_name, created_at) SELECT 'version' || n, 9000 + n, 1, (SELECT sha256 FROM contract_file_versions LIMIT 1), 9, 'application/pdf', 'Annexe ' || n || '.pdf', 'Marie', '2026-11-21T08:00:00.000Z' FROM i",
		upTo(200)+"INSERT INTO contract_comments (public_id, contract_id, author_name, body, created_at) SELECT 'said' || n, "+of+", 'Marie', 'Message ' || n, '2026-11-21T08:00:00.000Z' FROM i",
		upTo(100)+"INSERT INTO contract_milestones (public_id, contract_id, position, title, created_at) SELECT 'step' || n, "+of+", 10 + n, 'Jalon ' || n, '' FROM i")
	v.get(path)
	var page answer
	many := work.Of(func() { page = v.get(path) })
	shows(t, page, "Annexe 200.pdf", "Message 200", "Jalon 100")
	shows(t, page, "Me Aubry") // who is asked in the signature, the oldest round
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM contract_rounds WHERE contract_id = "+of); n != 22 {
		t.Fatalf("%d rounds", n)
	}
	if !slices.Equal(statementsOf(few), statementsOf(many)) {
		t.Errorf("%d statements, then %d:\n%s\n\n%s", len(few), len(many), strings.Join(statementsOf(few), "\n"), strings.Join(statementsOf(many), "\n"))
	}
	if len(page.body) > 400_000 {
		t.Errorf("%d bytes", len(page.body))
	}
	t.Logf("%d statements, %d bytes; full %d bytes", len(many), len(before.body), len(page.body))
}

// anotherRound gives the open approval up and begins it anew.
func (f *firm) anotherRound(key string) {
	f.Helper()
	c, err := f.signing.Centre(f.Context(), f.staff, f.deal, signing.Approval)
	f.must(err)
	_, err = f.signing.CancelRound(f.Context(), f.staff, "again-cancel-"+key, c.Round.ID)
	f.must(err)
	c, err = f.signing.Centre(f.Context(), f.staff, f.deal, signing.Approval)
	f.must(err)
	_, err = f.signing.Start(f.Context(), f.staff, "again-start-"+key, signing.StartForm{ContractID: f.deal, Kind: signing.Approval, Version: c.Version, MakeVisible: true})
	f.must(err)
}

// statementsOf leaves of statements what they are, not what went with them.
func statementsOf(list []string) []string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i], _, _ = strings.Cut(s, " :")
	}
	slices.Sort(names) // rounds come in another order
	return names
}
