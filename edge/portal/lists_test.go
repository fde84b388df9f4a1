package portal_test

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"comptoir/edge/portal"
	"comptoir/office/attachments"
)

// listTables are the lists' own ways: dates, words, orders, and several at once.
func listTables(t map[string][]scenario) {
	for _, w := range []string{"stranger", "expired"} {
		for _, p := range []string{"/factures/pdf", "/credits/zip", "/devis/zip", "/paiements/zip", "/documents/zip"} {
			t[w] = append(t[w], scenario{method: "POST", path: p, form: "tout=1", status: 303, to: "/connexion"})
		}
	}
	post := func(path, form string, status int, has []string, not ...string) scenario {
		return scenario{method: "POST", path: path, form: form, status: status, has: has, not: not}
	}
	zipped := func(names ...string) []string { return append([]string{"PK\x03\x04"}, names...) }
	t["other"] = append(t["other"],
		post("/factures/pdf", "id={open}", 404, nil, "%PDF"), post("/credits/zip", "id={c:claire}", 404, nil, "PK"), post("/credits/zip", "id={c:bruno}&id={c:claire}", 404, nil, "PK"), post("/credits/zip", "id={c:bruno}", 200, zipped("AV-2026-0002.pdf"), "AV-2026-0001"),
		post("/devis/zip", "id={q:quote}", 404, nil, "PK"), post("/devis/zip", "tout=1", 200, zipped("DE-2026-0005.pdf"), "DE-2026-0002"),
		post("/paiements/zip", "id={payment}", 404, nil, "PK"), post("/paiements/zip", "tout=1", 200, zipped("RE-2026-0003.pdf"), "RE-2026-0001"),
		post("/documents/zip", "id={file}", 404, nil, "PK"), post("/documents/zip", "tout=1", 200, zipped("four.pdf"), "plan-salon"))
	get := func(path string, has []string, not ...string) scenario {
		return scenario{method: "GET", path: path, status: 200, has: has, not: not}
	}
	missing := func(path string) scenario { return scenario{method: "GET", path: path, status: 404} }
	credits := []scenario{
		get("/credits?q=livraison", []string{"AV-2026-0001", `value="livraison"`}), get("/credits?q=geste", []string{"AV-2026-0001"}), get("/credits?q=120", []string{"AV-2026-0001"}),
		get("/credits?q=Secret", []string{"Aucun résultat"}, "{c:claire}", "{c:bruno}"), get("/credits?au=2020-01-01", []string{"Aucun résultat"}, "{c:claire}"),
		get("/credits?du=never", []string{"du-faux"}), get("/credits?tri=montant", []string{"AV-2026-0001"}), get("/credits?tri=anciens&filtre=a-utiliser", []string{"AV-2026-0001"}), missing("/credits?tri=echeance"),
		post("/credits/zip", "id={c:claire}", 200, zipped("AV-2026-0001.pdf"), "AV-2026-0002"), post("/credits/zip", "id={open}", 404, nil, "PK"), post("/credits/zip", "id={c:bruno}", 404, nil, "PK"),
		{method: "POST", path: "/credits/zip", form: "filtre=a-utiliser", status: 303, to: "/credits?filtre=a-utiliser&fait=rien-choisi"}, get("/credits?fait=rien-choisi", []string{"Rien n’est choisi"}),
	}
	merged := []scenario{
		post("/factures/pdf", "id={open}&id={late}&id={part}", 200, []string{"%PDF-"}), post("/factures/pdf", "id={open}&id={foreign}", 404, nil, "%PDF"), post("/factures/pdf", "id={draft}", 404, nil, "%PDF"),
		{method: "POST", path: "/factures/pdf", form: "filtre=payees", status: 303, to: "/factures?filtre=payees&fait=rien-choisi"},
	}
	quotes := []scenario{
		get("/devis", []string{`>Valable jusqu’au</option>`}, `>Échéance</option>`), post("/devis/zip", "id={q:quote}&id={q:late}", 200, zipped("DE-2026-0001.pdf", "DE-2026-0002.pdf"), "DE-2026-0003"),
		post("/devis/zip", "tout=1&filtre=expires", 200, zipped("DE-2026-0001.pdf"), "DE-2026-0002"), post("/devis/zip", "id={q:foreign}", 404, nil, "PK"), post("/devis/zip", "id={open}", 404, nil, "PK"),
	}
	recurring := []scenario{
		get("/recurrentes?q=entretien", []string{"{r:own}"}), get("/recurrentes?q=180", []string{"{r:own}"}), get("/recurrentes?q=description", []string{"Aucun résultat"}, "{r:own}"), get("/recurrentes?q=oven", []string{"Aucun résultat"}, "{r:foreign}"),
		get("/recurrentes?tri=montant", []string{"{r:own}"}), get("/recurrentes?du=2027-01-01", []string{"Aucun résultat"}, "{r:own}"), get("/recurrentes?filtre=terminees", []string{"Rien de terminé"}, "{r:own}", "{r:paused}", "{r:draft}"),
		missing("/recurrentes?filtre=suspendues"), missing("/recurrentes?tri=echeance"), missing("/recurrentes?apres=rubbish"),
	}
	money := []scenario{
		post("/paiements/zip", "id={payment}", 200, zipped("RE-2026-0001.pdf"), "RE-2026-0002"), post("/paiements/zip", "tout=1&q=600", 200, zipped("RE-2026-0002.pdf"), "RE-2026-0001"), post("/paiements/zip", "id={foreignPayment}", 404, nil, "PK"),
		{method: "POST", path: "/paiements/zip", status: 303, to: "/paiements?fait=rien-choisi"},
	}
	files := []scenario{
		get("/documents?tri=nom", []string{"{file}", "Tous les documents"}, "{foreignFile}"), get("/documents?tri=taille", []string{"{file}"}), get("/documents?tri=anciens", []string{"{file}"}), missing("/documents?tri=montant"),
		post("/documents/zip", "id={file}", 200, zipped("plan-salon.pdf", "plan of the room")), post("/documents/zip", "id={hiddenFile}", 404, nil, "PK"), post("/documents/zip", "id={removedFile}", 404, nil, "PK"),
		post("/documents/zip", "id={file}&id={foreignFile}", 404, nil, "PK"), {method: "POST", path: "/documents/zip", form: "tout=1&filtre=deposes", status: 303, to: "/documents?filtre=deposes&fait=rien-choisi"},
	}
	for _, more := range [][]scenario{credits, merged, quotes, recurring, money} {
		t["link"] = append(more, t["link"]...)
	}
	t["password"] = append(files, t["password"]...) // a file that was handed over is no longer new
}

