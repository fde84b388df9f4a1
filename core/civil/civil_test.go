package civil_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"comptoir/core/civil"
)

func TestParse(t *testing.T) {
	for text, ok := range map[string]bool{
		"2026-11-21": true, "2024-02-29": true, "2026-02-29": false, "2026-13-01": false, "2026-1-1": false, "21/11/2026": false, "": false,
		"1899-12-31": false, "1900-01-01": true, "2199-12-31": true, "2200-01-01": false, "0026-11-21": false, "2026-11-21T00:00:00Z": false, "２０２６-11-21": false,
	} {
		d, err := civil.Parse(text)
		if (err == nil) != ok || ok && d.String() != text || !ok && !d.IsZero() {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	}
}

func TestArithmetic(t *testing.T) {
	d := civil.MustParse
	for _, c := range []struct{ got, want civil.Date }{
		{d("2026-01-31").AddMonths(1), d("2026-02-28")}, {d("2024-01-31").AddMonths(1), d("2024-02-29")}, {d("2026-01-31").AddMonths(-2), d("2025-11-30")},
		{d("2026-12-15").AddMonths(1), d("2027-01-15")}, {d("2026-12-31").AddDays(1), d("2027-01-01")}, {d("2026-03-01").AddDays(-1), d("2026-02-28")},
		{d("2026-02-10").EndOfMonth(), d("2026-02-28")}, {d("2026-12-10").EndOfMonth(), d("2026-12-31")}, {d("2026-02-10").StartOfMonth(), d("2026-02-01")}, {civil.New(2026, 1, 32), d("2026-02-01")},
	} {
		if c.got != c.want {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	if n := d("2026-03-30").DaysSince(d("2026-03-28")); n != 2 { // clocks change in between
		t.Errorf("%d days", n)
	}
	if d("2026-03-05").Compact() != "20260305" || d("2026-03-05").Period() != "2026-03" {
		t.Error("written forms")
	}
}

func TestOfTakesThePlace(t *testing.T) {
	montreal, err := time.LoadLocation("America/Toronto")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC)
	if got := civil.Of(at, montreal); got != civil.MustParse("2025-12-31") {
		t.Errorf("%v", got)
	}
}

func TestJSON(t *testing.T) {
	type form struct{ On civil.Date }
	for _, c := range []struct{ text, on string }{{`{"On":"2026-03-05"}`, "2026-03-05"}, {`{"On":""}`, ""}} {
		var f form
		if err := json.Unmarshal([]byte(c.text), &f); err != nil || f.On.String() != c.on {
			t.Errorf("%s: %v, %v", c.text, f, err)
		}
		if back, err := json.Marshal(f); err != nil || string(back) != c.text {
			t.Errorf("%s, %v", back, err)
		}
	}
	for _, bad := range []string{`{"On":"2026-02-30"}`, `{"On":5}`} {
		var f form
		if err := json.Unmarshal([]byte(bad), &f); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// Dates are whole numbers of days: adding and counting agree, order is order of text.
func TestDaysAreLinear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := civil.MustParse("1900-01-01").AddDays(rapid.IntRange(0, 100_000).Draw(t, "a"))
		n := rapid.IntRange(-5_000, 5_000).Draw(t, "n")
		b := a.AddDays(n)
		if b.DaysSince(a) != n || b.AddDays(-n) != a || b.After(a) != (n > 0) || b.Before(a) != (n < 0) || (b.String() > a.String()) != (n > 0) {
			t.Errorf("%v + %d = %v", a, n, b)
		}
		if m := a.AddMonths(n % 500); m.Day > a.Day || m.AddDays(1).Day > a.Day && m.Day < a.Day && m.AddDays(1).Month == m.Month {
			t.Errorf("%v + %d months = %v", a, n%500, m)
		}
		if e := a.EndOfMonth(); e.AddDays(1).Day != 1 || e.Month != a.Month {
			t.Errorf("end of %v is %v", a, e)
		}
	})
}

func TestMustParsePanicsOnABadConstant(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	civil.MustParse("2026-02-30")
}
