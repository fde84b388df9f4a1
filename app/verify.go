package app

import (
	"errors"
	"fmt"
	"os"

	"comptoir/core/fault"
	"comptoir/edge/seal"
)

// VerifyFile proves a sealed file for the command line. folder is that of a company, which is
// not opened: what it sealed with lies beside its database; "" leaves the certificate unknown.
func VerifyFile(path, folder string) (seal.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return seal.Report{}, unreadFile(path, err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return seal.Report{}, unreadFile(path, err)
	}
	var known seal.Known
	if folder != "" {
		if known, err = seal.ReadMirror(folder); errors.Is(err, os.ErrNotExist) {
			return seal.Report{}, ErrMissing.With(err)
		} else if err != nil {
			return seal.Report{}, unreadable(err)
		}
	}
	return seal.Verify(f, info.Size(), known), nil
}

func unreadFile(path string, cause error) error {
	return fault.New(fault.NotFound, "cli.verify.unread", "file", path).With(fmt.Errorf("verify: %w", cause))
}
