package portal_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

type shot struct {
	Name    string `json:"name"`
	Path    string `json:"path"`
	Session string `json:"session"`
	Status  int    `json:"status"`
	First   bool   `json:"first"` // amount and button on the first screen of a phone
}

type way struct {
	Lang   string `json:"lang"`
	Theme  string `json:"theme"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Axe    bool   `json:"axe"`
}

// TestPagesInChromium opens every page in a real browser, in each theme, language and size:
// axe finds nothing in either theme, nothing is too wide for a phone, the amount due and its
// button stand on the first screen. With
// COMPTOIR_SHOTS=folder it keeps pictures of all languages, themes and sizes.
func TestPagesInChromium(t *testing.T) {
	modules, chromium := browserOf(t)
	f := newFirm(t)
	s := f.serve()
	member, link, choosing := f.byPassword(s), f.byLink(s), f.visitor(s)
	choosing.get(f.newPasswordLink(f.bruno))
	f.allow()
	f.share(f.claire, "photo-du-chantier-avant-la-pose-des-étagères-mur-nord.png", "\x89PNG\r\n\x1a\nrest", true)
	member.upload(map[string]string{"cle": "key-shown-1", "note": "Cotes relevées sur place", "document": f.open}, "cotes.csv", "mur;cm\nnord;240")
	intents := map[string]string{}
	for _, answer := range []string{"", "second_step", "declined", "timeout", "debit", "leave"} {
		intents[answer] = f.intentThat(member, answer)
	}
	f.waysInSight()
	card := f.keep(member, "shots-card-1234", "approved")
	f.keep(member, "shots-card-1235", "debit")
	old := f.keep(member, "shots-card-1236", "second_step")
	f.endsSoon(old)
	saving := member.post("/modes-de-paiement", "cle=shots-card-1237&moyen=practice").header.Get("Location")
	expired := f.expiredLink()
	pages := []shot{
		{"home", "/", "member", 200, true}, {"invoices", "/factures", "member", 200, false}, {"invoices-open", "/factures?filtre=a-payer", "member", 200, false},
		{"invoices-found", "/factures?q=chene&du=2026-01-01&tri=montant", "member", 200, false}, {"invoices-nothing", "/factures?q=introuvable&fait=rien-choisi", "member", 200, false},
		{"files", "/documents", "member", 200, false}, {"files-handed", "/documents?fait=depot", "member", 200, false}, {"files-sent", "/documents?filtre=deposes", "member", 200, false},
		{"invoice-open", "/factures/" + f.open, "link", 200, true}, {"invoice-late", "/factures/" + f.late, "link", 200, true}, {"invoice-paid", "/factures/" + f.paid, "member", 200, false},
		{"invoice-announced", "/factures/" + f.told + "?fait=virement", "member", 200, true}, {"pay", "/factures/" + f.late + "/payer", "member", 200, true},
		{"pay-announced", "/factures/" + f.told + "/payer", "member", 200, true},
		{"practice", "/reglement/" + intents[""], "member", 200, false}, {"second-step", "/reglement/" + intents["second_step"], "member", 200, false},
		{"declined", "/reglement/" + intents["declined"], "member", 200, false}, {"waiting", "/reglement/" + intents["timeout"], "member", 200, false},
		{"pay-several", "/payer?f=" + f.late + "&f=" + f.open + "&f=" + f.part, "member", 200, true}, {"pay-several-link", "/payer?f=" + f.late + "&f=" + f.open, "link", 200, true},
		{"pay-chosen", "/payer?f=" + f.late + "&f=" + f.open + "&montant=2000", "member", 200, true}, {"pay-refused", "/factures/" + f.late + "/payer?montant=3", "link", 422, false},
		{"pay-ahead", "/payer", "member", 200, false}, {"pay-ahead-chosen", "/payer?montant=150", "member", 200, true}, {"pay-nothing", "/payer?f=" + f.paid + "&f=" + f.paid, "link", 200, false},
		{"processing", "/reglement/" + intents["debit"], "link", 200, false}, {"left", "/reglement/" + intents["leave"], "link", 200, false},
		{"methods", "/modes-de-paiement?fait=ajoute", "member", 200, false}, {"method", "/modes-de-paiement/" + card, "member", 200, false}, {"method-soon", "/modes-de-paiement/" + old, "member", 200, false}, {"method-saving", saving, "member", 200, false},
		{"payments", "/paiements", "member", 200, false}, {"payment", "/paiements/" + f.payment + "?fait=paye", "member", 200, false},
		{"profile", "/profil?fait=langue", "member", 200, false}, {"needs-password", "/connexion?suite=/profil", "link", 200, false},
		{"signin", "/connexion", "stranger", 200, false}, {"forgot", "/mot-de-passe/oublie", "stranger", 200, false}, {"choose", "/mot-de-passe", "choosing", 200, false},
		{"link-expired", expired, "stranger", 410, false}, {"not-found", "/factures/nowhere", "member", 404, false}, {"no-page", "/nowhere", "stranger", 404, false},
	}
	ways := []way{{"fr", "light", 1280, 800, true}, {"en", "dark", 390, 844, true}, {"fr", "light", 390, 844, false}, {"en", "dark", 1280, 800, false}}
	shots := os.Getenv("COMPTOIR_SHOTS")
	if shots != "" {
		ways = append(ways, way{"fr", "dark", 1280, 800, true}, way{"fr", "dark", 390, 844, true}, way{"en", "light", 1280, 800, true}, way{"en", "light", 390, 844, true})
	}
	browse(t, map[string]any{"base": s.URL, "modules": modules, "chromium": chromium, "shots": shots, "ways": ways, "pages": pages,
		"sessions": map[string]any{"member": map[string]string{"portail": member.cookie()}, "link": map[string]string{"portail": link.cookie()},
			"choosing": map[string]string{"mot-de-passe": choosing.named("mot-de-passe")}, "stranger": nil}}, len(pages)*len(ways), 2*len(pages))
}

func browse(t *testing.T, job map[string]any, want, checked int) {
	t.Helper()
	in, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/browse.mjs")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	var result struct {
		Shown   int
		Checked int
		Faults  []string
	}
	if err := json.Unmarshal(out, &result); err != nil {
		t.Fatal(err)
	}
	if result.Shown != want || result.Checked < checked {
		t.Errorf("%d pages shown, %d checked by axe; want %d and %d", result.Shown, result.Checked, want, checked)
	}
	for _, fault := range result.Faults {
		t.Error(fault)
	}
}

func browserOf(t *testing.T) (modules, chromium string) {
	t.Helper()
	modules, err := filepath.Abs("../../frontend")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(modules, "node_modules", "playwright-core")); err != nil {
		t.Skip("no playwright-core: npm ci in frontend")
	}
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome-stable"} {
		if name == "" {
			continue
		}
		if chromium, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if _, nodeErr := exec.LookPath("node"); chromium == "" || nodeErr != nil || testing.Short() {
		t.Skip("no browser")
	}
	return modules, chromium
}

// intentThat starts a payment of a fresh invoice and answers it on the practice page.
func (f *firm) intentThat(v *visitor, reply string) string {
	f.Helper()
	document := f.issue(f.claire, "intent-"+reply, 5000)
	a := v.post("/factures/"+document+"/paiement", "cle=key-"+reply+"-12345&moyen=practice&montant="+digitsOf(f, document))
	if a.status != http.StatusSeeOther {
		f.Fatalf("start: %d %s", a.status, a.body)
	}
	id := strings.TrimPrefix(a.header.Get("Location"), "/reglement/")
	if reply != "" {
		v.post("/reglement/"+id, "reponse="+reply)
	}
	return id
}

func digitsOf(f *firm, document string) string {
	f.Helper()
	var due string
	if err := f.raw.QueryRow("SELECT s.due_minor FROM document_status s JOIN documents d ON d.id = s.document_id WHERE d.public_id = ?", document).Scan(&due); err != nil {
		f.Fatal(err)
	}
	return due
}

// expiredLink is the path of a genuine link whose time has passed.
func (f *firm) expiredLink() string {
	f.Helper()
	document := f.issue(f.claire, "expired", 5000)
	if _, err := f.raw.Exec("UPDATE portal_links SET expires_at = '2020-01-01T00:00:00.000Z' WHERE document_id = (SELECT id FROM documents WHERE public_id = ?)", document); err != nil {
		f.Fatal(err)
	}
	return f.linkTo(document)
}
