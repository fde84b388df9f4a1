//go:build unix

package command

import "syscall"

// tighten keeps what the program writes from other users of the machine: the books, the
// key file, exports (ASVS 13.2.2).
func tighten() { syscall.Umask(0o077) }
