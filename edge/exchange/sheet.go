package exchange

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Amount is a figure of an export with its own number of decimals: money by its currency,
// a unit price with four.
type Amount struct {
	Scaled int64
	Digits int
}

// Day is a date of an export, YYYY-MM-DD; "" is an empty cell.
type Day string

// Sheet writes a list for people to open in a spreadsheet: heads in their language, figures
// as figures, dates as dates, text that is never a formula.
type Sheet interface {
	// Row writes one row of string, int64, Amount and Day, in the order of the heads.
	Row(values ...any) error
	// Close ends the file; nothing is complete before it.
	Close() error
}

// NewSheet begins a list as csv or xlsx. comma: the reader's spreadsheet takes the comma
// for the decimal mark, so that the semicolon separates.
func NewSheet(form string, w io.Writer, heads []string, comma bool) (Sheet, error) {
	switch form {
	case "csv":
		s := &csvSheet{w: csv.NewWriter(w), comma: comma}
		if comma {
			s.w.Comma = ';'
		}
		if _, err := io.WriteString(w, "\ufeff"); err != nil { // spreadsheets read accents only with it
			return nil, err
		}
		return s, s.w.Write(heads)
	case "xlsx":
		return newBook(w, heads)
	}
	return nil, fmt.Errorf("%w: %q", ErrForm, form)
}

// MediaType is what a browser is told of a form.
func MediaType(form string) string {
	if form == "xlsx" {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

type csvSheet struct {
	w     *csv.Writer
	comma bool
}

func (s *csvSheet) Row(values ...any) error {
	cells := make([]string, 0, len(values))
	for _, v := range values {
		switch x := v.(type) {
		case Amount:
			cells = append(cells, Decimal(x.Scaled, x.Digits, s.comma))
		case int64:
			cells = append(cells, strconv.FormatInt(x, 10))
		case Day:
			cells = append(cells, string(x))
		default:
			cells = append(cells, Cell(fmt.Sprint(v)))
		}
	}
	return s.w.Write(cells)
}

func (s *csvSheet) Close() error {
	s.w.Flush()
	return s.w.Error()
}

// book is a sheet of XLSX, streamed: a long list needs little memory.
type book struct {
	out     io.Writer
	file    *excelize.File
	stream  *excelize.StreamWriter
	n       int
	styles  map[int]int // by decimals
	dateFmt int
}

func newBook(w io.Writer, heads []string) (Sheet, error) {
	b := &book{out: w, file: excelize.NewFile(), styles: map[int]int{}}
	bold, err := b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if b.dateFmt, err = b.file.NewStyle(&excelize.Style{NumFmt: 14}); err != nil { // 14: a short date in the reader's own form
		return nil, err
	}
	if b.stream, err = b.file.NewStreamWriter("Sheet1"); err != nil {
		return nil, err
	}
	err = b.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	head := make([]any, 0, len(heads))
	for i, h := range heads {
		err = errors.Join(err, b.stream.SetColWidth(i+1, i+1, float64(max(12, utf8.RuneCountInString(h)+4))))
		head = append(head, excelize.Cell{StyleID: bold, Value: h})
	}
	return b, errors.Join(err, b.write(head))
}

func (b *book) write(cells []any) error {
	b.n++
	return b.stream.SetRow("A"+strconv.Itoa(b.n), cells)
}

func (b *book) Row(values ...any) error {
	cells := make([]any, 0, len(values))
	for _, v := range values {
		cell, err := b.cell(v)
		if err != nil {
			return err
		}
		cells = append(cells, cell)
	}
	return b.write(cells)
}

func (b *book) cell(v any) (any, error) {
	switch x := v.(type) {
	case Amount:
		f, err := strconv.ParseFloat(Decimal(x.Scaled, x.Digits, false), 64)
		if err != nil {
			return nil, err
		}
		style, err := b.figures(x.Digits)
		return excelize.Cell{StyleID: style, Value: f}, err
	case Day:
		if t, err := time.Parse(time.DateOnly, string(x)); err == nil && t.Year() >= 1900 { // the calendar of spreadsheets begins there
			return excelize.Cell{StyleID: b.dateFmt, Value: t}, nil
		}
		return string(x), nil
	}
	return v, nil // text is stored as text: it is never a formula
}

// figures is the style of numbers with so many decimals.
func (b *book) figures(digits int) (int, error) {
	if id, known := b.styles[digits]; known {
		return id, nil
	}
	form := "#,##0"
	if digits > 0 {
		form += "." + "0000000000"[:min(digits, 10)]
	}
	id, err := b.file.NewStyle(&excelize.Style{CustomNumFmt: &form})
	b.styles[digits] = id
	return id, err
}

func (b *book) Close() error {
	err := b.stream.Flush()
	if err == nil {
		_, err = b.file.WriteTo(b.out)
	}
	return errors.Join(err, b.file.Close())
}
