// Package ident checks and normalises the identifiers that firms, people and banks carry:
// registration and tax numbers, accounts, references, addresses of mail, post codes.
//
// What lives here: one CheckX a kind, giving the normal written form or a fault whose key
// says what is wrong. What must not: look-ups on a network, the question whether a
// number is needed (rules/billing). Called by office rooms before they store anything.
package ident

import (
	"strings"

	"comptoir/core/fault"
)

// bad gives the fault of a field of its own; a form merges it under its path.
func bad(key string, args ...any) error {
	return fault.New(fault.Invalid, "fault.ident."+key, args...)
}

func required() error { return fault.New(fault.Invalid, "fault.required") }

// compact drops everything that people put between the characters of a number.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '.', '-', '/', '\u00a0', '\u202f', '\u2009', '\u2011':
			return -1
		}
		return r
	}, strings.ToUpper(s))
}

func digits(s string, n int) bool { return len(s) == n && allDigits(s) }

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func alnum(s string) bool {
	for i := range len(s) {
		if !(s[i] >= '0' && s[i] <= '9' || s[i] >= 'A' && s[i] <= 'Z') {
			return false
		}
	}
	return s != ""
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return s != ""
}

// luhn tells whether the digits s pass the mod 10 check (ISO/IEC 7812).
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// mod97 gives s mod 97 where letters stand for 10 to 35 (ISO/IEC 7064).
func mod97(s string) int {
	rest := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		default:
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest
}
