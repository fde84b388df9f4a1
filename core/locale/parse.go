package locale

import (
	"strings"

	"comptoir/core/fault"
	"comptoir/core/money"
)

// ParseDecimal reads a typed number and gives it scaled by 10^decimals. It takes what
// people type and paste: "1 234,5", "1,234.50", "1234.5", no-break spaces, Swiss
// apostrophes, a currency or per cent sign at an end, either minus. A comma is the decimal
// sign in French; in English it groups when three digits follow. It refuses nonsense,
// more decimals than asked and numbers beyond money.Max rather than guess or round.
func ParseDecimal(lang Lang, text string, decimals int) (int64, error) {
	s := strings.TrimSpace(text)
	if len(s) > 60 {
		return 0, notANumber()
	}
	s = strings.TrimSpace(trimSigns(s))
	if s == "" {
		return 0, fault.New(fault.Invalid, "fault.required")
	}
	negative := false
	for _, m := range []string{"-", minus} {
		if rest, ok := strings.CutPrefix(s, m); ok {
			negative, s = true, strings.TrimSpace(trimSigns(rest))
			break
		}
	}
	s = strings.TrimPrefix(s, "+")
	whole, part, ok := parts(Of(lang), spacesToOne(s))
	if !ok {
		return 0, notANumber()
	}
	n, err := compose(whole, part, decimals)
	if negative {
		n = -n
	}
	return n, err
}

func notANumber() error { return fault.New(fault.Invalid, "fault.not_a_number") }

// trimSigns takes currency and per cent signs off the ends.
func trimSigns(s string) string {
	return strings.Trim(s, "€$£% \u00a0\u202f\u2009")
}

// spacesToOne turns every sign that only groups into one kind of space.
func spacesToOne(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "'", " ", "’", " ").Replace(s)
}

// parts splits a number into its digits before and after the decimal sign.
func parts(lang Lang, s string) (whole, part string, ok bool) {
	comma, point := strings.Count(s, ","), strings.Count(s, ".")
	group := ""
	switch {
	case comma > 0 && point > 0: // the last sign is the decimal one, the other groups
		dec := s[strings.LastIndexAny(s, ",."):][:1]
		group = map[string]string{",": ".", ".": ","}[dec]
		if strings.Count(s, dec) > 1 {
			return "", "", false
		}
		whole, part, _ = strings.Cut(s, dec)
	case comma > 1 || point > 1:
		whole, group = s, map[bool]string{true: ",", false: "."}[comma > 1]
	case comma == 1:
		whole, part, _ = strings.Cut(s, ",")
		if lang == EN && len(part) == 3 && len(whole) >= 1 && len(whole) <= 3 && whole != "0" {
			whole, part, group = s, "", ","
		}
	default:
		whole, part, _ = strings.Cut(s, ".")
	}
	if strings.Contains(whole, " ") {
		if group != "" {
			return "", "", false
		}
		group = " "
	}
	whole, ok = ungroup(whole, group)
	return whole, part, ok && whole+part != "" && onlyDigits(whole) && onlyDigits(part)
}

// ungroup takes the grouping sign out of 1 234 567 and refuses 1 2 3.
func ungroup(s, group string) (string, bool) {
	if group == "" {
		return s, true
	}
	chunks := strings.Split(s, group)
	for i, c := range chunks {
		if (i > 0 && len(c) != 3) || (i == 0 && (c == "" || len(c) > 3)) {
			return "", false
		}
	}
	return strings.Join(chunks, ""), true
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func compose(whole, part string, decimals int) (int64, error) {
	part = strings.TrimRight(part, "0")
	if len(part) > decimals {
		return 0, fault.New(fault.Invalid, "fault.too_many_decimals", "max", decimals)
	}
	part += strings.Repeat("0", decimals-len(part))
	var n int64
	for i := range len(whole + part) {
		n = n*10 + int64((whole + part)[i]-'0')
		if n > money.Max {
			return 0, fault.New(fault.Invalid, "fault.number_too_big")
		}
	}
	return n, nil
}
