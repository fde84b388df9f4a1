package keys

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"comptoir/core/fault"
)

func TestFileIsMadeOnceAndReadBack(t *testing.T) {
	dir := t.TempDir()
	made, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, Name))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	if _, err := Create(dir); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second key was made: %v", err)
	}
	read, err := Open(dir)
	if err != nil || !bytes.Equal(read.Subkey(Links), made.Subkey(Links)) {
		t.Fatalf("not the same key: %v", err)
	}
	if bytes.Equal(read.Subkey(Links), read.Subkey(SignIn)) || len(read.Subkey(Links)) != 32 {
		t.Error("purposes share a key")
	}
}

func TestFileTooOpenIsClosed(t *testing.T) {
	dir := t.TempDir()
	if _, err := Create(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, Name)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestFileMissingOrDamaged(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "key_missing") {
		t.Errorf("missing: %v", err)
	}
	for _, text := range []string{"", "comptoir-key-1 ", "comptoir-key-1 00ff", "comptoir-key-2 " + strings.Repeat("00", 32), strings.Repeat("x", 2000)} {
		if err := os.WriteFile(filepath.Join(dir, Name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "key_damaged") {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func TestSealedSecretsOpenOnlyInTheirPlace(t *testing.T) {
	k := Seeded("a")
	sealed, err := k.Seal("mail", []byte("p4ss: é"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := k.Open("mail", sealed); err != nil || string(plain) != "p4ss: é" {
		t.Fatalf("%q %v", plain, err)
	}
	again, _ := k.Seal("mail", []byte("p4ss: é"))
	if bytes.Equal(sealed, again) {
		t.Error("the same secret sealed twice looks the same")
	}
	broken := bytes.Clone(sealed)
	broken[len(broken)-1] ^= 1
	for name, try := range map[string]func() ([]byte, error){
		"another name": func() ([]byte, error) { return k.Open("gateway", sealed) },
		"another key":  func() ([]byte, error) { return Seeded("b").Open("mail", sealed) },
		"one bit":      func() ([]byte, error) { return k.Open("mail", broken) },
		"nothing":      func() ([]byte, error) { return k.Open("mail", nil) },
	} {
		if plain, err := try(); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %q %v", name, plain, err)
		}
	}
}

func TestKeyStaysOutOfLogs(t *testing.T) {
	k := Seeded("log")
	for _, s := range []string{fmt.Sprint(k), fmt.Sprintf("%+v %#v %s", k, k, k)} {
		if strings.Contains(s, fmt.Sprint(k.secret[0], k.secret[1])) || !strings.Contains(s, "hidden") {
			t.Errorf("%s", s)
		}
	}
}

type memoryRing struct {
	kept map[string]string
	fail bool
}

func (m *memoryRing) Set(name, secret string) error {
	if m.fail {
		return errors.New("locked")
	}
	m.kept[name] = secret
	return nil
}

func (m *memoryRing) Get(name string) (string, error) {
	s, ok := m.kept[name]
	if !ok {
		return "", errors.New("not there")
	}
	return s, nil
}

func (m *memoryRing) Delete(name string) error { delete(m.kept, name); return nil }

func TestVaultUsesTheKeyringElseTheKeyFile(t *testing.T) {
	for name, c := range map[string]struct {
		ring    Keyring
		mark    byte
		secret  string
		outside bool
	}{
		"keyring":        {&memoryRing{kept: map[string]string{}}, inRing, "a", true},
		"no keyring":     {nil, inSealed, "b", false},
		"locked keyring": {&memoryRing{kept: map[string]string{}, fail: true}, inSealed, "c", false},
	} {
		v := NewVault(Seeded("v"), c.ring)
		stored, err := v.Keep("mail", c.secret)
		if err != nil || stored[0] != c.mark || bytes.Contains(stored[1:], []byte(c.secret)) && c.outside {
			t.Errorf("%s: %q %v", name, stored, err)
		}
		if got, err := v.Reveal("mail", stored); err != nil || got != c.secret {
			t.Errorf("%s: %q %v", name, got, err)
		}
		elsewhere := NewVault(Seeded("v"), nil)
		if got, err := elsewhere.Reveal("mail", stored); (err == nil) == c.outside {
			t.Errorf("%s on another machine: %q %v", name, got, err)
		}
		v.Forget("mail", stored)
		if got, err := v.Reveal("mail", stored); c.outside && err == nil {
			t.Errorf("%s: %q after Forget", name, got)
		}
	}
}

func TestSilentKeyringIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &systemRing{service: "x", timeout: 5 * time.Second}
		free := make(chan struct{})
		start := time.Now()
		if _, err := r.ask(func() (string, error) { <-free; return "late", nil }); !errors.Is(err, errRingSilent) {
			t.Errorf("%v", err)
		}
		if d := time.Since(start); d != 5*time.Second {
			t.Errorf("waited %v", d)
		}
		if _, err := r.ask(func() (string, error) { t.Error("asked again"); return "", nil }); !errors.Is(err, errRingSilent) {
			t.Errorf("%v", err)
		}
		close(free)
	})
}

func TestNoBusNoKeyring(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if System("x") != nil {
		t.Error("a keyring without a bus")
	}
}
