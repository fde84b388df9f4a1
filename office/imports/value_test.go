package imports_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/office/imports"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		text, mark string
		digits     int
		want       int64
		ok         bool
	}{
		{"12,50", ",", 2, 1250, true}, {"12.50", ".", 2, 1250, true}, {"12.50", ",", 2, 0, false}, {"1 234,56", ",", 2, 123456, true}, {"1\u202f234,56 €", ",", 2, 123456, true},
		{"1.234,56", ",", 2, 123456, true}, {"1,234.56", ".", 2, 123456, true}, {"1,234.56", ",", 2, 0, false}, {"1.234", ",", 2, 123400, true}, {"1.23", ",", 2, 0, false}, {"12.34.567,8", ",", 2, 0, false},
		{"1'234.50", ".", 2, 123450, true}, {"(12,50)", ",", 2, -1250, true}, {"−3", ",", 2, -300, true}, {"12,50-", ",", 2, -1250, true}, {"EUR 7", ",", 2, 700, true}, {"7 CAD", ",", 2, 700, true},
		{"0,005", ",", 2, 1, true}, {"0,004", ",", 2, 0, true}, {"-0,005", ",", 2, -1, true}, {",5", ",", 2, 50, true}, {"5,", ",", 2, 500, true}, {"20 %", ",", 3, 20000, true}, {"1.5e3", ".", 2, 150000, true},
		{"", ",", 2, 0, false}, {"abc", ",", 2, 0, false}, {"12a", ",", 2, 0, false}, {"--5", ",", 2, 0, false}, {"1,2,3", ",", 2, 0, false}, {"=1+1", ",", 2, 0, false}, {"1e400", ".", 2, 0, false}, {"99999999999999999999", ",", 2, 0, false},
		{"0x10", ".", 2, 0, false}, {"NaN", ".", 2, 0, false}, {"٣", ",", 2, 0, false},
	} {
		if got, ok := imports.Number(c.text, c.mark, c.digits); got != c.want && ok || ok != c.ok {
			t.Errorf("%q with %q: %d %v, want %d %v", c.text, c.mark, got, ok, c.want, c.ok)
		}
	}
}

// What is written is what is read, in either way of writing.
func TestNumbersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(-1_000_000_000_00, 1_000_000_000_00).Draw(t, "cents")
		mark := rapid.SampledFrom([]string{",", "."}).Draw(t, "mark")
		s := strconv.FormatInt(max(cents, -cents), 10)
		s = strings.Repeat("0", max(0, 3-len(s))) + s
		whole, parts := s[:len(s)-2], s[len(s)-2:]
		if rapid.Bool().Draw(t, "grouped") {
			for i := len(whole) - 3; i > 0; i -= 3 {
				whole = whole[:i] + map[string]string{",": ".", ".": ","}[mark] + whole[i:]
			}
		}
		text := whole + mark + parts
		if cents < 0 {
			text = "-" + text
		}
		if got, ok := imports.Number(text, mark, 2); !ok || got != cents {
			t.Errorf("%q: %d %v, want %d", text, got, ok, cents)
		}
	})
}

func TestDecimalMarks(t *testing.T) {
	for want, values := range map[string][]string{
		",": {"12,50", "1.234,00", "abc"}, ".": {"1,234", "12.50", "1,000.00"}, "": {"1.234", "5.000", "7", ""},
	} {
		if got := imports.DecimalOf(values); got != want {
			t.Errorf("%v: %q, want %q", values, got, want)
		}
	}
	if got := imports.DecimalOf([]string{"1.234.567"}); got != "," {
		t.Errorf("a point that groups: %q", got)
	}
}

func TestDates(t *testing.T) {
	plain := imports.Table{}
	for _, c := range []struct {
		text, order, want string
		table             imports.Table
	}{
		{"2026-03-12", "dmy", "2026-03-12", plain}, {"12/03/2026", "dmy", "2026-03-12", plain}, {"12/03/2026", "mdy", "2026-12-03", plain}, {"12.3.26", "dmy", "2026-03-12", plain}, {"2026/03/12 00:00:00", "dmy", "2026-03-12", plain},
		{"2026-03-12T08:00:00Z", "dmy", "2026-03-12", plain}, {"12 mars 2026", "mdy", "2026-03-12", plain}, {"1er août 2026", "dmy", "2026-08-01", plain}, {"Mar 12, 2026", "dmy", "2026-03-12", plain}, {"12-Feb-2026", "dmy", "2026-02-12", plain}, {"20260312", "dmy", "2026-03-12", plain},
		{"46093", "dmy", "2026-03-12", imports.Table{Serial: true}}, {"44631", "dmy", "2026-03-12", imports.Table{Serial: true, From1904: true}}, {"46093", "dmy", "", plain},
		{"31/02/2026", "dmy", "", plain}, {"13/13/2026", "dmy", "", plain}, {"0001-01-01", "dmy", "", plain}, {"hier", "dmy", "", plain}, {"", "dmy", "", plain}, {"12/03", "dmy", "", plain}, {"2026-02-30", "dmy", "", plain}, {"12/03/999999999999999999999", "dmy", "", plain},
	} {
		got, ok := imports.Day(c.text, c.order, c.table)
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%q (%s): %s %v, want %q", c.text, c.order, got, ok, c.want)
		}
	}
	for want, values := range map[string][]string{"dmy": {"12/03/2026", "25/03/2026"}, "mdy": {"03/25/2026", "03/12/2026"}, "": {"01/02/2026", "2026-12-25"}} {
		if got := imports.OrderOf(values); got != want {
			t.Errorf("%v: %q, want %q", values, got, want)
		}
	}
}

func TestRates(t *testing.T) {
	for text, want := range map[string]int64{"20": 20_000, "20 %": 20_000, "20.000": 20_000, "5,5": 5_500, "5.5": 5_500, "TVA 10%": 10_000, "0.2": 20_000, "0.055": 5_500, "14.975": 14_975, "0": 0} {
		if got, ok := imports.Rate(text, ",", false); !ok || got != want {
			t.Errorf("%q: %d %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "abc", "-5", "200", "exonéré"} {
		if got, ok := imports.Rate(text, ",", false); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}

// Numbers that our own series will come to are kept for it.
func TestNumbersOfOurs(t *testing.T) {
	re := imports.Coming("FA-{year}-{n:4}", 2026)
	for number, ours := range map[string]bool{"FA-2026-0001": true, "FA-2031-12345": true, "FA-2025-0001": false, "F-2026-0001": false, "XFA-2026-0001": false, "FA-2026-0001X": false} {
		if re.MatchString(number) != ours {
			t.Errorf("%s: %v", number, !ours)
		}
	}
	if re := imports.Coming("{n}", 2026); !re.MatchString("17") || re.MatchString("F17") {
		t.Error("a series of plain numbers")
	}
}

// Whatever stands in a cell: read or refused, and within bounds.
func FuzzCells(f *testing.F) {
	for _, s := range []string{"1,5", "1e9", "(−1)", "2026-03-12", "1er mars 26", "€", "'", "1'2'3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, mark := range []string{",", "."} {
			if n, ok := imports.Number(s, mark, 4); ok && (n > math.MaxInt64/2 || n < -math.MaxInt64/2) {
				t.Errorf("%q is %d", s, n)
			}
		}
		for _, order := range []string{"dmy", "mdy"} {
			if d, ok := imports.Day(s, order, imports.Table{Serial: true}); ok && (d.Year < 1950 || d.Year > 2200) {
				t.Errorf("%q is %s", s, d)
			}
		}
	})
}
