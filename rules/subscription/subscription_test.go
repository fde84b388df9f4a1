package subscription_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/subscription"
)

func on(s string) civil.Date {
	if s == "" {
		return civil.Date{}
	}
	return civil.MustParse(s)
}

func span(from, to string) subscription.Span { return subscription.Span{From: on(from), To: on(to)} }

func TestStates(t *testing.T) {
	const today = "2026-11-22"
	for _, x := range []struct {
		name        string
		stored      string
		trial, ends string
		asked, late bool
		want        subscription.State
	}{
		{"not paid yet", "pending", "", "", false, false, subscription.Pending},
		{"its first invoice is overdue, it has not begun", "pending", "", "", false, true, subscription.Pending},
		{"in its trial", "running", "2026-11-25", "", false, false, subscription.Trial},
		{"last day of the trial", "running", "2026-11-22", "", false, false, subscription.Trial},
		{"the day after", "running", "2026-11-21", "", false, false, subscription.Active},
		{"runs", "running", "", "", false, false, subscription.Active},
		{"late", "running", "", "", false, true, subscription.PastDue},
		{"end asked for, the firm has not answered", "running", "", "", true, false, subscription.Cancelling},
		{"ends", "running", "", "2026-12-01", true, false, subscription.Cancelling},
		{"ends, and owes", "running", "", "2026-12-01", true, true, subscription.Cancelling},
		{"last day", "running", "", "2026-11-22", true, false, subscription.Cancelling},
		{"the program slept through its end", "running", "", "2026-11-21", true, false, subscription.Ended},
		{"ends in its trial", "running", "2026-11-25", "2026-11-25", true, false, subscription.Cancelling},
		{"paused", "paused", "", "", false, false, subscription.Paused},
		{"paused, and owes", "paused", "", "", false, true, subscription.Paused},
		{"ended", "ended", "", "2026-11-21", true, false, subscription.Ended},
		{"ended before it began", "ended", "", "", false, true, subscription.Ended},
	} {
		t.Run(x.name, func(t *testing.T) {
			f := subscription.Facts{Stored: x.stored, TrialUntil: on(x.trial), EndsOn: on(x.ends), Asked: x.asked, Overdue: x.late}
			if got := subscription.StateOf(f, on(today)); got != x.want {
				t.Errorf("%s, want %s", got, x.want)
			}
		})
	}
}

func TestPriceOfAPeriod(t *testing.T) {
	terms := subscription.Terms{SeatMinor: 1200, Seats: 3, Extras: []subscription.ExtraPrice{{Minor: 500}, {Minor: 150, PerSeat: true}}}
	if got, err := terms.Period(); err != nil || got != 3*1200+500+3*150 {
		t.Errorf("%d %v", got, err)
	}
	if _, err := (subscription.Terms{SeatMinor: 999_999_999_999_999, Seats: 3}).Period(); err == nil {
		t.Error("a price beyond every amount was taken")
	}
}

func TestMonthly(t *testing.T) {
	for _, x := range []struct {
		minor int64
		unit  string
		every int
		want  int64
	}{{1000, "month", 1, 1000}, {3000, "month", 3, 1000}, {12000, "year", 1, 1000}, {100, "week", 1, 433}, {100, "week", 2, 217}, {10, "day", 1, 304}, {24000, "year", 2, 1000}} {
		if got, err := subscription.Monthly(x.minor, x.unit, x.every); err != nil || got != x.want {
			t.Errorf("%d every %d %s: %d, want %d (%v)", x.minor, x.every, x.unit, got, x.want, err)
		}
	}
	for _, x := range []struct {
		unit  string
		every int
	}{{"decade", 1}, {"month", 0}} {
		if _, err := subscription.Monthly(100, x.unit, x.every); err == nil {
			t.Errorf("every %d %s was brought to a month", x.every, x.unit)
		}
	}
}

