package exchange

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"comptoir/edge/exchange/xlsx"
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
type book struct{ w *xlsx.Writer }

func newBook(w io.Writer, heads []string) (Sheet, error) {
	widths, cells := make([]float64, 0, len(heads)), make([]xlsx.Cell, 0, len(heads))
	for _, h := range heads {
		widths = append(widths, float64(max(12, utf8.RuneCountInString(h)+4)))
		cells = append(cells, xlsx.Text(h, xlsx.Bold))
	}
	x, err := xlsx.NewWriter(w, xlsx.Sheet{Widths: widths, Head: true})
	if err != nil {
		return nil, err
	}
	return book{x}, x.Row(cells...)
}

func (b book) Row(values ...any) error {
	cells := make([]xlsx.Cell, 0, len(values))
	for _, v := range values {
		cells = append(cells, cell(v))
	}
	return b.w.Row(cells...)
}

// cell is a value as a spreadsheet keeps it. Text is stored as text: it is never a formula.
func cell(v any) xlsx.Cell {
	switch x := v.(type) {
	case nil: // not known
		return xlsx.Cell{}
	case int64:
		return xlsx.Number(strconv.FormatInt(x, 10), xlsx.Plain)
	case bool:
		return xlsx.Bool(x)
	case Amount:
		return xlsx.Number(Decimal(x.Scaled, x.Digits, false), xlsx.Decimals(x.Digits))
	case Day:
		if t, err := time.Parse(time.DateOnly, string(x)); err == nil {
			if c, ok := xlsx.Day(t); ok {
				return c
			}
		}
	}
	return xlsx.Text(fmt.Sprint(v), xlsx.Plain)
}

func (b book) Close() error { return b.w.Close() }
