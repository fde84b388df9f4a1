// Package xlsx writes and reads the rows of spreadsheets (ECMA-376, SpreadsheetML), one after the
// other and without keeping the file in memory.
//
// What lives here: as much of the format as lists need: one sheet out, any sheet in, values
// without their looks. What must not: formulas (none is written, none is computed), the limits
// that people are told of, words. Called by edge/exchange only. Why it is ours: docs/adr/0018.
package xlsx

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// What a sheet holds at most (Excel's own limits, which other programs keep to).
const (
	MaxRows    = 1 << 20
	MaxColumns = 1 << 14
	maxText    = 32_767 // UTF-16 units of a cell
)

// Style is how a cell looks. The list is closed: the file says it before its first row.
type Style int

// The styles beside those of figures, which Decimals gives.
const (
	Plain Style = iota
	Bold
	ShortDate // in the reader's own form
	decimals  // the first of figures
)

// maxDecimals are as many as a figure shows.
const maxDecimals = 10

// Decimals is the style of figures with so many decimals, their thousands apart.
func Decimals(n int) Style { return decimals + Style(min(max(n, 0), maxDecimals)) }

// Cell is one cell to write; the zero value is an empty one.
type Cell struct {
	kind  string // the attribute t of the cell: inlineStr, n, b; "" for none
	value string
	style Style
}

// Text is a cell of text, which nothing computes. Longer text than a cell holds is cut; none is
// an empty cell.
func Text(s string, style Style) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{"inlineStr", s, style}
}

// Number is a figure, given as a plain decimal ("-12.50").
func Number(decimal string, style Style) Cell { return Cell{"n", decimal, style} }

// Bool is true or false.
func Bool(b bool) Cell {
	if b {
		return Cell{"b", "1", Plain}
	}
	return Cell{"b", "0", Plain}
}

// Day is a date as a spreadsheet keeps it: days since the eve of 1900, which it takes for a leap
// year. Before 1900 there is none: ok is false.
func Day(t time.Time) (c Cell, ok bool) {
	if t.Year() < 1900 {
		return Cell{}, false
	}
	y, m, d := t.Date()
	days := (time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() - time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()) / (24 * 60 * 60)
	if days < 61 { // before 1 March 1900
		days--
	}
	return Number(strconv.FormatInt(days, 10), ShortDate), true
}

// Sheet is what a file says of itself before its rows.
type Sheet struct {
	Widths []float64 // of the columns, in characters; none: as the program likes
	Head   bool      // the first row stays in sight
}

// Writer writes a file of one sheet. Nothing is complete before Close.
type Writer struct {
	zip   *zip.Writer
	sheet io.Writer
	buf   []byte
	rows  int
	err   error // the first one: a file with a hole is none
}

// flushAt is how much of the sheet is gathered before it is packed.
const flushAt = 32 << 10

// NewWriter begins the file: all of it that does not depend on the rows goes out at once.
func NewWriter(w io.Writer, s Sheet) (*Writer, error) {
	z := zip.NewWriter(w)
	for _, p := range parts() {
		out, err := z.Create(p.name)
		if err == nil {
			_, err = io.WriteString(out, head+p.content)
		}
		if err != nil {
			return nil, err
		}
	}
	sheet, err := z.Create(sheetPart)
	if err != nil {
		return nil, err
	}
	x := &Writer{zip: z, sheet: sheet, buf: make([]byte, 0, flushAt+(8<<10))}
	x.begin(s)
	return x, nil
}

func (w *Writer) begin(s Sheet) {
	w.buf = append(w.buf, head+`<worksheet xmlns="`+nsMain+`"><sheetViews><sheetView tabSelected="1" workbookViewId="0">`...)
	if s.Head {
		w.buf = append(w.buf, `<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>`...)
	}
	w.buf = append(w.buf, `</sheetView></sheetViews>`...)
	if len(s.Widths) > 0 {
		w.buf = append(w.buf, `<cols>`...)
		for i, width := range s.Widths {
			w.buf = fmt.Appendf(w.buf, `<col min="%d" max="%d" width="%g" customWidth="1"/>`, i+1, i+1, min(width, 255))
		}
		w.buf = append(w.buf, `</cols>`...)
	}
	w.buf = append(w.buf, `<sheetData>`...)
}

// Row writes the next row.
func (w *Writer) Row(cells ...Cell) error {
	switch {
	case w.err != nil:
		return w.err
	case w.rows == MaxRows:
		w.err = errors.New("xlsx: more rows than a sheet holds")
		return w.err
	case len(cells) > MaxColumns:
		w.err = errors.New("xlsx: more columns than a sheet holds")
		return w.err
	}
	w.rows++
	w.buf = append(w.buf, `<row r="`...)
	w.buf = append(strconv.AppendInt(w.buf, int64(w.rows), 10), `">`...)
	for i, c := range cells {
		if c.kind != "" {
			w.cell(i, c)
		}
	}
	w.buf = append(w.buf, `</row>`...)
	if len(w.buf) >= flushAt {
		w.flush()
	}
	return w.err
}

func (w *Writer) cell(column int, c Cell) {
	b := w.buf
	b = append(b, `<c r="`...)
	b = appendColumn(b, column)
	b = strconv.AppendInt(b, int64(w.rows), 10)
	if c.style != Plain {
		b = append(b, `" s="`...)
		b = strconv.AppendInt(b, int64(c.style), 10)
	}
	if c.kind != "n" { // figures are what a cell holds when it says nothing
		b = append(append(b, `" t="`...), c.kind...)
	}
	if c.kind == "inlineStr" {
		b = append(b, `"><is><t xml:space="preserve">`...)
		b = append(appendText(b, c.value), `</t></is></c>`...)
	} else {
		b = append(b, `"><v>`...)
		b = append(append(b, c.value...), `</v></c>`...)
	}
	w.buf = b
}

func (w *Writer) flush() {
	if w.err == nil {
		_, w.err = w.sheet.Write(w.buf)
	}
	w.buf = w.buf[:0]
}

// Close ends the file; it does not close what it is written to.
func (w *Writer) Close() error {
	w.buf = append(w.buf, `</sheetData></worksheet>`...)
	w.flush()
	if w.err != nil {
		return w.err
	}
	w.err = w.zip.Close()
	return w.err
}

// appendColumn writes the letters of a column, counted from 0.
func appendColumn(b []byte, column int) []byte {
	if column >= 26 {
		b = appendColumn(b, column/26-1)
	}
	return append(b, byte('A'+column%26))
}
