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
// of what follows (an amount or a name would read as another) or show nothing at all, and what
// is no UTF-8.
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
	return invisible(r)
}

// invisible tells of characters that show nothing and join nothing: a name of them would be an empty
// row, and one among them another name that reads the same. The two joiners stay, which scripts and
// emoji need, and so do the marks of direction (U+200E, U+200F).
func invisible(r rune) bool {
	switch r {
	case 0x00ad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180e, 0x200b, 0x2800, 0x3164, 0xfeff, 0xffa0: // soft hyphen, fillers, blanks of no width or no ink
		return true
	}
	return r >= 0x2060 && r <= 0x2064 || r >= 0x206a && r <= 0x206f || r >= 0xfff9 && r <= 0xfffb || r == 0xe0001
}

var address = regexp.MustCompile(`(?i)://|\bwww\.|[\pL\pN]\.[a-z]{2,}/`)

// NamesAddress tells whether an address of the web stands in a text. Where strangers type a name that
// goes into the firm's mails, mail programs would make a link of it by themselves.
func NamesAddress(s string) bool { return address.MatchString(s) }

var special = regexp.MustCompile("[\\\\`*_{}\\[\\]()<>#+\\-.!|~&:@/\"']")

// Markdown makes a value plain words inside Markdown: no link, no emphasis, no line of its
// own. The punctuation that a renderer takes for a sign is quoted; spaces that hold a number
// together stay.
func Markdown(s string) string {
	return special.ReplaceAllString(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' }), " "), `\$0`)
}
