package files_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/files"
)

func stored(t *testing.T, dir string) (names []string) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

func key(err error) string {
	e, _ := fault.As(err)
	if e == nil {
		return ""
	}
	return e.Key
}

func TestContentIsItsAddress(t *testing.T) {
	for _, quick := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "files")
		s := files.New(dir, quick)
		content := []byte("%PDF-1.7 …")
		sum := sha256.Sum256(content)
		ref, err := s.Put(content, "application/pdf")
		if err != nil || ref.SHA256 != hex.EncodeToString(sum[:]) || ref.Size != int64(len(content)) || ref.MediaType != "application/pdf" {
			t.Fatalf("%+v %v", ref, err)
		}
		if again, err := s.Put(content, "application/pdf"); err != nil || again != ref {
			t.Errorf("%+v %v", again, err)
		}
		if _, err := s.Put(nil, "text/plain"); err != nil {
			t.Errorf("nothing cannot be stored: %v", err)
		}
		names := stored(t, dir)
		if len(names) != 2 {
			t.Errorf("%q", names)
		}
		if back, err := s.Load(ref.SHA256); err != nil || !bytes.Equal(back, content) {
			t.Errorf("%q %v", back, err)
		}
		if st, err := os.Stat(filepath.Join(dir, ref.SHA256[:2], ref.SHA256[2:])); err != nil || st.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read it: %v %v", st, err)
		}
	}
}

// A file that changed is not handed out, and putting the same content again puts it right.
func TestAChangedFileIsNoticed(t *testing.T) {
	dir := t.TempDir()
	s := files.New(dir, false)
	ref, err := s.Put([]byte("facture"), "application/pdf")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, ref.SHA256[:2], ref.SHA256[2:])
	for _, damage := range []string{"fabture", "fact", "", "facture de plus"} {
		if err := os.WriteFile(path, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if b, err := s.Load(ref.SHA256); key(err) != "fault.file_changed" || b != nil {
			t.Errorf("%q was handed out: %v", b, err)
		}
		if _, err := s.Put([]byte("facture"), "application/pdf"); err != nil {
			t.Fatal(err)
		}
		if b, err := s.Load(ref.SHA256); err != nil || string(b) != "facture" {
			t.Errorf("%q was not put right: %q %v", damage, b, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(ref.SHA256); key(err) != "fault.file_missing" {
		t.Errorf("%v", err)
	}
}

func TestNamesOutsideOfTheFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "key"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := files.New(filepath.Join(dir, "files"), false)
	for _, sha := range []string{"", "..", "../key", strings.Repeat("g", 64), strings.Repeat("A", 64), strings.Repeat("a", 63), strings.Repeat("a", 65), "../" + strings.Repeat("a", 61), strings.Repeat("a", 64) + "\n"} {
		if b, err := s.Load(sha); key(err) != "fault.not_found" || b != nil {
			t.Errorf("%q: %q %v", sha, b, err)
		}
	}
}

// A crash between two steps leaves a file without its name, or a name without its row:
// neither is in the way of the next one.
func TestWhatACrashLeavesIsHarmless(t *testing.T) {
	dir := t.TempDir()
	content := []byte("facture")
	sum := sha256.Sum256(content)
	sha := hex.EncodeToString(sum[:])
	if err := os.MkdirAll(filepath.Join(dir, sha[:2]), 0o700); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, sha[:2], ".new-123")
	if err := os.WriteFile(left, []byte("fact"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, d := files.New(dir, false), dbtest.New(t)
	ref, err := s.Put(content, "application/pdf")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the crash came before the row, then the job came again
		if err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error { return files.Record(ctx, tx, ref) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Read(context.Background(), func(q *gen.Queries) error {
		f, err := q.GetFile(context.Background(), sha)
		if f.Size != 7 || f.MediaType != "application/pdf" {
			t.Errorf("%+v", f)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if b, err := s.Load(sha); err != nil || string(b) != "facture" {
		t.Errorf("%q %v", b, err)
	}
}

func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	s := files.New(dir, true)
	var all sync.WaitGroup
	for n := range 40 {
		all.Go(func() {
			ref, err := s.Put([]byte{byte(n % 4)}, "application/pdf")
			if err == nil {
				_, err = s.Load(ref.SHA256)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if names := stored(t, dir); len(names) != 4 {
		t.Errorf("%q", names)
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	if _, err := files.New(dir, false).Put([]byte("x"), "text/plain"); key(err) != "fault.disk_error" {
		t.Errorf("%v", err)
	}
}

// A full disk is told as such, and not as a broken one.
func TestAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no full disk here:", err)
	}
	if err := files.WriteDisk(full, []byte("x")); key(err) != "fault.disk_full" {
		t.Errorf("%v", err)
	}
	if err := full.Close(); err != nil {
		t.Fatal(err)
	}
}

// Stored bytes are proved as they stream by; what is gone or changed is told apart.
func TestProve(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	s := files.New(dir, true)
	ref, err := s.Put([]byte("stored"), "text/plain")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.Prove(ref.SHA256); n != ref.Size || err != nil {
		t.Errorf("%d %v", n, err)
	}
	path := filepath.Join(dir, ref.SHA256[:2], ref.SHA256[2:])
	if err := os.WriteFile(path, []byte("STORED"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prove(ref.SHA256); key(err) != "fault.file_changed" {
		t.Errorf("%v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for sha, want := range map[string]string{ref.SHA256: "fault.file_missing", "../../etc/passwd": "fault.not_found"} {
		if _, err := s.Prove(sha); key(err) != want {
			t.Errorf("%s: %v", sha, err)
		}
	}
}
