package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"comptoir/edge/exchange/xlsx"
)

// What is no sheet as the format has it is refused, and never read by halves.
func TestRefused(t *testing.T) {
	for name, data := range map[string]string{
		"cut off":             `<row r="1"><c><v>1</v></c></row><row>`,
		"crossed":             `<row r="1"><c><v>1</c></v></row>`,
		"an unknown entity":   `<row r="1"><c><v>&evil;</v></c></row>`,
		"no number":           `<row r="x"><c><v>1</v></c></row>`,
		"row 0":               `<row r="0"><c><v>1</v></c></row>`,
		"the same row twice":  `<row r="2"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>`,
		"rows backwards":      `<row r="2"><c><v>1</v></c></row><row r="1"><c><v>2</v></c></row>`,
		"a row too far":       `<row r="1048577"><c><v>1</v></c></row>`,
		"a column too far":    `<row r="1"><c r="XFE1"><v>1</v></c></row>`,
		"one more after it":   `<row r="1"><c r="XFD1"/><c><v>1</v></c></row>`,
		"no column":           `<row r="1"><c r="1"><v>1</v></c></row>`,
		"no row in the name":  `<row r="1"><c r="A"><v>1</v></c></row>`,
		"row 0 in the name":   `<row r="1"><c r="A0"><v>1</v></c></row>`,
		"a long column":       `<row r="1"><c r="AAAA1"><v>1</v></c></row>`,
		"strange letters":     `<row r="1"><c r="É1"><v>1</v></c></row>`,
		"a text beyond":       `<row r="1"><c t="s"><v>2</v></c></row>`,
		"a text before":       `<row r="1"><c t="s"><v>-1</v></c></row>`,
		"a text of no number": `<row r="1"><c t="s"><v>one</v></c></row>`,
		"deep":                strings.Repeat("<x>", 200) + strings.Repeat("</x>", 200),
		"a control character": "<row r=\"1\"><c><v>\x01</v></c></row>",
		"bytes that are none": "<row r=\"1\"><c><v>\xff</v></c></row>",
	} {
		if got, err := all(packed(t, sound(data))); !errors.Is(err, xlsx.ErrForm) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}

func TestRefusedParts(t *testing.T) {
	const sheet, book, links = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
	for name, change := range map[string]func(map[string]string){
		"a document type":     func(p map[string]string) { p[sheet] = `<!DOCTYPE x [<!ENTITY a "b">]>` + p[sheet] },
		"an unknown encoding": func(p map[string]string) { p[sheet] = `<?xml version="1.0" encoding="klingon"?>` + p[sheet] },
		"an empty sheet":      func(p map[string]string) { p[sheet] = "" },
		"no XML":              func(p map[string]string) { p[sheet] = "hello" },
		"no sheet":            func(p map[string]string) { delete(p, sheet) },
		"no book":             func(p map[string]string) { delete(p, book) },
		"no relations":        func(p map[string]string) { delete(p, links) },
		"no texts":            func(p map[string]string) { delete(p, "xl/sharedStrings.xml") },
		"a sheet elsewhere": func(p map[string]string) {
			p[links] = strings.Replace(p[links], `Target="worksheets`, `TargetMode="External" Target="http://evil.example/worksheets`, 1)
		},
		"a sheet out of the file": func(p map[string]string) {
			p[links] = strings.Replace(p[links], `"worksheets`, `"../../../etc/worksheets`, 1)
		},
		"a part twice": func(p map[string]string) { p[strings.ToUpper(sheet)] = p[sheet] },
	} {
		p := sound(`<row r="1"><c t="s"><v>0</v></c></row>`)
		change(p)
		if got, err := all(packed(t, p)); !errors.Is(err, xlsx.ErrForm) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}

// A file whose packing is damaged is refused too.
func TestDamaged(t *testing.T) {
	whole := packed(t, sound(strings.Repeat(`<row><c><v>12345</v></c></row>`, 2000)))
	want := fmt.Sprint(readAll(t, whole))
	for i := 0; i < len(whole); i += 7 {
		b := bytes.Clone(whole)
		b[i] ^= 0x55
		got, err := all(b)
		if err == nil && fmt.Sprint(got) != want {
			t.Fatalf("byte %d: other values were read", i)
		}
		if _, packing := zip.NewReader(bytes.NewReader(b), int64(len(b))); packing != nil {
			continue
		}
		if err != nil && !errors.Is(err, xlsx.ErrForm) && !errors.Is(err, xlsx.ErrTooLarge) {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
}

// Small files that unpack to much are refused before they fill the memory.
func TestGrowing(t *testing.T) {
	attributes, deep, pieces, runs := strings.Builder{}, strings.Builder{}, strings.Builder{}, strings.Builder{}
	for i := range 400_000 {
		fmt.Fprintf(&attributes, ` a%d=""`, i)
		deep.WriteString("<x>")
		pieces.WriteString("a<!---->")
		runs.WriteString("<r><t>a</t></r>")
	}
	for name, c := range map[string]struct {
		data, texts string
		want        error // nil: it is read
	}{
		"attributes":      {`<row` + attributes.String() + `/>`, "", xlsx.ErrTooLarge},
		"one long text":   {`<row><c><v>` + strings.Repeat("x", 6<<20) + `</v></c></row>`, "", xlsx.ErrTooLarge},
		"depth":           {deep.String(), "", xlsx.ErrForm},
		"texts":           {`<row><c t="s"><v>0</v></c></row>`, strings.Repeat("<si/>", 400_000), xlsx.ErrTooLarge},
		"more than most":  {strings.Repeat("<!--"+strings.Repeat("x", 3<<20)+"-->", 4), "", xlsx.ErrTooLarge},
		"many pieces":     {`<row><c><v>` + pieces.String() + `</v></c></row>`, "", nil},
		"many runs":       {`<row><c t="s"><v>0</v></c></row>`, "<si>" + runs.String() + "</si>", nil},
		"many empty rows": {strings.Repeat(`<row/>`, 200_000), "", nil},
	} {
		p := sound(c.data)
		p["xl/sharedStrings.xml"] = `<sst>` + c.texts + `</sst>`
		b := packed(t, p)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := allOf(b, 10<<20)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, c.want) || err != nil && c.want == nil {
			t.Errorf("%s: %v", name, err)
		}
		if held := int64(after.HeapInuse-before.HeapInuse) >> 20; held > 250 {
			t.Errorf("%s: %d KB of file held %d MB", name, len(b)>>10, held)
		}
	}
}
