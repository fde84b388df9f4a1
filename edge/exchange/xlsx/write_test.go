package xlsx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"comptoir/edge/exchange/xlsx"
)

// written is a file of these rows.
func written(t testing.TB, s xlsx.Sheet, rows ...[]xlsx.Cell) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := xlsx.NewWriter(&b, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// opened is the file as another program sees it.
func opened(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// Another program finds every value, its kind and its look.
func TestAnotherProgramReadsIt(t *testing.T) {
	day := func(s string) xlsx.Cell {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		c, ok := xlsx.Day(d)
		if !ok {
			t.Fatal(s)
		}
		return c
	}
	f := opened(t, written(t, xlsx.Sheet{Widths: []float64{12, 30.5}, Head: true},
		[]xlsx.Cell{xlsx.Text("Numéro", xlsx.Bold), xlsx.Text("Été", xlsx.Bold)},
		[]xlsx.Cell{xlsx.Text("=1+1", xlsx.Plain), {}, xlsx.Number("-1234567.8", xlsx.Decimals(2)), xlsx.Number("5", xlsx.Decimals(0)), xlsx.Number("1.5", xlsx.Decimals(4)), day("2026-03-12"), xlsx.Bool(true), xlsx.Bool(false)},
		[]xlsx.Cell{},
		[]xlsx.Cell{xlsx.Text("", xlsx.Plain), day("1900-01-01"), day("1900-02-28"), day("1900-03-01"), day("9999-12-31"), xlsx.Number("42", xlsx.Plain)},
	))
	for cell, want := range map[string]struct {
		kind        excelize.CellType
		kept, shown string
	}{
		"A1": {excelize.CellTypeInlineString, "Numéro", "Numéro"}, "A2": {excelize.CellTypeInlineString, "=1+1", "=1+1"}, "B2": {},
		"C2": {excelize.CellTypeUnset, "-1234567.8", "-1,234,567.80"}, "D2": {excelize.CellTypeUnset, "5", "5"}, "E2": {excelize.CellTypeUnset, "1.5", "1.5000"},
		"F2": {excelize.CellTypeUnset, "46093", "03-12-26"}, "G2": {excelize.CellTypeBool, "1", "TRUE"}, "H2": {excelize.CellTypeBool, "0", "FALSE"},
		"A4": {}, "B4": {excelize.CellTypeUnset, "1", "01-01-00"}, "C4": {excelize.CellTypeUnset, "59", "02-28-00"}, "D4": {excelize.CellTypeUnset, "61", "03-01-00"},
		"E4": {excelize.CellTypeUnset, "2958465", "12-31-99"}, "F4": {excelize.CellTypeUnset, "42", "42"},
	} {
		kind, err := f.GetCellType("Sheet1", cell)
		kept, err1 := f.GetCellValue("Sheet1", cell, excelize.Options{RawCellValue: true})
		shown, err2 := f.GetCellValue("Sheet1", cell)
		formula, err3 := f.GetCellFormula("Sheet1", cell)
		if err := errors.Join(err, err1, err2, err3); err != nil || kind != want.kind || kept != want.kept || shown != want.shown || formula != "" {
			t.Errorf("%s: %v %q %q %q %v", cell, kind, kept, shown, formula, err)
		}
	}
	for n := range 11 {
		style, err := f.GetStyle(int(xlsx.Decimals(n)))
		if err != nil {
			t.Fatal(err)
		}
		want := "#,##0." + strings.Repeat("0", n)
		switch n {
		case 0:
			if style.NumFmt != 3 {
				t.Errorf("%+v", style)
			}
		case 2:
			if style.NumFmt != 4 {
				t.Errorf("%+v", style)
			}
		default:
			if style.CustomNumFmt == nil || *style.CustomNumFmt != want {
				t.Errorf("%d decimals: %+v", n, style)
			}
		}
	}
	if bold, err := f.GetStyle(int(xlsx.Bold)); err != nil || !bold.Font.Bold {
		t.Errorf("%+v %v", bold, err)
	}
	panes, err := f.GetPanes("Sheet1")
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.TopLeftCell != "A2" {
		t.Errorf("%+v %v", panes, err)
	}
	if width, err := f.GetColWidth("Sheet1", "B"); err != nil || width != 30.5 {
		t.Errorf("%v %v", width, err)
	}
}

// Every part is XML, what the types and relations name is there, and nothing else.
func TestPartsHang(t *testing.T) {
	b := written(t, xlsx.Sheet{Widths: []float64{10}, Head: true}, []xlsx.Cell{xlsx.Text("&<>\"'", xlsx.Plain)})
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if z.File[0].Name != "[Content_Types].xml" { // what tells programs the form
		t.Error(z.File[0].Name)
	}
	all := ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all += string(content)
		for d := xml.NewDecoder(bytes.NewReader(content)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(f.Name, err)
			}
		}
	}
	for _, f := range z.File {
		if name := strings.TrimPrefix(strings.TrimPrefix(f.Name, "xl/_rels/"), "xl/"); strings.HasSuffix(name, ".xml") && name != "[Content_Types].xml" {
			if strings.Count(all, `"/`+f.Name+`"`) != 1 || strings.Count(all, `Target="`+name+`"`)+strings.Count(all, `Target="`+f.Name+`"`) != 1 {
				t.Errorf("%s is not named once", f.Name)
			}
		}
	}
}

