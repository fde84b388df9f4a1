package demo

import (
	"container/heap"
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

// kind of an event of the story.
type kind int

const (
	view kind = iota
	announce
	pay
	scene // anything else that has its day
)

// event is something that happens to an issued document later on.
type event struct {
	at   time.Time
	kind kind
	doc  int // its place in the story: breaks ties, so that a seed tells one story
	to   *issued
	play func(context.Context) error // of a scene
	// of a payment
	method string
	part   int64 // per cent of what is due, 0 = all
}

// queue is a heap of events by time.
type queue []event

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].doc < q[j].doc
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push and Pop make it a heap.Interface.
func (q *queue) Push(x any) { *q = append(*q, x.(event)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

func (q *queue) add(e event) { heap.Push(q, e) }

// until takes off what happens up to t, in order.
func (q *queue) until(t time.Time) (event, bool) {
	if len(*q) == 0 || (*q)[0].at.After(t) {
		return event{}, false
	}
	return heap.Pop(q).(event), true
}

// calendar spreads documents over the days: few on Saturdays, none on Sundays, less in
// August, and more in the second year than in the first.
type calendar struct {
	days  []time.Time // local midnights
	upTo  []float64   // weight up to the end of each day
	total float64
}

func newCalendar(from, to time.Time) calendar {
	var c calendar
	span := to.Sub(from).Hours()
	for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
		w := 0.8 + 0.5*d.Sub(from).Hours()/span
		switch day := d.Weekday(); {
		case day == time.Sunday:
			w = 0
		case day == time.Saturday:
			w *= 0.12
		}
		if d.Month() == time.August {
			w *= 0.45
		}
		c.total += w
		c.days, c.upTo = append(c.days, d), append(c.upTo, c.total)
	}
	return c
}

// at gives the moment at which a share (0 to 1) of the work is done; it grows with share.
func (c calendar) at(share float64) time.Time {
	target := share * c.total
	i, _ := slices.BinarySearch(c.upTo, target)
	i = min(i, len(c.days)-1)
	before := 0.0
	if i > 0 {
		before = c.upTo[i-1]
	}
	within := 0.5
	if w := c.upTo[i] - before; w > 0 {
		within = (target - before) / w
	}
	const opens, hours = 8*time.Hour + 30*time.Minute, 9 * time.Hour
	return c.days[i].Add(opens + time.Duration(within*float64(hours))).Truncate(time.Second)
}

// recent is how long before the end a document may still be left unpaid for good.
const recent = 150 * 24 * time.Hour

// future plans what happens to a document that was just issued.
func (m *maker) future(q *queue, rng *rand.Rand, d *issued) {
	c := d.client
	if d.mailed && rng.Float64() < m.viewShare() {
		q.add(event{at: d.at.Add(time.Duration(1+rng.IntN(60)) * time.Hour), kind: view, doc: d.n, to: d})
	}
	if slices.Contains(m.together, d) || d.debit {
		return // paid by one transfer, see several; or debited
	}
	if m.end.Sub(d.at) < recent && rng.Float64() < 0.1 {
		return // never paid: somebody will have to be chased
	}
	late := map[string]int{"prompt": -12, "usual": -1, "late": 9}[c.pays] + rng.IntN(9) - 2
	paid := d.due.AddDate(0, 0, late).Add(time.Duration(9*60+rng.IntN(480)) * time.Minute)
	if soonest := d.at.Add(26 * time.Hour); paid.Before(soonest) {
		paid = soonest
	}
	method := m.method(rng, c, d)
	if rng.Float64() < 0.09 && d.total > 500_00 {
		q.add(event{at: paid, kind: pay, doc: d.n, to: d, method: "transfer", part: int64(30 + 10*rng.IntN(4))})
		paid = paid.AddDate(0, 0, 30+rng.IntN(30))
	}
	if method == "transfer" && c.hasMail && d.mailed && rng.Float64() < 0.3 {
		if said := paid.Add(-50 * time.Hour); said.After(d.at) {
			q.add(event{at: said, kind: announce, doc: d.n, to: d})
		}
	}
	q.add(event{at: paid, kind: pay, doc: d.n, to: d, method: method})
}

// viewShare: in a very large company the portal's visits would only repeat themselves.
func (m *maker) viewShare() float64 {
	if m.sum.PapersLater {
		return 0.3
	}
	return 0.8
}

// method chooses how a customer pays. Cash is for persons and below the 1 000 euros of
// art. L112-6 CMF.
func (m *maker) method(rng *rand.Rand, c *client, d *issued) string {
	p := rng.Float64()
	switch {
	case d.mailed && c.hasMail && m.practice < maxPractice && p < 0.08:
		m.practice++
		return "practice"
	case c.kind == "person" && d.total < 900_00 && p < 0.3:
		return "cash"
	case p < 0.2:
		return "cheque"
	}
	return "transfer"
}

// maxPractice bounds the practice card's charges, each of which is a file of its own.
const maxPractice = 60
