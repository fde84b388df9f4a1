package catchup

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"comptoir/core/civil"
)

// The clock that wakes the room. Timers do not count the time that a machine sleeps, so a
// timer for midnight would come hours late: the wall clock is compared instead, often.
const (
	glance  = 30 * time.Second // how often the wall clock is looked at
	again   = time.Hour        // how often what did not come about is tried again
	jumpMin = 90 * time.Second // the wall clock going this far from the steady one has slept, or was set
)

type clock struct {
	zone  atomic.Pointer[time.Location] // the firm's, as of the last pass: a glance asks no file
	poke  chan struct{}
	quit  chan struct{}
	once  sync.Once
	loops sync.WaitGroup
}

func newClock() clock { return clock{poke: make(chan struct{}, 1), quit: make(chan struct{})} }

// Start looks at once, at each midnight of the firm, after each sleep and each change of
// the clock, when poked, and every hour; until Stop.
func (s *Service) Start(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.clock.loops.Go(func() {
		defer cancel()
		go func() {
			select {
			case <-s.clock.quit:
				cancel() // a pass ends after the thing in hand
			case <-ctx.Done():
			}
		}()
		s.tend(ctx)
	})
}

// Stop ends the work in order: what is in hand is finished.
func (s *Service) Stop() {
	s.clock.once.Do(func() { close(s.clock.quit) })
	s.wait()
	s.clock.loops.Wait()
}

// Poke has the room look again soon: something was mended, or new work arranged.
func (s *Service) Poke() {
	select {
	case s.clock.poke <- struct{}{}:
	default:
	}
}

func (s *Service) tend(ctx context.Context) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	seen := sight{}
	for {
		if seen.due(s.today(), s.now(), s.Steady()) {
			if err := s.Pass(ctx); err != nil && ctx.Err() == nil {
				s.Log.Error("catch-up", slog.String("error", err.Error()))
			}
		}
		select {
		case <-tick.C:
		case <-s.clock.poke:
			seen = sight{}
		case <-s.clock.quit:
			return
		}
	}
}

// today is the firm's day.
func (s *Service) today() civil.Date {
	zone := s.clock.zone.Load()
	if zone == nil {
		return civil.Date{}
	}
	return civil.Of(s.now(), zone)
}

// sight is what the last glance at the clocks showed.
type sight struct {
	today  civil.Date
	wall   time.Time // without the steady part, so that a set clock shows
	steady time.Time
	passed time.Time // steady time of the last pass
}

// due tells whether it is time to look: another day, a jump of the clock, or an hour gone.
func (x *sight) due(today civil.Date, wall, steady time.Time) bool {
	wall = wall.Round(0)
	jump := wall.Sub(x.wall) - steady.Sub(x.steady)
	first := x.passed.IsZero()
	yes := first || today != x.today || jump > jumpMin || jump < -jumpMin || steady.Sub(x.passed) >= again
	x.today, x.wall, x.steady = today, wall, steady
	if yes {
		x.passed = steady
	}
	return yes
}
