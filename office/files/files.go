// Package files keeps bytes by their content beside the database: PDFs as issued, logos.
//
// What lives here: the content-addressed folder files/ab/cdef…, its rows, and proof that
// nothing in it changed. What must not: who may see a file (the rooms that refer to it).
// Bytes go to the disk before the transaction that refers to them: a crash between leaves
// an unused file, never a row without one.
package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Store is the folder of one company.
type Store struct {
	dir   string
	quick bool
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
	sum := sha256.Sum256(content)
	ref := Ref{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content)), MediaType: mediaType}
	target := s.path(ref.SHA256)
	if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, content) { // one that was damaged is put right
		return ref, nil
	}
	if err := s.makeDir(filepath.Dir(target)); err != nil {
		return Ref{}, unavailable(err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(target), ".new-*")
	if err != nil {
		return Ref{}, unavailable(err)
	}
	if err := s.fill(tmp, content); err != nil {
		return Ref{}, unavailable(errors.Join(err, os.Remove(tmp.Name())))
	}
	if err := os.Rename(tmp.Name(), target); err != nil {
		return Ref{}, unavailable(errors.Join(err, os.Remove(tmp.Name())))
	}
	if s.quick {
		return ref, nil
	}
	return ref, syncDir(filepath.Dir(target))
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

func (s *Store) fill(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil && !s.quick {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
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
	return fault.New(fault.Unavailable, "fault.disk_error").With(err)
}

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
