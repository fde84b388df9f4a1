package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
)

// shareFile posts one file to the desk as the window does.
func shareFile(t *testing.T, p *apptest.Program, fields map[string]string, name, content string) (list []app.SharedFile, refused *app.Shown) {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for k, v := range fields {
		if err := m.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	w, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err != nil || m.Close() != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Base()+"/files/shared", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := p.Browser().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Result []app.SharedFile
		Error  *app.Shown
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(resp.StatusCode, err)
	}
	return answer.Result, answer.Error
}

// A file goes in by a form of its own, is shown where it belongs, and comes out under a policy
// of its own.
func TestFilesAreShared(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	c := customer(p, "Atelier Martin", "anne@martin.example")
	d := twoLines(t, p, c)
	fields := map[string]string{"key": "key-share-1", "documentId": d.ID, "inPortal": "true", "withMail": "true", "note": "Plan"}
	list, refused := shareFile(t, p, fields, "../plan.pdf", "%PDF-1.7 plan")
	if refused != nil || len(list) != 1 || list[0].Name != "plan.pdf" || list[0].DocumentID != d.ID || !list[0].WithMail || list[0].SizeLabel == "" {
		t.Fatalf("%+v %+v", list, refused)
	}
	again, refused := shareFile(t, p, fields, "../plan.pdf", "%PDF-1.7 plan")
	if refused != nil || again[0].ID != list[0].ID {
		t.Errorf("a second click: %+v %+v", again, refused)
	}
	if _, refused = shareFile(t, p, map[string]string{"key": "key-share-2", "documentId": d.ID}, "page.html", "<html>"); refused == nil || refused.Key != "fault.files.kind" || !strings.Contains(refused.Message, "page.html") {
		t.Errorf("a page: %+v", refused)
	}
	if of := apptest.Ask[[]app.SharedFile](p, "Shared.OfDocument", d.ID); len(of) != 1 {
		t.Errorf("%d files on the document", len(of))
	}
	resp, b := p.File(list[0].Href)
	if resp.StatusCode != http.StatusOK || string(b) != "%PDF-1.7 plan" || resp.Header.Get("Content-Type") != "application/pdf" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
	csv, refused := shareFile(t, p, map[string]string{"key": "key-share-3", "documentId": d.ID}, "notes.txt", "bonjour")
	if refused != nil {
		t.Fatal(refused)
	}
	if resp, _ := p.File(csv[0].Href); !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v", resp.Header)
	}
	p.Do("Shared.Remove", list[0].ID)
	if resp, _ := p.File(list[0].Href); resp.StatusCode != http.StatusNotFound {
		t.Errorf("removed: %d", resp.StatusCode)
	}
}

// Chosen invoices come as one archive; what is not there spoils nothing silently.
func TestInvoicesAsOneArchive(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	rows := apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{State: "paid", Limit: 3}).Rows
	ids := []string{}
	for _, r := range rows {
		p.Do("Shared.FilePaper", r.ID)
		ids = append(ids, r.ID)
	}
	resp, b := p.File("/files/invoices.zip?ids=" + strings.Join(ids, ","))
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || resp.Header.Get("Content-Type") != "application/zip" || len(z.File) != 3 || z.File[0].Name != rows[0].Number+".pdf" {
		t.Fatalf("%v %v", err, resp.Header)
	}
	for path, want := range map[string]int{"?ids=": 404, "?ids=none": 404, "": 404, "?ids=" + strings.TrimSuffix(strings.Repeat("a,", 501), ","): 409} {
		if resp, _ := p.File("/files/invoices.zip" + path); resp.StatusCode != want {
			t.Errorf("%.20s: %d, want %d", path, resp.StatusCode, want)
		}
	}
	if _, refused := p.Try("Shared.FilePaper", "none"); refused == nil {
		t.Error("a paper of nothing")
	}
}
