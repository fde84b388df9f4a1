//go:build !packed

package locale

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The program that scripts/build makes has the same texts as this one.
func TestPackedTexts(t *testing.T) {
	var b bytes.Buffer
	if err := Pack(&b); err != nil {
		t.Fatal(err)
	}
	c := unpack(b.String())
	if diff := cmp.Diff(shipped().texts, c.texts); diff != "" || c.err != nil {
		t.Error(c.err, diff)
	}
	if b.Len() > 300<<10 {
		t.Errorf("%d bytes packed", b.Len())
	}
	for _, n := range []int{0, 5, 20, b.Len() / 2, b.Len() - 1} {
		if c := unpack(b.String()[:n]); c.err == nil {
			t.Errorf("%d bytes of %d were taken for all", n, b.Len())
		}
	}
}

// A text that a language lacks is lacking after packing too; one that cannot be packed is refused.
func TestPackedGaps(t *testing.T) {
	c := &catalogue{texts: map[Lang]map[string]string{FR: {"a": "x", "b": "", "c": "ÿ\n"}, EN: {"b": "y", "d": "z"}}}
	var b bytes.Buffer
	if err := c.pack(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.texts, unpack(b.String()).texts); diff != "" {
		t.Error(diff)
	}
	c.texts[FR]["a"] = "x" + end
	if c.pack(&b) == nil {
		t.Error("a zero byte was packed")
	}
}

func BenchmarkUnpack(b *testing.B) {
	var file bytes.Buffer
	if err := Pack(&file); err != nil {
		b.Fatal(err)
	}
	packed := file.String()
	b.ReportAllocs()
	for b.Loop() {
		if c := unpack(packed); c.err != nil {
			b.Fatal(c.err)
		}
	}
}
