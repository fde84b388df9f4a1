package ledger_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the journals and balances of testdata anew")

// Books as text: testdata/*.txtar hold events as a clerk would note them, and the journal
// and trial balance that an accountant can check with a pencil.
func TestBooksAsText(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d books, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			books := newBooks(t)
			for n, line := range strings.Split(section(archive, "événements"), "\n") {
				books.line = n + 1
				books.read(line)
			}
			books.flush()
			got := map[string]string{"journal": books.journalText(), "balance": books.balanceText()}
			for _, what := range []string{"journal", "balance"} {
				if *update {
					setSection(archive, what, got[what])
				} else if want := section(archive, what); got[what] != want {
					t.Errorf("%s:\n%s\nwant:\n%s", what, got[what], want)
				}
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func setSection(a *txtar.Archive, name, text string) {
	for i, f := range a.Files {
		if f.Name == name {
			a.Files[i].Data = []byte(text)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: bytes.Clone([]byte(text))})
}
