package ident

import (
	"regexp"
	"strconv"
)

// shape is what follows the country's letters in a VAT number, and a fictional example.
type shape struct {
	form    *regexp.Regexp
	example string
}

func vat(form, example string) shape { return shape{regexp.MustCompile("^(?:" + form + ")$"), example} }

// The member states' VAT numbers (Greece writes EL; XI is Northern Ireland, for goods).
var vatShapes = map[string]shape{
	"AT": vat(`U\d{8}`, "ATU12345678"), "BE": vat(`[01]\d{9}`, "BE0403170701"), "BG": vat(`\d{9,10}`, "BG123456789"),
	"CY": vat(`\d{8}[A-Z]`, "CY12345678X"), "CZ": vat(`\d{8,10}`, "CZ12345678"), "DE": vat(`\d{9}`, "DE123456789"),
	"DK": vat(`\d{8}`, "DK12345678"), "EE": vat(`\d{9}`, "EE123456789"), "EL": vat(`\d{9}`, "EL123456789"),
	"ES": vat(`[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z]`, "ESX1234567X"), "FI": vat(`\d{8}`, "FI12345678"),
	"FR": vat(`[A-HJ-NP-Z0-9]{2}\d{9}`, "FR88100000009"), "HR": vat(`\d{11}`, "HR12345678901"), "HU": vat(`\d{8}`, "HU12345678"),
	"IE": vat(`\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W]`, "IE1234567WA"), "IT": vat(`\d{11}`, "IT12345678901"),
	"LT": vat(`\d{9}|\d{12}`, "LT123456789"), "LU": vat(`\d{8}`, "LU12345678"), "LV": vat(`\d{11}`, "LV12345678901"),
	"MT": vat(`\d{8}`, "MT12345678"), "NL": vat(`\d{9}B\d{2}`, "NL123456789B01"), "PL": vat(`\d{10}`, "PL1234567890"),
	"PT": vat(`\d{9}`, "PT123456789"), "RO": vat(`\d{2,10}`, "RO1234567890"), "SE": vat(`\d{12}`, "SE123456789001"),
	"SI": vat(`\d{8}`, "SI12345678"), "SK": vat(`\d{10}`, "SK1234567890"), "XI": vat(`\d{9}|\d{12}|(?:GD|HA)\d{3}`, "XI123456789"),
}

// CheckVAT checks a VAT number of the European Union by its own letters: its shape, and
// the key where the rule is public and certain (France, Belgium).
func CheckVAT(s string) (string, error) {
	c := compact(s)
	if c == "" {
		return "", required()
	}
	if len(c) < 4 {
		return "", bad("vat_country")
	}
	country, rest := c[:2], c[2:]
	if country == "GR" {
		country, c = "EL", "EL"+rest
	}
	sh, known := vatShapes[country]
	switch {
	case !known:
		return "", bad("vat_country")
	case !sh.form.MatchString(rest):
		return "", bad("vat_shape", "example", sh.example)
	case country == "FR" && !frenchKey(rest), country == "BE" && !belgianKey(rest):
		return "", bad("vat_check")
	}
	return c, nil
}

// CheckFrenchVAT checks a French VAT number: FR, key, SIREN.
func CheckFrenchVAT(s string) (string, error) {
	c := compact(s)
	if c != "" && (len(c) < 2 || c[:2] != "FR") {
		return "", bad("vat_shape", "example", vatShapes["FR"].example)
	}
	return CheckVAT(c)
}

// FrenchVAT gives the VAT number that belongs to a SIREN: key (12 + 3 × (SIREN mod 97)) mod 97.
func FrenchVAT(siren string) (string, error) {
	c, err := CheckSIREN(siren)
	if err != nil {
		return "", err
	}
	key := strconv.Itoa(100 + (12+3*mod97(c))%97)
	return "FR" + key[1:] + c, nil
}

// VATCountry gives the ISO country of a VAT number of the Union: Greece's EL is GR.
func VATCountry(number string) string {
	c := compact(number)
	switch {
	case len(c) < 2:
		return ""
	case c[:2] == "EL":
		return "GR"
	}
	return c[:2]
}

// frenchKey checks a numeric key; keys with letters exist and have no public rule.
func frenchKey(rest string) bool {
	if !allDigits(rest[:2]) {
		return true
	}
	key, _ := strconv.Atoi(rest[:2])
	return key == (12+3*mod97(rest[2:]))%97
}

func belgianKey(rest string) bool {
	key, _ := strconv.Atoi(rest[8:])
	return key == 97-mod97(rest[:8])
}
