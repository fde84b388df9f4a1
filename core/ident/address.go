package ident

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckEmail checks one bare address of mail. Letters outside ASCII are welcome on both
// sides of the @; quotes, comments, line breaks and names around the address are not.
func CheckEmail(s string) (string, error) {
	c := strings.TrimSpace(s)
	if c == "" {
		return "", required()
	}
	at := strings.LastIndexByte(c, '@')
	if at < 1 || len(c) > 254 || at > 64 || !utf8.ValidString(c) || strings.ContainsFunc(c, notInAddress) {
		return "", bad("email")
	}
	local, domain := c[:at], strings.ToLower(c[at+1:])
	parsed, err := mail.ParseAddress(local + "@" + domain)
	if err != nil || parsed.Name != "" || parsed.Address != local+"@"+domain || !isDomain(domain) {
		return "", bad("email")
	}
	return local + "@" + domain, nil
}

// SameEmail tells whether two addresses are one mailbox: letters a to z in any case, as the file
// compares them, and everything else as it is. Folding of more letters would take one mailbox for
// another (ſ for s, the sign of kelvin for k), and so a proof of the one for a proof of the other.
func SameEmail(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func notInAddress(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("\"(),:;<>[]\\", r)
}

func isDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 && domain != "localhost" {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, r := range l {
			if r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				return false
			}
		}
	}
	return true
}

// CheckWeb checks the address of a web site as people write it, with or without its scheme: of http or
// https alone, of a host with a domain, without a name and password. It is kept as it was typed.
func CheckWeb(s string) (string, error) {
	c := strings.TrimSpace(s)
	if c == "" {
		return "", required()
	}
	whole := c
	if !strings.Contains(whole, "://") {
		whole = "https://" + whole
	}
	u, err := url.Parse(whole)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || !isDomain(u.Hostname()) || strings.ContainsAny(c, " \"'<>\\\r\n\t") {
		return "", bad("web", "example", "www.exemple.fr")
	}
	return c, nil
}

var extension = regexp.MustCompile(`(?i)\s*(?:ext\.?|poste|x|#)\s*\d{1,6}$`)

// CheckPhone lets through what looks like a phone number: 3 to 17 digits with the signs
// people put between them, an extension behind. It only tidies the spaces.
func CheckPhone(s string) (string, error) {
	c := strings.Join(strings.Fields(s), " ")
	if c == "" {
		return "", required()
	}
	n := 0
	for i, r := range extension.ReplaceAllString(c, "") {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r == '+' && i == 0, strings.ContainsRune(" .-/()\u2011", r):
		default:
			return "", bad("phone")
		}
	}
	if n < 3 || n > 17 || len(c) > 40 {
		return "", bad("phone")
	}
	return WritePhone("", c), nil
}

var (
	frenchPhone   = regexp.MustCompile(`^(\+33|0)([1-9])(\d\d)(\d\d)(\d\d)(\d\d)$`)
	americanPhone = regexp.MustCompile(`^(\+1)?([2-9]\d\d)([2-9]\d\d)(\d{4})$`)
)

// WritePhone groups the digits of a number that was typed without any sign between them, as people write it where it
// is from: 04 65 71 20 15, +33 4 65 71 20 15, 514 555-0199. A number without its prefix is of the country that is
// given; what was typed with signs, or is of elsewhere, stays as it is. The digits never change.
func WritePhone(country, s string) string {
	if m := frenchPhone.FindStringSubmatch(s); m != nil && (m[1] == "+33" || country == "FR") {
		if m[1] == "0" {
			return "0" + strings.Join(m[2:], " ")
		}
		return strings.Join(m[1:], " ")
	}
	if m := americanPhone.FindStringSubmatch(s); m != nil && (m[1] == "+1" || country == "CA" || country == "US") {
		return strings.TrimSpace(m[1] + " " + m[2] + " " + m[3] + "-" + m[4])
	}
	return s
}

// Post codes of the countries whose form is certain, with an example; elsewhere anything
// short is taken.
var postalShapes = map[string]shape{
	"FR": vat(`\d{5}`, "69003"), "MC": vat(`980\d{2}`, "98000"), "BE": vat(`[1-9]\d{3}`, "1000"), "CH": vat(`[1-9]\d{3}`, "1200"),
	"LU": vat(`\d{4}`, "1111"), "DE": vat(`\d{5}`, "10115"), "ES": vat(`\d{5}`, "28001"), "IT": vat(`\d{5}`, "00100"),
	"US": vat(`\d{5}(?:\d{4})?`, "10001"), "CA": vat(`[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d`, "H2X 1Y4"),
}

// CheckPostalCode checks a post code of a country and gives it as the post writes it.
func CheckPostalCode(country, s string) (string, error) {
	c := strings.Join(strings.Fields(strings.ToUpper(s)), " ")
	if c == "" {
		return "", required()
	}
	sh, known := postalShapes[country]
	tight := compact(c)
	switch {
	case !known && utf8.RuneCountInString(c) <= 12:
		return c, nil
	case !known:
		return "", bad("postal_code", "example", "12345")
	case !sh.form.MatchString(tight):
		return "", bad("postal_code", "example", sh.example)
	case country == "CA":
		return tight[:3] + " " + tight[3:], nil
	case country == "US" && len(tight) == 9:
		return tight[:5] + "-" + tight[5:], nil
	}
	return tight, nil
}
