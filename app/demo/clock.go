package demo

import (
	"sync"
	"time"
)

// Clock is a clock that the story moves. It never goes back.
type Clock struct {
	mu  sync.Mutex
	now time.Time
	end time.Time
}

// years is how long the demo company has been at work.
const years = 2

// NewClock gives a clock that stands two years before end, on a morning.
func NewClock(end time.Time) *Clock {
	start := end.AddDate(-years, 0, 0)
	return &Clock{now: time.Date(start.Year(), start.Month(), start.Day(), 7, 0, 0, 0, time.UTC), end: end}
}

// Now is what the company's file is opened with.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// End is when the story ends.
func (c *Clock) End() time.Time { return c.end }

// MoveTo sets the clock to t, unless it is later already.
func (c *Clock) MoveTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}
