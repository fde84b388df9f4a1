package imports

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"comptoir/core/civil"
	"comptoir/core/money"
)

// number reads a figure as people and programs write them, exactly, with so many decimals.
// decimal is the mark between units and parts; the other one may stand between groups of
// three. Anything doubtful is refused: a wrong amount is worse than a question.
func number(s, decimal string, digits int) (int64, bool) {
	s, negative := bareNumber(s)
	if s == "" {
		return 0, false
	}
	if i := strings.IndexAny(s, "eE"); i > 0 { // how spreadsheets keep very large and very small ones
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return 0, false
		}
		s, decimal = strconv.FormatFloat(f, 'f', digits, 64), "."
	}
	units, parts, found := cutLast(s, decimal)
	if found && strings.Trim(parts, "0123456789") != "" {
		return 0, false
	}
	units, ok := ungroup(units, decimal)
	if !ok || units == "" && parts == "" {
		return 0, false
	}
	n, ok := scale(units, parts, digits)
	if negative {
		n = -n
	}
	return n, ok
}

// bareNumber takes currency signs, spaces and the sign off.
func bareNumber(s string) (rest string, negative bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") { // how accountants write what is owed
		s, negative = s[1:len(s)-1], true
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case '€', '$', '£', '%', '\u00a0', '\u202f', '\u2009', ' ':
			return -1
		case '−', '–':
			return '-'
		case '’':
			return '\''
		}
		return r
	}, s)
	for _, word := range []string{"EUR", "CAD", "USD", "CHF", "GBP", "CA", "US"} {
		s = strings.TrimSuffix(strings.TrimPrefix(s, word), word)
	}
	switch {
	case strings.HasPrefix(s, "-"):
		s, negative = s[1:], !negative
	case strings.HasSuffix(s, "-"):
		s, negative = s[:len(s)-1], !negative
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	return s, negative
}

func cutLast(s, mark string) (before, after string, found bool) {
	i := strings.LastIndex(s, mark)
	if i < 0 || mark == "" {
		return s, "", false
	}
	return s[:i], s[i+len(mark):], true
}

