// Package exchange writes and reads the files that other programs take: CSV, XLSX, JSON.
//
// What lives here: the forms of those files. What must not: which rows they hold (office)
// and their permissions. Called by the window's downloads and the command line.
package exchange

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Cell makes text safe for a spreadsheet: one that begins like a formula gets an
// apostrophe before it, so that it is shown and never computed (spec/security). The wide
// forms are those that spreadsheets of East Asian machines take for the plain ones.
func Cell(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

// Decimal writes minor units as a plain decimal number, with a comma where the reader's
// spreadsheet takes it for the decimal mark.
func Decimal(minor int64, digits int, comma bool) string {
	s := strconv.FormatInt(minor, 10)
	if digits == 0 {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if pad := digits + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	mark := "."
	if comma {
		mark = ","
	}
	return sign + s[:len(s)-digits] + mark + s[len(s)-digits:]
}
