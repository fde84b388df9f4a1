package evidence_test

import (
	"testing"

	"comptoir/rules/evidence"
)

// Another content, name, size, number or order of documents is another digest.
func TestRoundDigest(t *testing.T) {
	a := evidence.Document{Name: "Contrat.pdf", SHA256: evidence.Sum("a"), Size: 10, Pages: 2}
	b := evidence.Document{Name: "Annexe.pdf", SHA256: evidence.Sum("b"), Size: 20, Pages: 1}
	changed, renamed, longer := a, a, a
	changed.SHA256, renamed.Name, longer.Size = evidence.Sum("c"), "Contrat.pdf\n"+b.SHA256, 11
	seen := map[string]string{}
	for name, list := range map[string][]evidence.Document{"none": nil, "a": {a}, "b": {b}, "a b": {a, b}, "b a": {b, a}, "a a": {a, a}, "changed": {changed}, "renamed": {renamed}, "longer": {longer}} {
		d := evidence.RoundDigest(list)
		if other, twice := seen[d]; twice || len(d) != 64 {
			t.Errorf("%s and %s: %s", name, other, d)
		}
		seen[d] = name
	}
	if pages := (evidence.Document{Name: a.Name, SHA256: a.SHA256, Size: a.Size}); evidence.RoundDigest([]evidence.Document{pages}) != evidence.RoundDigest([]evidence.Document{a}) {
		t.Error("the count of pages is part of the content already")
	}
}
