package xlsx_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"comptoir/edge/exchange/xlsx"
)

func open(b []byte, most int64) (*xlsx.Book, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	return xlsx.Open(z, most)
}

func all(b []byte) ([]map[int][]string, error) { return allOf(b, 50<<20) }

// allOf is every sheet, its rows by their numbers.
func allOf(b []byte, most int64) ([]map[int][]string, error) {
	book, err := open(b, most)
	if err != nil {
		return nil, err
	}
	list := []map[int][]string{}
	for i := range book.Sheets() {
		rows := map[int][]string{}
		if err := book.Rows(i, func(row int, cells []string) error { rows[row] = append([]string{}, cells...); return nil }); err != nil {
			return nil, err
		}
		list = append(list, rows)
	}
	return list, nil
}

func readAll(t testing.TB, b []byte) []map[int][]string {
	t.Helper()
	list, err := all(b)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Files of other programs (LibreOffice 7.4, openpyxl 3.0).
func TestFilesOfOthers(t *testing.T) {
	for name, want := range map[string]struct {
		sheets   []string
		from1904 bool
		rows     []map[int][]string
	}{
		"libreoffice": {[]string{"Vide", "Clients d’été"}, false, []map[int][]string{{}, {
			1: {"Nom", "Depuis", "Total", "Actif"}, 4: {"Lefèvre & fils", "46093", "1234.5", "1"}, 5: {"deux\nlignes", "", "2469", "ab"}, 6: {"_x0041_ 🙂", "", "", "", "0.1"},
		}}},
		"openpyxl": {[]string{"Prix"}, true, []map[int][]string{{
			1: {"Code", "Prix", "Depuis", "Note"}, 2: {"A-1", "12.5", "44631"}, 5: {"É", "44631.5625", "", "1"},
		}}},
	} {
		b, err := os.ReadFile("testdata/" + name + ".xlsx")
		if err != nil {
			t.Fatal(err)
		}
		book, err := open(b, 1<<20)
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(want.sheets, book.Sheets()) + cmp.Diff(want.rows, readAll(t, b)); diff != "" || book.From1904() != want.from1904 {
			t.Error(name, diff)
		}
	}
}

// What another program writes of whatever values is read as that program reads it itself.
func TestAnotherProgramsFiles(t *testing.T) {
	value := rapid.OneOf(
		rapid.Map(rapid.StringMatching(`[^_\x00-\x1f\x{FFFD}]{0,12}`), func(s string) any { return s }), rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }), rapid.Map(rapid.Bool(), func(b bool) any { return b }), rapid.Just(any(nil)),
	)
	rapid.Check(t, func(t *rapid.T) {
		f := excelize.NewFile()
		defer func() { _ = f.Close() }()
		for range rapid.IntRange(0, 20).Draw(t, "cells") {
			cell, err := excelize.CoordinatesToCellName(rapid.IntRange(1, 60).Draw(t, "column"), rapid.IntRange(1, 30).Draw(t, "row"))
			if err != nil {
				t.Fatal(err)
			}
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				err = f.SetCellFormula("Sheet1", cell, "1+1") // keeps no value
			case 1:
				err = f.SetCellRichText("Sheet1", cell, []excelize.RichTextRun{{Text: "a ", Font: &excelize.Font{Bold: true}}, {Text: " b"}})
			default:
				err = f.SetCellValue("Sheet1", cell, value.Draw(t, "value"))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		b, err := f.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		other, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		theirs, err := other.GetRows("Sheet1", excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		want := map[int][]string{}
		for i, r := range theirs {
			for len(r) > 0 && r[len(r)-1] == "" {
				r = r[:len(r)-1]
			}
			if len(r) > 0 {
				want[i+1] = r
			}
		}
		ours, err := all(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, ours[0]); diff != "" {
			t.Error(diff)
		}
	})
}

const (
	ns   = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	kind = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
)

// sound are the parts of a small file; tests replace some.
func sound(sheetData string) map[string]string {
	return map[string]string{
		"_rels/.rels":                rels + `<Relationship Id="x" Type="` + kind + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook` + ns + ` xmlns:r="` + kind + `"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": rels + `<Relationship Id="r1" Type="` + kind + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="` + kind + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst` + ns + `><si><t>zero</t></si><si><t>one</t></si></sst>`,
		"xl/worksheets/sheet1.xml":   `<worksheet` + ns + `><sheetData>` + sheetData + `</sheetData></worksheet>`,
	}
}

func packed(t testing.TB, parts map[string]string, more ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, content string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range parts {
		put(name, content)
	}
	for i := 0; i < len(more); i += 2 {
		put(more[i], more[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Cells, as the format allows them to be written.
func TestCells(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want map[int][]string
	}{
		"nothing":                 {"", map[int][]string{}},
		"empty rows":              {`<row r="1"/><row r="2"><c r="A2" s="3"/></row>`, map[int][]string{}},
		"no names":                {`<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>`, map[int][]string{1: {"1", "", "2"}, 2: {"3"}}},
		"gaps":                    {`<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="aa5"><v>3</v></c></row>`, map[int][]string{2: {"", "1", "2"}, 5: append(make([]string, 26), "3")}},
		"the last of all":         {`<row r="1048576"><c r="XFD1048576"><v>9</v></c></row>`, map[int][]string{1048576: append(make([]string, 16383), "9")}},
		"absolute":                {`<row r="1"><c r="$B$1"><v>1</v></c></row>`, map[int][]string{1: {"", "1"}}},
		"out of order":            {`<row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row>`, map[int][]string{1: {"1", "", "3"}}},
		"shared":                  {`<row r="1"><c t="s"><v> 1 </v></c><c t="s"><v>0</v></c><c t="s"/></row>`, map[int][]string{1: {"one", "zero"}}},
		"inline":                  {`<row r="1"><c t="inlineStr"><is><t xml:space="preserve"> a </t></is></c><c t="inlineStr"><is><r><rPr><b/></rPr><t>b</t></r><r><t>c</t></r></is></c><c t="inlineStr"><v>d</v></c></row>`, map[int][]string{1: {" a ", "bc", "d"}}},
		"how it is pronounced":    {`<row r="1"><c t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></is></c></row>`, map[int][]string{1: {"東京"}}},
		"kinds":                   {`<row r="1"><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="n"><v>1.5E-2</v></c><c t="d"><v>2026-03-12</v></c><c t="str"><f>A1</f><v>x</v></c><c t="zzz"><v>7</v></c></row>`, map[int][]string{1: {"1", "#N/A", "1.5E-2", "2026-03-12", "x", "7"}}},
		"a formula has its value": {`<row r="1"><c><f>HYPERLINK("http://x")</f><v>12</v></c><c><f>1+1</f></c></row>`, map[int][]string{1: {"12"}}},
		"escapes":                 {`<row r="1"><c t="str"><v>a_x000D__x000A_b_x005F_x0041_</v></c><c t="inlineStr"><is><t>_xD83D__xDE00__xD83D_x_X0041_</t></is></c></row>`, map[int][]string{1: {"a\r\nb_x0041_", "😀\uFFFDx_X0041_"}}},
		"pieces":                  {`<row r="1"><c t="str"><v>a<![CDATA[<b>]]>&amp;<!-- no -->c<x>no</x>d</v></c></row>`, map[int][]string{1: {"a<b>&cd"}}},
		"unknown elements":        {`<x><row r="9"><c><v>9</v></c></row></x><row r="1"><x><c><v>8</v></c></x><c><x><v>7</v></x><v>1</v></c></row>`, map[int][]string{1: {"1"}}},
		"a sheet that ends early": {`<row r="1"><c><v>1</v></c></row></sheetData><pageMargins/><sheetData><row r="1"><c><v>2</v></c></row>`, map[int][]string{1: {"2"}}},
	} {
		got, err := all(packed(t, sound(c.data)))
		if err != nil {
			t.Error(name, err)
		} else if diff := cmp.Diff(c.want, got[0]); diff != "" {
			t.Error(name, diff)
		}
	}
}

func wide(s string, order binary.ByteOrder) string {
	var b bytes.Buffer
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		_ = binary.Write(&b, order, u)
	}
	return b.String()
}

// Files that are put together in the other ways that programs have.
func TestForms(t *testing.T) {
	const data = `<row r="1"><c t="s"><v>1</v></c><c t="str"><v>é</v></c></row>`
	strict := func(s string) string {
		return strings.NewReplacer("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main", kind, "http://purl.oclc.org/ooxml/officeDocument/relationships").Replace(s)
	}
	for name, change := range map[string]func(map[string]string){
		"as it is": func(map[string]string) {},
		"strict": func(p map[string]string) {
			for n := range p {
				p[n] = strict(p[n])
			}
		},
		"with prefixes": func(p map[string]string) {
			for n, s := range p {
				if strings.HasPrefix(n, "xl/") && !strings.Contains(n, "rels") {
					p[n] = strings.NewReplacer("</", "</x:", "<", "<x:", " xmlns=", " xmlns:x=").Replace(s)
				}
			}
		},
		"UTF-16 little": func(p map[string]string) {
			for n, s := range p {
				p[n] = wide(`<?xml version="1.0" encoding="UTF-16"?>`+s, binary.LittleEndian)
			}
		},
		"UTF-16 big": func(p map[string]string) {
			for n, s := range p {
				p[n] = wide(s, binary.BigEndian)
			}
		},
		"UTF-8 with its mark": func(p map[string]string) {
			for n, s := range p {
				p[n] = "\ufeff" + `<?xml version="1.0" encoding="utf-8"?>` + s
			}
		},
		"another encoding": func(p map[string]string) {
			n := "xl/worksheets/sheet1.xml"
			p[n] = `<?xml version="1.0" encoding="ISO-8859-1"?>` + strings.ReplaceAll(p[n], "é", "\xe9")
		},
		"absolute names": func(p map[string]string) {
			for n := range p {
				p[n] = strings.NewReplacer(`"worksheets/`, `"/xl/worksheets/`, `"sharedStrings`, `"/xl/sharedStrings`, `"xl/`, `"/xl/`).Replace(p[n])
			}
		},
		"Windows names": func(p map[string]string) {
			for _, n := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"} {
				p[strings.ReplaceAll(n, "/", `\`)] = p[n]
				delete(p, n)
			}
		},
		"capitals": func(p map[string]string) {
			p["XL/SharedStrings.XML"] = p["xl/sharedStrings.xml"]
			delete(p, "xl/sharedStrings.xml")
		},
		"texts that nobody names": func(p map[string]string) {
			n := "xl/_rels/workbook.xml.rels"
			p[n] = strings.Replace(p[n], kind+"/sharedStrings", kind+"/other", 1)
		},
		"another name of the book": func(p map[string]string) {
			p["xl/workbook2.xml"], p["xl/_rels/workbook2.xml.rels"] = p["xl/workbook.xml"], p["xl/_rels/workbook.xml.rels"]
			p["_rels/.rels"] = strings.Replace(p["_rels/.rels"], "workbook", "workbook2", 1)
			delete(p, "xl/workbook.xml")
			delete(p, "xl/_rels/workbook.xml.rels")
		},
		"without the first relations": func(p map[string]string) { delete(p, "_rels/.rels") },
	} {
		p := sound(data)
		change(p)
		got, err := all(packed(t, p))
		if err != nil {
			t.Error(name, err)
		} else if diff := cmp.Diff(map[int][]string{1: {"one", "é"}}, got[0]); diff != "" {
			t.Error(name, diff)
		}
	}
}

// The error of whoever takes the rows ends the reading, as it is.
func TestTheTakerEndsIt(t *testing.T) {
	book, err := open(packed(t, sound(strings.Repeat(`<row><c><v>1</v></c></row>`, 5))), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	enough, n := errors.New("enough"), 0
	err = book.Rows(0, func(row int, _ []string) error {
		if n = row; row == 3 {
			return enough
		}
		return nil
	})
	if err != enough || n != 3 { //nolint:errorlint // the very same
		t.Error(err, n)
	}
}

func FuzzSheet(f *testing.F) {
	for _, s := range []string{`<row r="1"><c r="A1" t="s"><v>1</v></c></row>`, `<row><c t="inlineStr"><is><t>_x0041_</t></is></c><c r="XFE1"/></row>`, `<row r="7"><c><f>1</f><v>2</v></c></row>`} {
		f.Add(s, `<si><t>a</t></si>`)
	}
	f.Fuzz(func(t *testing.T, data, texts string) {
		p := sound(data)
		p["xl/sharedStrings.xml"] = `<sst>` + texts + `</sst>`
		rows, err := all(packed(t, p))
		if err != nil {
			if !errors.Is(err, xlsx.ErrForm) && !errors.Is(err, xlsx.ErrTooLarge) {
				t.Errorf("neither form nor size: %v", err)
			}
			return
		}
		for row, cells := range rows[0] {
			if row < 1 || row > xlsx.MaxRows || len(cells) == 0 || len(cells) > xlsx.MaxColumns {
				t.Errorf("row %d of %d cells", row, len(cells))
			}
		}
	})
}

func BenchmarkRows(b *testing.B) {
	rows := [][]xlsx.Cell{}
	for i := range 20_000 {
		rows = append(rows, []xlsx.Cell{xlsx.Text("F-2026-"+strconv.Itoa(i), xlsx.Plain), xlsx.Text("Lefèvre & fils", xlsx.Plain), xlsx.Number(fmt.Sprint(i)+".50", xlsx.Decimals(2)), xlsx.Bool(true)})
	}
	var file []byte
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			file = written(b, xlsx.Sheet{}, rows...)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			readAll(b, file)
		}
	})
}
