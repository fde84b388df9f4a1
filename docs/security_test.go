package docs_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const securityPaper = "docs/security.md"

var (
	namedTest  = regexp.MustCompile(`^([a-z][\w/]*)\.((?:Test|Fuzz)\w+)$`)
	namedPlace = regexp.MustCompile(`^([\w./-]+\.\w+):(\w+)(?: = (.+))?$`)
	spaces     = regexp.MustCompile(`\s+`)
)

// testIn looks for a test function in the test files of one folder.
func testIn(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("\nfunc "+name+"(")) {
			return true
		}
	}
	return false
}

// placeIsThere tells whether the file has that word, or sets it to that value.
func placeIsThere(file, word, value string) bool {
	b, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return false
	}
	if value == "" {
		return regexp.MustCompile(`\b` + word + `\b`).Match(b)
	}
	flat := spaces.ReplaceAllString(string(b), " ")
	return regexp.MustCompile(`\b` + word + ` = ` + regexp.QuoteMeta(value) + `( |$|\))`).MatchString(flat)
}

// TestSecurityPaper holds docs/security.md true: every place, figure and test that it
// names is in the tree, and each of the 49 requirements has one row that says how it stands.
func TestSecurityPaper(t *testing.T) {
	paper := outside(text(t, securityPaper))
	for _, m := range code.FindAllStringSubmatch(paper, -1) {
		if n := namedTest.FindStringSubmatch(m[1]); n != nil {
			if !testIn(t, n[1], n[2]) {
				t.Errorf("%s names the test %s, which is not there", securityPaper, m[1])
			}
			continue
		}
		if n := namedPlace.FindStringSubmatch(m[1]); n != nil && strings.Contains(n[1], "/") {
			if !placeIsThere(n[1], n[2], n[3]) {
				t.Errorf("%s names %s, which is not there", securityPaper, m[1])
			}
			continue
		}
		if !strings.HasPrefix(m[1], "/") && looksLikePath(m[1]) && !built(m[1]) && !exists(m[1]) {
			t.Errorf("%s names %s, which is not there", securityPaper, m[1])
		}
	}
	requirements(t, section(t, paper, "The list"))
}

func requirements(t *testing.T, list string) {
	t.Helper()
	next := 1
	for line := range strings.Lines(list) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		n, err := strconv.Atoi(strings.TrimSpace(cells[0]))
		if err != nil {
			continue
		}
		if len(cells) != 5 || n != next {
			t.Fatalf("row %d stands where %d should, with %d cells", n, next, len(cells))
		}
		next++
		state, where, shown := strings.TrimSpace(cells[2]), cells[3], cells[4]
		switch state {
		case "met":
			if !strings.Contains(shown, ".Test") && !strings.Contains(shown, ".Fuzz") {
				t.Errorf("row %d is met, and no test shows it", n)
			}
			if strings.Contains(shown, "Missing") {
				t.Errorf("row %d is met, and something is missing", n)
			}
		case "partly":
			if strings.TrimSpace(where) == "" || !strings.Contains(shown, "Missing:") && !strings.Contains(shown, "On purpose:") && !strings.Contains(shown, "exceptions:") {
				t.Errorf("row %d does not say what is missing", n)
			}
		case "not met", "not yet":
			if !strings.Contains(shown, "issue") {
				t.Errorf("row %d does not say which issue brings it", n)
			}
		default:
			t.Errorf("row %d has the state %q", n, state)
		}
	}
	if next != 50 {
		t.Errorf("%d of 49 requirements", next-1)
	}
}

// aids are our packages that only tests import.
var aids = []string{"apptest", "dbtest", "mailtest", "officetest", "stripetest"}

// TestOnlyMailGoesOut: no file of the program fetches an address, starts another program or
// opens a connection, but the ones that the paper names.
func TestOnlyMailGoesOut(t *testing.T) {
	reach := regexp.MustCompile(`\b(http\.(Get|Post|PostForm|Head|NewRequest\w*|Client|DefaultClient|Transport|DefaultTransport)|net\.(Dial\w*|Dialer)|tls\.(Dial\w*|Dialer)|smtp\.(Dial\w*|SendMail\w*)|exec\.Command\w*|os\.StartProcess)\b`)
	allowed := map[string]bool{
		"edge/mail/smtp.go":           true, // the mail server of the settings
		"edge/gateway/stripe_call.go": true, // Stripe, with the firm's own keys
		"edge/provision/carrier.go":   true, // webhooks, to addresses that the owner typed
		"edge/lan/address.go":         true, // asks the routing table: a datagram socket that sends nothing
	}
	seen := 0
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != root && (strings.HasPrefix(d.Name(), ".") || slices.Contains(made, d.Name()) || slices.Contains(aids, d.Name()) || d.Name() == "tools" || d.Name() == "bench" || d.Name() == "e2e") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		seen++
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		if found := reach.Find(b); found != nil && !allowed[filepath.ToSlash(name)] {
			t.Errorf("%s reaches outside: %s. If it must, say so in %s (What goes out)", name, found, securityPaper)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("only %d files looked at", seen)
	}
}

// TestNoTestCodeInTheProgram: what tests are made of is not in what people run (ASVS 15.2.3).
func TestNoTestCodeInTheProgram(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", "sqlite_fts5", ".")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if len(packages) < 100 {
		t.Fatalf("only %d packages", len(packages))
	}
	for _, p := range packages {
		if p == "testing" || p == "net/http/httptest" || p == "net/http/pprof" || p == "expvar" || strings.HasPrefix(p, "comptoir/") && slices.Contains(aids, filepath.Base(p)) {
			t.Errorf("the program holds %s", p)
		}
	}
}
