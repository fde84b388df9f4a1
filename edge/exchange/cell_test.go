package exchange_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/edge/exchange"
)

func TestCellsAreNeverComputed(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Dupont": "Dupont", "Élan": "Élan", "F-2026-0001": "F-2026-0001", "a=1": "a=1", "'x": "'x",
		"=1+1": "'=1+1", "+33 6": "'+33 6", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
		`=HYPERLINK("http://x")`: `'=HYPERLINK("http://x")`, "＝1": "'＝1", "＠x": "'＠x", "🙂": "🙂", "\xff": "\xff",
	} {
		if got := exchange.Cell(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if c := exchange.Cell(s); strings.TrimPrefix(c, "'") != strings.TrimPrefix(s, "'") || (c != "" && strings.ContainsRune("=+-@\t\r\n", rune(c[0]))) {
			t.Errorf("%q became %q", s, c)
		}
	})
}

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		minor  int64
		digits int
		comma  bool
		want   string
	}{
		{0, 2, false, "0.00"}, {5, 2, false, "0.05"}, {-5, 2, true, "-0,05"}, {123456, 2, true, "1234,56"}, {-123456, 2, false, "-1234.56"}, {100, 2, true, "1,00"},
		{7, 0, true, "7"}, {-7, 0, false, "-7"}, {1, 3, false, "0.001"}, {1500, 3, true, "1,500"}, {math.MaxInt64, 2, false, "92233720368547758.07"}, {math.MinInt64, 2, false, "-92233720368547758.08"},
	} {
		if got := exchange.Decimal(c.minor, c.digits, c.comma); got != c.want {
			t.Errorf("%d with %d digits: %s, want %s", c.minor, c.digits, got, c.want)
		}
	}
}