// Worked by hand: November has 30 days; from the 12th there are 19 left.
func TestChanges(t *testing.T) {
	november := span("2026-11-01", "2026-11-30")
	for _, x := range []struct {
		name                           string
		move                           subscription.Move
		unused, rest, difference, next int64
	}{
		{"up in the middle", subscription.Move{Covered: subscription.Covered{Span: november, Minor: 3000}, Period: november, NewFull: 6000, On: on("2026-11-12")}, 1900, 3800, 1900, 3800},
		{"down in the middle", subscription.Move{Covered: subscription.Covered{Span: november, Minor: 6000}, Period: november, NewFull: 3000, On: on("2026-11-12")}, 3800, 1900, -1900, 1900},
		{"on the first day all of it changes", subscription.Move{Covered: subscription.Covered{Span: november, Minor: 3000}, Period: november, NewFull: 6000, On: on("2026-11-01")}, 3000, 6000, 3000, 6000},
		{"on the last day one day of it", subscription.Move{Covered: subscription.Covered{Span: november, Minor: 3000}, Period: november, NewFull: 6000, On: on("2026-11-30")}, 100, 200, 100, 200},
		{"the day after there is nothing left", subscription.Move{Covered: subscription.Covered{Span: november, Minor: 3000}, Period: november, NewFull: 6000, On: on("2026-12-01")}, 0, 0, 0, 0},
		{"half a cent goes away from zero", subscription.Move{Covered: subscription.Covered{Span: november, Minor: 1}, Period: november, NewFull: 0, On: on("2026-11-16")}, 1, 0, -1, 0},
		{"a second change looks at what is left of the first", subscription.Move{Covered: subscription.Covered{Span: span("2026-11-12", "2026-11-30"), Minor: 3800}, Period: november, NewFull: 9000, On: on("2026-11-21")}, 2000, 3000, 1000, 3000},
		{"another length begins anew", subscription.Move{Covered: subscription.Covered{Span: november, Minor: 3000}, Period: november, NewFull: 30000, On: on("2026-11-12"), Anew: true, NewSpan: span("2026-11-12", "2027-11-11")}, 1900, 30000, 28100, 30000},
		{"in a trial nothing was invoiced", subscription.Move{NewFull: 6000, On: on("2026-11-12")}, 0, 0, 0, 0},
	} {
		t.Run(x.name, func(t *testing.T) {
			got, err := x.move.Work()
			if err != nil || got.Unused != x.unused || got.Rest != x.rest || got.Difference != x.difference || got.Covered.Minor != x.next {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

// Whatever is changed how often: what was charged and given back is what was used, to the cent.
// Nothing is ever given back that was not charged, and nothing is charged for days gone by.
func TestNothingIsLostInChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := civil.New(2024, 1, 1).AddDays(rapid.IntRange(0, 900).Draw(t, "from"))
		period := subscription.Span{From: from, To: from.AddDays(rapid.IntRange(0, 365).Draw(t, "length"))}
		price := rapid.Int64Range(1, 5_000_000)
		first := price.Draw(t, "price")
		covered := subscription.Covered{Span: period, Minor: first}
		charged, used, day := first, int64(0), period.From
		for range rapid.IntRange(0, 8).Draw(t, "changes") {
			if day.After(period.To) {
				break
			}
			day = day.AddDays(rapid.IntRange(0, int(period.Days())).Draw(t, "later"))
			before, _, err := covered.Split(day)
			if err != nil {
				t.Fatal(err)
			}
			moved, err := subscription.Move{Covered: covered, Period: period, NewFull: price.Draw(t, "new price"), On: day}.Work()
			if err != nil {
				t.Fatal(err)
			}
			if moved.Unused < 0 || moved.Unused > covered.Minor || moved.Rest < 0 {
				t.Fatalf("%+v of %+v", moved, covered)
			}
			used += before
			charged += moved.Difference
			covered = moved.Covered
		}
		last, unused, err := covered.Split(day)
		if err != nil {
			t.Fatal(err)
		}
		if charged != used+last+unused {
			t.Fatalf("charged %d, used %d and %d, left %d", charged, used, last, unused)
		}
		if charged < 0 {
			t.Fatalf("more given back than charged: %d", charged)
		}
	})
}

// The days of a period, each for itself or together, bear the whole of its price; the later the
// day, the less is left.
func TestSplitIsWholeAndFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := civil.New(2025, 1, 1).AddDays(rapid.IntRange(0, 700).Draw(t, "from"))
		c := subscription.Covered{Span: subscription.Span{From: from, To: from.AddDays(rapid.IntRange(0, 400).Draw(t, "length"))}, Minor: rapid.Int64Range(0, 9_999_999).Draw(t, "minor")}
		left := c.Minor
		for d := from.AddDays(-1); !d.After(c.To.AddDays(2)); d = d.AddDays(1) {
			used, unused, err := c.Split(d)
			if err != nil || used+unused != c.Minor || unused > left || unused < 0 {
				t.Fatalf("%s: %d and %d of %d (%v)", d, used, unused, c.Minor, err)
			}
			left = unused
		}
		if left != 0 {
			t.Fatalf("%d left after the last day", left)
		}
	})
}

