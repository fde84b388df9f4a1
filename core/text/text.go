// Package text cleans what people type and paste before it is kept.
//
// What lives here: the characters that no document can carry. What must not: limits and
// texts of the catalogue. Called by the office rooms on every text that they store.
package text

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Clean takes out what is invisible and does harm: control characters but line break and
// tab (XML, and so every e-invoice, cannot carry them), characters that turn the direction
// of what follows (an amount or a name would read as another), and what is no UTF-8.
// Line breaks become \n.
func Clean(s string) string {
	if clean(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case harmful(r):
			return -1
		}
		return r
	}, s)
}

// Line is Clean for what stands on one line: breaks and tabs become spaces, the ends are
// trimmed.
func Line(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, Clean(s)))
}

// Each cleans several texts in place.
func Each(how func(string) string, fields ...*string) {
	for _, f := range fields {
		*f = how(*f)
	}
}

func clean(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r == '\r' || harmful(r) {
			return false
		}
	}
	return true
}

func harmful(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // overrides and isolates of direction
		return true
	}
	return false
}

var special = regexp.MustCompile("[\\\\`*_{}\\[\\]()<>#+\\-.!|~&:@/\"']")

// Markdown makes a value plain words inside Markdown: no link, no emphasis, no line of its
// own. The punctuation that a renderer takes for a sign is quoted; spaces that hold a number
// together stay.
func Markdown(s string) string {
	return special.ReplaceAllString(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' }), " "), `\$0`)
}
