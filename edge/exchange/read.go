package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"comptoir/core/fault"
)

// Read is a file of rows as it came, before anybody knows what its columns mean.
type Read struct {
	Form      string     // csv, xlsx
	Encoding  string     // utf-8, utf-16, windows-1252; "" for xlsx
	Separator string     // of csv
	Sheet     string     // of xlsx: the name of the sheet that was read
	Rows      [][]string // as wide as they stand in the file; empty ones are kept, so that numbers of rows agree
	Serial    bool       // dates are numbers of days (XLSX)
	From1904  bool       // … counted from 1904
}

// What a file to import may be at most. A firm's whole list of customers is far below.
const (
	MaxReadBytes   = 12 << 20
	MaxReadRows    = 100_000
	MaxReadColumns = 200
	MaxReadCell    = 32_767 // what a spreadsheet holds itself
	maxUnzipped    = 200 << 20
)

func tooLarge(key string, args ...any) *fault.Error { return fault.New(fault.Invalid, key, args...) }

// ReadTable reads a file to import: CSV in any of the usual encodings and separators, or
// XLSX, told apart by their first bytes and not by their name.
func ReadTable(b []byte) (Read, error) {
	switch {
	case len(b) == 0:
		return Read{}, fault.New(fault.Invalid, "fault.import.empty")
	case len(b) > MaxReadBytes:
		return Read{}, tooLarge("fault.import.too_large", "max", MaxReadBytes>>20)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return readXLSX(b)
	case bytes.HasPrefix(b, []byte{0xD0, 0xCF, 0x11, 0xE0}): // the old binary form of spreadsheets
		return Read{}, fault.New(fault.Invalid, "fault.import.xls")
	case bytes.HasPrefix(b, []byte("%PDF-")):
		return Read{}, fault.New(fault.Invalid, "fault.import.form")
	}
	return readCSV(b)
}

func readCSV(b []byte) (Read, error) {
	r := Read{Form: "csv"}
	var text string
	if text, r.Encoding = decode(b); text == "" {
		return Read{}, fault.New(fault.Invalid, "fault.import.empty")
	}
	if strings.ContainsRune(text, 0) {
		return Read{}, fault.New(fault.Invalid, "fault.import.form")
	}
	comma, rest := separator(text)
	r.Separator = string(comma)
	var err error
	if r.Rows, err = csvRows(rest, comma, MaxReadRows); err != nil {
		return Read{}, err
	}
	err = r.check() // before r is given away: it takes what is empty off the end
	return r, err
}

// decode finds the encoding: a mark at the start says it; zero bytes are UTF-16; what is
// no UTF-8 is what spreadsheets on Windows write.
func decode(b []byte) (text, name string) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(b[3:]), "\ufffd"), "utf-8"
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return utf16(b, unicode.BigEndian, unicode.UseBOM)
	case utf8.Valid(b) && bytes.IndexByte(b, 0) < 0:
		return string(b), "utf-8"
	}
	sample := b[:min(len(b), 4096)]
	var zeros [2]int
	for i, c := range sample {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(sample) / 2; {
	case zeros[1] > half*2/5 && zeros[0] < half/10:
		return utf16(b, unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0] > half*2/5 && zeros[1] < half/10:
		return utf16(b, unicode.BigEndian, unicode.IgnoreBOM)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd"), "utf-8"
	}
	return string(out), "windows-1252"
}

func utf16(b []byte, order unicode.Endianness, mark unicode.BOMPolicy) (text, name string) {
	out, err := unicode.UTF16(order, mark).NewDecoder().Bytes(b)
	if err != nil {
		return "", "utf-16"
	}
	return string(out), "utf-16"
}

// separators in the order in which they win when nothing tells them apart.
var separators = []rune{';', '\t', ',', '|'}

// separator finds what stands between the cells: the one that cuts the first rows into the
// same number of cells most often, and most of them. A first line "sep=;" says it itself.
func separator(text string) (comma rune, rest string) {
	if line, after, found := strings.Cut(text, "\n"); found && len(line) < 8 && strings.HasPrefix(strings.ToLower(line), "sep=") {
		if c, _ := utf8.DecodeRuneInString(strings.TrimSpace(line[4:])); slices.Contains(separators, c) {
			return c, after
		}
	}
	sample := text[:min(len(text), 64<<10)]
	best, bestScore := ';', -1
	for _, c := range separators {
		rows, err := csvRows(sample, c, 40)
		if len(rows) == 0 || err != nil && len(rows) < 2 {
			continue
		}
		counts := map[int]int{}
		for _, r := range rows {
			counts[len(r)]++
		}
		for cells, n := range counts {
			if score := n * min(cells-1, 30); cells > 1 && score > bestScore {
				best, bestScore = c, score
			}
		}
	}
	return best, text
}

// csvRows reads up to most rows. Quotes that stand where none should are text.
func csvRows(text string, comma rune, most int) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
	rows := [][]string{}
	line := 1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, fault.New(fault.Invalid, "fault.import.form").With(err)
		}
		// The reader passes over empty lines: they are put back, so that row 7 is row 7.
		at, _ := r.FieldPos(0)
		for ; line < at && len(rows) < most; line++ {
			rows = append(rows, []string{})
		}
		end := at
		for i, c := range cells {
			end = max(end, at)
			if i == len(cells)-1 {
				last, _ := r.FieldPos(i)
				end = last + strings.Count(c, "\n")
			}
		}
		line = end + 1
		if len(rows) >= most {
			if most == MaxReadRows {
				return nil, tooLarge("fault.import.too_many_rows", "max", MaxReadRows)
			}
			return rows, nil
		}
		rows = append(rows, cells)
	}
}

// check holds the limits, and drops what is empty at the end.
func (r *Read) check() error {
	for len(r.Rows) > 0 && blank(r.Rows[len(r.Rows)-1]) {
		r.Rows = r.Rows[:len(r.Rows)-1]
	}
	if len(r.Rows) == 0 {
		return fault.New(fault.Invalid, "fault.import.empty")
	}
	for i, row := range r.Rows {
		if len(row) > MaxReadColumns {
			if row = trimmed(row); len(row) > MaxReadColumns {
				return tooLarge("fault.import.too_many_columns", "row", i+1, "max", MaxReadColumns)
			}
			r.Rows[i] = row
		}
		for _, cell := range row {
			if len(cell) > 4*MaxReadCell || len(cell) > MaxReadCell && utf8.RuneCountInString(cell) > MaxReadCell {
				return tooLarge("fault.import.cell_too_long", "row", i+1, "max", MaxReadCell)
			}
		}
	}
	return nil
}

func trimmed(row []string) []string {
	for len(row) > 0 && strings.TrimSpace(row[len(row)-1]) == "" {
		row = row[:len(row)-1]
	}
	return row
}

func blank(row []string) bool { return len(trimmed(row)) == 0 }
