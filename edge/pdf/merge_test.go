package pdf

import (
	"bytes"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Every sample bound into one: qpdf finds it sound, and every page of each is there, in order,
// with its words.
func TestMerge(t *testing.T) {
	var papers [][]byte
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(samples())) {
		b := printed(t, name)
		papers, texts = append(papers, b), append(texts, textOf(t, b))
	}
	var one, again bytes.Buffer
	for _, out := range []*bytes.Buffer{&one, &again} {
		if err := Merge(out, papers); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), again.Bytes()) {
		t.Error("the same papers give another file")
	}
	if out, err := exec.Command(tool(t, "qpdf"), "--check", saved(t, one.Bytes())).CombinedOutput(); err != nil {
		t.Errorf("qpdf --check: %v\n%s", err, out)
	}
	if got, want := textOf(t, one.Bytes()), strings.Join(texts, "---- page ----\n"); got != want {
		t.Errorf("%d characters of text bound, %d in the papers", len(got), len(want))
	}
	for _, bad := range []string{"", "%PDF-1.7\n", strings.Repeat("x", 100), string(papers[0][:len(papers[0])/2])} {
		if err := Merge(&bytes.Buffer{}, [][]byte{[]byte(bad)}); err == nil {
			t.Errorf("%.20q was bound", bad)
		}
	}
}
