package seal_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"comptoir/edge/seal"
	"comptoir/rules/evidence"
)

// rewritten is a PDF as qpdf writes it with some options.
func rewritten(t testing.TB, file []byte, options ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.pdf")
	if said, err := exec.Command(tool(t, "qpdf"), append(options, saved(t, file), out)...).CombinedOutput(); err != nil {
		t.Fatalf("qpdf %v: %v\n%s", options, err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const page = "<</Type /Page /Parent 2 0 R /Contents 4 0 R>>"

// odd are forms of documents that a writer may choose and few do.
func odd() map[string][]byte {
	square := content("0 0 10 10 re f")
	meta := "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/' pdfaid:part='3' pdfaid:conformance='B'/></rdf:RDF></x:xmpmeta>"
	return map[string][]byte{
		"the least":          small(),
		"what pages inherit": plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 200] /CropBox [10 10 290 190] /Rotate 90 /Resources <</ProcSet [/PDF]>>>>", page, square),
		"branches": plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [5 0 R 6 0 R] /Count 3 "+box+">>", "<</Type /Page /Parent 5 0 R /Contents 4 0 R>>", square,
			"<</Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 /Rotate 270>>", "<</Type /Pages /Parent 2 0 R /Kids [7 0 R 8 0 R] /Count 2>>", "<</Type /Page /Parent 6 0 R>>", "<</Type /Page /Parent 6 0 R /Contents [4 0 R]>>"),
		"kids apart":  plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids 5 0 R /Count 6 0 R "+box+">>", page, square, "[3 0 R]", "1"),
		"a wrong sum": plain("", "<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1 "+box+">>", page, square, "<</Note (of nothing)>>"),
		"a form": plain("", "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1 "+box+">>", "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [7 0 R]>>", square,
			"<</Fields 6 0 R /DA (/Helv 0 Tf) /DR <<>>>>", "[7 0 R 8 0 R]", "<</Type /Annot /Subtype /Widget /FT /Tx /T (Comptoir) /V (x \\(y\\)) /Rect [0 0 10 10] /P 3 0 R>>", "<</FT /Sig /T <436f6d70746f69722032>>>"),
		"files in a tree": plain("", "<</Type /Catalog /Pages 2 0 R /Names <</EmbeddedFiles 5 0 R /Dests <</Names [(top) [3 0 R /Fit]]>>>> /AF [9 0 R]>>", "<</Type /Pages /Kids [3 0 R] /Count 1 "+box+">>", page, square,
			"<</Kids [6 0 R 7 0 R]>>", "<</Limits [(a.txt) (evidence.json)] /Names [(a.txt) 9 0 R <65766964656e63652e6a736f6e> 9 0 R]>>", "<</Limits [(z.txt) (z.txt)] /Names [(z.txt) 9 0 R]>>",
			"<</Type /EmbeddedFile /Length 1>>\nstream\nx\nendstream", "<</Type /Filespec /F (a.txt) /UF (a.txt) /AFRelationship /Data /EF <</F 8 0 R>>>>"),
		"one file, not in an array": plain("", "<</Type /Catalog /Pages 2 0 R /AF 6 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1 "+box+">>", page, square,
			"<</Type /EmbeddedFile /Length 1>>\nstream\nx\nendstream", "<</Type /Filespec /F (a.txt) /UF (a.txt) /EF <</F 5 0 R>>>>"),
		"PDF/A": plain("/ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]", "<</Type /Catalog /Pages 2 0 R /Metadata 5 0 R /MarkInfo <</Marked true>> /Lang (fr-FR)>>", "<</Type /Pages /Kids [3 0 R] /Count 1 "+box+">>", page, square,
			fmt.Sprintf("<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream", len(meta), meta)),
		"odd names and strings": plain("/DocChecksum /2D51", "<</Type /Catalog /Pages 2 0 R /A#20b (a\\)b\\\\) /C <AB C> /D [true false null -.5 +1 4.] % note ) >>\n /E /F /Pr#e9nom ()>>", "<</Type /Pages/Kids[3 0 R]/Count 1"+box+">>", page, square),
		"no last line":          bytes.TrimRight(small(), "\n"),
		"words after":           append(small(), "\n<!-- sent by a web server -->\n"...),
		"lines of another kind": other(small()),
		"hybrid":                hybrid(),
		"old numbers":           generations(),
	}
}

// other ends the rows of the table with a space less and two bytes more.
func other(file []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(file, []byte(" n \n"), []byte(" n\r\n")), []byte(" f \n"), []byte(" f\r\n"))
}

// hybrid hides an object from old readers in a stream of its own (ISO 32000-1, 7.5.8.4).
func hybrid() []byte {
	file := small()
	at := bytes.LastIndex(file, []byte("trailer"))
	head := bytes.Clone(file[:bytes.LastIndex(file, []byte("xref\n0 "))])
	packed := "6 0 <</Hidden true>>"
	objAt := len(head)
	head = fmt.Appendf(head, "5 0 obj\n<</Type /ObjStm /N 1 /First 4 /Length %d>>\nstream\n%s\nendstream\nendobj\n", len(packed), packed)
	streamAt := len(head)
	rows := []byte{1, byte(objAt >> 8), byte(objAt), 0, 2, 0, 5, 0, 1, byte(streamAt >> 8), byte(streamAt), 0}
	head = fmt.Appendf(head, "7 0 obj\n<</Type /XRef /W [1 2 1] /Index [5 3] /Size 8 /Length %d>>\nstream\n%s\nendstream\nendobj\n", len(rows), rows)
	start := len(head)
	table := bytes.Replace(file[bytes.LastIndex(file, []byte("xref\n0 ")):at], []byte("xref\n"), []byte("xref\n"), 1)
	head = append(head, table...)
	return fmt.Appendf(head, "trailer\n<</Size 8 /Root 1 0 R /XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n", streamAt, start)
}

