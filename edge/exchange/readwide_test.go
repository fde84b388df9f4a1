package exchange_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/edge/exchange"
)

// workbook is the smallest file that is read: one sheet, and the texts that cells point to.
func workbook(t *testing.T, sheet, shared string) []byte {
	t.Helper()
	const head, ns = `<?xml version="1.0" encoding="UTF-8"?>`, `"http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const rel = `"http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type=` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type=` + rel + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type=` + rel + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns=` + ns + ` xmlns:r=` + rel + `"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/sharedStrings.xml", `<sst xmlns=` + ns + `>` + shared + `</sst>`},
		{"xl/worksheets/sheet1.xml", `<worksheet xmlns=` + ns + `><sheetData>` + sheet + `</sheetData></worksheet>`},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = w.Write([]byte(head + part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A small file of rows that name the last column of all, or of cells that all point to one long
// text, is refused while it is read and not when gigabytes of it stand in memory.
func TestSmallFilesThatGrow(t *testing.T) {
	var wide, long strings.Builder
	for n := 1; n <= 2000; n++ {
		fmt.Fprintf(&wide, `<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d"><v>1</v></c></row>`, n, n, n)
		fmt.Fprintf(&long, `<row r="%d">`, n)
		for _, column := range "ABCDEFGHIJ" {
			fmt.Fprintf(&long, `<c r="%c%d" t="s"><v>0</v></c>`, column, n)
		}
		long.WriteString(`</row>`)
	}
	rich := `<si><r><t>` + strings.Repeat("x", 16_000) + `</t></r><r><t>` + strings.Repeat("y", 16_000) + `</t></r></si>`
	for _, c := range []struct{ name, sheet, shared, key string }{
		{"wide", wide.String(), "", "fault.import.too_many_columns"},
		{"long", long.String(), rich, "fault.import.too_large"},
	} {
		b := workbook(t, c.sheet, c.shared)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := exchange.ReadTable(b)
		runtime.ReadMemStats(&after)
		if e, ok := fault.As(err); !ok || e.Key != c.key {
			t.Errorf("%s: %v", c.name, err)
		}
		if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 600 {
			t.Errorf("%s: %d KB of file took %d MB", c.name, len(b)>>10, grown)
		}
	}
}
