package app_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What the test of the house knows: every package, what it may import of ours, which
// libraries it may touch. A new package or a new import is a line here, with a reason.

const (
	module = "comptoir"
	root   = ".." // of the repository, seen from this folder
)

// A name that ends in /… stands for everything below it. Test files may import more.
var may = map[string][]string{
	"core/fault":  {},
	"core/id":     {},
	"core/civil":  {},
	"core/money":  {},
	"core/text":   {},
	"core/actor":  {"core/fault"}, // who may do what is refused with a fault
	"core/ident":  {"core/fault"},
	"core/locale": {"core/civil", "core/fault", "core/money"}, // it writes them

	"rules/billing":      {"core/…"},
	"rules/contract":     {"core/…", "rules/billing"},
	"rules/tax":          {"core/…", "rules/billing"},
	"rules/evidence":     {"core/…"},
	"rules/holidays":     {"core/…"},
	"rules/hours":        {"core/…"},
	"rules/ledger":       {"core/…", "rules/billing", "rules/tax"},
	"rules/retention":    {"core/…"},
	"rules/statement":    {"core/…"},
	"rules/pricing":      {"core/…"},
	"rules/provider":     {"core/…", "rules/billing"}, // what lines of documents bring
	"rules/recur":        {"core/…"},
	"rules/sepa":         {"core/…"},
	"rules/subscription": {"core/…"},
	"rules/taxid":        {"core/…"},
	"rules/wording":      {"core/…"},

	"db":        {"core/fault", "db/gen"},
	"db/gen":    {},
	"db/dbtest": {"db"},

	"office/audit":         office(),
	"office/due":           {"core/…"}, // how a room tells what is late; knows no file
	"office/files":         office(),
	"office/listing":       office(),
	"office/search":        office(),
	"office/outbox":        office("audit"),
	"office/company":       office("audit", "files", "search"),
	"office/access":        office("audit", "customers", "outbox"),
	"office/accepted":      office(),                                                    // the words that customers agreed to
	"office/users":         office("access", "audit", "company", "customers", "outbox"), // the firm's own people at the desk; passwords and tries are access's
	"office/attachments":   office("audit", "company", "files", "listing", "outbox"),    // files shared with customers, told by mail
	"office/books":         office("audit", "company"),
	"office/catalog":       office("audit", "listing", "search"),
	"office/customers":     office("audit", "company", "listing", "outbox", "search"),
	"office/registration":  office("accepted", "access", "audit", "company", "customers", "outbox"), // strangers who become customers
	"office/settlement":    office("audit", "books", "company"),                                     // what settles documents: sales and payments stand on it
	"office/sales":         office("audit", "books", "catalog", "company", "customers", "files", "listing", "outbox", "search", "settlement"),
	"office/payments":      office("audit", "books", "company", "customers", "listing", "outbox", "sales", "search", "settlement"),
	"office/reminders":     office("audit", "company", "due", "outbox", "sales"),
	"office/statements":    office("audit", "company", "customers", "due", "files", "outbox", "sales"),
	"office/hours":         office("audit", "company"),                                            // the firm's zone and country
	"office/notices":       office("audit", "company", "outbox", "search"),                        // announcements and frequent questions
	"office/provider":      office("company", "sales"),                                            // the firm's account with its provider: reads what issuing kept
	"office/imports":       office("audit", "catalog", "company", "customers", "sales", "search"), // each row through its own room
	"office/recurring":     office("audit", "company", "due", "listing", "outbox", "sales", "search"),
	"office/sepa":          office("audit", "company", "customers", "files", "outbox", "payments", "sales"),
	"office/subscriptions": office("accepted", "audit", "catalog", "company", "customers", "due", "listing", "outbox", "payments", "recurring", "sales", "search", "settlement"), // a recurring invoice runs each
	"office/charging":      office("audit", "company", "customers", "due", "outbox", "payments", "sales"),                                                                        // charges what recurring makes: it is told of each by a hook
	"office/contracts":     office("attachments", "audit", "company", "customers", "due", "files", "listing", "outbox", "search"),                                                // the papers themselves and who reads them
	"office/signing":       office("audit", "company", "contracts", "files", "outbox"),                                                                                           // approval and signature: passwords, seals and their pages come to it as interfaces
	"office/schedule":      office("audit", "company", "recurring", "sales"),                                                                                                     // what a contract is billed as: the contract itself comes to it as a function
	"office/catchup":       office("audit", "company", "due"),                                                                                                                    // the rooms with dated work come to it as an interface
	"office/chat":          office("attachments", "audit", "company", "files", "hours", "outbox", "sales"),                                                                       // questions about documents: whom a mail goes to is sales' to say
	"office/provisioning":  office("audit", "company", "customers", "listing", "payments", "sales"),                                                                              // what third-party programs may: each change through its own room
	"office/privacy":       office("audit", "company", "sales", "search"),                                                                                                        // access and customers come to it as functions
	"office/control":       office("audit", "books", "company", "files", "settlement"),                                                                                           // reads everything, changes nothing
	"office/officetest":    {"core/…", "rules/…", "office/…", "db", "db/dbtest"},                                                                                                 // a firm at work, for tests of the rooms

	"edge/exchange":                     edge("edge/exchange/xlsx"),
	"edge/exchange/xlsx":                edge(), // a format, which knows nothing of us
	"edge/keys":                         edge(),
	"edge/lan":                          edge(),
	"edge/pdf":                          edge(), // drawing only: what is drawn comes from edge/paper
	"edge/mail":                         edge("office/outbox"),
	"edge/seal":                         edge(), // the seal on signed documents; what counts as evidence is rules/evidence's
	"edge/sepa":                         edge(), // files for the bank: what stands in them is office/sepa's
	"edge/mail/sink":                    edge("office/outbox", "edge/mail"),
	"edge/mail/mailtest":                edge("office/outbox"),
	"edge/gateway":                      edge("office/payments"),
	"edge/gateway/stripetest":           edge(), // an imitation of Stripe, which knows nothing of us
	"edge/gateway/stripetest/imitation": edge("edge/gateway/stripetest"),
	"edge/provision":                    edge("office/company", "office/provisioning", "office/sales"),                                                // the provisioning interface over HTTP, and the carrier of webhooks
	"edge/paper":                        edge("office/sales", "office/payments", "office/provider", "office/statements", "edge/exchange", "edge/pdf"), // from documents to pages
	"edge/portal":                       edge("office/notices", "office/accepted", "office/access", "office/chat", "office/attachments", "office/charging", "office/company", "office/signing", "office/schedule", "office/contracts", "office/payments", "office/privacy", "office/reminders", "office/customers", "office/recurring", "office/registration", "office/sales", "office/sepa", "office/statements", "office/subscriptions"),

	"app":         {"core/…", "rules/…", "office/…", "edge/…", "db", "app/demo"},
	"app/demo":    {"core/…", "rules/…", "office/…", "db", "db/gen"}, // believable people at work: through the use cases; db for what is no use case of anybody (old notices are read)
	"app/command": {"core/…", "rules/…", "office/…", "edge/…", "db", "app", "app/demo"},
	"app/apptest": {"core/…", "rules/…", "office/…", "edge/…", "db", "app", "app/demo"},
	"":            {"app", "app/command"},
	"build/texts": {"core/locale"}, // packs its texts, for scripts/build
	"docs":        {},
}

