package docs_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Decisions are numbered from 0001 without gaps, have the four parts, and stand in the index under their title.
func TestDecisionsAreNumberedAndIndexed(t *testing.T) {
	files, err := filepath.Glob("adr/[0-9][0-9][0-9][0-9]-*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no decisions found: %v", err)
	}
	index := text(t, "docs/adr/README.md")
	title := regexp.MustCompile(`(?m)^# (\d{4})\. (.+)$`)
	status := regexp.MustCompile(`(?m)^Status: (proposed|accepted|replaced by \d{4})( on \d{4}-\d{2}-\d{2})?$`)
	for i, file := range files { // Glob sorts
		name := filepath.Base(file)
		body := text(t, "docs/adr/"+name)
		number := fmt.Sprintf("%04d", i+1)
		if !strings.HasPrefix(name, number+"-") {
			t.Errorf("%s stands where %s should: a gap, or a number used twice", name, number)
		}
		m := title.FindStringSubmatch(body)
		if m == nil || m[1] != name[:4] {
			t.Errorf("%s: its first line should be `# %s. Title`", name, name[:4])
			continue
		}
		if !strings.Contains(index, "["+m[2]+"]("+name+")") {
			t.Errorf("docs/adr/README.md does not list [%s](%s)", m[2], name)
		}
		if !status.MatchString(body) {
			t.Errorf("%s: no line `Status: proposed | accepted | replaced by NNNN`", name)
		}
		for _, part := range []string{"Context", "Decision", "Consequences"} {
			if !strings.Contains(body, "\n## "+part+"\n") {
				t.Errorf("%s has no part %q", name, part)
			}
		}
	}
	for _, m := range regexp.MustCompile(`\((\d{4}-[^)]+\.md)\)`).FindAllStringSubmatch(index, -1) {
		if !exists("docs/adr/" + m[1]) {
			t.Errorf("docs/adr/README.md lists %s, which is not there", m[1])
		}
	}
}
