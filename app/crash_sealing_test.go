package app_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/edge/pdf"
	"comptoir/edge/seal"
	"comptoir/office/outbox"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

// someContract is a document to be signed.
func someContract(t testing.TB, number string) []byte {
	t.Helper()
	b, err := pdf.New().Invoice(pdf.Paper{Lang: "fr", Title: "Contrat", Number: number, Terms: strings.Repeat("Une clause. ", 200)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// mortal has a program die at a moment of a signature or of a seal: at each beginning of a
// transaction, inside those that sign and seal, and before, during and after a paper is written.
type mortal struct {
	signing.Sealer
	*death
	lives bool // after its opening
}

func (m *mortal) clock() time.Time {
	if m.lives {
		m.moment()
	}
	return time.Now()
}

func (m *mortal) Seal(ctx context.Context, w io.Writer, original io.ReaderAt, size int64, r evidence.Record) (string, error) {
	m.moment()
	fingerprint, err := m.Sealer.Seal(ctx, &halfway{Writer: w, m: m, at: size + 2_000}, original, size, r)
	m.moment()
	return fingerprint, err
}

// halfway is a paper that is half written when the program dies.
type halfway struct {
	io.Writer
	m  *mortal
	at int64
}

func (h *halfway) Write(b []byte) (int, error) {
	if before := h.at; before > 0 {
		if h.at -= int64(len(b)); h.at <= 0 {
			h.m.moment()
		}
	}
	return h.Writer.Write(b)
}

// Killed at each moment of two signatures and of the seal of two papers, then started again with the
// same commands: each signature stands once and as it was acknowledged, each paper is sealed once,
// pdfsig and the program verify it, those who signed are told once.
func TestKilledAtEachMomentOfASeal(t *testing.T) {
	t.Parallel()
	pristine := filepath.Join(t.TempDir(), "company")
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: pristine, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	roundHere(t, h, 2, someContract(t, "CT-1"), someContract(t, "CT-2"))
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	died := 0
	for at := 1; ; at++ {
		folder := filepath.Join(t.TempDir(), "company")
		apptest.CopyCompany(t, pristine, folder)
		dead, told := stepLife(t, "TestDieWhileSealing", folder, strconv.Itoa(at))
		if !dead {
			break // there are fewer moments: all were tried
		}
		died++
		if dead, _ := stepLife(t, "TestDieWhileSealing", folder, "never"); dead {
			t.Fatalf("moment %d: died for no reason", at)
		}
		proveSeals(t, folder, told, 2, 2)
		if t.Failed() {
			t.Fatalf("after death at moment %d", at)
		}
	}
	if died < 20 {
		t.Errorf("only %d moments", died)
	}
	t.Logf("%d moments, a death at each", died)
}

// TestDieWhileSealing is the program, in a process of its own.
func TestDieWhileSealing(t *testing.T) {
	folder := os.Getenv(stepFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledAtEachMomentOfASeal")
	}
	ctx, m := context.Background(), &mortal{death: deathAt()}
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder, Clock: m.clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(ctx) }()
	s := h.Signing
	ids, link, sealer := s.IDs, s.IssueLink, s.Sealer
	s.IDs = func() string { m.moment(); return ids() }
	s.Device = func() string { m.moment(); return "poste-1" }
	s.IssueLink = func(ctx context.Context, tx *db.Tx, contactID, contractID int64) (int64, error) {
		m.moment()
		return link(ctx, tx, contactID, contractID)
	}
	m.Sealer, s.Sealer, m.lives = sealer, m, true
	if err := outbox.Recover(ctx, h.DB); err != nil { // what Start does
		t.Fatal(err)
	}
	for _, c := range rounds(t, h) {
		signAll(t, h, c)
	}
	if _, err := h.Worker.RunJobs(ctx); err != nil {
		t.Fatal(err)
	}
}

// rounds gives the centres of signature of a company's contracts.
func rounds(t testing.TB, h *app.House) (list []signing.Centre) {
	t.Helper()
	raw := dbtest.Raw(t, filepath.Join(h.Folder, "comptoir.db"))
	ids := dbtest.Strings(t, raw, "SELECT c.public_id FROM contracts c JOIN contract_rounds r ON r.contract_id = c.id ORDER BY c.id")
	_ = raw.Close()
	for _, contractID := range ids {
		c, err := h.Signing.Centre(t.Context(), clerkHere, contractID, signing.Signature)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// signAll has everybody of a round sign, and acknowledges each: with the same keys in every life.
func signAll(t testing.TB, h *app.House, c signing.Centre) {
	t.Helper()
	for i, turn := range c.Round.Turns {
		d, err := h.Signing.Sign(context.Background(), clerkHere, penHere(c, i, "crash-sign-"+turn.ID))
		if err != nil {
			t.Errorf("turn %d: %v", i, err)
			return
		}
		tell("signed %s %s", turn.ID, d.At)
	}
}

// proveSeals opens the company as the next start would: what was acknowledged stands as it was,
// chains and papers are sound, each round has one paper for each of its documents.
func proveSeals(t *testing.T, folder, told string, signers, documents int64) {
	t.Helper()
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := h.Check(ctx, actor.Shell("fr"), "fr"); err != nil || !r.Sound {
		t.Errorf("%v %v", r.Faults, err)
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	all := rounds(t, h)
	for _, c := range all {
		if c.Round.Sealing != "done" || int64(len(c.Sealed)) != documents {
			t.Errorf("%s, %d papers", c.Round.Sealing, len(c.Sealed))
		}
		for _, p := range c.Sealed {
			if err := os.WriteFile(path, paperHere(t, h, p.VersionID), 0o600); err != nil {
				t.Fatal(err)
			}
			if r, err := app.VerifyFile(path, folder); err != nil || r.Verdict != seal.Intact || int64(len(r.Record.Signers)) != signers {
				t.Errorf("%v %+v", err, r)
			}
			if valid, said := pdfsigAccepts(path); said != "" && !valid {
				t.Error(said)
			}
		}
	}
	if err := h.Close(ctx); err != nil {
		t.Error(err)
	}
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	acknowledged(t, raw, told)
	n := int64(len(all))
	for query, want := range map[string]int64{
		"SELECT count(*) FROM contract_signatures":                                                                        n * signers,
		"SELECT count(*) FROM contract_files WHERE sealed = 1":                                                            n * documents,
		"SELECT count(*) FROM contract_evidence WHERE kind = 'completed'":                                                 n * documents,
		"SELECT count(*) FROM audit_log WHERE action = 'contract.sealed'":                                                 n,
		"SELECT count(*) FROM audit_log WHERE action = 'contract.all_signed'":                                             n,
		"SELECT count(*) FROM mails WHERE kind = 'contract_signed_copy'":                                                  n * signers,
		"SELECT count(*) FROM (SELECT 1 FROM mails WHERE kind = 'contract_signed_copy' GROUP BY to_address, contract_id)": n * signers,
		"SELECT count(*) FROM notifications WHERE kind = 'contract_seal_failed'":                                          0,
		"SELECT count(*) FROM jobs WHERE kind = 'contract.seal' AND state <> 'done'":                                      0,
	} {
		if got := dbtest.Int(t, raw, query); got != want {
			t.Errorf("%d, want %d: %s", got, want, query)
		}
	}
}

// acknowledged proves that every signature that was told of is there, of the same moment.
func acknowledged(t *testing.T, raw *sql.DB, told string) {
	t.Helper()
	for line := range strings.Lines(told) {
		if w := strings.Fields(line); len(w) == 3 && w[0] == "signed" && strings.HasSuffix(line, "\n") {
			if n := dbtest.Int(t, raw, "SELECT count(*) FROM contract_turns t JOIN contract_signatures s ON s.turn_id = t.id WHERE t.public_id = ? AND t.decision = 'signed' AND t.decided_at = ? AND s.signed_at = t.decided_at", w[1], w[2]); n != 1 {
				t.Errorf("acknowledged and not there: %s", line)
			}
		}
	}
}

// Killed again and again while people sign at several desks at once and the program seals beside
// them: what was acknowledged is there after each death, with a chain that holds.
func TestKilledWhileSigning(t *testing.T) {
	const contracts, people = 4, 8
	folder := filepath.Join(t.TempDir(), "company")
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range contracts {
		roundHere(t, h, people, someContract(t, fmt.Sprint("CT-", i)))
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	kills := 0
	for ; kills < 100; kills++ {
		ended := killedSigning(t, folder, &told, 1+rand.IntN(3)) // soon: a slow machine signs on for a while before the death arrives
		raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
		acknowledged(t, raw, told.String())
		_ = raw.Close()
		if r, err := app.CheckCompany(t.Context(), folder, "fr"); err != nil || !r.Sound {
			t.Fatalf("after %d deaths: %v %v", kills+1, r.Faults, err)
		}
		if ended {
			break
		}
	}
	proveSeals(t, folder, told.String(), people, 1)
	if n := strings.Count(told.String(), "signed "); kills < 5 || n < contracts*people {
		t.Errorf("too little was at stake: %d deaths, %d acknowledged", kills, n)
	}
	t.Logf("%d deaths", kills)
}

// killedSigning lets a program work until it has signed so many more, kills it on its way to the next
// one and adds what it told; ended: everything was signed and sealed.
func killedSigning(t *testing.T, folder string, told *strings.Builder, more int) (ended bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilledSigning$")
	cmd.Env = append(os.Environ(), stepFolder+"="+folder)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	cmd.Stderr = &problems
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for line := range strings.Lines(told.String()) {
		said[strings.TrimSpace(line)] = true
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		if ended = ended || line == "ended"; said[line] {
			continue // once more, of a former life
		}
		_, _ = told.WriteString(line + "\n")
		if more--; more == 0 {
			for range rand.IntN(300) * 1_000 { // some hundred microseconds, of work and not of sleep
				more = min(more, 0)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	return ended
}

// TestBeKilledSigning is the program at which everybody signs.
func TestBeKilledSigning(t *testing.T) {
	folder := os.Getenv(stepFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledWhileSigning")
	}
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	h.Start(ctx, "off") // the jobs run beside
	var desks sync.WaitGroup
	for _, c := range rounds(t, h) {
		desks.Go(func() { signAll(t, h, c) })
	}
	desks.Wait()
	for { // until the worker has made all papers
		left := 0
		for _, c := range rounds(t, h) {
			if c.Round.Sealing != "done" {
				left++
			}
		}
		if left == 0 || t.Failed() {
			break
		}
	}
	if err := h.Close(ctx); err != nil {
		t.Error(err)
	}
	tell("ended")
}

// Two passes at one round at once, with the firm's own seal: one paper for each document, nobody is
// told that anything failed.
func TestSealedByTwoAtOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "company")
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder, Create: true, IDs: id.Random()})
	if err != nil {
		t.Fatal(err)
	}
	c := roundHere(t, h, 1, someContract(t, "CT-1"), someContract(t, "CT-2"))
	signAll(t, h, c)
	var passes sync.WaitGroup
	for range 4 {
		passes.Go(func() {
			if err := h.Signing.RunSeal(context.Background(), []byte(`{"round":"`+c.Round.ID+`"}`)); err != nil {
				t.Error(err)
			}
		})
	}
	passes.Wait()
	if _, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder}); err == nil {
		t.Error("another program opened the company")
	}
	if _, err := h.Worker.RunJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	proveSeals(t, folder, "", 1, 2)
}
