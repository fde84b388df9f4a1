package tools

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// waiting is what may stand without a caller, with the reason. What has found one comes off the list.
var waiting = map[string]string{
	"ConversationFileBytes": "the limit of what a customer sends by chat, which the chat asks next",
	"NoticeByID":            "an announcement by its row, which the demo's notices ask next",
	"Shared.Waiting":        "what waits for an answer; the end-to-end scripts ask it (e2e/files.mjs, e2e/portal-lists.mjs)",
	"Statements.Sent":       "the statements sent to a customer; the customer's page is to show them",
}

// sources joins all files below dir whose names end so, tests and generated code apart.
func sources(t *testing.T, ends []string, dirs ...string) string {
	t.Helper()
	var all strings.Builder
	for _, dir := range dirs {
		if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/gen/") || !slices.Contains(ends, filepath.Ext(path)) {
				return err
			}
			b, err := os.ReadFile(path)
			all.Write(b)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// A query that no code asks is a promise nobody keeps: it goes, or it is used.
func TestEveryQueryHasACaller(t *testing.T) {
	code := sources(t, []string{".go"}, "../app", "../core", "../db", "../edge", "../office", "../rules")
	called := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.(\w+)\b`).FindAllStringSubmatch(code, -1) {
		called[m[1]] = true
	}
	for _, q := range queries(t) {
		if !called[q.name] && waiting[q.name] == "" {
			t.Errorf("%s: no code asks %s", filepath.Base(q.file), q.name)
		}
	}
}

// So is a method of the window that no screen calls.
func TestEveryMethodHasACaller(t *testing.T) {
	table := sources(t, []string{".go"}, "../app/rights.go")
	window := sources(t, []string{".ts", ".tsx"}, "../frontend/src")
	rows := regexp.MustCompile(`\{"(\w+)", [\w.]+, "([\w ]+)"\}`).FindAllStringSubmatch(table, -1)
	if len(rows) < 50 {
		t.Fatalf("%d rows in the table of rights", len(rows))
	}
	for _, row := range rows {
		for method := range strings.FieldsSeq(row[2]) {
			here := regexp.MustCompile(`\b` + strings.ToLower(method[:1]) + method[1:] + `\b\s*[(,;)}\]]|\.` + method + `\b`)
			if !here.MatchString(window) && waiting[row[1]+"."+method] == "" {
				t.Errorf("no screen calls %s.%s", row[1], method)
			}
		}
	}
}
