package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/edge/seal"
)

func TestWhatMayNotBeSigned(t *testing.T) {
	ours, tree := invoice(t, 60), "<</Type /Pages /Kids [3 0 R] /Count 1 "+box+">>"
	square := content("0 0 10 10 re f")
	cases := map[string]struct {
		file []byte
		key  string
	}{
		"nothing":              {nil, "not_pdf"},
		"a picture":            {[]byte("\x89PNG\r\n\x1a\n" + strings.Repeat("x", 100)), "not_pdf"},
		"words":                {[]byte("%PDF is a format of files, they say"), "not_pdf"},
		"a page before it":     {append([]byte("<html>\n"), ours...), "not_pdf"},
		"the head alone":       {[]byte("%PDF-1.7\n"), "damaged"},
		"cut in the middle":    {ours[:len(ours)/2], "damaged"},
		"cut at the end":       {ours[:len(ours)-20], "damaged"},
		"a hole in the middle": {append(bytes.Clone(ours[:len(ours)/3]), ours[len(ours)/2:]...), "damaged"},
		"sent as text":         {bytes.ReplaceAll(ours, []byte("\n"), []byte("\r\n")), "damaged"},
		"encrypted":            {rewritten(t, ours, "--encrypt", "secret", "owner", "256", "--"), "encrypted"},
		"restricted":           {rewritten(t, ours, "--encrypt", "", "owner", "128", "--modify=none", "--use-aes=y", "--"), "encrypted"},
		"sealed":               {complete(t, small()), "signed"},
		"signed in a group":    {plain("", "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [5 0 R]>>>>", tree, page, square, "<</T (g) /FT /Sig /Kids [6 0 R]>>", "<</Parent 5 0 R /T (s) /V <</Type /Sig>>>>"), "signed"},
		"rights of use":        {plain("", "<</Type /Catalog /Pages 2 0 R /Perms <</UR3 5 0 R>>>>", tree, page, square, "<</Type /Sig>>"), "signed"},
		"XFA":                  {plain("", "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [] /XFA []>>>>", tree, page, square), "dynamic"},
		"no pages":             {plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [] /Count 0>>"), "damaged"},
		"a page for a tree":    {plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Page "+box+">>"), "damaged"},
		"no catalog":           {plain("", "null", tree, page, square), "damaged"},
		"a circle":             {plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>", "<</Type /Pages /Kids [2 0 R 2 0 R] /Count 2>>"), "damaged"},
		"a circle of fields":   {plain("", "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [5 0 R]>>>>", tree, page, square, "<</Kids [5 0 R 5 0 R]>>"), "damaged"},
		"a circle of updates":  {plain("/Prev 20", "<</Type /Catalog /Pages 2 0 R>>", tree, page, square), "damaged"},
		"it refers to itself":  {plain("", "<</Type /Catalog /Pages 2 0 R>>", "2 0 R", page, square), "damaged"},
		"a length of itself":   {plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>", "<</Type /Page /Length 3 0 R>>\nstream\nx\nendstream"), "damaged"},
		"deep":                 {plain("", "<</Type /Catalog /Pages 2 0 R /X "+strings.Repeat("[", 10_000)+">>", tree, page, square), "damaged"},
		"a bomb":               {bomb(), "damaged"},
		"one page, endlessly":  {plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Count 1 /Kids ["+strings.Repeat("3 0 R ", 9_000)+"]>>", "<</Type /Page /X ("+strings.Repeat("x", 2<<20)+")>>"), "damaged"},
		"names without end":    {plain("", "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields 5 0 R>>>>", tree, page, square, "[<</Kids 5 0 R>> <</Kids 5 0 R>>]"), "damaged"},
		"the contents gone":    {bytes.Replace(small(), []byte("\n4 0 obj"), []byte("\n9 0 obj"), 1), "damaged"},
		"too many pages":       {pages(seal.MaxPages + 1), "too_many_pages"},
	}
	for name, c := range cases {
		_, err := seal.Inspect(bytes.NewReader(c.file), int64(len(c.file)))
		f, ok := fault.As(err)
		if !ok || f.Key != "fault.seal."+c.key || f.Code != fault.Invalid {
			t.Errorf("%s: %v, not %s", name, err, c.key)
			continue
		}
		for _, lang := range locale.Langs() {
			if text, _ := locale.FaultText(lang, f); locale.IsMissing(text) || strings.ContainsAny(text, "{}") {
				t.Errorf("%s: %s", name, text)
			}
		}
	}
	if _, err := seal.Inspect(bytes.NewReader(ours), seal.MaxSize+1); !isKey(err, "fault.seal.too_big") {
		t.Errorf("a huge one: %v", err)
	}
}

func isKey(err error, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Key == key
}

// bomb has a table of many megabytes, packed into a few thousand bytes.
func bomb() []byte {
	zeros := deflated(bytes.Repeat([]byte{0}, 1<<26))
	return fmt.Appendf(nil, "%%PDF-1.7\n1 0 obj\n<</Type /XRef /W [1 2 1] /Size 1000000 /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n", len(zeros), zeros)
}

// pages is a document of n pages, in branches of a hundred.
func pages(n int) []byte {
	objects := []string{"<</Type /Catalog /Pages 2 0 R>>", ""}
	var branches []string
	for first := 0; first < n; first += 100 {
		branch, kids := len(objects)+1, []string{}
		objects = append(objects, "")
		for i := first; i < min(first+100, n); i++ {
			kids = append(kids, fmt.Sprintf("%d 0 R", len(objects)+1))
			objects = append(objects, fmt.Sprintf("<</Type /Page /Parent %d 0 R /Contents %d 0 R>>", branch, len(objects)+2), content(fmt.Sprintf("0 0 %d 10 re f", i)))
		}
		objects[branch-1] = fmt.Sprintf("<</Type /Pages /Parent 2 0 R /Count %d /Kids [%s]>>", len(kids), strings.Join(kids, " "))
		branches = append(branches, fmt.Sprintf("%d 0 R", branch))
	}
	objects[1] = fmt.Sprintf("<</Type /Pages /Count %d /Kids [%s] %s>>", n, strings.Join(branches, " "), box)
	return plain("", objects...)
}

func TestInspectCounts(t *testing.T) {
	for name, file := range odd() {
		out, err := exec.Command(tool(t, "qpdf"), "--show-npages", saved(t, file)).Output()
		if err != nil {
			t.Errorf("%s: qpdf: %v", name, err)
		}
		info, err := seal.Inspect(bytes.NewReader(file), int64(len(file)))
		if err != nil || fmt.Sprintln(info.Pages) != string(out) || info.Version != "1.7" {
			t.Errorf("%s: %+v, %v; qpdf counts %s", name, info, err, out)
		}
	}
}

// failing is a file on a disk that goes away.
type failing struct{ io.ReaderAt }

var errDisk = errors.New("the disk is gone")

func (f failing) ReadAt(b []byte, at int64) (int, error) {
	if at > 0 {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(b, at)
}

// What is wrong with reading is no fault of the file.
func TestReadingFails(t *testing.T) {
	file := small()
	if _, err := seal.Inspect(failing{bytes.NewReader(file)}, int64(len(file))); !errors.Is(err, errDisk) || fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
	sealed := complete(t, file)
	if r := seal.Verify(failing{bytes.NewReader(sealed)}, int64(len(sealed)), nil); r.Verdict != seal.Altered || !found(r, "unreadable") {
		t.Errorf("%+v", r)
	}
	o := order(t, file)
	if _, err := seal.Complete(full{}, o); !errors.Is(err, errDisk) {
		t.Errorf("a full disk: %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errDisk }

// What is not, byte for byte, the document of the record is never sealed with it.
func TestChangedDocumentIsNotSealed(t *testing.T) {
	file := small()
	for name, change := range map[string]func(*seal.Order){
		"other bytes": func(o *seal.Order) {
			o.Original = bytes.NewReader(bytes.Replace(file, []byte("0 0 10 10"), []byte("0 0 99 99"), 1))
		},
		"another document": func(o *seal.Order) { b := invoice(t, 1); o.Original, o.Size = bytes.NewReader(b), int64(len(b)) },
	} {
		o := order(t, file)
		change(&o)
		if _, err := seal.Complete(io.Discard, o); !isKey(err, "fault.seal.changed") {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := order(t, file)
	o.Certificate = []byte("%PDF-1.7\nnone")
	if _, err := seal.Complete(io.Discard, o); err == nil {
		t.Error("sealed without its certificate's pages")
	}
}
