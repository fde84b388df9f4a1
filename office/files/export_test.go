package files

import "os"

// WriteDisk writes as the store does.
func WriteDisk(f *os.File, b []byte) error {
	_, err := onDisk{f}.Write(b)
	return err
}
