package locale_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// In the tables below ~ is a no-break space and _ a narrow one.
func spaces(s string) string {
	out := []rune{}
	for _, r := range s {
		switch r {
		case '~':
			r = '\u00a0'
		case '_':
			r = '\u202f'
		}
		out = append(out, r)
	}
	return string(out)
}

func TestWrittenForms(t *testing.T) {
	day := civil.MustParse("2026-03-12")
	for _, c := range []struct{ got, want string }{
		{locale.Amount("fr", 123450, "EUR"), "1_234,50~€"}, {locale.Amount("en", 123450, "EUR"), "€1,234.50"},
		{locale.Amount("fr", -5, "EUR"), "−0,05~€"}, {locale.Amount("en", -123450, "EUR"), "−€1,234.50"}, {locale.Amount("fr", 0, "EUR"), "0,00~€"},
		{locale.Amount("fr", 123450, "CAD"), "1_234,50~$"}, {locale.AmountOfCountry("fr", 123450, "CAD"), "1_234,50~$~CA"}, {locale.AmountOfCountry("en", 123450, "CAD"), "CA$1,234.50"},
		{locale.AmountOfCountry("fr", 100, "EUR"), "1,00~€"}, {locale.Amount("fr", 100, "USD"), "1,00~$~US"}, {locale.Amount("en", 100, "USD"), "US$1.00"},
		{locale.Amount("fr", 100, "CHF"), "1,00~CHF"}, {locale.Amount("en", -100, "CHF"), "−CHF~1.00"}, {locale.Amount("fr", 1234567, "JPY"), "1_234_567~¥"}, {locale.Amount("en", 1234, "TND"), "TND~1.234"},
		{locale.Amount("fr", money.Max, "EUR"), "9_999_999_999_999,99~€"}, {locale.Amount("de", 100, "EUR"), "1,00~€"},
		{locale.UnitPrice("fr", 12345, "EUR"), "1,2345~€"}, {locale.UnitPrice("fr", 12300, "EUR"), "1,23~€"}, {locale.UnitPrice("fr", 10000, "EUR"), "1,00~€"}, {locale.UnitPrice("en", 10000, "JPY"), "¥1"},
		{locale.Number("fr", 12345000), "1_234,5"}, {locale.Number("en", 12345000), "1,234.5"}, {locale.Quantity("fr", 10000), "1"}, {locale.Quantity("fr", -2500), "−0,25"}, {locale.Integer("fr", 1000000), "1_000_000"},
		{locale.Rate("fr", 20000), "20~%"}, {locale.Rate("fr", 9975), "9,975~%"}, {locale.Rate("fr", 5500), "5,5~%"}, {locale.Rate("en", 9975), "9.975%"},
		{locale.Date("fr", day), "12 mars 2026"}, {locale.Date("fr", civil.MustParse("2026-03-01")), "1er mars 2026"}, {locale.Date("en", day), "12 Mar 2026"}, {locale.Date("en", civil.MustParse("2026-08-01")), "1 Aug 2026"}, {locale.Date("fr", civil.Date{}), ""},
		{locale.Month("fr", day), "mars 2026"}, {locale.Month("en", day), "March 2026"},
	} {
		if c.got != spaces(c.want) {
			t.Errorf("%q, want %q", c.got, spaces(c.want))
		}
	}
}

