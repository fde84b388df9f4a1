package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"

	"comptoir/core/fault"
	"comptoir/edge/exchange/xlsx"
)

// readXLSX reads the first sheet that holds anything, row by row. Formulas give the value
// that the spreadsheet kept; none is computed here.
func readXLSX(b []byte) (Read, error) {
	z, err := checkZip(b)
	if err != nil {
		return Read{}, err
	}
	f, err := xlsx.Open(z, maxUnzipped)
	if err != nil {
		return Read{}, notXLSX(err)
	}
	r := Read{Form: "xlsx", Serial: true, From1904: f.From1904()}
	for i, name := range f.Sheets() {
		if r.Rows, err = sheetRows(f, i); err != nil {
			return Read{}, err
		}
		r.Sheet = name
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

// notXLSX leaves a refusal in words as it is.
func notXLSX(err error) error {
	if _, said := fault.As(err); said {
		return err
	}
	if errors.Is(err, xlsx.ErrTooLarge) {
		return tooLarge("fault.import.too_large", "max", maxUnzipped>>20).With(err)
	}
	return fault.New(fault.Invalid, "fault.import.form").With(err)
}

// checkZip refuses a bomb before a byte of it is unpacked: too many parts, or parts that
// say themselves that they are too large together. Go's reader gives no part more than it says.
func checkZip(b []byte) (*zip.Reader, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fault.New(fault.Invalid, "fault.import.form").With(err)
	}
	if len(z.File) > 2000 {
		return nil, fault.New(fault.Invalid, "fault.import.form").With(errors.New("too many parts"))
	}
	var sum uint64
	for _, f := range z.File {
		if sum += f.UncompressedSize64; f.UncompressedSize64 > maxUnzipped || sum > maxUnzipped {
			return nil, tooLarge("fault.import.too_large", "max", maxUnzipped>>20)
		}
	}
	return z, nil
}

func sheetRows(f *xlsx.Book, sheet int) ([][]string, error) {
	list := [][]string{}
	held := 0 // bytes of text: cells may all point to one long one
	err := f.Rows(sheet, func(row int, cells []string) error {
		if row > MaxReadRows {
			return tooLarge("fault.import.too_many_rows", "max", MaxReadRows)
		}
		if len(cells) > MaxReadColumns { // one cell at the far end makes thousands before it
			if cells = trimmed(cells); len(cells) > MaxReadColumns {
				return tooLarge("fault.import.too_many_columns", "row", row, "max", MaxReadColumns)
			}
		}
		for _, c := range cells {
			held += len(c)
		}
		if held > maxUnzipped {
			return tooLarge("fault.import.too_large", "max", maxUnzipped>>20)
		}
		for len(list) < row-1 { // what is left out is kept, so that row 7 is row 7
			list = append(list, []string{})
		}
		list = append(list, slices.Clone(cells))
		return nil
	})
	if err != nil {
		return nil, notXLSX(err)
	}
	return list, nil
}
