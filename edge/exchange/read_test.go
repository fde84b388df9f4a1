package exchange_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"comptoir/core/fault"
	"comptoir/edge/exchange"
)

func wide(s string, order binary.ByteOrder, mark bool) []byte {
	var b bytes.Buffer
	if mark {
		s = "\ufeff" + s
	}
	for _, u := range utf16.Encode([]rune(s)) {
		_ = binary.Write(&b, order, u)
	}
	return b.Bytes()
}

func shown(rows [][]string) string {
	lines := []string{}
	for _, r := range rows {
		lines = append(lines, strings.Join(r, "¦"))
	}
	return strings.Join(lines, "\n")
}

// What people's programs write: the encoding, the separator and the cells are found.
func TestGuessing(t *testing.T) {
	list := "Nom;Ville;Prix\nÉlan d’été;Orléans;1 234,50\nLefèvre & fils;Nîmes;0,99\n"
	for name, c := range map[string]struct {
		file                []byte
		encoding, separator string
		want                string
	}{
		"utf-8":               {[]byte(list), "utf-8", ";", "Nom¦Ville¦Prix\nÉlan d’été¦Orléans¦1 234,50\nLefèvre & fils¦Nîmes¦0,99"},
		"utf-8 with mark":     {[]byte("\ufeff" + list), "utf-8", ";", "Nom¦Ville¦Prix\nÉlan d’été¦Orléans¦1 234,50\nLefèvre & fils¦Nîmes¦0,99"},
		"utf-16 little":       {wide(list, binary.LittleEndian, true), "utf-16", ";", "Nom¦Ville¦Prix\nÉlan d’été¦Orléans¦1 234,50\nLefèvre & fils¦Nîmes¦0,99"},
		"utf-16 big":          {wide(list, binary.BigEndian, true), "utf-16", ";", "Nom¦Ville¦Prix\nÉlan d’été¦Orléans¦1 234,50\nLefèvre & fils¦Nîmes¦0,99"},
		"utf-16 without mark": {wide(list, binary.LittleEndian, false), "utf-16", ";", "Nom¦Ville¦Prix\nÉlan d’été¦Orléans¦1 234,50\nLefèvre & fils¦Nîmes¦0,99"},
		"windows-1252":        {[]byte("Nom;Prix\nLef\xe8vre;10 \x80\n"), "windows-1252", ";", "Nom¦Prix\nLefèvre¦10 €"},
		"commas":              {[]byte("name,city,price\n\"Smith, J.\",London,\"1,234.50\"\n"), "utf-8", ",", "name¦city¦price\nSmith, J.¦London¦1,234.50"},
		"tabs":                {[]byte("a\tb\n1,5\t2,5\n"), "utf-8", "\t", "a¦b\n1,5¦2,5"},
		"bars":                {[]byte("a|b|c\n1|2|3\n"), "utf-8", "|", "a¦b¦c\n1¦2¦3"},
		"it says so":          {[]byte("sep=,\r\na,b;c\r\n1,2;3\r\n"), "utf-8", ",", "a¦b;c\n1¦2;3"},
		"decimal commas":      {[]byte("code;prix\nA;1,50\nB;2,75\n"), "utf-8", ";", "code¦prix\nA¦1,50\nB¦2,75"},
		"one column":          {[]byte("nom\nDupont\n"), "utf-8", ";", "nom\nDupont"},
		"old Mac breaks":      {[]byte("a;b\r\n\r\n1;2\r\n"), "utf-8", ";", "a¦b\n\n1¦2"},
		"a break in a cell":   {[]byte("a;b\n\"x\ny\";2\n\n3;4\n"), "utf-8", ";", "a¦b\nx\ny¦2\n\n3¦4"},
		"a quote in the text": {[]byte("a;b\nmètre 5\" x;2\n"), "utf-8", ";", "a¦b\nmètre 5\" x¦2"},
		"formulas stay text":  {[]byte("a;b\n=1+1;@SUM(A1)\n"), "utf-8", ";", "a¦b\n=1+1¦@SUM(A1)"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := exchange.ReadTable(c.file)
			if err != nil || r.Encoding != c.encoding || r.Separator != c.separator || shown(r.Rows) != c.want {
				t.Errorf("%v %q %q\n%s\nwant\n%s", err, r.Encoding, r.Separator, shown(r.Rows), c.want)
			}
		})
	}
}

