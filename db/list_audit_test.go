package db

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every kind of object that the code tells the log of has a name there, but those of which there is one only.
func TestEveryObjectOfTheLogHasAName(t *testing.T) {
	told := regexp.MustCompile(`audit\.Record\{[^\n]*ObjectKind: +"([a-z_]+)"`)
	alone := []string{"company", "charge_settings", "contract_settings", "hours_settings"}
	seen := map[string]bool{}
	for _, room := range []string{"office", "app", "edge"} {
		err := filepath.WalkDir(filepath.Join("..", room), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range told.FindAllStringSubmatch(string(text), -1) {
				seen[m[1]] = true
				if !slices.Contains(alone, m[1]) && !slices.ContainsFunc(auditObjects, func(o auditObject) bool { return o.kind == m[1] }) {
					t.Errorf("%s tells of a %s: how it is called stands in no line of auditObjects", path, m[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) < 30 {
		t.Errorf("%d kinds were seen", len(seen))
	}
}