// office is what every office room may use, and rooms on lower floors.
func office(rooms ...string) []string {
	list := []string{"core/…", "rules/…", "db", "db/gen"}
	for _, r := range rooms {
		list = append(list, "office/"+r)
	}
	return list
}

// edge is what every edge may use; SQL is never part of it.
func edge(more ...string) []string { return append([]string{"core/…", "rules/…"}, more...) }

// floors is the house's height: an office room imports rooms of lower floors only.
var floors = [][]string{
	{"accepted", "audit", "due", "files", "listing", "search"},
	{"outbox"},
	{"company"},
	{"attachments", "books", "catalog", "customers", "hours", "notices"},
	{"access"}, // its mails are in the words of customers' groups
	{"registration", "settlement", "users"},
	{"sales"},
	{"chat", "imports", "payments", "privacy", "provider"},
	{"recurring", "reminders", "sepa", "statements"},
	{"charging", "contracts", "schedule"},
	{"signing", "subscriptions"},
	{"provisioning"}, // tells of what all of them do
	{"catchup"},
	{"control"},
	{"officetest"},
}

// libraries says who may touch what is not ours. A library without a line is refused.
var libraries = map[string][]string{
	"github.com/mattn/go-sqlite3":          {"db", "db/dbtest"},
	"github.com/pressly/goose/v3":          {"db"},
	"github.com/emersion/go-smtp":          {"edge/mail", "edge/mail/sink", "edge/mail/mailtest"},
	"github.com/emersion/go-sasl":          {"edge/mail", "edge/mail/mailtest"},
	"github.com/emersion/go-message":       {"edge/mail"},
	"github.com/yuin/goldmark":             {"edge/mail"},
	"github.com/microcosm-cc/bluemonday":   {"edge/mail"},
	"golang.org/x/net/idna":                {"edge/mail"},
	"github.com/wailsapp/wails/v2":         {"", "app"},
	"github.com/godbus/dbus/v5":            {""}, // Wails brings it; its own notifications cannot tell pressed from put away
	"github.com/gofrs/flock":               {"app"},
	"github.com/spf13/cobra":               {"app/command"},
	"github.com/spf13/pflag":               {"app/command"},
	"github.com/schollz/progressbar/v3":    {"app/command"},
	"golang.org/x/term":                    {"app/command"},
	"github.com/mattn/go-isatty":           {"app/command"},
	"github.com/zalando/go-keyring":        {"edge/keys"},
	"golang.org/x/crypto/chacha20poly1305": {"edge/keys"},
	"golang.org/x/crypto/argon2":           {"office/access"},
	"github.com/brutella/dnssd":            {"edge/lan"},
	"github.com/xuri/excelize/v2":          {}, // too large for the program; the other reader and writer in tests (ADR 0018)
	"github.com/a-h/templ":                 {"edge/portal"},
	"golang.org/x/time/rate":               {"edge/portal", "edge/provision"},
	"github.com/teambition/rrule-go":       {"rules/recur"},
	"rsc.io/qr":                            {"edge/pdf", "edge/portal"},
	"golang.org/x/image":                   {"edge/pdf"},
	"golang.org/x/text/encoding":           {"edge/exchange", "edge/exchange/xlsx"},
	"golang.org/x/text/unicode/bidi":       {"edge/pdf"},
	"golang.org/x/text/unicode/norm":       {"edge/pdf", "office/attachments", "office/imports", "office/search", "rules/sepa"},
	"golang.org/x/text/runes":              {"office/search"},
	"golang.org/x/text/transform":          {"edge/exchange/xlsx", "office/search"},
	"golang.org/x/text/collate":            {},
	"golang.org/x/text/language":           {},
	"pgregory.net/rapid":                   {},
	"github.com/google/go-cmp":             {},
	"github.com/stripe/stripe-go/v85":      {"edge/gateway"},
}

