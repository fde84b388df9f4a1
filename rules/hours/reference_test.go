package hours_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/hours"
)

// The reference: every minute of some days is looked at by itself. The readings of the clock
// on the wall are written down minute by minute, every occurrence of a schedule colours the
// minutes from the first reading at or after its start to the last reading before its end,
// and what goes before is painted later.
type sheet struct {
	from    time.Time
	reading []int64 // minutes of the wall clock since 1970, one for each minute that passes
	paint   []paint
}

type paint struct {
	open bool
	why  hours.Kind
	name string
}

type brush struct {
	from, to int
	paint
}

func wall(l hours.Local) int64 { return l.Date.Time().Unix()/60 + int64(l.Minute) }

func newSheet(p hours.Plan, from time.Time, days int) *sheet {
	s := &sheet{from: from, reading: make([]int64, days*24*60), paint: make([]paint, days*24*60)}
	for i := range s.reading {
		t := from.Add(time.Duration(i) * time.Minute).In(p.Zone)
		s.reading[i] = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC).Unix() / 60
		s.paint[i] = paint{why: hours.None}
	}
	layers := map[hours.Kind][]brush{}
	for _, e := range p.Events {
		layers[hours.Special] = append(layers[hours.Special], s.brush(wall(e.Start), wall(e.End), paint{e.Open, hours.Special, e.Name}))
	}
	for _, w := range p.Weekly {
		for d := -2; d < days+2; d++ {
			day := civil.Of(from, p.Zone).AddDays(d)
			names := map[time.Weekday]hours.Days{1: hours.Monday, 2: hours.Tuesday, 3: hours.Wednesday, 4: hours.Thursday, 5: hours.Friday, 6: hours.Saturday, 0: hours.Sunday}
			if w.Days&names[day.Time().Weekday()] != 0 {
				layers[w.Kind] = append(layers[w.Kind], s.brush(wall(hours.Local{Date: day, Minute: w.Start}), wall(hours.Local{Date: day, Minute: w.End}), paint{w.Open, w.Kind, w.Name}))
			}
		}
	}
	for _, kind := range []hours.Kind{hours.Work, hours.Meal, hours.Weekend, hours.Custom, hours.Special} {
		s.cover(layers[kind])
	}
	return s
}

// brush finds the minutes of an occurrence; what lies before or after the sheet keeps its
// place in the order by how far it lies off.
func (s *sheet) brush(start, end int64, p paint) brush {
	newest := s.reading[len(s.reading)-1]
	b := brush{from: -1, paint: p}
	for i, r := range s.reading {
		if r >= start && b.from < 0 {
			b.from = i
		}
		if r < end {
			b.to = i + 1
		}
	}
	if start <= s.reading[0] {
		b.from = int(start - s.reading[0])
	} else if start > newest {
		b.from = len(s.reading) + int(start-newest)
	}
	if end > newest {
		b.to = len(s.reading) + int(end-newest)
	} else if end <= s.reading[0] {
		b.to = int(end - s.reading[0])
	}
	return b
}

func (s *sheet) cover(layer []brush) {
	slices.SortFunc(layer, func(a, b brush) int {
		switch {
		case a.from != b.from:
			return a.from - b.from // what begins later is painted over it
		case a.to != b.to:
			return b.to - a.to // what ends earlier is painted over it
		case a.open != b.open && a.open:
			return -1 // closed is painted over open
		case a.open != b.open:
			return 1
		case a.name > b.name:
			return -1
		}
		return 1
	})
	for _, b := range layer {
		for i := max(b.from, 0); i < min(b.to, len(s.paint)); i++ {
			s.paint[i] = b.paint
		}
	}
}

