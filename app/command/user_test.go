package command_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comptoir/app/command"
)

// user runs "comptoir user …" on the company in folder: what it printed, and its exit code.
func user(folder string, args ...string) (string, int) {
	var out bytes.Buffer
	code := command.Main(command.Program{Args: append([]string{"user", "--data", folder}, args...), Out: &out, Err: &out, Clock: time.Now})
	return out.String(), code
}

func TestUserCommands(t *testing.T) {
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	folder := filepath.Join(t.TempDir(), "demo")
	var out bytes.Buffer
	if code := command.Main(command.Program{Args: []string{"demo", "--data", folder, "--documents", "1", "--customers", "3"}, Out: &out, Err: &out, Clock: time.Now}); code != 0 {
		t.Fatal(code, out.String())
	}
	if said, code := user(folder, "list"); code != 0 || !strings.Contains(said, "U001  Claire Fontaine") {
		t.Errorf("list: %d %s", code, said)
	}
	first, code := user(folder, "recovery-code")
	lines := strings.Split(strings.TrimSpace(first), "\n")
	if code != 0 || len(lines) != 2 || len(lines[1]) != len("aaaaa-aaaaa-aaaaa-aaaaa-aaaaa") {
		t.Errorf("recovery-code: %d %q", code, first)
	}
	if second, code := user(folder, "recovery-code"); code != 0 || second == first {
		t.Errorf("the same code again: %d %q", code, second)
	}
	if said, code := user(folder, "reset-password"); code != 0 || len(strings.Split(strings.TrimSpace(said), "\n")) != 2 {
		t.Errorf("reset-password: %d %s", code, said)
	}
	if said, code := user(folder, "reset-password", "nobody@atelier-brindille.example"); code != 1 {
		t.Errorf("an address that is nobody's: %d %s", code, said)
	}
	if said, code := user(folder, "recover"); code != 2 {
		t.Errorf("no such command: %d %s", code, said)
	}
}
