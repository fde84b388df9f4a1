package mail

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"comptoir/core/locale"
	"comptoir/office/outbox"
)

// A text that chooses its words by a value of the mail has the words of that value, in subject and body.
func TestWordsAreChosenByTheirValue(t *testing.T) {
	tried := 0
	for _, lang := range locale.Langs() {
		for _, kind := range outbox.Kinds() {
			for _, part := range []string{"subject", "body", "after"} {
				name, branches := choices(rawText(t, lang, "mail."+string(kind)+"."+part))
				for _, branch := range branches {
					composed := func(value string) outbox.Message {
						l := sample(kind, lang)
						l.Args[name] = value
						m, err := NewComposer().Compose(l)
						if err != nil {
							t.Fatalf("%s %s: %v", kind, value, err)
						}
						return m
					}
					m, other := composed(branch), composed("zz")
					if same := m.Text == other.Text; same && part != "subject" || part == "subject" && m.Subject == other.Subject {
						t.Errorf("%s.%s %s: %s %q has the words of any other value", kind, part, lang, name, branch)
					}
					tried++
				}
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d values", tried)
	}
}

// rawText is a text as it stands in the catalogue; "" for none.
func rawText(t *testing.T, lang, key string) string {
	t.Helper()
	paths, err := filepath.Glob("../../core/locale/texts/mail*." + lang + ".json")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatal(path, err)
		}
		if s := texts[key]; s != "" {
			return s
		}
	}
	return ""
}

var choosing = regexp.MustCompile(`^\{(what|about_kind|role), select, `)

// choices are the values that a text chooses by which begins with its choice, but for "other".
func choices(s string) (name string, values []string) {
	m := choosing.FindStringSubmatch(s)
	if m == nil {
		return "", nil
	}
	depth, word := 0, ""
	for _, r := range s[len(m[0]):] {
		switch {
		case r == '{':
			if depth == 0 && strings.TrimSpace(word) != "other" {
				values = append(values, strings.TrimSpace(word))
			}
			depth++
		case r == '}':
			if depth--; depth < 0 {
				return m[1], values
			}
			word = ""
		case depth == 0:
			word += string(r)
		}
	}
	return m[1], values
}
