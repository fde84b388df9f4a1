package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
)

const inviteFolder = "COMPTOIR_CRASH_INVITE"

// Killed in the middle of its invitations, again and again: taken up, the run comes to its end, with
// one mail and one link for each customer that it wrote to.
func TestKilledWhileInviting(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "company")
	apptest.CopyDemo(t, folder)
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	for _, q := range []string{"DELETE FROM contact_credentials", "UPDATE customer_groups SET portal_enabled = 1, invite_others = 1"} {
		if _, err := raw.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	before := dbtest.Int(t, raw, "SELECT count(*) FROM mails")
	_ = raw.Close()
	kills, longer, waiting := 0, 2_000_000, int64(-1)
	for range 100 {
		if ended := killedInviting(t, folder, longer); ended {
			break
		}
		kills++
		// What the last life did not get further by, the next one has twice the time for: however slow the machine.
		if left := countOf(t, folder, "SELECT count(*) FROM invitations WHERE result = 'waiting'"); left == waiting {
			longer = min(2*longer, 1<<34)
		} else {
			waiting = left
		}
	}
	raw = dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	mailed := dbtest.Int(t, raw, "SELECT count(*) FROM invitations WHERE result = 'mailed'")
	for what, n := range map[string]int64{
		"runs that did not end":          dbtest.Int(t, raw, "SELECT count(*) FROM invitation_runs WHERE ended_at IS NULL"),
		"invitations without a result":   dbtest.Int(t, raw, "SELECT count(*) FROM invitations WHERE result = 'waiting'"),
		"customers written to twice":     dbtest.Int(t, raw, "SELECT count(*) FROM (SELECT to_address, customer_id FROM mails WHERE kind = 'access' GROUP BY customer_id HAVING count(*) > 1)"),
		"mails too many":                 dbtest.Int(t, raw, "SELECT count(*) FROM mails") - before - mailed,
		"mails of invitations of no run": dbtest.Int(t, raw, "SELECT count(*) FROM invitations WHERE result = 'mailed' AND mail_id NOT IN (SELECT id FROM mails WHERE kind = 'access')"),
	} {
		if n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	if mailed < 20 || kills < 2 {
		t.Errorf("too little was at stake: %d mails, killed %d times", mailed, kills)
	}
	t.Logf("%d mails, killed %d times", mailed, kills)
}

// countOf asks a company's file between two lives of the program.
func countOf(t *testing.T, folder, query string) int64 {
	t.Helper()
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	return dbtest.Int(t, raw, query)
}

// killedInviting works at the invitations in a process of its own and kills it somewhere on its way,
// after at most so many turns of a loop; it tells whether the run came to its end.
func killedInviting(t *testing.T, folder string, longer int) (ended bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilledInviting$")
	cmd.Env = append(os.Environ(), inviteFolder+"="+folder)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	cmd.Stderr = &problems
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		switch lines.Text() {
		case "begun":
			for n := range rand.IntN(longer) { // of work and not of sleep: somewhere in a batch, or between two
				ended = n < 0
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		case "ended":
			ended = true
		}
	}
	if err := cmd.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	return ended
}

// TestBeKilledInviting is the program that sends the invitations.
func TestBeKilledInviting(t *testing.T) {
	folder := os.Getenv(inviteFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledWhileInviting")
	}
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	run, err := h.Customers.StartInvitations(ctx, actor.Shell("fr"), "key-of-the-invitations", customers.InviteQuery{All: true}) // the same key: the same run
	if err != nil {
		t.Fatal(err)
	}
	payload, _ := json.Marshal(map[string]string{"run": run})
	tell("begun")
	if err := h.Customers.RunInvitations(ctx, payload); err != nil {
		t.Fatal(err)
	}
	tell("ended")
}
