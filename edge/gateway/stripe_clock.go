package gateway

import (
	"net/http"
	"sync/atomic"
	"time"
)

// stripeClock compares this machine's clock with Stripe's, which stands on each of its answers.
type stripeClock struct {
	now   func() time.Time
	off   atomic.Int64 // nanoseconds
	known atomic.Bool
}

// seen reads the head of an answer; one without a date tells nothing.
func (c *stripeClock) seen(h http.Header) {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	c.off.Store(int64(c.now().Sub(at).Round(time.Second)))
	c.known.Store(true)
}

// ClockOff tells how far this machine's clock is ahead of Stripe's (negative: behind), by its
// last answer; not known before the first. A page is ordered with the hour at which it closes,
// and a webhook is signed with its time: with a clock that is far off both are refused.
func (s *Stripe) ClockOff() (off time.Duration, known bool) {
	return time.Duration(s.clock.off.Load()), s.clock.known.Load()
}
