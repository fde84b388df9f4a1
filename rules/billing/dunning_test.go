package billing_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/billing"
)

var standard = []billing.Level{{Position: 1, Days: -3}, {Position: 2, Days: 0}, {Position: 3, Days: 7}, {Position: 4, Days: 15, Interest: true}, {Position: 5, Days: 30, Formal: true}}

func mailed(level int, on string) billing.Reminded {
	return billing.Reminded{Level: level, On: civil.MustParse(on), Mailed: true}
}

func skipped(level int, on string) billing.Reminded {
	return billing.Reminded{Level: level, On: civil.MustParse(on)}
}

func TestNextReminder(t *testing.T) {
	due := civil.MustParse("2026-03-31")
	for _, c := range []struct {
		name, today string
		done        []billing.Reminded
		level       int // 0: none
		on          string
		passed      []int
	}{
		{name: "long before", today: "2026-03-01"},
		{name: "three days before", today: "2026-03-28", level: 1, on: "2026-03-28", passed: []int{}},
		{name: "done, the next one later", today: "2026-03-29", done: []billing.Reminded{mailed(1, "2026-03-28")}},
		{name: "on the day, though the first went three days ago", today: "2026-03-31", done: []billing.Reminded{mailed(1, "2026-03-28")}, level: 2, on: "2026-03-31", passed: []int{}},
		{name: "after a sleep the highest only", today: "2026-04-20", done: []billing.Reminded{mailed(1, "2026-03-28")}, level: 4, on: "2026-04-15", passed: []int{2, 3}},
		{name: "nothing ever sent", today: "2026-06-01", level: 5, on: "2026-04-30", passed: []int{1, 2, 3, 4}},
		{name: "what lies below stays undone", today: "2026-06-01", done: []billing.Reminded{mailed(5, "2026-05-01")}},
		{name: "a level skipped counts as done", today: "2026-04-08", done: []billing.Reminded{skipped(3, "2026-04-07")}},
		{name: "the second letter waits five days after a late first one", today: "2026-04-16", done: []billing.Reminded{mailed(3, "2026-04-14")}},
		{name: "and goes then", today: "2026-04-19", done: []billing.Reminded{mailed(3, "2026-04-14")}, level: 4, on: "2026-04-19", passed: []int{}},
		{name: "the clock was set back", today: "2026-03-30", done: []billing.Reminded{mailed(4, "2026-04-15")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			step, ok := billing.NextReminder(standard, due, c.done, civil.MustParse(c.today))
			if ok != (c.level > 0) {
				t.Fatalf("due %v (%+v), want level %d", ok, step, c.level)
			}
			if ok && (step.Level.Position != c.level || step.On != civil.MustParse(c.on) || !slices.Equal(step.Passed, c.passed)) {
				t.Errorf("%+v, want level %d on %s past %v", step, c.level, c.on, c.passed)
			}
		})
	}
}

func TestReminderByHand(t *testing.T) {
	due := civil.MustParse("2026-03-31")
	for _, c := range []struct {
		name, today string
		done        []billing.Reminded
		level       int
		early, free bool
	}{
		{"two days late, the first after the due date comes early", "2026-04-02", []billing.Reminded{mailed(2, "2026-03-31")}, 3, true, false},
		{"six days late", "2026-04-05", []billing.Reminded{mailed(2, "2026-03-31")}, 3, true, true},
		{"nothing sent yet", "2026-04-02", nil, 2, false, true},
		{"what is due goes", "2026-04-15", []billing.Reminded{mailed(3, "2026-04-07")}, 4, false, true},
		{"the last one", "2026-04-25", []billing.Reminded{mailed(4, "2026-04-15")}, 5, true, true},
		{"nothing is left", "2026-08-01", []billing.Reminded{mailed(5, "2026-05-01")}, 0, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			step, free, ok := billing.ByHand(standard, due, c.done, civil.MustParse(c.today))
			if ok != (c.level > 0) || step.Level.Position != c.level || step.Early != c.early || free != c.free {
				t.Errorf("%+v free %v ok %v, want %+v", step, free, ok, c)
			}
		})
	}
}