func TestGiveBack(t *testing.T) {
	paid := []subscription.Paid{{Minor: 3000, Left: 3000}, {Minor: 1900, Given: 400, Left: 1500}, {Minor: 500, Left: 500}}
	for _, x := range []struct {
		minor int64
		want  [3]int64
		left  int64
	}{{0, [3]int64{}, 0}, {300, [3]int64{0, 0, 300}, 0}, {1000, [3]int64{0, 500, 500}, 0}, {5000, [3]int64{3000, 1500, 500}, 0}, {5100, [3]int64{3000, 1500, 500}, 100}} {
		got, left := subscription.GiveBack(x.minor, paid)
		if [3]int64(got) != x.want || left != x.left {
			t.Errorf("%d: %v, left %d", x.minor, got, left)
		}
	}
}

// What is left for the days of an invoice is never more than what is left of the invoice, nor
// more than what is left of the days themselves where a set-up fee stands beside them.
func TestWhatIsLeftOfAnInvoice(t *testing.T) {
	for _, x := range []struct {
		name string
		of   subscription.Charged
		left int64
	}{
		{"untouched", subscription.Charged{Minor: 3000, Total: 3000}, 3000},
		{"by a change", subscription.Charged{Minor: 3000, Given: 1900, Total: 3000, Credited: 1900}, 1100},
		{"by hand", subscription.Charged{Minor: 3000, Total: 3000, Credited: 2000}, 1000},
		{"by hand, the line of the days", subscription.Charged{Minor: 3000, Total: 3000, Credited: 2000, Days: 2000}, 1000},
		{"both", subscription.Charged{Minor: 3000, Given: 1000, Total: 3000, Credited: 2500}, 500},
		{"whole", subscription.Charged{Minor: 3000, Total: 3000, Credited: 3000}, 0},
		{"more than was charged", subscription.Charged{Minor: 3000, Total: 3000, Credited: 3100}, 0},
		{"the set-up fee beside", subscription.Charged{Minor: 3000, Total: 8000, Credited: 5000, Beside: 5000}, 3000},
		{"the days beside a set-up fee", subscription.Charged{Minor: 3000, Total: 8000, Credited: 3000, Days: 3000}, 0},
		{"half of both, no line named", subscription.Charged{Minor: 3000, Total: 8000, Credited: 4000}, 1500},
		{"the fee, then half of the days", subscription.Charged{Minor: 3000, Total: 8000, Credited: 6500, Beside: 5000, Days: 1500}, 1500},
		{"by a change, beside a set-up fee", subscription.Charged{Minor: 3000, Given: 1900, Total: 8000, Credited: 1900}, 1100},
		{"both in full", subscription.Charged{Minor: 3000, Total: 8000, Credited: 8000, Days: 3000, Beside: 5000}, 0},
	} {
		got, err := x.of.Paid()
		if err != nil || got.Left != x.left || subscription.Left(x.of.Minor-x.of.Given, []subscription.Paid{got}) != x.left {
			t.Errorf("%s: %+v, want %d (%v)", x.name, got, x.left, err)
		}
	}
	november := span("2026-11-01", "2026-11-30")
	paid, err := subscription.Charged{Minor: 3000, Total: 3000, Credited: 2000}.Paid()
	if err != nil {
		t.Fatal(err)
	}
	got, err := subscription.Move{Covered: subscription.Covered{Span: november, Minor: 3000}, Period: november, NewFull: 6000, On: on("2026-11-12"), Charged: []subscription.Paid{paid}}.Work()
	if err != nil || got.Unused != 1000 || got.Difference != 2800 || got.Covered.Minor != 3800 || got.Down {
		t.Errorf("%+v %v", got, err)
	}
	got, err = subscription.Move{Covered: subscription.Covered{Span: november, Minor: 3000}, Period: november, NewFull: 2000, On: on("2026-11-12"), Charged: []subscription.Paid{paid}}.Work()
	if err != nil || got.Difference != 0 || got.Covered.Minor != 1267 || !got.Down { // 12.67 of 20.00 cost less than 19.00 of 30.00, of which 10.00 are left
		t.Errorf("%+v %v", got, err)
	}
	// A year that was given back whole, for a month that begins: that is charged.
	all, err := subscription.Charged{Minor: 36500, Total: 36500, Credited: 36500}.Paid()
	if err != nil {
		t.Fatal(err)
	}
	year := span("2026-01-01", "2026-12-31")
	got, err = subscription.Move{Covered: subscription.Covered{Span: year, Minor: 36500}, Period: year, NewFull: 3000, On: on("2026-07-01"), Anew: true, NewSpan: span("2026-07-01", "2026-07-31"), Charged: []subscription.Paid{all}}.Work()
	if err != nil || got.Difference != 3000 || !got.Down {
		t.Errorf("%+v %v", got, err)
	}
}