// Zones with an hour's jump, half an hour's, one at midnight, one without any.
var zones = []string{"Europe/Paris", "America/Toronto", "Australia/Lord_Howe", "Asia/Beirut", "America/St_Johns", "Asia/Kolkata"}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// somePlan draws schedules of every kind, and days around a change of clocks or anywhere.
func somePlan(t *rapid.T) (hours.Plan, time.Time) {
	p := hours.Plan{Zone: zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))}
	start := civil.New(2026, 1, 1).AddDays(rapid.IntRange(0, 364).Draw(t, "day"))
	if rapid.Bool().Draw(t, "clocks") {
		_, change := start.Time().In(p.Zone).ZoneBounds()
		if !change.IsZero() {
			start = civil.Of(change, p.Zone).AddDays(-rapid.IntRange(1, 3).Draw(t, "before"))
		}
	}
	minute := func(label string, from int) int {
		return min(hours.Midnight, from+rapid.OneOf(rapid.SampledFrom([]int{0, 30, 60, 90, 120, 150, 180, 720, 1320}), rapid.IntRange(0, hours.Midnight)).Draw(t, label))
	}
	for i, kind := range rapid.SliceOfN(rapid.SampledFrom([]hours.Kind{hours.Custom, hours.Custom, hours.Weekend, hours.Meal, hours.Work}), 0, 6).Draw(t, "kinds") {
		w := hours.Weekly{ID: fmt.Sprint("w", i), Name: fmt.Sprint("w", i), Kind: kind, Days: hours.Days(rapid.IntRange(1, 127).Draw(t, "days")), Open: rapid.Bool().Draw(t, "open")}
		w.Start = min(minute("start", 0), hours.Midnight-1)
		w.End = max(w.Start+1, minute("end", w.Start))
		p.Weekly = append(p.Weekly, w)
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "events") {
		e := hours.Event{ID: fmt.Sprint("e", i), Name: fmt.Sprint("e", i), Open: rapid.Bool().Draw(t, "event open")}
		e.Start = hours.Local{Date: start.AddDays(rapid.IntRange(0, 6).Draw(t, "event day")), Minute: min(minute("event start", 0), hours.Midnight-1)}
		e.End = hours.Local{Date: e.Start.Date.AddDays(rapid.IntRange(0, 3).Draw(t, "event days")), Minute: minute("event end", 1)}
		if e.Start.Before(e.End) {
			p.Events = append(p.Events, e)
		}
	}
	return p, start.Time()
}

func TestAgainstEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, from := somePlan(t)
		const days = 9
		s := newSheet(p, from.Add(-48*time.Hour), days)
		lo, hi := 48*60, (days-2)*24*60
		at := func(i int) time.Time { return s.from.Add(time.Duration(i) * time.Minute) }
		for _, i := range rapid.SliceOfN(rapid.IntRange(lo, hi-1), 1, 12).Draw(t, "minutes") {
			want := s.paint[i]
			a := p.At(at(i).Add(time.Duration(rapid.IntRange(0, 59).Draw(t, "seconds")) * time.Second))
			if a.Open != want.open || a.Why != want.why || a.Name != want.name {
				t.Fatalf("%s: %+v, minute by minute %+v", at(i).In(p.Zone), a, want)
			}
			change := i
			for change < hi && s.paint[change].open == want.open {
				change++
			}
			switch {
			case change < hi && !a.Until.Equal(at(change)):
				t.Fatalf("%s: changes at %s, minute by minute at %s", at(i).In(p.Zone), a.Until.In(p.Zone), at(change).In(p.Zone))
			case change == hi && !a.Until.IsZero() && a.Until.Before(at(hi)):
				t.Fatalf("%s: changes at %s, minute by minute not before %s", at(i).In(p.Zone), a.Until, at(hi))
			}
		}
	})
}

// Segments and due instants are counted minute by minute too.
func TestSegmentsAgainstEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, from := somePlan(t)
		const days = 8
		s := newSheet(p, from.Add(-48*time.Hour), days)
		lo, hi := 48*60, (days-1)*24*60
		at := func(i int) time.Time { return s.from.Add(time.Duration(i) * time.Minute) }
		i := lo
		for _, seg := range p.Segments(at(lo), at(hi)) {
			if !seg.From.Equal(at(i)) || !seg.From.Before(seg.To) {
				t.Fatalf("a segment from %s after %s", seg.From, at(i))
			}
			for ; at(i).Before(seg.To); i++ {
				if x := s.paint[i]; x.open != seg.Open || x.why != seg.Why || x.name != seg.Name {
					t.Fatalf("%s: %+v, minute by minute %+v", at(i).In(p.Zone), seg, x)
				}
			}
		}
		if i != hi {
			t.Fatalf("the segments end at %s", at(i))
		}
		open := 0
		promise := rapid.IntRange(1, 900).Draw(t, "promise")
		for j := lo; j < hi; j++ {
			if s.paint[j].open {
				open++
			}
			if open == promise {
				if due, ok := p.Due(at(lo), promise); !ok || !due.Equal(at(j+1)) {
					t.Fatalf("%d open minutes from %s have passed at %s, not %s", promise, at(lo), at(j+1), due)
				}
				return
			}
		}
		if due, ok := p.Due(at(lo), promise); ok && !due.After(at(hi)) {
			t.Fatalf("%d open minutes from %s: %s, minute by minute not before %s", promise, at(lo), due, at(hi))
		}
	})
}
