package files_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/files"
)

// What nobody refers to goes after a day, and so does what a crash left; what a row names, what
// is young, what was put again and what is not ours stays.
func TestSweep(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "files")
	s, d := files.New(dir, false), dbtest.New(t)
	if gone, err := s.Sweep(ctx, d); gone != 0 || err != nil {
		t.Fatalf("before anything was put: %d %v", gone, err)
	}
	put := func(content string) files.Ref {
		t.Helper()
		ref, err := s.Put([]byte(content), "text/plain")
		if err != nil {
			t.Fatal(err)
		}
		return ref
	}
	named, dropped, again, young := put("named"), put("dropped"), put("put again"), put("young")
	if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return files.Record(ctx, tx, named) }); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".new-1", named.SHA256[:2] + "/.new-2", ".new-young", "note.txt", named.SHA256[:2] + "/note.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-files.SweepAge - time.Minute)
	for _, path := range stored(t, dir) {
		if name := filepath.Base(path); name == ".new-young" || strings.HasSuffix(path, young.SHA256[2:]) {
			continue
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	put("put again")
	if gone, err := s.Sweep(ctx, d); gone != 3 || err != nil {
		t.Errorf("%d went, %v", gone, err)
	}
	for sha, stays := range map[string]bool{named.SHA256: true, again.SHA256: true, young.SHA256: true, dropped.SHA256: false} {
		if b, err := s.Load(sha); (err == nil) != stays {
			t.Errorf("%q %v, want it to stay: %v", b, err, stays)
		}
	}
	if names := strings.Join(stored(t, dir), " "); strings.Contains(names, ".new-1") || strings.Contains(names, ".new-2") || !strings.Contains(names, ".new-young") || strings.Count(names, "note.txt") != 2 {
		t.Error(names)
	}
	if gone, err := s.Sweep(ctx, d); gone != 0 || err != nil {
		t.Errorf("once more: %d %v", gone, err)
	}
}

// A company that is closed meanwhile loses nothing.
func TestSweepThatCannotAsk(t *testing.T) {
	dir := t.TempDir()
	s, d := files.New(dir, true), dbtest.New(t)
	ref, err := s.Put([]byte("named"), "text/plain")
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * files.SweepAge)
	if err := os.Chtimes(stored(t, dir)[0], old, old); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if gone, err := s.Sweep(ctx, d); gone != 0 || err == nil {
		t.Errorf("%d went, %v", gone, err)
	}
	if _, err := s.Load(ref.SHA256); err != nil {
		t.Error(err)
	}
}