// Two files of one name both come, and each is noted as opened when it was read.
func TestFilesOfOneName(t *testing.T) {
	f := newFirm(t)
	share := func(name, content string) string {
		staged, err := f.files.Stage(f.Context(), f.staff, name, strings.NewReader(content))
		f.must(err)
		list, err := f.files.Share(f.Context(), f.staff, attachments.Share{Key: "one-name-" + content[len(content)-5:], CustomerID: f.claire.PublicID, InPortal: true, Files: []attachments.Staged{staged}})
		f.must(err)
		return list[0].PublicID
	}
	second, third := share("plan-salon.pdf", "%PDF-1.7 the second"), share("Plan-Salon.PDF", "%PDF-1.7 the third")
	v := f.byLink(f.serve())
	a := v.post("/documents/zip", "id="+f.file+"&id="+second+"&id="+third)
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	f.must(err)
	got := map[string]string{}
	for _, x := range z.File {
		r, err := x.Open()
		f.must(err)
		b, err := io.ReadAll(r)
		f.must(err)
		got[x.Name] = string(b)
	}
	if len(got) != 3 || got["plan-salon.pdf"] != "%PDF-1.7 plan of the room" || got["plan-salon (2).pdf"] != "%PDF-1.7 the second" || got["Plan-Salon (3).PDF"] != "%PDF-1.7 the third" {
		t.Errorf("%q", got)
	}
	if n := f.count("SELECT count(*) FROM shared_files WHERE seen_at IS NOT NULL"); n != 3 {
		t.Errorf("%d are noted as opened", n)
	}
}

// A recurring invoice that has ended stands among the ended ones, with what was made of it.
func TestEndedRecurringOnes(t *testing.T) {
	f := newFirm(t)
	own, err := f.recurring.Get(f.Context(), f.staff, f.recurrences["own"])
	f.must(err)
	_, err = f.recurring.End(f.Context(), f.staff, own.PublicID, own.Version)
	f.must(err)
	v := f.byLink(f.serve())
	f.walk(t, v, scenario{method: "GET", path: "/recurrentes", status: 200, not: []string{"{r:own}"}}, f.fillIn)
	f.walk(t, v, scenario{method: "GET", path: "/recurrentes?filtre=terminees", status: 200, has: []string{"{r:own}", "Terminée", "Entretien"}, not: []string{"{r:draft}", "{r:foreign}", "1er janvier 1"}}, f.fillIn)
	f.walk(t, v, scenario{method: "GET", path: "/recurrentes/{r:own}", status: 200, has: []string{"Terminée", "sans qu’aucune facture"}, not: []string{"sera envoyée", "1er janvier 1"}}, f.fillIn)
	f.walk(t, f.brunoByLink(f.serve()), scenario{method: "GET", path: "/recurrentes?filtre=terminees", status: 200, not: []string{"{r:own}"}}, f.fillIn)
}

// Several invoices in one PDF have the pages of all of them, and no more than so many are bound.
func TestSeveralInvoicesInOnePDF(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.limits = portal.Unlimited() })
	v := f.byLink(f.serve())
	one, all := v.post("/factures/pdf", "id="+f.open), v.post("/factures/pdf", "tout=1")
	if one.status != 200 || all.status != 200 || all.header.Get("Content-Type") != "application/pdf" || pagesOf(t, one.body) != 1 || pagesOf(t, all.body) != 5 {
		t.Fatalf("%d, %d %v", one.status, all.status, all.header)
	}
	for i := range 96 {
		f.issue(f.claire, fmt.Sprintf("bound-%d", i), 5000)
	}
	if a := v.post("/factures/pdf", "tout=1"); a.status != 409 || !strings.Contains(a.body, "100") {
		t.Errorf("101 papers: %d %s", a.status, excerpt(a.body))
	}
}

func pagesOf(t *testing.T, body string) int {
	t.Helper()
	n, err := api.PageCount(strings.NewReader(body), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
