package portal_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/edge/portal"
	"comptoir/office/attachments"
)

// allow lets every customer of the firm hand files over.
func (f *firm) allow() {
	f.Helper()
	f.must(f.files.AllowUploads(f.Context(), f.staff, true))
}

// upload posts files as a browser does; odd names of the list are names, even ones contents.
func (v *visitor) upload(fields map[string]string, namesAndContents ...string) answer {
	v.Helper()
	return v.uploadTo("/documents", fields, namesAndContents...)
}

func (v *visitor) uploadTo(to string, fields map[string]string, namesAndContents ...string) answer {
	v.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, name := range []string{"cle", "document", "note"} {
		if fields[name] != "" {
			v.must(m.WriteField(name, fields[name]))
		}
	}
	for i := 0; i+1 < len(namesAndContents); i += 2 {
		w, err := m.CreateFormFile("fichier", namesAndContents[i])
		v.must(err)
		_, err = io.WriteString(w, namesAndContents[i+1])
		v.must(err)
	}
	v.must(m.Close())
	return v.sendTo(to, m.FormDataContentType(), &body)
}

func (v *visitor) postAs(contentType string, body io.Reader) answer {
	v.Helper()
	return v.sendTo("/documents", contentType, body)
}

func (v *visitor) sendTo(to, contentType string, body io.Reader) answer {
	v.Helper()
	r, err := http.NewRequestWithContext(v.Context(), http.MethodPost, v.server.URL+to, body)
	v.must(err)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Origin", v.server.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

func (f *firm) count(query string, args ...any) int64 {
	f.Helper()
	return dbtest.Int(f, f.raw, query, args...)
}

// TestHandingFilesOver walks what a contact may and may not hand over.
func TestHandingFilesOver(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	mails := f.count("SELECT count(*) FROM mails")
	if a := v.upload(map[string]string{"cle": "key-before-1"}, "a.pdf", "%PDF-1.7"); a.status != 403 || f.count("SELECT count(*) FROM shared_files WHERE contact_id IS NOT NULL") != 0 {
		t.Fatalf("before it is allowed: %d", a.status)
	}
	f.allow()
	if a := v.get("/documents"); !strings.Contains(a.body, "Déposer des fichiers") {
		t.Error("the form is not shown")
	}
	png := "\x89PNG\r\n\x1a\nrest"
	good := map[string]string{"cle": "key-good-1", "note": "Photos du mur", "document": f.open}
	for range 2 { // a second click is the same click
		if a := v.upload(good, "../../etc/mur.png", png, "cotes.csv", "mur;cm\nnord;240"); a.status != 303 || a.header.Get("Location") != "/factures/"+f.open+"?fait=depot" {
			t.Fatalf("%d %v", a.status, a.header)
		}
	}
	if names := dbtest.Strings(t, f.raw, "SELECT name FROM shared_files WHERE contact_id IS NOT NULL ORDER BY id"); !slices.Equal(names, []string{"mur.png", "cotes.csv"}) {
		t.Errorf("kept as %q", names)
	}
	if n := f.count("SELECT count(*) FROM mails") - mails; n != 1 || f.count("SELECT count(*) FROM notifications WHERE kind = 'file_uploaded'") != 1 {
		t.Errorf("%d mails to the firm", n)
	}
	// The same content again is another row and the same bytes; the same name stands beside.
	if a := v.upload(map[string]string{"cle": "key-good-2"}, "mur.png", png); a.status != 303 || f.count("SELECT count(*) FROM shared_files WHERE name = 'mur.png'") != 2 || f.count("SELECT count(*) FROM files WHERE media_type = 'image/png'") != 1 {
		t.Errorf("again: %d", a.status)
	}
	rows := f.count("SELECT count(*) FROM shared_files")
	for name, content := range map[string]string{
		"page.html": "<html><script>alert(1)</script>", "page.pdf": "<!doctype html><script>alert(1)</script>%PDF-1.7", "image.svg": "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "image.png": "<svg/>",
		"notes.txt": "bonjour <script>alert(1)</script>", "programme.exe": "MZ\x90\x00", "facture.pdf.exe": "%PDF-1.7", "facture.exe": "%PDF-1.7", "macro.docm": "PK\x03\x04", "vide.pdf": "", "script.txt": "#!/bin/sh\nrm",
		"binaire.txt": "abc\x00def", "late.txt": strings.Repeat("a", 5000) + "\x00", "photo.png": "GIF89a PNG", "xml.txt": "<?xml version='1.0'?>", "utf16.txt": "\xff\xfe<\x00s\x00v\x00g\x00",
	} {
		if a := v.upload(map[string]string{"cle": "key-evil-" + name}, name, content); a.status != 422 || !strings.Contains(a.body, "Les fichiers n’ont pas été pris") {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if a := v.upload(map[string]string{"cle": "key-mixed-1"}, "bon.png", png, "page.html", "<html>"); a.status != 422 {
		t.Errorf("half good: %d", a.status)
	}
	for _, document := range []string{f.foreign, f.draft, "nothing"} {
		if a := v.upload(map[string]string{"cle": "key-doc-" + document[:6], "document": document}, "a.png", png); a.status != 404 {
			t.Errorf("on %s: %d", document, a.status)
		}
	}
	if a := v.upload(map[string]string{"cle": "key-none-12"}); a.status != 422 {
		t.Errorf("nothing: %d", a.status)
	}
	if n := f.count("SELECT count(*) FROM shared_files"); n != rows {
		t.Errorf("%d rows too many", n-rows)
	}
}

// What a contact typed as a name is a name and nothing else; a page shows it as text.
func TestNamesOfFiles(t *testing.T) {
	f := newFirm(t)
	f.allow()
	v := f.byLink(f.serve())
	pdf := "%PDF-1.7 x"
	for typed, want := range map[string]string{
		`C:\windows\plan.pdf`: "plan.pdf", "..%2f..%2fplan.pdf": "..%2f..%2fplan.pdf", "rapport.html.pdf": "rapport.html.pdf", ".htaccess.pdf": "htaccess.pdf", "con.pdf": "fichiercon.pdf",
		"facture\u202efdp.pdf": "facturefdp.pdf", "sans extension": "sans extension.pdf", "a:b*c?.pdf": "a-b-c-.pdf", strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", 96) + ".pdf", "Plan.PDF": "Plan.PDF",
	} {
		if a := v.upload(map[string]string{"cle": fmt.Sprintf("key-name-%x", typed)[:min(40, 9+2*len(typed))]}, typed, pdf); a.status != 303 {
			t.Errorf("%q: %d %s", typed, a.status, excerpt(a.body))
			continue
		}
		got := dbtest.Strings(t, f.raw, "SELECT name FROM shared_files ORDER BY id DESC LIMIT 1")[0]
		if strings.TrimPrefix(got, "..") != strings.TrimPrefix(want, "..") {
			t.Errorf("%q: kept as %q, want %q", typed, got, want)
		}
	}
	v.upload(map[string]string{"cle": "key-evil-name", "note": `<img src=x onerror=alert(1)>`}, `<img src=x onerror=alert(1)>.pdf`, pdf)
	if a := v.get("/documents"); strings.Contains(a.body, "<img src=x") {
		t.Error("a name is not text")
	}
}

// A file goes out as an attachment under its own policy, in parts where parts are asked for.
func TestFilesGoOutSafely(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byLink(s)
	a := v.get("/documents/" + f.file)
	if a.status != 200 || a.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment;") ||
		a.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", a.status, a.header)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/documents/"+f.file, http.NoBody)
	f.must(err)
	r.Header.Set("Range", "bytes=0-4")
	if part := v.do(r); part.status != 206 || part.body != "%PDF-" {
		t.Errorf("a part: %d %q", part.status, part.body)
	}
	staff, err := f.files.OfDocument(t.Context(), f.staff, f.open)
	f.must(err)
	if len(staff) != 0 {
		t.Errorf("%d files on the document", len(staff))
	}
	f.must(f.files.Remove(t.Context(), f.staff, f.file))
	if a := v.get("/documents/" + f.file); a.status != 404 {
		t.Errorf("removed: %d", a.status)
	}
}

// What is too big, cut off, or not a form at all leaves nothing behind.
func TestBrokenUploads(t *testing.T) {
	f := newFirm(t)
	f.allow()
	s := f.serve()
	v := f.byLink(s)
	head := "--x\r\nContent-Disposition: form-data; name=\"cle\"\r\n\r\nkey-cut-1234\r\n--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 "
	if a := v.postAs("multipart/form-data; boundary=x", strings.NewReader(head)); a.status != 422 || !strings.Contains(a.body, "interrompu") {
		t.Errorf("cut off: %d", a.status)
	}
	if a := v.postAs("multipart/form-data", strings.NewReader(head)); a.status != 415 {
		t.Errorf("without boundary: %d", a.status)
	}
	if a := v.postAs("text/html", strings.NewReader(head)); a.status != 415 {
		t.Errorf("not a form: %d", a.status)
	}
	huge := io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, 51<<20), strings.NewReader("\r\n--x--\r\n"))
	if a := v.postAs("multipart/form-data; boundary=x", huge); a.status != 422 || !strings.Contains(a.body, "50") {
		t.Errorf("too big: %d %s", a.status, excerpt(a.body))
	}
	if n := f.count("SELECT count(*) FROM shared_files WHERE contact_id IS NOT NULL"); n != 0 {
		t.Errorf("%d rows", n)
	}
	w := f.ask("POST", "http://portail.test/documents", "")
	if w.Code != http.StatusSeeOther {
		t.Errorf("a stranger: %d", w.Code)
	}
	cross, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/documents", strings.NewReader(head))
	f.must(err)
	cross.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	cross.Header.Set("Origin", "https://evil.example")
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := v.do(cross); a.status != 403 {
		t.Errorf("from another site: %d", a.status)
	}
}

