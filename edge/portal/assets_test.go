package portal_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"comptoir/edge/portal"
)

// The sheets are one file in the browser: what one of them says of a class, no later one says again
// behind its back (the narrow screen's padding was lost that way).
func TestNoSheetOverridesAnother(t *testing.T) {
	sheets, err := filepath.Glob("static/*.css")
	if err != nil || len(sheets) < 5 {
		t.Fatal(sheets, err)
	}
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	said := map[string]string{}
	for _, sheet := range sheets {
		b, err := os.ReadFile(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, selector := range selectors(comment.ReplaceAllString(string(b), "")) {
			if other := said[selector]; other != "" && other != sheet {
				t.Errorf("%s: %s and %s", selector, other, sheet)
			}
			said[selector] = sheet
		}
	}
	if said[".pad"] == "" || said[".signpad canvas"] == "" {
		t.Error("nothing was read")
	}
}

// selectors lists those of a sheet that stand in no @ rule.
func selectors(css string) (list []string) {
	depth, from := 0, 0
	for i, c := range css {
		switch c {
		case '{':
			if head := strings.TrimSpace(css[from:i]); depth == 0 && !strings.HasPrefix(head, "@") {
				for _, s := range strings.Split(head, ",") {
					list = append(list, strings.TrimSpace(s))
				}
			}
			depth, from = depth+1, i+1
		case '}':
			depth, from = depth-1, i+1
		}
	}
	return list
}

func TestStaticFilesAreKept(t *testing.T) {
	f := newFirm(t)
	page := f.ask("GET", "http://portail.test/connexion", "").Body.String()
	links := regexp.MustCompile(`/static/[a-z.]+\?v=[0-9a-f]{12}`).FindAllString(page, -1)
	if len(links) != 4 {
		t.Fatalf("links %v", links)
	}
	for _, link := range links {
		w := f.ask("GET", "http://portail.test"+link, "", "Accept-Encoding", "gzip, br")
		if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("ETag") == "" {
			t.Errorf("%s: %d %v", link, w.Code, w.Header())
		}
		if w.Header().Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(w.Body)
			f.must(err)
			whole, err := io.ReadAll(z)
			f.must(err)
			if plain := f.ask("GET", "http://portail.test"+link, "").Body.String(); plain != string(whole) {
				t.Errorf("%s: the twins differ", link)
			}
		}
		again := f.ask("GET", "http://portail.test"+link, "", "Accept-Encoding", "gzip", "If-None-Match", w.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s again: %d", link, again.Code)
		}
		if old := f.ask("GET", "http://portail.test"+strings.Split(link, "?")[0]+"?v=000000000000", ""); strings.Contains(old.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: another version is kept for good", link)
		}
	}
}

// The tokens are those of the window: frontend/src/theme/tokens.json says each once.
func TestTokensAreThoseOfTheWindow(t *testing.T) {
	ours, err := os.ReadFile("static/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.ReadFile("../../frontend/src/theme/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	if string(ours) != string(theirs) {
		t.Error("edge/portal/static/tokens.css and frontend/src/theme/tokens.css differ: node frontend/scripts/tokens.mjs")
	}
}

// Whatever colour a firm picks, text on it and in it can be read in both themes.
func TestAnyAccentCanBeRead(t *testing.T) {
	value := regexp.MustCompile(`--firm-accent(-[a-z]+)?:(#[0-9a-f]{6})`)
	sheets := []string{"#f5f5f2", "#1a1e1c", "#1a1e1c"} // light, dark by system, dark by choice
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				accent := fmt.Sprintf("#%02x%02x%02x", r, g, b)
				for i, block := range strings.Split(strings.TrimSpace(portal.ThemeCSS(accent)), "\n") {
					c := map[string]string{}
					for _, m := range value.FindAllStringSubmatch(block, -1) {
						c[m[1]] = m[2]
					}
					for what, ratio := range map[string]float64{"button": portal.Contrast(c[""], c["-ink"]), "hover": portal.Contrast(c["-hover"], c["-ink"]),
						"text": portal.Contrast(c["-text"], sheets[i]), "text on soft": portal.Contrast(c["-text"], c["-soft"])} {
						if ratio < 4.5 {
							t.Errorf("%s, line %d: %s has %.2f:1 (%v)", accent, i, what, ratio, c)
						}
					}
				}
			}
		}
	}
	for _, hostile := range []string{"", "red", "#12345", "#12345g", "#0f5c5a;}body{display:none", "#abcdef}"} {
		if css := portal.ThemeCSS(hostile); strings.Contains(css, "body") || strings.Contains(css, "red") || strings.Contains(css, "abcdef") {
			t.Errorf("%q reached the stylesheet: %s", hostile, css)
		}
	}
}

func TestQR(t *testing.T) {
	one, err := portal.QR("BCD\n002\n1\nSCT\n\nAtelier Martin SARL\nFR7630006000011234567890189\nEUR2844.00\n\n\nFA-2026-0001")
	if err != nil {
		t.Fatal(err)
	}
	// 88 bytes at level M are version 6: 41 modules and a border of four on each side.
	if !strings.Contains(one, `viewBox="0 0 49 49"`) || strings.Contains(one, "style") {
		t.Errorf("%.200s", one)
	}
	if !strings.Contains(one, "M4 4h7v1h-7z") { // the top of the first finder pattern
		t.Error("no finder pattern where it belongs")
	}
	if _, err := portal.QR(strings.Repeat("x", 5000)); err == nil {
		t.Error("5000 bytes fit no code")
	}
}
