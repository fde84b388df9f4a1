package locale_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"comptoir/core/locale"
)

var keyInCode = regexp.MustCompile(`"((?:fault|mention|books|date|country)\.[a-z0-9_.]*[a-z0-9_])"`)

// Every key that Go code names has its text in both languages.
func TestKeysInCodeHaveTexts(t *testing.T) {
	found := 0
	for _, room := range []string{"core", "rules"} {
		err := filepath.WalkDir("../../"+room, func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := os.ReadFile(path)
			for _, m := range keyInCode.FindAllSubmatch(code, -1) {
				found++
				if key := string(m[1]); !locale.Has("fr", key) || !locale.Has("en", key) {
					t.Errorf("%s: %s has no text", strings.TrimPrefix(path, "../../"), key)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 60 {
		t.Errorf("only %d keys found: is the expression right?", found)
	}
}
