package attachments

import (
	"sync"
	"time"
)

// unclaimed counts what contacts have sent and not handed over: without it, whoever breaks every
// upload off before its end could fill the firm's disk. It forgets after a day, and with the
// program: it bounds a nuisance, it keeps no account.
type unclaimed struct {
	most  int64
	mu    sync.Mutex
	since time.Time
	bytes map[int64]int64 // by customer
}

// full tells whether a customer has to wait.
func (u *unclaimed) full(customerID int64, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.turn(now)
	return u.bytes[customerID] >= u.most
}

// add notes bytes that came, or with less than nothing those that were handed over.
func (u *unclaimed) add(customerID, size int64, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.turn(now)
	u.bytes[customerID] = max(u.bytes[customerID]+size, 0)
}

// turn begins a new day. A clock that was set back begins one too.
func (u *unclaimed) turn(now time.Time) {
	if age := now.Sub(u.since); u.bytes == nil || age > 24*time.Hour || age < 0 {
		u.since, u.bytes = now, map[int64]int64{}
	}
}
