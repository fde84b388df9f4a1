package xlsx

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// appendText writes text into XML as the format wants it: what XML cannot carry, and what looks
// like that writing itself, as _xHHHH_ (ECMA-376, ST_Xstring); bytes that are no text, and what is
// beyond a cell's length, never arrive.
func appendText(b []byte, s string) []byte {
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > maxText {
			break
		}
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '\r': // a reader would take the plain one for a line feed
			b = append(b, "&#xD;"...)
		case r < ' ' && r != '\t' && r != '\n':
			b = append(b, "_x00"...)
			b = append(b, hex[r>>4], hex[r&15], '_')
		case r == 0xFFFE || r == 0xFFFF:
			b = utf8.AppendRune(b, utf8.RuneError)
		case r == '_' && escaped(s[i:]):
			b = append(b, "_x005F_"...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

const hex = "0123456789ABCDEF"

// escapeLen is the length of _xHHHH_.
const escapeLen = 7

func escaped(s string) bool {
	if len(s) < escapeLen || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// plainText takes _xHHHH_ back, also two of them that make one character.
func plainText(s string) string {
	at := strings.Index(s, "_x")
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.Index(s, "_x") {
		b.WriteString(s[:at])
		s = s[at:]
		if !escaped(s) {
			b.WriteByte('_')
			s = s[1:]
			continue
		}
		r := unit(s)
		s = s[escapeLen:]
		if utf16.IsSurrogate(r) && escaped(s) {
			if both := utf16.DecodeRune(r, unit(s)); both != utf8.RuneError {
				r, s = both, s[escapeLen:]
			}
		}
		b.WriteRune(r) // half a character becomes U+FFFD
	}
	b.WriteString(s)
	return b.String()
}

func unit(s string) rune {
	n, _ := strconv.ParseUint(s[2:6], 16, 16) // escaped looked at it
	return rune(n)
}