// generations is a document that was changed often: its page tree is in its third generation.
func generations() []byte {
	file := small()
	at := len(file)
	file = append(file, "2 3 obj\n<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100]>>\nendobj\n1 0 obj\n<</Type /Catalog /Pages 2 3 R>>\nendobj\n"...)
	root := at + bytes.Index(file[at:], []byte("1 0 obj"))
	start, before := len(file), bytes.LastIndex(small(), []byte("xref\n0 "))
	return fmt.Appendf(file, "xref\n1 2\n%010d 00000 n \n%010d 00003 n \ntrailer\n<</Size 5 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n", root, at, before, start)
}

func textOf(t testing.TB, path string, last int) string {
	t.Helper()
	out, err := exec.Command(tool(t, "pdftotext"), "-l", strconv.Itoa(last), path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// soundly seals a document and has Debian's tools look at what came of it.
func soundly(t *testing.T, original []byte) {
	t.Helper()
	info, err := seal.Inspect(bytes.NewReader(original), int64(len(original)))
	if err != nil {
		t.Fatal(err)
	}
	o := order(t, original)
	var b bytes.Buffer
	done, err := seal.Complete(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	file := b.Bytes()
	if r := verify(file); r.Verdict != seal.Intact || r.Pages != done.Pages || r.Record.Digest != o.Record.Digest || !r.SealedAt.Equal(noon) {
		t.Errorf("verified as %+v", r)
	}
	if said := pdfsig(t, file); !accepted(said) || !strings.Contains(said, "ETSI.CAdES.detached") || !strings.Contains(said, "CN=Atelier Dubreuil") {
		t.Errorf("pdfsig: %s", said)
	}
	path := saved(t, file)
	if said, err := exec.Command(tool(t, "qpdf"), "--check", path).CombinedOutput(); err != nil || strings.Contains(string(said), "WARNING") {
		t.Errorf("qpdf --check: %v\n%s", err, said)
	}
	if n, _ := exec.Command(tool(t, "qpdf"), "--show-npages", path).Output(); strings.TrimSpace(string(n)) != strconv.Itoa(done.Pages) || done.Pages != info.Pages+1 {
		t.Errorf("%s pages, %d told of, %d in the original", n, done.Pages, info.Pages)
	}
	if got, want := textOf(t, path, info.Pages), textOf(t, saved(t, original), info.Pages); got != want {
		t.Errorf("the original's pages read otherwise: %q, not %q", got, want)
	}
	last := strconv.Itoa(done.Pages)
	size, _ := exec.Command(tool(t, "pdfinfo"), "-f", last, "-l", last, path).Output()
	if !regexp.MustCompile(`size:\s+595\.276 x 841\.89 pts`).Match(size) || !regexp.MustCompile(`rot:\s+0\n`).Match(size) {
		t.Errorf("the certificate's page has taken something over: %s", size)
	}
	attached(t, path, o.Record)
}

// attached compares the file that a reader takes out with the record.
func attached(t *testing.T, path string, r evidence.Record) {
	t.Helper()
	dir := t.TempDir()
	said, err := exec.Command(tool(t, "pdfdetach"), "-saveall", "-o", dir, path).CombinedOutput()
	if err != nil {
		t.Errorf("pdfdetach: %v\n%s", err, said)
	}
	got, err := os.ReadFile(filepath.Join(dir, seal.EvidenceName))
	want, _ := evidence.Marshal(r)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("evidence.json: %v, %d bytes for %d", err, len(got), len(want))
	}
}

func TestSealedInEveryForm(t *testing.T) {
	for name, file := range odd() {
		t.Run(name, func(t *testing.T) { soundly(t, file) })
	}
	ours := invoice(t, 60)
	for name, options := range map[string][]string{
		"as it is written":   nil,
		"packed objects":     {"--object-streams=generate"},
		"no packed objects":  {"--object-streams=disable"},
		"linearised":         {"--linearize"},
		"linearised, packed": {"--linearize", "--object-streams=generate"},
		"for reading":        {"--qdf"},
		"unpacked streams":   {"--stream-data=uncompress", "--newline-before-endstream"},
		"PDF 1.4":            {"--force-version=1.4"},
		"turned":             {"--rotate=+90"},
	} {
		t.Run(name, func(t *testing.T) {
			file := ours
			if options != nil {
				file = rewritten(t, ours, options...)
			}
			soundly(t, file)
		})
	}
	t.Run("a form, packed", func(t *testing.T) {
		soundly(t, rewritten(t, odd()["a form"], "--object-streams=generate"))
	})
}