// book makes an XLSX; values are as excelize takes them.
func book(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestXLSX(t *testing.T) {
	f := excelize.NewFile()
	_ = f.SetSheetRow("Sheet1", "A1", &[]any{"Numéro", "Date", "Total"})
	_ = f.SetSheetRow("Sheet1", "A3", &[]any{"F-1", 46106, 1234.5})
	style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	_ = f.SetCellStyle("Sheet1", "B3", "B3", style)
	_ = f.SetCellFormula("Sheet1", "D3", "HYPERLINK(\"http://evil.example\",\"x\")")
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	r, err := exchange.ReadTable(b.Bytes())
	if err != nil || !r.Serial || r.Form != "xlsx" || r.Sheet != "Sheet1" {
		t.Fatalf("%+v %v", r, err)
	}
	if got := shown(r.Rows); got != "Numéro¦Date¦Total\n\nF-1¦46106¦1234.5" && got != "Numéro¦Date¦Total\n\nF-1¦46106¦1234.5¦" {
		t.Errorf("%q", got)
	}
}

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Files made to hurt are refused in words, before they cost anything.
func TestAttackFiles(t *testing.T) {
	many := make([]any, 10_000)
	for i := range many {
		many[i] = "x"
	}
	bomb := map[string][]byte{"xl/workbook.xml": []byte("<workbook/>"), "xl/worksheets/sheet1.xml": make([]byte, 210<<20)}
	parts := map[string][]byte{}
	for i := range 2100 {
		parts[fmt.Sprintf("p%d", i)] = nil
	}
	for name, c := range map[string]struct {
		file []byte
		key  string
	}{
		"nothing":            {nil, "fault.import.empty"},
		"only a mark":        {[]byte("\ufeff"), "fault.import.empty"},
		"only breaks":        {[]byte("\r\n\r\n;;;\n"), "fault.import.empty"},
		"too large":          {make([]byte, exchange.MaxReadBytes+1), "fault.import.too_large"},
		"a huge cell":        {[]byte("a;b\n" + strings.Repeat("é", 40_000) + ";1\n"), "fault.import.cell_too_long"},
		"10 000 columns":     {[]byte(strings.Repeat("a;", 10_000) + "\n"), "fault.import.too_many_columns"},
		"10 000 columns x":   {book(t, many), "fault.import.too_many_columns"},
		"too many rows":      {[]byte(strings.Repeat("a;b\n", exchange.MaxReadRows+1)), "fault.import.too_many_rows"},
		"a zip bomb":         {zipped(t, bomb), "fault.import.too_large"},
		"too many parts":     {zipped(t, parts), "fault.import.form"},
		"another zip":        {zipped(t, map[string][]byte{"a.txt": []byte("x")}), "fault.import.form"},
		"a broken zip":       {[]byte("PK\x03\x04 nothing"), "fault.import.form"},
		"an old spreadsheet": {append([]byte{0xD0, 0xCF, 0x11, 0xE0}, "x"...), "fault.import.xls"},
		"a PDF":              {[]byte("%PDF-1.7"), "fault.import.form"},
		"zero bytes":         {append([]byte("a;b\n"), 0, 0, 0, 0, 0), "fault.import.form"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := exchange.ReadTable(c.file)
			if e, ok := fault.As(err); !ok || e.Key != c.key {
				t.Errorf("%v, want %s", err, c.key)
			}
		})
	}
}

// A row far below the others, as a sheet may claim, is refused and not filled up to.
func TestAFarRow(t *testing.T) {
	f := excelize.NewFile()
	_ = f.SetCellValue("Sheet1", "A1048576", "x")
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.ReadTable(b.Bytes()); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

// Whatever the bytes: a table within its limits, or a refusal in words.
func within(t *testing.T, b []byte) {
	r, err := exchange.ReadTable(b)
	if err != nil {
		if _, ok := fault.As(err); !ok {
			t.Errorf("not a refusal in words: %v", err)
		}
		return
	}
	if len(r.Rows) == 0 || len(r.Rows) > exchange.MaxReadRows {
		t.Errorf("%d rows", len(r.Rows))
	}
	for _, row := range r.Rows {
		if len(row) > exchange.MaxReadColumns {
			t.Errorf("%d columns", len(row))
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"a;b\n1;2\n", "sep=,\na,b\n", "\xff\xfea\x00;\x00b\x00", "\"a\nb\";c\n\n\nd;e", "\xe9;\x80\n", "\"", ";;;\n", "a\tb|c,d;e"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, []byte("PK")) {
			return
		}
		within(t, b)
	})
}

func FuzzReadXLSX(f *testing.F) {
	f.Add(book(f, []any{"a", "b"}, []any{1, 2.5}))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !bytes.HasPrefix(b, []byte("PK\x03\x04")) || len(b) > 1<<20 {
			return
		}
		within(t, b)
	})
}

// FuzzSheetXML changes the XML inside a sound workbook, which flipping bytes of a zip hardly reaches.
func FuzzSheetXML(f *testing.F) {
	for _, s := range []string{
		`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row></sheetData></worksheet>`,
		`<worksheet><sheetData><row r="99999999999"><c r="ZZZZZZ1"><v>1</v></c></row></sheetData></worksheet>`,
		`<worksheet><sheetData><row><c t="s"><v>-5</v></c><c r="A0"/></row></sheetData></worksheet>`, `<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>`,
	} {
		f.Add(s)
	}
	sound := book(f, []any{"a"})
	f.Fuzz(func(t *testing.T, sheet string) {
		z, err := zip.NewReader(bytes.NewReader(sound), int64(len(sound)))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, part := range z.File {
			if part.Name != "xl/worksheets/sheet1.xml" {
				if err := w.Copy(part); err != nil {
					t.Fatal(err)
				}
				continue
			}
			p, err := w.Create(part.Name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Write([]byte(sheet)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		within(t, out.Bytes())
	})
}