// The levels count anew for what was held back; a letter about the other part only keeps the
// next one at a distance.
func TestLevelsOfEachPart(t *testing.T) {
	due := civil.MustParse("2027-02-28")
	done := []billing.Reminded{mailed(4, "2026-04-15"), mailed(5, "2027-03-04"), {Level: 1, On: civil.MustParse("2027-02-25"), Retained: true}}
	for _, c := range []struct {
		today    string
		retained bool
		level    int
	}{
		{"2027-03-07", false, 0}, // all done
		{"2027-03-07", true, 0},  // three days after the last letter
		{"2027-03-09", true, 3},
		{"2027-02-28", true, 0},
	} {
		step, ok := billing.NextReminder(standard, due, billing.OfPart(done, c.retained), civil.MustParse(c.today))
		if ok != (c.level > 0) || step.Level.Position*btoi(ok) != c.level {
			t.Errorf("%s retained %v: %v %+v, want level %d", c.today, c.retained, ok, step, c.level)
		}
	}
	if !slices.Equal(done[:1], []billing.Reminded{mailed(4, "2026-04-15")}) {
		t.Error("what was handed in is changed")
	}
	d := billing.Debt{TotalMinor: 100_00, DueOn: due, RetainedMinor: 5_00, RetainedUntil: due.AddMonths(12), Settled: []billing.Settlement{{On: due, Minor: 95_00}}}
	if d.OnlyRetained(due.AddDays(-1)) || !d.OnlyRetained(due) {
		t.Error("only what was held back is left from the day of the payment on")
	}
	d.Settled[0].Minor = 100_00
	if d.OnlyRetained(due) {
		t.Error("nothing is left at all")
	}
}

func btoi(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

func TestOwedAndLate(t *testing.T) {
	d := billing.Debt{TotalMinor: 100_00, DueOn: civil.MustParse("2026-03-31"), RetainedMinor: 5_00, RetainedUntil: civil.MustParse("2027-02-28"),
		Settled: []billing.Settlement{{On: civil.MustParse("2026-04-10"), Minor: 40_00}, {On: civil.MustParse("2026-05-10"), Minor: 55_00}}}
	for _, c := range []struct {
		day        string
		late, owed int64
		due        string
	}{
		{"2026-03-31", 0, 95_00, "2026-03-31"},
		{"2026-04-01", 95_00, 95_00, "2026-03-31"},
		{"2026-04-10", 95_00, 55_00, "2026-03-31"}, // the day of the payment still counts
		{"2026-04-11", 55_00, 55_00, "2026-03-31"},
		{"2026-05-11", 0, 5_00, "2027-02-28"}, // only what is retained: late from its own day
		{"2027-03-01", 5_00, 5_00, "2027-02-28"},
	} {
		day := civil.MustParse(c.day)
		owed, due := d.Owed(day)
		if late := d.LateOn(day); late != c.late || owed != c.owed || due != civil.MustParse(c.due) {
			t.Errorf("%s: late %d, owed %d on %s, want %+v", c.day, late, owed, due, c)
		}
	}
}

// A year of days, awake or asleep: whatever happens, each level goes at most once, never
// downwards, never two within a short time, and awake every day it is exactly the policy.
func TestReminderDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "levels")
		levels := make([]billing.Level, n)
		days := rapid.IntRange(-20, 10).Draw(t, "first")
		for i := range levels {
			levels[i] = billing.Level{Position: i + 1, Days: days}
			days += rapid.IntRange(1, 40).Draw(t, "gap")
		}
		awake := rapid.SliceOfN(rapid.Bool(), 400, 400).Draw(t, "awake")
		always := rapid.Bool().Draw(t, "always")
		due := civil.MustParse("2026-02-14")
		var done []billing.Reminded
		for i := range 400 {
			today := due.AddDays(i - 30)
			if !always && !awake[i] {
				continue
			}
			step, ok := billing.NextReminder(levels, due, done, today)
			if !ok {
				continue
			}
			for _, p := range step.Passed {
				done = append(done, billing.Reminded{Level: p, On: today})
			}
			for _, r := range done {
				if r.Level >= step.Level.Position {
					t.Fatalf("level %d after level %d", step.Level.Position, r.Level)
				}
				if gap := 5; r.Mailed && today.DaysSince(r.On) < min(gap, levels[step.Level.Position-1].Days-levels[step.Level.Position-2].Days) {
					t.Fatalf("two letters within %d days", today.DaysSince(r.On))
				}
			}
			if always && (today != due.AddDays(step.Level.Days) || len(step.Passed) > 0) {
				t.Fatalf("awake every day, level %d went on %s", step.Level.Position, today)
			}
			done = append(done, billing.Reminded{Level: step.Level.Position, On: today, Mailed: true})
		}
		if always && len(done) != n {
			t.Fatalf("%d of %d levels went", len(done), n)
		}
	})
}
