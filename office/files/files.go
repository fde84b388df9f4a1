// Package files keeps bytes by their content beside the database: PDFs as issued, logos.
//
// What lives here: the content-addressed folder files/ab/cdef…, its rows, and proof that
// nothing in it changed. What must not: who may see a file (the rooms that refer to it).
// Bytes go to the disk before the transaction that refers to them: a crash between leaves
// an unused file, never a row without one. Unused ones are swept after a day (sweep.go).
package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"syscall"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Store is the folder of one company.
type Store struct {
	dir    string
	quick  bool
	naming sync.Mutex // held while a file gets its name, is made young again, or is swept
}

// New names the folder; it touches nothing. quick leaves out the flush to the disk: only
// for a company that is being filled in bulk.
func New(dir string, quick bool) *Store { return &Store{dir: dir, quick: quick} }

// Ref names stored bytes.
type Ref struct {
	SHA256    string
	Size      int64
	MediaType string
}

var shaForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (s *Store) path(sha string) string { return filepath.Join(s.dir, sha[:2], sha[2:]) }

// Put writes content to the folder unless it is there already, durably.
func (s *Store) Put(content []byte, mediaType string) (Ref, error) {
	ref, err := s.PutFrom(bytes.NewReader(content), int64(len(content)), nil)
	if err != nil {
		return Ref{}, err
	}
	ref.MediaType = mediaType
	return ref, nil
}

// makeDir makes the folder of a file and, like the file's, its name durable: a synced file
// in a folder that a crash forgets would be lost all the same.
func (s *Store) makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil || s.quick {
		return err
	}
	return errors.Join(syncDir(s.dir), syncDir(filepath.Dir(s.dir)))
}

// syncDir makes the new name durable too. Windows keeps folders by itself and lets nobody
// flush one.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir) // #nosec G304 -- inside the company folder
	if err != nil {
		return unavailable(err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func unavailable(err error) error {
	if errors.Is(err, syscall.ENOSPC) || runtime.GOOS == "windows" && (errors.Is(err, errDiskFull) || errors.Is(err, errHandleDiskFull)) {
		return fault.New(fault.Unavailable, "fault.disk_full").With(err)
	}
	return fault.New(fault.Unavailable, "fault.disk_error").With(err)
}

// What Windows says instead of ENOSPC: ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
const (
	errDiskFull       = syscall.Errno(112)
	errHandleDiskFull = syscall.Errno(39)
)

// Record notes ref in the caller's transaction.
func Record(ctx context.Context, tx *db.Tx, ref Ref) error {
	return tx.InsertFile(ctx, gen.InsertFileParams{Sha256: ref.SHA256, Size: ref.Size, MediaType: ref.MediaType, CreatedAt: tx.Stamp()})
}

// Load reads stored bytes and proves that they are still the same.
func (s *Store) Load(sha string) ([]byte, error) {
	if !shaForm.MatchString(sha) {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	b, err := os.ReadFile(s.path(sha))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "fault.file_missing").With(err)
	}
	if err != nil {
		return nil, unavailable(err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != sha {
		return nil, fault.New(fault.Unavailable, "fault.file_changed").With(fmt.Errorf("files: %s is not what was stored", sha))
	}
	return b, nil
}

// Prove reads stored bytes through, however many they are, without holding them, and gives
// their size: fault.file_missing, fault.file_changed, or what the disk said.
func (s *Store) Prove(sha string) (size int64, err error) {
	if !shaForm.MatchString(sha) {
		return 0, fault.New(fault.NotFound, "fault.not_found")
	}
	f, err := os.Open(s.path(sha))
	if errors.Is(err, os.ErrNotExist) {
		return 0, fault.New(fault.NotFound, "fault.file_missing").With(err)
	}
	if err != nil {
		return 0, unavailable(err)
	}
	sum := sha256.New()
	size, err = io.Copy(sum, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, unavailable(err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != sha {
		return 0, fault.New(fault.Unavailable, "fault.file_changed").With(fmt.Errorf("files: %s is not what was stored", sha))
	}
	return size, nil
}