// outside are parts of the standard library that reach out of the program, with who may.
// Core and rules compute: none of them.
var outside = map[string][]string{
	"database/sql":  {"db", "db/…", "office/…"}, // office: sql.Null* in generated parameters; see TestOnlyTheDoorOpensFiles
	"net":           {"app", "app/…", "edge/gateway", "edge/lan", "edge/mail", "edge/mail/…", "edge/portal", "edge/provision"},
	"net/http":      {"", "app", "app/…", "edge/gateway", "edge/gateway/stripetest", "edge/gateway/stripetest/imitation", "edge/lan", "edge/portal", "edge/provision"},
	"net/smtp":      {},
	"crypto/tls":    {"app", "app/apptest", "edge/lan", "edge/mail", "edge/mail/…"},
	"html/template": {"edge/gateway/stripetest", "edge/mail"},
	"os":            {"", "app", "app/…", "build/texts", "db", "db/dbtest", "docs", "edge/gateway", "edge/gateway/stripetest/imitation", "edge/keys", "edge/lan", "edge/mail", "edge/mail/sink", "edge/portal", "edge/seal", "office/files"}, // the portal: an error's name
	"os/exec":       {"app/command"},
	"os/signal":     {"app/command"},
	"os/user":       {},
	"plugin":        {},
	"unsafe":        {},
	"testing":       {"app/apptest", "db/dbtest", "edge/mail/mailtest", "office/officetest"},
}

// helpers are for tests and measuring; no part of the program may import them.
var helpers = []string{"app/apptest", "bench/…", "db/dbtest", "edge/gateway/stripetest", "edge/gateway/stripetest/imitation", "edge/mail/mailtest", "office/officetest"}

