package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"comptoir/core/fault"
)

// ErrTooBig says that a stream was longer than it may be; who knows its name says which.
var ErrTooBig = fault.New(fault.Invalid, "fault.files.too_big", "name", "", "most", int64(0))

// PutFrom writes a stream to the folder, durably, without holding it in memory: at most limit
// bytes, judged on their way by look (nil: no judge), whose refusal ends the work. Whatever
// goes wrong, nothing of it stays.
func (s *Store) PutFrom(r io.Reader, limit int64, look io.Writer) (ref Ref, err error) {
	if err := s.makeDir(s.dir); err != nil {
		return Ref{}, unavailable(err)
	}
	tmp, err := os.CreateTemp(s.dir, ".new-*")
	if err != nil {
		return Ref{}, unavailable(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, quiet(os.Remove(tmp.Name())))
		}
	}()
	sum := sha256.New()
	to := io.MultiWriter(onDisk{tmp}, sum)
	if look != nil {
		to = io.MultiWriter(look, onDisk{tmp}, sum)
	}
	n, err := io.CopyBuffer(struct{ io.Writer }{to}, io.LimitReader(r, limit+1), make([]byte, 64<<10))
	if err == nil && n > limit {
		err = ErrTooBig
	}
	if err == nil && !s.quick {
		err = onDiskError(tmp.Sync())
	}
	if err = errors.Join(err, onDiskError(tmp.Close())); err != nil {
		return Ref{}, err
	}
	ref = Ref{SHA256: hex.EncodeToString(sum.Sum(nil)), Size: n}
	return ref, s.keep(tmp.Name(), ref)
}

// keep gives a finished file its name, unless the same content has it already: that one is made
// as young as the new one, so that no sweep takes it before it has its row.
func (s *Store) keep(tmp string, ref Ref) error {
	target := s.path(ref.SHA256)
	if same, err := holds(target, ref); err == nil && same && s.again(target, tmp) == nil {
		return quiet(os.Remove(tmp))
	}
	if err := s.makeDir(filepath.Dir(target)); err != nil {
		return unavailable(err)
	}
	if err := s.name(tmp, target); err != nil {
		return unavailable(err)
	}
	if s.quick {
		return nil
	}
	return syncDir(filepath.Dir(target))
}

func (s *Store) name(tmp, target string) error {
	s.naming.Lock()
	defer s.naming.Unlock()
	return os.Rename(tmp, target)
}

func (s *Store) again(target, tmp string) error {
	s.naming.Lock()
	defer s.naming.Unlock()
	info, err := os.Stat(tmp)
	if err != nil {
		return err
	}
	return os.Chtimes(target, info.ModTime(), info.ModTime())
}

func holds(path string, ref Ref) (bool, error) {
	f, err := os.Open(path) // #nosec G304 -- named by the hash of the content
	if err != nil {
		return false, err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)) == ref.SHA256, errors.Join(err, f.Close())
}

// onDisk tells the disk's own trouble from that of who sends.
type onDisk struct{ f *os.File }

func (d onDisk) Write(b []byte) (int, error) {
	n, err := d.f.Write(b)
	return n, onDiskError(err)
}

func onDiskError(err error) error {
	if err == nil {
		return nil
	}
	return unavailable(err)
}

func quiet(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Open gives stored bytes to be read in part; the size must be the one that was noted. Whether
// the content is still the same is proved by the check, not at each reading.
func (s *Store) Open(sha string, size int64) (io.ReadSeekCloser, error) {
	if !shaForm.MatchString(sha) {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	f, err := os.Open(s.path(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "fault.file_missing").With(err)
	}
	if err != nil {
		return nil, unavailable(err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() != size {
		err = fault.New(fault.Unavailable, "fault.file_changed")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
