package app

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"time"
)

// Inflated gives the built frontend as it was before the build compressed it: a file that is there as name.gz only opens
// under its own name. The program carries the pages compressed (they are three megabytes else); whoever serves them, the
// window's asset server or the desk in a browser, sees plain files that can be sought.
func Inflated(files fs.FS) fs.FS { return inflatedFS{files} }

type inflatedFS struct{ packed fs.FS }

// largestAsset bounds what one file may become: the build is ours, so this is a guard against a damaged program only.
const largestAsset = 64 << 20

func (f inflatedFS) Open(name string) (fs.File, error) {
	file, err := f.packed.Open(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	packed, perr := fs.ReadFile(f.packed, name+".gz")
	if perr != nil {
		return nil, err // the name that was asked for is what is missing
	}
	plain, err := inflate(packed)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &inflatedFile{Reader: bytes.NewReader(plain), name: path.Base(name), size: int64(len(plain))}, nil
}

func inflate(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(r, largestAsset+1))
	if err == nil && len(plain) > largestAsset {
		err = fmt.Errorf("larger than %d bytes", largestAsset)
	}
	return plain, err
}

// inflatedFile is an open file, its own description too.
type inflatedFile struct {
	*bytes.Reader
	name string
	size int64
}

func (f *inflatedFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *inflatedFile) Close() error               { return nil }
func (f *inflatedFile) Name() string               { return f.name }
func (f *inflatedFile) Size() int64                { return f.size }
func (f *inflatedFile) Mode() fs.FileMode          { return 0o444 }
func (f *inflatedFile) ModTime() time.Time         { return time.Time{} } // as embedded files: none
func (f *inflatedFile) IsDir() bool                { return false }
func (f *inflatedFile) Sys() any                   { return nil }
