//go:build !bindings

// Command comptoir is the back office of a small firm as one program.
package main

import (
	"os"

	"comptoir/app/command"
)

// Set by the build (-ldflags -X).
var (
	version = "dev"
	commit  = ""
)

func main() {
	os.Exit(command.Main(command.Program{Args: os.Args[1:], Assets: assets(), Window: openWindow, Version: version, Commit: commit}))
}
