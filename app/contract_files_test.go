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
	"comptoir/office/contracts"
)

// attach posts one file to the desk as the window does, streamed, and reads the answer into result.
func attach(t testing.TB, p *apptest.Program, path string, fields map[string]string, name string, content io.Reader, result any) *app.Shown {
	t.Helper()
	body, to := io.Pipe()
	m := multipart.NewWriter(to)
	go func() {
		for k, v := range fields {
			_ = m.WriteField(k, v) // the reader says what broke
		}
		w, err := m.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(w, content)
		}
		if err == nil {
			err = m.Close()
		}
		_ = to.CloseWithError(err)
	}()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Base()+path, body)
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
	answer := struct {
		Result any
		Error  *app.Shown
	}{Result: result}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(resp.StatusCode, err)
	}
	return answer.Error
}

// An attachment goes in by a form of its own, gets a version, and comes out: each version, all of
// them in one archive. What is too large is refused by name and limit, though the sender sends on.
func TestAttachmentsOfAContract(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	c := customer(p, "Atelier Martin", "anne@martin.example")
	id := apptest.Ask[app.Saved](p, "Contracts.Save", app.ContractForm{Title: "Bail", CustomerID: c.PublicID, Currency: "EUR", Renewal: "none", NoticeUnit: "month"}, "key-contract-1").ID
	at := "/files/contracts/" + id
	var list, again []contracts.AttachedFile
	fields := map[string]string{"key": "key-attach-1", "path": "Annexes/Plans"}
	if refused := attach(t, p, at, fields, "bail.pdf", strings.NewReader("%PDF-1.7 1"), &list); refused != nil || len(list) != 1 {
		t.Fatalf("%+v %+v", list, refused)
	}
	if refused := attach(t, p, at, fields, "bail.pdf", strings.NewReader("%PDF-1.7 1"), &again); refused != nil || again[0].ID != list[0].ID {
		t.Errorf("a second click: %+v %+v", again, refused)
	}
	var f contracts.AttachedFile
	if refused := attach(t, p, at+"/"+list[0].ID, map[string]string{"key": "key-attach-2", "base": list[0].VersionID, "note": "Loyer"}, "b.pdf", strings.NewReader("%PDF-1.7 2"), &f); refused != nil || f.N != 2 || f.Note != "Loyer" {
		t.Errorf("%+v %+v", f, refused)
	}
	if refused := attach(t, p, at, map[string]string{"key": "key-attach-3"}, "gros.txt", io.LimitReader(repeated("Article.\n"), 51<<20), nil); refused == nil || refused.Key != "fault.files.too_big" || !strings.Contains(refused.Message, "gros.txt") || !strings.Contains(refused.Message, "50") {
		t.Errorf("too large: %+v", refused)
	}
	for path, want := range map[string]string{list[0].VersionID: "%PDF-1.7 1", f.VersionID: "%PDF-1.7 2"} {
		if resp, b := p.File("/files/contract-versions/" + path); resp.StatusCode != http.StatusOK || string(b) != want || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%d %q %v", resp.StatusCode, b, resp.Header)
		}
	}
	resp, b := p.File(at + "/archive.zip?files=" + f.ID)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) != 1 || z.File[0].Name != "Annexes/Plans/bail.pdf" || !strings.Contains(resp.Header.Get("Content-Disposition"), "CT-") {
		t.Errorf("%v %v", err, resp.Header)
	}
	for _, path := range []string{"/files/contract-versions/none", at + "/archive.zip?files=none", "/files/contracts/none/archive.zip"} {
		if resp, _ := p.File(path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	if tree := apptest.Ask[contracts.FileTree](p, "ContractFiles.List", id); len(tree.Folders) != 2 || len(tree.Files) != 1 || tree.MaxMB != 50 {
		t.Errorf("%+v", tree)
	}
}

// repeated says the same words for ever.
type repeated string

func (r repeated) Read(b []byte) (n int, err error) {
	for n < len(b) {
		n += copy(b[n:], r)
	}
	return n, nil
}
