package tools

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("no file matches %s", pattern)
	}
	texts := map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(b)
	}
	return texts
}

type query struct{ file, name, cmd, sql string }

var header = regexp.MustCompile(`(?m)^-- name: (\w+) :(\w+)[ \t]*$`)

func queries(t *testing.T) []query {
	t.Helper()
	var all []query
	for file, text := range read(t, "../db/queries/*.sql") {
		at := header.FindAllStringSubmatchIndex(text, -1)
		for i, m := range at {
			end := len(text)
			if i+1 < len(at) {
				end = at[i+1][0]
			}
			all = append(all, query{file, text[m[2]:m[3]], text[m[4]:m[5]], text[m[1]:end]})
		}
	}
	return all
}

// An accent in a query file shifts sqlc's positions and corrupts what it generates, even from a comment.
func TestQueryFilesAreASCII(t *testing.T) {
	for file, text := range read(t, "../db/queries/*.sql") {
		for n, line := range strings.Split(text, "\n") {
			if strings.IndexFunc(line, func(r rune) bool { return r > 126 }) >= 0 {
				t.Errorf("%s:%d is not ASCII: %s", filepath.Base(file), n+1, line)
			}
		}
	}
}

// sqlc writes `*` out before its own rules see the query, so this one is held here.
// A list names its columns: it must not read more than it shows.
func TestListsNameTheirColumns(t *testing.T) {
	star := regexp.MustCompile(`(?is)\bselect\s+(distinct\s+)?(\w+\.)?\*`)
	for _, q := range queries(t) {
		if q.cmd == "many" && star.MatchString(q.sql) {
			t.Errorf("%s: %s selects *", filepath.Base(q.file), q.name)
		}
	}
}

// Every list ends somewhere: a LIMIT, or a key that one person, document or setting owns.
func TestListsEnd(t *testing.T) {
	bounded := regexp.MustCompile(`(?is)\b(limit|where|join)\b`)
	small := []string{
		// A page of settings at most.
		"taxes", "series", "series_patterns", "journals", "accounts", "users", "secrets", "company", "period_balances", "reminder_levels", "late_rates",
	}
	from := regexp.MustCompile(`(?is)\bfrom\s+(\w+)`)
	for _, q := range queries(t) {
		if q.cmd != "many" || bounded.MatchString(q.sql) {
			continue
		}
		if m := from.FindStringSubmatch(q.sql); m == nil || !slices.Contains(small, strings.ToLower(m[1])) {
			t.Errorf("%s: %s reads a whole table that grows", filepath.Base(q.file), q.name)
		}
	}
}

// Positional parameters get the wrong names when a query changes.
func TestParametersAreNamed(t *testing.T) {
	literal := regexp.MustCompile(`'[^']*'`)
	comment := regexp.MustCompile(`--[^\n]*`)
	for _, q := range queries(t) {
		sql := literal.ReplaceAllString(comment.ReplaceAllString(q.sql, ""), "")
		if strings.Contains(sql, "?") {
			t.Errorf("%s: %s has a parameter without a name", filepath.Base(q.file), q.name)
		}
	}
}

// The tables whose triggers refuse every UPDATE or every DELETE are the ones that sqlc.yaml forbids to queries.
func TestAppendOnlyRulesFollowTheTriggers(t *testing.T) {
	trigger := regexp.MustCompile(`(?is)create\s+trigger\s+\w+\s+before\s+(update|delete)\s+on\s+(\w+)\s+begin\s+select\s+raise`)
	dropped := regexp.MustCompile(`(?i)drop\s+table\s+(\w+)`) // a table made anew has its triggers made anew
	refused, gone := map[string][]string{}, map[string]bool{}
	for _, text := range read(t, "../db/migrations/*.sql") {
		up, _, _ := strings.Cut(text, "-- +goose Down")
		for _, m := range dropped.FindAllStringSubmatch(up, -1) {
			gone[m[1]] = !strings.Contains(up, "RENAME TO "+m[1]+";")
		}
		for _, m := range trigger.FindAllStringSubmatch(up, -1) {
			verb := strings.ToLower(m[1])
			refused[verb] = append(refused[verb], m[2])
		}
	}
	config, err := os.ReadFile("../sqlc.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for verb, rule := range map[string]string{"delete": "append-only-never-deleted", "update": "append-only-never-updated"} {
		got, err := tablesOf(string(config), rule)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.DeleteFunc(slices.Clone(refused[verb]), func(table string) bool { return gone[table] })
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(slices.Compact(want), got) {
			t.Errorf("triggers refuse every %s on %v, the rule %s names %v", verb, want, rule, got)
		}
	}
}

// tablesOf finds (a|b|c) of one rule in sqlc.yaml.
func tablesOf(config, rule string) ([]string, error) {
	_, after, ok := strings.Cut(config, "- name: "+rule)
	if !ok {
		return nil, fmt.Errorf("sqlc.yaml has no rule %s", rule)
	}
	m := regexp.MustCompile("`\\]\\?\\(([\\w|]+)\\)").FindStringSubmatch(after)
	if m == nil {
		return nil, fmt.Errorf("the rule %s names no tables", rule)
	}
	return strings.Split(m[1], "|"), nil
}
