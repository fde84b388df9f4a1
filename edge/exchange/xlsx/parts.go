package xlsx

import (
	"fmt"
	"strings"
)

const (
	head       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	nsMain     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsRelation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPackage  = "http://schemas.openxmlformats.org/package/2006/"
	mediaTypes = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	sheetPart  = "xl/worksheets/sheet1.xml"
)

type part struct{ name, content string }

// parts is all of a file but its sheet; the first one is what programs know the form by.
func parts() []part {
	return []part{
		{"[Content_Types].xml", `<Types xmlns="` + nsPackage + `content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + mediaTypes + `sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + mediaTypes + `styles+xml"/>` +
			`<Override PartName="/` + sheetPart + `" ContentType="` + mediaTypes + `worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + nsPackage + `relationships">` +
			`<Relationship Id="rId1" Type="` + nsRelation + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsRelation + `"><bookViews><workbookView/></bookViews>` +
			`<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + nsPackage + `relationships">` +
			`<Relationship Id="rId1" Type="` + nsRelation + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + nsRelation + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", styles()},
	}
}

// styles lists every Style in its order, with two fonts and the forms of figures that have no
// number of their own in the format.
func styles() string {
	var formats, cells strings.Builder
	for n := range maxDecimals + 1 {
		form := 164 + n // the first of one's own
		switch n {
		case 0:
			form = 3 // #,##0
		case 2:
			form = 4 // #,##0.00
		default:
			fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="#,##0.%s"/>`, form, strings.Repeat("0", n))
		}
		fmt.Fprintf(&cells, `<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`, form)
	}
	const font, of = `<sz val="11"/><name val="Calibri"/><family val="2"/></font>`, `fillId="0" borderId="0"`
	return `<styleSheet xmlns="` + nsMain + `">` +
		fmt.Sprintf(`<numFmts count="%d">%s</numFmts>`, maxDecimals-1, formats.String()) +
		`<fonts count="2"><font>` + font + `<font><b/>` + font + `</fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" ` + of + `/></cellStyleXfs>` +
		fmt.Sprintf(`<cellXfs count="%d">`, int(Decimals(maxDecimals))+1) +
		`<xf numFmtId="0" fontId="0" ` + of + ` xfId="0"/>` +
		`<xf numFmtId="0" fontId="1" ` + of + ` xfId="0" applyFont="1"/>` +
		`<xf numFmtId="14" fontId="0" ` + of + ` xfId="0" applyNumberFormat="1"/>` + cells.String() + `</cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}
