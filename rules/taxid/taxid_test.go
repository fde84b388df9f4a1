package taxid

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/fault"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		preset, mask, typed, want string
	}{
		{Nine, "", "ab 12-34.567", "AB1234567"},
		{Nine, "", "12345678", ""},
		{Nine, "", "1234567890", ""},
		{Dashed, "", "1234567890", "12-34567890"},
		{Dashed, "", "12-3456789", ""},
		{Dashed, "", "12-3456789A", ""},
		{Social, "", "123 45 678", "123-45-678"},
		{EIN, "", "12-3456789", "12-3456789"},
		{SSN, "", "123456789", "123-45-6789"},
		{SIREN, "", "732829320", "732 829 320"},
		{SIREN, "", "732829321", ""},
		{SIRET, "", "73282932000074", "732 829 320 00074"},
		{VAT, "", "fr 88 100 000 009", "FR88100000009"},
		{VAT, "", "FR89100000009", ""},
		{NEQ, "", "1234567890", "1234567890"},
		{Free, "CHE-nnn.nnn.nnn", "che123456789", "CHE-123.456.789"},
		{Free, "CHE-nnn.nnn.nnn", "123456789", ""},
		{Free, "aa/xx n", "qc 1b 7", "QC/1B 7"},
		{Free, "aa/xx n", "11 1b 7", ""},
		{Free, "n@n", "1@2", "1@2"},
		{Nine, "", "12345678😀9", ""},
		{Nine, "", "１２３４５６７８９", ""}, // full width: no digits of ours
	} {
		got, err := Format{Preset: c.preset, Mask: c.mask}.Check(c.typed)
		var f *fault.Error
		if got != c.want || (c.want == "") != errors.As(err, &f) {
			t.Errorf("%s %q: %q gives %q, %v; want %q", c.preset, c.mask, c.typed, got, err, c.want)
		}
	}
}

func TestAnEmptyNumberIsAskedFor(t *testing.T) {
	for _, p := range Presets() {
		_, err := Format{Preset: p, Mask: "nn"}.Check(" - ")
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != "fault.required" {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestValid(t *testing.T) {
	for _, c := range []struct {
		f  Format
		ok bool
	}{
		{Format{Preset: SIREN}, true},
		{Format{Preset: "other"}, false},
		{Format{}, false},
		{Format{Preset: Free, Mask: "nn-aa"}, true},
		{Format{Preset: Free, Mask: ""}, false},
		{Format{Preset: Free, Mask: "---"}, false},
		{Format{Preset: Free, Mask: " nn"}, false},
		{Format{Preset: Free, Mask: "n\tn"}, false},
		{Format{Preset: Free, Mask: "n\xffn"}, false},
		{Format{Preset: Free, Mask: strings.Repeat("n", MaskMost)}, true},
		{Format{Preset: Free, Mask: strings.Repeat("n", MaskMost+1)}, false},
	} {
		if err := c.f.Valid(); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.f, err)
		}
	}
}

// The example of a format is taken by it, as it is.
func TestExamples(t *testing.T) {
	for _, p := range Presets() {
		f := Format{Preset: p}
		if p == Free {
			f.Mask = "FR-aann xx/n"
		}
		got, err := f.Check(f.Example())
		if err != nil || got != f.Example() {
			t.Errorf("%s: %q gives %q, %v", p, f.Example(), got, err)
		}
	}
}

// However a number is written, its written form is one, and comparing by it is comparing by
// what was typed.
func TestWritingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mask := rapid.StringMatching(`[naxF7./ -]{0,18}[nax]`).Filter(func(s string) bool { return strings.TrimSpace(s) == s }).Draw(t, "mask")
		f := Format{Preset: Free, Mask: mask}
		if err := f.Valid(); err != nil {
			t.Fatal(err)
		}
		want, err := f.Check(f.Example())
		if err != nil {
			t.Fatalf("%q does not take its own example %q: %v", mask, f.Example(), err)
		}
		var b strings.Builder
		for _, r := range Key(f.Example()) {
			b.WriteString(rapid.SampledFrom([]string{"", " ", "-", ".", "\u00a0"}).Draw(t, "gap"))
			if rapid.Bool().Draw(t, "small") {
				r = []rune(strings.ToLower(string(r)))[0]
			}
			b.WriteRune(r)
		}
		got, err := f.Check(b.String())
		if err != nil || got != want || !Same(got, b.String()) {
			t.Fatalf("%q in %q gives %q, %v; want %q", b.String(), mask, got, err, want)
		}
	})
}

func TestSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"732 829 320", "732829320", true},
		{"732 829 320 00074", "732829320", true},
		{"FR88100000009", "100 000 009", true},
		{"FR89100000009", "100000009", false}, // no number at all: its key is wrong
		{"12-3456789", "123456789", true},
		{"", "", false},
		{"732829320", "732829321", false},
	} {
		if Same(c.a, c.b) != c.same || Same(c.b, c.a) != c.same {
			t.Errorf("%q and %q", c.a, c.b)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("nn-nnnnnnnn", "12-34567890")
	f.Add("CHE-nnn", "che 123")
	f.Add("xé%n", "aé%1")
	f.Add("n", "\xff1")
	f.Fuzz(func(t *testing.T, mask, typed string) {
		format := Format{Preset: Free, Mask: mask}
		if format.Valid() != nil {
			return
		}
		got, err := format.Check(typed)
		if err != nil {
			return
		}
		again, err := format.Check(got)
		if err != nil || again != got || Key(got) != Key(typed) {
			t.Errorf("%q: %q gives %q, then %q, %v", mask, typed, got, again, err)
		}
	})
}

// Whatever is typed in whatever format a group may choose: what is let pass reads the same when it is
// typed again, and is found by its keys.
func FuzzPresets(f *testing.F) {
	for _, s := range []string{"", "732 829 320", "732 829 320 00074", "FR 88 100 000 009", "BE0123.456.749", "12-34567890", "123-45-678", "1234567890", "ab1 234-567", "\u202f732\u00a0829320", "١٢٣456789", "\xff\xfe"} {
		for i := range Presets() {
			f.Add(i, s)
		}
	}
	f.Fuzz(func(t *testing.T, preset int, typed string) {
		if preset < 0 || preset >= len(Presets()) {
			return
		}
		format := Format{Preset: Presets()[preset], Mask: "nn-aa/x"}
		got, err := format.Check(typed)
		if err != nil {
			return
		}
		again, err := format.Check(got)
		if err != nil || again != got {
			t.Errorf("%s: %q gives %q, then %q, %v", format.Preset, typed, got, again, err)
		}
		if !Same(got, typed) || len(Keys(got)) == 0 {
			t.Errorf("%s: %q and %q are not the same number", format.Preset, typed, got)
		}
	})
}