// kept is what a cell of text holds in the end.
func kept(s string) string {
	var b strings.Builder
	units := 0
	for _, r := range s {
		if units++; r > 0xFFFF {
			units++
		}
		if units > 32_767 {
			break
		}
		if r == 0xFFFE || r == 0xFFFF {
			r = utf8.RuneError
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Whatever the text: we read it as it was, and so does another program.
func TestTextComesBack(t *testing.T) {
	for _, s := range []string{
		"x", " é ", "\t", "\n", "a\r\nb\rc", "=1+1", "-5", "'", "<b>&amp;</b>]]>", "_x0041_", "_x005F_", "_x005F_x0041_", "_x_x0041_", "__x0041__x0042_", "_x004", "_x00g1_", "_xD83D__xDE00_",
		"🙂", "\x00\x01\x1f\x7f\u0085\u2028\ufeff", "\xff\xfe", "\ufffe\uffff", strings.Repeat("🙂", 20_000), strings.Repeat("_x0041_", 6000), "00012", "1e5", "true",
	} {
		comesBack(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		comesBack(t, rapid.OneOf(rapid.String(), rapid.StringMatching(`([_x0-9A-F<&\r ]|_x[0-9A-Fa-f]{4}_|.)*`)).Draw(t, "text"))
	})
}

func comesBack(t interface {
	Errorf(string, ...any)
	Fatal(...any)
}, s string) {
	var b bytes.Buffer
	w, err := xlsx.NewWriter(&b, xlsx.Sheet{})
	if err == nil {
		err = errors.Join(w.Row(xlsx.Text(s, xlsx.Plain), xlsx.Bool(true)), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	book, err := xlsx.Open(z, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	want, got := kept(s), ""
	if err := book.Rows(0, func(_ int, cells []string) error { got = cells[0]; return nil }); err != nil || got != want {
		t.Errorf("%q came back as %q: %v", s, got, err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	// excelize does not know _xHHHH_ of characters that quote themselves in Go, nor halves of characters.
	if other, err := f.GetCellValue("Sheet1", "A1"); err != nil || other != want && !strings.ContainsAny(want, "_\"\\") && utf8.ValidString(want) {
		t.Errorf("%q is %q to another program: %v", s, other, err)
	}
}

// Many rows and columns keep their places.
func TestPlaces(t *testing.T) {
	rows := [][]xlsx.Cell{}
	for i := range 3000 {
		row := make([]xlsx.Cell, i%800)
		if i > 0 && len(row) > 0 {
			row[len(row)-1] = xlsx.Number(strconv.Itoa(i), xlsx.Plain)
		}
		rows = append(rows, row)
	}
	b := written(t, xlsx.Sheet{}, rows...)
	rest, err := opened(t, b).GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for row, cells := range readAll(t, b)[0] {
		n++
		i := row - 1
		if len(cells) != i%800 || cells[len(cells)-1] != strconv.Itoa(i) || len(rest[i]) != len(cells) || rest[i][len(cells)-1] != strconv.Itoa(i) {
			t.Fatalf("row %d: %d cells here, %d there", row, len(cells), len(rest[i]))
		}
	}
	if n != 3000-4 { // those of no cells
		t.Error(n)
	}
}

func TestTooMuchForASheet(t *testing.T) {
	w, err := xlsx.NewWriter(io.Discard, xlsx.Sheet{})
	if err != nil {
		t.Fatal(err)
	}
	for range xlsx.MaxRows {
		if err := w.Row(); err != nil {
			t.Fatal(err)
		}
	}
	if w.Row() == nil || w.Close() == nil {
		t.Error("one row too many was written")
	}
	if w, err = xlsx.NewWriter(io.Discard, xlsx.Sheet{}); err != nil {
		t.Fatal(err)
	}
	if w.Row(make([]xlsx.Cell, xlsx.MaxColumns)...) != nil || w.Row(make([]xlsx.Cell, xlsx.MaxColumns+1)...) == nil {
		t.Error("columns")
	}
}

// broken fails after some bytes, as a connection does.
type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

// A file that could not be written whole says so, wherever it broke.
func TestAWriterThatBreaks(t *testing.T) {
	for left := 0; left < 60_000; left += 500 {
		out := &broken{left}
		w, err := xlsx.NewWriter(out, xlsx.Sheet{})
		for i := 0; err == nil && i < 3000; i++ {
			err = w.Row(xlsx.Text(strconv.Itoa(i*7919%3001), xlsx.Plain))
		}
		if err == nil {
			err = w.Close()
		}
		if whole := out.left >= 0; whole != (err == nil) {
			t.Fatalf("%d bytes: %v", left, err)
		}
	}
}
