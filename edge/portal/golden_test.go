package portal_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden pages anew")

var (
	versions = regexp.MustCompile(`\?v=[0-9a-f]{12}`)
	formKeys = regexp.MustCompile(`name="cle" value="[A-Z2-7]{26}"`)
	blanks   = regexp.MustCompile(`>\s*<`)
)

// steady takes out what changes from run to run, and gives each tag its line.
func steady(page string) string {
	page = versions.ReplaceAllString(page, "?v=…")
	page = formKeys.ReplaceAllString(page, `name="cle" value="…"`)
	return blanks.ReplaceAllString(page, ">\n<") + "\n"
}

// TestGoldenPages holds the main pages in both languages; -update writes them anew.
func TestGoldenPages(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byPassword(s)
	v.get("/factures/" + f.open) // viewed: a page must not depend on the order of these
	for _, lang := range []string{"fr", "en"} {
		v.post("/langue", "langue="+lang)
		for name, path := range map[string]string{"home": "/", "invoices": "/factures", "invoice": "/factures/" + f.late, "pay": "/factures/" + f.late + "/payer",
			"payments": "/paiements", "payment": "/paiements/" + f.payment + "?fait=paye", "profile": "/profil", "not-found": "/factures/nowhere"} {
			got := steady(v.get(path).body)
			file := filepath.Join("testdata", "pages", name+"."+lang+".html")
			if *update {
				f.must(os.MkdirAll(filepath.Dir(file), 0o750))
				f.must(os.WriteFile(file, []byte(got), 0o600))
				continue
			}
			want, err := os.ReadFile(file)
			f.must(err)
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		}
	}
}
