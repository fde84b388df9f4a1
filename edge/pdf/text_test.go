package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Été, 2\u202f844,00\u00a0€":    "Été, 2\u202f844,00\u00a0€",
		"a\r\nb\rc\u2028d\te":          "a\nb\nc\nd e",
		"cafe\u0301":                   "café",
		"total\u202e00,01\u202c\u200b": "total00,01",
		"\x00\x07x\x1b[31m\u00ad":      "x[31m",
		"\xff\xfe":                     "\uFFFD",
		"👩🏽\u200d💻\ufe0f":              "👩💻",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	set := typesetter{fonts()}
	for _, c := range []struct {
		text  string
		width float64
		want  []string
	}{
		{"un deux trois quatre", 50, []string{"un deux", "trois", "quatre"}},
		{"", 100, []string{""}},
		{"a\n\nb", 100, []string{"a", "", "b"}},
		{"mot   espacé", 30, []string{"mot", "espac", "é"}},
		{"100\u202f000\u00a0€ net", 60, []string{"100\u202f000\u00a0€", "net"}},
		{"Rhône-Alpes", 40, []string{"Rhône-", "Alpes"}},
		{"−5 et -5", 18, []string{"−5", "et", "-5"}},
		{"WW", 1, []string{"W", "W"}},
		{"e\u0301e\u0301", 1, []string{"e\u0301", "e\u0301"}},
	} {
		if diff := cmp.Diff(c.want, set.wrap(c.text, regular, 10, c.width)); diff != "" {
			t.Errorf("%q in %.0f pt:\n%s", c.text, c.width, diff)
		}
	}
}

func FuzzWrap(f *testing.F) {
	for _, s := range []string{"", "un deux trois", strings.Repeat("x", 200), "a-b/c–d  e\n\nf", "שלום עולם", "日本語 😀", "\u0301\u0301", "\xff"} {
		f.Add(s, 80.0)
	}
	set := typesetter{fonts()}
	f.Fuzz(func(t *testing.T, s string, width float64) {
		if len(s) > 2000 || width != width {
			return
		}
		s = clean(s)
		lines := set.wrap(s, regular, 9, width)
		bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if got := bare(strings.Join(lines, "")); got != bare(s) {
			t.Errorf("words were lost: %q from %q", got, s)
		}
		for _, line := range lines {
			letters := 0
			for _, r := range line {
				if set.width(string(r), regular, 9) > 0 {
					letters++
				}
			}
			if letters > 1 && set.width(line, regular, 9) > width+0.01 {
				t.Errorf("line %q is wider than %.1f", line, width)
			}
		}
	})
}