// Who stops sending is told so; of a stranger's body the words are read as those of any form, and the
// files go by unread by anybody, as far as a browser needs to hear the answer.
func TestSlowUploads(t *testing.T) {
	f := newFirm(t)
	f.allow()
	v := f.byLink(f.serve())
	ask := func(body io.Reader, signedIn bool) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://portail.test/documents", body)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Accept-Language", "fr")
		if signedIn {
			r.AddCookie(&http.Cookie{Name: "portail", Value: v.cookie()})
		}
		w := httptest.NewRecorder()
		f.portal.Handler().ServeHTTP(w, r)
		return w
	}
	head := "--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 "
	if w := ask(io.MultiReader(strings.NewReader(head), late{}), true); w.Code != http.StatusRequestTimeout || !strings.Contains(w.Body.String(), "pas arrivé à temps") {
		t.Errorf("slow: %d %s", w.Code, excerpt(w.Body.String()))
	}
	unread := &counted{Reader: strings.NewReader(head)}
	if w := ask(unread, false); w.Code != http.StatusSeeOther || w.Body.Len() > 100 {
		t.Errorf("a stranger: %d, %d bytes come back", w.Code, w.Body.Len())
	}
	endless := &counted{Reader: io.MultiReader(strings.NewReader(head), zeros{})}
	if w := ask(endless, false); w.Code != http.StatusSeeOther || endless.n > 9<<20 {
		t.Errorf("a stranger without end: %d, %d bytes were read", w.Code, endless.n)
	}
	words := &counted{Reader: io.MultiReader(strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"), zeros{})}
	if w := ask(words, false); w.Code != http.StatusSeeOther || words.n > 9<<20 || w.Body.Len() > 100 {
		t.Errorf("a stranger's words without end: %d, %d bytes were read, %d come back", w.Code, words.n, w.Body.Len())
	}
	if w := ask(io.MultiReader(strings.NewReader(head), late{}), false); w.Code != http.StatusSeeOther {
		t.Errorf("a stranger who stops sending: %d", w.Code)
	}
	if n := f.count("SELECT count(*) FROM shared_files WHERE contact_id IS NOT NULL"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// Uploads that never end take no place of anybody else, and only so many of one address.
func TestUploadsThatNeverEndTakeNoPlace(t *testing.T) {
	l := portal.Unlimited()
	l.Serving = 2
	f := newFirm(t, func(f *firm) { f.limits = l })
	f.allow()
	s := f.serve()
	v := f.byLink(s)
	var wg sync.WaitGroup
	defer wg.Wait()
	for range 2 {
		r, w := io.Pipe()
		defer func() { _ = w.CloseWithError(io.ErrUnexpectedEOF) }()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/documents", r)
		f.must(err)
		req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		wg.Go(func() {
			if res, err := v.client.Do(req); err == nil {
				_ = res.Body.Close()
			}
		})
		_, err = io.WriteString(w, "--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 "+strings.Repeat("x", 1<<20)) // beyond what lies in buffers: the portal reads
		f.must(err)
	}
	if a := v.get("/factures"); a.status != 200 {
		t.Errorf("somebody else: %d", a.status)
	}
	if a := v.upload(map[string]string{"cle": "key-third-1"}, "a.pdf", "%PDF-1.7"); a.status != 503 {
		t.Errorf("a third upload of one address: %d", a.status)
	}
}

// counted tells how much of a body was read.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += n
	return n, err
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

// A customer's contacts hand over so much in a day, and not more.
func TestEnoughForADay(t *testing.T) {
	f := newFirm(t)
	f.allow()
	v := f.byLink(f.serve())
	for i := range 3 {
		twenty := []string{}
		for n := range 20 {
			twenty = append(twenty, fmt.Sprintf("%d-%d.pdf", i, n), fmt.Sprintf("%%PDF-1.7 %d", n))
		}
		if a := v.upload(map[string]string{"cle": fmt.Sprintf("key-many-%d", i)}, twenty...); a.status != 303 {
			t.Fatalf("%d: %d %s", i, a.status, excerpt(a.body))
		}
	}
	if a := v.upload(map[string]string{"cle": "key-one-more"}, "one.pdf", "%PDF-1.7"); a.status != 422 || !strings.Contains(a.body, "limite") {
		t.Errorf("one more: %d", a.status)
	}
	f.turn(25 * time.Hour)
	if a := v.upload(map[string]string{"cle": "key-next-day"}, "one.pdf", "%PDF-1.7"); a.status != 303 && a.status != 422 {
		t.Errorf("the next day: %d", a.status)
	}
}

// Quotes and credit notes show their files and take others, and lead back to where one was.
func TestFilesOnEveryDocument(t *testing.T) {
	f := newFirm(t)
	f.allow()
	f.offers()
	f.credits()
	s := f.serve()
	v, other := f.byLink(s), f.brunoByLink(s)
	for id, page := range map[string]string{f.open: "/factures/" + f.open, f.quotes["quote"].PublicID: "/devis/" + f.quotes["quote"].PublicID, f.notes["claire"].PublicID: "/credits/" + f.notes["claire"].PublicID} {
		staged, err := f.files.Stage(f.Context(), f.staff, "coupe.pdf", strings.NewReader("%PDF-1.7 "+id))
		f.must(err)
		list, err := f.files.Share(f.Context(), f.staff, attachments.Share{Key: "on-document-" + id, DocumentID: id, InPortal: true, Files: []attachments.Staged{staged}})
		f.must(err)
		a := v.get(page)
		if a.status != 200 || !strings.Contains(a.body, "/documents/"+list[0].PublicID) {
			t.Errorf("%s: %d, the file is not shown", page, a.status)
		}
		action := regexp.MustCompile(`action="(/documents[^"]*)"`).FindStringSubmatch(a.body)
		if action == nil {
			t.Fatalf("%s: no form", page)
		}
		given := map[string]string{"cle": "key-" + id, "document": id, "note": "La <vue>"}
		if a := v.uploadTo(action[1], given, "page.html", "<html>"); a.status != 422 || !strings.Contains(a.body, `action="`+action[1]+`"`) || !strings.Contains(a.body, `name="document" value="`+id+`"`) || !strings.Contains(a.body, `value="La &lt;vue&gt;"`) {
			t.Errorf("%s: what was typed beside a refused file is gone: %d", page, a.status)
		}
		a = v.uploadTo(action[1], given, "vue.pdf", "%PDF-1.7 y")
		if to := a.header.Get("Location"); a.status != 303 || to != page+"?fait=depot" {
			t.Errorf("%s: %d, leads to %s", page, a.status, to)
		}
		if a := v.follow(a); !strings.Contains(a.body, "vue.pdf") || !strings.Contains(a.body, "vos fichiers sont bien arrivés") {
			t.Errorf("%s: afterwards: %d", page, a.status)
		}
		if a := other.get(page); a.status != 404 || strings.Contains(a.body, "coupe.pdf") {
			t.Errorf("%s of somebody else: %d", page, a.status)
		}
	}
}
