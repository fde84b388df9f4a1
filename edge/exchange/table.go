package exchange

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"comptoir/edge/exchange/xlsx"
)

// Column is one column of an export: its name for programs (JSON key and CSV head).
type Column struct {
	Name   string
	Digits int // of an amount in minor units written as a decimal; -1: as it is
}

// Plain is a column that is written as it is.
func Plain(name string) Column { return Column{Name: name, Digits: -1} }

// Table writes rows one after the other in one of the forms.
type Table interface {
	// Row writes one row; values are strings, int64 or bool, in the columns' order.
	Row(values ...any) error
	// Close ends the file; nothing is complete before it.
	Close() error
}

// ErrForm is returned for a form that there is not.
var ErrForm = errors.New("exchange: unknown form")

// NewTable begins a table of that form: csv, json (an array of objects, amounts in minor
// units) or xlsx.
func NewTable(form string, w io.Writer, columns []Column) (Table, error) {
	switch form {
	case "csv":
		t := &csvTable{w: csv.NewWriter(w), columns: columns}
		return t, t.w.Write(names(columns))
	case "json":
		_, err := io.WriteString(w, "[")
		return &jsonTable{w: w, columns: columns}, err
	case "xlsx":
		return newXLSX(w, columns)
	}
	return nil, fmt.Errorf("%w: %q", ErrForm, form)
}

func names(columns []Column) []string {
	list := make([]string, 0, len(columns))
	for _, c := range columns {
		list = append(list, c.Name)
	}
	return list
}

type csvTable struct {
	w       *csv.Writer
	columns []Column
}

func (t *csvTable) Row(values ...any) error {
	cells := make([]string, 0, len(values))
	for i, v := range values {
		switch x := v.(type) {
		case int64:
			if t.columns[i].Digits >= 0 {
				cells = append(cells, Decimal(x, t.columns[i].Digits, false))
				continue
			}
			cells = append(cells, strconv.FormatInt(x, 10))
		case nil: // not known
			cells = append(cells, "")
		default:
			cells = append(cells, Cell(fmt.Sprint(v)))
		}
	}
	return t.w.Write(cells)
}

func (t *csvTable) Close() error {
	t.w.Flush()
	return t.w.Error()
}

type jsonTable struct {
	w       io.Writer
	columns []Column
	n       int
}

func (t *jsonTable) Row(values ...any) error {
	start := "\n{"
	if t.n > 0 {
		start = ",\n{"
	}
	t.n++
	b := []byte(start)
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		cell, err := json.Marshal(v)
		if err != nil {
			return err
		}
		b = append(append(strconv.AppendQuote(b, t.columns[i].Name), ':'), cell...)
	}
	_, err := t.w.Write(append(b, '}'))
	return err
}

func (t *jsonTable) Close() error {
	_, err := io.WriteString(t.w, "\n]\n")
	return err
}

// xlsxTable streams, so that a large export needs little memory.
type xlsxTable struct {
	w       *xlsx.Writer
	columns []Column
}

func newXLSX(w io.Writer, columns []Column) (Table, error) {
	x, err := xlsx.NewWriter(w, xlsx.Sheet{})
	if err != nil {
		return nil, err
	}
	head := make([]xlsx.Cell, 0, len(columns))
	for _, c := range columns {
		head = append(head, xlsx.Text(c.Name, xlsx.Plain))
	}
	return &xlsxTable{w: x, columns: columns}, x.Row(head...)
}

// Row writes amounts as numbers, so that a spreadsheet can add them up.
func (t *xlsxTable) Row(values ...any) error {
	cells := make([]xlsx.Cell, 0, len(values))
	for i, v := range values {
		if n, ok := v.(int64); ok && t.columns[i].Digits > 0 {
			cells = append(cells, xlsx.Number(Decimal(n, t.columns[i].Digits, false), xlsx.Plain))
			continue
		}
		cells = append(cells, cell(v))
	}
	return t.w.Row(cells...)
}

func (t *xlsxTable) Close() error { return t.w.Close() }
