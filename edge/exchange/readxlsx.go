package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"comptoir/core/fault"
)

// readXLSX reads the first sheet that holds anything, row by row. Formulas give the value
// that the spreadsheet kept; none is computed here.
func readXLSX(b []byte) (r Read, err error) {
	if err := checkZip(b); err != nil {
		return Read{}, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return Read{}, notXLSX(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r = Read{Form: "xlsx", Serial: true}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		r.From1904 = *p.Date1904
	}
	for _, sheet := range f.GetSheetList() {
		if r.Rows, err = sheetRows(f, sheet); err != nil {
			return Read{}, err
		}
		r.Sheet = sheet
		if err = r.check(); err == nil || !emptyFile(err) {
			return r, err
		}
	}
	return Read{}, fault.New(fault.Invalid, "fault.import.empty")
}

func emptyFile(err error) bool {
	e, ok := fault.As(err)
	return ok && e.Key == "fault.import.empty"
}

func notXLSX(err error) error {
	if strings.Contains(err.Error(), "unzip size exceeds") {
		return tooLarge("fault.import.too_large", "max", maxUnzipped>>20).With(err)
	}
	return fault.New(fault.Invalid, "fault.import.form").With(err)
}

// checkZip refuses a bomb before a byte of it is unpacked: too many parts, or parts that
// say themselves that they are too large together. Go's reader gives no part more than it says.
func checkZip(b []byte) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return fault.New(fault.Invalid, "fault.import.form").With(err)
	}
	if len(z.File) > 2000 {
		return fault.New(fault.Invalid, "fault.import.form").With(errors.New("too many parts"))
	}
	var sum uint64
	book := false
	for _, f := range z.File {
		if f.UncompressedSize64 > maxUnzipped {
			return tooLarge("fault.import.too_large", "max", maxUnzipped>>20)
		}
		sum += f.UncompressedSize64
		book = book || f.Name == "xl/workbook.xml"
	}
	switch {
	case sum > maxUnzipped:
		return tooLarge("fault.import.too_large", "max", maxUnzipped>>20)
	case !book:
		return fault.New(fault.Invalid, "fault.import.form")
	}
	return nil
}

func sheetRows(f *excelize.File, sheet string) (list [][]string, err error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, notXLSX(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	list = [][]string{}
	held := 0 // bytes of text: cells may all point to one long one
	for rows.Next() {
		if len(list) >= MaxReadRows {
			return nil, tooLarge("fault.import.too_many_rows", "max", MaxReadRows)
		}
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, notXLSX(err)
		}
		if len(cells) > MaxReadColumns { // one cell at the far end makes thousands before it
			if cells = slices.Clone(trimmed(cells)); len(cells) > MaxReadColumns {
				return nil, tooLarge("fault.import.too_many_columns", "row", len(list)+1, "max", MaxReadColumns)
			}
		}
		for _, c := range cells {
			held += len(c)
		}
		if held > maxUnzipped {
			return nil, tooLarge("fault.import.too_large", "max", maxUnzipped>>20)
		}
		list = append(list, cells)
	}
	if err := rows.Error(); err != nil {
		return nil, notXLSX(err)
	}
	return list, nil
}