// ungroup takes the marks between groups of three off; any other use of them is refused.
func ungroup(s, decimal string) (string, bool) {
	group := "."
	if decimal == "." {
		group = ","
	}
	if strings.Contains(s, "'") {
		group = "'"
	}
	groups := strings.Split(s, group)
	for i, g := range groups {
		if strings.Trim(g, "0123456789") != "" || i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && (len(g) == 0 || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// scale gives units and parts as one integer; parts beyond the digits round, half away.
func scale(units, parts string, digits int) (int64, bool) {
	up := false
	if len(parts) > digits {
		up, parts = parts[digits] >= '5', parts[:digits]
	}
	parts += strings.Repeat("0", digits-len(parts))
	whole := strings.TrimLeft(units+parts, "0")
	if whole == "" {
		whole = "0"
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > money.Max {
		return 0, false
	}
	if up {
		n++
	}
	return n, true
}

// decimalOf tells the decimal mark of a column of figures; "" where nothing tells.
func decimalOf(values []string) string {
	votes := map[string]int{}
	for _, v := range values {
		s, _ := bareNumber(v)
		comma, dot := strings.LastIndex(s, ","), strings.LastIndex(s, ".")
		switch {
		case comma < 0 && dot < 0 || strings.Trim(s, "0123456789.,'") != "":
		case comma >= 0 && dot >= 0:
			if comma > dot {
				votes[","] += 3
			} else {
				votes["."] += 3
			}
		default:
			mark, at := ",", comma
			if dot >= 0 {
				mark, at = ".", dot
			}
			switch after := len(s) - at - 1; {
			case strings.Count(s, mark) > 1: // 1.234.567: it groups
				votes[other(mark)] += 3
			case after != 3:
				votes[mark] += 3
			}
		}
	}
	switch {
	case votes[","] > votes["."]:
		return ","
	case votes["."] > votes[","]:
		return "."
	}
	return ""
}

func other(mark string) string {
	if mark == "," {
		return "."
	}
	return ","
}

// months by the first letters of their names, in both languages.
var months = map[string]int{"jan": 1, "fev": 2, "feb": 2, "mar": 3, "avr": 4, "apr": 4, "mai": 5, "may": 5, "juin": 6, "jun": 6, "juil": 7, "jul": 7, "aou": 8, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}

// day reads a date. order says what stands first where figures alone do not tell.
func day(s, order string, t Table) (civil.Date, bool) {
	s = strings.TrimSpace(s)
	if t.Serial {
		if d, ok := serial(s, t.From1904); ok {
			return d, true
		}
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) && !unicode.IsLetter(r) })
	if len(parts) == 1 && len(s) == 8 && strings.Trim(s, "0123456789") == "" { // 20260312, as the FEC writes them
		parts = []string{s[:4], s[4:6], s[6:]}
	}
	if len(parts) > 3 { // 2026-03-12 00:00:00, 2026-03-12T…
		parts = parts[:3]
	}
	if len(parts) != 3 {
		return civil.Date{}, false
	}
	if i := strings.IndexByte(parts[2], 'T'); i == 2 {
		parts[2] = parts[2][:i]
	}
	return threeParts(parts, order)
}

func threeParts(p []string, order string) (civil.Date, bool) {
	var y, m, d string
	switch {
	case len(p[0]) == 4:
		y, m, d = p[0], p[1], p[2]
	case monthOf(p[0]) > 0: // March 12, 2026
		m, d, y = p[0], p[1], p[2]
	case monthOf(p[1]) > 0 || order != "mdy":
		d, m, y = p[0], p[1], p[2]
	default:
		m, d, y = p[0], p[1], p[2]
	}
	year, err1 := strconv.Atoi(y)
	month, err2 := strconv.Atoi(m)
	if named := monthOf(m); named > 0 {
		month, err2 = named, nil
	}
	if plain(d) == "1er" {
		d = "1"
	}
	n, err3 := strconv.Atoi(d)
	if err1 != nil || err2 != nil || err3 != nil || len(y) != 2 && len(y) != 4 || len(d) > 2 || len(m) > 2 && monthOf(m) == 0 {
		return civil.Date{}, false
	}
	if len(y) == 2 {
		year += 2000
	}
	out := civil.New(year, time.Month(month), n)
	if int(out.Month) != month || out.Day != n || year < 1950 || year > 2200 {
		return civil.Date{}, false // 30 February is no day
	}
	return out, true
}

func monthOf(s string) int {
	s = plain(s)
	for _, n := range []int{4, 3} {
		if len(s) >= n && months[s[:n]] > 0 {
			return months[s[:n]]
		}
	}
	return 0
}

// serial reads a spreadsheet's number of days. Day 60 of 1900 never was; nobody imports it.
func serial(s string, from1904 bool) (civil.Date, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 18_264 || f > 109_575 { // 1950 to 2200
		return civil.Date{}, false
	}
	start := civil.New(1899, 12, 30)
	if from1904 {
		start = civil.New(1904, 1, 1)
	}
	return start.AddDays(int(f)), true
}

// orderOf tells from a column of dates whether the day or the month stands first; "" where
// nothing tells.
func orderOf(values []string) string {
	votes := map[string]int{}
	for _, v := range values {
		p := strings.FieldsFunc(v, func(r rune) bool { return !unicode.IsDigit(r) })
		if len(p) < 3 || len(p[0]) > 2 {
			continue
		}
		a, err1 := strconv.Atoi(p[0])
		b, err2 := strconv.Atoi(p[1])
		switch {
		case err1 != nil || err2 != nil:
		case a > 12 && b <= 12:
			votes["dmy"]++
		case b > 12 && a <= 12:
			votes["mdy"]++
		}
	}
	switch {
	case votes["dmy"] > votes["mdy"]:
		return "dmy"
	case votes["mdy"] > votes["dmy"]:
		return "mdy"
	}
	return ""
}

// yes reads yes and no; known is false for anything else.
func yes(s string) (answer, known bool) {
	switch plain(s) {
	case "oui", "o", "yes", "y", "vrai", "true", "1", "x":
		return true, true
	case "non", "n", "no", "faux", "false", "0", "":
		return false, true
	}
	return false, false
}
