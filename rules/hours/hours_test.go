package hours_test

import (
	"fmt"
	"testing"
	"time"

	"comptoir/core/civil"
	"comptoir/rules/hours"
)

func weekly(name string, kind hours.Kind, days hours.Days, start, end int, open bool) hours.Weekly {
	return hours.Weekly{ID: name, Name: name, Kind: kind, Days: days, Start: start * 60, End: end * 60, Open: open}
}

func event(name, from string, fromHour int, to string, toHour int, open bool) hours.Event {
	return hours.Event{ID: name, Name: name, Start: hours.Local{Date: civil.MustParse(from), Minute: fromHour * 60}, End: hours.Local{Date: civil.MustParse(to), Minute: toHour * 60}, Open: open}
}

func at(t *testing.T, zone *time.Location, s string) time.Time {
	t.Helper()
	x, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Every pair of kinds, open and closed both ways: the higher one has the say where both are,
// the lower one before and after it. The order is the source's.
func TestEveryPairOfKinds(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	order := []hours.Kind{hours.Special, hours.Custom, hours.Weekend, hours.Meal, hours.Work}
	put := func(p *hours.Plan, kind hours.Kind, start, end int, open bool) {
		if kind == hours.Special {
			p.Events = append(p.Events, event(string(kind), "2026-11-25", start, "2026-11-25", end, open))
			return
		}
		p.Weekly = append(p.Weekly, weekly(string(kind), kind, hours.Wednesday, start, end, open))
	}
	for i, high := range order {
		for _, low := range order[i+1:] {
			for _, open := range []bool{true, false} {
				for _, reversed := range []bool{true, false} {
					p := hours.Plan{Zone: paris}
					if reversed { // the order of rows decides nothing
						put(&p, low, 8, 14, !open)
						put(&p, high, 10, 18, open)
					} else {
						put(&p, high, 10, 18, open)
						put(&p, low, 8, 14, !open)
					}
					for hour, want := range map[int]hours.Kind{7: hours.None, 8: low, 9: low, 10: high, 13: high, 14: high, 17: high, 18: hours.None} {
						a := p.At(at(t, paris, fmt.Sprintf("2026-11-25 %02d:00", hour)))
						if a.Why != want || a.Open != (want == high && open || want == low && !open) {
							t.Errorf("%s over %s (%v) at %d h: %+v", high, low, open, hour, a)
						}
					}
				}
			}
		}
	}
}

// Two of one kind: the one that began last, then the one that ends first, then the closed one.
func TestTiesOfOneKind(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	for _, x := range []struct {
		name string
		p    hours.Plan
		at   string
		want string
	}{
		{"an opening inside a fortnight closed", hours.Plan{Events: []hours.Event{event("closed", "2026-08-01", 0, "2026-08-15", 24, false), event("open", "2026-08-05", 9, "2026-08-05", 12, true)}}, "2026-08-05 10:00", "open"},
		{"the fortnight after it", hours.Plan{Events: []hours.Event{event("closed", "2026-08-01", 0, "2026-08-15", 24, false), event("open", "2026-08-05", 9, "2026-08-05", 12, true)}}, "2026-08-05 12:00", "closed"},
		{"the shorter of two that begin together", hours.Plan{Events: []hours.Event{event("long", "2026-08-05", 9, "2026-08-06", 12, true), event("short", "2026-08-05", 9, "2026-08-05", 11, false)}}, "2026-08-05 10:00", "short"},
		{"closed before open where all else is one", hours.Plan{Events: []hours.Event{event("a", "2026-08-05", 9, "2026-08-05", 12, true), event("b", "2026-08-05", 9, "2026-08-05", 12, false)}}, "2026-08-05 10:00", "b"},
		{"two custom schedules", hours.Plan{Weekly: []hours.Weekly{weekly("early", hours.Custom, hours.EveryDay, 8, 18, true), weekly("late", hours.Custom, hours.EveryDay, 12, 20, false)}}, "2026-08-05 13:00", "late"},
		{"two custom schedules, before the second", hours.Plan{Weekly: []hours.Weekly{weekly("early", hours.Custom, hours.EveryDay, 8, 18, true), weekly("late", hours.Custom, hours.EveryDay, 12, 20, false)}}, "2026-08-05 11:59", "early"},
	} {
		x.p.Zone = paris
		if a := x.p.At(at(t, paris, x.at)); a.Name != x.want {
			t.Errorf("%s: %+v", x.name, a)
		}
	}
}

func office(zone *time.Location) hours.Plan {
	return hours.Plan{Zone: zone, Weekly: []hours.Weekly{
		weekly("week", hours.Work, hours.Weekdays, 9, 17, true), weekly("meal", hours.Meal, hours.Weekdays, 12, 13, false), weekly("weekend", hours.Weekend, hours.WeekendDays, 0, 24, false),
	}}
}

func TestNextChange(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	plain := office(paris)
	night := plain
	night.Weekly = append([]hours.Weekly{weekly("evening", hours.Custom, hours.Friday, 22, 24, true), weekly("night", hours.Custom, hours.Saturday, 0, 2, true)}, plain.Weekly...)
	feast := plain
	feast.Events = []hours.Event{event("Noël", "2026-12-25", 0, "2026-12-25", 24, false), event("fair", "2026-11-28", 10, "2026-11-29", 16, true)}
	shut := plain
	shut.Events = []hours.Event{event("year", "2026-01-01", 0, "2028-12-31", 24, false)}
	always := hours.Plan{Zone: paris, Weekly: []hours.Weekly{weekly("all", hours.Work, hours.EveryDay, 0, 24, true)}}
	for _, x := range []struct {
		name, at string
		p        hours.Plan
		open     bool
		why      string
		until    string // "" none
	}{
		{"before work", "2026-11-25 08:59", plain, false, "", "2026-11-25 09:00"},
		{"at work", "2026-11-25 09:00", plain, true, "week", "2026-11-25 12:00"},
		{"meal", "2026-11-25 12:30", plain, false, "meal", "2026-11-25 13:00"},
		{"last minute", "2026-11-25 16:59", plain, true, "week", "2026-11-25 17:00"},
		{"Friday evening", "2026-11-27 17:00", plain, false, "", "2026-11-30 09:00"},
		{"weekend", "2026-11-28 10:00", plain, false, "weekend", "2026-11-30 09:00"},
		{"over midnight", "2026-11-27 23:00", night, true, "evening", "2026-11-28 02:00"},
		{"after midnight", "2026-11-28 00:00", night, true, "night", "2026-11-28 02:00"},
		{"eve of a holiday", "2026-12-24 18:00", feast, false, "", "2026-12-28 09:00"},
		{"a holiday", "2026-12-25 10:00", feast, false, "Noël", "2026-12-28 09:00"},
		{"a fair over a weekend", "2026-11-28 09:00", feast, false, "weekend", "2026-11-28 10:00"},
		{"in the fair's night", "2026-11-29 03:00", feast, true, "fair", "2026-11-29 16:00"},
		{"years closed", "2026-06-01 10:00", shut, false, "year", ""},
		{"always open", "2026-06-01 10:00", always, true, "all", ""},
		{"nothing at all", "2026-06-01 10:00", hours.Plan{Zone: paris}, false, "", ""},
	} {
		a := x.p.At(at(t, paris, x.at))
		until := ""
		if !a.Until.IsZero() {
			until = a.Until.In(paris).Format("2006-01-02 15:04")
		}
		if a.Open != x.open || a.Name != x.why || until != x.until {
			t.Errorf("%s: %+v, until %s", x.name, a, until)
		}
	}
}

// Nights on which clocks change: 2 h becomes 3 h in spring, 3 h becomes 2 h in autumn (Paris,
// Toronto at 2 h), half an hour on Lord Howe.
func TestClockChanges(t *testing.T) {
	for _, x := range []struct {
		name, zone      string
		day             hours.Days
		start, end      int    // minutes
		asked, from, to string // UTC
	}{
		{"spring: it begins in the hour that is skipped", "Europe/Paris", hours.Sunday, 150, 300, "2026-03-29T00:00", "2026-03-29T01:00", "2026-03-29T03:00"},
		{"spring: it ends in the hour that is skipped", "Europe/Paris", hours.Sunday, 60, 150, "2026-03-28T23:00", "2026-03-29T00:00", "2026-03-29T01:00"},
		{"autumn: it begins in the hour that comes twice, the first time", "Europe/Paris", hours.Sunday, 150, 300, "2026-10-24T23:00", "2026-10-25T00:30", "2026-10-25T04:00"},
		{"autumn: it ends in the hour that comes twice, the second time", "Europe/Paris", hours.Sunday, 60, 150, "2026-10-24T22:00", "2026-10-24T23:00", "2026-10-25T01:30"},
		{"autumn: it ends where clocks are put back to", "Europe/Paris", hours.Sunday, 60, 120, "2026-10-24T22:00", "2026-10-24T23:00", "2026-10-25T00:00"},
		{"Toronto in spring", "America/Toronto", hours.Sunday, 60, 240, "2026-03-08T05:00", "2026-03-08T06:00", "2026-03-08T08:00"},
		{"Toronto in autumn", "America/Toronto", hours.Sunday, 60, 240, "2026-11-01T04:00", "2026-11-01T05:00", "2026-11-01T09:00"},
		{"Lord Howe puts clocks back by half an hour", "Australia/Lord_Howe", hours.Sunday, 60, 180, "2026-04-04T13:30", "2026-04-04T14:00", "2026-04-04T16:30"},
		{"Lord Howe puts them on by half an hour", "Australia/Lord_Howe", hours.Sunday, 60, 180, "2026-10-03T13:30", "2026-10-03T14:30", "2026-10-03T16:00"},
	} {
		p := hours.Plan{Zone: zone(t, x.zone), Weekly: []hours.Weekly{{ID: "x", Name: "x", Kind: hours.Work, Days: x.day, Start: x.start, End: x.end, Open: true}}}
		utc := func(s string) time.Time { return at(t, time.UTC, s[:10]+" "+s[11:]) }
		before := p.At(utc(x.asked))
		during := p.At(utc(x.from))
		if before.Open || !before.Until.Equal(utc(x.from)) || !during.Open || !during.Until.Equal(utc(x.to)) {
			t.Errorf("%s: %s to %s", x.name, before.Until.UTC(), during.Until.UTC())
		}
	}
	// A schedule that lies whole in the hour that is skipped does not happen on that night.
	p := hours.Plan{Zone: zone(t, "Europe/Paris"), Weekly: []hours.Weekly{{ID: "x", Kind: hours.Work, Days: hours.Sunday, Start: 125, End: 175, Open: true}}}
	if a := p.At(at(t, time.UTC, "2026-03-29 00:00")); a.Until.UTC().Format("01-02 15:04") != "04-05 00:05" {
		t.Errorf("skipped: %s", a.Until.UTC())
	}
}

// Four hours promised at 16 h on a Friday are Monday's; nothing is due where it never opens.
func TestDue(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	for _, x := range []struct {
		from    string
		minutes int
		want    string
	}{
		{"2026-11-25 09:00", 0, "2026-11-25 09:00"}, {"2026-11-25 09:00", 180, "2026-11-25 12:00"}, {"2026-11-25 09:00", 181, "2026-11-25 13:01"},
		{"2026-11-27 16:00", 240, "2026-11-30 12:00"}, {"2026-11-28 11:00", 30, "2026-11-30 09:30"}, {"2026-11-25 22:00", 6000, "2026-12-16 11:00"},
	} {
		due, ok := office(paris).Due(at(t, paris, x.from), x.minutes)
		if !ok || due.In(paris).Format("2006-01-02 15:04") != x.want {
			t.Errorf("%d minutes from %s: %s, %v", x.minutes, x.from, due.In(paris), ok)
		}
	}
	if due, ok := (hours.Plan{Zone: paris}).Due(at(t, paris, "2026-11-25 09:00"), 1); ok {
		t.Errorf("never open, and yet due %s", due)
	}
}
