package app_test

import (
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"comptoir/app"
	"comptoir/db/dbtest"
	"comptoir/office/signing"
)

// The disk takes no file as large as a sealed paper: the signatures stand, the centre and a notice
// say that the seal failed, nothing half made stays behind; asked for again on a disk that takes it,
// each paper is sealed once.
func TestSealedAfterTheDiskWasFull(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "company")
	cmd := exec.Command(os.Args[0], "-test.run=^TestSealOnAFullDisk$", "-test.v") // #nosec G204 -- this very binary
	cmd.Env = append(os.Environ(), stepFolder+"="+folder)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestSealOnAFullDisk") {
		t.Fatalf("%v\n%s", err, out)
	}
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM notifications WHERE kind = 'contract_seal_failed'"); n != 1 {
		t.Errorf("told %d times", n)
	}
	if _, err := raw.Exec("DELETE FROM notifications WHERE kind = 'contract_seal_failed'; UPDATE jobs SET state = 'done' WHERE kind = 'contract.seal'"); err != nil { // what proveSeals does not expect
		t.Fatal(err)
	}
	_ = raw.Close()
	proveSeals(t, folder, "", 1, 1)
}

// TestSealOnAFullDisk is the program, in a process of its own: the limit is one of the process.
func TestSealOnAFullDisk(t *testing.T) {
	folder := os.Getenv(stepFolder)
	if folder == "" {
		t.Skip("only a part of TestSealedAfterTheDiskWasFull")
	}
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(t.Context()) }()
	c := roundHere(t, h, 1, largePaper(1, 16<<20))
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	whole := limit.Cur
	limit.Cur = 8 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	signAll(t, h, c)
	if _, err := h.Worker.RunJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c, err = h.Signing.Centre(t.Context(), clerkHere, c.ContractID, signing.Signature); err != nil || c.Round.Sealing != "failed" || c.Round.SealFault != "fault.disk_error" || len(c.Sealed) != 0 || c.Round.Turns[0].State != signing.TurnSigned {
		t.Errorf("%v %+v", err, c.Round)
	}
	if left, err := filepath.Glob(filepath.Join(folder, "files", ".new-*")); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
	limit.Cur = whole
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if _, err = h.Signing.RetrySeal(t.Context(), clerkHere, c.Round.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Worker.RunJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
}
