package db

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// A migration that went out stays as it is: files made by it are in people's hands, and a
// change would leave them with other tables than their schema number says. A new need is a
// new migration; its line is added to testdata/migrations.sum, none is ever changed.
func TestMigrationsAreFrozen(t *testing.T) {
	sums, err := os.ReadFile("testdata/migrations.sum")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(sums)) {
		var sum, name string
		if _, err := fmt.Sscan(line, &sum, &name); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		known[name] = sum
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) != len(known) {
		t.Fatalf("%d migrations, %d sums, %v", len(names), len(known), err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(b); known[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s changed after it went out", name)
		}
	}
}
