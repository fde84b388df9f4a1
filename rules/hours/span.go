package hours

import (
	"cmp"
	"slices"
	"time"

	"comptoir/core/civil"
)

// span is one occurrence of a schedule between two instants.
type span struct {
	from, to time.Time
	kind     Kind
	open     bool
	id, name string
}

// spans are the occurrences that touch [from, to).
func (p Plan) spans(from, to time.Time) []span {
	var list []span
	add := func(start, end Local, kind Kind, open bool, id, name string) {
		s := span{from: first(start, p.Zone), to: last(end, p.Zone), kind: kind, open: open, id: id, name: name}
		if s.from.Before(s.to) && s.from.Before(to) && from.Before(s.to) { // a schedule may fall into the hour that a spring night skips
			list = append(list, s)
		}
	}
	lastDay := civil.Of(to, p.Zone).AddDays(1)
	for d := civil.Of(from, p.Zone).AddDays(-1); !d.After(lastDay); d = d.AddDays(1) {
		for _, w := range p.Weekly {
			if w.Days.Has(d) {
				add(Local{d, w.Start}, Local{d, w.End}, w.Kind, w.Open, w.ID, w.Name)
			}
		}
	}
	const around = 48 * time.Hour // a reading and its instant are never further apart
	for _, e := range p.Events {
		if from.Sub(e.End.naive()) > around || e.Start.naive().Sub(to) > around {
			continue
		}
		add(e.Start, e.End, Special, e.Open, e.ID, e.Name)
	}
	return list
}

// decide picks the span that has the say at t.
func (p Plan) decide(spans []span, t time.Time) span {
	won := span{kind: None}
	for _, s := range spans {
		if !s.from.After(t) && t.Before(s.to) && (won.kind == None || s.over(won)) {
			won = s
		}
	}
	return won
}

// over tells whether s goes before o where both cover an instant: the higher kind; in one
// kind the one that began last, then the one that ends first (both are the more particular),
// then the closed one (nobody waits in front of a shut door), then the id, so that an answer
// never depends on the order of rows.
func (s span) over(o span) bool {
	return cmp.Or(
		cmp.Compare(s.kind.rank(), o.kind.rank()),
		o.from.Compare(s.from),
		s.to.Compare(o.to),
		cmp.Compare(flag(s.open), flag(o.open)),
		cmp.Compare(s.id, o.id),
	) < 0
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cutsOf are the instants in [from, to] at which something begins or ends, in order.
func cutsOf(spans []span, from, to time.Time) []time.Time {
	cuts := []time.Time{from, to}
	for _, s := range spans {
		for _, t := range []time.Time{s.from, s.to} {
			if t.After(from) && t.Before(to) {
				cuts = append(cuts, t)
			}
		}
	}
	slices.SortFunc(cuts, time.Time.Compare)
	return slices.CompactFunc(cuts, time.Time.Equal)
}

// first is the instant from which the clock on the wall reads l or later: the earlier one of
// two where an autumn night reads l twice, the jump where a spring night skips it.
func first(l Local, zone *time.Location) time.Time { return instant(l, zone, true) }

// last is the instant from which the clock no longer reads earlier than l: the later one of
// two, unless clocks are put back to l itself, which is then not passed again.
func last(l Local, zone *time.Location) time.Time { return instant(l, zone, false) }

func instant(l Local, zone *time.Location, early bool) time.Time {
	naive := l.naive()
	const around = 30 * time.Hour // more than any offset; zones change their clocks months apart
	before, after := offset(naive.Add(-around), zone), offset(naive.Add(around), zone)
	a, b := naive.Add(-before), naive.Add(-after)
	jump, _ := b.In(zone).ZoneBounds()
	switch okA, okB := offset(a, zone) == before, offset(b, zone) == after; {
	case okA && okB && (early || jump.Equal(b)): // put back: a is the first time it is read, b the second
		return a
	case okB:
		return b
	case okA:
		return a
	}
	_, jump = b.In(zone).ZoneBounds() // put on: b stands before the jump, a after it
	return jump.UTC()
}

func offset(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}
