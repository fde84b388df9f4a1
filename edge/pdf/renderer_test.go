package pdf

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/locale"
	"github.com/google/go-cmp/cmp"
)

var (
	update  = flag.Bool("update", false, "write the golden texts anew")
	writeTo = flag.String("write", "", "folder to write the sample documents to, for looking at them")
)

// tool finds a program of poppler-utils or qpdf. The machine of a developer may lack it;
// the one that decides about a change may not.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: install poppler-utils and qpdf", name)
		}
		t.Skipf("%s is missing: install poppler-utils and qpdf", name)
	}
	return path
}

func printed(t *testing.T, name string) []byte {
	t.Helper()
	file, err := samples()[name](New())
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func saved(t *testing.T, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var spaces = regexp.MustCompile(` {2,}`)

// textOf reads a file as a person would: columns parted by bars, pages by a line. The
// exact spacing is left out, it changes with the version of poppler.
func textOf(t *testing.T, file []byte) string {
	t.Helper()
	out, err := exec.Command(tool(t, "pdftotext"), "-layout", saved(t, file), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, page := range strings.Split(strings.TrimSuffix(string(out), "\f"), "\f") {
		if i > 0 {
			b.WriteString("---- page ----\n")
		}
		for line := range strings.SplitSeq(page, "\n") {
			if line = strings.Trim(line, " "); line != "" {
				b.WriteString(spaces.ReplaceAllString(line, " | ") + "\n")
			}
		}
	}
	return b.String()
}

func TestSamplesReadAsText(t *testing.T) {
	for name := range samples() {
		t.Run(name, func(t *testing.T) {
			file := printed(t, name)
			if *writeTo != "" {
				if err := os.WriteFile(filepath.Join(*writeTo, name+".pdf"), file, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, golden := textOf(t, file), filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("text differs (-want +got), -update writes it anew:\n%s", diff)
			}
			if locale.IsMissing(got) {
				t.Error("a text is missing in the catalogue")
			}
		})
	}
}

// qpdf reads the structure, poppler the fonts, images and page contents.
func TestSamplesAreSound(t *testing.T) {
	qpdf, ppm, fontList := tool(t, "qpdf"), tool(t, "pdftoppm"), tool(t, "pdffonts")
	for name := range samples() {
		t.Run(name, func(t *testing.T) {
			path := saved(t, printed(t, name))
			if out, err := exec.Command(qpdf, "--check", path).CombinedOutput(); err != nil {
				t.Errorf("qpdf --check: %v\n%s", err, out)
			}
			if out, err := exec.Command(ppm, "-r", "20", "-l", "2", path, filepath.Join(t.TempDir(), "page")).CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("pdftoppm: %v\n%s", err, out)
			}
			out, err := exec.Command(fontList, path).Output()
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n")[2:] {
				if !strings.Contains(line, "yes yes yes") { // embedded, cut, readable back
					t.Errorf("font not embedded: %s", line)
				}
			}
		})
	}
}

func TestSamePaperSameBytes(t *testing.T) {
	first, second := New(), New()
	for name, print := range samples() {
		a, errA := print(first)
		b, errB := print(second)
		c, errC := print(first)
		if errA != nil || errB != nil || errC != nil || !bytes.Equal(a, b) || !bytes.Equal(a, c) {
			t.Errorf("%s: printed twice, got different bytes (%v %v %v)", name, errA, errB, errC)
		}
	}
	p := french()
	p.Created = p.Created.Add(time.Second)
	a, _ := first.Invoice(french())
	if b, _ := first.Invoice(p); bytes.Equal(a, b) {
		t.Error("the time of creation is not in the file")
	}
}

func TestOneRendererServesMany(t *testing.T) {
	r, want := New(), printed(t, "mixed")
	var wg sync.WaitGroup
	wrong := make(chan string, 32)
	for range 8 {
		wg.Go(func() {
			for range 4 {
				got, err := r.Invoice(mixed())
				if err != nil || !bytes.Equal(got, want) {
					wrong <- "a document printed beside others differs"
				}
			}
		})
	}
	wg.Wait()
	close(wrong)
	for w := range wrong {
		t.Error(w)
	}
}

func TestSizes(t *testing.T) {
	for _, name := range []string{"french", "mixed", "quebec-fr", "quebec-en", "credit-note", "quote", "receipt", "draft", "abroad"} {
		if n := len(printed(t, name)); n >= 60_000 {
			t.Errorf("%s has %d bytes, the bound is 60 000", name, n)
		}
	}
}

var countOfPages = regexp.MustCompile(`/Type /Pages /Count (\d+)`)

func pages(file []byte) int {
	n, _ := strconv.Atoi(string(countOfPages.FindSubmatch(file)[1]))
	return n
}

func TestPages(t *testing.T) {
	for name, want := range map[string]int{"french": 1, "quebec-fr": 1, "receipt": 1, "draft": 1, "abroad": 1, "empty": 1, "mixed": 2, "long-300": 12} {
		if got := pages(printed(t, name)); got != want {
			t.Errorf("%s has %d pages, want %d", name, got, want)
		}
	}
}

func TestMediaBox(t *testing.T) {
	for name, want := range map[string]string{"french": "[0 0 595.276 841.89]", "quebec-fr": "[0 0 612 792]"} {
		if file := printed(t, name); !bytes.Contains(file, []byte("/MediaBox "+want)) {
			t.Errorf("%s is not on %s", name, want)
		}
	}
}

func TestTooLarge(t *testing.T) {
	paste := french()
	paste.Notes = strings.Repeat("a", 5<<20)
	many := french()
	many.Lines = make([]Line, maxLines+1)
	thick := french()
	thick.Notes = strings.Repeat("a\n", maxCharacters/2-5000)
	for name, p := range map[string]Paper{"a paste of 5 MB": paste, "too many lines": many, "too many pages": thick} {
		if file, err := New().Invoice(p); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %d bytes, %v", name, len(file), err)
		}
	}
	r := receipt()
	r.Notes = paste.Notes
	if _, err := New().Receipt(r); !errors.Is(err, ErrTooLarge) {
		t.Errorf("receipt: %v", err)
	}
}

// The colours of paper are those of the window and the portal.
func TestInksAreTheTokens(t *testing.T) {
	data, err := os.ReadFile("../../frontend/src/theme/tokens.json")
	if err != nil {
		t.Fatal(err)
	}
	var tokens struct{ Light map[string]string }
	if err := json.Unmarshal(data, &tokens); err != nil {
		t.Fatal(err)
	}
	for token, got := range map[string]ink{
		"ink": inkText, "ink-soft": inkSoft, "ink-faint": inkFaint, "line": inkLine, "line-strong": inkStrong, "accent": inkAccent, "sunken": inkStamp,
	} {
		if want, err := strconv.ParseUint(strings.TrimPrefix(tokens.Light[token], "#"), 16, 24); err != nil || ink(want) != got {
			t.Errorf("token %s is %s, paper has #%06x", token, tokens.Light[token], got)
		}
	}
}

func TestAccent(t *testing.T) {
	for in, want := range map[string]ink{"#7A2E1D": 0x7A2E1D, "#fff": inkAccent, "": inkAccent, "red": inkAccent, "#12345G": inkAccent, "123456": inkAccent} {
		if got := parseInk(in); got != want {
			t.Errorf("accent %q is #%06x, want #%06x", in, got, want)
		}
	}
	for c := ink(0); c < 1<<24; c += 4999 {
		if got := readable(c); contrast(got) < 4.5 {
			t.Errorf("text in #%06x would have a contrast of %.2f", c, contrast(got))
		}
	}
	if readable(inkAccent) != inkAccent {
		t.Error("a dark accent was changed")
	}
}

// Every key that the layout names stands in both languages.
func TestWordsExist(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	key, found := regexp.MustCompile(`"(pdf\.[a-z_.]+)"`), 0
	for _, source := range sources {
		data, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(data), -1) {
			found++
			for _, lang := range locale.Langs() {
				if !locale.Has(lang, m[1]) {
					t.Errorf("%s: no text for %s in %s", source, m[1], lang)
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d keys found: the test no longer sees them", found)
	}
}
