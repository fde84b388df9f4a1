package ident

import (
	"regexp"
	"strings"
)

// laPoste is the one firm whose establishments do not all pass Luhn.
const laPoste = "356000000"

// CheckSIREN checks the nine digits of a French firm.
func CheckSIREN(s string) (string, error) {
	c := compact(s)
	switch {
	case c == "":
		return "", required()
	case !digits(c, 9):
		return "", bad("siren_shape")
	case !luhn(c):
		return "", bad("siren_check")
	}
	return c, nil
}

// CheckSIRET checks the fourteen digits of a French establishment; those of La Poste
// need a digit sum divisible by five instead of Luhn.
func CheckSIRET(s string) (string, error) {
	c := compact(s)
	if c == "" {
		return "", required()
	}
	if !digits(c, 14) {
		return "", bad("siret_shape")
	}
	if luhn(c) && luhn(c[:9]) {
		return c, nil
	}
	sum := 0
	for i := range len(c) {
		sum += int(c[i] - '0')
	}
	if c[:9] == laPoste && sum%5 == 0 {
		return c, nil
	}
	return "", bad("siret_check")
}

var ape = regexp.MustCompile(`^\d{4}[A-Z]$`)

// CheckAPE checks the shape of a French firm's main activity (code APE, of Insee's NAF): four digits and a
// letter, as Insee writes them (43.32A) or without the point. It gives them without.
func CheckAPE(s string) (string, error) {
	c := compact(s)
	switch {
	case c == "":
		return "", required()
	case !ape.MatchString(c):
		return "", bad("ape_shape", "example", "4332A")
	}
	return c, nil
}

// FormatSIREN writes a SIREN as people read it: 732 829 320; a SIRET: 732 829 320 00074.
func FormatSIREN(s string) string {
	if !digits(s, 9) && !digits(s, 14) {
		return s
	}
	const nbsp = "\u00a0"
	return strings.TrimSuffix(s[:3]+nbsp+s[3:6]+nbsp+s[6:9]+nbsp+s[9:], nbsp)
}

// CheckNEQ checks the shape of a Québec enterprise number: ten digits. Its check digit is
// not published, so the digits are not verified.
func CheckNEQ(s string) (string, error) {
	c := compact(s)
	switch {
	case c == "":
		return "", required()
	case !digits(c, 10):
		return "", bad("neq_shape")
	}
	return c, nil
}

// CheckGST checks a Canadian TPS/GST account: business number (Luhn), RT, four digits.
func CheckGST(s string) (string, error) {
	c := compact(s)
	switch {
	case c == "":
		return "", required()
	case len(c) != 15 || !allDigits(c[:9]) || c[9:11] != "RT" || !allDigits(c[11:]):
		return "", bad("gst_shape")
	case !luhn(c[:9]):
		return "", bad("gst_check")
	}
	return c[:9] + " " + c[9:], nil
}

// CheckQST checks the shape of a TVQ/QST account: ten digits, TQ, four digits.
func CheckQST(s string) (string, error) {
	c := compact(s)
	switch {
	case c == "":
		return "", required()
	case len(c) != 16 || !allDigits(c[:10]) || c[10:12] != "TQ" || !allDigits(c[12:]):
		return "", bad("qst_shape")
	}
	return c[:10] + " " + c[10:], nil
}

// CheckUID checks a Swiss enterprise number, with or without TVA, MWST or IVA behind it.
func CheckUID(s string) (string, error) {
	c := compact(s)
	if c == "" {
		return "", required()
	}
	if len(c) < 12 || c[:3] != "CHE" || !allDigits(c[3:12]) {
		return "", bad("uid_shape")
	}
	suffix := c[12:]
	if suffix != "" && suffix != "TVA" && suffix != "MWST" && suffix != "IVA" {
		return "", bad("uid_shape")
	}
	sum := 0
	for i, weight := range []int{5, 4, 3, 2, 7, 6, 5, 4} {
		sum += weight * int(c[3+i]-'0')
	}
	if (11-sum%11)%11 != int(c[11]-'0') { // a remainder of 1 asks for 10: no such number
		return "", bad("uid_check")
	}
	return strings.TrimSpace("CHE-" + c[3:6] + "." + c[6:9] + "." + c[9:12] + " " + suffix), nil
}
