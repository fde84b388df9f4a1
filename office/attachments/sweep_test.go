package attachments_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/office/attachments"
	"comptoir/office/files"
	"comptoir/office/officetest"
	"comptoir/office/outbox"
)

// An upload that is broken off before it is handed over goes a day later; what was handed over
// stays, and so does what came twice, once for nothing. Each day has one sweep, the first at the
// start of the program.
func TestUploadsLeftBehindAreSwept(t *testing.T) {
	s := newShop(t)
	s.Must(s.room.AllowUploads(ctx, s.staff, true))
	who := officetest.Contact(s.Customer("Client", nil))
	send := func(content string) attachments.Staged {
		f, err := s.room.Stage(ctx, who, "plan.pdf", strings.NewReader("%PDF-1.7 "+content))
		s.Must(err)
		return f
	}
	for _, content := range []string{"kept", "twice"} {
		s.Must(s.room.HandOver(ctx, who, attachments.HandOver{Key: s.key(), Files: []attachments.Staged{send(content)}}))
	}
	send("twice")
	left := send("left")
	worker := outbox.NewWorker(outbox.Config{DB: s.DB})
	worker.Handle(attachments.JobSweep, s.room.Sweep)
	run := func(wantLeft bool, wantDone int64) {
		t.Helper()
		s.Must(s.room.QueueSweep(ctx))
		_, err := worker.RunJobs(ctx)
		s.Must(err)
		if _, err := os.Stat(filepath.Join(s.folder, left.SHA256[:2], left.SHA256[2:])); (err == nil) != wantLeft {
			t.Errorf("left behind: %v", err)
		}
		raw := dbtest.Raw(t, s.Path)
		defer raw.Close()
		if done, next := dbtest.Int(t, raw, "SELECT count(*) FROM jobs WHERE kind = 'files.sweep' AND state = 'done'"), dbtest.Strings(t, raw, "SELECT run_at FROM jobs WHERE kind = 'files.sweep' AND state = 'queued'"); done != wantDone || len(next) != 1 || next[0] <= s.Now().UTC().Format(time.RFC3339) {
			t.Errorf("%d sweeps done, next %v", done, next)
		}
	}
	run(true, 1) // it is young
	stored, err := filepath.Glob(filepath.Join(s.folder, "*", "*"))
	s.Must(err)
	old := time.Now().Add(-files.SweepAge - time.Minute)
	for _, path := range stored {
		s.Must(os.Chtimes(path, old, old))
	}
	run(true, 1) // today's was done
	s.MoveTo(s.Now().Add(24 * time.Hour))
	run(false, 2)
	page, err := s.room.PortalFiles(ctx, who, attachments.PortalQuery{})
	s.Must(err)
	if len(page.Rows) != 2 {
		t.Fatalf("%+v", page.Rows)
	}
	for _, f := range page.Rows {
		c, err := s.room.PortalFile(ctx, who, f.PublicID)
		s.Must(err)
		s.Must(c.Bytes.Close())
	}
}
