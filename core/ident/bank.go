package ident

import (
	"strconv"
	"strings"
)

// ibanLengths are the lengths of the countries of the IBAN registry (ISO 13616).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
	"CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
	"FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
	"IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
	"LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
	"NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
	"SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}

// CheckIBAN checks an IBAN by the length of its country and mod 97.
func CheckIBAN(s string) (string, error) {
	c := compact(s)
	if c == "" {
		return "", required()
	}
	if len(c) < 15 || len(c) > 34 || !alnum(c) || !letters(c[:2]) || !allDigits(c[2:4]) {
		return "", bad("iban_shape")
	}
	if n, known := ibanLengths[c[:2]]; known && n != len(c) {
		return "", bad("iban_shape")
	}
	if mod97(c[4:]+c[:4]) != 1 {
		return "", bad("iban_check")
	}
	return c, nil
}

// FormatIBAN writes an IBAN in groups of four, as banks print it.
func FormatIBAN(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteRune('\u00a0')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// CheckBIC checks the shape of a BIC (ISO 9362).
func CheckBIC(s string) (string, error) {
	c := compact(s)
	if c == "" {
		return "", required()
	}
	if (len(c) != 8 && len(c) != 11) || !alnum(c) || !letters(c[4:6]) || !IsCountry(c[4:6]) && c[4:6] != "XK" {
		return "", bad("bic_shape")
	}
	return c, nil
}

// CheckRIB checks a French account with its key; letters of the account count 1 to 9.
func CheckRIB(s string) (string, error) {
	c := compact(s)
	if c == "" {
		return "", required()
	}
	if len(c) != 23 || !alnum(c) || !allDigits(c[:10]) || !allDigits(c[21:]) {
		return "", bad("rib_shape")
	}
	bank, _ := strconv.Atoi(c[:5])
	branch, _ := strconv.Atoi(c[5:10])
	account, _ := strconv.Atoi(ribDigits(c[10:21]))
	key, _ := strconv.Atoi(c[21:])
	if key != 97-(89*bank+15*branch+3*account)%97 {
		return "", bad("rib_check")
	}
	return c[:5] + " " + c[5:10] + " " + c[10:21] + " " + c[21:], nil
}

func ribDigits(s string) string {
	const values = "12345678912345678923456789" // A to Z: S starts again at 2
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return rune(values[r-'A'])
		}
		return r
	}, s)
}

// CheckRF checks a creditor reference (ISO 11649).
func CheckRF(s string) (string, error) {
	c := compact(s)
	switch {
	case c == "":
		return "", required()
	case len(c) < 5 || len(c) > 25 || c[:2] != "RF" || !allDigits(c[2:4]) || !alnum(c):
		return "", bad("reference_shape")
	case mod97(c[4:]+c[:4]) != 1:
		return "", bad("reference_check")
	}
	return c, nil
}

// RF makes the creditor reference (ISO 11649) of a document number, or "" when the number
// has more than 21 letters and digits or none.
func RF(number string) string {
	var b strings.Builder
	for _, r := range compact(number) {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
		}
	}
	body := b.String()
	if body == "" || len(body) > 21 {
		return ""
	}
	check := strconv.Itoa(100 + 98 - mod97(body+"RF00"))
	return "RF" + check[1:] + body
}

// CheckOGM checks a Belgian structured communication: twelve digits, mod 97 (0 is written 97).
func CheckOGM(s string) (string, error) {
	c := strings.Trim(compact(s), "+*")
	if c == "" {
		return "", required()
	}
	if !digits(c, 12) {
		return "", bad("reference_shape")
	}
	want := mod97(c[:10])
	if want == 0 {
		want = 97
	}
	if got, _ := strconv.Atoi(c[10:]); got != want {
		return "", bad("reference_check")
	}
	return "+++" + c[:3] + "/" + c[3:7] + "/" + c[7:] + "+++", nil
}

// CheckQRR checks a Swiss QR reference: 27 digits, recursive mod 10.
func CheckQRR(s string) (string, error) {
	c := compact(s)
	if c == "" {
		return "", required()
	}
	if !digits(c, 27) {
		return "", bad("reference_shape")
	}
	table := []int{0, 9, 4, 6, 8, 2, 7, 1, 3, 5}
	carry := 0
	for i := range 26 {
		carry = table[(carry+int(c[i]-'0'))%10]
	}
	if (10-carry)%10 != int(c[26]-'0') {
		return "", bad("reference_check")
	}
	return c, nil
}

// CheckICS checks a SEPA creditor identifier; its characters 5 to 7 are not in the check.
func CheckICS(s string) (string, error) {
	c := compact(s)
	switch {
	case c == "":
		return "", required()
	case len(c) < 8 || len(c) > 35 || !alnum(c) || !letters(c[:2]) || !allDigits(c[2:4]) || c[:2] == "FR" && len(c) != 13:
		return "", bad("ics_shape")
	case mod97(c[7:]+c[:4]) != 1:
		return "", bad("ics_check")
	}
	return c, nil
}
