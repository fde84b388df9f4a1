package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// SweepAge is how long bytes may lie here without a row that names them.
const SweepAge = 24 * time.Hour

var (
	folderForm = regexp.MustCompile(`^[0-9a-f]{2}$`)
	restForm   = regexp.MustCompile(`^[0-9a-f]{62}$`)
)

// Sweep takes away what has lain here for longer than SweepAge and no row of d names: uploads
// that were never handed over, and what a crash left. Bytes that are put again are young again
// (keep), so that none go between their being put and their row. It gives how many files went.
func (s *Store) Sweep(ctx context.Context, d *db.DB) (gone int, err error) {
	before, err := s.aDayAgo()
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // nothing was ever put
	}
	if err != nil {
		return 0, unavailable(err)
	}
	folders, err := os.ReadDir(s.dir)
	if err != nil {
		return 0, unavailable(err)
	}
	gone, err = s.sweepFolder(ctx, d, "", before)
	for _, f := range folders {
		if err != nil {
			break
		}
		if f.IsDir() && folderForm.MatchString(f.Name()) {
			var n int
			n, err = s.sweepFolder(ctx, d, f.Name(), before)
			gone += n
		}
	}
	return gone, err
}

// aDayAgo is told by the disk that dates the files: the company's clock may be another.
func (s *Store) aDayAgo() (time.Time, error) {
	tmp, err := os.CreateTemp(s.dir, ".new-*")
	if err != nil {
		return time.Time{}, err
	}
	info, err := tmp.Stat()
	if err = errors.Join(err, tmp.Close(), os.Remove(tmp.Name())); err != nil {
		return time.Time{}, err
	}
	return info.ModTime().Add(-SweepAge), nil
}

// sweepFolder sweeps one folder of files, or with "" what a crash left in the one above them.
func (s *Store) sweepFolder(ctx context.Context, d *db.DB, folder string, before time.Time) (gone int, err error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, folder))
	if err != nil {
		return 0, unavailable(err)
	}
	var old, left []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || !info.ModTime().Before(before) {
			continue // young, or gone by itself
		}
		if strings.HasPrefix(e.Name(), ".new-") {
			left = append(left, e.Name())
		} else if folder != "" && restForm.MatchString(e.Name()) {
			old = append(old, e.Name())
		}
	}
	if err := d.Read(ctx, func(q *gen.Queries) error {
		for _, name := range old {
			if _, err := q.GetFile(ctx, folder+name); fault.Is(db.NotFound(err), fault.NotFound) {
				left = append(left, name)
			} else if err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return 0, err
	}
	for _, name := range left {
		n, err := s.takeAway(filepath.Join(s.dir, folder, name), before)
		if err != nil {
			return gone, unavailable(err)
		}
		gone += n
	}
	return gone, nil
}

// takeAway removes a file that is still old: it may have been put again meanwhile.
func (s *Store) takeAway(path string, before time.Time) (int, error) {
	s.naming.Lock()
	defer s.naming.Unlock()
	info, err := os.Stat(path)
	if err == nil && info.ModTime().Before(before) {
		if err = os.Remove(path); err == nil {
			return 1, nil
		}
	}
	return 0, quiet(err)
}
