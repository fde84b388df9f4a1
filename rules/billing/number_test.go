package billing_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/rules/billing"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		pattern string
		n       int64
		want    string
	}{
		{"FA-{year}-{n:4}", 1, "FA-2026-0001"}, {"FA-{year}-{n:4}", 9999, "FA-2026-9999"}, {"FA-{year}-{n:4}", 10000, "FA-2026-10000"},
		{"{n}", 12, "12"}, {"{year}/{n:1}", 3, "2026/3"}, {"C{n:4}", 7, "C0007"}, {"{n:6}_A", 7, "000007_A"},
		{billing.DefaultPattern(billing.CreditNote), 2, "AV-2026-0002"},
	} {
		got, err := billing.Number(c.pattern, 2026, c.n)
		if err != nil || got != c.want {
			t.Errorf("%s, %d: %q, %v; want %q", c.pattern, c.n, got, err, c.want)
		}
	}
}

func TestRefusedPatterns(t *testing.T) {
	for pattern, key := range map[string]string{
		"": "fault.required", "FA": "fault.billing.pattern_needs_n", "FA-{year}": "fault.billing.pattern_needs_n", "FA {n}": "fault.billing.pattern_chars",
		"FÀ-{n}": "fault.billing.pattern_chars", "{n:0}": "fault.billing.pattern_needs_n", "{n:12}": "fault.billing.pattern_needs_n", "{n": "fault.billing.pattern_needs_n",
		"{n}{n}": "fault.billing.pattern_chars", "{year}{year}{n}": "fault.billing.pattern_chars", "{month}-{n}": "fault.billing.pattern_chars",
		strings.Repeat("F", 27) + "{n}": "fault.billing.number_too_long", "<b>{n}": "fault.billing.pattern_chars",
	} {
		err := billing.CheckPattern(pattern)
		if e, ok := fault.As(err); !ok || e.Key != key {
			t.Errorf("%q: %v, want %s", pattern, err, key)
		}
	}
	if _, err := billing.Number("FA-{n}", 2026, 0); !fault.Is(err, fault.Invalid) {
		t.Errorf("position 0: %v", err)
	}
	if !billing.YearlyPattern("FA-{year}-{n}") || billing.YearlyPattern("FA-{n}") {
		t.Error("which series may start again each year")
	}
}

// Numbers of a series never repeat, never exceed BT-1's limits, and grow with n.
func TestNumbersAreDistinct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[A-Z]{0,4}[-/]?(\{year\})?[-_]?\{n(:[1-9])?\}`).Draw(t, "pattern")
		a, b := rapid.Int64Range(1, 999_999_999).Draw(t, "a"), rapid.Int64Range(1, 999_999_999).Draw(t, "b")
		x, errX := billing.Number(pattern, 2026, a)
		y, errY := billing.Number(pattern, 2026, b)
		if errX != nil || errY != nil || (x == y) != (a == b) || billing.CheckNumber(x) != nil {
			t.Errorf("%q: %d gives %q, %d gives %q (%v, %v)", pattern, a, x, b, y, errX, errY)
		}
	})
}

func TestCheckNumber(t *testing.T) {
	for number, ok := range map[string]bool{
		"FA-2026-0001": true, "2026/12+3_a": true, "": false, "FA 1": false, "É1": false, strings.Repeat("1", 35): true, strings.Repeat("1", 36): false,
	} {
		if err := billing.CheckNumber(number); (err == nil) != ok {
			t.Errorf("%q: %v", number, err)
		}
	}
}

func TestCheckIssueDate(t *testing.T) {
	d := func(s string) civil.Date {
		if s == "" {
			return civil.Date{}
		}
		return civil.MustParse(s)
	}
	for _, c := range []struct{ issue, last, key string }{
		{"2026-11-21", "", ""}, {"2026-11-21", "2026-11-21", ""}, {"2026-11-20", "2026-11-20", ""}, {"2025-01-01", "", ""},
		{"2026-11-20", "2026-11-21", "fault.billing.issue_before_last"}, {"2026-11-22", "", "fault.billing.issue_in_future"}, {"", "", "fault.required"},
	} {
		err := billing.CheckIssueDate(d(c.issue), d(c.last), d("2026-11-21"))
		if c.key == "" && err != nil || c.key != "" && !fault.HasField(err, "issue_date") {
			t.Errorf("%+v: %v", c, err)
		}
		if e, ok := fault.As(err); ok && e.Fields[0].Key != c.key {
			t.Errorf("%+v: %s", c, e.Fields[0].Key)
		}
	}
}

func TestDueDate(t *testing.T) {
	for _, c := range []struct {
		terms     billing.Terms
		from, due string
	}{
		{billing.Terms{Days: 30}, "2026-01-15", "2026-02-14"}, {billing.Terms{}, "2026-01-15", "2026-01-15"},
		{billing.Terms{Days: 45, EndOfMonth: true}, "2026-01-15", "2026-03-31"}, {billing.Terms{Days: 30, EndOfMonth: true}, "2026-01-31", "2026-03-31"},
	} {
		if got := c.terms.DueDate(civil.MustParse(c.from)); got.String() != c.due {
			t.Errorf("%+v from %s: %s, want %s", c.terms, c.from, got, c.due)
		}
	}
}
