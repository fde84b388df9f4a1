package outbox

import "time"

// schedule is the wait after each failed attempt at one mail: a greylisting server wants
// minutes, a full mailbox hours. Together three days and a half, then it has failed.
var schedule = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour,
	12 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour,
}

// lineSchedule is the wait while the server itself is out of reach: nothing is counted and
// nothing fails, a desk may be offline for weeks.
var lineSchedule = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute}

var jobSchedule = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// wait gives how long to wait after the n-th failure (from 1), within a tenth either way
// so that many do not come back at one moment; ok is false when it was the last.
func wait(steps []time.Duration, n int, jitter float64) (d time.Duration, ok bool) {
	if n < 1 {
		n = 1
	}
	ok = n <= len(steps)
	d = steps[min(n, len(steps))-1]
	return d + time.Duration((jitter-0.5)*0.2*float64(d)), ok
}
