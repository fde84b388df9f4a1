package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shownTexts are all texts of a language, as people see them.
func shownTexts(t *testing.T, lang string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "core/locale/texts", "*."+lang+".json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no texts: %v", err)
	}
	var all []string
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatal(err)
		}
		for _, s := range texts {
			all = append(all, spaces.ReplaceAllString(s, " "))
		}
	}
	return all
}

// TestGuideUsesTheWordsOfTheScreen: what the guides set in italics stands in the catalogue
// of their language, so that a renamed button is renamed there too.
func TestGuideUsesTheWordsOfTheScreen(t *testing.T) {
	italic := regexp.MustCompile(`(?:^|[^*])\*([^*\n]+)\*(?:[^*]|$)`)
	for _, lang := range []string{"fr", "en"} {
		name := "docs/guide/guide." + lang + ".md"
		texts := shownTexts(t, lang)
		_, body, _ := strings.Cut(text(t, name), "\n## ") // before it, italics are of another kind
		words := italic.FindAllStringSubmatch(body, -1)
		if len(words) < 50 {
			t.Errorf("%s: only %d words of the screen", name, len(words))
		}
		for _, m := range words {
			word := spaces.ReplaceAllString(m[1], " ")
			if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, word) }) {
				t.Errorf("%s: %q is no text of the program", name, m[1])
			}
		}
	}
}

// TestGuidesHaveTheSameSections: both languages tell the same, in the same order.
func TestGuidesHaveTheSameSections(t *testing.T) {
	count := func(name string) (sections, rows int) {
		for line := range strings.Lines(text(t, name)) {
			switch {
			case strings.HasPrefix(line, "## "):
				sections++
			case strings.HasPrefix(line, "|"):
				rows++
			}
		}
		return sections, rows
	}
	fs, fr := count("docs/guide/guide.fr.md")
	es, er := count("docs/guide/guide.en.md")
	if fs != es || fr != er {
		t.Errorf("fr has %d sections and %d rows of tables, en %d and %d", fs, fr, es, er)
	}
	if bad := regexp.MustCompile(`[^\x{202f}\s\x60/(]+ [;!?]( |\n)|[^\s|] :[ \n]|« | »`).FindAllString(outside(text(t, "docs/guide/guide.fr.md")), 5); len(bad) > 0 {
		t.Errorf("French spaces: %q", bad)
	}
}
