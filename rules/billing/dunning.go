package billing

import (
	"slices"

	"comptoir/core/civil"
)

// Level is one step of a reminder policy. Days count from the due date: before it below
// zero, on it, after it.
type Level struct {
	Position  int
	Days      int
	Interest  bool // the mail claims late interest
	Indemnity bool // the mail claims the fixed indemnity
	Formal    bool // a formal notice (mise en demeure)
}

// Reminded is a level that a document has behind it, mailed or passed over.
type Reminded struct {
	Level    int
	On       civil.Date
	Mailed   bool
	Retained bool // of what was held back, see Debt.OnlyRetained
}

// OfPart gives what one part of a document has behind it: the levels count anew for what
// was held back. A mail about the other part only keeps the next one at a distance.
func OfPart(done []Reminded, retained bool) []Reminded {
	list := make([]Reminded, 0, len(done))
	for _, r := range done {
		if r.Retained != retained {
			r.Level = 0
		}
		list = append(list, r)
	}
	return list
}

// Step is what a document's next reminder is: the level, the day from which it may go, and
// the lower levels that it passes over.
type Step struct {
	Level  Level
	On     civil.Date
	Passed []int
	Early  bool // by hand, before its own day
}

// reminderGap is the least number of days between two mails about one document, unless the
// policy itself has them closer: after a week's sleep nobody gets a second letter the day
// after the first.
const reminderGap = 5

// NextReminder gives the level that is due on a day, the highest one whose day has come;
// ok is false when there is none. Levels are in order of their days. What lies below a
// level that is done is never made up for.
func NextReminder(levels []Level, due civil.Date, done []Reminded, today civil.Date) (step Step, ok bool) {
	at := -1
	for i, l := range levels {
		if l.Position > highest(done) && !today.Before(due.AddDays(l.Days)) {
			at = i
		}
	}
	if at < 0 {
		return Step{}, false
	}
	step = Step{Level: levels[at], On: due.AddDays(levels[at].Days), Passed: passed(levels[:at], done)}
	if free := freeFrom(levels, at, done); step.On.Before(free) {
		step.On = free
	}
	return step, !today.Before(step.On)
}

// ByHand gives the level that a person would send now: the one that is due, else the next
// one after the due date though its day has not come. free is false while the last mail is
// too fresh; ok is false when no level is left.
func ByHand(levels []Level, due civil.Date, done []Reminded, today civil.Date) (step Step, free, ok bool) {
	if step, ok = NextReminder(levels, due, done, today); ok {
		return step, true, true
	}
	for i, l := range levels {
		if l.Position <= highest(done) || l.Days < 0 {
			continue
		}
		on := due.AddDays(l.Days)
		step = Step{Level: l, On: on, Passed: passed(levels[:i], done), Early: today.Before(on)}
		return step, !today.Before(freeFrom(levels, i, done)), true
	}
	return Step{}, false, false
}

func highest(done []Reminded) int {
	top := 0
	for _, r := range done {
		top = max(top, r.Level)
	}
	return top
}

func passed(below []Level, done []Reminded) []int {
	list := []int{}
	for _, l := range below {
		if l.Position > highest(done) {
			list = append(list, l.Position)
		}
	}
	return list
}

// freeFrom is the first day on which another mail may follow the last one.
func freeFrom(levels []Level, at int, done []Reminded) civil.Date {
	var last civil.Date
	for _, r := range done {
		if r.Mailed && r.On.After(last) {
			last = r.On
		}
	}
	if last.IsZero() {
		return last
	}
	gap := reminderGap
	if at > 0 {
		gap = min(gap, levels[at].Days-levels[at-1].Days)
	}
	return last.AddDays(gap)
}

// Settlement is what a payment or a credit note took off a document on a day; undone by a
// negative one.
type Settlement struct {
	On    civil.Date
	Minor int64
}

// Debt is what a document makes its buyer owe: the whole on its due date, but for a
// retained part (loi 71-584) that has a day of its own.
type Debt struct {
	TotalMinor    int64
	DueOn         civil.Date
	RetainedMinor int64
	RetainedUntil civil.Date
	Settled       []Settlement
}

// LateOn gives what was late during a day: what was due before it and not settled before
// it. The day of the payment still counts (16 days from the due date to the payment are 16
// days of interest, RF 4.4).
func (d Debt) LateOn(day civil.Date) int64 {
	main, retained := d.open(day)
	var late int64
	if day.After(d.DueOn) {
		late += main
	}
	if day.After(d.RetainedUntil) {
		late += retained
	}
	return late
}

// open gives both parts as they stood when the day began; money goes to the main part first.
func (d Debt) open(day civil.Date) (main, retained int64) {
	left := d.TotalMinor
	for _, s := range d.Settled {
		if s.On.Before(day) {
			left -= s.Minor
		}
	}
	left = max(left, 0)
	retained = min(d.RetainedMinor, left)
	return left - retained, retained
}

// Owed gives what may be claimed on a day, all that was settled up to it taken off, and
// the due date that reminders count from. Before the due date it is what will fall due.
func (d Debt) Owed(today civil.Date) (minor int64, due civil.Date) {
	main, retained := d.open(today.AddDays(1))
	switch {
	case main == 0:
		return retained, d.RetainedUntil
	case retained > 0 && today.After(d.RetainedUntil):
		return main + retained, d.DueOn
	}
	return main, d.DueOn
}

// OnlyRetained tells whether nothing is left but what was held back: then reminders count
// from its own due date.
func (d Debt) OnlyRetained(today civil.Date) bool {
	main, retained := d.open(today.AddDays(1))
	return main == 0 && retained > 0
}

// turns are the days on which what is late may change, in order, after from and up to on.
func (d Debt) turns(from, on civil.Date) []civil.Date {
	days := []civil.Date{d.DueOn.AddDays(1)}
	if d.RetainedMinor > 0 {
		days = append(days, d.RetainedUntil.AddDays(1))
	}
	for _, s := range d.Settled {
		days = append(days, s.On.AddDays(1))
	}
	days = slices.DeleteFunc(days, func(x civil.Date) bool { return !x.After(from) || x.After(on) })
	slices.SortFunc(days, func(a, b civil.Date) int { return a.DaysSince(b) })
	return slices.Compact(days)
}

// LateRun is an unbroken run of days on which the same amount was late. To is its last day.
type LateRun struct {
	From, To civil.Date
	Minor    int64
}

// LateRuns cuts the days from one day to another into runs of the same late amount; days
// on which nothing was late are left out.
func (d Debt) LateRuns(from, to civil.Date) []LateRun {
	runs := []LateRun{}
	if to.Before(from) {
		return runs
	}
	starts := append([]civil.Date{from}, d.turns(from, to)...)
	for i, s := range starts {
		end := to
		if i+1 < len(starts) {
			end = starts[i+1].AddDays(-1)
		}
		if late := d.LateOn(s); late > 0 {
			runs = append(runs, LateRun{From: s, To: end, Minor: late})
		}
	}
	return runs
}

// announcedPause is how long the word that a transfer is under way holds back what would ask
// for the money once more: a transfer within Europe takes days, one that never comes is no
// way out of paying.
const announcedPause = 10

// AnnouncedUntil is the first day on which a document is reminded of, or charged, although
// its customer said on a day that a transfer is under way.
func AnnouncedUntil(on civil.Date) civil.Date { return on.AddDays(announcedPause) }
