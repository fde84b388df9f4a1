package officetest

import (
	"sync"
	"testing/synctest"
	"time"
)

// Paris is where the firm is: its year has two days of 23 and 25 hours.
var Paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return l
}()

// Wall is a machine's wall clock. It goes with the clock of the bubble (testing/synctest),
// but for the times that the machine slept and for what somebody set.
type Wall struct {
	Clock  func() time.Time // of the bubble: time.Now
	mu     sync.Mutex
	offset time.Duration
}

// Now is what the clock shows.
func (w *Wall) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Clock().Add(w.offset)
}

// Shift moves the clock alone: timers and the steady clock do not go with it.
func (w *Wall) Shift(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offset += d
}

// Set makes the clock show an instant.
func (w *Wall) Set(t time.Time) { w.Shift(t.Sub(w.Now())) }

// PassNights lets days go by until an instant with the machine awake from eleven at night to
// one in the morning of Paris and asleep otherwise: a year of glances at the clock in a
// twelfth of the time. Within a bubble only.
func (w *Wall) PassNights(until time.Time) {
	for now := w.Now(); now.Before(until); now = w.Now() {
		awake := time.Minute
		if at := now.In(Paris); at.Hour() >= 1 && at.Hour() < 23 {
			evening := time.Date(at.Year(), at.Month(), at.Day(), 23, 0, 0, 0, Paris)
			w.Shift(min(evening.Sub(now), until.Sub(now)))
		} else {
			awake = 10 * time.Minute
		}
		<-time.After(min(awake, max(0, until.Sub(w.Now()))))
	}
	synctest.Wait()
}