type goPackage struct {
	ImportPath string
	Imports    []string
	Error      *struct{ Err string }
}

// packages asks go list, in both builds: the program and the one that writes the bindings.
func packages(t *testing.T) []goPackage {
	t.Helper()
	var list []goPackage
	for _, tags := range []string{"sqlite_fts5", "sqlite_fts5,bindings"} {
		cmd := exec.Command("go", "list", "-tags", tags, "-e", "-json=ImportPath,Imports,Error", "./...")
		cmd.Dir = root
		var said strings.Builder
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v\n%s", err, said.String())
		}
		dec := json.NewDecoder(strings.NewReader(string(out)))
		for {
			var p goPackage
			if err := dec.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if _, ours := room(p.ImportPath); !ours || strings.Contains(p.ImportPath, "/node_modules/") {
				continue
			}
			if p.Error != nil {
				t.Errorf("%s: %s", p.ImportPath, p.Error.Err)
			}
			list = append(list, p)
		}
	}
	if len(list) < 60 {
		t.Fatalf("go list gave %d packages: it did not see the house", len(list))
	}
	return list
}

// room is the place of a package in the house, "" for main; ok is false for what is not ours.
func room(path string) (name string, ok bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

func allows(list []string, name string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		if tree, ok := strings.CutSuffix(entry, "…"); ok {
			return strings.HasPrefix(name, tree)
		}
		return entry == name
	})
}

func TestImportMap(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range packages(t) {
		here, _ := room(p.ImportPath)
		if here == "bench" || strings.HasPrefix(here, "bench/") { // measures the house from outside, and the floor beside it
			continue
		}
		seen[here] = true
		list, known := may[here]
		if !known {
			t.Errorf("%s is on no map: give it a line in app/arch_test.go", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			switch there, ours := room(imp); {
			case ours && !allows(list, there):
				t.Errorf("%s may not import %s", p.ImportPath, imp)
			case ours && allows(helpers, there) && !allows(helpers, here):
				t.Errorf("%s imports %s, which is for tests", p.ImportPath, imp)
			case !ours:
				checkOutside(t, here, imp)
			}
		}
	}
	for name := range may {
		if !seen[name] {
			t.Errorf("the map names %s, which is no package", name)
		}
	}
}

func checkOutside(t *testing.T, here, imp string) {
	t.Helper()
	if first, _, _ := strings.Cut(imp, "/"); !strings.Contains(first, ".") { // the standard library
		if who, guarded := outside[imp]; guarded && !allows(who, here) {
			t.Errorf("%s may not import %s", here, imp)
		}
		return
	}
	for lib, who := range libraries {
		if imp == lib || strings.HasPrefix(imp, lib+"/") {
			if !allows(who, here) {
				t.Errorf("%s may not import %s", here, imp)
			}
			return
		}
	}
	t.Errorf("%s imports %s: no library without a line in app/arch_test.go", here, imp)
}

// The map itself obeys the rings, so that nobody widens it by mistake.
func TestMapObeysTheRings(t *testing.T) {
	rings := map[string][]string{
		"core":   {"core"},
		"rules":  {"core", "rules"},
		"db":     {"core", "db"},
		"office": {"core", "rules", "db", "office"},
		"edge":   {"core", "rules", "office", "edge"},
	}
	ring := func(name string) string { first, _, _ := strings.Cut(name, "/"); return first }
	for here, list := range may {
		allowed, ringed := rings[ring(here)]
		for _, there := range list {
			if ringed && !slices.Contains(allowed, ring(there)) {
				t.Errorf("%s → %s goes against the rings", here, there)
			}
			if strings.HasPrefix(here, "office/") && strings.HasPrefix(there, "office/") && there != "office/…" && floor(t, there) >= floor(t, here) {
				t.Errorf("%s → %s does not go down", here, there)
			}
		}
	}
	for name := range may {
		if list := may[name]; slices.Contains(list, name) {
			t.Errorf("%s imports itself", name)
		}
	}
}

func floor(t *testing.T, name string) int {
	t.Helper()
	short := strings.TrimPrefix(name, "office/")
	i := slices.IndexFunc(floors, func(rooms []string) bool { return slices.Contains(rooms, short) })
	if i < 0 {
		t.Errorf("%s is on no floor", name)
	}
	return i
}
