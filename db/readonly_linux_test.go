package db

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// asNobody runs fn on a thread to which the file system shows itself as to a plain user:
// a test that runs as root would otherwise be let in everywhere.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	if os.Getuid() != 0 {
		fn()
		return
	}
	const nobody = 65534
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
	}()
	fn()
}

func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // #nosec G302 -- somebody else must be able to look in
		t.Fatal(err)
	}
	path := filepath.Join(dir, "company.db")
	d := reopen(t, path)
	if err := d.Write(bg, note("x")); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name        string
		dirMode     os.FileMode
		fileMode    os.FileMode
		file        string
		wantMissing bool
	}{
		{"nothing can be made in the folder", 0o555, 0o644, filepath.Join(dir, "new.db"), true},
		{"the folder is read-only", 0o555, 0o644, path, false},
		{"the file is read-only", 0o777, 0o444, path, false},
		{"the file may not be read", 0o755, 0o000, path, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.Chmod(path, c.fileMode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, c.dirMode); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.Chmod(dir, 0o755) }() // #nosec G302 -- as above
			asNobody(t, func() {
				d, err := Open(bg, c.file, Options{})
				if err == nil {
					_ = d.Close()
				}
				wantFault(t, err, "fault.read_only")
			})
			if _, err := os.Stat(c.file); c.wantMissing && err == nil {
				t.Error("a file was made")
			}
		})
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := notes(t, reopen(t, path)); len(got) != 1 {
		t.Errorf("once the folder is writable again: %v", got)
	}
}

func TestMissingFolder(t *testing.T) {
	_, err := Open(bg, filepath.Join(t.TempDir(), "gone", "company.db"), Options{})
	wantFault(t, err, "fault.read_only")
}