func TestDateTime(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 11, 23, 5, 0, 0, time.UTC)
	for lang, want := range map[string]string{"fr": "12 mars 2026 à 0~h~05", "en": "12 Mar 2026 at 00:05"} {
		if got := locale.DateTime(lang, at, paris); got != spaces(want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestParseDecimal(t *testing.T) {
	for _, c := range []struct {
		lang, in string
		decimals int
		want     int64
		key      string
	}{
		{"fr", "1 234,5", 2, 123450, ""}, {"fr", "1234.5", 2, 123450, ""}, {"fr", "1,234.50", 2, 123450, ""}, {"fr", "1.234,50", 2, 123450, ""}, {"fr", "1_234,50~€", 2, 123450, ""},
		{"fr", "1'234.50", 2, 123450, ""}, {"fr", "1’234,50", 2, 123450, ""}, {"fr", "−5", 2, -500, ""}, {"fr", "-5,00 €", 2, -500, ""}, {"fr", "+5", 2, 500, ""}, {"fr", ",5", 2, 50, ""}, {"fr", "5,", 2, 500, ""},
		{"fr", "0,100000", 2, 10, ""}, {"fr", "20 %", 3, 20000, ""}, {"fr", "9,975", 3, 9975, ""}, {"fr", "1.234.567", 2, 123456700, ""}, {"fr", "12 345 678", 0, 12345678, ""},
		{"en", "1,234", 2, 123400, ""}, {"en", "1,234.5", 2, 123450, ""}, {"en", "12,5", 2, 1250, ""}, {"en", "0,125", 3, 125, ""}, {"en", "US$", 2, 0, "fault.not_a_number"}, {"en", "€1,234.50", 2, 123450, ""}, {"en", "−€1,234.50", 2, -123450, ""},
		{"fr", "1,234", 2, 0, "fault.too_many_decimals"}, {"fr", "1,234", 4, 12340, ""}, {"fr", "0,001", 2, 0, "fault.too_many_decimals"}, {"fr", "1.5", 0, 0, "fault.too_many_decimals"},
		{"fr", "", 2, 0, "fault.required"}, {"fr", " ~ ", 2, 0, "fault.required"}, {"fr", "€", 2, 0, "fault.required"}, {"fr", "abc", 2, 0, "fault.not_a_number"}, {"fr", "1 2 3", 2, 0, "fault.not_a_number"}, {"fr", "12 34", 2, 0, "fault.not_a_number"},
		{"fr", "1,2,3", 2, 0, "fault.not_a_number"}, {"fr", "1,234,56", 2, 0, "fault.not_a_number"}, {"fr", "1.2.3,4", 2, 0, "fault.not_a_number"}, {"fr", "1 234.567,00", 2, 0, "fault.not_a_number"}, {"fr", "--5", 2, 0, "fault.not_a_number"}, {"fr", "1e12", 2, 0, "fault.not_a_number"},
		{"fr", "٣", 2, 0, "fault.not_a_number"}, {"fr", "١٢", 2, 0, "fault.not_a_number"}, {"fr", "5😀", 2, 0, "fault.not_a_number"}, {"fr", ",", 2, 0, "fault.not_a_number"}, {"fr", "NaN", 2, 0, "fault.not_a_number"}, {"fr", "1,,5", 2, 0, "fault.not_a_number"},
		{"fr", "9999999999999,99", 2, money.Max, ""}, {"fr", "10000000000000", 2, 0, "fault.number_too_big"}, {"fr", "99999999999999999999999999", 2, 0, "fault.number_too_big"},
		{"fr", "1111111111111111111111111111111111111111111111111111111111111", 2, 0, "fault.not_a_number"},
	} {
		got, err := locale.ParseDecimal(c.lang, spaces(c.in), c.decimals)
		e, _ := fault.As(err)
		if c.key == "" && (err != nil || got != c.want) || c.key != "" && (e == nil || e.Key != c.key) {
			t.Errorf("%s %q with %d decimals: %d, %v; want %d %s", c.lang, c.in, c.decimals, got, err, c.want, c.key)
		}
	}
}

// What is written can be read back, in both languages and all currencies.
func TestAmountsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-money.Max, money.Max).Draw(t, "minor")
		lang := rapid.SampledFrom(locale.Langs()).Draw(t, "lang")
		currency := rapid.SampledFrom([]money.Currency{"EUR", "GBP", "JPY"}).Draw(t, "currency")
		text := locale.Amount(lang, minor, currency)
		if currency == "JPY" {
			text = locale.Integer(lang, minor)
		}
		if got, err := locale.ParseDecimal(lang, text, currency.Digits()); err != nil || got != minor {
			t.Errorf("%q reads %d, %v; want %d", text, got, err, minor)
		}
		number := locale.Number(lang, minor)
		if got, err := locale.ParseDecimal(lang, number, 4); err != nil || got != minor {
			t.Errorf("%q reads %d, %v; want %d", number, got, err, minor)
		}
		rate := rapid.Int64Range(0, 100_000).Draw(t, "rate")
		if got, err := locale.ParseDecimal(lang, locale.Rate(lang, rate), 3); err != nil || got != rate {
			t.Errorf("%q reads %d, %v", locale.Rate(lang, rate), got, err)
		}
	})
}

func TestParseDecimalNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-−+]?[0-9., '\x{00a0}]{0,20}[€$%]?`)).Draw(t, "text")
		lang := rapid.SampledFrom(locale.Langs()).Draw(t, "lang")
		got, err := locale.ParseDecimal(lang, text, rapid.IntRange(0, 8).Draw(t, "decimals"))
		if err != nil && !fault.Is(err, fault.Invalid) || err == nil && (got > money.Max || got < -money.Max) {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	})
}
