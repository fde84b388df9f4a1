package provision

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is events a second and how many may come at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits bound what one address and one token may ask (spec/security).
type Limits struct {
	Address Rate
	Token   Rate
	Guess   Rate // answers 401 to one address
	Drawing int  // papers at the same moment
	Body    int64
	Depth   int // of JSON
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		r     *Rate
		usual Rate
	}{{&l.Address, Rate{30, 200}}, {&l.Token, Rate{10, 100}}, {&l.Guess, Rate{0.5, 20}}} {
		if *d.r == (Rate{}) {
			*d.r = d.usual
		}
	}
	if l.Drawing == 0 {
		l.Drawing = 2
	}
	if l.Body == 0 {
		l.Body = 64 << 10
	}
	if l.Depth == 0 {
		l.Depth = 8
	}
	return l
}

// known is how many addresses and tokens are remembered, in two generations.
const known = 4096

// limits remembers who asked lately, within a fixed memory (as edge/portal does).
type limits struct {
	clock      func() time.Time
	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

func newLimits(clock func() time.Time) *limits {
	return &limits{clock: clock, young: map[string]*rate.Limiter{}, old: map[string]*rate.Limiter{}}
}

func (l *limits) take(key string, r Rate) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.young[key]
	if !ok {
		if b, ok = l.old[key]; !ok {
			b = rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst)
		}
		if len(l.young) >= known/2 {
			l.old, l.young = l.young, make(map[string]*rate.Limiter, known/2)
		}
		l.young[key] = b
	}
	return b.AllowN(l.clock(), 1)
}
