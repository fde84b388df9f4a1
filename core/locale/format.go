package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"comptoir/core/civil"
	"comptoir/core/money"
)

// Characters that typesetters and machines both know: a narrow no-break space groups
// French thousands, a no-break space stands before signs, the minus is the real one.
const (
	narrow = "\u202f"
	nbsp   = "\u00a0"
	minus  = "\u2212"
)

// sign is how a currency is written: after the number in French, before it in English.
var signs = map[money.Currency][2]string{
	"EUR": {"€", "€"}, "CAD": {"$", "$"}, "USD": {"$" + nbsp + "US", "US$"}, "GBP": {"£", "£"},
	"AUD": {"$" + nbsp + "AU", "A$"}, "NZD": {"$" + nbsp + "NZ", "NZ$"}, "JPY": {"¥", "¥"},
}

// Amount writes money: 1 234,50 € in French, €1,234.50 in English. The Canadian dollar
// is the plain dollar here; other dollars always say whose they are.
func Amount(lang Lang, minor int64, currency money.Currency) string {
	return amount(lang, minor, currency, signs[currency])
}

// AmountOfCountry is Amount where two dollars could be taken for one another: the
// Canadian dollar says so too ($ CA, CA$).
func AmountOfCountry(lang Lang, minor int64, currency money.Currency) string {
	if currency == "CAD" {
		return amount(lang, minor, currency, [2]string{"$" + nbsp + "CA", "CA$"})
	}
	return Amount(lang, minor, currency)
}

func amount(lang Lang, minor int64, currency money.Currency, sign [2]string) string {
	digits := currency.Digits()
	number := scaled(lang, minor, digits, digits)
	return withSign(lang, number, currency, sign)
}

func withSign(lang Lang, number string, currency money.Currency, sign [2]string) string {
	if sign[0] == "" {
		sign = [2]string{string(currency), string(currency) + nbsp}
	}
	if Of(lang) == FR {
		return number + nbsp + sign[0]
	}
	if n, negative := strings.CutPrefix(number, minus); negative {
		return minus + sign[1] + n
	}
	return sign[1] + number
}

// UnitPrice writes a price scaled 10^4 with at least the currency's decimals.
func UnitPrice(lang Lang, e4 int64, currency money.Currency) string {
	return withSign(lang, scaled(lang, e4, 4, currency.Digits()), currency, signs[currency])
}

// Number writes a number scaled 10^4 without useless zeros: 1 234,5.
func Number(lang Lang, e4 int64) string { return scaled(lang, e4, 4, 0) }

// Quantity writes a quantity scaled 10^4; the unit's name is the caller's.
func Quantity(lang Lang, e4 int64) string { return Number(lang, e4) }

// Integer writes a whole number with its thousands grouped.
func Integer(lang Lang, n int64) string { return scaled(lang, n, 0, 0) }

// Rate writes a rate in per cent mille: 9,975 % in French, 9.975% in English.
func Rate(lang Lang, pcm int64) string {
	if Of(lang) == FR {
		return scaled(lang, pcm, 3, 0) + nbsp + "%"
	}
	return scaled(lang, pcm, 3, 0) + "%"
}

// scaled writes n / 10^decimals with at least least decimals.
func scaled(lang Lang, n int64, decimals, least int) string {
	group, point := narrow, ","
	if Of(lang) == EN {
		group, point = ",", "."
	}
	digits := strconv.FormatUint(magnitude(n), 10)
	if pad := decimals + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	whole, part := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	for len(part) > least && part[len(part)-1] == '0' {
		part = part[:len(part)-1]
	}
	var b strings.Builder
	if n < 0 {
		b.WriteString(minus)
	}
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(r)
	}
	if part != "" {
		b.WriteString(point + part)
	}
	return b.String()
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1
	}
	return uint64(n)
}

// month gives a month's name as dates carry it: whole in French, short in English.
func month(lang Lang, m time.Month) string {
	return T(lang, fmt.Sprintf("date.month.%02d", int(m)), nil)
}

// Date writes a day: 12 mars 2026, 1er mars 2026; 12 Mar 2026. Nothing for the zero Date.
func Date(lang Lang, d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	day := strconv.Itoa(d.Day)
	if Of(lang) == FR && d.Day == 1 {
		day = T(FR, "date.first", nil)
	}
	return fmt.Sprintf("%s %s %04d", day, month(lang, d.Month), d.Year)
}

// Month writes the month of a day, its name whole: mars 2026; March 2026.
func Month(lang Lang, d civil.Date) string {
	return fmt.Sprintf("%s %04d", T(lang, fmt.Sprintf("date.month_whole.%02d", int(d.Month)), nil), d.Year)
}

// DateTime writes an instant as it was in loc: 12 mars 2026 à 9 h 05; 12 Mar 2026 at 09:05.
func DateTime(lang Lang, t time.Time, loc *time.Location) string {
	t = t.In(loc)
	hour := strconv.Itoa(t.Hour())
	if Of(lang) == EN {
		hour = fmt.Sprintf("%02d", t.Hour())
	}
	return T(lang, "date.at", map[string]any{
		"date": Date(lang, civil.Of(t, loc)), "hour": hour, "minute": fmt.Sprintf("%02d", t.Minute()),
	})
}