func TestVisualOrder(t *testing.T) {
	for in, want := range map[string]string{
		"abc":                        "abc",
		"שלום":                       "םולש",
		"page שלום עולם (2 pages)":   "page םלוע םולש (2 pages)",
		"שלום 12 (abc)":              "(abc) 12 םולש",
		"שלום (עולם)":                "(םלוע) םולש",
		"שלום 1,5":                   "1,5 םולש",
		"prix שלום 20 % net":         "prix 20 םולש % net",
		"\u0634\u0627\u0631\u0639 7": "7 \u0639\u0631\u0627\u0634",
	} {
		if got := visualOrder(in); got != want {
			t.Errorf("visualOrder(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzVisualOrder(f *testing.F) {
	for _, s := range []string{"", "abc", "שלום (2) abc", "ش 12,5% [x]", "((((", "))))", "\u0301ש"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = clean(s)
		if got := visualOrder(s); utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Errorf("%q became %q: characters were lost", s, got)
		}
	})
}

func TestArabicLettersJoin(t *testing.T) {
	for in, want := range map[string]string{
		"\u0628":                   "\ufe8f",                                          // alone
		"\u0628\u0628\u0628":       "\ufe91\ufe92\ufe90",                              // initial, medial, final
		"\u0634\u0627\u0631\u0639": "\ufeb7\ufe8e\ufead\ufec9",                        // alef and reh do not reach on
		"\u0633\u0644\u0627\u0645": "\ufeb3\ufefc\ufee1",                              // lam with alef is one glyph
		"\u0628 \u0628":            "\ufe8f \ufe8f",                                   // not over a space
		"abc":                      "abc", "\u0628\u064e\u0628": "\ufe91\u064e\ufe90", // a vowel sign does not part them
	} {
		if got := joinArabic(in); got != want {
			t.Errorf("joinArabic(%+q) = %+q, want %+q", in, got, want)
		}
	}
}

// Every glyph of the shared cut keeps its outline and width.
func TestCutKeepsOutlines(t *testing.T) {
	faces := fonts()
	for i, f := range faces[:standIn] {
		cut := f.cut(f.sharedSets()[0])
		tables := map[string][]byte{}
		for k := range int(u16(cut, 4)) {
			rec := cut[12+16*k:]
			tables[string(rec[:4])] = cut[u32(rec, 8) : u32(rec, 8)+u32(rec, 12)]
		}
		if got := checksum(cut); got != 0xB1B0AFBA {
			t.Errorf("face %d: checksum %x", i, got)
		}
		for _, r := range "Aé€0œ\u202f" {
			g := int(f.glyph(r))
			from, to := u32(tables["loca"], 4*g), u32(tables["loca"], 4*g+4)
			if got := tables["glyf"][from:to]; !bytes.HasPrefix(got, f.outline(g)) {
				t.Errorf("face %d: the outline of %c is lost", i, r)
			}
			if got := u16(tables["hmtx"], 4*g); got != f.widths[g] {
				t.Errorf("face %d: the width of %c is %d, want %d", i, r, got, f.widths[g])
			}
			for _, part := range f.components(g) {
				if u32(tables["loca"], 4*int(part)) == u32(tables["loca"], 4*int(part)+4) {
					t.Errorf("face %d: a part of %c is missing", i, r)
				}
			}
		}
	}
}

func TestFiguresAreTabular(t *testing.T) {
	faces := fonts()
	for i, f := range faces[:standIn] {
		for r := '0'; r <= '9'; r++ {
			if f.widths[f.glyph(r)] != f.widths[f.glyph('0')] {
				t.Errorf("face %d: %c is not as wide as 0", i, r)
			}
		}
	}
}

// A firm's identity is set in these letters: none may fall to the stand-in or vanish.
func TestInterCoversEurope(t *testing.T) {
	for _, r := range "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ«»’…–—€$£§°²№™ ąćęłńśźż čďěňřšťůž őű ășț ğış ñõ ßẞ ΑΩαω АЯаяЄїґ ẢẬừ −×÷±≈≤≥½\u00a0\u202f\u2009" {
		for w := range standIn {
			if fonts()[w].glyph(r) == 0 {
				t.Errorf("face %d has no %c (%U)", w, r, r)
			}
		}
	}
}

func photo(w, h int) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	seed := uint32(1)
	for y := range h {
		for x := range w {
			seed = seed*1664525 + 1013904223
			n := uint8(seed >> 28)
			img.Set(x, y, color.NRGBA{uint8(x*255/w) ^ n, uint8(y*255/h) ^ n, 128 ^ n, 255})
		}
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, nil); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func TestLogos(t *testing.T) {
	bomb := append([]byte(nil), logoPNG(8, 8)...)
	binary.BigEndian.PutUint32(bomb[16:], 100_000)
	binary.BigEndian.PutUint32(bomb[20:], 100_000)
	for name, c := range map[string]struct {
		file  []byte
		good  bool
		bound int
	}{
		"drawn":     {logoPNG(420, 120), true, 55_000},
		"large":     {logoPNG(3000, 900), true, 55_000},
		"one pixel": {logoPNG(1, 1), true, 45_000},
		"thin":      {logoPNG(2000, 1), true, 45_000},
		"photo":     {photo(1600, 1200), true, 160_000},
		"cut off":   {logoPNG(420, 120)[:300], false, 45_000},
		"bomb":      {bomb, false, 45_000},
		"text":      {[]byte("<svg/>"), false, 45_000},
	} {
		if err := CheckLogo(c.file); (err == nil) != c.good || err != nil && !errors.Is(err, ErrLogo) {
			t.Errorf("%s: CheckLogo gives %v", name, err)
		}
		p := french()
		p.Look.Logo = c.file
		file, err := New().Invoice(p)
		if err != nil || len(file) > c.bound {
			t.Errorf("%s: %d bytes, %v", name, len(file), err)
		}
		if got := bytes.Contains(file, []byte("/Subtype /Image")); got != c.good {
			t.Errorf("%s: logo printed: %v", name, got)
		}
	}
}

func TestLogosAreKept(t *testing.T) {
	var l logos
	first := l.get(logoPNG(40, 20))
	if l.get(logoPNG(40, 20)) != first {
		t.Error("the same logo was decoded twice")
	}
	for i := range 2 * keptLogos {
		l.get(logoPNG(41+i, 20))
	}
	if l.order.Len() != keptLogos || len(l.byKey) != keptLogos {
		t.Errorf("%d logos are kept, the bound is %d", l.order.Len(), keptLogos)
	}
}