// 1,200.00 for a year, half of it used; 1,800.00 for the other half by the new terms, of which
// 600.00 were paid before.
func TestUsedDaysOfAnOlderInvoiceAreNotLeft(t *testing.T) {
	for _, x := range []struct {
		name           string
		covered        int64
		older, newer   int64 // what is left of each
		left, from, of int64
	}{
		{"nothing was given back", 180000, 120000, 120000, 180000, 60000, 120000},
		{"the change was credited whole", 180000, 120000, 0, 60000, 60000, 0},
		{"the first invoice was", 180000, 0, 120000, 120000, 0, 120000},
		{"a part of the change", 180000, 120000, 70000, 130000, 60000, 70000},
		{"a period of its own since", 120000, 120000, 0, 0, 0, 0},
	} {
		paid := []subscription.Paid{{Minor: 120000, Left: x.older}, {Minor: 120000, Left: x.newer}}
		left := subscription.Left(x.covered, paid)
		shares, over := subscription.GiveBack(left, paid)
		if left != x.left || shares[0] != x.from || shares[1] != x.of || over != 0 {
			t.Errorf("%s: %d, of %v, over %d", x.name, left, shares, over)
		}
	}
}

func TestReaches(t *testing.T) {
	for _, x := range []struct {
		from, to, trial string
		want            bool
	}{{"2026-11-01", "2026-11-22", "", true}, {"2026-11-01", "2026-11-21", "", false}, {"", "", "2026-11-22", true}, {"", "", "2026-11-21", false}, {"", "", "", false}, {"2026-10-01", "2026-10-31", "2026-09-30", false}} {
		if got := subscription.Reaches(span(x.from, x.to), on(x.trial), on("2026-11-22")); got != x.want {
			t.Errorf("%+v: %t", x, got)
		}
	}
}

func TestEnds(t *testing.T) {
	for _, x := range []struct{ name, from, to, trial, want string }{
		{"the period", "2026-11-01", "2026-11-30", "", "2026-11-30"},
		{"the trial", "", "", "2026-12-04", "2026-12-04"},
		{"neither", "", "", "", "2026-11-22"},
		{"a period that is over", "2026-10-01", "2026-10-31", "", "2026-11-22"},
	} {
		if got := subscription.PeriodEnd(span(x.from, x.to), on(x.trial), on("2026-11-22")); got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
	if d := subscription.TrialUntil(on("2026-11-22"), 14); d.String() != "2026-12-05" {
		t.Errorf("fourteen days end on %s", d)
	}
	if !subscription.TrialUntil(on("2026-11-22"), 0).IsZero() {
		t.Error("no trial has an end")
	}
}

func TestChurn(t *testing.T) {
	for _, x := range []struct{ began, lost, want int64 }{{0, 0, 0}, {40, 1, 2500}, {3, 1, 33333}, {3, 3, 100000}} {
		if got, err := subscription.ChurnPCM(x.began, x.lost); err != nil || got != x.want {
			t.Errorf("%d of %d: %d (%v)", x.lost, x.began, got, err)
		}
	}
}
