package db

import (
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write schema.txt anew")

func TestSchemaIsWrittenDown(t *testing.T) {
	d := fresh(t)
	rows, err := d.writer.QueryContext(bg, describe)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var got strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		got.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(got.String(), "\n"); n < 100 {
		t.Fatalf("%d tables", n)
	}
	if *update {
		if err := os.WriteFile("schema.txt", []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(tables, got.String()); diff != "" {
		t.Errorf("schema.txt is not the schema (go test ./db -run TestSchemaIsWrittenDown -update):\n%s", diff)
	}
}

// A file with the number of this schema and without one of its tables or columns is damaged, whatever
// is asked of it later.
func TestAFileThatLacksATableOrAColumnIsDamaged(t *testing.T) {
	for name, harm := range map[string]string{
		"a table":  "DROP TABLE mail_settings",
		"a column": "ALTER TABLE mail_settings RENAME COLUMN signature TO signed",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "c.db")
			if err := reopen(t, path).Close(); err != nil {
				t.Fatal(err)
			}
			raw, err := sql.Open("sqlite3", path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := raw.Exec(harm); err != nil {
				t.Fatal(err)
			}
			if err := raw.Close(); err != nil {
				t.Fatal(err)
			}
			d, err := Open(bg, path, Options{})
			if err == nil {
				t.Error(d.Close())
			}
			wantFault(t, err, ErrDamaged.Key)
		})
	}
}
